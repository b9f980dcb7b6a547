"""The hot path: available units for a quote, fresh from the view, without SQL.

Concurrent reads share a round trip: while one is under way the next ones gather, so a
busy process sends one large request instead of many small ones. A SKU that the view
does not have complete is read from the ledger once and shown. Without the view, reads
go to the ledger, few at a time and at most 250 ms old.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from inventory.errors import Overloaded, StorageUnavailable
from inventory.instants import Clock
from inventory.newest import Newest
from inventory.packed import available_of, header, pack, width_of
from inventory.queries import Figures, Queries
from inventory.reading import StockReading
from inventory.view import View, ViewDown

SLOTS_MAX = 200_000  # of one round trip, about 2.4 MB: more might come too late
LEDGER_READS_MAX = 32  # of a process, at once, while the view does not answer
SNAPSHOT_S = 0.25  # age at which a figure of the ledger is read again
VIEW_PAUSE_S = 0.25  # after a failure, before the view is asked again
KEPT_MAX = 5_000  # SKUs of the snapshot


@dataclass(eq=False, slots=True)
class _Waiting:
    skus: tuple[str, ...]
    future: asyncio.Future[StockReading]


@dataclass(eq=False, slots=True)
class Stores:
    """What this process knows of its stores; `ledger_at` is the last good contact."""

    ledger_at: datetime
    ledger_ok: bool = True
    view_ok: bool = True


@dataclass(slots=True)
class _Kept:
    """Values that the ledger gave, by SKU, with the moment of the reading."""

    by_sku: dict[str, tuple[float, bytes]] = field(default_factory=dict)

    def young(self, sku: str) -> bytes | None:
        read_at, raw = self.by_sku.get(sku, (0.0, b""))
        return raw if time.monotonic() - read_at <= SNAPSHOT_S and raw else None

    def keep(self, raws: dict[str, bytes]) -> None:
        now = time.monotonic()
        self.by_sku.update((sku, (now, raw)) for sku, raw in raws.items())
        while len(self.by_sku) > KEPT_MAX:
            del self.by_sku[next(iter(self.by_sku))]


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
        health: Stores,
        clock: Clock,
        nodes: Callable[[], int],
    ) -> None:
        self._view = view
        self._queries = queries
        self._newest = newest
        self._health = health
        self._clock = clock
        self._nodes = nodes
        self._loop = asyncio.get_running_loop()
        self._waiting: list[_Waiting] = []
        self._is_flying = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._complete = b""
        self._view_after = 0.0
        self._kept = _Kept()
        self._fetching: dict[str, asyncio.Task[Figures]] = {}

    def use_generation(self, generation: int) -> None:
        """Values that are not complete in this generation are misses from now on."""
        self._complete = header(generation, generation)

    def outdate(self, skus: Iterable[str]) -> None:
        """This process changed these SKUs: what was read of them before is old."""
        for sku in skus:
            self._kept.by_sku.pop(sku, None)
            # A reading that is under way may be older than the change.
            self._fetching.pop(sku, None)

    async def close(self) -> None:
        tasks = [*self._tasks, *self._fetching.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

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
        """The same from the ledger, at most 250 ms old.

        Raises:
            StorageUnavailable: the ledger cannot be read.
        """
        at = self._clock()
        raws = await self._from_ledger(skus)
        return self._reading(skus, raws, at, degraded=False)

    def _take_off(self) -> None:
        self._spawn(self._fly())

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fly(self) -> None:
        try:
            while self._waiting:
                await self._round_trip(self._board())
        finally:
            self._is_flying = False

    @property
    def _skus_max(self) -> int:
        return max(1, SLOTS_MAX // max(1, self._nodes()))

    def _board(self) -> list[_Waiting]:
        skus, count = 0, 0
        for count, waiting in enumerate(self._waiting, 1):  # noqa: B007 # used below
            skus += len(waiting.skus)
            if skus >= self._skus_max:
                break
        boarded, self._waiting = self._waiting[:count], self._waiting[count:]
        return boarded

    async def _round_trip(self, boarded: list[_Waiting]) -> None:
        wanted = {sku for waiting in boarded for sku in waiting.skus}
        found = await self._from_view(list(wanted))
        at = self._clock()
        if found is None:
            self._spawn(self._answer_from_ledger(boarded, wanted, {}))
            return
        missing = wanted - found.keys()
        late = []
        for waiting in boarded:
            if missing and not missing.isdisjoint(waiting.skus):
                late.append(waiting)
            elif not waiting.future.done():
                reading = self._reading(waiting.skus, found, at, degraded=False)
                waiting.future.set_result(reading)
        if late:
            self._spawn(self._answer_from_ledger(late, missing, found))

    async def _from_view(self, skus: list[str]) -> dict[str, bytes] | None:
        """The values that are complete; None while the view does not answer."""
        if self._view is None or time.monotonic() < self._view_after:
            return None
        try:
            raws: list[bytes | None] = []
            size = self._skus_max
            for first in range(0, len(skus), size):
                raws += await self._view.read(skus[first : first + size])
        except ViewDown:
            self._view_after = time.monotonic() + VIEW_PAUSE_S
            self._health.view_ok = False
            return None
        self._health.view_ok = True
        complete = self._complete
        return {
            sku: raw
            for sku, raw in zip(skus, raws, strict=True)
            if raw is not None and raw.startswith(complete)
        }

    async def _answer_from_ledger(
        self, waiting: list[_Waiting], missing: Iterable[str], found: dict[str, bytes]
    ) -> None:
        """Fill a miss (the view answers) or stand in for the view (it does not)."""
        at = self._clock()
        degraded = not self._health.view_ok
        try:
            raws = {**found, **await self._from_ledger(list(missing))}
        except Exception as error:
            for one in waiting:
                if not one.future.done():
                    one.future.set_exception(error)
            return
        for one in waiting:
            if not one.future.done():
                reading = self._reading(one.skus, raws, at, degraded=degraded)
                one.future.set_result(reading)

    async def _from_ledger(self, skus: Sequence[str]) -> dict[str, bytes]:
        """Values of the ledger, at most 250 ms old; one read of a SKU at a time."""
        raws = {s: raw for s in skus if (raw := self._kept.young(s)) is not None}
        wanted = [sku for sku in dict.fromkeys(skus) if sku not in raws]
        tasks = {self._fetching[sku] for sku in wanted if sku in self._fetching}
        new = [sku for sku in wanted if sku not in self._fetching]
        if new:
            tasks.add(self._fetch(new))
        for task in tasks:
            figures = await asyncio.shield(task)
            raws.update(self._packed(figures))
        return {sku: raws[sku] for sku in skus}

    def _fetch(self, skus: list[str]) -> asyncio.Task[Figures]:
        if len(set(self._fetching.values())) >= LEDGER_READS_MAX:
            raise Overloaded(
                "The stock view is down and the ledger is busy",
                next_step="Send the same request again.",
                retry_after=timedelta(seconds=SNAPSHOT_S),
            )
        task = self._loop.create_task(self._read_ledger(skus))
        for sku in skus:
            self._fetching[sku] = task
        return task

    async def _read_ledger(self, skus: list[str]) -> Figures:
        try:
            figures = await self._queries.figures(skus)
            self._health.ledger_ok = True
            self._health.ledger_at = self._clock()
            self.use_generation(figures.generation)
            task = asyncio.current_task()
            young = {
                s: r
                for s, r in self._packed(figures).items()
                if self._fetching.get(s) is task
            }
            self._kept.keep(young)
            await self._show(figures)
            return figures
        except StorageUnavailable:
            self._health.ledger_ok = False
            raise
        finally:
            for sku in skus:
                if self._fetching.get(sku) is asyncio.current_task():
                    del self._fetching[sku]

    async def _show(self, figures: Figures) -> None:
        if self._view is None or time.monotonic() < self._view_after:
            return
        try:
            await self._view.fill(figures.generation, figures.by_sku)
        except ViewDown:
            self._view_after = time.monotonic() + VIEW_PAUSE_S
            self._health.view_ok = False

    def _packed(self, figures: Figures) -> dict[str, bytes]:
        generation = figures.generation
        return {
            sku: pack(generation, generation, entries)
            for sku, entries in figures.by_sku.items()
        }

    def _reading(
        self,
        skus: Sequence[str],
        raws: dict[str, bytes],
        at: datetime,
        *,
        degraded: bool,
    ) -> StockReading:
        values = [raws[sku] for sku in skus]
        width = max(self._nodes(), *map(width_of, values)) if values else 0
        available = np.zeros((len(values), width), np.int64)
        for row, sku, raw in zip(available, skus, values, strict=True):
            units = available_of(raw)
            row[: len(units)] = units
            if sku in self._newest:
                self._newest.merge(sku, raw, row)
        if not self._health.ledger_ok:
            # Nobody can say what was committed since: the age is the honest answer.
            return StockReading(tuple(skus), available, self._health.ledger_at, True)
        return StockReading(tuple(skus), available, at, degraded)
