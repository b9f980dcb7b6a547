"""Reads the log: pages from a number on, what is kept of it, one event by its id."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, false, func, or_, select

from inventory.database import Database
from inventory.errors import EventNotFound, EventsGone
from inventory.events.filing import LOG, unfiled
from inventory.events.tables import event, event_mark
from inventory.instants import instant
from inventory.loading import generation_of
from inventory.queries import Queries

ID_END_CHARS = 8
SCAN_MAX = 10_000  # numbers that one page looks at: a rare type must not read it all


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `data` is what was told of it."""

    sequence: int
    event_id: str
    type: str
    subject: str
    node_id: str
    at: datetime
    data: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events; what is left out is any. A type may end in `.*`: all below it."""

    types: tuple[str, ...] = ()
    subject: str = ""
    node_id: str = ""

    def takes(self, one: Event) -> bool:
        """Whether the event is one of them."""
        return (
            (not self.types or any(_matches(each, one.type) for each in self.types))
            and self.subject in ("", one.subject)
            and self.node_id in ("", one.node_id)
        )

    def clause(self) -> ColumnElement[bool]:
        """The same in SQL."""
        parts = [or_(false(), *map(_type_clause, self.types))] if self.types else []
        if self.subject:
            parts.append(event.c.subject == self.subject)
        if self.node_id:
            # In the words of the partial index: a bound value would not find it.
            parts += [event.c.node_id != "", event.c.node_id == self.node_id]
        return and_(event.c.sequence > 0, *parts)


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader has come: a number, and the end of the id that it had.

    A restored ledger gives the number to another event; then the ids differ. Without
    an id nothing is compared.
    """

    sequence: int
    id_end: str = ""

    @classmethod
    def at(cls, one: Event) -> "Position":
        """Right behind an event."""
        return cls(one.sequence, one.event_id[-ID_END_CHARS:])


@dataclass(frozen=True, slots=True)
class Bounds:
    """The numbers that are kept, first to last; the log is empty if last < first."""

    generation: int
    first: int
    last: int

    @property
    def start(self) -> Position:
        """Before everything that is kept."""
        return Position(self.first - 1)


@dataclass(frozen=True, slots=True)
class Page:
    """Events behind a position, and the one up to which nothing else is wanted."""

    events: tuple[Event, ...]
    until: Position
    bounds: Bounds

    @property
    def is_last(self) -> bool:
        """Whether the log had no more at that moment."""
        return self.until.sequence >= self.bounds.last


class EventLog:
    """The log as one process reads it."""

    def __init__(self, database: Database, queries: Queries) -> None:
        self._database = database
        self._queries = queries

    async def lag_s(self) -> float:
        """How long the oldest row of the outbox has waited for its place in the log."""

        def query(connection: Connection) -> float:
            oldest = connection.execute(unfiled().limit(1)).first()
            if oldest is None:
                return 0.0
            now_us = self._database.now_us(connection)
            waited_us: int = now_us - oldest.at_us
            return max(0.0, waited_us / 1_000_000)

        return await self._queries.run(query)

    async def bounds(self) -> Bounds:
        """What is kept now."""
        return await self._queries.run(bounds)

    async def page(self, after: Position | None, wanted: Wanted, *, limit: int) -> Page:
        """The next events behind a position, the oldest first; None is the start.

        Raises:
            EventsGone: some behind that position are not kept any more, or it is not
                one of this log.
        """

        def query(connection: Connection) -> Page:
            found = bounds(connection)
            start = found.start if after is None else after
            check_kept(connection, start, found)
            return _page(connection, start.sequence, wanted, found, limit=limit)

        return await self._queries.run(query)

    async def end(self) -> Position:
        """Behind everything that is there now."""

        def query(connection: Connection) -> Position:
            return _position(connection, bounds(connection).last)

        return await self._queries.run(query)

    async def find(self, event_id: str) -> Event:
        """One event. Raises EventNotFound."""
        wanted = select(event).where(event.c.event_id == event_id)
        row = await self._queries.run(lambda c: c.execute(wanted).one_or_none())
        if row is None:
            raise EventNotFound(
                f"There is no event {event_id}, or it is not kept any more",
                next_step="list them with ListEvents",
                metadata={"eventId": event_id},
            )
        return event_of(row)


def bounds(connection: Connection) -> Bounds:
    """What is kept at this moment."""
    mark = select(event_mark.c.sequence).where(event_mark.c.name == LOG)
    last = connection.execute(mark).scalar_one()
    first = connection.execute(select(func.min(event.c.sequence))).scalar_one()
    return Bounds(generation_of(connection), first or last + 1, last)


def check_kept(connection: Connection, after: Position, found: Bounds) -> None:
    """Raise EventsGone if a reader that has come so far would miss something."""
    known = _position(connection, after.sequence).id_end
    is_another = after.id_end and known and after.id_end != known
    if found.first - 1 <= after.sequence <= found.last and not is_another:
        return
    why = "The ledger was restored from an older copy"
    if after.sequence < found.first - 1:
        why = f"Events up to {found.first - 1} are not kept any more"
    raise EventsGone(
        f"{why}; the log cannot be read on after {after.sequence}",
        next_step="bring yourself up to date by reading orders and stock, then go on "
        f"after {found.last}",
        metadata={
            "after": str(after.sequence),
            "first": str(found.first),
            "last": str(found.last),
        },
    )


def _position(connection: Connection, sequence: int) -> Position:
    same = event.c.sequence == sequence
    found = connection.execute(select(event.c.event_id).where(same)).scalar()
    return Position(sequence, (found or "")[-ID_END_CHARS:])


def read_after(
    connection: Connection, after: int, wanted: Wanted, *, limit: int
) -> list[Event]:
    """Events behind a number, the oldest first."""
    rows = connection.execute(
        select(event)
        .where(event.c.sequence > after, wanted.clause())
        .order_by(event.c.sequence)
        .limit(limit)
    )
    return [event_of(row) for row in rows]


def event_of(row: Row[Any]) -> Event:
    """An event of its row."""
    return Event(
        row.sequence,
        row.event_id,
        row.type,
        row.subject,
        row.node_id,
        instant(row.at_us),
        json.loads(row.data),
    )


def _page(
    connection: Connection, after: int, wanted: Wanted, found: Bounds, *, limit: int
) -> Page:
    last = found.last
    if not (wanted.subject or wanted.node_id):
        last = min(last, after + SCAN_MAX)
    rows = connection.execute(
        select(event)
        .where(event.c.sequence > after, event.c.sequence <= last, wanted.clause())
        .order_by(event.c.sequence)
        .limit(limit)
    ).all()
    events = tuple(map(event_of, rows))
    until = _position(connection, last)
    if len(events) == limit:
        until = Position.at(events[-1])
    return Page(events, until, found)


def _family(pattern: str) -> str:
    """`shipfrom.order.` of `shipfrom.order.*`, '' of a whole type."""
    return pattern[:-1] if pattern.endswith(".*") else ""


def _matches(pattern: str, kind: str) -> bool:
    family = _family(pattern)
    return kind.startswith(family) if family else kind == pattern


def _type_clause(pattern: str) -> ColumnElement[bool]:
    family = _family(pattern)
    if not family:
        return event.c.type == pattern
    behind = family[:-1] + chr(ord(".") + 1)
    return and_(event.c.type >= family, event.c.type < behind)
