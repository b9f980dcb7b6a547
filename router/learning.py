"""Looks up what past orders teach, every few minutes, while a policy asks for it.

The sums go over the entries of weeks, so nobody waits for them: until they are there, a
tier that asks finds all nodes alike. A simulation does wait, or it would try a tier
that cannot tell anything apart.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from allocation.policy import Policy
from allocation.rules.book import measures
from allocation.rules.words import Measure
from inventory.cover import NO_SALES, Cover
from inventory.outcomes import Outcomes
from router.lessons import lessons_of
from router.record import Record
from router.snapshot import Snapshot

LESSONS = frozenset((Measure.PICK_RISK, Measure.DAYS_OF_COVER))
PICKS_SINCE = timedelta(days=90)
"""As long as the ledger remembers outcomes."""
AGAIN = timedelta(minutes=5)
"""Rates of weeks change slowly; the stock itself is that of the moment."""


class Present(Protocol):
    """The network as it is, decided with by who is told what was learned."""

    @property
    def snapshot(self) -> Snapshot: ...
    def learn(self, record: Record) -> None: ...


class Learner:
    """Looks up lessons for one process."""

    def __init__(
        self,
        outcomes: Outcomes,
        cover: Cover,
        told: Present,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._outcomes = outcomes
        self._cover = cover
        self._told = told
        self._now = now
        self._learned: frozenset[Measure] = frozenset()
        self._again_at = datetime.min.replace(tzinfo=UTC)
        self._learning = asyncio.Lock()

    async def ready(self, *policies: Policy) -> bool:
        """Look up what these policies ask for, unless it is known; whether it was new.

        Raises:
            StorageUnavailable: the ledger cannot be read; what is known stays.
        """
        wanted = LESSONS & {each for p in policies for each in measures(p)}
        async with self._learning:
            young = self._now() < self._again_at
            if not wanted or (young and wanted <= self._learned):
                return False
            wanted |= self._learned if young else frozenset()
            await self._learn(wanted)
            return True

    async def _learn(self, wanted: frozenset[Measure]) -> None:
        picks, sales = await self._outcomes.picks(self._now() - PICKS_SINCE), NO_SALES
        if Measure.DAYS_OF_COVER in wanted:
            sales = await self._cover.sales()
        snapshot = self._told.snapshot
        numbers = {name: node.number for name, node in snapshot.nodes.items()}
        found = await asyncio.to_thread(lessons_of, picks, sales, numbers)
        # Other things may have been learned meanwhile.
        self._told.learn(replace(self._told.snapshot.record, lessons=found))
        self._learned, self._again_at = wanted, self._now() + AGAIN
