"""The network in memory, kept up with the catalogue, and those of past decisions.

Every router polls the catalogue's version and compiles a newer one off the event loop.
A decision names its network by content, so that it can be replayed years later.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from allocation.network import Network
from inventory.catalogue import Catalogue
from router.lookahead.steering import Steering
from router.record import Record
from router.snapshot import Snapshot, compile_snapshot

REPLAYED_MAX = 4
"""Past networks kept compiled; a large one takes some 100 MB."""

KEPT_MAX = 1_000
"""Versions remembered as stored; a forgotten one is found stored already."""


class Networks:
    """The newest snapshot of this process, and access to older networks."""

    def __init__(
        self, catalogue: Catalogue, snapshot: Snapshot, *, now: Callable[[], datetime]
    ) -> None:
        self.snapshot = snapshot
        self._catalogue = catalogue
        self._now = now
        self._refreshing = asyncio.Lock()
        self._keeping = asyncio.Lock()
        self._kept: set[str] = set()
        self._past: OrderedDict[str, Network] = OrderedDict()

    @classmethod
    async def open(
        cls, catalogue: Catalogue, *, now: Callable[[], datetime]
    ) -> "Networks":
        """Compile the present catalogue."""
        rows = await catalogue.load()
        snapshot = await asyncio.to_thread(compile_snapshot, rows, now=now())
        return cls(catalogue, snapshot, now=now)

    async def refresh(self) -> bool:
        """Compile the catalogue again if it changed; whether it did.

        Raises:
            StorageUnavailable: SQL cannot be reached; the old snapshot stays.
        """
        async with self._refreshing:
            version = await self._catalogue.version()
            if version == self.snapshot.catalogue_version:
                return False
            rows = await self._catalogue.load()
            newer = await asyncio.to_thread(compile_snapshot, rows, now=self._now())
            known = self.snapshot
            self.snapshot = replace(newer, record=known.record, steering=known.steering)
            return True

    def learn(self, record: Record) -> None:
        """Decide with what nodes did lately; the network stays."""
        self.snapshot = replace(self.snapshot, record=record)

    def steer(self, steering: Steering | None) -> None:
        """Decide with these prices of stock."""
        self.snapshot = replace(self.snapshot, steering=steering)

    async def keep(self, network: Network) -> None:
        """Store a network by its content before the first hold that rests on it."""
        if network.version in self._kept:
            return
        async with self._keeping:
            if network.version not in self._kept:
                content = await asyncio.to_thread(network.to_json)
                await self._catalogue.keep_network(network.version, content)
                if len(self._kept) >= KEPT_MAX:
                    self._kept.clear()
                self._kept.add(network.version)

    async def of(self, version: str) -> Network | None:
        """The network that a decision was made with, or None when nobody kept it."""
        if version == self.snapshot.network.version:
            return self.snapshot.network
        network = self._past.get(version)
        if network is None:
            content = await self._catalogue.network(version)
            if content is None:
                return None
            network = await asyncio.to_thread(Network.from_json, content)
            self._past[version] = network
        self._past.move_to_end(version)
        if len(self._past) > REPLAYED_MAX:
            self._past.popitem(last=False)
        return network
