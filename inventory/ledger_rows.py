"""Packed values straight from the ledger: for a miss, and while there is no view.

One read of a SKU at a time, whoever waits for it; what was read serves for 250 ms and
is shown in the view. Few reads at once, the rest is shed: SQL must not be swamped
because Redis is gone.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from inventory.errors import Overloaded, StorageUnavailable
from inventory.instants import Clock
from inventory.packed import lagging_entries, pack
from inventory.queries import Figures, Queries
from inventory.stores import Stores
from inventory.view import View, ViewDown

T = TypeVar("T")

READS_MAX = 32  # of a process, at once
SNAPSHOT_S = 0.25  # age at which a value is read again
KEPT_MAX = 5_000  # SKUs


class LedgerRows:
    """Values of the ledger, by SKU.

    Args:
        on_generation: told the generation of each reading.
    """

    def __init__(
        self,
        view: View | None,
        queries: Queries,
        *,
        stores: Stores,
        clock: Clock,
        on_generation: Callable[[int], None],
    ) -> None:
        self._view = view
        self._queries = queries
        self._stores = stores
        self._clock = clock
        self._on_generation = on_generation
        self._kept: dict[str, tuple[float, bytes]] = {}
        self._reading: dict[str, asyncio.Task[dict[str, bytes]]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def close(self) -> None:
        """End what is under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def outdate(self, skus: Iterable[str]) -> None:
        """This process changed these SKUs: what was read of them before is old."""
        for sku in skus:
            self._kept.pop(sku, None)
            # A reading that is under way may be older than the change.
            self._reading.pop(sku, None)

    async def read(
        self, skus: Sequence[str], *, missing: bool = True
    ) -> dict[str, bytes]:
        """Values that are complete and at most 250 ms old.

        Args:
            missing: the view does not have them complete and is told; where it only
                lags, a push is on its way.

        Raises:
            StorageUnavailable: the ledger cannot be read.
            Overloaded: too many reads are under way.
        """
        found = {sku: raw for sku in skus if (raw := self._young(sku)) is not None}
        wanted = [sku for sku in dict.fromkeys(skus) if sku not in found]
        tasks = {self._reading[sku] for sku in wanted if sku in self._reading}
        if new := [sku for sku in wanted if sku not in self._reading]:
            tasks.add(self._start(new, missing=missing))
        for task in tasks:
            found.update(await asyncio.shield(task))
        return {sku: found[sku] for sku in skus}

    def _young(self, sku: str) -> bytes | None:
        read_at, raw = self._kept.get(sku, (0.0, b""))
        return raw if raw and time.monotonic() - read_at <= SNAPSHOT_S else None

    def _start(
        self, skus: list[str], *, missing: bool
    ) -> asyncio.Task[dict[str, bytes]]:
        if len(set(self._reading.values())) >= READS_MAX:
            raise Overloaded(
                "The stock view is down and the ledger is busy",
                next_step="Send the same request again.",
                retry_after=timedelta(seconds=SNAPSHOT_S),
            )
        task = self._spawn(self._read(skus, missing=missing))
        for sku in skus:
            self._reading[sku] = task
        return task

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _read(self, skus: list[str], *, missing: bool) -> dict[str, bytes]:
        task = asyncio.current_task()
        try:
            figures = await self._queries.figures(skus)
        except StorageUnavailable:
            self._stores.ledger_ok = False
            self._finish(skus, task)
            raise
        self._stores.ledger_answered(self._clock())
        self._on_generation(figures.generation)
        raws = _packed(figures)
        still_true = [sku for sku in skus if self._reading.get(sku) is task]
        self._keep({sku: raws[sku] for sku in still_true})
        self._finish(skus, task)
        if missing:
            # Nobody waits for the view to be told: pushes that overtake this one win.
            self._spawn(self._show(figures))
        return raws

    def _finish(self, skus: Iterable[str], task: asyncio.Task[Any] | None) -> None:
        for sku in skus:
            if self._reading.get(sku) is task:
                del self._reading[sku]

    def _keep(self, raws: dict[str, bytes]) -> None:
        now = time.monotonic()
        self._kept.update((sku, (now, raw)) for sku, raw in raws.items())
        while len(self._kept) > KEPT_MAX:
            del self._kept[next(iter(self._kept))]

    async def _show(self, figures: Figures) -> None:
        if self._view is None or not self._stores.may_ask_view:
            return
        try:
            # Pushes have shown most of it, often all: what is missing is the mark.
            raws = await self._view.read(list(figures.by_sku))
            named = zip(figures.by_sku, raws, strict=True)
            held = {sku: raw for sku, raw in named if raw is not None}
            lagging = lagging_entries(held, figures.generation, figures.by_sku)
            await self._view.fill(figures.generation, figures.by_sku, lagging=lagging)
        except ViewDown:
            self._stores.view_failed()


def _packed(figures: Figures) -> dict[str, bytes]:
    generation = figures.generation
    return {
        sku: pack(generation, generation, entries)
        for sku, entries in figures.by_sku.items()
    }
