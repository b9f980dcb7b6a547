"""What every database's bulk statements promise, and PostgreSQL's way to keep it.

A statement a row costs a round trip on PostgreSQL, and on SQLite a hand-over of the
interpreter lock for each row, which a busy event loop turns into milliseconds. So the
rows of a batch travel together, one statement a table.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlalchemy import Connection, Integer, LargeBinary, Table

from inventory.driver import execute

Value = str | int | bytes | None
Row = tuple[Value, ...]


class RowsMoved(Exception):
    """A guarded statement hit fewer rows than meant: a rival was faster."""


class Bulk(Protocol):
    """Bulk statements of one database. A row has the table's stored columns in order.

    `insert` and `update` raise `RowsMoved` unless every row was hit; `insert_missing`
    skips rows whose key exists and says how many were new. `select` returns the rows
    whose `by` columns equal a key, and locks them in that order if told to.
    """

    def insert(
        self, connection: Connection, table: Table, rows: Sequence[Row]
    ) -> None: ...

    def insert_missing(
        self, connection: Connection, table: Table, rows: Sequence[Row]
    ) -> int: ...

    def select(
        self,
        connection: Connection,
        table: Table,
        keys: Sequence[Row],
        *,
        by: tuple[str, ...],
        lock: bool = False,
        only: str = "",
    ) -> list[Row]:
        """Rows of the keys; `only` is a condition on them, in the very words of the
        partial index that finds them, for a bound value would not find it."""
        ...

    def update(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Row],
        *,
        by: tuple[str, ...],
        values: tuple[str, ...],
    ) -> None: ...


def stored_columns(table: Table) -> list[str]:
    """Columns that a row carries: all but a serial number that the database gives."""
    return [c.name for c in table.columns if c.autoincrement is not True]


def quoted(table: Table) -> str:
    """The table's name as every database takes it: `order` is a reserved word."""
    return f'"{table.name}"'


def must_hit(wanted: int, hit: int, table: Table) -> None:
    """Every guarded statement checks its row count: the guard is the last defence."""
    if hit != wanted:
        raise RowsMoved(f"{table.name}: {hit} of {wanted} rows")


class PostgresBulk:
    """Arrays through `unnest`; each text is built once, from the schema."""

    def __init__(self) -> None:
        self._texts: dict[tuple[object, ...], str] = {}

    def insert(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        must_hit(len(rows), self._insert(connection, table, rows, ""), table)

    def insert_missing(
        self, connection: Connection, table: Table, rows: Sequence[Row]
    ) -> int:
        return self._insert(connection, table, rows, " ON CONFLICT DO NOTHING")

    def select(
        self,
        connection: Connection,
        table: Table,
        keys: Sequence[Row],
        *,
        by: tuple[str, ...],
        lock: bool = False,
        only: str = "",
    ) -> list[Row]:
        text = self._texts.get((table.name, by, lock, only))
        if text is None:
            text = _select(table, by, lock=lock, only=only)
            self._texts[(table.name, by, lock, only)] = text
        found: list[Row] = execute(connection, text, arrays_of(keys)).fetchall()
        return found

    def update(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Row],
        *,
        by: tuple[str, ...],
        values: tuple[str, ...],
    ) -> None:
        text = self._texts.get((table.name, by, values))
        if text is None:
            text = self._texts[(table.name, by, values)] = _update(table, by, values)
        hit = execute(connection, text, arrays_of(rows)).rowcount
        must_hit(len(rows), hit, table)

    def _insert(
        self, connection: Connection, table: Table, rows: Sequence[Row], suffix: str
    ) -> int:
        text = self._texts.get((table.name, suffix))
        if text is None:
            columns = stored_columns(table)
            text = self._texts[(table.name, suffix)] = (
                f"INSERT INTO {quoted(table)} ({', '.join(columns)})"
                f" SELECT * FROM unnest({_arrays(table, columns)}){suffix}"
            )
        return int(execute(connection, text, arrays_of(rows)).rowcount)


def _select(table: Table, by: Sequence[str], *, lock: bool, only: str) -> str:
    names = ", ".join(f"k{n}" for n in range(len(by)))
    match = " AND ".join(f"t.{c} = k.k{n}" for n, c in enumerate(by))
    columns = ", ".join(f"t.{c.name}" for c in table.columns)
    text = (
        f"SELECT {columns} FROM unnest({_arrays(table, by)}) AS k({names})"
        f" JOIN {quoted(table)} t ON {match}{f' WHERE {only}' if only else ''}"
        f" ORDER BY {', '.join(f't.{c}' for c in by)}"
    )
    # No foreign key points at these rows, so the weaker lock is enough.
    return f"{text} FOR NO KEY UPDATE OF t" if lock else text


def _update(table: Table, by: Sequence[str], values: Sequence[str]) -> str:
    given = (*by, *values)
    names = ", ".join(f"k{n}" for n in range(len(given)))
    match = " AND ".join(f"t.{c} = k.k{n}" for n, c in enumerate(by))
    news = ", ".join(f"{c} = k.k{n + len(by)}" for n, c in enumerate(values))
    return (
        f"UPDATE {quoted(table)} t SET {news}"
        f" FROM unnest({_arrays(table, given)}) AS k({names}) WHERE {match}"
    )


def arrays_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """The rows as one array a column, for PostgreSQL's `unnest`."""
    return tuple(map(_array, zip(*rows, strict=True)))


def _array(values: Sequence[Value]) -> str:
    """An array literal; the driver's own takes ten times as long for texts."""
    return f"{{{','.join(map(_element, values))}}}"


def _element(value: Value) -> str:
    if isinstance(value, str):
        if "\\" in value or '"' in value:
            value = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{value}"'
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    return "NULL" if value is None else str(value)


def _arrays(table: Table, columns: Iterable[str]) -> str:
    return ", ".join(f"%s::{_postgres_type(table, name)}[]" for name in columns)


def _postgres_type(table: Table, column: str) -> str:
    kind = table.columns[column].type
    if isinstance(kind, LargeBinary):
        return "bytea"
    return "bigint" if isinstance(kind, Integer) else "text"
