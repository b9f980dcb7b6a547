"""One batch of operations as one SQL transaction: read, decide, write.

Absolute values are safe because two independent things protect them: the row locks,
taken in one global order, and the guarded writes. Each alone would do; together they
also catch a mistake in the other.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table

from inventory import tables
from inventory.books import Books, CellRow, Change, HoldRow
from inventory.bulk import Row, quoted
from inventory.database import Database
from inventory.decide import decide
from inventory.driver import execute
from inventory.errors import Refusal
from inventory.failpoint import failpoint
from inventory.feeds.writing import write_feeds
from inventory.lines import write_lines
from inventory.loading import cell_keys, load
from inventory.operations import (
    AdjustStock,
    Answer,
    CountStock,
    Operation,
    SetIncoming,
)
from inventory.orders.actions import OrderStep
from inventory.orders.loading import return_cells
from inventory.orders.tables import decision, payment
from inventory.orders.writing import write_flags, write_orders
from inventory.outcome_rows import outcome
from inventory.shelving import unknown_node
from inventory.supply_rows import write_incoming

_CELL_KEY = ("sku", "node", "ver")
_CELL_VALUES = ("on_hand", "held", "allocated", "short", "safety_stock", "ver")
_HOLD_KEY = ("owner", "hold_id", "state")
_HOLD_VALUES = ("state", "expires_at_us", "settled_at_us", "settled_by", "settle_op")


@dataclass(frozen=True, slots=True)
class Decided:
    """A batch after its writes, before its COMMIT.

    `outcomes` are in the order of the operations; `outbox_id` names the row from which
    the changes are pushed to the view if this process dies before it did.
    """

    outcomes: tuple[Answer | Refusal, ...]
    changes: tuple[Change, ...]
    generation: int
    outbox_id: int | None
    is_changed: bool


class Ledger:
    """The writing side of one process.

    Args:
        feeds_view: keep the changes of each batch in the outbox for the view.
    """

    def __init__(self, database: Database, *, feeds_view: bool) -> None:
        self.database = database
        self._feeds_view = feeds_view
        self._nodes: set[str] = set()

    def run(self, connection: Connection, operations: Sequence[Operation]) -> Decided:
        """Decide the operations and write their effects; the caller commits."""
        strangers = self._prepare(connection, operations)
        self.database.begin(connection)
        failpoint("begun")
        books = load(self.database, connection, operations)
        failpoint("locked")
        outcomes = tuple(
            strangers.get(number) or _outcome(books, operation)
            for number, operation in enumerate(operations)
        )
        changes = books.changes()
        is_changed = books.is_changed
        outbox_id = None
        if is_changed:
            outbox_id = self._write(connection, books, changes)
        failpoint("written")
        return Decided(
            outcomes=outcomes,
            changes=changes,
            generation=books.generation,
            outbox_id=outbox_id,
            is_changed=is_changed,
        )

    def _prepare(
        self, connection: Connection, operations: Sequence[Operation]
    ) -> dict[int, Refusal]:
        """Make the cells of counts, so that there is a row to lock.

        Returns the refusals of operations that name an unknown node, by position.
        """
        stock = {
            number: operation
            for number, operation in enumerate(operations)
            if isinstance(operation, CountStock | AdjustStock | SetIncoming)
        }
        steps = [o for o in operations if isinstance(o, OrderStep)]
        keys = {key for operation in stock.values() for key in cell_keys(operation)}
        keys.update(key for step in steps for key in return_cells(step))
        if not keys:
            return {}
        self._learn_nodes(connection, {node for _, node in keys} - self._nodes)
        self._make_cells(connection, [key for key in keys if key[1] in self._nodes])
        return {
            number: unknown_node(unknown[0])
            for number, operation in stock.items()
            if (unknown := [n for _, n in cell_keys(operation) if n not in self._nodes])
        }

    def _learn_nodes(self, connection: Connection, unknown: set[str]) -> None:
        if not unknown:
            return
        keys: list[Row] = [(node,) for node in sorted(unknown)]
        rows = self.database.bulk.select(connection, tables.node, keys, by=("id",))
        self._nodes.update(str(row[0]) for row in rows)
        self.database.rollback(connection)

    def _make_cells(
        self, connection: Connection, keys: Sequence[tuple[str, str]]
    ) -> None:
        if not keys:
            return
        bulk = self.database.bulk
        found = bulk.select(connection, tables.cell, sorted(keys), by=("sku", "node"))
        self.database.rollback(connection)
        missing = set(keys) - {(str(row[0]), str(row[1])) for row in found}
        if missing:
            self.database.begin(connection)
            zeros: list[Row] = [(*key, 0, 0, 0, 0, 0, 0) for key in sorted(missing)]
            bulk.insert_missing(connection, tables.cell, zeros)
            self.database.commit(connection)

    def _write(
        self,
        connection: Connection,
        books: Books,
        changes: Sequence[Change],
    ) -> int | None:
        self._write_holds(connection, books)
        cells = [books.cells[key] for key in sorted(books.touched)]
        self._update(
            connection,
            tables.cell,
            [_cell_values(c) for c in cells],
            by=_CELL_KEY,
            values=_CELL_VALUES,
        )
        failpoint("cells_written")
        write_feeds(self.database, connection, books.feeds, now_us=books.now_us)
        effects = books.effects
        for table, rows in (
            (tables.entry, effects.entries),
            (tables.order, effects.orders),
            (tables.order_line, effects.order_lines),
            (tables.allocation, effects.allocations),
            (tables.shipment, effects.shipments),
            (decision, effects.decisions),
            (payment, effects.payments),
            (outcome, effects.outcomes),
            (tables.idempotency, effects.answers),
            (tables.outbox, effects.events),
        ):
            self._insert(connection, table, rows)
        write_orders(self.database, connection, books)
        failpoint("orders_written")
        write_incoming(self.database, connection, books.incoming.values())
        if books.feeds.looked_at or books.flags:
            write_flags(self.database, connection, books, books.feeds.looked_at)
        return self._write_view_row(connection, books, changes)

    def _write_holds(self, connection: Connection, books: Books) -> None:
        holds = [books.changed_holds[key] for key in sorted(books.changed_holds)]
        made = [_hold_values(hold) for hold in holds if hold.read_state is None]
        self._insert(connection, tables.hold, made)
        self._update(
            connection,
            tables.hold,
            [_settlement(h) for h in holds if h.read_state is not None],
            by=_HOLD_KEY,
            values=_HOLD_VALUES,
        )
        failpoint("holds_written")

    def _write_view_row(
        self, connection: Connection, books: Books, changes: Sequence[Change]
    ) -> int | None:
        if not (self._feeds_view and changes):
            return None
        payload = json.dumps([books.generation, changes], separators=(",", ":"))
        text = (
            f"INSERT INTO {quoted(tables.outbox)} (key, kind, payload, at_us)"
            " VALUES ('', 'VIEW', {0}, {0}) RETURNING id"
        ).format("?" if self.database.is_sqlite else "%s")
        cursor = execute(connection, text, (payload, books.now_us))
        return int(cursor.fetchone()[0])

    def _insert(
        self, connection: Connection, table: Table, rows: Sequence[Row]
    ) -> None:
        if rows:
            self.database.bulk.insert(connection, table, rows)

    def _update(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Row],
        *,
        by: tuple[str, ...],
        values: tuple[str, ...],
    ) -> None:
        if rows:
            self.database.bulk.update(connection, table, rows, by=by, values=values)


def _outcome(books: Books, operation: Operation) -> Answer | Refusal:
    try:
        return decide(books, operation)
    except Refusal as refusal:
        return refusal


def _cell_values(cell: CellRow) -> Row:
    return (
        cell.sku,
        cell.node,
        cell.read_ver,
        cell.on_hand,
        cell.held,
        cell.allocated,
        cell.short,
        cell.safety_stock,
        cell.ver,
    )


def _settlement(hold: HoldRow) -> Row:
    assert hold.read_state is not None
    return (
        hold.owner,
        hold.hold_id,
        hold.read_state.value,
        hold.state.value,
        hold.expires_at_us,
        hold.settled_at_us,
        hold.settled_by,
        hold.settle_op,
    )


def _hold_values(hold: HoldRow) -> Row:
    return (
        hold.owner,
        hold.hold_id,
        hold.state.value,
        hold.request_hash,
        hold.order_ref,
        hold.created_at_us,
        hold.expires_at_us,
        hold.settled_at_us,
        hold.settled_by,
        hold.settle_op,
        write_lines(hold.lines),
        hold.decision,
        hold.gate,
        hold.priority,
    )
