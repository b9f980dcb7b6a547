"""Seeded instances of the per-order problem, for the benchmarks and the tests.

`order_like` looks like real orders: nodes at a distance, zones of a parcel tariff with
started weight steps, two services a node that share its stock. `mixed` is small and
nasty: ties, scarce stock, free lanes, split rules, odd tariffs, prices of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.solvers.instance import Instance, Split, Tariffs

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers

ZONES = 8
_DIVISOR_CM3_A_G = 5
"""The usual 5,000 cubic centimetres a kilogram."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Size and kind of an order-like instance."""

    lines: int
    candidates: int
    availability: float = 0.5
    services: int = 1
    max_shipments: int = 4
    prices: bool = False
    partial: float = 0.0
    """Share of the cells that hold less than the order asks for."""
    split: Split = Split.IF_FORCED


def _whole(values: object) -> Integers:
    return np.ascontiguousarray(values, dtype=np.int64)


def zone_tariffs(services: int) -> Tariffs:
    """Synthetic zones: a base and a price of each started kilogram, dearer far away."""
    zone = np.tile(np.arange(ZONES), services)
    service = np.repeat(np.arange(services), ZONES)
    rows = zone.size
    return Tariffs(
        base_minor=_whole(700 + 45 * zone + 900 * service),
        step_minor=_whole(40 + 13 * zone + 60 * service),
        step_g=np.full(rows, 1_000, dtype=np.int64),
        fuel_bps=_whole(1_200 + 300 * service),
        residential_minor=np.full(rows, 110, dtype=np.int64),
        volume_divisor=np.full(rows, _DIVISOR_CM3_A_G, dtype=np.int64),
    )


def order_like(rng: np.random.Generator, shape: Shape) -> Instance:
    """An order over nodes sorted by distance, with `services` candidates for each."""
    nodes = max(1, shape.candidates // shape.services)
    distance_km = np.sort(rng.integers(20, 4_500, size=nodes))
    zone = np.minimum(distance_km * ZONES // 4_500, ZONES - 1)
    store = rng.random(nodes) < 0.7
    quantity = _whole(rng.choice([1, 1, 1, 2, 2, 3, 6], size=shape.lines))
    if shape.partial:
        quantity = np.maximum(quantity, 2)
    stock = _stock(rng, nodes, shape, quantity=quantity)
    quantity = np.minimum(quantity, stock.sum(axis=0))
    stock = np.minimum(stock, quantity)
    each = shape.services
    unit = np.repeat(np.where(store, 15, 5), each)[:, None] + np.zeros(
        (1, shape.lines), np.int64
    )
    if shape.prices:
        unit = unit + np.repeat(rng.integers(0, 90, size=stock.shape), each, axis=0)
    service = np.tile(np.arange(each), nodes)
    return Instance(
        quantity=_whole(quantity),
        weight_g=_whole(rng.integers(80, 2_500, size=shape.lines)),
        volume_cm3=_whole(rng.integers(200, 12_000, size=shape.lines)),
        useful=_whole(np.repeat(stock, each, axis=0)),
        node=_whole(np.repeat(np.arange(nodes), each)),
        tariff=_whole(np.repeat(zone, each) + ZONES * service),
        fixed_minor=_whole(
            np.repeat(np.where(store, 250, 180) + distance_km // 50, each)
        ),
        line_minor=_whole(np.repeat(np.where(store, 60, 35), each)),
        unit_minor=_whole(unit),
        tariffs=zone_tariffs(each),
        max_shipments=shape.max_shipments,
        split=shape.split,
        complete=False,
    )


def _stock(
    rng: np.random.Generator, nodes: int, shape: Shape, *, quantity: Integers
) -> Integers:
    cells = (nodes, shape.lines)
    held = rng.random(cells) < shape.availability
    partly = rng.random(cells) < shape.partial
    some = rng.integers(1, np.maximum(2, quantity), size=cells)
    return _whole(np.where(partly, np.minimum(some, quantity), quantity) * held)


def mixed(
    rng: np.random.Generator, *, lines_min: int = 1, lines_max: int = 5
) -> Instance:
    """A small instance of any kind that the solvers must get exactly right."""
    lines = int(rng.integers(lines_min, lines_max + 1))
    nodes = int(rng.integers(1, 7))
    each = int(rng.choice([1, 1, 2]))
    wanted = rng.integers(1, int(rng.choice([2, 4, 7])), size=lines)
    stock = rng.integers(0, wanted + 2, size=(nodes, lines))
    stock *= rng.random((nodes, lines)) < rng.choice([0.4, 0.7, 1.0])
    quantity = np.minimum(wanted, stock.sum(axis=0))
    useful = np.repeat(np.minimum(stock, quantity), each, axis=0)
    if each > 1 and rng.random() < 0.3:
        useful = useful * (rng.random(useful.shape) < 0.8)
        quantity = np.minimum(quantity, _together(useful, each))
        useful = np.minimum(useful, quantity)
    return Instance(
        quantity=_whole(quantity),
        weight_g=_whole(rng.integers(1, 1_500, size=lines)),
        volume_cm3=_whole(rng.integers(0, 4_000, size=lines)),
        useful=_whole(useful),
        node=_whole(np.repeat(np.arange(nodes), each)),
        tariffs=_odd_tariffs(rng),
        max_shipments=int(rng.integers(1, 5)),
        split=Split(int(rng.integers(0, 3))),
        complete=bool(rng.random() < 0.2),
        side=None,
        **_odd_costs(rng, nodes, each, lines),
    )


def _together(useful: Integers, each: int) -> Integers:
    by_node = useful.reshape(-1, each, useful.shape[1])
    return _whole(by_node.max(axis=1).sum(axis=0))


def _odd_tariffs(rng: np.random.Generator) -> Tariffs:
    rows = 4
    alike = rng.random() < 0.5
    return Tariffs(
        base_minor=_whole(rng.integers(1, 40, size=rows)),
        step_minor=_whole(rng.integers(0, 25, size=rows)),
        step_g=_whole(np.full(rows, 500) if alike else rng.integers(100, 900, rows)),
        fuel_bps=_whole(rng.choice([0, 1_250, 1_833], size=rows)),
        residential_minor=_whole(rng.integers(0, 6, size=rows)),
        volume_divisor=_whole(np.full(rows, 5) if alike else rng.choice([0, 3], rows)),
    )


def _odd_costs(
    rng: np.random.Generator, nodes: int, each: int, lines: int
) -> dict[str, Integers]:
    """Costs with many ties; a few candidates carry for nothing."""
    many = nodes * each
    tariff = rng.integers(0, 4, size=many)
    tariff = np.where(rng.random(many) < 0.15, -1, tariff)
    unit = rng.integers(0, int(rng.choice([1, 2, 12])), size=(nodes, lines))
    unit = np.repeat(unit, each, axis=0)
    if rng.random() < 0.2:
        unit = unit + rng.integers(0, 3, size=unit.shape)
    return {
        "tariff": _whole(tariff),
        "fixed_minor": _whole(rng.integers(0, int(rng.choice([1, 3, 60])), size=many)),
        "line_minor": _whole(rng.integers(0, int(rng.choice([1, 8])), size=many)),
        "unit_minor": _whole(unit),
    }
