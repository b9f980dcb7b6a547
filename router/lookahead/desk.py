"""The prices of stock as a caller finds them, and new ones made at once."""

import asyncio
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from allocation.prices.published import PriceList
from inventory.errors import Overloaded
from inventory.prices.lists import PriceLists, StoredPrices
from router import log
from router.lookahead.collecting import Collecting
from router.lookahead.following import Follower
from router.lookahead.listing import listed_of, stored_of
from router.lookahead.solving import SECONDS_MAX, solved

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


def _busy() -> Overloaded:
    return Overloaded(
        "Prices are being made already",
        next_step="read them in a minute, or repeat the call then",
        metadata={"turnSeconds": f"{TURN.total_seconds():g}"},
    )
