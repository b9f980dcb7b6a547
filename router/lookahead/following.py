"""Every router follows the newest price list, as it follows network and policy.

The version is polled; a new list is unpacked aside and decided with at once. A router
that cannot reach SQL keeps the list that it has, which fades by itself.
"""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from allocation.prices.published import PriceList
from allocation.prices.stored import from_bytes
from inventory.instants import instant
from inventory.prices.lists import PriceLists, StoredPrices
from router.lookahead.steering import Steering
from router.snapshot import Snapshot

if TYPE_CHECKING:
    from allocation.network import Network

PREFIX = "prices-"


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


def listed_of(stored: StoredPrices) -> PriceList:
    """The list that a row of the ledger holds."""
    prices = from_bytes(stored.body)
    return PriceList(
        version=f"{PREFIX}{stored.version}",
        made_at=instant(stored.made_at_us),
        fresh_for=timedelta(seconds=stored.fresh_s),
        fades_over=timedelta(seconds=stored.fades_s),
        horizon=timedelta(seconds=stored.horizon_s),
        futures=stored.futures,
        bound_minor=stored.bound_minor,
        price_minor=prices.price_minor,
        skus=prices.skus,
        node_ids=prices.node_ids,
        orders=stored.orders,
        units=stored.units,
        verdict=stored.verdict,
    )
