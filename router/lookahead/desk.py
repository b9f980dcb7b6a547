"""The prices of stock as a caller finds them, and new ones made at once."""

import asyncio
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from allocation.prices.outlook import Foreseen
from allocation.prices.published import PriceList
from allocation.prices.stored import Prices, priced_part, to_bytes
from inventory.errors import Overloaded
from inventory.instants import microseconds
from inventory.prices.lists import PriceLists, StoredPrices
from router import log
from router.lookahead.brief import Brief
from router.lookahead.collecting import HORIZON, Collecting
from router.lookahead.following import Follower, listed_of
from router.lookahead.solving import SECONDS_MAX, solved

FRESH_LEAST = timedelta(minutes=15)
FRESH_TIMES = 3
"""A list is fresh until the third solve after it has failed."""
FADES_TIMES = 3
"""And fades over three times as long."""
TURN = timedelta(seconds=SECONDS_MAX) + timedelta(minutes=1)
"""So long nobody else makes prices; a router that dies meanwhile keeps the turn."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Prices of one deployment, from one router."""

    lists: PriceLists
    follower: Follower
    collecting: Collecting
    every: timedelta
    """How often the schedule makes them; 0: never."""
    name: str = field(default_factory=lambda: str(uuid.uuid4()))
    """Of this process, whose turn it may be."""
    _solving: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def current(self) -> PriceList | None:
        """The list in force; it may have faded. None before the first.

        Raises:
            StorageUnavailable: the ledger cannot be read.
        """
        await self.follower.refresh()
        return self.follower.listed

    async def solve_now(self, publish: bool) -> PriceList:
        """New prices; without `publish` they are only shown, under no version.

        Raises:
            Overloaded: another router makes prices now.
            SolverDied: the solve did not come to an end; nothing was published.
            StorageUnavailable: ledger or view cannot be reached.
        """
        if self._solving.locked():
            raise _busy()
        async with self._solving:
            if not publish:
                return listed_of(await self._made())
            if not await self.lists.take_turn(self.name, TURN):
                raise _busy()
            published = await self.lists.publish(self.name, await self._made())
            if published is None:
                raise _busy()
            await self.lists.end_turn(self.name)
        await self.follower.refresh()
        return listed_of(published)

    async def _made(self) -> StoredPrices:
        brief = await self.collecting.brief()
        found = await solved(brief)
        tell = log.get().info if found.is_good else log.get().warning
        tell("prices.solved", orders=found.orders, said=found.verdict)
        return await asyncio.to_thread(stored_of, brief, found, self.every)


def stored_of(brief: Brief, found: Foreseen, every: timedelta) -> StoredPrices:
    """The row that a solve makes."""
    priced = found.price_minor > 0
    prices: Prices = priced_part(found.price_minor, brief.skus, brief.node_by_number)
    fresh = max(FRESH_LEAST, FRESH_TIMES * every)
    return StoredPrices(
        made_at_us=microseconds(brief.now),
        fresh_s=int(fresh.total_seconds()),
        fades_s=int((FADES_TIMES * fresh).total_seconds()),
        horizon_s=int(HORIZON.total_seconds()),
        orders=found.orders,
        futures=found.futures,
        bound_minor=found.bound_minor,
        cells=int(priced.sum()),
        units=int(brief.stock[priced].sum()),
        verdict=found.verdict,
        body=to_bytes(prices),
    )


def _busy() -> Overloaded:
    return Overloaded(
        "Prices are being made already",
        next_step="read them in a minute, or repeat the call then",
        metadata={"turnSeconds": f"{TURN.total_seconds():g}"},
    )
