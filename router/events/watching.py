"""Lets many callers follow the log while only one question a moment is asked of it.

Whoever is at the end of the log waits for the same news and reads the same page; who is
far behind reads pages of its own until it has caught up.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from inventory.errors import Overloaded
from inventory.events.log import EventLog, Page, Position, Wanted

WATCHERS_MAX = 100  # of one process
POLL_S = 0.25
HEARTBEAT_S = 5.0
# Before a stream's own time is over: an end that is no error.
WATCH_S_MAX = 570.0
PAGE_ROWS = 200


class Watching:
    """The watchers of one process.

    Args:
        poll_s: how often the log is asked while somebody waits.
    """

    def __init__(
        self, log: EventLog, *, poll_s: float = POLL_S, heartbeat_s: float = HEARTBEAT_S
    ) -> None:
        self._log = log
        self._poll_s = poll_s
        self._heartbeat_s = heartbeat_s
        self._pages: dict[Position, asyncio.Task[Page]] = {}
        self.watchers = 0

    async def follow(
        self, after: Position, wanted: Wanted, *, is_ending: Callable[[], bool]
    ) -> AsyncGenerator[Page, None]:
        """Pages as they come; an empty one is a heartbeat. The first one comes at once.

        Raises:
            EventsGone: the log cannot be read on from there.
            Overloaded: too many watch already.
        """
        with self._place():
            ends_s, beat_s = monotonic() + WATCH_S_MAX, 0.0
            while monotonic() < ends_s and not is_ending():
                page = await self._next(after, wanted)
                if page.events or monotonic() >= beat_s:
                    beat_s = monotonic() + self._heartbeat_s
                    yield page
                after = page.until
                if page.is_last:
                    await asyncio.sleep(self._poll_s)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self.watchers >= WATCHERS_MAX:
            raise Overloaded(
                f"{self.watchers} callers watch events on this server already",
                next_step="read them with ListEvents, or end another stream first",
                metadata={"watchers": str(self.watchers)},
            )
        self.watchers += 1
        try:
            yield
        finally:
            self.watchers -= 1

    async def _next(self, after: Position, wanted: Wanted) -> Page:
        """The page behind a position, as somebody else may be reading it just now."""
        reading = self._pages.get(after)
        if reading is None:
            read = self._log.page(after, Wanted(), limit=PAGE_ROWS)
            reading = self._pages[after] = asyncio.create_task(read)
            reading.add_done_callback(lambda task: self._forget_soon(after, task))
        # One watcher that leaves must not end the reading for all others.
        page = await asyncio.shield(reading)
        if not page.is_last and not any(map(wanted.takes, page.events)):
            return await self._log.page(after, wanted, limit=PAGE_ROWS)
        return Page(tuple(filter(wanted.takes, page.events)), page.until, page.bounds)

    def _forget_soon(self, after: Position, reading: asyncio.Task[Page]) -> None:
        """Kept for half a poll: the others come a little later."""
        if not reading.cancelled():
            reading.exception()  # raised to the watchers, if any are left
        loop = asyncio.get_running_loop()
        loop.call_later(self._poll_s / 2, self._pages.pop, after, None)
