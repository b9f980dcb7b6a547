"""For agents and portals: orders as they stand, and why they ship from where they do.

Every decision is kept with its problem. Explaining re-solves it on the network it was
made with; the same plan must come out, and the answer says whether it did.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allocation.codec import network_version_of, plan_of, rules_version_of
from allocation.replay import difference, explain_stored
from inventory.errors import (
    FieldViolation,
    HoldNotFound,
    InvalidField,
    OrderNotFound,
)
from inventory.operations import OrderAnswer
from inventory.stock import Stock
from router.asked_nodes import asked_nodes
from router.explaining import summary, write_explanation
from router.messages import EPOCH, write_plan, write_time
from router.money import Currency
from router.networks import Networks
from router.paging import Key, digest, read_token, write_token
from router.planning import Planner
from router.policies.in_force import PoliciesInForce
from router.rpc.call import Call
from router.validate import Violations, identifier, page_size
from shipfrom.v1 import order_service_pb2 as pb

STATES = {
    "ALLOCATED": pb.ORDER_STATE_ALLOCATED,
    "SHIPPED": pb.ORDER_STATE_SHIPPED,
    "CANCELLED": pb.ORDER_STATE_CANCELLED,
}
Subject = tuple[str, str]
STATE_NAMES = {number: name for name, number in STATES.items()}


@dataclass(frozen=True, slots=True)
class OrderService:
    """Reads orders and their decisions."""

    stock: Stock
    networks: Networks
    planner: Planner
    policies: PoliciesInForce
    currency: Currency

    async def GetOrder(
        self, request: pb.GetOrderRequest, call: Call
    ) -> pb.GetOrderResponse:
        """One order with its shipments."""
        found = Violations()
        order_id = identifier(request.order_id, "order_id", found)
        found.check()
        answer = await self.stock.order(call.principal, order_id)
        response = pb.GetOrderResponse()
        self._write(answer, response.order)
        return response

    async def ListOrders(
        self, request: pb.ListOrdersRequest, call: Call
    ) -> pb.ListOrdersResponse:
        """Orders, newest first, page by page."""
        found = Violations()
        rows = page_size(request.page_size, found)
        if request.state and request.state not in STATE_NAMES:
            found.add("state", "is unknown", "leave it out for all orders")
        found.check()
        asked = digest("ListOrders", call.principal, request.state)
        key = read_token(request.page_token, asked, kinds=(int, str))
        answers = await self.stock.orders(
            call.principal,
            state=STATE_NAMES.get(request.state),
            before=(_moment(int(key[0])), str(key[1])) if key else None,
            limit=rows + 1,
        )
        response = pb.ListOrdersResponse()
        for answer in answers[:rows]:
            self._write(answer, response.orders.add())
        if len(answers) > rows:
            last = answers[rows - 1]
            ends: Key = [_micros(last.created_at), last.order_id]
            response.next_page_token = write_token(ends, asked)
        return response

    async def ExplainOrder(
        self, request: pb.ExplainOrderRequest, call: Call
    ) -> pb.ExplainOrderResponse:
        """Why an order or a hold ships from where it does."""
        subject, name = _subject(request)
        decision, order_id = await self._decision(subject, name, call)
        version = network_version_of(decision)
        network = await self.networks.of(version)
        if network is None:
            raise OrderNotFound(
                f"the network {version} that {name} was decided with is not kept",
                next_step="read the plan itself with GetOrder",
                metadata={"networkVersion": version},
            )
        found = Violations()
        nodes = asked_nodes(request.why_not_node_ids, network, found)
        found.check()
        money = self.currency.text
        book = await self.policies.book(rules_version_of(decision))
        explanation = await self.planner.aside(
            lambda: explain_stored(
                decision, network, book, why_not_nodes=nodes, money=money
            )
        )
        response = pb.ExplainOrderResponse()
        write_explanation(
            explanation, response.explanation, self.currency, order_id=order_id
        )
        return response

    async def ReplayOrder(
        self, request: pb.ReplayOrderRequest, call: Call
    ) -> pb.ReplayOrderResponse:
        """Whether the stored decision comes out the same, byte for byte."""
        subject, name = _subject(request)
        decision, _ = await self._decision(subject, name, call)
        try:
            version = network_version_of(decision)
            network = await self.networks.of(version)
            if network is None:
                return _unreadable(f"the network {version} is not kept")
            book = await self.policies.book(rules_version_of(decision))
            apart = await self.planner.aside(
                lambda: difference(decision, network, book)
            )
        except ValueError as other_form:
            return _unreadable(str(other_form))
        outcome = pb.REPLAY_OUTCOME_DIFFERENT if apart else pb.REPLAY_OUTCOME_SAME
        return pb.ReplayOrderResponse(outcome=outcome, difference=apart)

    async def _decision(self, subject: str, name: str, call: Call) -> tuple[bytes, str]:
        """The stored decision, and the order that names its shipments."""
        if subject == "order_id":
            order = await self.stock.order(call.principal, name)
            return order.decision, name
        hold = await self.stock.hold(call.principal, name)
        if not hold.decision:
            raise HoldNotFound(
                f"hold {name} was released before it was held: nothing was decided",
                next_step="place a hold under a new id",
                metadata={"holdId": name},
            )
        return hold.decision, ""

    def _write(self, answer: OrderAnswer, out: pb.Order) -> None:
        plan = plan_of(answer.decision)
        out.order_id = answer.order_id
        out.hold_id = answer.hold_id
        out.order_ref = answer.order_ref
        out.state = STATES[answer.state]
        units: dict[str, int] = {}
        for shipment in plan.shipments:
            for line in shipment.lines:
                units[line.sku] = units.get(line.sku, 0) + line.quantity
        for missing in plan.unfilled:
            units[missing.sku] = units.get(missing.sku, 0) + missing.quantity
        for sku, quantity in units.items():
            written = out.lines.add()
            written.sku = sku
            written.quantity = quantity
        said = summary(plan, self.currency)
        write_plan(
            plan, out.plan, self.currency, verdict=said, order_id=answer.order_id
        )
        write_time(answer.created_at, out.create_time)


def _subject(request: pb.ExplainOrderRequest | pb.ReplayOrderRequest) -> Subject:
    """Which field names the order or the hold, and its id."""
    subject = request.WhichOneof("subject")
    if subject is None:
        raise InvalidField(
            [FieldViolation("order_id", "is required", "or send hold_id")]
        )
    found = Violations()
    name = identifier(getattr(request, subject), subject, found)
    found.check()
    return subject, name


def _unreadable(why: str) -> pb.ReplayOrderResponse:
    outcome = pb.REPLAY_OUTCOME_UNREADABLE
    return pb.ReplayOrderResponse(outcome=outcome, difference=why)


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def _moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)
