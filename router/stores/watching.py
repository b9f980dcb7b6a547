"""The tasks of a node as they change, for a device that stays or comes back.

What has changed is told by the version of the order and the time of the step, so that
nothing is missed that was committed out of turn; where a device was is told by an
instant, with some seconds of overlap: a task may come twice, and none is left out.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from inventory.errors import Overloaded
from inventory.orders.task_lookups import Mark
from inventory.stock import Stock
from router.orders.messages import SHIPMENT_STATES
from router.paging import digest, read_token, write_token
from router.rpc.call import Call
from router.stores.tasks import TaskList
from router.validate import Violations
from shipfrom.v1 import store_service_pb2 as pb

POLL_S = 0.4
"""A new task is seen within half a second."""
WATCHERS_MAX = 200
"""Of one process; each reads a few small rows twice a second."""
TASKS_MAX = 50
"""Of one message: a first screen comes at once, a long list in parts."""
OVERLAP_US = 10_000_000
"""Longer than a commit may be seen after a later one."""
UNPICKED = tuple(SHIPMENT_STATES[name] for name in ("ALLOCATED", "ACCEPTED", "PICKING"))
LAST_S = 2.0
"""Before its time is over a stream ends by itself, and the device comes back."""


@dataclass(slots=True)
class Watchers:
    """All streams of one process."""

    stock: Stock
    tasks: TaskList
    watching: int = field(default=0)

    async def watch(
        self, request: pb.WatchTasksRequest, call: Call
    ) -> AsyncIterator[pb.WatchTasksResponse]:
        """What is to do, then every change, until the call's deadline or the server's
        end is near: the device comes back with its token."""
        node = self.tasks.known(request.node_id, Violations())
        asked = digest("WatchTasks", node)
        key = read_token(request.resume_token, asked, kinds=(int,))
        if self.watching >= WATCHERS_MAX:
            raise Overloaded(
                f"{WATCHERS_MAX} devices watch this router already",
                next_step="ask ListTasks every few seconds, or come back later",
                retry_after=timedelta(seconds=5),
                metadata={"watchersMax": str(WATCHERS_MAX)},
            )
        self.watching += 1
        try:
            seen = _Seen(node, asked, since_us=int(key[0]) if key else None)
            async for response in self._changes(seen, call):
                yield response
        finally:
            self.watching -= 1

    async def _changes(
        self, seen: "_Seen", call: Call
    ) -> AsyncIterator[pb.WatchTasksResponse]:
        loop, books = asyncio.get_running_loop(), self.stock.task_books
        if seen.since_us is not None:
            since_us = seen.since_us - OVERLAP_US
            for part in _parts(await books.left(seen.node, since_us=since_us)):
                yield await self._told(seen, part)
        first = True
        while True:
            changed = seen.changed(await books.marks(seen.node))
            for part in _parts(changed) or ([()] if first else []):
                yield await self._told(seen, part)
            first = False
            is_over = call.deadline is not None and loop.time() + LAST_S > call.deadline
            if is_over or call.is_ending():
                return
            await asyncio.sleep(POLL_S)

    async def _told(
        self, seen: "_Seen", marks: Sequence[Mark]
    ) -> pb.WatchTasksResponse:
        response = pb.WatchTasksResponse()
        orders = {mark.order_id for mark in marks}
        books = self.stock.order_books
        read = {name: await books.whole(name) for name in orders}
        for mark in marks:
            whole = read[mark.order_id]
            row = whole.book.shipments[mark.shipment_id]
            self.tasks.write(whole, row, response.tasks.add(), node_id=seen.node)
        told = [read[mark.order_id] for mark in marks]
        open_ones = [
            (whole, task)
            for whole, task in zip(told, response.tasks, strict=True)
            if task.state in UNPICKED
        ]
        await self.tasks.substitutes.show(open_ones)
        response.resume_token = seen.token(marks)
        return response


@dataclass(slots=True)
class _Seen:
    """What one device knows: every task that it was told as open, with its version and
    its time."""

    node: str
    asked: str
    since_us: int | None
    known: dict[str, Mark] = field(default_factory=dict)
    latest_us: int = 0

    def changed(self, marks: Sequence[Mark]) -> list[Mark]:
        """New and changed tasks, and those that are not open any more."""
        now = {mark.shipment_id: mark for mark in marks}
        fresh = [mark for mark in marks if self._is_news(mark)]
        gone = [mark for name, mark in self.known.items() if name not in now]
        self.known = now
        return fresh + gone

    def _is_news(self, mark: Mark) -> bool:
        before = self.known.get(mark.shipment_id)
        if before is not None:
            return (before.ver, before.due_us) != (mark.ver, mark.due_us)
        since_us = self.since_us
        return since_us is None or mark.changed_at_us >= since_us - OVERLAP_US

    def token(self, marks: Sequence[Mark]) -> str:
        """Where the device is, once it has these."""
        told = (mark.changed_at_us for mark in marks)
        self.latest_us = max(self.latest_us, self.since_us or 0, *told, 0)
        return write_token([self.latest_us], self.asked)


def _parts(marks: Sequence[Mark]) -> list[Sequence[Mark]]:
    return [marks[at : at + TASKS_MAX] for at in range(0, len(marks), TASKS_MAX)]
