"""Publishes what commits left in the outbox: view changes and business events.

Publishing may repeat, never skip: rows are found by their missing published mark, not
by a number, because numbers are given before commits. Consumers drop ids they know.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, delete, select, update

from inventory.database import Database
from inventory.errors import OutcomeUnknown, StorageUnavailable
from inventory.packed import Entry
from inventory.pusher import Pusher
from inventory.queries import Queries
from inventory.tables import node, outbox
from inventory.view import View, ViewDown
from inventory.writer import Writer

ROWS_MAX = 500  # rows of one pass
GRACE_US = 2_000_000  # a batch's own push comes first


@dataclass(frozen=True, slots=True)
class _Found:
    """Unpublished rows, old enough."""

    views: tuple[tuple[int, int, dict[str, list[Entry]]], ...]
    events: tuple[tuple[int, dict[str, str]], ...]


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
    ) -> None:
        self._database = database
        self._queries = queries
        self._writer = writer
        self._view = view
        self._pusher = pusher

    async def run(self) -> int:
        """One pass; the number of rows that are published now.

        Raises:
            StorageUnavailable: the ledger cannot be reached.
        """
        done = self._pusher.take_shown()
        told: list[int] = []
        if self._view is not None:
            found = await self._queries.run(self._unpublished)
            shown = set(done)
            try:
                for number, generation, figures in found.views:
                    if number not in shown:
                        ahead = await self._view.push(generation, figures)
                        self._pusher.note_ahead(ahead)
                        done.append(number)
                await self._view.tell([event for _, event in found.events])
                told = [number for number, _ in found.events]
            except ViewDown:
                pass  # the rows stay unpublished; the next pass takes them
        if done or told:
            try:
                await self._writer.work(lambda c: self._mark(c, done, told))
            except (StorageUnavailable, OutcomeUnknown):
                self._pusher.shown += done
                raise
        return len(done) + len(told)

    def _unpublished(self, connection: Connection) -> _Found:
        ready_us = self._database.now_us(connection) - GRACE_US
        is_open = outbox.c.published_at_us.is_(None)
        is_ready = (outbox.c.kind != "VIEW") | (outbox.c.at_us <= ready_us)
        rows = connection.execute(
            select(outbox)
            .where(is_open, is_ready)
            .order_by(outbox.c.id)
            .limit(ROWS_MAX)
        ).all()
        views = [row for row in rows if row.kind == "VIEW"]
        numbers = _node_numbers(connection) if views else {}
        return _Found(
            views=tuple(_view_changes(row, numbers) for row in views),
            events=tuple(_event(row) for row in rows if row.kind != "VIEW"),
        )

    def _mark(
        self, connection: Connection, shown: Sequence[int], told: Sequence[int]
    ) -> None:
        """View rows have done their work and go; events stay for a while."""
        now_us = self._database.now_us(connection)
        if shown:
            connection.execute(delete(outbox).where(outbox.c.id.in_(shown)))
        if told:
            mark = update(outbox).values(published_at_us=now_us)
            connection.execute(mark.where(outbox.c.id.in_(told)))


def _node_numbers(connection: Connection) -> dict[str, int]:
    rows = connection.execute(select(node.c.id, node.c.number))
    return {str(name): int(number) for name, number in rows}


def _view_changes(
    row: "Row[tuple[object, ...]]", numbers: dict[str, int]
) -> tuple[int, int, dict[str, list[Entry]]]:
    generation, cells = json.loads(row.payload)
    figures: dict[str, list[Entry]] = {}
    for sku, name, version, available in cells:
        figures.setdefault(sku, []).append((numbers[name], version, available))
    return row.id, generation, figures


def _event(row: "Row[tuple[object, ...]]") -> tuple[int, dict[str, str]]:
    facts = {"id": str(row.id), "kind": row.kind, "key": row.key}
    return row.id, {**facts, "payload": row.payload, "at_us": str(row.at_us)}
