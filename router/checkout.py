"""For checkout services: what is there, where it would ship from, hold it, commit it.

A quote reads the view, decides and answers; it stores nothing. The other stories end in
one operation of the ledger each, and are safe to repeat under the same request id.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allocation.explain import explain
from allocation.node import Node
from allocation.plan import Plan
from allocation.problem import Problem
from inventory import operations as op
from inventory.errors import HoldCommitted, NoStock
from inventory.operations import HoldAnswer, OrderAnswer, RequestKey
from inventory.stock import Stock
from router.asked_nodes import asked_nodes
from router.availability import wanted_skus, write_availability, write_moment
from router.bundles import asked_units, with_components
from router.capacity import Capacity
from router.expected import date_plan, tell_waits
from router.explaining import summary, write_explanation
from router.facts import facts_content
from router.holding import Holding, HoldWish
from router.messages import HOLD_STATES, write_plan, write_time
from router.money import Currency
from router.narrowing import routing_content
from router.networks import Networks
from router.orders.messages import ORDER_STATES, payment_state
from router.paging import digest
from router.parts import parts_content, place_all, plans_of, read_parts
from router.placing import placed, split
from router.planning import Planner, is_long, names_of, problem_of
from router.policies.in_force import PoliciesInForce
from router.queues import waits_whole
from router.request_key import key_of
from router.rpc.call import Call
from router.skus import Skus
from router.snapshot import Snapshot
from router.terms import Terms, read_terms
from router.validate import (
    ID_MAX,
    Violations,
    identifier,
    request_id,
    text,
    ttl,
)
from router.wishes import WishReader
from shipfrom.v1 import checkout_service_pb2 as pb
from shipfrom.v1 import order_pb2

TTL_DEFAULT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class CheckoutService:
    """The six stories of a checkout."""

    stock: Stock
    networks: Networks
    planner: Planner
    skus: Skus
    capacity: Capacity
    reader: WishReader
    policies: PoliciesInForce
    currency: Currency
    now: Callable[[], datetime]
    holding: Holding = field(init=False)

    def __post_init__(self) -> None:
        holding = Holding(
            self.stock,
            self.networks,
            self.planner,
            self.skus,
            self.capacity,
            self.currency,
        )
        object.__setattr__(self, "holding", holding)

    async def GetAvailability(
        self, request: pb.GetAvailabilityRequest, call: Call
    ) -> pb.GetAvailabilityResponse:
        """Units that could be promised, by SKU."""
        snapshot = self.networks.snapshot
        wanted = wanted_skus(request, snapshot=snapshot)
        names = with_components(wanted, snapshot.items)
        response = pb.GetAvailabilityResponse()
        reading = await self.stock.read([*names, *snapshot.quotas.names(names)])
        await self.skus.check(wanted, "skus[{}]", reading, snapshot=snapshot)
        write_availability(
            request, response, reading.available, snapshot=snapshot, now=self.now()
        )
        write_moment(response, reading)
        return response

    async def Quote(self, request: pb.QuoteRequest, call: Call) -> pb.QuoteResponse:
        """Where each line would ship from, at what cost, and when it would arrive."""
        snapshot, now = self.networks.snapshot, self.now()
        found = Violations()
        text(request.order_ref, "order_ref", found, length_max=ID_MAX)
        why_not = asked_nodes(request.why_not_node_ids, snapshot.network, found)
        reader = self.reader.under(self.policies.choose(request))
        wish = reader.read(request, found, snapshot=snapshot, now=now)
        rooms = self.capacity.rooms(snapshot.network, now)
        reading = await self.stock.read(names_of(wish.order, snapshot, rooms))
        await self.skus.check_lines(wish.order, reading, snapshot)
        # The hold of a long order may record the very decision of its quote.
        recorded = is_long(wish.order)
        problem = problem_of(
            wish, snapshot, reading.available, now=now, rooms=rooms, recorded=recorded
        )
        response = pb.QuoteResponse()
        if request.with_options:
            best, *others = await self.planner.options(problem)
        else:
            (problem, best), others = await self.planner.plan(problem), []
        self._write(best, response.best)
        await tell_waits(self.stock, problem, best, response.best, now=now)
        for other in others:
            self._write(other, response.options.add())
        if request.explain or why_not:
            await self._explain(problem, best, why_not, response)
        write_moment(response, reading)
        return response

    async def Hold(self, request: pb.HoldRequest, call: Call) -> pb.HoldResponse:
        """Set the units of the best plan aside."""
        snapshot, now = self.networks.snapshot, self.now()
        wanted = self._hold_wish(request, call, snapshot=snapshot, now=now)
        try:
            answer, plans = await place_all(
                *(self.holding, wanted),
                snapshot=snapshot,
                now=now,
                deadline=call.deadline,
            )
        except NoStock:
            self.policies.note(wanted.wish, None)
            raise
        if not answer.replayed:
            self.policies.note(wanted.wish, plans[0])
        _mark(answer, call)
        response = pb.HoldResponse(hold_id=answer.hold_id)
        response.state = HOLD_STATES[answer.state]
        self._write_all(plans, response)
        supply, wish = self.stock.supply, wanted.wish
        await date_plan(supply, plans[0], response.plan, wish, now=now)
        write_time(answer.created_at, response.create_time)
        write_time(answer.expires_at, response.expire_time)
        return response

    async def ExtendHold(
        self, request: pb.ExtendHoldRequest, call: Call
    ) -> pb.ExtendHoldResponse:
        """Give a live hold more time."""
        found = Violations()
        hold_id = identifier(request.hold_id, "hold_id", found)
        span = ttl(request.ttl, "ttl", found)
        key = key_of("ExtendHold", request.request_id, found, call, hold_id, span)
        answer = await self._settle(op.ExtendHold(key, hold_id, span), call)
        assert isinstance(answer, HoldAnswer)
        _mark(answer, call)
        response = pb.ExtendHoldResponse(hold_id=answer.hold_id)
        write_time(answer.expires_at, response.expire_time)
        return response

    async def ReleaseHold(
        self, request: pb.ReleaseHoldRequest, call: Call
    ) -> pb.ReleaseHoldResponse:
        """Give the units back; an unknown hold is kept from coming alive."""
        found = Violations()
        hold_id = identifier(request.hold_id, "hold_id", found)
        key = key_of("ReleaseHold", request.request_id, found, call, hold_id)
        answer = await self._settle(op.ReleaseHold(key, hold_id), call)
        assert isinstance(answer, HoldAnswer)
        _mark(answer, call)
        state = HOLD_STATES[answer.state]
        return pb.ReleaseHoldResponse(hold_id=answer.hold_id, state=state)

    async def Commit(self, request: pb.CommitRequest, call: Call) -> pb.CommitResponse:
        """Turn a live hold into an order."""
        found = Violations()
        hold_id = identifier(request.hold_id, "hold_id", found)
        order_id = request.order_id or hold_id
        if request.order_id:
            identifier(order_id, "order_id", found)
        customer = text(request.customer_ref, "customer_ref", found, length_max=ID_MAX)
        payment = payment_state(request.payment_state, "payment_state", found)
        content = (hold_id, order_id, customer, payment)
        key = key_of("Commit", request.request_id, found, call, *content)
        operation = op.CommitHold(key, hold_id, order_id, customer, payment)
        answer = await self._settle(operation, call)
        assert isinstance(answer, OrderAnswer)
        _mark(answer, call)
        response = pb.CommitResponse(order_id=answer.order_id, hold_id=answer.hold_id)
        plans = plans_of(answer)
        order_id = "" if waits_whole(plans[0]) else answer.order_id
        self._write_all(plans, response, order_id=order_id)
        write_time(answer.created_at, response.create_time)
        response.state = ORDER_STATES[answer.state]
        return response

    async def PlaceOrder(
        self, request: pb.PlaceOrderRequest, call: Call
    ) -> pb.PlaceOrderResponse:
        """Hold and Commit, each under the caller's one id: safe to repeat anywhere."""
        hold, commit = split(request)
        await self.Hold(hold, call)
        return placed(await self.Commit(commit, call))

    async def _settle(
        self, operation: op.ExtendHold | op.ReleaseHold | op.CommitHold, call: Call
    ) -> op.Answer:
        """Submit; the refusal of a committed hold names the order that it became."""
        try:
            return await self.stock.submit(operation, deadline=call.deadline)
        except HoldCommitted as no:
            hold_id = operation.hold_id
            order = await self.stock.order_of_hold(call.principal, hold_id)
            if order is None:
                raise
            raise HoldCommitted(
                f"Hold {hold_id} is order {order.order_id} already",
                next_step=f"read the order {order.order_id}",
                metadata=no.metadata | {"orderId": order.order_id},
            ) from None

    def _hold_wish(
        self, request: pb.HoldRequest, call: Call, *, snapshot: Snapshot, now: datetime
    ) -> HoldWish:
        found = Violations()
        hold_id = identifier(request.hold_id, "hold_id", found)
        given = request.HasField("ttl")
        span = ttl(request.ttl, "ttl", found) if given else TTL_DEFAULT
        order_ref = text(request.order_ref, "order_ref", found, length_max=ID_MAX)
        terms = Terms()
        if request.HasField("accept"):
            terms = read_terms(request.accept, found, self.currency, now=now)
        asked = request_id(request.request_id, found)
        reader = self.reader.under(self.policies.choose(request))
        parts = read_parts(request, found, reader, snapshot=snapshot, now=now)
        wish = reader.read(request, found, snapshot=snapshot, now=now)
        ship_to = request.ship_to
        content = digest(
            hold_id,
            asked_units(request.lines),
            (ship_to.postal_code, ship_to.region_code or "US", ship_to.residential),
            (ship_to.location.latitude, ship_to.location.longitude),
            routing_content(request.routing),
            (terms.cost_max_minor, str(terms.promise_by)),
            span.total_seconds(),
            order_ref,
            *([ship_to.node_id] if ship_to.node_id else ()),
            *facts_content(wish.order.facts),
            *parts_content(request),
        )
        key = RequestKey(call.principal, "Hold", asked, content)
        return HoldWish(key, hold_id, wish, terms, span, order_ref, parts)

    def _write_all(
        self,
        plans: Sequence[Plan],
        out: pb.HoldResponse | pb.CommitResponse,
        *,
        order_id: str = "",
    ) -> None:
        """The plan, and those of further parts; shipments are numbered through."""
        self._write(plans[0], out.plan, order_id=order_id)
        after = len(plans[0].shipments)
        for plan in plans[1:]:
            self._write(plan, out.part_plans.add(), order_id=order_id, after=after)
            after += len(plan.shipments)

    def _write(
        self, plan: Plan, out: order_pb2.Plan, *, order_id: str = "", after: int = 0
    ) -> None:
        said, money = summary(plan, self.currency), self.currency
        write_plan(plan, out, money, verdict=said, order_id=order_id, after=after)

    async def _explain(
        self,
        problem: Problem,
        plan: Plan,
        why_not: Sequence[Node],
        response: pb.QuoteResponse,
    ) -> None:
        money = self.currency.text
        explanation = await self.planner.aside(
            lambda: explain(problem, plan, why_not_nodes=why_not, money=money)
        )
        write_explanation(explanation, response.explanation, self.currency)


def _mark(answer: HoldAnswer | OrderAnswer, call: Call) -> None:
    if answer.replayed:
        call.mark_replayed()
