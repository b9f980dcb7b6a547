"""Reads of the ledger: for the view's misses and for whoever asks, never to decide.

Each runs in a thread of a small pool on a read-only connection, so that neither the
event loop nor the writer waits for it.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from inventory.database import READERS, Database
from inventory.errors import StorageUnavailable
from inventory.loading import generation_of
from inventory.packed import Entry
from inventory.tables import cell, node

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figures:
    """The view's entries of some SKUs as the ledger has them at one moment."""

    generation: int
    by_sku: dict[str, list[Entry]]


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
            for sku, *found in connection.execute(
                _figures().where(cell.c.sku.in_(skus))
            ):
                number, version, free = found
                by_sku[sku].append((number, version, max(0, free)))
            return Figures(generation_of(connection), by_sku)

        return await self.run(query)


def _figures() -> Select[Any]:
    free = cell.c.on_hand - cell.c.held - cell.c.allocated - cell.c.safety_stock
    placed = cell.join(node, node.c.id == cell.c.node)
    columns = (cell.c.sku, node.c.number, cell.c.ver, free)
    return select(*columns).select_from(placed).where(cell.c.ver > 0)
