"""Announced supply in a batch's private copy, and how it is read and written."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete

from inventory.database import Database
from inventory.operations import Operation, ReceiveIncoming, SetIncoming
from inventory.orders.rows import Kept
from inventory.orders.tables import incoming

_KEY = ("incoming_id",)
_VALUES = ("sku", "node", "qty", "received", "expected_us", "at_us")


@dataclass(slots=True, eq=False)
class IncomingRow(Kept):
    """Units on their way to a node."""

    incoming_id: str
    sku: str
    node: str
    qty: int
    received: int
    expected_us: int
    at_us: int

    @property
    def open(self) -> int:
        """Units that are still expected."""
        return max(0, self.qty - self.received)


def load_incoming(
    database: Database, connection: Connection, operations: Iterable[Operation]
) -> dict[str, IncomingRow]:
    """The rows that the operations name, locked."""
    names = {(name,) for o in operations for name in _names(o)}
    if not names:
        return {}
    rows = database.bulk.select(connection, incoming, sorted(names), by=_KEY, lock=True)
    found = (IncomingRow.of(row) for row in rows)
    return {row.incoming_id: row for row in found}


def write_incoming(
    database: Database, connection: Connection, rows: Iterable[IncomingRow]
) -> None:
    """What the batch changed; supply withdrawn before any came is forgotten."""
    changed = [row for row in rows if row.is_changed]
    gone = [row.incoming_id for row in changed if not (row.qty or row.received)]
    if gone:
        connection.execute(delete(incoming).where(incoming.c.incoming_id.in_(gone)))
    kept = [row for row in changed if row.incoming_id not in gone]
    made = [row.values() for row in kept if row.read is None]
    if made:
        database.bulk.insert(connection, incoming, made)
    moved = [row.guarded(*_KEY) for row in kept if row.read is not None]
    if moved:
        database.bulk.update(connection, incoming, moved, by=_KEY, values=_VALUES)


def _names(operation: Operation) -> list[str]:
    if isinstance(operation, SetIncoming):
        return [row.incoming_id for row in operation.rows]
    return [operation.incoming_id] if isinstance(operation, ReceiveIncoming) else []
