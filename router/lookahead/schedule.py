"""When prices are made anew: every few minutes, and sooner where stock goes fast.

One router of the deployment makes them, whoever comes first; the others find them done.
A router whose solve failed rests as long as between two lists; the one in force fades.
"""

import time
from collections.abc import Callable
from datetime import datetime

from allocation.prices.published import PriceList
from inventory.errors import Overloaded
from router.lookahead.desk import Desk

GONE = 10
"""Prices are made anew when one of so many priced units is gone."""
LOOKS = 10
"""So often, between two lists, the priced stock is looked at."""


class Schedule:
    """The turns of one router."""

    def __init__(self, desk: Desk, *, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now
        self._rests_until = 0.0
        self._looks_at = 0.0

    async def tend(self) -> bool:
        """Make prices if it is time; whether it did.

        Raises:
            SolverDied: they were not made; the ones in force fade.
            StorageUnavailable: ledger or view cannot be reached.
        """
        every_s = self._desk.every.total_seconds()
        if not every_s or time.monotonic() < self._rests_until:
            return False
        if not await self._is_time():
            return False
        self._rests_until = time.monotonic() + every_s
        try:
            await self._desk.solve_now(publish=True)
        except Overloaded:
            return False
        self._rests_until = 0.0
        return True

    async def _is_time(self) -> bool:
        listed = await self._desk.current()
        if listed is None:
            return True
        age = self._now() - listed.made_at
        return age >= self._desk.every or await self._is_much_gone(listed)

    async def _is_much_gone(self, listed: PriceList) -> bool:
        """Whether a tenth of the units that had a price are not there any more."""
        if not listed.units or time.monotonic() < self._looks_at:
            return False
        self._looks_at = time.monotonic() + self._desk.every.total_seconds() / LOOKS
        nodes = self._desk.collecting.networks.snapshot.nodes
        size = self._desk.collecting.networks.snapshot.network.size
        there = await self._desk.collecting.available(listed.skus, size)
        known = [at for at, name in enumerate(listed.node_ids) if name in nodes]
        numbers = [nodes[listed.node_ids[at]].number for at in known]
        left = there[:, numbers][listed.price_minor[:, known] > 0].sum()
        return int(left) * GONE <= listed.units * (GONE - 1)
