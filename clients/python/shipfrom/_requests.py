"""Every call of a checkout but its commit as a value: its bytes, its reader."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from shipfrom import _answers
from shipfrom._asked import Lines, destination_of, destination_pb, lines_of, lines_pb
from shipfrom._available import Availability, NodeAvailability, SkuAvailability
from shipfrom._core import Call, new_id, new_request_id
from shipfrom._enums import HoldState, LineSplit, Objective
from shipfrom._values import HoldAnswer, Plan, Quote
from shipfrom._wire import call_of, date_pb, enum_pb, money_pb, names_of, reader
from shipfrom._wishes import (
    Accept,
    Destination,
    Line,
    OrderFacts,
    Routing,
)
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import order_pb2

_CHECKOUT = "/shipfrom.v1.CheckoutService/"


def routing_pb(routing: Routing) -> order_pb2.Routing:
    """What one order asks of its routing, as a message."""
    return order_pb2.Routing(
        objective=enum_pb(
            routing.objective, Objective, "routing.objective", "OBJECTIVE_"
        ),
        max_shipments=routing.max_shipments,
        max_distance_km=routing.max_distance_km,
        allow_partial=routing.allow_partial,
        line_split=enum_pb(
            routing.line_split, LineSplit, "routing.line_split", "LINE_SPLIT_"
        ),
        node_tags=routing.node_tags,
        only_node_ids=routing.only_node_ids,
        exclude_node_ids=routing.exclude_node_ids,
        service=routing.service,
        promise_by=date_pb(routing.promise_by),
        wanted_by=date_pb(routing.wanted_by),
        keep_back=routing.keep_back,
    )


def facts_pb(facts: OrderFacts | None) -> order_pb2.OrderFacts | None:
    """What the shop says of the order, as a message."""
    if facts is None:
        return None
    return order_pb2.OrderFacts(
        channel=facts.channel,
        customer_tier=facts.customer_tier,
        tags=facts.tags,
        priority=facts.priority,
    )


def ref_of(quote: Quote | None, order_ref: str) -> str:
    """A hold has its quote's name, so that the same policy decides both."""
    return quote.order_ref if quote is not None and quote.order_ref else order_ref


def availability(
    skus: Iterable[str], node_ids: Iterable[str], by_node: bool, channel: str
) -> Call[Availability]:
    """Units that could be promised, by SKU."""
    request = checkout_pb.GetAvailabilityRequest(
        skus=names_of(skus),
        node_ids=node_ids,
        by_node=by_node,
        channel=channel,
    )

    def read(wire: checkout_pb.GetAvailabilityResponse) -> Availability:
        items = tuple(
            SkuAvailability(
                item.sku,
                item.available,
                tuple(NodeAvailability(n.node_id, n.available) for n in item.nodes),
            )
            for item in wire.items
        )
        return Availability(items, _answers.instant(wire.as_of_time), wire.degraded)

    parse = reader(checkout_pb.GetAvailabilityResponse, read)
    return call_of(_CHECKOUT + "GetAvailability", request, parse)


def quote(
    order: tuple[Lines, str | Destination, Routing],
    order_ref: str = "",
    *,
    options: bool,
    explain: bool,
    why_not: Iterable[str] = (),
) -> Call[Quote]:
    """Where each line would ship from."""
    wanted, place, routing = lines_of(order[0]), destination_of(order[1]), order[2]
    request = checkout_pb.QuoteRequest(
        lines=lines_pb(wanted),
        ship_to=destination_pb(place),
        routing=routing_pb(routing),
        with_options=options,
        explain=explain,
        why_not_node_ids=names_of(why_not),
        facts=facts_pb(routing.facts),
        order_ref=order_ref,
    )

    def read(wire: checkout_pb.QuoteResponse) -> Quote:
        explained = wire.HasField("explanation")
        return Quote(
            best=_answers.plan(wire.best),
            options=tuple(_answers.plan(option) for option in wire.options),
            as_of=_answers.instant(wire.as_of_time),
            degraded=wire.degraded,
            lines=wanted,
            ship_to=place,
            routing=routing,
            with_options=options,
            explanation=_answers.explanation(wire.explanation) if explained else None,
            order_ref=order_ref,
        )

    parse = reader(checkout_pb.QuoteResponse, read)
    return call_of(_CHECKOUT + "Quote", request, parse)


def order_of(
    quote: Quote | None,
    lines: Lines | None,
    ship_to: str | Destination | None,
    *,
    routing: Routing | None,
    plan: Plan | None,
) -> tuple[tuple[Line, ...], Destination, Routing]:
    """What to hold: a quote's order, or lines and a destination.

    The objective of an option of the quote leads to that option again.
    """
    if quote is not None:
        asked = routing or quote.routing
        if asked.facts is None:
            asked = replace(asked, facts=quote.routing.facts)
        if plan is not None:
            asked = replace(asked, objective=plan.objective)
        return quote.lines, quote.ship_to, asked
    if lines is None or ship_to is None:
        raise TypeError("hold a quote, or give lines and ship_to")
    return lines_of(lines), destination_of(ship_to), routing or Routing()


def accept_of(
    accept: Accept | Literal["quote"] | None, quote: Quote | None, plan: Plan | None
) -> Accept | None:
    """The plan that the customer saw is the worst that may be held."""
    if accept != "quote":
        return accept
    seen = plan or (quote and quote.best)
    return Accept(seen.cost, seen.promise_date) if seen else None


def hold(
    order: tuple[tuple[Line, ...], Destination, Routing],
    *,
    accept: Accept | None,
    ttl: timedelta,
    hold_id: str,
    order_ref: str,
    request_id: str = "",
) -> Call[HoldAnswer]:
    """Set the units aside."""
    wanted, place, routing = order
    request = checkout_pb.HoldRequest(
        request_id=request_id or new_request_id(),
        hold_id=hold_id or new_id("h_"),
        lines=lines_pb(wanted),
        ship_to=destination_pb(place),
        routing=routing_pb(routing),
        ttl=ttl,
        order_ref=order_ref,
        facts=facts_pb(routing.facts),
        allow_substitutes=routing.allow_substitutes,
    )
    if accept is not None:
        request.accept.CopyFrom(
            checkout_pb.Accept(
                cost_max=money_pb(accept.cost_max),
                promise_by=date_pb(accept.promise_by),
            )
        )
    parse = reader(checkout_pb.HoldResponse, _answers.hold)
    return call_of(_CHECKOUT + "Hold", request, parse, mutates=True)


def extend(hold_id: str, *, ttl: timedelta) -> Call[datetime]:
    """More time for a hold; the new end."""
    request = checkout_pb.ExtendHoldRequest(
        request_id=new_request_id(), hold_id=hold_id, ttl=ttl
    )
    parse = reader(
        checkout_pb.ExtendHoldResponse, lambda wire: _answers.instant(wire.expire_time)
    )
    return call_of(_CHECKOUT + "ExtendHold", request, parse, mutates=True)


def release(hold_id: str) -> Call[HoldState]:
    """Give the units back."""
    request = checkout_pb.ReleaseHoldRequest(
        request_id=new_request_id(), hold_id=hold_id
    )
    parse = reader(
        checkout_pb.ReleaseHoldResponse, lambda wire: _answers.hold_state(wire.state)
    )
    return call_of(_CHECKOUT + "ReleaseHold", request, parse, mutates=True)
