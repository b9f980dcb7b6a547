"""What nodes did with their shipments lately, kept up with the ledger.

Like the network it is read in the background, twice a second, and decided with at once:
a node that turned down too much is left alone as soon as a paused one. What is already
known is not read again but for the last seconds, since commits overtake each other.
News are added to what is known of their nodes; what is too old to matter goes by the
hour.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
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
FORGET_EVERY = timedelta(hours=1)

Times = Mapping[str, tuple[int, ...]]
"""When each node turned shipments down, in seconds since 1970, rising."""


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
        self._times: Times = {}
        self._seen: frozenset[int] = frozenset()
        """Ids of those that the next look may find again."""
        self._read_to: datetime | None = None
        self._forgot_at = now()

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
        now = self._now()
        oldest = now - timedelta(seconds=HORIZON_S)
        found = await self._outcomes.refusals(self._read_to or oldest)
        news = [row for row in found.rows if row.id not in self._seen]
        if found.newest_us is not None:
            read_to = instant(found.newest_us) - OVERLAP
            self._read_to = max(read_to, self._read_to or read_to)
            self._seen = frozenset(row.id for row in found.rows)
        if not news:
            return False
        if now - self._forgot_at >= FORGET_EVERY:
            self._times = since(self._times, int(oldest.timestamp()))
            self._forgot_at = now
        self._times = with_news(self._times, news)
        refusals = Refusals(self._times)
        self._told.learn(replace(self._told.snapshot.record, refusals=refusals))
        return True


def with_news(times: Times, news: Iterable[Refusal]) -> Times:
    """What is known with what is new, the latest of each node; nodes without news keep
    theirs."""
    fresh: defaultdict[str, list[int]] = defaultdict(list)
    for row in news:
        fresh[row.node_id].append(row.at_us // SECOND_US)
    return {**times} | {
        name: tuple(sorted((*times.get(name, ()), *at))[-REJECTIONS_MAX:])
        for name, at in fresh.items()
    }


def since(times: Times, oldest_s: int) -> Times:
    """What is known without what is older."""
    kept = {name: at[bisect_left(at, oldest_s) :] for name, at in times.items()}
    return {name: at for name, at in kept.items() if at}
