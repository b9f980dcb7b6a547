"""Sends the log on to a stream in Redis, for whoever would rather be told than ask.

Each event has the id generation-sequence there, so that the stream refuses what it has:
any number of processes may send, and nobody finds an event twice or out of order. The
stream is short and may be lost; who missed something asks the log.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from inventory.events.envelope import to_json
from inventory.events.log import Event, Wanted, bounds, read_after
from inventory.events.tables import event_mark
from inventory.queries import Queries
from inventory.view import STREAM_MAX, View, ViewDown
from inventory.writer import Writer

ROWS_MAX = 500  # of one pass
STREAM_MARK = "stream"


@dataclass(frozen=True, slots=True)
class _Next:
    """What the stream lacks."""

    generation: int
    events: list[Event]


@dataclass(frozen=True, slots=True)
class EventStream:
    """One process's way to the stream."""

    view: View
    queries: Queries
    writer: Writer

    async def run(self, source: str) -> int:
        """Send what is new; how many. A view that is down gets it later.

        Raises:
            StorageUnavailable: the ledger cannot be reached.
        """
        found = await self.queries.run(_next)
        if not found.events:
            return 0
        sent = [
            (f"{found.generation}-{one.sequence}", to_json(one, source))
            for one in found.events
        ]
        try:
            await self.view.tell(sent)
        except ViewDown:
            return 0
        await self.writer.work(lambda c: _move(c, found.events[-1].sequence))
        return len(sent)


def _next(connection: Connection) -> _Next:
    mark = select(event_mark.c.sequence).where(event_mark.c.name == STREAM_MARK)
    sent: int = connection.execute(mark).scalar_one()
    found = bounds(connection)
    # After a long time without a view: no more than the stream keeps.
    after = max(sent, found.first - 1, found.last - STREAM_MAX)
    events = read_after(connection, after, Wanted(), limit=ROWS_MAX)
    return _Next(found.generation, events)


def _move(connection: Connection, sequence: int) -> None:
    is_behind = event_mark.c.sequence < sequence
    mark = update(event_mark).where(event_mark.c.name == STREAM_MARK, is_behind)
    connection.execute(mark.values(sequence=sequence))
