"""For agents and portals: orders as they stand, and why they ship from where they do.

Every decision is kept with its problem. Explaining re-solves it on the network it was
made with; the same plan must come out, and the answer says whether it did.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from allocation.codec import network_version_of, rules_version_of
from allocation.replay import difference, explain_stored
from inventory.errors import (
    FieldViolation,
    HoldNotFound,
    InvalidField,
    OrderNotFound,
)
from inventory.orders.reading import DecisionRow
from inventory.stock import Stock
from router.asked_nodes import asked_nodes
from router.expected import date_order
from router.explaining import write_explanation
from router.money import Currency
from router.networks import Networks
from router.orders.messages import BEGUN, ORDER_STATES, write_order
from router.paging import Key, digest, read_token, write_token
from router.planning import Planner
from router.policies.in_force import PoliciesInForce
from router.rpc.call import Call
from router.validate import ID_MAX, Violations, identifier, page_size, text
from shipfrom.v1 import order_service_pb2 as pb

STATE_NAMES = {number: name for name, number in ORDER_STATES.items()}
OVER = ("COMPLETED", "CANCELLED")
WATCH_S = 0.5
"""How soon a change is seen."""
Subject = tuple[str, str]


@dataclass(frozen=True, slots=True)
class OrderReading:
    """Orders as they stand, and their decisions."""

    stock: Stock
    networks: Networks
    planner: Planner
    policies: PoliciesInForce
    currency: Currency

    async def get(self, request: pb.GetOrderRequest, call: Call) -> pb.GetOrderResponse:
        """One order with its shipments."""
        found = Violations()
        order_id = identifier(request.order_id, "order_id", found)
        found.check()
        whole = await self.stock.order_books.whole(order_id, owner=call.principal)
        response = pb.GetOrderResponse()
        write_order(whole, response.order, self.currency)
        await date_order(self.stock.supply, whole, response.order)
        return response

    async def list_page(
        self, request: pb.ListOrdersRequest, call: Call
    ) -> pb.ListOrdersResponse:
        """Orders, newest first, page by page."""
        found = Violations()
        rows = page_size(request.page_size, found)
        if request.state and request.state not in STATE_NAMES:
            found.add("state", "is unknown", "leave it out for all orders")
        customer = text(request.customer_ref, "customer_ref", found, length_max=ID_MAX)
        found.check()
        asked = digest("ListOrders", call.principal, request.state, customer)
        key = read_token(request.page_token, asked, kinds=(int, str))
        answers = await self.stock.order_books.listed(
            call.principal,
            states=[STATE_NAMES[request.state]] if request.state else [],
            customer_ref=customer,
            before=(int(key[0]), str(key[1])) if key else None,
            limit=rows + 1,
        )
        response = pb.ListOrdersResponse()
        for answer in answers[:rows]:
            write_order(answer, response.orders.add(), self.currency)
        if len(answers) > rows:
            last = answers[rows - 1].order
            ends: Key = [last.created_at_us, last.order_id]
            response.next_page_token = write_token(ends, asked)
        return response

    async def watch(
        self, request: pb.WatchOrderRequest, call: Call
    ) -> AsyncIterator[pb.WatchOrderResponse]:
        """The order now and at each change, until it is over or the caller leaves."""
        found = Violations()
        order_id = identifier(request.order_id, "order_id", found)
        found.check()
        books, seen = self.stock.order_books, -1
        while True:
            if await books.version(order_id, owner=call.principal) != seen:
                whole = await books.whole(order_id, owner=call.principal)
                seen = whole.order.ver
                response = pb.WatchOrderResponse()
                write_order(whole, response.order, self.currency)
                await date_order(self.stock.supply, whole, response.order)
                yield response
                if whole.order.state in OVER:
                    return
            await asyncio.sleep(WATCH_S)

    async def explain(
        self, request: pb.ExplainOrderRequest, call: Call
    ) -> pb.ExplainOrderResponse:
        """Why an order or a hold ships from where it does."""
        subject, name = _subject(request)
        number = request.decision_number
        decision, order_id, cause = await self._decision(subject, name, call, number)
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
        response = pb.ExplainOrderResponse(cause=cause)
        write_explanation(
            explanation, response.explanation, self.currency, order_id=order_id
        )
        return response

    async def replay(
        self, request: pb.ReplayOrderRequest, call: Call
    ) -> pb.ReplayOrderResponse:
        """Whether the stored decision comes out the same, byte for byte."""
        subject, name = _subject(request)
        decision, *_ = await self._decision(subject, name, call)
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

    async def _decision(
        self, subject: str, name: str, call: Call, number: int = 0
    ) -> tuple[bytes, str, str]:
        """The stored decision, the order that names its shipments, and what made it
        necessary."""
        if number:
            later = await self._later_decision(subject, name, call, number=number)
            # A re-route's shipments have numbers of their own.
            return later.content, "", "" if later.cause in BEGUN else later.cause
        if subject == "order_id":
            order = await self.stock.order(call.principal, name)
            return order.decisions[0], name, ""
        hold = await self.stock.hold(call.principal, name)
        if not hold.decision:
            raise HoldNotFound(
                f"hold {name} was released before it was held: nothing was decided",
                next_step="place a hold under a new id",
                metadata={"holdId": name},
            )
        return hold.decisions[0], "", ""

    async def _later_decision(
        self, subject: str, name: str, call: Call, *, number: int
    ) -> DecisionRow:
        """That of a part, a change or a re-route."""
        if subject != "order_id":
            problem = FieldViolation(
                "decision_number", "is of an order", "send order_id"
            )
            raise InvalidField([problem])
        whole = await self.stock.order_books.whole(name, owner=call.principal)
        if not 0 < number < len(whole.decisions):
            last = len(whole.decisions) - 1
            problem = FieldViolation(
                "decision_number",
                f"is {number}; the order has decisions 0 to {last}",
                f"use 0 to {last}",
            )
            raise InvalidField([problem])
        return whole.decisions[number]


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
