"""The combining writer: concurrent operations of a process share one transaction.

An fsync costs the same for one operation and for sixty-four. While a commit runs, the
next operations gather; when none runs, the first one waits for its companions, but
never longer than the linger. Everything here runs on the event loop except `Runner`,
which has a thread of its own. Answers leave after COMMIT only.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from inventory.answers import replayed
from inventory.batching import Outcome, Waiting, in_time, is_bulk, too_late, weight
from inventory.errors import Draining, Overloaded
from inventory.operations import Answer, ExpireHold, Operation, RequestKey
from inventory.runner import RESOLVE_S, BatchResult, Runner

T = TypeVar("T")

BATCH_MAX = 64  # larger batches gain little and take several times as long
LINGER_MS = 2.0
QUEUE_MAX = 2_000  # operations that wait; at 5,000 a second that is 0.4 s
BULK_CELLS_MAX = 500  # cells of feeds and reapings in one batch: locks stay short
RECENT = 100  # batches whose second longest stands for the p99

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may wait, how long, and how much goes together."""

    batch_max: int = BATCH_MAX
    linger_ms: float = LINGER_MS
    queue_max: int = QUEUE_MAX


@dataclass(frozen=True, slots=True)
class _Done:
    """A batch that ran: outcomes by identity of its waiting operations."""

    result: BatchResult
    outcomes: Mapping[int, Outcome]
    took_s: float


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
        bounds: Bounds,
    ) -> None:
        self._runner = runner
        self._on_commit = on_commit
        self._bounds = bounds
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger-writer")
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
        return await self._loop.run_in_executor(self._thread, self._runner.work, job)

    async def close(self) -> None:
        """Refuse newcomers, finish what waits, end the thread."""
        self._closing = True
        await self._idle.wait()
        await self._loop.run_in_executor(self._thread, self._runner.close)
        self._thread.shutdown()

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
                retry_after=timedelta(milliseconds=100),
            )
        if self.waiting >= self._bounds.queue_max:
            turns = self.waiting / self._bounds.batch_max
            raise Overloaded(
                f"{self.waiting} operations wait for the ledger",
                next_step="Send the same request again, later.",
                metadata={"waiting": str(self.waiting)},
                retry_after=timedelta(seconds=max(0.05, turns * self._recent_s[-1])),
            )

    def _gather(self) -> None:
        """Close a batch now if it is full or complete, else when the linger ends."""
        if self.waiting >= self._bounds.batch_max and self._running < 2:
            self._hand_over()
        elif self._running:
            return
        elif self.waiting >= self._expected:
            self._hand_over()
        elif self._timer is None:
            self._timer = self._loop.call_later(
                self._bounds.linger_ms / 1000, self._hand_over
            )

    def _hand_over(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch = self._take()
        if batch:
            self._start(batch)
        elif not self._running and not self.waiting:
            self._idle.set()

    def _take(self) -> list[Waiting]:
        taken: list[Waiting] = []
        while self._urgent and len(taken) < self._bounds.batch_max:
            self._keep_if_wanted(self._urgent.popleft(), taken)
        cells = 0
        while self._bulk and cells < BULK_CELLS_MAX:
            cells += weight(self._bulk[0].operation)
            self._keep_if_wanted(self._bulk.popleft(), taken)
        return taken

    def _keep_if_wanted(self, waiting: Waiting, taken: list[Waiting]) -> None:
        if waiting.is_unwanted:
            self._forget(waiting)
        else:
            taken.append(waiting)

    def _forget(self, waiting: Waiting) -> None:
        if not isinstance(waiting.operation, ExpireHold):
            self._by_key.pop(waiting.operation.key, None)

    def _start(self, batch: list[Waiting]) -> None:
        self._running += 1
        future = self._loop.run_in_executor(self._thread, self._work, batch)
        future.add_done_callback(partial(self._finish, batch))

    def _work(self, batch: list[Waiting]) -> _Done:
        """On the writing thread."""
        started = time.monotonic()
        due = in_time(batch, soonest=started + self.batch_p99_s)
        if not due:
            return _Done(BatchResult(()), {}, 0.0)
        left = [w.deadline - started for w in due if w.deadline is not None]
        operations = [w.operation for w in due]
        resolve_s = max(left, default=RESOLVE_S)
        result = self._runner.run(operations, resolve_s=resolve_s)
        outcomes = dict(zip(map(id, due), result.outcomes, strict=True))
        return _Done(result, outcomes, time.monotonic() - started)

    def _finish(self, batch: list[Waiting], future: asyncio.Future[_Done]) -> None:
        self._running -= 1
        error = future.exception()
        if error is not None:
            self._isolate(batch, error)
        else:
            self._answer(batch, future.result())
        self._expected = min(self._bounds.batch_max, len(batch))
        if not self._running and not self.waiting:
            self._idle.set()

    def _answer(self, batch: list[Waiting], done: _Done) -> None:
        if done.took_s:
            self._recent_s.append(done.took_s)
        # The thread goes on with what gathered before the answers wake their callers.
        if self.waiting:
            self._hand_over()
        if done.result.changes:
            self._on_commit(done.result)
        for waiting in batch:
            self._forget(waiting)
            outcome = done.outcomes.get(id(waiting))
            waiting.tell(too_late() if outcome is None else outcome)

    def _isolate(self, batch: list[Waiting], error: BaseException) -> None:
        """Find the operation that breaks its batch by running each alone."""
        if len(batch) > 1:
            log.warning("a batch failed, its operations run alone: %r", error)
            for waiting in batch:
                self._start([waiting])
            return
        log.error("an operation broke its batch", exc_info=error)
        self._forget(batch[0])
        batch[0].tell(error)
        if self.waiting and not self._running:
            self._hand_over()
