"""One re-optimisation from the orders to the moves that were made.

The plan takes seconds and rests on what was read before; each group is granted by the
ledger only if all its orders are as they were then, and its units are there. So a pick
that began meanwhile wins, and whoever re-optimises at the same time does no harm.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from allocation.reoptimise.limits import ORDERS_MAX, Limits
from allocation.reoptimise.pool import Allocated
from inventory.errors import Overloaded
from inventory.orders.moves import MoveAnswer, MoveOrders
from inventory.orders.reading import WholeOrder
from router.living import told
from router.money import Currency
from router.orders.rerouting import Rerouter
from router.reoptimising.answering import (
    came_of,
    conclude,
    packed,
    reasons_of,
    written,
)
from router.reoptimising.asking import Asked, asked_of
from router.reoptimising.carrying import groups_of
from router.reoptimising.collecting import collect
from router.reoptimising.planning import Planned, planned
from router.rpc.call import Call
from shipfrom.v1 import order_service_pb2 as pb

Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it; `ends` is the place of the last order that was looked at, None
    where all were."""

    response: pb.Reoptimisation
    ends: Place | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Reoptimiser:
    """Moves orders of one deployment, from one router; one pool at a time."""

    rerouter: Rerouter
    currency: Currency
    _planning: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def answer(
        self, request: pb.ReoptimiseRequest, call: Call
    ) -> AsyncGenerator[pb.ReoptimiseResponse, None]:
        """Signs of life, then what came of a request; the same again for a repeat.

        Raises:
            InvalidField: it names the field.
            Overloaded: this router plans another pool.
        """
        nodes = self.rerouter.networks.snapshot.nodes
        asked = asked_of(request, call, self.currency, nodes=nodes)
        steps = told(self.run(asked), call, stops="moves no orders")
        async with aclosing(steps):
            async for seconds, done in steps:
                if done is not None and done.replayed:
                    call.mark_replayed()
                result = None if done is None else done.response
                yield pb.ReoptimiseResponse(seconds=seconds, result=result)

    async def run(self, asked: Asked) -> Done:
        """Plan the pool again and make the moves."""
        stock = self.rerouter.stock
        stored = await stock.stored_answer(asked.key)
        if isinstance(stored, MoveAnswer):
            return Done(came_of(stored, self.currency), replayed=True)
        if self._planning.locked():
            raise _busy()
        wholes, ends = await self._orders(asked)
        found = await collect(self.rerouter, wholes)
        pool = [candidate.allocated for candidate in found.candidates.values()]
        # Nobody stops a thread: whoever leaves meanwhile does not let another one in.
        plan = await asyncio.shield(self._planned(pool, asked.limits))
        if self._is_late(pool):
            plan = Planned((), {}, plan.left_alone)
        reasons, money = reasons_of(plan, self.currency), self.currency
        response = written(
            plan, found.left_alone, reasons, looked_at=len(wholes), currency=money
        )
        response.has_more = ends is not None
        if asked.is_rehearsal or not (plan.moves or asked.is_repeatable):
            conclude(response, response.moves, money, made=False)
            return Done(response, ends)
        for decided in plan.decided.values():
            # Of one pool there is one network: it is written for the first of them.
            await self.rerouter.networks.keep(decided.problem.network)
        groups = groups_of(plan, found.candidates, reasons, money)
        operation = MoveOrders(asked.key, groups, packed(response))
        answer = await self.rerouter.stock.submit(operation, deadline=asked.deadline)
        assert isinstance(answer, MoveAnswer)
        return Done(came_of(answer, money), ends, answer.replayed)

    def _is_late(self, pool: Sequence[Allocated]) -> bool:
        """Whether a cut-off passed while the pool was planned: nodes would be asked for
        a day that they cannot keep any more."""
        problems = [allocated.problem for allocated in pool[:1]]
        return any(
            self.rerouter.now() >= each.network.schedule(each.now).until
            for each in problems
        )

    async def _planned(self, pool: Sequence[Allocated], limits: Limits) -> Planned:
        if self._planning.locked():
            raise _busy()
        async with self._planning:
            return await asyncio.to_thread(planned, pool, limits)

    async def _orders(
        self, asked: Asked
    ) -> tuple[tuple[WholeOrder, ...], Place | None]:
        """As many as a pool has, and where to go on if there are more."""
        found = await self.rerouter.stock.order_books.allocated(
            owner=asked.owner,
            nodes=asked.nodes,
            after=asked.after,
            limit=ORDERS_MAX + 1,
        )
        if len(found) <= ORDERS_MAX:
            return found, None
        last = found[ORDERS_MAX - 1].order
        return found[:ORDERS_MAX], (last.changed_at_us, last.order_id)


def _busy() -> Overloaded:
    return Overloaded(
        "Orders are being re-optimised already",
        next_step="repeat the call in a minute, or look at their moves then",
        metadata={"ordersMax": str(ORDERS_MAX)},
    )
