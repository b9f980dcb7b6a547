"""From orders of late and the stock of now to a brief, whoever's stock it is: that of
the view, or that of a simulation."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from allocation.network import Network
from allocation.order import Order
from allocation.policy import Policy
from allocation.prices.backtest import history_hours
from allocation.prices.forecast import Past, foretell
from allocation.prices.imported import Imported, Said
from allocation.prices.outlook import CELLS_MAX
from allocation.prices.volume import WEEK
from inventory.prices.forecasts import SaidOrders
from inventory.prices.placed import HOUR_US
from inventory.reading import StockReading
from router.lookahead.brief import Brief
from router.planning import fit
from router.routing import Routing

WINDOW = timedelta(days=28)
"""Orders of this time stand for those to come."""
HORIZON = timedelta(days=3)
"""Orders of this time are looked ahead to: most stock is replenished within days, and
what is further away is guessed."""
SKUS_READ = 1_000
"""At a time."""
HOUR = timedelta(hours=1)
HISTORY = (history_hours(HORIZON // HOUR) + 1) * HOUR
"""Of so long orders are counted to try the forecast on. The first hour is not whole."""
SAID_HISTORY = HISTORY + WEEK * HOUR
"""What others forecast is corrected by a week before that."""
MILLI = 1_000

Units = NDArray[np.int64]


class Shelves(Protocol):
    """Stock that can be read."""

    async def read(self, skus: Sequence[str]) -> StockReading:
        """Available units of the SKUs at all nodes."""


async def brief_of(
    network: Network,
    orders: Sequence[tuple[Order, Policy]],
    past: Past,
    *,
    stock: Shelves,
    now: datetime,
) -> Brief:
    """What there is to be solved at a moment.

    Args:
        orders: in order of time, each under the policy that it would meet now.
        past: how many orders came and had been forecast, by hour since 1970.

    Raises:
        StorageUnavailable: the stock cannot be read.
    """
    forecast = foretell(past, hour_of(now), HORIZON // HOUR)
    asked = [order for order, _ in orders]
    skus = most_wanted(asked, CELLS_MAX // max(1, network.size))
    return Brief(
        await asyncio.to_thread(_content, network, asked),
        tuple(orders),
        skus,
        await available(stock, skus, network.size),
        forecast.orders,
        now,
        {number: node.node_id for number, node in network.node_by_number.items()},
        forecast,
    )


def hour_of(at: datetime) -> int:
    """The hour since 1970."""
    return int(at.timestamp() * 1_000_000) // HOUR_US


def imported_of(said: Iterable[SaidOrders]) -> Imported:
    """What the ledger has of others' forecasts."""
    return Imported(
        Said(each.hour, each.made_at_us // HOUR_US, each.orders_milli / MILLI)
        for each in said
    )


async def available(stock: Shelves, skus: Sequence[str], size: int) -> Units:
    """(skus, size) units that the stock offers now."""
    parts = [np.zeros((0, size), np.int64)]
    for first in range(0, len(skus), SKUS_READ):
        reading = await stock.read(skus[first : first + SKUS_READ])
        parts.append(fit(reading.available, size))
    return np.vstack(parts)


def later(wishes: Routing, days: timedelta) -> Routing:
    """The same wishes of an order that comes so many days later."""
    promise_by, wanted_by = wishes.promise_by, wishes.wanted_by
    return replace(
        wishes,
        promise_by=promise_by and promise_by + days,
        wanted_by=wanted_by and wanted_by + days,
    )


def most_wanted(orders: Sequence[Order], most: int) -> tuple[str, ...]:
    """SKUs that were asked for, at most so many, those of most units first."""
    units: Counter[str] = Counter()
    for order in orders:
        for line in order.lines:
            units[line.sku] += line.quantity
    ranked = sorted(units, key=lambda sku: (-units[sku], sku))
    return tuple(ranked[:most])


def _content(network: Network, orders: Sequence[Order]) -> bytes:
    """The network without items that nobody asked for."""
    skus = {line.sku for order in orders for line in order.lines}
    return network.subset(network.node_by_number, skus).to_json()
