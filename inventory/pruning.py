"""Forgets what nobody can ask for any more, a little at a time.

Stored answers, and outbox rows whose event is in the log, go after a week, longer than
any caller repeats a request. Holds that were released or expired go after ninety days:
until then their row keeps a late duplicate from coming alive, and so do outcomes of
shipments, which routers learn from. Events are kept as long
as `inventory.events.forgetting` says. The ledger's entries stay for ever, and so do
orders with the holds and decisions that they came from.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, select, text, tuple_

from inventory import outcome_rows
from inventory.database import Database
from inventory.events import forgetting
from inventory.queries import Queries
from inventory.tables import hold, idempotency, outbox
from inventory.writer import Writer

DAY_US = 24 * 3600 * 1_000_000
ANSWERS_KEPT_US = 7 * DAY_US
FILED_KEPT_US = 7 * DAY_US
ENDED_KEPT_US = 90 * DAY_US
ROWS_MAX = 500  # of a kind in one transaction: checkouts wait for no longer one
PORTIONS_MAX = 20  # transactions of one run


class Pruner:
    """One process's forgetting; any number of processes may run it."""

    def __init__(self, database: Database, queries: Queries, writer: Writer) -> None:
        self._database = database
        self._queries = queries
        self._writer = writer

    async def run(self) -> int:
        """One pass; the number of rows that went.

        Raises:
            StorageUnavailable: the ledger cannot be reached.
        """
        gone = 0
        for _ in range(PORTIONS_MAX):
            if not await self._queries.run(self._is_due):
                break
            gone += await self._writer.work(self._prune)
        return gone

    def _is_due(self, connection: Connection) -> bool:
        now_us = self._database.now_us(connection)
        return any(
            connection.execute(query.limit(1)).first() is not None
            for query in _due(now_us)
        )

    def _prune(self, connection: Connection) -> int:
        now_us = self._database.now_us(connection)
        is_old = _is_old_answer(connection, now_us)
        gone = connection.execute(delete(idempotency).where(is_old)).rowcount
        if not gone:
            # An answer goes before the hold that it names (I6).
            some = _ended(now_us).limit(ROWS_MAX)
            key = tuple_(hold.c.owner, hold.c.hold_id)
            gone = connection.execute(delete(hold).where(key.in_(some))).rowcount
        filed = delete(outbox).where(outbox.c.id.in_(_filed(now_us).limit(ROWS_MAX)))
        gone += connection.execute(filed).rowcount
        gone += outcome_rows.forget(connection, now_us, limit=ROWS_MAX)
        return gone + forgetting.forget(connection, now_us, limit=ROWS_MAX)


def _due(now_us: int) -> tuple[Select[Any], ...]:
    own = _answers(now_us), _filed(now_us), _ended(now_us)
    return *own, outcome_rows.due(now_us), *forgetting.due(now_us)


def _answers(now_us: int) -> Select[tuple[int]]:
    return select(idempotency.c.at_us).where(
        idempotency.c.at_us < now_us - ANSWERS_KEPT_US
    )


def _filed(now_us: int) -> Select[tuple[int]]:
    return select(outbox.c.id).where(outbox.c.published_at_us < now_us - FILED_KEPT_US)


def _ended(now_us: int) -> Select[tuple[str, str]]:
    # In the very words of the partial index: a bound value would not find it.
    is_over = text("state IN ('RELEASED', 'EXPIRED')")
    return select(hold.c.owner, hold.c.hold_id).where(
        is_over, hold.c.settled_at_us < now_us - ENDED_KEPT_US
    )


def _is_old_answer(connection: Connection, now_us: int) -> ColumnElement[bool]:
    """The oldest few, and those of the same instant: the rest of their batch."""
    beyond = _answers(now_us).order_by(idempotency.c.at_us).offset(ROWS_MAX).limit(1)
    last = connection.execute(beyond).scalar_one_or_none()
    if last is None:
        return idempotency.c.at_us < now_us - ANSWERS_KEPT_US
    return idempotency.c.at_us <= last
