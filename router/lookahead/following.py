"""Every router follows the newest price list, as it follows network and policy.

The version is polled; a new list is unpacked aside and decided with at once. A router
that cannot reach SQL keeps the list that it has, which fades by itself.
"""

import asyncio
from typing import TYPE_CHECKING, Protocol

from inventory.prices.lists import PriceLists
from router.lookahead.listing import listed_of
from router.lookahead.steering import Steering
from router.snapshot import Snapshot

if TYPE_CHECKING:
    from allocation.network import Network
    from allocation.prices.published import PriceList


class Steered(Protocol):
    """Who decides with prices."""

    @property
    def snapshot(self) -> Snapshot: ...
    def steer(self, steering: Steering | None) -> None: ...


class Follower:
    """Keeps one process's price list up to date."""

    def __init__(self, lists: PriceLists, steered: Steered) -> None:
        self.listed: PriceList | None = None
        self._lists = lists
        self._steered = steered
        self._version = 0
        self._network: Network | None = None
        self._refreshing = asyncio.Lock()

    async def refresh(self) -> bool:
        """Look for a newer list or network; whether decisions use another list.

        Raises:
            StorageUnavailable: SQL cannot be reached; the known list stays.
        """
        async with self._refreshing:
            version = await self._lists.newest_version()
            network = self._steered.snapshot.network
            if version == self._version and network is self._network:
                return False
            if version != self._version:
                stored = await self._lists.newest()
                self.listed = None
                if stored is not None:
                    self.listed = await asyncio.to_thread(listed_of, stored)
                self._version = version if stored is None else stored.version
            self._network = network
            self._steer()
            return True

    def _steer(self) -> None:
        listed = self.listed
        if listed is None or not listed.cells:
            self._steered.steer(None)
        else:
            self._steered.steer(Steering.of(listed, self._steered.snapshot.nodes))
