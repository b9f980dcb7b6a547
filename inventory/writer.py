"""The combining writer: concurrent operations of a process share one transaction.

An fsync costs the same for one operation and for sixty-four. While a commit runs, the
next operations gather; when none runs, the first one waits for its companions, but
never longer than the linger. Everything here runs on the event loop except `Runner`,
which has a thread of its own. Answers leave after COMMIT only.
"""

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Connection

from inventory.answers import replayed
from inventory.batching import (
    Batch,
    Job,
    Waiting,
    fail,
    is_bulk,
    succeed,
    tell_answer,
    weight,
    woven,
)
from inventory.errors import Draining, Overloaded
from inventory.operations import Answer, ExpireHold, Operation, RequestKey
from inventory.runner import BatchResult, Runner

T = TypeVar("T")

BATCH_MAX = 64  # larger batches gain little and take several times as long
LINGER_MS = 2.0
QUEUE_MAX = 2_000  # operations that wait; at 5,000 a second that is 0.4 s
BULK_CELLS_MAX = 500  # cells of feeds and reapings in one batch: locks stay short
RECENT = 100  # batches whose second longest stands for the p99


class Writer:
    """Collects operations on the loop, hands batches to the writing thread.

    Args:
        on_commit: told on the loop what each batch changed, before the answers go out.
    """

    def __init__(
        self,
        runner: Runner,
        *,
        on_commit: Callable[[BatchResult], None],
        batch_max: int = BATCH_MAX,
        linger_ms: float = LINGER_MS,
        queue_max: int = QUEUE_MAX,
    ) -> None:
        self._runner = runner
        self._on_commit = on_commit
        self._batch_max = batch_max
        self._linger_s = linger_ms / 1000
        self._queue_max = queue_max
        self._loop = asyncio.get_running_loop()
        self._urgent: deque[Waiting] = deque()
        self._bulk: deque[Waiting] = deque()
        self._by_key: dict[RequestKey, Waiting] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._running = 0
        self._expected = 1
        self._closing = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._recent_s: deque[float] = deque([0.002], maxlen=RECENT)
        self._handed: queue.SimpleQueue[Batch | Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(
            target=self._work, name="ledger-writer", daemon=True
        )
        self._thread.start()

    async def submit(
        self, operation: Operation, *, deadline: float | None = None
    ) -> Answer:
        """Have an operation decided; returns after its batch is durable.

        Args:
            deadline: an instant of `time.monotonic()`; too close a one is refused.

        Raises:
            Refusal: the ledger's no, or Overloaded, Draining, DeadlineTooShort.
        """
        self._refuse_at_the_door()
        future: asyncio.Future[Answer] = self._loop.create_future()
        key = None if isinstance(operation, ExpireHold) else operation.key
        twin = None if key is None else self._by_key.get(key)
        if twin is not None:
            # The key holds the content's hash: the same request, asked once.
            twin.futures.append(future)
            return replayed(await future)
        waiting = Waiting(operation, deadline, [future])
        if key is not None:
            self._by_key[key] = waiting
        (self._bulk if is_bulk(operation) else self._urgent).append(waiting)
        self._idle.clear()
        self._gather()
        return await future

    async def work(self, job: Callable[[Connection], T]) -> T:
        """Run another write as its own transaction, in turn with the batches."""
        self._refuse_at_the_door()
        future: asyncio.Future[T] = self._loop.create_future()

        def run() -> None:
            try:
                result = self._runner.work(job)
            except BaseException as error:
                self._tell(fail, future, error)
            else:
                self._tell(succeed, future, result)

        self._handed.put(Job(run))
        return await future

    async def close(self) -> None:
        """Refuse newcomers, finish what waits, end the thread."""
        self._closing = True
        await self._idle.wait()
        self._handed.put(None)
        await asyncio.to_thread(self._thread.join)

    @property
    def waiting(self) -> int:
        """Operations that are not in a batch yet."""
        return len(self._urgent) + len(self._bulk)

    @property
    def batch_p99_s(self) -> float:
        """The second longest of the recent batches: one stall does not count."""
        return sorted(self._recent_s)[-2:][0]

    def _refuse_at_the_door(self) -> None:
        if self._closing:
            raise Draining(
                "This server is about to stop",
                next_step="Send the same request again: another server answers.",
                retry_after=timedelta(seconds=1),
            )
        if self.waiting >= self._queue_max:
            turns = self.waiting / self._batch_max
            raise Overloaded(
                f"{self.waiting} operations wait for the ledger",
                next_step="Send the same request again, later.",
                metadata={"waiting": str(self.waiting)},
                retry_after=timedelta(seconds=max(0.05, turns * self._recent_s[-1])),
            )

    def _gather(self) -> None:
        """Close a batch now if it is full or complete, else when the linger ends."""
        if self.waiting >= self._batch_max and self._running < 2:
            self._hand_over()
        elif self._running:
            return
        elif self.waiting >= self._expected:
            self._hand_over()
        elif self._timer is None:
            self._timer = self._loop.call_later(self._linger_s, self._hand_over)

    def _hand_over(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch = self._take()
        if batch:
            self._running += 1
            self._handed.put(Batch(batch))
        elif not self._running and not self.waiting:
            self._idle.set()

    def _take(self) -> list[Waiting]:
        taken: list[Waiting] = []
        while self._urgent and len(taken) < self._batch_max:
            self._keep_if_wanted(self._urgent.popleft(), taken)
        cells = 0
        while self._bulk and cells < BULK_CELLS_MAX:
            cells += weight(self._bulk[0].operation)
            self._keep_if_wanted(self._bulk.popleft(), taken)
        return taken

    def _keep_if_wanted(self, waiting: Waiting, taken: list[Waiting]) -> None:
        if all(future.cancelled() for future in waiting.futures):
            self._forget(waiting)
        else:
            taken.append(waiting)

    def _forget(self, waiting: Waiting) -> None:
        if not isinstance(waiting.operation, ExpireHold):
            self._by_key.pop(waiting.operation.key, None)

    def _work(self) -> None:
        """The writing thread."""
        while (item := self._handed.get()) is not None:
            if isinstance(item, Job):
                item.run()
            else:
                self._run(item)
        self._runner.close()

    def _run(self, batch: Batch) -> None:
        started = time.monotonic()
        soonest = started + self.batch_p99_s
        late = [w.deadline is not None and w.deadline < soonest for w in batch.waiting]
        due = [w for w, is_late in zip(batch.waiting, late, strict=True) if not is_late]
        result = BatchResult(())
        if due:
            left = [w.deadline - started for w in due if w.deadline is not None]
            operations = [w.operation for w in due]
            result = (
                self._runner.run(operations, resolve_s=max(left))
                if left
                else self._runner.run(operations)
            )
            batch.took_s = time.monotonic() - started
        batch.result = BatchResult(
            woven(late, result.outcomes),
            changes=result.changes,
            generation=result.generation,
            outbox_ids=result.outbox_ids,
        )
        self._tell(self._finish, batch)

    def _tell(self, call: Callable[..., None], *arguments: object) -> None:
        self._loop.call_soon_threadsafe(call, *arguments)

    def _finish(self, batch: Batch) -> None:
        assert batch.result is not None
        self._running -= 1
        if batch.took_s:
            self._recent_s.append(batch.took_s)
        # The thread goes on with what gathered before the answers wake their callers.
        if self.waiting:
            self._hand_over()
        if batch.result.changes:
            self._on_commit(batch.result)
        for waiting, outcome in zip(batch.waiting, batch.result.outcomes, strict=True):
            self._forget(waiting)
            tell_answer(waiting, outcome)
        self._expected = min(self._batch_max, len(batch.waiting))
        if not self._running and not self.waiting:
            self._idle.set()
