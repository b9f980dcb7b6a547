"""An agent changes an order: cancel, change, re-route, pay, review.

Each is asked under the caller's id and decided in one transaction. Where units need
another node, the plan comes first and the answer says what it costs and when it
arrives; `validate_only` stops there.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from inventory.orders import actions
from inventory.orders.actions import Action, Routes, StepAnswer
from inventory.orders.reading import WholeOrder
from inventory.orders.turn import unknown_shipment
from inventory.requests import RequestKey
from router.bundles import by_component, check_left, is_bundle, made_of
from router.money import Currency
from router.orders.messages import PAYMENT_STATES, Plans, left_units, write_order
from router.orders.moving import MANUAL, need_of_move
from router.orders.plan_changes import shown_of, write_change
from router.orders.preview import ended, tried
from router.orders.rerouting import Need, Rerouter, promised, sent_by
from router.request_key import key_of
from router.rpc.call import Call
from router.skus import Skus
from router.validate import (
    ID_MAX,
    Violations,
    amount,
    identifier,
    sku,
    text,
    whole,
)
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb

CHANGED = "CHANGED"
REASON_MAX = 200
UNITS_MAX = 1_000_000
LAST_STATES = {"CENTRE": "ACCEPTED", "STORE": "READY", "SUPPLIER": "ALLOCATED"}
"""Of a shipment from which units may still be put back, by kind of node: a centre sends
what it picks, a store hands over what is at its counter, a supplier sends what it
accepts."""


@dataclass(frozen=True, slots=True)
class OrderChanges:
    """What agents and portals may do to an order."""

    rerouter: Rerouter
    skus: Skus
    currency: Currency

    async def cancel(
        self, request: pb.CancelOrderRequest, call: Call
    ) -> pb.CancelOrderResponse:
        """Give units back, all or some."""
        found = Violations()
        order_id = identifier(request.order_id, "order_id", found)
        reason = text(request.reason, "reason", found, length_max=REASON_MAX)
        units = _units(request.lines, found, least=1) or None
        content = (order_id, sorted((units or {}).items()), reason)
        key = key_of("CancelOrder", request.request_id, found, call, *content)
        book = await self._order(order_id, call)
        bundles = Plans(book).bundles if units else ()
        if units and bundles:
            if await self.rerouter.answered(key) is None:
                check_left(units, bundles, left_units(book.book))
            units = by_component(units, bundles)
        action = actions.Cancel(units, reason, self._until(book))
        response = pb.CancelOrderResponse()
        if request.validate_only:
            after = replace(book, book=tried(book, action))
            write_order(after, response.order, self.currency)
            return response
        await self._take(key, book, action, call)
        await self._write(order_id, call, response.order)
        return response

    async def change(
        self, request: pb.ChangeOrderRequest, call: Call
    ) -> pb.ChangeOrderResponse:
        """Other quantities; what is picked stays, what is new is planned."""
        found = Violations()
        order_id = identifier(request.order_id, "order_id", found)
        reason = text(request.reason, "reason", found, length_max=REASON_MAX)
        units = _units(request.lines, found, least=0)
        for number, name in enumerate(request.removed_skus):
            units[sku(name, f"removed_skus[{number}]", found)] = 0
        if not units:
            found.add("lines", "is empty", "name a SKU and its new quantity")
        content = (order_id, sorted(units.items()), reason)
        key = key_of("ChangeOrder", request.request_id, found, call, *content)
        book = await self._order(order_id, call)
        now = left_units(book.book)
        await self._check_new([s for s in units if s not in now])
        more = {s: n - now.get(s, 0) for s, n in units.items() if n > now.get(s, 0)}
        until, by = self._until(book), promised(book, ())

        def act(routes: Routes | None) -> Action:
            return actions.Change(units, reason, until, routes)

        response = pb.ChangeOrderResponse()
        answer = await self.rerouter.answered(key)
        if answer is None:
            need = Need(more, CHANGED, promise_by=by)
            # Before anything is planned: the step itself may be impossible.
            leaving = ended(book, tried(book, act(None)))
            if request.validate_only:
                await self._show(book, need, leaving, out=response.change)
                return response
            answer = await self.rerouter.carry_out(
                key, book, act, need=need, deadline=call.deadline
            )
        await self._tell(answer, Need({}, CHANGED, promise_by=by), call, out=response)
        return response

    async def reroute(
        self, request: pb.RerouteOrderRequest, call: Call
    ) -> pb.RerouteOrderResponse:
        """Other nodes for shipments that nobody has begun, and for units that wait."""
        found = Violations()
        order_id = identifier(request.order_id, "order_id", found)
        reason = text(request.reason, "reason", found, length_max=REASON_MAX)
        only, never = tuple(request.only_node_ids), tuple(request.exclude_node_ids)
        self._check_nodes(only, "only_node_ids", found)
        self._check_nodes(never, "exclude_node_ids", found)
        if (only or never) and not reason:
            found.add("reason", "is required", "say why this is better than the plan")
        names = tuple(request.shipment_ids)
        content = (order_id, names, only, never, reason)
        key = key_of("RerouteOrder", request.request_id, found, call, *content)
        book = await self._order(order_id, call)
        response = pb.RerouteOrderResponse()

        def act(routes: Routes | None) -> Action:
            if names:
                return actions.Reroute(names, MANUAL, reason, routes)
            return actions.Route(routes or Routes((), b"", MANUAL))

        answer = await self.rerouter.answered(key)
        if answer is None:
            need = need_of_move(book, names, only=only, never=never)
            if request.validate_only:
                await self._show(book, need, names, out=response.change)
                return response
            answer = await self.rerouter.carry_out(
                key, book, act, need=need, deadline=call.deadline, must_route=True
            )
        told = Need({}, MANUAL, promise_by=promised(book, names))
        await self._tell(answer, told, call, out=response)
        return response

    async def pay(
        self, request: pb.ReportPaymentRequest, call: Call
    ) -> pb.ReportPaymentResponse:
        """Mirror what the payment system says."""
        found = Violations()
        order_id = identifier(request.order_id, "order_id", found)
        payment_id = identifier(request.payment_id, "payment_id", found)
        states = {number: name for name, number in PAYMENT_STATES.items() if number}
        if request.state not in states:
            found.add("state", "is required", "say what the payment system says")
        shipment = text(request.shipment_id, "shipment_id", found, length_max=128)
        reference = text(request.reference, "reference", found, length_max=ID_MAX)
        minor = 0
        if request.HasField("amount"):
            minor = amount(request.amount, "amount", found, self.currency)
        content = (order_id, payment_id, request.state, shipment, minor, reference)
        key = key_of("ReportPayment", request.request_id, found, call, *content)
        book = await self._order(order_id, call)
        if shipment and shipment not in book.book.shipments:
            raise unknown_shipment(shipment)
        said = (payment_id, states[request.state], shipment, minor, reference)
        await self._take(key, book, actions.Pay(*said), call)
        response = pb.ReportPaymentResponse()
        await self._write(order_id, call, response.order)
        return response

    async def review(
        self, request: pb.ReviewOrderRequest, call: Call
    ) -> pb.ReviewOrderResponse:
        """Somebody takes care of it, or lets it go on."""
        found = Violations()
        order_id = identifier(request.order_id, "order_id", found)
        who = text(request.assignee, "assignee", found, length_max=ID_MAX)
        if not (who or request.approve):
            found.add("assignee", "is required", "or approve the order")
        content = (order_id, who, request.approve)
        key = key_of("ReviewOrder", request.request_id, found, call, *content)
        book = await self._order(order_id, call)
        action = actions.Assign(who or book.order.assignee, request.approve)
        await self._take(key, book, action, call)
        response = pb.ReviewOrderResponse()
        await self._write(order_id, call, response.order)
        return response

    async def _order(self, order_id: str, call: Call) -> WholeOrder:
        books = self.rerouter.stock.order_books
        return await books.whole(order_id, owner=call.principal)

    async def _show(
        self,
        book: WholeOrder,
        need: Need,
        leaving: Sequence[str],
        *,
        out: pb.PlanChange,
    ) -> None:
        """What would come of it."""
        plan = await self.rerouter.find(book, need)
        write_change(book, plan, out, need=need, leaving=leaving, money=self.currency)

    async def _tell(
        self,
        answer: StepAnswer,
        need: Need,
        call: Call,
        *,
        out: pb.ChangeOrderResponse | pb.RerouteOrderResponse,
    ) -> None:
        """What came of it, from what the ledger kept: a repeat is told the same."""
        if answer.replayed:
            call.mark_replayed()
        book = await self._order(answer.order_id, call)
        plan = shown_of(book, answer.made, need)
        sent = sent_by(plan.plan if plan else None)
        need = replace(need, units=Counter(dict(answer.left)) + sent)
        ends = answer.ended
        write_change(
            book, plan, out.change, need=need, leaving=ends, money=self.currency
        )
        write_order(book, out.order, self.currency)

    async def _take(
        self, key: RequestKey, book: WholeOrder, action: Action, call: Call
    ) -> StepAnswer:
        deadline = call.deadline
        answer = await self.rerouter.take(key, book, action, deadline=deadline)
        if answer.replayed:
            call.mark_replayed()
        return answer

    async def _write(self, order_id: str, call: Call, out: pb.Order) -> None:
        write_order(await self._order(order_id, call), out, self.currency)

    async def _check_new(self, names: list[str]) -> None:
        """SKUs that the order gets must be known."""
        snapshot, found = self.rerouter.networks.snapshot, Violations()
        for name in [name for name in names if is_bundle(name, snapshot.items)]:
            said = f"{name} is a bundle: an order is changed by components"
            found.add("lines", said, made_of(name, snapshot.items))
        for name in sorted(await self.skus.unknown(names, snapshot)):
            known = self.skus.nearest(name, snapshot)
            found.add("lines", f"{name} is an unknown SKU", known or "write its item")
        found.check()

    def _until(self, book: WholeOrder) -> dict[str, str]:
        nodes = self.rerouter.networks.snapshot.nodes
        wanted = {row.node for row in book.book.allocations.values()}
        return {n: LAST_STATES[nodes[n].kind] for n in wanted if n in nodes}

    def _check_nodes(self, names: Sequence[str], field: str, found: Violations) -> None:
        known = self.rerouter.networks.snapshot.nodes
        for number, name in enumerate(names):
            if name not in known:
                found.add(f"{field}[{number}]", f"{name} is no node", "see ListNodes")


def _units(
    lines: Iterable[order_pb2.Line], found: Violations, *, least: int
) -> dict[str, int]:
    units: dict[str, int] = {}
    for number, line in enumerate(lines):
        path = f"lines[{number}]"
        name = sku(line.sku, f"{path}.sku", found)
        if name in units:
            found.add(f"{path}.sku", f"names {name} again", "name it once")
        field = f"{path}.quantity"
        units[name] = whole(line.quantity, field, found, least=least, most=UNITS_MAX)
    return units
