"""Serves orders that wait for stock: the most urgent first, then first come.

Every worker walks the queue by itself. A step is asked under an id that follows from
the order and its version, so two workers that meet at one order route it once.
"""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

from allocation.codec import asked_of
from allocation.plan import Plan
from inventory.errors import NoStock, Refusal
from inventory.orders.actions import Route
from inventory.orders.reading import WholeOrder
from inventory.requests import RequestKey
from inventory.supply import Turn
from router import log
from router.orders.rerouting import Found, Need, Rerouter
from router.paging import digest
from router.queues import waits_whole

CAUSE = "BACKORDER"
PRINCIPAL = "shipfrom"
ORDERS_MAX = 200
"""Orders of one walk: the next one goes on where it ended."""
PLANS_MAX = 3
"""Plans for one order on stock that moves under them."""
LOOK_AGAIN_S = 20.0
"""So often a queue that could not be served is walked again though no stock came: a
rule, a node or a day may have changed."""


@dataclass(slots=True)
class Walk:
    """How far the queue was walked, on which stock; `after` None: not at all."""

    there: dict[str, int] = field(default_factory=dict)
    after: Turn | None = None
    is_over: bool = False
    until: float = 0.0
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def begin(self, there: dict[str, int], now: float) -> None:
        """Go on where the last walk ended, or begin anew if stock came or time went."""
        if there != self.there or now >= self.until:
            self.there, self.until = there, now + LOOK_AGAIN_S
            self.after, self.is_over = None, False


@dataclass(frozen=True, slots=True)
class WaitingOrders:
    """Gives nodes to units that wait. One a process."""

    rerouter: Rerouter
    seconds: Callable[[], float] = monotonic
    walk: Walk = field(default_factory=Walk)

    async def serve(self) -> int:
        """Route what free stock can, in turn; how many orders got units.

        Raises:
            StorageUnavailable: the ledger cannot be reached.
        """
        supply, walk = self.rerouter.stock.supply, self.walk
        async with walk.one_at_a_time:
            there = await supply.at_hand()
            walk.begin(there, self.seconds())
            if not there or walk.is_over:
                return 0
            names = sorted(there)
            queue = await supply.queue(names, after=walk.after, limit=ORDERS_MAX)
            walk.is_over = len(queue) < ORDERS_MAX
            walk.after = queue[-1] if queue else walk.after
            return await self._serve_each(queue)

    async def _serve_each(self, queue: Collection[Turn]) -> int:
        """What an earlier order could not get yet is not given to later ones."""
        kept: set[str] = set()
        served = 0
        for turn in queue:
            try:
                whole = await self.rerouter.stock.order_books.whole(turn.order_id)
                served += await self._serve(whole, kept)
            except Refusal as no:
                log.get().warning("order.waits", order_id=turn.order_id, why=str(no))
            if not self.walk.until:
                break
        return served

    async def _serve(self, whole: WholeOrder, kept: set[str]) -> bool:
        lines = whole.book.lines.values()
        units = {
            line.sku: line.unrouted
            for line in lines
            if line.unrouted and line.sku not in kept
        }
        need = Need(units, CAUSE)
        for _ in range(PLANS_MAX):
            found = await self.rerouter.find(whole, need)
            if found is None or waits_whole(found.plan):
                return False
            if _is_broken_up(whole, found.plan):
                break
            if await self._has_more_come(units):
                self.walk.until = 0.0
                return False
            with suppress(NoStock):
                return await self._route(whole, found)
        kept.update(units)
        return False

    async def _has_more_come(self, skus: Collection[str]) -> bool:
        """Whether stock came since the walk began: orders that it has passed by come
        first, so it begins anew."""
        there, known = await self.rerouter.stock.supply.at_hand(), self.walk.there
        self.walk.there = there
        return any(there.get(sku, 0) > known.get(sku, 0) for sku in skus)

    async def _route(self, whole: WholeOrder, found: Found) -> bool:
        order = whole.order
        asked = digest(order.order_id, order.ver)
        key = RequestKey(PRINCIPAL, "RouteWaiting", asked, asked)
        routes = await self.rerouter.routes(found, CAUSE)
        assert routes is not None, "a plan that was found"
        answer = await self.rerouter.take(key, whole, Route(routes), deadline=None)
        return not answer.replayed


def _is_broken_up(whole: WholeOrder, plan: Plan) -> bool:
    """Whether an order that ships whole or not at all would leave units behind."""
    _, policy, _ = asked_of(whole.decisions[0].content)
    return policy.ship_complete and bool(plan.unfilled)
