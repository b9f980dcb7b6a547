"""One statement a table and batch, whatever the database.

A statement a row costs a round trip on PostgreSQL, and on SQLite a hand-over of the
interpreter lock for each row, which a busy event loop turns into milliseconds. So rows
travel as arrays: `unnest` on PostgreSQL, one JSON text on SQLite, both ways.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlalchemy import Connection, Integer, LargeBinary, Table

Value = str | int | bytes | None
Row = tuple[Value, ...]


class RowsMoved(Exception):
    """A guarded statement hit fewer rows than meant: a rival was faster."""


class Bulk(Protocol):
    """Bulk statements of one database; each is built once, from the schema."""

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
    ) -> list[Row]: ...

    def update(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Row],
        *,
        by: tuple[str, ...],
        guard: str,
        values: tuple[str, ...],
    ) -> None: ...


def bulk_for(dialect: str) -> Bulk:
    """The bulk statements of a SQLAlchemy dialect name."""
    return SqliteBulk() if dialect == "sqlite" else PostgresBulk()


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
    """Arrays through `unnest`; rows lock in key order."""

    def __init__(self) -> None:
        self._texts: dict[tuple[object, ...], str] = {}

    def insert(
        self, connection: Connection, table: Table, rows: Sequence[Row]
    ) -> None:
        must_hit(len(rows), self._insert(connection, table, rows, ""), table)

    def insert_missing(
        self, connection: Connection, table: Table, rows: Sequence[Row]
    ) -> int:
        return self._insert(connection, table, rows, " ON CONFLICT DO NOTHING")

    def _insert(
        self, connection: Connection, table: Table, rows: Sequence[Row], suffix: str
    ) -> int:
        text = self._texts.get((table, suffix))
        if text is None:
            columns = stored_columns(table)
            text = (
                f"INSERT INTO {quoted(table)} ({', '.join(columns)})"
                f" SELECT * FROM unnest({_arrays(table, columns)}){suffix}"
            )
            self._texts[(table, suffix)] = text
        return connection.exec_driver_sql(text, _columns(rows)).rowcount

    def select(
        self,
        connection: Connection,
        table: Table,
        keys: Sequence[Row],
        *,
        by: tuple[str, ...],
        lock: bool = False,
    ) -> list[Row]:
        text = self._texts.get((table, by, lock))
        if text is None:
            names = ", ".join(f"k{n}" for n in range(len(by)))
            match = " AND ".join(f"t.{c} = k.k{n}" for n, c in enumerate(by))
            columns = ", ".join(f"t.{c.name}" for c in table.columns)
            text = (
                f"SELECT {columns} FROM unnest({_arrays(table, by)}) AS k({names})"
                f" JOIN {quoted(table)} t ON {match}"
                f" ORDER BY {', '.join(f't.{c}' for c in by)}"
            )
            # Nobody's foreign keys point here, so the weaker lock is enough.
            text += " FOR NO KEY UPDATE OF t" if lock else ""
            self._texts[(table, by, lock)] = text
        found = connection.exec_driver_sql(text, _columns(keys)).fetchall()
        return [tuple(row) for row in found]

    def update(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Row],
        *,
        by: tuple[str, ...],
        guard: str,
        values: tuple[str, ...],
    ) -> None:
        text = self._texts.get((table, by, guard, values))
        if text is None:
            given = (*by, guard, *values)
            names = ", ".join(f"k{n}" for n in range(len(given)))
            guarded = (*by, guard)
            match = " AND ".join(f"t.{c} = k.k{n}" for n, c in enumerate(guarded))
            news = ", ".join(f"{c} = k.k{n + len(guarded)}" for n, c in enumerate(values))
            text = (
                f"UPDATE {quoted(table)} t SET {news}"
                f" FROM unnest({_arrays(table, given)}) AS k({names}) WHERE {match}"
            )
            self._texts[(table, by, guard, values)] = text
        hit = connection.exec_driver_sql(text, _columns(rows)).rowcount
        must_hit(len(rows), hit, table)


def _columns(rows: Sequence[Row]) -> tuple[list[Value], ...]:
    return tuple(map(list, zip(*rows, strict=True)))


def _arrays(table: Table, columns: Iterable[str]) -> str:
    return ", ".join(f"%s::{_postgres_type(table, name)}[]" for name in columns)


def _postgres_type(table: Table, column: str) -> str:
    kind = table.columns[column].type
    if isinstance(kind, LargeBinary):
        return "bytea"
    return "bigint" if isinstance(kind, Integer) else "text"


class SqliteBulk:
    """One JSON text in, one JSON text out; blobs travel beside it as one blob."""

    def __init__(self) -> None:
        self._texts: dict[tuple[object, ...], str] = {}

    def insert(
        self, connection: Connection, table: Table, rows: Sequence[Row]
    ) -> None:
        must_hit(len(rows), self._insert(connection, table, rows, ""), table)

    def insert_missing(
        self, connection: Connection, table: Table, rows: Sequence[Row]
    ) -> int:
        # WHERE true: without it SQLite reads ON as a join condition.
        return self._insert(
            connection, table, rows, " WHERE true ON CONFLICT DO NOTHING"
        )

    def _insert(
        self, connection: Connection, table: Table, rows: Sequence[Row], suffix: str
    ) -> int:
        columns = stored_columns(table)
        blob = _blob_column(table, columns)
        text = self._texts.get((table, suffix))
        if text is None:
            text = (
                f"INSERT INTO {quoted(table)} ({', '.join(columns)})"
                f" SELECT {_json_values(len(columns), blob)} FROM json_each(?1){suffix}"
            )
            self._texts[(table, suffix)] = text
        if blob is None:
            return connection.exec_driver_sql(text, (json.dumps(rows),)).rowcount
        placed, blobs = _apart(rows, blob)
        return connection.exec_driver_sql(text, (json.dumps(placed), blobs)).rowcount

    def select(
        self,
        connection: Connection,
        table: Table,
        keys: Sequence[Row],
        *,
        by: tuple[str, ...],
        lock: bool = False,
    ) -> list[Row]:
        columns = [c.name for c in table.columns]
        blob = _blob_column(table, columns)
        text = self._texts.get((table, by))
        if text is None:
            match = " AND ".join(
                f"t.{c} = json_extract(k.value, '$[{n}]')" for n, c in enumerate(by)
            )
            wanted = [f"hex(t.{c})" if n == blob else f"t.{c}" for n, c in enumerate(columns)]
            # CROSS JOIN keeps the keys outside, so that the table is searched, not read.
            text = (
                f"SELECT json_group_array(json_array({', '.join(wanted)}))"
                f" FROM json_each(?1) k CROSS JOIN {quoted(table)} t ON {match}"
            )
            self._texts[(table, by)] = text
        answer = connection.exec_driver_sql(text, (json.dumps(keys),)).scalar_one()
        rows = json.loads(answer)
        if blob is None:
            return [tuple(row) for row in rows]
        return [
            (*row[:blob], bytes.fromhex(row[blob]), *row[blob + 1 :]) for row in rows
        ]

    def update(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Row],
        *,
        by: tuple[str, ...],
        guard: str,
        values: tuple[str, ...],
    ) -> None:
        text = self._texts.get((table, by, guard, values))
        if text is None:
            names = [f"json_extract(k.value, '$[{n}]')" for n in range(len(by) + 1 + len(values))]
            guarded = (*by, guard)
            match = " AND ".join(
                f"t.{c} = {n}" for c, n in zip(guarded, names, strict=False)
            )
            news = ", ".join(
                f"{c} = {n}"
                for c, n in zip(values, names[len(guarded) :], strict=True)
            )
            text = (
                f"UPDATE {quoted(table)} AS t SET {news}"
                f" FROM json_each(?1) k WHERE {match}"
            )
            self._texts[(table, by, guard, values)] = text
        hit = connection.exec_driver_sql(text, (json.dumps(rows),)).rowcount
        must_hit(len(rows), hit, table)


def _json_values(count: int, blob: int | None) -> str:
    """One expression a column; a blob column is cut out of the second parameter."""
    values = [f"json_extract(value, '$[{n}]')" for n in range(count)]
    if blob is not None:
        start, length = f"json_extract(value, '$[{blob}]')", f"json_extract(value, '$[{count}]')"
        values[blob] = f"substr(?2, {start}, {length})"
    return ", ".join(values)


def _blob_column(table: Table, columns: Sequence[str]) -> int | None:
    for number, name in enumerate(columns):
        if isinstance(table.columns[name].type, LargeBinary):
            return number
    return None


def _apart(rows: Sequence[Row], blob: int) -> tuple[list[Row], bytes]:
    """Rows with (start, length) for their blob, and all blobs in one."""
    placed: list[Row] = []
    blobs: list[bytes] = []
    start = 1
    for row in rows:
        content = row[blob]
        assert isinstance(content, bytes)
        placed.append((*row[:blob], start, *row[blob + 1 :], len(content)))
        blobs.append(content)
        start += len(content)
    return placed, b"".join(blobs)


