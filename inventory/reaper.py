"""Ends holds whose time is over, and forgets what is old; not on a clock that jumped.

Any number of processes run it. Candidates are read without locks and sent to the
writer, which looks again under the lock; a duplicate is a no-op.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, func, select

from inventory.database import Database
from inventory.errors import Refusal
from inventory.operations import ExpireHold, HoldAnswer, HoldState
from inventory.pruning import Pruner
from inventory.queries import Queries
from inventory.tables import hold
from inventory.writer import Writer

SWEEP_MAX = 200  # holds of one sweep: the writer must stay free for checkouts
CLOCK_JUMP_US = 5_000_000  # the ledger's clock may not run ahead of ours by more
MANY_SHARE, MANY = (
    0.2,
    100,
)  # of the active holds: normal after a flash sale, told anyway

log = logging.getLogger(__name__)


class Reaper:
    """One process's sweeps.

    Args:
        monotonic_us: a clock that never jumps; tests that move the ledger's clock on
            purpose give None, which switches the guard off.
    """

    def __init__(
        self,
        database: Database,
        queries: Queries,
        writer: Writer,
        *,
        monotonic_us: Callable[[], int] | None,
    ) -> None:
        self._database = database
        self._queries = queries
        self._writer = writer
        self._monotonic_us = monotonic_us
        self._offset_us: int | None = None
        self._pruner = Pruner(database, queries, writer)

    async def sweep(self) -> int:
        """One pass, oldest first; the number of holds that it ended.

        Raises:
            StorageUnavailable: the ledger cannot be reached.
        """
        now_us, due = await self._queries.run(self._due)
        if not self._trusts(now_us):
            return 0
        await self._pruner.run()
        return await self._end(due)

    async def _end(self, due: Sequence[ExpireHold]) -> int:
        ended = await asyncio.gather(
            *(self._writer.submit(one) for one in due), return_exceptions=True
        )
        for outcome in ended:
            # Another process may be draining or faster; anything else is a bug.
            if isinstance(outcome, BaseException) and not isinstance(outcome, Refusal):
                raise outcome
        return sum(
            isinstance(one, HoldAnswer) and one.state is HoldState.EXPIRED
            for one in ended
        )

    def _trusts(self, now_us: int) -> bool:
        """Whether the ledger's clock moved as ours did since the last sweep."""
        if self._monotonic_us is None:
            return True
        offset_us = now_us - self._monotonic_us()
        before, self._offset_us = self._offset_us, offset_us
        if before is not None and offset_us - before > CLOCK_JUMP_US:
            log.critical("CLOCK_JUMP: no hold is ended: %d µs", offset_us - before)
            self._offset_us = before
            return False
        return True

    def _due(self, connection: Connection) -> tuple[int, list[ExpireHold]]:
        now_us = self._database.now_us(connection)
        is_active = hold.c.state == HoldState.ACTIVE.value
        rows = connection.execute(
            select(hold.c.owner, hold.c.hold_id)
            .where(is_active, hold.c.expires_at_us <= now_us)
            .order_by(hold.c.expires_at_us)
            .limit(SWEEP_MAX)
        ).all()
        if len(rows) >= MANY:
            active = connection.execute(
                select(func.count()).select_from(hold).where(is_active)
            ).scalar_one()
            if len(rows) > MANY_SHARE * active:
                log.warning("a sweep ends %d of %d active holds", len(rows), active)
        return now_us, [ExpireHold(owner, hold_id) for owner, hold_id in rows]


def monotonic_us() -> int:
    """Microseconds of a clock that never jumps."""
    return time.monotonic_ns() // 1000
