"""Look-ahead prices within a simulation: as the service would have made them then.

At a few moments of the window, from the orders that had come by then and on the stock
that the policy has left. What comes later is known to nobody: prices that had seen it
would save what no shop can save.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from allocation.order import Order
from allocation.policy import Policy
from allocation.prices.forecast import Past
from allocation.prices.imported import Imported
from allocation.prices.outlook import ORDERS_MAX, Foreseen
from router.lookahead.brief import Brief
from router.lookahead.briefing import HISTORY, WINDOW, brief_of, hour_of, later
from router.lookahead.listing import listed_of, stored_of
from router.lookahead.solving import solved
from router.lookahead.steering import Steering
from router.simulate.arm import Arm
from router.simulate.orders import SimulatedOrder
from router.simulate.outcome import Outcome

LISTS = 10
"""In a simulation. The service makes more of them, so that what it saves is rather
more than what a simulation says."""
SIGN_OF_LIFE_S = 1.0
"""A solve takes up to a minute, in which somebody may want the run to end."""


@dataclass(frozen=True, slots=True)
class Before:
    """What came before the orders of a simulation.

    `orders`: the newest of them, in order of time; `by_hour` counts all, by hour since
    1970; `imported`: what others forecast, of which a list knows what was said by then.
    """

    orders: tuple[SimulatedOrder, ...] = ()
    by_hour: Mapping[int, int] = field(default_factory=dict)
    imported: Imported = field(default_factory=Imported)


@dataclass(frozen=True, slots=True)
class Ahead:
    """That a policy, by its name in the run, decides with prices."""

    policy: str
    before: Before = field(default_factory=Before)
    lists: int = LISTS
    solve: Callable[[Brief], Awaitable[Foreseen]] = solved
    """In a process of its own, as the service's."""


@dataclass(frozen=True, slots=True)
class MadeList:
    """A price list of a simulation: from so many orders, with so many priced cells (0:
    it steered nothing), and what the replay of the orders said of it."""

    at: datetime
    orders: int
    cells: int
    verdict: str


class Foresight:
    """Makes the prices of one policy while the simulated time passes.

    Args:
        times: of the orders to come; what they are is not known before they come.
    """

    def __init__(self, ahead: Ahead, arm: Arm, times: Sequence[datetime]) -> None:
        self.made: list[MadeList] = []
        self._ahead = ahead
        self._arm = arm
        self._came = deque(ahead.before.orders, maxlen=ORDERS_MAX)
        self._by_hour = Counter(ahead.before.by_hour)
        self._moments: deque[datetime] = deque()
        if times and arm.policy.look_ahead.on:
            self._every = (times[-1] - times[0]) / ahead.lists
            self._moments.extend(
                times[0] + number * self._every for number in range(ahead.lists)
            )

    def note(
        self, order: SimulatedOrder, outcomes: Mapping[str, Sequence[Outcome]]
    ) -> None:
        """Remember an order that came; of one that was not placed no shop knows."""
        if not order.abandoned and not outcomes[self._ahead.policy][-1].refusal:
            self._came.append(order)
            self._by_hour[hour_of(order.at)] += 1

    async def look(self, now: datetime) -> AsyncGenerator[None, None]:
        """Make prices if it is time, with a sign of life each second.

        Raises:
            SolverDied: they could not be made.
        """
        if not self._is_time(now):
            return
        making = asyncio.ensure_future(self._make(now))
        try:
            while not (await asyncio.wait({making}, timeout=SIGN_OF_LIFE_S))[0]:
                yield
            making.result()
        finally:
            if making.cancel():
                with suppress(asyncio.CancelledError):
                    await making

    def _is_time(self, now: datetime) -> bool:
        """Whether a moment was reached; several of a quiet time are one."""
        reached = False
        while self._moments and self._moments[0] <= now:
            self._moments.popleft()
            reached = True
        return reached

    async def _make(self, now: datetime) -> None:
        await self._arm.stock.sweep()
        network, nodes = self._arm.snapshot.network, self._arm.snapshot.nodes
        since, first, hour = now - WINDOW, hour_of(now - HISTORY), hour_of(now)
        asked = [self._again(each, now) for each in self._came if each.at >= since]
        by_hour = {at: many for at, many in self._by_hour.items() if at >= first}
        past = Past(by_hour, self._ahead.before.imported.before(hour))
        brief = await brief_of(network, asked, past, stock=self._arm.stock, now=now)
        found = await self._ahead.solve(replace(brief, is_hurried=False))
        listed = listed_of(stored_of(brief, found, self._every))
        self._arm.steer(Steering.of(listed, nodes) if listed.cells else None)
        made = MadeList(now, listed.orders, listed.cells, listed.verdict)
        self.made.append(made)

    def _again(self, came: SimulatedOrder, now: datetime) -> tuple[Order, Policy]:
        """An order that came, as if it came now."""
        days = now.date() - came.at.astimezone(UTC).date()
        return came.order, later(came.routing, days).narrow(self._arm.policy)
