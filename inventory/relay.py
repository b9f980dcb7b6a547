"""Publishes what commits left in the outbox: view changes, and events into their log.

Publishing may repeat, never skip: rows are found by their missing published mark, not
by a number, because numbers are given before commits. The log gives the events numbers
of its own, in whose order they go to the stream.
"""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, Row, delete, select

from inventory.database import Database
from inventory.errors import OutcomeUnknown, StorageUnavailable
from inventory.events.filing import VIEW_KIND, file, unfiled
from inventory.events.stream import EventStream
from inventory.packed import Entry
from inventory.pusher import Pusher
from inventory.queries import Queries
from inventory.tables import node, outbox
from inventory.view import View, ViewDown
from inventory.writer import Writer

ROWS_MAX = 500  # rows of one pass
PORTIONS_MAX = 20  # portions of events that one pass files
GRACE_US = 2_000_000  # a batch's own push comes first

Change = tuple[int, int, dict[str, list[Entry]]]
"""An outbox row: its id, its generation, figures by SKU."""


class Relay:
    """One process's outbox passes; any number of processes may run them."""

    def __init__(
        self,
        database: Database,
        queries: Queries,
        writer: Writer,
        *,
        view: View | None,
        pusher: Pusher,
        source: str,
    ) -> None:
        self._database = database
        self._queries = queries
        self._writer = writer
        self._view = view
        self._pusher = pusher
        self._source = source

    async def run(self) -> int:
        """One pass; the number of rows that are published now.

        Raises:
            StorageUnavailable: the ledger cannot be reached.
        """
        filed = await self._file()
        if self._view is not None:
            await EventStream(self._view, self._queries, self._writer).run(self._source)
        return filed + await self._show()

    async def _file(self) -> int:
        """Give every event its place in the log."""
        filed = 0
        for _ in range(PORTIONS_MAX):
            if not await self._queries.run(_has_unfiled):
                break
            filed += await self._writer.work(
                lambda c: file(c, self._database.now_us(c))
            )
        return filed

    async def _show(self) -> int:
        """Push what the writer's own push did not."""
        done = self._pusher.take_shown()
        if self._view is not None:
            shown = set(done)
            try:
                for number, generation, figures in await self._queries.run(self._late):
                    if number not in shown:
                        ahead = await self._view.push(generation, figures)
                        self._pusher.note_ahead(ahead)
                        done.append(number)
            except ViewDown:
                pass  # the rows stay unpublished; the next pass takes them
        if done:
            try:
                await self._writer.work(lambda c: _forget(c, done))
            except (StorageUnavailable, OutcomeUnknown):
                self._pusher.shown += done
                raise
        return len(done)

    def _late(self, connection: Connection) -> list[Change]:
        ready_us = self._database.now_us(connection) - GRACE_US
        is_open = outbox.c.published_at_us.is_(None)
        is_ready = (outbox.c.kind == VIEW_KIND) & (outbox.c.at_us <= ready_us)
        rows = connection.execute(
            select(outbox)
            .where(is_open, is_ready)
            .order_by(outbox.c.id)
            .limit(ROWS_MAX)
        ).all()
        numbers = _node_numbers(connection) if rows else {}
        return [_view_change(row, numbers) for row in rows]


def _has_unfiled(connection: Connection) -> bool:
    return connection.execute(unfiled().limit(1)).first() is not None


def _forget(connection: Connection, shown: Sequence[int]) -> None:
    """View rows have done their work; an id may be another row's by now."""
    is_shown = outbox.c.id.in_(shown), outbox.c.kind == VIEW_KIND
    connection.execute(delete(outbox).where(*is_shown))


def _node_numbers(connection: Connection) -> dict[str, int]:
    rows = connection.execute(select(node.c.id, node.c.number))
    return {str(name): int(number) for name, number in rows}


def _view_change(row: "Row[tuple[object, ...]]", numbers: dict[str, int]) -> Change:
    generation, cells = json.loads(row.payload)
    figures: dict[str, list[Entry]] = {}
    for sku, name, version, available in cells:
        figures.setdefault(sku, []).append((numbers[name], version, available))
    return row.id, generation, figures
