"""Small worlds for look-ahead: some orders over a few nodes, drawn from a seed."""

import numpy as np

from allocation.prices.demand import UNFILLED, Demand, Wanted, demand_of
from allocation.solvers.instance import Instance, Split, Tariffs
from benchmarks.instances import zone_tariffs

SKUS, NODES = 6, 4
SHAPE = (SKUS, NODES)


def wanted(rng: np.random.Generator, *, lines_max: int = 4) -> Wanted:
    """One order at parcel tariffs; leaving it unfilled is dear."""
    lines = int(rng.integers(1, lines_max + 1))
    unit = rng.integers(5, 80, size=(NODES + 1, lines))
    unit[-1] = 2_000
    fixed = rng.integers(100, 300, size=NODES + 1)
    tariff = rng.integers(0, 8, size=NODES + 1)
    tariff[-1] = -1
    return Wanted(
        sku=rng.permutation(SKUS)[:lines].astype(np.int64),
        quantity=rng.integers(1, 4, size=lines),
        weight_g=rng.integers(100, 3_000, size=lines),
        volume_cm3=rng.integers(100, 9_000, size=lines),
        node=np.array([*range(NODES), UNFILLED], np.int64),
        tariff=tariff,
        fixed_minor=fixed,
        line_minor=rng.integers(10, 40, size=NODES + 1),
        unit_minor=unit,
    )


def world(seed: int, *, orders: int = 12) -> tuple[list[Wanted], Demand, np.ndarray]:
    """Orders, their demand, and a stock that does not suffice for all of them."""
    rng = np.random.default_rng(seed)
    drawn = [wanted(rng) for _ in range(orders)]
    stock = rng.integers(0, 9, size=SHAPE) * (rng.random(SHAPE) < 0.7)
    return drawn, demand_of(drawn, zone_tariffs(1)), stock.astype(np.int64)


def instance_of(order: Wanted, useful: np.ndarray, prices: np.ndarray) -> Instance:
    """The same order as every quote's solver sees it."""
    unit = order.unit_minor.copy()
    unit[:-1] += prices[order.sku][:, order.node[:-1]].T
    tariffs: Tariffs = zone_tariffs(1)
    return Instance(
        quantity=order.quantity,
        weight_g=order.weight_g,
        volume_cm3=order.volume_cm3,
        useful=np.ascontiguousarray(np.vstack([useful, order.quantity])),
        node=order.node,
        tariff=order.tariff,
        fixed_minor=order.fixed_minor,
        line_minor=order.line_minor,
        unit_minor=unit,
        tariffs=tariffs,
        max_shipments=min(order.node.size, order.sku.size),
        split=Split.NEVER,
        complete=True,
    )
