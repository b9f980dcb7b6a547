"""Reads of the ledger: for the view's misses and for whoever asks, never to decide.

Each runs in a thread of a small pool on a read-only connection, so that neither the
event loop nor the writer waits for it.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, case, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from inventory.database import READERS, Database
from inventory.errors import StorageUnavailable
from inventory.loading import generation_of
from inventory.packed import Entry
from inventory.tables import cell, node

T = TypeVar("T")

_FREE = cell.c.on_hand - cell.c.held - cell.c.allocated - cell.c.safety_stock


@dataclass(frozen=True, slots=True)
class Figures:
    """The view's entries of some SKUs as the ledger has them at one moment."""

    generation: int
    by_sku: dict[str, list[Entry]]


@dataclass(frozen=True, slots=True)
class Sums:
    """Versions and available units of the cells of some SKUs, added up by SKU."""

    generation: int
    by_sku: dict[str, tuple[int, int]]


class Queries:
    """The reading side of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="ledger-reader")

    def close(self) -> None:
        self._pool.shutdown()

    async def run(self, query: Callable[[Connection], T]) -> T:
        """Run a query on one snapshot.

        Raises:
            StorageUnavailable: the ledger cannot be read.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._on_snapshot, query)

    def _on_snapshot(self, query: Callable[[Connection], T]) -> T:
        try:
            with self._database.snapshot() as connection:
                return query(connection)
        except (DBAPIError, PoolTimeout) as error:
            raise StorageUnavailable(
                "The ledger cannot be read",
                next_step="Send the same request again.",
                retry_after=timedelta(seconds=1),
            ) from error

    async def generation(self) -> int:
        return await self.run(generation_of)

    async def node_numbers(self) -> dict[str, int]:
        """The view slot of every node."""

        def query(connection: Connection) -> dict[str, int]:
            rows = connection.execute(select(node.c.id, node.c.number))
            return {str(name): int(number) for name, number in rows}

        return await self.run(query)

    async def figures(self, skus: Sequence[str]) -> Figures:
        """Every counted cell of the SKUs; a SKU without one has no entries."""

        def query(connection: Connection) -> Figures:
            by_sku: dict[str, list[Entry]] = {sku: [] for sku in skus}
            wanted = _figures(connection).where(cell.c.sku.in_(skus))
            for sku, found in connection.execute(wanted):
                entries = json.loads(found) if isinstance(found, str) else found
                by_sku[sku] = [(n, ver, max(0, free)) for n, ver, free in entries]
            return Figures(generation_of(connection), by_sku)

        return await self.run(query)

    async def sums(self, skus: Sequence[str]) -> Sums:
        """Of the cells of each SKU; cheap, as no row is read out."""

        def query(connection: Connection) -> Sums:
            found = connection.execute(_sums().where(cell.c.sku.in_(skus)))
            by_sku = {sku: (int(changes), int(units)) for sku, changes, units in found}
            return Sums(generation_of(connection), by_sku)

        return await self.run(query)


def _sums() -> Select[Any]:
    available = case((_FREE > 0, _FREE), else_=0)
    sums = func.sum(cell.c.ver), func.sum(available)
    return select(cell.c.sku, *sums).where(cell.c.ver > 0).group_by(cell.c.sku)


def _figures(connection: Connection) -> Select[Any]:
    """One row a SKU: SQLite's driver hands over the interpreter lock at each row."""
    placed = cell.join(node, node.c.id == cell.c.node)
    one = (node.c.number, cell.c.ver, _FREE)
    if connection.dialect.name == "sqlite":
        entries = func.json_group_array(func.json_array(*one))
    else:
        entries = func.json_agg(func.json_build_array(*one))
    counted = select(cell.c.sku, entries).select_from(placed).where(cell.c.ver > 0)
    return counted.group_by(cell.c.sku)
