"""How many days the stock of each cell lasts at the rate at which orders took from it.

What was sold is summed up from the entries of commits in the window, found by their
serial numbers: there is no index of instants. At most the newest `ENTRIES_MAX` entries
are read: where a ledger enters more in 28 days, the window is as short as they are, and
says so. Values of items weigh what is missing or too much.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import ceil
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select, text

from inventory.database import Database
from inventory.history import first_serial
from inventory.queries import Queries
from inventory.tables import entry

WINDOW = timedelta(days=28)
ENTRIES_MAX = 5_000_000
DAY_US = 86_400_000_000

_VALUE = {
    "sqlite": "CAST(json_extract(i.document, '$.value_minor') AS INTEGER)",
    "postgresql": "(i.document::json ->> 'value_minor')::bigint",
}

_SALES = """
        SELECT sku, node, CAST(SUM(d_allocated) AS BIGINT) AS sold FROM entry
        WHERE serial >= :serial AND kind = 'COMMIT' AND at_us >= :since_us
          AND sku < '~' GROUP BY sku, node"""
# Rates compare as products of whole numbers: nothing is divided before the end.
_COVER = """
    WITH sales AS ({sales}),
    cells AS (
        SELECT c.sku, c.node, COALESCE(s.sold, 0) AS sold, {value} AS value,
               CASE WHEN c.on_hand - c.held - c.allocated - c.safety_stock > 0
                    THEN c.on_hand - c.held - c.allocated - c.safety_stock
                    ELSE 0 END AS available
        FROM cell c LEFT JOIN sales s ON s.sku = c.sku AND s.node = c.node
        LEFT JOIN item i ON i.id = c.sku
        WHERE c.ver > 0 AND c.sku < '~' {filters}),
    weighed AS (
        SELECT sku, node, sold, value, available,
               CASE WHEN available * :days < sold * :under_days THEN 'UNDER'
                    WHEN available * :days > sold * :over_days THEN 'OVER'
                    ELSE 'FINE' END AS band,
               CASE WHEN available * :days < sold * :under_days
                    THEN (sold * :under_days + :days - 1) / :days - available
                    WHEN available * :days > sold * :over_days
                    THEN available - sold * :over_days / :days
                    ELSE 0 END AS units
        FROM cells),
    ranked AS (SELECT w.*, COALESCE(units * value, 0) AS worth FROM weighed w)
    SELECT sku, node, sold, value, available, band, units, worth FROM ranked
    WHERE (:band = '' OR band = :band) {after}
    ORDER BY worth DESC, units DESC, sku, node LIMIT :limit
"""
_AFTER = """
    AND (worth < :worth OR (worth = :worth AND (units < :units
      OR (units = :units AND (sku > :sku OR (sku = :sku AND node > :node))))))
"""


class Band(StrEnum):
    """Too little, enough or too much for what is sold."""

    UNDER = "UNDER"
    FINE = "FINE"
    OVER = "OVER"


@dataclass(frozen=True, slots=True)
class Wish:
    """Which cells, and what is too little and too much. '' is all."""

    under_days: int
    over_days: int
    node_id: str = ""
    sku: str = ""
    band: str = ""


@dataclass(frozen=True, slots=True)
class CellCover:
    """One cell: `worth` is the value of `units` in minor units, 0 where the item has
    none (`value` None)."""

    sku: str
    node_id: str
    available: int
    sold: int
    band: Band
    units: int
    value: int | None
    worth: int
    days: int | None


@dataclass(frozen=True, slots=True)
class CoverPage:
    """Cells with most at risk first, and the days of sales that were looked at."""

    cells: tuple[CellCover, ...]
    window_days: int


class Sales(NamedTuple):
    """Units that orders took from each cell in the window, as (SKU, node, units)."""

    rows: tuple[tuple[str, str, int], ...]
    window_days: int


NO_SALES = Sales((), 1)


class Cover:
    """The question of one process."""

    def __init__(self, database: Database, queries: Queries) -> None:
        self._database = database
        self._queries = queries

    async def page(
        self, wish: Wish, *, after: tuple[int, int, str, str] | None, limit: int
    ) -> CoverPage:
        """Cells behind `after`: worth, units, SKU and node of the last one before.

        Raises:
            StorageUnavailable: the ledger cannot be read.
        """

        def query(connection: Connection) -> CoverPage:
            now_us = self._database.now_us(connection)
            serial, since_us = _window(connection, now_us)
            days = _days(now_us, since_us)
            asked = _asked(wish, after) | {
                "serial": serial,
                "since_us": since_us,
                "days": days,
                "limit": limit,
            }
            rows = connection.execute(
                text(_text(connection.dialect.name, wish, after is not None)), asked
            )
            return CoverPage(tuple(_cell(row, days) for row in rows), days)

        return await self._queries.run(query)

    async def sales(self) -> Sales:
        """What was sold of every cell.

        Raises:
            StorageUnavailable: the ledger cannot be read.
        """

        def query(connection: Connection) -> Sales:
            now_us = self._database.now_us(connection)
            serial, since_us = _window(connection, now_us)
            asked = {"serial": serial, "since_us": since_us}
            rows = connection.execute(text(_SALES), asked)
            found = tuple((str(s), str(n), int(units)) for s, n, units in rows)
            return Sales(found, _days(now_us, since_us))

        return await self._queries.run(query)


def _window(connection: Connection, now_us: int) -> tuple[int, int]:
    """The first serial to read, and the instant from which sales count."""
    since_us = now_us - WINDOW // timedelta(microseconds=1)
    newest = connection.execute(select(func.max(entry.c.serial))).scalar() or 0
    serial = max(first_serial(connection, since_us), newest - ENTRIES_MAX, 0)
    first = (
        select(entry.c.at_us)
        .where(entry.c.serial >= serial)
        .order_by(entry.c.serial)
        .limit(1)
    )
    oldest_us = connection.execute(first).scalar()
    return serial, max(since_us, now_us if oldest_us is None else int(oldest_us))


def _days(now_us: int, since_us: int) -> int:
    return max(1, min(WINDOW.days, ceil((now_us - since_us) / DAY_US)))


def _text(dialect: str, wish: Wish, is_next: bool) -> str:
    filters = "AND c.node = :only_node" if wish.node_id else ""
    filters += " AND c.sku = :only_sku" if wish.sku else ""
    return _COVER.format(
        sales=_SALES,
        value=_VALUE[dialect],
        filters=filters,
        after=_AFTER if is_next else "",
    )


def _asked(wish: Wish, after: tuple[int, int, str, str] | None) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "under_days": wish.under_days,
        "over_days": wish.over_days,
        "band": wish.band,
    }
    if wish.node_id:
        asked["only_node"] = wish.node_id
    if wish.sku:
        asked["only_sku"] = wish.sku
    if after is not None:
        asked |= dict(zip(("worth", "units", "sku", "node"), after, strict=True))
    return asked


def _cell(row: Row[Any], days: int) -> CellCover:
    sold, available = int(row.sold), int(row.available)
    return CellCover(
        sku=row.sku,
        node_id=row.node,
        available=available,
        sold=sold,
        band=Band(row.band),
        units=int(row.units),
        value=row.value,
        worth=int(row.worth),
        days=available * days // sold if sold else None,
    )
