"""What a solve needs: recent orders as if they came now, and the stock of now.

The ledger belongs to the router's process, so everything is read here and handed over;
the solver's process computes and nothing else.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from allocation.codec import asked_of
from allocation.order import Order
from allocation.policy import Policy
from allocation.prices.forecast import Past
from allocation.prices.outlook import ORDERS_MAX
from inventory.errors import PolicyNotFound
from inventory.history import PlacedOrder
from inventory.stock import Stock
from router.lookahead.brief import Brief
from router.lookahead.briefing import (
    HISTORY,
    HORIZON,
    HOUR,
    SAID_HISTORY,
    WINDOW,
    Units,
    available,
    brief_of,
    hour_of,
    imported_of,
    later,
)
from router.networks import Networks
from router.policies.in_force import PoliciesInForce
from router.policies.naming import number_of
from router.simulate.recorded import wishes_of


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
        lately = await self.stock.prices.lately(
            now - WINDOW, limit=ORDERS_MAX, counted_since=now - HISTORY
        )
        orders = await self._orders(lately.orders, now)
        first, last = hour_of(now - SAID_HISTORY), hour_of(now + HORIZON)
        forecasts = self.stock.prices.forecasts
        said = await forecasts.said(first, last, HORIZON // HOUR)
        imported = await asyncio.to_thread(imported_of, said)
        past = Past(lately.by_hour, imported)
        return await brief_of(network, orders, past, stock=self.stock, now=now)

    async def available(self, skus: Sequence[str], size: int) -> Units:
        """(skus, size) units that the view offers now."""
        return await available(self.stock, skus, size)

    async def _orders(
        self, placed: Sequence[PlacedOrder], now: datetime
    ) -> tuple[tuple[Order, Policy], ...]:
        """The orders under the policy of now, with the wishes that they came with."""
        stable, decisions = self.policies.stable, [each.decision for each in placed]
        asked = await asyncio.to_thread(lambda: [asked_of(raw) for raw in decisions])
        versions = {narrowed.version for _, narrowed, _ in asked}
        known = {version: await self._policy(version) for version in versions}
        return tuple(
            (order, later(wishes, now.date() - at.date()).narrow(stable))
            for order, narrowed, at in asked
            for wishes in [wishes_of(narrowed, known[narrowed.version])]
        )

    async def _policy(self, version: str) -> Policy | None:
        try:
            return await self.policies.policy(number_of(version))
        except PolicyNotFound:
            return None
