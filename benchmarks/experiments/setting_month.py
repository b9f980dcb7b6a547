"""A month of a shop: the demonstration's network and baskets, with a calendar.

Places, baskets and prices are real, everything else is invented: the profile of the
week and of the day, promotions, the stock-out wave. One seed, one month.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from allocation.network import Network
from allocation.order import Line, Order
from router.demo.baskets import household_units
from router.demo.places import destinations
from router.demo.stocking import StockTable
from router.demo.tables import online_retail
from router.demo.world import ORDERS, World, build_world

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from allocation.order import Destination

    Reals = NDArray[np.float64]
    Integers = NDArray[np.int64]

WEEK_DAYS = 7
START = datetime(2026, 6, 1, 6, tzinfo=UTC)
"""A Monday. Days begin at night in the US, when nobody orders and trucks unload."""
BY_WEEKDAY = (1.20, 1.10, 1.00, 0.95, 0.90, 0.75, 1.10)
"""Orders of a day over those of the mean day, Monday first."""
BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 7, 6, 6, 5, 3, 2, 1)
"""Shares of the hours of a day that begins at 6 UTC."""

PROMOTED_RANKS = (20, 100)
"""SKUs of middling popularity are promoted: those that everybody buys need not be."""
PROMOTED_SKUS, PROMOTED_TIMES = 3, 4
PROMOTION_FROM, PROMOTION_DAYS = 3, 3
"""Each week from Thursday, three days, other SKUs each time."""

WAVE_DAY = 16
"""Wednesday of the third week (days from 0): a tenth of the centres' cells of the
popular SKUs are empty until Monday."""
WAVE_RANKS, WAVE_SHARE = 50, 0.1


@dataclass(frozen=True, slots=True)
class Size:
    """How large a month is."""

    orders_a_day: float = 30.0
    """Without promotions."""
    days: int = 28
    history_days: int = 28
    """Orders before the first day, which only forecasts know."""
    skus: int = 100
    """Most ordered ones; baskets keep their lines of these."""
    centres: int = 6
    stores: int = 12
    """Of the small demonstration's 12 and 48, spread over the country."""
    cover: float = 1.3
    """Centres hold so many times the demonstration's stock for the orders of a week:
    exact decisions then fill nine tenths of the units."""


@dataclass(frozen=True, slots=True)
class Dated:
    """An order, and when it comes."""

    at: datetime
    order: Order


@dataclass(frozen=True, slots=True, eq=False)
class Month:
    """What every policy meets. Stock is (skus, nodes) by the world's positions."""

    world: World
    network: Network
    opening: Integers
    """Each Monday every cell is filled up to it."""
    emptied: NDArray[np.bool_]
    """Cells that the wave empties."""
    history: tuple[Dated, ...]
    days: tuple[tuple[Dated, ...], ...]
    row_of: Mapping[str, int]
    value_minor: Integers


def month_of(seed: int, size: Size) -> Month:
    """The month of a seed."""
    chance = np.random.default_rng([seed, 3])
    world = _world(seed, size, chance)
    opening = world.stock.dense(len(world.items), len(world.nodes)).astype(np.int64)
    centre = np.array(["centre" in node.tags for node in world.nodes])
    emptied = chance.random(opening.shape) < WAVE_SHARE
    emptied &= centre & (np.arange(size.skus) < WAVE_RANKS)[:, None]
    days = _orders(size, chance)
    return Month(
        world,
        Network.compile(world.nodes, world.items, world.lanes),
        opening,
        emptied,
        history=tuple(each for day in days[: size.history_days] for each in day),
        days=tuple(days[size.history_days :]),
        row_of={item.sku: row for row, item in enumerate(world.items)},
        value_minor=np.array([item.value_minor for item in world.items]),
    )


def _world(seed: int, size: Size, chance: Generator) -> World:
    """A part of the small demonstration, its centres stocked for a week.

    Units are kept by chance rather than divided: cells of one unit stay whole or go.
    Stores keep their thin shelves as they are. What the centres that are left out would
    hold is at those that stay, in proportion.
    """
    whole = build_world(seed=seed, small=True)
    kept_nodes = _nodes(whole, size)
    held = whole.stock.dense(len(whole.items), len(whole.nodes))[: size.skus]
    centre = np.array(["centre" in node.tags for node in whole.nodes])
    share = size.cover * WEEK_DAYS * size.orders_a_day / ORDERS
    share *= held[:, centre].sum() / held[:, kept_nodes][:, centre[kept_nodes]].sum()
    held, centre = held[:, kept_nodes], centre[kept_nodes]
    units = np.where(centre, chance.binomial(held, min(1.0, share)), held)
    # A SKU on offer is somewhere.
    rows, largest = np.arange(size.skus), (held * centre).argmax(axis=1)
    units[rows, largest] = np.maximum(units[rows, largest], 1)
    sku, node = np.nonzero(units)
    return replace(
        whole,
        nodes=tuple(
            replace(whole.nodes[old], number=new) for new, old in enumerate(kept_nodes)
        ),
        items=whole.items[: size.skus],
        stock=StockTable(sku, node, units[sku, node].astype(np.int64)),
    )


def _nodes(world: World, size: Size) -> list[int]:
    """Positions of those that stay, centres first."""
    found: list[int] = []
    for tag, many in (("centre", size.centres), ("store", size.stores)):
        own = [at for at, node in enumerate(world.nodes) if tag in node.tags]
        found += [own[i * len(own) // many] for i in range(many)]
    return found


def _orders(size: Size, chance: Generator) -> list[tuple[Dated, ...]]:
    """Orders of each day, those of the history first; it has no promotions."""
    baskets = _baskets(size.skus)
    names = [sku.sku for sku in online_retail().skus[: size.skus]]
    days: list[tuple[Dated, ...]] = []
    promoted: set[str] = set()
    for day in range(-size.history_days, size.days):
        if day % WEEK_DAYS == PROMOTION_FROM or not days:
            some = names[slice(*PROMOTED_RANKS)]
            promoted = set(chance.choice(some, PROMOTED_SKUS, replace=False))
        since = day % WEEK_DAYS - PROMOTION_FROM
        is_on = day >= 0 and 0 <= since < PROMOTION_DAYS
        weight = np.array(
            [
                PROMOTED_TIMES if is_on and _asks(lines, promoted) else 1.0
                for lines in baskets
            ]
        )
        rate = size.orders_a_day * BY_WEEKDAY[day % WEEK_DAYS] * weight.mean()
        moments = _moments(day, rate, chance)
        drawn = chance.choice(len(baskets), len(moments), p=weight / weight.sum())
        homes = destinations(len(moments), chance)
        days.append(_dated(moments, [baskets[at] for at in drawn], homes))
    return days


def _baskets(skus: int) -> list[tuple[Line, ...]]:
    """The real baskets, without SKUs that the month does not have."""
    raw = online_retail()
    known = {sku.sku for sku in raw.skus[:skus]}
    cut = [
        tuple(
            Line(sku, household_units(units, raw.pack))
            for sku, units in basket.lines
            if sku in known
        )
        for basket in raw.baskets
    ]
    return [lines for lines in cut if lines]


def _asks(lines: tuple[Line, ...], skus: set[str]) -> bool:
    return any(line.sku in skus for line in lines)


def _moments(day: int, rate: float, chance: Generator) -> list[datetime]:
    """When the orders of a day come, in order."""
    share = np.array(BY_HOUR) / sum(BY_HOUR)
    by_hour = chance.poisson(rate * share)
    seconds = np.sort(
        np.repeat(np.arange(len(share)), by_hour) * 3600
        + chance.integers(0, 3600, by_hour.sum())
    )
    start = START + timedelta(days=day)
    return [start + timedelta(seconds=int(each)) for each in seconds]


def _dated(
    moments: Sequence[datetime],
    baskets: Sequence[tuple[Line, ...]],
    homes: Sequence[Destination],
) -> tuple[Dated, ...]:
    return tuple(
        Dated(at, Order(lines, home))
        for at, lines, home in zip(moments, baskets, homes, strict=True)
    )
