"""The hot path: available units for a quote, fresh from the view, without SQL.

Concurrent reads share a round trip: while one is under way the next ones gather, so a
busy process sends one large request instead of many small ones. A SKU that the view
does not have complete is read from the ledger once and shown.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np

from inventory.errors import StorageUnavailable
from inventory.instants import Clock
from inventory.ledger_rows import LedgerRows
from inventory.newest import Newest
from inventory.packed import available_of, header, sums_of
from inventory.queries import Queries
from inventory.reading import StockReading
from inventory.stores import Stores
from inventory.view import View, ViewDown

SLOTS_MAX = 200_000  # of one round trip, about 2.4 MB: more might come too late


@dataclass(eq=False, slots=True)
class _Waiting:
    skus: tuple[str, ...]
    future: asyncio.Future[StockReading]


class StockReader:
    """Readings of one process.

    Args:
        view: None reads from the ledger only.
        nodes: the number of nodes that are known now; rows are at least so wide.
    """

    def __init__(
        self,
        view: View | None,
        queries: Queries,
        *,
        newest: Newest,
        stores: Stores,
        clock: Clock,
        nodes: Callable[[], int],
    ) -> None:
        self._view = view
        self._queries = queries
        self._newest = newest
        self._stores = stores
        self._clock = clock
        self._nodes = nodes
        self._loop = asyncio.get_running_loop()
        self._waiting: list[_Waiting] = []
        self._is_flying = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._complete = b""
        self._rows = LedgerRows(
            view,
            queries,
            stores=stores,
            clock=clock,
            on_generation=self.use_generation,
        )

    def use_generation(self, generation: int) -> None:
        """Values that are not complete in this generation are misses from now on."""
        self._complete = header(generation, generation)

    def outdate(self, skus: Iterable[str]) -> None:
        """This process changed these SKUs in the ledger."""
        self._rows.outdate(skus)

    async def close(self) -> None:
        """End what is under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._rows.close()

    async def read(self, skus: Sequence[str]) -> StockReading:
        """Available units of the SKUs at all nodes.

        Raises:
            StorageUnavailable: neither store has them.
            Overloaded: the view is down and too many reads wait for the ledger.
        """
        waiting = _Waiting(tuple(skus), self._loop.create_future())
        self._waiting.append(waiting)
        if not self._is_flying:
            self._is_flying = True
            self._loop.call_soon(self._take_off)
        return await waiting.future

    async def read_fresh(self, skus: Sequence[str]) -> StockReading:
        """The same as the ledger has them, at most 250 ms old.

        Versions only grow and the view never runs ahead: where they add up to the same
        number, the view shows what the ledger has. The units are added up as well, in
        case somebody else wrote to the view. Only what differs is read out.

        Raises:
            StorageUnavailable: the ledger cannot be read.
        """
        at = self._clock()
        shown = await self._from_view(list(skus))
        try:
            sums = await self._queries.sums(list(skus))
        except StorageUnavailable:
            self._stores.ledger_ok = False
            raise
        self.use_generation(sums.generation)
        true = {
            sku: raw
            for sku, raw in shown.items()
            if raw.startswith(self._complete)
            and sums_of(raw) == sums.by_sku.get(sku, (0, 0))
        }
        lagging = [sku for sku in shown if sku not in true]
        missing = [sku for sku in skus if sku not in shown]
        raws = true | await self._rows.read(lagging, missing=False)
        raws |= await self._rows.read(missing)
        return self._reading(skus, raws, at=at, degraded=False)

    def _take_off(self) -> None:
        boarded = self._board()
        task = self._spawn(self._round_trip(boarded), boarded)
        task.add_done_callback(self._land)

    def _land(self, _task: asyncio.Task[None]) -> None:
        if self._waiting:
            self._take_off()
        else:
            self._is_flying = False

    def _spawn(
        self, work: Coroutine[Any, Any, None], waiting: Sequence[_Waiting]
    ) -> asyncio.Task[None]:
        """A task whose failure is the failure of those who wait for it."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(partial(_fail, waiting))
        return task

    @property
    def _skus_max(self) -> int:
        return max(1, SLOTS_MAX // max(1, self._nodes()))

    def _board(self) -> list[_Waiting]:
        skus, skus_max, count = 0, self._skus_max, 0
        while count < len(self._waiting) and skus < skus_max:
            skus += len(self._waiting[count].skus)
            count += 1
        boarded, self._waiting = self._waiting[:count], self._waiting[count:]
        return boarded

    async def _round_trip(self, boarded: list[_Waiting]) -> None:
        wanted = {sku for waiting in boarded for sku in waiting.skus}
        found = await self._from_view(list(wanted))
        at = self._clock()
        missing = wanted - found.keys()
        late = [one for one in boarded if not missing.isdisjoint(one.skus)]
        if late:
            self._spawn(self._answer_late(late, missing, found), late)
        if len(late) == len(boarded):
            return
        for one in boarded:
            if missing.isdisjoint(one.skus) and not one.future.done():
                reading = self._reading(one.skus, found, at=at, degraded=False)
                one.future.set_result(reading)

    async def _from_view(self, skus: list[str]) -> dict[str, bytes]:
        """The values that are complete; none while the view does not answer."""
        if self._view is None or not self._stores.may_ask_view:
            return {}
        raws: list[bytes | None] = []
        size = self._skus_max
        try:
            for first in range(0, len(skus), size):
                raws += await self._view.read(skus[first : first + size])
        except ViewDown:
            self._stores.view_failed()
            return {}
        self._stores.view_ok = True
        complete = self._complete
        return {
            sku: raw
            for sku, raw in zip(skus, raws, strict=True)
            if raw is not None and raw.startswith(complete)
        }

    async def _answer_late(
        self, waiting: list[_Waiting], missing: Iterable[str], found: dict[str, bytes]
    ) -> None:
        """A miss (the view answers), or the ledger stands in (it does not)."""
        at = self._clock()
        degraded = not self._stores.view_ok
        raws = {**found, **await self._rows.read(list(missing))}
        for one in waiting:
            if not one.future.done():
                reading = self._reading(one.skus, raws, at=at, degraded=degraded)
                one.future.set_result(reading)

    def _reading(
        self,
        skus: Sequence[str],
        raws: Mapping[str, bytes],
        *,
        at: datetime,
        degraded: bool,
    ) -> StockReading:
        units = [available_of(raws[sku]) for sku in skus]
        width = max(self._nodes(), max(map(len, units), default=0))
        available = np.zeros((len(units), width), np.int64)
        for row, (sku, known) in enumerate(zip(skus, units, strict=True)):
            available[row, : len(known)] = known
            if sku in self._newest:
                self._newest.merge(sku, raws[sku], available[row])
        if not self._stores.ledger_ok:
            # Nobody can say what was committed since: the age is the honest answer.
            return StockReading(tuple(skus), available, self._stores.ledger_at, True)
        return StockReading(tuple(skus), available, at, degraded)


def _fail(waiting: Sequence[_Waiting], task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    for one in waiting:
        if error is not None and not one.future.done():
            one.future.set_exception(error)
