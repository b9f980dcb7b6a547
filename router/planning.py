"""From a wish and a stock reading to plans, without stopping the event loop.

Small orders are decided where they arrive: handing them to a thread costs more than
solving them. Large ones go to a few threads behind a bound.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from allocation.codec import dump
from allocation.collecting import brought_prices
from allocation.learned import Learned
from allocation.network import Network
from allocation.order import Order
from allocation.plan import Plan
from allocation.problem import Problem
from allocation.rules.book import asks_refusals, measures
from allocation.solve import solve, solve_options
from inventory.errors import FreshCell, Overloaded
from router.capacity import Rooms
from router.learning import LESSONS
from router.quotas import skus_of
from router.recent import Known, RecentPlans, just_made, still_good
from router.snapshot import Snapshot
from router.wishes import Wish

LINES_INLINE_MAX = 12
"""Up to here the exact kernel answers within milliseconds."""
THREADS = 2
WAITING_MAX = 16
"""Large orders and explanations in work or waiting; each takes milliseconds or more."""

Units = NDArray[np.int64]
T = TypeVar("T")


class Planner:
    """Solves problems inline or in its own threads."""

    records = True
    """Every hold keeps its decision."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="plan")
        self._waiting = 0
        self._recent = RecentPlans()

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def plan(self, problem: Problem) -> Known:
        """The best plan under the problem's policy.

        With it comes the problem that it was made for: this one, or the same order's a
        moment ago, of which it is the best plan still.
        """
        if not is_long(problem.order):
            return Known(problem, solve(problem))
        before = self._recent.of(problem.order, problem.policy)
        known = await self.aside(lambda: _plan(problem, before))
        self._recent.keep(known)
        return known

    def quoted(self, wish: Wish, network: Network, now: datetime) -> Known | None:
        """The plan that this wish was quoted a moment ago, if it was a long one."""
        known = self._recent.of(wish.order, wish.policy)
        return known if known and just_made(known, network, now) else None

    async def options(self, problem: Problem) -> tuple[Plan, ...]:
        """The best plan, then those of other objectives that differ."""
        if not is_long(problem.order):
            return solve_options(problem)
        plans = await self.aside(lambda: solve_options(problem))
        self._recent.keep(Known(problem, plans[0]))
        return plans

    async def record(self, problem: Problem, plan: Plan) -> bytes:
        """The decision as it is stored; a long one is written in a thread."""
        if not is_long(problem.order):
            return dump(problem, plan)
        self._recent.forget(problem)
        return await self.aside(lambda: dump(problem, plan))

    async def aside(self, work: Callable[[], T]) -> T:
        """Do long work in a thread.

        Raises:
            Overloaded: too much waits already.
        """
        if self._waiting >= WAITING_MAX:
            raise Overloaded(
                f"{WAITING_MAX} large orders or explanations are in work already",
                next_step="repeat the call after a moment",
                metadata={"waitingMax": str(WAITING_MAX)},
            )
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def _plan(problem: Problem, before: Known | None) -> Known:
    """The plan of a moment ago if it still answers this problem, else a new one."""
    fenced = problem.fence is not None
    if before is not None and not fenced and still_good(before, problem):
        return before
    return Known(problem, solve(problem))


def is_long(order: Order) -> bool:
    """Whether an order is planned aside, and its plan remembered."""
    return len(order.lines) > LINES_INLINE_MAX


def problem_of(
    wish: Wish,
    snapshot: Snapshot,
    available: Units,
    *,
    now: datetime,
    rooms: Rooms,
    recorded: bool = False,
) -> Problem:
    """The problem of a wish; `available` has one row for each of `names_of`, and one
    column a node."""
    units, lines = fit(available, snapshot.network.size), len(wish.order.lines)
    there, counted = units[:lines], units[lines + len(rooms.skus) :]
    fence, room = None, rooms.of(units[lines:])
    prices, price_list = _prices(wish, snapshot, now)
    if counted.size:
        skus, channel = skus_of(wish.order), wish.order.facts.channel
        left = dict(zip(snapshot.quotas.names(skus), counted, strict=True))
        wanted = [line.quantity for line in wish.order.lines]
        quotas = snapshot.quotas.at(now)
        there, fence = quotas.fenced(skus, channel, there, left, wanted=wanted)
    return Problem(
        order=wish.order,
        network=snapshot.network,
        available=there,
        policy=wish.policy,
        now=now,
        prices=prices,
        price_list=price_list,
        recorded=recorded,
        room=room,
        slots=rooms.into(units[lines:], room, now),
        fence=fence,
        refusals=snapshot.record.refusals if asks_refusals(wish.policy) else None,
        learned=_learned(wish, snapshot, units[:lines]),
    )


def _prices(wish: Wish, snapshot: Snapshot, now: datetime) -> tuple[Units | None, str]:
    """What units of the order are worth, and the version of the list that says so."""
    brought, steering = brought_prices(wish.order, snapshot.network), snapshot.steering
    if steering is None:
        return brought, ""
    ahead = steering.prices(skus_of(wish.order), snapshot.network.size, now)
    if ahead is not None:
        of = snapshot.network.item_by_sku.get
        items = [of(line.sku) for line in wish.order.lines]
        ahead = wish.policy.look_ahead.limit(ahead, items)
    if ahead is None:
        return brought, ""
    return ahead if brought is None else ahead + brought, steering.listed.version


def _learned(wish: Wish, snapshot: Snapshot, units: Units) -> Learned | None:
    """What past orders teach of the order's cells, where a tier asks for it."""
    if LESSONS.isdisjoint(measures(wish.policy)):
        return None
    return snapshot.record.lessons.of(skus_of(wish.order), units)


def names_of(order: Order, snapshot: Snapshot, rooms: Rooms) -> list[str]:
    """The cells that an order's problem is made of: its lines', then those that tell
    rooms and quotas."""
    skus = skus_of(order)
    return [*skus, *rooms.skus, *snapshot.quotas.names(skus)]


def fit(available: Units, width: int) -> Units:
    """Columns for exactly the network's nodes: missing ones hold nothing.

    A node newer than the snapshot has stock that no plan may use yet.
    """
    rows, columns = available.shape
    if columns == width:
        return available
    if columns > width:
        return np.ascontiguousarray(available[:, :width])
    wider = np.zeros((rows, width), dtype=np.int64)
    wider[:, :columns] = available
    return wider


def merged(
    available: Units,
    cells: Sequence[FreshCell],
    *,
    skus: Sequence[str],
    snapshot: Snapshot,
) -> Units:
    """A copy in which the cells that the ledger just saw have their true units."""
    fresh = fit(available, snapshot.network.size).copy()
    row = {sku: index for index, sku in enumerate(skus)}
    for cell in cells:
        node = snapshot.nodes.get(cell.node_id)
        if node is not None and cell.sku in row:
            fresh[row[cell.sku], node.number] = cell.available
    return fresh
