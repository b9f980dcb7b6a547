"""What may still change of an order: each can be tried before, each can be repeated."""

from typing import Annotated

import typer

from shipfrom._order_values import Order, PlanChange
from shipfrom.cli import options
from shipfrom.cli.again import again, verb_of
from shipfrom.cli.amounts import Currency, amount_of
from shipfrom.cli.naming import as_typed
from shipfrom.cli.order_options import (
    PAYMENT_STATES,
    DryRun,
    OrderId,
    Reason,
    RequestId,
    asked_as,
)
from shipfrom.cli.order_tables import put_change, put_order
from shipfrom.cli.order_words import next_of, sentence
from shipfrom.cli.reoptimising import reoptimise
from shipfrom.cli.show import put_json, put_text, say

Shipment = Annotated[
    list[str],
    typer.Option(
        "--shipment",
        metavar="SHIPMENT",
        help="Move this one; repeat it for several. Default: units that wait.",
    ),
]
Units = Annotated[
    list[str], typer.Argument(metavar="[SKU=N...]", help="Units, SKU-1=2 SKU-9=1.")
]
TRIED = "Only tried, nothing has changed."


def cancel(
    context: typer.Context,
    order_id: OrderId,
    units: Units = [],  # noqa: B006  # typer copies its defaults
    reason: Reason = "",
    dry_run: DryRun = False,
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Give units back, by default all, until the point of no return of each node."""
    request = asked_as(context, request_id)
    lines = options.lines_of(units) or None
    with as_typed(context), options.connect(address) as client:
        order = client.orders.cancel(
            order_id, lines, reason=reason, request_id=request, dry_run=dry_run
        )
    if dry_run and not json:
        what = " ".join(units) or "The whole order"
        put_text(f"{what} can be cancelled. {TRIED}")
        _say_do_it(context, quiet=quiet)
        return
    _put(order, json=json, quiet=quiet)


def change(
    context: typer.Context,
    order_id: OrderId,
    units: Units = [],  # noqa: B006  # typer copies its defaults
    remove: Annotated[
        list[str],
        typer.Option(
            "--remove", metavar="SKU", help="Take it out; repeat it for several."
        ),
    ] = [],  # noqa: B006  # typer copies its defaults
    reason: Reason = "",
    dry_run: DryRun = False,
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Other quantities: SKU=N is the new one, SKUs that are not named stay."""
    request = asked_as(context, request_id)
    with as_typed(context), options.connect(address) as client:
        found = client.orders.change(
            order_id,
            options.lines_of(units),
            removed=remove,
            reason=reason,
            request_id=request,
            dry_run=dry_run,
        )
    _put_change(found, context, json=json, quiet=quiet)


def reroute(
    context: typer.Context,
    order_id: OrderId,
    shipment: Shipment = [],  # noqa: B006  # typer copies its defaults
    only_node: options.OnlyNodes = [],  # noqa: B006  # typer copies its defaults
    exclude_node: options.WithoutNodes = [],  # noqa: B006  # typer copies its defaults
    reason: Reason = "",
    dry_run: DryRun = False,
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Other nodes for shipments that nobody has begun, or for units that wait."""
    request = asked_as(context, request_id)
    with as_typed(context), options.connect(address) as client:
        found = client.orders.reroute(
            order_id,
            shipment,
            only=only_node,
            exclude=exclude_node,
            reason=reason,
            request_id=request,
            dry_run=dry_run,
        )
    _put_change(found, context, json=json, quiet=quiet)


def pay(
    context: typer.Context,
    order_id: OrderId,
    payment_id: Annotated[
        str,
        typer.Option("--payment-id", help="The payment system's own id."),
    ],
    state: Annotated[str, typer.Option("--state", help=f"One of {PAYMENT_STATES}.")],
    amount: Annotated[
        str, typer.Option("--amount", help="Captured or refunded, as 11.84.")
    ] = "",
    currency: Currency = "USD",
    shipment: Annotated[
        str, typer.Option("--shipment", help="What was captured or refunded with it.")
    ] = "",
    reference: Annotated[str, typer.Option("--reference", help="No card data.")] = "",
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Mirror what the payment system says; nothing is picked before it is paid."""
    request = asked_as(context, request_id)
    paid = amount_of(amount, currency)
    with as_typed(context), options.connect(address) as client:
        order = client.orders.report_payment(
            order_id,
            payment_id,
            state,
            shipment_id=shipment,
            amount=paid,
            reference=reference,
            request_id=request,
        )
    _put(order, json=json, quiet=quiet)


def review(
    context: typer.Context,
    order_id: OrderId,
    assignee: Annotated[
        str, typer.Option("--assignee", help="Who takes care of it.")
    ] = "",
    approve: Annotated[bool, typer.Option("--approve", help="Let it go on.")] = False,
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Say who takes care of an order, or let it go on."""
    request = asked_as(context, request_id)
    with as_typed(context), options.connect(address) as client:
        order = client.orders.review(
            order_id, assignee=assignee, approve=approve, request_id=request
        )
    _put(order, json=json, quiet=quiet)


def add_to(app: typer.Typer) -> None:
    """The commands that change an order, beside those that read it."""
    for verb in (cancel, change, reroute, reoptimise, pay, review):
        app.command()(verb)


def _put(order: Order, *, json: bool, quiet: bool) -> None:
    if json:
        put_json(order)
        return
    put_order(order)
    if not quiet:
        say(f"Next: {next_of(order)}")


def _put_change(
    found: PlanChange, context: typer.Context, *, json: bool, quiet: bool
) -> None:
    if json:
        put_json(found)
        return
    put_change(found)
    if found.order is None:
        put_text(TRIED)
        _say_do_it(context, quiet=quiet)
        return
    put_text(sentence(found.order))
    if not quiet:
        say(f"Next: shipfrom order {found.order.order_id}")


def _say_do_it(context: typer.Context, *, quiet: bool) -> None:
    """The same command without --dry-run."""
    left_out = ("dry_run", "request_id")
    if not quiet:
        say(f"Next: {again(context, verb_of(context), without=left_out)}")
