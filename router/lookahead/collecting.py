"""What a solve needs: recent orders as if they came now, and the stock of now.

The ledger belongs to the router's process, so everything is read here and handed over;
the solver's process computes and nothing else.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from allocation.codec import asked_of
from allocation.network import Network
from allocation.order import Order
from allocation.policy import Policy
from allocation.prices.outlook import CELLS_MAX, ORDERS_MAX
from allocation.prices.volume import expected_orders
from inventory.errors import PolicyNotFound
from inventory.history import PlacedOrder
from inventory.prices.placed import HOUR_US
from inventory.stock import Stock
from router.lookahead.brief import Brief
from router.networks import Networks
from router.planning import fit
from router.policies.in_force import PoliciesInForce
from router.policies.naming import number_of
from router.routing import Routing
from router.simulate.recorded import wishes_of

WINDOW = timedelta(days=28)
"""Orders of this time stand for those to come."""
HORIZON = timedelta(days=3)
"""Orders of this time are looked ahead to: most stock is replenished within days, and
what is further away is guessed."""
SKUS_READ = 1_000
"""At a time."""
HOUR = timedelta(hours=1)

Units = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Collecting:
    """Collects briefs in one process."""

    stock: Stock
    networks: Networks
    policies: PoliciesInForce
    now: Callable[[], datetime]

    async def brief(self) -> Brief:
        """What there is to be solved now.

        Raises:
            StorageUnavailable: ledger or view cannot be read.
        """
        network, now = self.networks.snapshot.network, self.now()
        lately = await self.stock.prices.lately(now - WINDOW, limit=ORDERS_MAX)
        hour = int(now.timestamp() * 1_000_000) // HOUR_US
        expected = expected_orders(lately.by_hour, hour, HORIZON // HOUR)
        orders = await self._orders(lately.orders, now)
        asked = [order for order, _ in orders]
        skus = most_wanted(asked, CELLS_MAX // max(1, network.size))
        return Brief(
            await asyncio.to_thread(_content, network, asked),
            orders,
            skus,
            await self.available(skus, network.size),
            expected,
            now,
            {number: node.node_id for number, node in network.node_by_number.items()},
        )

    async def available(self, skus: Sequence[str], size: int) -> Units:
        """(skus, size) units that the view offers now."""
        parts = [np.zeros((0, size), np.int64)]
        for first in range(0, len(skus), SKUS_READ):
            reading = await self.stock.read(skus[first : first + SKUS_READ])
            parts.append(fit(reading.available, size))
        return np.vstack(parts)

    async def _orders(
        self, placed: Sequence[PlacedOrder], now: datetime
    ) -> tuple[tuple[Order, Policy], ...]:
        """The orders under the policy of now, with the wishes that they came with."""
        stable, decisions = self.policies.stable, [each.decision for each in placed]
        asked = await asyncio.to_thread(lambda: [asked_of(raw) for raw in decisions])
        versions = {narrowed.version for _, narrowed, _ in asked}
        known = {version: await self._policy(version) for version in versions}
        return tuple(
            (order, _later(wishes, now.date() - at.date()).narrow(stable))
            for order, narrowed, at in asked
            for wishes in [wishes_of(narrowed, known[narrowed.version])]
        )

    async def _policy(self, version: str) -> Policy | None:
        try:
            return await self.policies.policy(number_of(version))
        except PolicyNotFound:
            return None


def _later(wishes: Routing, days: timedelta) -> Routing:
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
