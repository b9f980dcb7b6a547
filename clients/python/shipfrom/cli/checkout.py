"""The checkout by hand: quote, hold, commit, and what else can become of a hold."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from shipfrom._core import new_id, order_id_for, ttl_of
from shipfrom._wishes import (
    RoutingFields,
)
from shipfrom.cli import missing, options, plans
from shipfrom.cli.explanations import put_explanation
from shipfrom.cli.naming import as_typed
from shipfrom.cli.order_options import AllowSubstitutes, Customer, Payment, asked_as
from shipfrom.cli.order_tables import put_order
from shipfrom.cli.order_words import next_of
from shipfrom.cli.show import moment, put_json, put_text, say

# The server's clock and ours may differ, and the call takes time.
CLOCKS_APART_MAX = timedelta(seconds=5)
HoldId = Annotated[str, typer.Argument(metavar="HOLD", help="Id of the hold.")]


def quote(
    context: typer.Context,
    wanted: options.Wanted,
    to: options.To,
    country: options.Country = "US",
    residential: options.Residential = False,
    objective: options.Aim = "",
    max_shipments: options.MaxShipments = 0,
    allow_partial: options.Partial = False,
    line_split: options.Split = "",
    service: options.Service = "",
    promise_by: options.PromiseBy = "",
    wanted_by: options.WantedBy = "",
    only_node: options.OnlyNodes = [],  # noqa: B006  # typer copies its defaults
    exclude_node: options.WithoutNodes = [],  # noqa: B006  # typer copies its defaults
    channel: options.Channel = "",
    tag: options.Tags = [],  # noqa: B006  # typer copies its defaults
    explain: Annotated[
        bool, typer.Option("--explain", help="Also say why, node by node.")
    ] = False,
    why_not: options.WhyNot = [],  # noqa: B006  # typer copies its defaults
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Where would each line ship from, at what cost, and when would it arrive?"""
    routing = RoutingFields(
        objective=objective,
        max_shipments=max_shipments,
        allow_partial=allow_partial,
        line_split=line_split,
        service=service,
        promise_by=options.day_of(promise_by, datetime.now(UTC).date()),
        wanted_by=options.day_of(wanted_by, datetime.now(UTC).date()),
        only_node_ids=tuple(only_node),
        exclude_node_ids=tuple(exclude_node),
        facts=options.facts_of(channel, tag),
    )
    lines = options.lines_of(wanted)
    place = options.destination_of(to, country, residential)
    with as_typed(context), options.connect(address) as client:
        found = client.quote(lines, place, explain=explain, why_not=why_not, **routing)
    if json:
        put_json(found)
        return
    plans.put_quote(found, wide=wide)
    if found.explanation is not None:
        put_explanation(found.explanation, wide=wide)
    if not quiet:
        say(f"Next: {missing.next_of_quote(context, found.best)}")


def hold(
    context: typer.Context,
    wanted: options.Wanted,
    to: options.To,
    country: options.Country = "US",
    residential: options.Residential = False,
    objective: options.Aim = "",
    max_shipments: options.MaxShipments = 0,
    allow_partial: options.Partial = False,
    line_split: options.Split = "",
    service: options.Service = "",
    promise_by: options.PromiseBy = "",
    wanted_by: options.WantedBy = "",
    only_node: options.OnlyNodes = [],  # noqa: B006  # typer copies its defaults
    exclude_node: options.WithoutNodes = [],  # noqa: B006  # typer copies its defaults
    channel: options.Channel = "",
    tag: options.Tags = [],  # noqa: B006  # typer copies its defaults
    allow_substitutes: AllowSubstitutes = False,
    ttl: Annotated[str, typer.Option("--ttl", help="90s, 10m or 1h.")] = "15m",
    order_ref: Annotated[str, typer.Option("--order-ref")] = "",
    hold_id: Annotated[str, typer.Option("--hold-id")] = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Set the units aside until the hold ends."""
    routing = RoutingFields(
        objective=objective,
        max_shipments=max_shipments,
        allow_partial=allow_partial,
        line_split=line_split,
        service=service,
        promise_by=options.day_of(promise_by, datetime.now(UTC).date()),
        wanted_by=options.day_of(wanted_by, datetime.now(UTC).date()),
        only_node_ids=tuple(only_node),
        exclude_node_ids=tuple(exclude_node),
        facts=options.facts_of(channel, tag),
        allow_substitutes=allow_substitutes,
    )
    # Known before it is sent: the same command can then ask what became of it.
    context.params["hold_id"] = hold_id = hold_id or new_id("h_")
    with as_typed(context), options.connect(address) as client:
        held = client.hold(
            lines=options.lines_of(wanted),
            ship_to=options.destination_of(to, country, residential),
            ttl=ttl,
            order_ref=order_ref,
            hold_id=hold_id,
            **routing,
        )
    if json:
        put_json(
            {
                "hold_id": held.hold_id,
                "state": held.state,
                "expires_at": held.expires_at,
                "plan": held.plan,
            }
        )
        return
    put_text(f"Hold {held.hold_id}  {held.state}  until {moment(held.expires_at)}")
    plans.put_plan(held.plan)
    if not quiet:
        say(f"Next: shipfrom commit {held.hold_id}")


def commit(
    context: typer.Context,
    hold_id: HoldId,
    order_id: Annotated[str, typer.Option("--order-id", help="Your id.")] = "",
    request_id: Annotated[
        str, typer.Option("--request-id", help="To repeat a commit safely.")
    ] = "",
    customer: Customer = "",
    payment: Payment = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Turn a hold into an order."""
    name = order_id or order_id_for(hold_id)
    # Known before it is sent: the same command can then ask what became of it.
    request = asked_as(context, request_id)
    context.params["order_id"] = name
    with as_typed(context), options.connect(address) as client:
        order = client.commit(
            hold_id,
            order_id=name,
            request_id=request,
            customer_ref=customer,
            payment_state=payment,
        )
    if json:
        put_json(order)
        return
    put_order(order)
    if not quiet:
        say(f"Next: {next_of(order)}")


def release(
    hold_id: HoldId, address: options.Address = "", json: options.AsJson = False
) -> None:
    """Give the units of a hold back."""
    with options.connect(address) as client:
        state = client.release(hold_id)
    if json:
        put_json({"hold_id": hold_id, "state": state})
        return
    put_text(f"Hold {hold_id}  {state}")


def extend(
    hold_id: HoldId,
    ttl: Annotated[str, typer.Option("--ttl", help="90s, 10m or 1h, from now.")] = (
        "15m"
    ),
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Give a live hold more time. It never ends sooner than it would have."""
    asked_until = datetime.now(UTC) + ttl_of(ttl)
    with options.connect(address) as client:
        expires_at = client.extend(hold_id, ttl=ttl)
    if json:
        put_json({"hold_id": hold_id, "expires_at": expires_at})
        return
    put_text(f"Hold {hold_id}  until {moment(expires_at)}")
    if expires_at > asked_until + CLOCKS_APART_MAX:
        say(f"It had more time than --ttl {ttl} from now and keeps it: nothing changed")
        say(f"Next: shipfrom release {hold_id}")
    elif expires_at < asked_until - CLOCKS_APART_MAX:
        say(f"It has less time than --ttl {ttl}: a hold lives 4 h at most")
        say(f"Next: shipfrom commit {hold_id}")
