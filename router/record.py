"""What nodes did with their shipments lately, kept up with the ledger.

Like the network it is read in the background, twice a second, and decided with at once:
a node that turned down too much is left alone as soon as a paused one. What is already
known is not read again but for the last seconds, since commits overtake each other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from allocation.cooling import HORIZON_S, REJECTIONS_MAX, Refusals
from inventory.instants import instant
from inventory.outcomes import Outcomes, Refusal
from router.lessons import NO_LESSONS, Lessons

OVERLAP = timedelta(seconds=10)
"""A commit becomes visible later than others by less than this."""
SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of the nodes, at one moment."""

    refusals: Refusals
    lessons: Lessons


NO_REFUSALS = Refusals({})
NO_RECORD = Record(NO_REFUSALS, NO_LESSONS)


class Recorded(Protocol):
    """What is decided with."""

    @property
    def record(self) -> Record: ...


class Told(Protocol):
    """Who decides with it."""

    @property
    def snapshot(self) -> Recorded: ...
    def learn(self, record: Record) -> None: ...


class Following:
    """Keeps one process's record up to date."""

    def __init__(
        self, outcomes: Outcomes, told: Told, *, now: Callable[[], datetime]
    ) -> None:
        self._outcomes = outcomes
        self._told = told
        self._now = now
        self._known: dict[int, Refusal] = {}
        self._read_to: datetime | None = None

    @classmethod
    async def open(
        cls, outcomes: Outcomes, told: Told, *, now: Callable[[], datetime]
    ) -> "Following":
        """Begin with what there is."""
        following = cls(outcomes, told, now=now)
        await following.refresh()
        return following

    async def refresh(self) -> bool:
        """Look for shipments that were turned down; whether there were some.

        Raises:
            StorageUnavailable: SQL cannot be reached; the known record stays.
        """
        oldest = self._now() - timedelta(seconds=HORIZON_S)
        since = oldest if self._read_to is None else self._read_to
        found = await self._outcomes.refusals(since)
        if found.newest_us is not None:
            self._read_to = instant(found.newest_us) - OVERLAP
        news = {row.id: row for row in found.rows if row.id not in self._known}
        if not news:
            return False
        oldest_us = int(oldest.timestamp()) * SECOND_US
        kept = {i: row for i, row in self._known.items() if row.at_us >= oldest_us}
        self._known = kept | news
        refusals = _refusals(self._known.values())
        self._told.learn(replace(self._told.snapshot.record, refusals=refusals))
        return True


def _refusals(rows: Iterable[Refusal]) -> Refusals:
    by_node: dict[str, list[int]] = {}
    for row in rows:
        by_node.setdefault(row.node_id, []).append(row.at_us // SECOND_US)
    return Refusals(
        {name: tuple(sorted(at)[-REJECTIONS_MAX:]) for name, at in by_node.items()}
    )
