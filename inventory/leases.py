"""Work that one process of a deployment does: whose turn it is says a row.

A turn is taken by compare-and-set and by the ledger's clock. It ends by itself, so that
a process that died is followed by another.
"""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import Connection, or_, select, update

from inventory.database import Database
from inventory.instants import MICROSECOND
from inventory.prices.tables import lease
from inventory.queries import Queries
from inventory.writer import Writer


class Turns:
    """Work that is due once in a while, whoever comes first."""

    def __init__(self, database: Database, queries: Queries, writer: Writer) -> None:
        self._database = database
        self._queries = queries
        self._writer = writer

    async def take(self, name: str, every: timedelta) -> bool:
        """Whether the work is due, and this process is the one that does it.

        Raises:
            StorageUnavailable: nothing was changed.
        """
        span_us = every // MICROSECOND
        if not await self._queries.run(lambda c: self._is_due(c, name, span_us)):
            return False

        def take(connection: Connection) -> bool:
            self._database.bulk.insert_missing(connection, lease, [(name, "", 0)])
            now_us = self._database.now_us(connection)
            span = now_us, now_us + span_us
            # Under a name that nobody has: whoever has the turn gets no second one.
            return taken(connection, name, str(uuid4()), span)

        return await self._writer.work(take)

    def _is_due(self, connection: Connection, name: str, span_us: int) -> bool:
        ends = select(lease.c.until_us).where(lease.c.name == name)
        left_us = (connection.execute(ends).scalar() or 0) - self._database.now_us(
            connection
        )
        return not 0 < left_us <= span_us


def taken(
    connection: Connection, name: str, holder: str, span: tuple[int, int]
) -> bool:
    """Whether the holder has the turn from now on, free before or its own already.

    A turn that would end later than the new one is of settings that are over.

    Args:
        span: the present and the end of the turn.
    """
    now_us, until_us = span
    over = or_(lease.c.until_us <= now_us, lease.c.until_us > until_us)
    free = or_(lease.c.holder == holder, over)
    wanted = update(lease).where(lease.c.name == name, free)
    done = connection.execute(wanted.values(holder=holder, until_us=until_us))
    return done.rowcount == 1
