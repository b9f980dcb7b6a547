"""Looks at both stores every second, so that no call has to find out by waiting."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

from inventory.errors import Refusal, StorageUnavailable
from inventory.instants import Clock
from inventory.pusher import Pusher
from inventory.queries import Queries
from inventory.reader import StockReader
from inventory.resync import Resync, life
from inventory.stores import Stores
from inventory.view import View, ViewDown
from inventory.writer import Writer

WATCH_S = 1.0  # a bumped generation is seen within this time

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """What a process knows of its stores.

    `ledger_age_s` is the time since the ledger last answered; `waiting` the operations
    that are queued for the writer; `view_ok` is True where no view is configured.
    """

    view_ok: bool
    ledger_ok: bool
    ledger_age_s: float
    waiting: int


class Watch:
    """One process's look-out."""

    def __init__(
        self,
        view: View | None,
        queries: Queries,
        writer: Writer,
        *,
        reader: StockReader,
        pusher: Pusher,
        stores: Stores,
        clock: Clock,
    ) -> None:
        self._view = view
        self._queries = queries
        self._writer = writer
        self._reader = reader
        self._pusher = pusher
        self._stores = stores
        self._clock = clock
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Until `stop`: a cancellation may be swallowed by a client library."""
        while not self._ended.is_set():
            known = await self._look()
            if self._view is not None and known is not None:
                await self._compare(self._view, known)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), WATCH_S)

    def stop(self) -> None:
        """End after the look that is under way."""
        self._ended.set()

    async def ping(self) -> Health:
        """Ask both stores now."""
        await self._look()
        view_ok = self._view is None or await self._view.ping()
        age = self._clock() - self._stores.ledger_at
        return Health(
            view_ok=view_ok,
            ledger_ok=self._stores.ledger_ok,
            ledger_age_s=max(0.0, age.total_seconds()),
            waiting=self._writer.waiting,
        )

    async def _look(self) -> str | None:
        """See how the ledger is; the view's incarnation that it remembers."""
        try:
            found = await self._queries.run(life)
        except StorageUnavailable:
            self._stores.ledger_ok = False
            return None
        self._reader.use_generation(found.generation)
        self._stores.ledger_answered(self._clock())
        return found.view_incarnation

    async def _compare(self, view: View, known: str) -> None:
        """Repair a view that was restarted, and ask what it knows better than we do."""
        resync = Resync(view, self._queries, self._writer)
        try:
            if await resync.check_witness(self._pusher.take_ahead()):
                self._reader.use_generation(await self._queries.generation())
            incarnation = await view.incarnation()
            if incarnation != known:
                await resync.run(incarnation)
        except (ViewDown, Refusal) as error:
            log.info("the view is looked at again later: %s", error)
