"""What moved in cells since they were counted, read from the ledger's entries.

A cell's newest entries are read first and older ones only where those do not reach back
to the moment: there is no index of instants, which each hold would have to write.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from sqlalchemy import Connection

from inventory.bulk import Row, arrays_of
from inventory.bulk_sqlite import flat, marks, padded_parts
from inventory.database import Database
from inventory.driver import execute
from inventory.feeds.rows import CellMoment, Movement

WINDOW = 8  # entries of a cell that are read at first
WIDER = 8

_FIGURES = """
    SELECT k.sku, k.node, k.after_us,
           COALESCE(SUM(CASE WHEN e.at_us > k.after_us
                     AND e.kind NOT IN ('COUNT', 'PAST_COUNT')
                    THEN e.d_on_hand END), 0) AS units,
           COALESCE(MAX(CASE WHEN e.at_us > k.after_us AND e.kind = 'COUNT'
                    THEN 1 END), 0) AS counted,
           MIN(e.at_us) AS oldest_us
    FROM {keys} {join} entry e
      ON e.sku = k.sku AND e.node = k.node AND e.cell_ver > k.least
    GROUP BY k.sku, k.node, k.after_us
"""
_POSTGRES = _FIGURES.format(
    keys="unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[])"
    " AS k(sku, node, after_us, least)",
    join="JOIN",
)


def movements(
    database: Database, connection: Connection, versions: dict[CellMoment, int]
) -> dict[CellMoment, Movement]:
    """What happened in each cell after its moment.

    Args:
        versions: the cells' present versions, by cell and moment.
    """
    found: dict[CellMoment, Movement] = {}
    waiting = {moment: ver for moment, ver in versions.items() if ver}
    window = WINDOW
    while waiting:
        rows: list[Row] = [
            (*moment, max(0, ver - window)) for moment, ver in waiting.items()
        ]
        for sku, node, after_us, units, counted, oldest_us in _read(
            database, connection, rows
        ):
            moment = (sku, node, after_us)
            found[moment] = Movement(units, bool(counted))
            if oldest_us <= after_us or waiting[moment] <= window:
                del waiting[moment]
        window *= WIDER
    return found


def _read(
    database: Database, connection: Connection, rows: Sequence[Row]
) -> Iterable[tuple[str, str, int, int, int, int]]:
    if database.is_sqlite:
        yield from _read_sqlite(connection, rows)
    else:
        found = execute(connection, _POSTGRES, arrays_of(rows)).fetchall()
        for sku, node, *figures in found:
            yield (sku, node, *map(int, figures))


def _read_sqlite(
    connection: Connection, rows: Sequence[Row]
) -> Iterator[tuple[str, str, int, int, int, int]]:
    """One JSON text a part: a row that is stepped over costs the interpreter lock."""
    for part in padded_parts(rows):
        keys = (
            "WITH k(sku, node, after_us, least) AS"
            f" (SELECT DISTINCT * FROM (VALUES {marks(4, len(part))}))"
        )
        figures = _FIGURES.format(keys="k", join="CROSS JOIN")
        text = (
            f"{keys} SELECT json_group_array(json_array("
            f"sku, node, after_us, units, counted, oldest_us)) FROM ({figures})"
        )
        raw = execute(connection, text, flat(part)).fetchone()[0]
        yield from cast("list[tuple[str, str, int, int, int, int]]", json.loads(raw))
