"""What a worker does between calls: end holds, publish changes, look at the stores.

A background loop outlives every error: it is noted, counted and tried again. The waits
are jittered so that the workers of one fleet do not strike the ledger together.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random
from time import monotonic
from typing import Protocol

from router import log
from router.metrics import ProcessFigures
from router.rpc.health import HOLD, QUOTE, Health

# Ends holds soon after their time: the objective for the lag is 5 s.
SWEEP_S = 1.0
# Orders that wait get what came free within seconds of it.
SERVE_S = 2.0
# The outbox only carries what the writer's own push did not.
RELAY_S = 0.5
# How soon a webhook is told after its event is in the log, or its wait is over.
DELIVER_S = 0.5
# How soon a customer gets the mail of an event, if mails are sent.
MAIL_S = 2.0
# How soon a change of the network is seen by every worker.
REFRESH_S = 0.5
# How soon a published policy decides, or is taken back, on every worker: apart from the
# network, whose compiling may take seconds.
FOLLOW_S = 0.5
# How soon lessons of past orders are looked up for a policy that asks for them.
LEARN_S = 1.0
# How soon it is seen that prices of stock are to be made anew.
PRICES_S = 5.0
# How soon it is seen that orders are to be planned again together.
REOPTIMISE_S = 5.0
# A probe is at most this old, and a store that does not answer by then is down.
PROBE_S = 1.0
# How late a step of a store may move on without it.
TIMERS_S = 1.0
PROBE_SECONDS_MAX = 2.0
LAG_S = 0.25
JITTER = 0.2


class StoreHealth(Protocol):
    """What the stores say of themselves."""

    @property
    def view_ok(self) -> bool: ...
    @property
    def ledger_ok(self) -> bool: ...


class Probed(Protocol):
    """The part of stock that a probe needs."""

    async def ping(self) -> StoreHealth: ...


class Swept(Protocol):
    """The background work of an application."""

    @property
    def stock(self) -> Probed: ...
    async def sweep(self) -> object: ...
    async def serve(self) -> object: ...
    async def relay(self) -> object: ...
    async def deliver(self) -> object: ...
    async def mail(self) -> object: ...
    async def refresh(self) -> object: ...
    async def follow(self) -> object: ...
    async def learn(self) -> object: ...
    async def keep_time(self) -> object: ...
    async def make_prices(self) -> object: ...
    async def reoptimise(self) -> object: ...


@dataclass(frozen=True, slots=True)
class Loop:
    """One step, repeated every so many seconds."""

    name: str
    step: Callable[[], Awaitable[object]]
    seconds: float


class Sweeper:
    """The background loops of one worker."""

    def __init__(
        self, app: Swept, health: Health, figures: ProcessFigures, *, rng: Random
    ) -> None:
        self._app = app
        self._health = health
        self._figures = figures
        self._rng = rng
        self._tasks: Sequence[asyncio.Task[None]] = ()
        self._stopping = False

    def start(self) -> None:
        """Begin all loops."""
        loops = (
            Loop("sweep", self._app.sweep, SWEEP_S),
            Loop("serve", self._app.serve, SERVE_S),
            Loop("relay", self._app.relay, RELAY_S),
            Loop("deliver", self._app.deliver, DELIVER_S),
            Loop("mail", self._app.mail, MAIL_S),
            Loop("refresh", self._app.refresh, REFRESH_S),
            Loop("follow", self._app.follow, FOLLOW_S),
            Loop("learn", self._app.learn, LEARN_S),
            Loop("timers", self._app.keep_time, TIMERS_S),
            Loop("prices", self._app.make_prices, PRICES_S),
            Loop("reoptimise", self._app.reoptimise, REOPTIMISE_S),
            Loop("probe", self._probe, PROBE_S),
            Loop("lag", self._measure_lag, LAG_S),
        )
        self._tasks = [asyncio.create_task(self._repeat(loop)) for loop in loops]

    async def stop(self) -> None:
        """End all loops; a step in progress is cut, each is safe to repeat."""
        # The flag as well: a client library may swallow a cancellation.
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def look(self) -> None:
        """Probe once now, so that the first answer to a balancer is true."""
        await self._round(Loop("probe", self._probe, PROBE_S), quiet=False)

    async def _probe(self) -> None:
        """Tell the probes whether quotes and holds can work now."""
        try:
            async with asyncio.timeout(PROBE_SECONDS_MAX):
                found = await self._app.stock.ping()
        except TimeoutError:
            self._health.set(QUOTE, False)
            self._health.set(HOLD, False)
            raise
        self._health.set(QUOTE, found.view_ok or found.ledger_ok)
        self._health.set(HOLD, found.ledger_ok)

    async def _repeat(self, loop: Loop) -> None:
        failing = False
        while not self._stopping:
            spread = self._rng.uniform(1 - JITTER, 1 + JITTER)
            await asyncio.sleep(loop.seconds * spread)
            failed = await self._round(loop, quiet=failing)
            if failing and not failed:
                log.get().info("background.recovered", loop=loop.name)
            failing = failed

    async def _round(self, loop: Loop, *, quiet: bool) -> bool:
        """Run one step; whether it failed. A failure that lasts is told once."""
        try:
            await loop.step()
        except Exception as error:
            self._figures.observe_background_failure(loop.name)
            if not quiet:
                log.get().warning("background.failed", loop=loop.name, exc_info=error)
            return True
        return False

    async def _measure_lag(self) -> None:
        started = monotonic()
        await asyncio.sleep(0.05)
        self._figures.observe_loop_lag(max(0.0, monotonic() - started - 0.05))
