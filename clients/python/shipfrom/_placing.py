"""Orders that were placed elsewhere, in one call: the same for both clients."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from shipfrom import _answers
from shipfrom._asked import Lines, destination_of, destination_pb, lines_of, lines_pb
from shipfrom._core import Call, new_request_id
from shipfrom._enums import OrderState, PaymentState
from shipfrom._requests import facts_pb, routing_pb
from shipfrom._shell import AsyncShell, Shell
from shipfrom._values import Plan
from shipfrom._wire import call_of, enum_pb, reader
from shipfrom._wishes import Destination, Routing, RoutingFields
from shipfrom.v1 import checkout_service_pb2 as pb
from shipfrom.v1 import order_service_pb2 as orders_pb

_STATES = _answers.words(OrderState, orders_pb.OrderState, "ORDER_STATE_")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of an order that go elsewhere than the others, or are collected: by
    `Routing(service="PICKUP", only_node_ids=("nyc-01",))`. A SKU is in one part only.
    """

    lines: Lines
    ship_to: str | Destination
    routing: Routing | None = None


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order that was taken; `plans` has one for each of its parts."""

    order_id: str
    state: OrderState
    plans: tuple[Plan, ...]
    created_at: datetime


class PlacingCalls:
    """Calls of `Client`."""

    _shell: Shell

    def place_order(
        self,
        order_id: str,
        *,
        lines: Lines,
        ship_to: str | Destination,
        customer_ref: str,
        parts: Iterable[Part] = (),
        payment_state: PaymentState | str = "",
        order_ref: str = "",
        request_id: str = "",
        **routing: Unpack[RoutingFields],
    ) -> PlacedOrder:
        """Hold and commit in one, all parts or none. Raises NoStock.

        An order whose `payment_state` is PENDING is not picked until it is paid.
        """
        wanted = (Part(lines, ship_to, Routing(**routing)), *parts)
        call = place(
            order_id,
            wanted,
            customer_ref=customer_ref,
            payment_state=payment_state,
            order_ref=order_ref,
            request_id=request_id,
        )
        return self._shell.send(call)


class AsyncPlacingCalls:
    """Calls of `AsyncClient`."""

    _shell: AsyncShell

    async def place_order(
        self,
        order_id: str,
        *,
        lines: Lines,
        ship_to: str | Destination,
        customer_ref: str,
        parts: Iterable[Part] = (),
        payment_state: PaymentState | str = "",
        order_ref: str = "",
        request_id: str = "",
        **routing: Unpack[RoutingFields],
    ) -> PlacedOrder:
        """Hold and commit in one, all parts or none. Raises NoStock.

        An order whose `payment_state` is PENDING is not picked until it is paid.
        """
        wanted = (Part(lines, ship_to, Routing(**routing)), *parts)
        call = place(
            order_id,
            wanted,
            customer_ref=customer_ref,
            payment_state=payment_state,
            order_ref=order_ref,
            request_id=request_id,
        )
        return await self._shell.send(call)


def place(
    order_id: str,
    wanted: tuple[Part, ...],
    *,
    customer_ref: str,
    payment_state: str,
    order_ref: str,
    request_id: str,
) -> Call[PlacedOrder]:
    """Take an order; its first part is the order itself."""
    first, *more = (_part(part) for part in wanted)
    asked = wanted[0].routing or Routing()
    request = pb.PlaceOrderRequest(
        request_id=request_id or new_request_id(),
        order_id=order_id,
        customer_ref=customer_ref,
        lines=first.lines,
        ship_to=first.ship_to,
        routing=first.routing,
        facts=facts_pb(asked.facts),
        allow_substitutes=asked.allow_substitutes,
        parts=more,
        order_ref=order_ref,
        payment_state=enum_pb(
            payment_state, PaymentState, "payment_state", "PAYMENT_STATE_"
        ),
    )
    parse = reader(pb.PlaceOrderResponse, _placed)
    return call_of(
        "/shipfrom.v1.CheckoutService/PlaceOrder", request, parse, mutates=True
    )


def _part(part: Part) -> pb.OrderPart:
    return pb.OrderPart(
        lines=lines_pb(lines_of(part.lines)),
        ship_to=destination_pb(destination_of(part.ship_to)),
        routing=routing_pb(part.routing or Routing()),
    )


def _placed(wire: pb.PlaceOrderResponse) -> PlacedOrder:
    plans = (wire.plan, *wire.part_plans)
    state = _STATES.get(wire.state, OrderState.UNSPECIFIED)
    made = tuple(_answers.plan(plan) for plan in plans)
    return PlacedOrder(wire.order_id, state, made, _answers.instant(wire.create_time))
