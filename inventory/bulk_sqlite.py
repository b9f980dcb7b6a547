"""SQLite's bulk statements: many rows as VALUES, found rows back as one JSON text.

Python's driver lets go of the interpreter lock at each row that it steps over. Beside a
busy event loop getting it back can take milliseconds, so a batch must be few steps, not
many rows. JSON for the way in works too but costs twice the time of bound values.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from sqlalchemy import Connection, LargeBinary, Table

from inventory.bulk import Row, Value, must_hit, quoted, stored_columns
from inventory.driver import execute

ROWS_MAX = 128  # rows of one statement: a longer text gains nothing


class SqliteBulk:
    """Texts for 1, 2, 4 … 128 rows: any number of rows is a few prepared statements."""

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
        # BEGIN IMMEDIATE holds the one write lock there is: no row to lock.
        found: list[list[Value]] = []
        for part in padded_parts(keys):
            text = self._text(
                (table.name, by, only, len(part)),
                lambda n: _select(table, by, n, only),
                len(part),
            )
            found += json.loads(execute(connection, text, flat(part)).fetchone()[0])
        blob = _blob_column(table)
        if blob is None:
            return list(map(tuple, found))
        return [_with_blob(values, blob) for values in found]

    def update(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Row],
        *,
        by: tuple[str, ...],
        values: tuple[str, ...],
    ) -> None:
        hit = 0
        # A row that stands there twice is updated, and counted, once.
        for part in padded_parts(rows):
            text = self._text(
                (table.name, by, values, len(part)),
                lambda n: _update(table, by, values, n),
                len(part),
            )
            hit += execute(connection, text, flat(part)).rowcount
        must_hit(len(rows), hit, table)

    def _insert(
        self, connection: Connection, table: Table, rows: Sequence[Row], suffix: str
    ) -> int:
        hit = 0
        for part in _parts(rows):
            text = self._text(
                (table.name, suffix, len(part)),
                lambda n: _insert(table, n) + suffix,
                len(part),
            )
            hit += execute(connection, text, flat(part)).rowcount
        return hit

    def _text(
        self, key: tuple[object, ...], build: Callable[[int], str], rows: int
    ) -> str:
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = build(rows)
        return text


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Cut into runs of 128, then 64, 32 … rows, so that few texts serve any count."""
    start = 0
    while left := len(rows) - start:
        size = min(ROWS_MAX, 1 << (left.bit_length() - 1))
        yield rows[start : start + size]
        start += size


def padded_parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Runs of 1, 2, 4, 8 or a multiple of 16 rows; the last row fills a run up."""
    for start in range(0, len(rows), ROWS_MAX):
        part = rows[start : start + ROWS_MAX]
        left = len(part)
        size = 1 << (left - 1).bit_length() if left <= 8 else -(-left // 16) * 16
        yield [*part, *[part[-1]] * (size - left)]


def flat(rows: Sequence[Row]) -> tuple[Value, ...]:
    """The values of all rows, one after the other."""
    return tuple(chain.from_iterable(rows))


def marks(columns: int, rows: int) -> str:
    """Placeholders of so many rows."""
    one = f"({', '.join('?' * columns)})"
    return ", ".join([one] * rows)


def _insert(table: Table, rows: int) -> str:
    columns = stored_columns(table)
    return (
        f"INSERT INTO {quoted(table)} ({', '.join(columns)})"
        f" VALUES {marks(len(columns), rows)}"
    )


def _select(table: Table, by: Sequence[str], rows: int, only: str) -> str:
    names = ", ".join(f"k{n}" for n in range(len(by)))
    match = " AND ".join(f"t.{c} = k.k{n}" for n, c in enumerate(by))
    blob = _blob_column(table)
    wanted = ", ".join(
        f"hex(t.{c.name})" if n == blob else f"t.{c.name}"
        for n, c in enumerate(table.columns)
    )
    # CROSS JOIN keeps the keys outside: the table is searched by key, never read.
    return (
        f"WITH k({names}) AS (SELECT DISTINCT * FROM (VALUES {marks(len(by), rows)}))"
        f" SELECT json_group_array(json_array({wanted}))"
        f" FROM k CROSS JOIN {quoted(table)} t ON {match}"
        f"{f' WHERE {only}' if only else ''}"
    )


def _update(table: Table, by: Sequence[str], values: Sequence[str], rows: int) -> str:
    # Python counts the rows of a statement only if it starts with UPDATE, not WITH.
    match = " AND ".join(f"t.{c} = k.column{n + 1}" for n, c in enumerate(by))
    news = ", ".join(f"{c} = k.column{n + 1 + len(by)}" for n, c in enumerate(values))
    return (
        f"UPDATE {quoted(table)} AS t SET {news}"
        f" FROM (VALUES {marks(len(by) + len(values), rows)}) AS k WHERE {match}"
    )


def _blob_column(table: Table) -> int | None:
    for number, column in enumerate(table.columns):
        if isinstance(column.type, LargeBinary):
            return number
    return None


def _with_blob(values: list[Value], blob: int) -> Row:
    content = values[blob]
    assert isinstance(content, str)
    return (*values[:blob], bytes.fromhex(content), *values[blob + 1 :])
