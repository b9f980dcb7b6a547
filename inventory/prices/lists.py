"""Price lists in the ledger: the newest decides, a few before it stay to be read.

One process of a deployment makes prices at a time. Whose turn it is says a row, by the
ledger's clock: it is taken by compare-and-set and ends by itself, so that a process
that died is followed by another. Whoever lost its turn meanwhile publishes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from inventory.database import Database
from inventory.instants import MICROSECOND
from inventory.leases import taken
from inventory.prices.forecasts import Forecasts
from inventory.prices.placed import Lately, lately
from inventory.prices.tables import lease, price_list
from inventory.queries import Queries
from inventory.writer import Writer

T = TypeVar("T")

KEPT = 20
"""Lists that stay to be read; decisions keep the prices that they used themselves."""
SOLVER = "look-ahead"
"""Name of the lease."""


@dataclass(frozen=True, slots=True)
class StoredPrices:
    """One list as it is stored; `body` has the prices and is not read here."""

    made_at_us: int
    fresh_s: int
    fades_s: int
    horizon_s: int
    orders: int
    futures: int
    bound_minor: int
    cells: int
    units: int
    verdict: str
    forecast: str
    """As whoever made the list wrote it; '' where none was tried."""
    body: bytes
    version: int = 0
    """0 until it is published."""


class PriceLists:
    """The price lists of one ledger, as one process sees them, and the forecasts of
    others that they may be made from."""

    def __init__(self, database: Database, queries: Queries, writer: Writer) -> None:
        self.forecasts = Forecasts(database, queries, writer)
        self._database = database
        self._queries = queries
        self._writer = writer

    async def newest_version(self) -> int:
        """The version in force, 0 before the first. Raises StorageUnavailable."""
        newest = select(func.max(price_list.c.version))
        found = await self._queries.run(lambda c: c.execute(newest).scalar())
        return int(found or 0)

    async def newest(self) -> StoredPrices | None:
        """The list in force. Raises StorageUnavailable."""
        newest = select(price_list).order_by(price_list.c.version.desc()).limit(1)
        row = await self._queries.run(lambda c: c.execute(newest).one_or_none())
        return None if row is None else _stored(row)

    async def lately(
        self,
        since: datetime,
        *,
        until: datetime | None = None,
        limit: int,
        counted_since: datetime | None = None,
    ) -> Lately:
        """What was ordered since then. Raises StorageUnavailable."""
        return await lately(
            *(self._queries, since),
            until=until,
            limit=limit,
            counted_since=counted_since,
        )

    async def take_turn(self, holder: str, span: timedelta) -> bool:
        """Whether the holder has its turn for this span, taken or made longer.

        Raises:
            StorageUnavailable: nothing was changed.
        """

        def take(connection: Connection, now_us: int) -> bool:
            until_us = now_us + span // MICROSECOND
            return taken(connection, SOLVER, holder, (now_us, until_us))

        return await self._write(take)

    async def end_turn(self, holder: str) -> None:
        """Let others have the turn at once, if it is this holder's."""
        mine = lease.c.name == SOLVER, lease.c.holder == holder
        done = update(lease).where(*mine).values(holder="", until_us=0)
        await self._write(lambda connection, _: connection.execute(done) and None)

    async def publish(self, holder: str, made: StoredPrices) -> StoredPrices | None:
        """Put a list in force under the next version; None if the turn was lost.

        Raises:
            StorageUnavailable: nothing was changed.
        """

        def write(connection: Connection, now_us: int) -> StoredPrices | None:
            if not _holds(connection, holder, now_us):
                return None
            highest = connection.execute(select(func.max(price_list.c.version)))
            published = replace(made, version=int(highest.scalar() or 0) + 1)
            connection.execute(insert(price_list).values(_values(published)))
            old = price_list.c.version <= published.version - KEPT
            connection.execute(delete(price_list).where(old))
            return published

        return await self._write(write)

    async def _write(self, write: Callable[[Connection, int], T]) -> T:
        def job(connection: Connection) -> T:
            # The lease is one row: whoever has it locked is alone.
            same = update(lease).where(lease.c.name == SOLVER)
            connection.execute(same.values(name=SOLVER))
            return write(connection, self._database.now_us(connection))

        return await self._writer.work(job)


def _holds(connection: Connection, holder: str, now_us: int) -> bool:
    mine = select(lease.c.until_us).where(
        lease.c.name == SOLVER, lease.c.holder == holder, lease.c.until_us > now_us
    )
    return connection.execute(mine).scalar() is not None


def _values(stored: StoredPrices) -> dict[str, Any]:
    return {name: getattr(stored, name) for name in StoredPrices.__slots__}


def _stored(row: Row[Any]) -> StoredPrices:
    return StoredPrices(**row._asdict())
