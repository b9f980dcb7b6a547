"""Orders as they are now, and why they ship from where they do."""

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from shipfrom.cli import options, order_changes, replays
from shipfrom.cli.explanations import put_explanation
from shipfrom.cli.naming import as_typed
from shipfrom.cli.order_options import Customer, OrderOrLast, State
from shipfrom.cli.order_tables import (
    EXCEPTION,
    ORDER,
    ORDER_WIDE,
    exception_row,
    order_row,
    put_order,
    wide_order_row,
)
from shipfrom.cli.order_words import next_of, sentence
from shipfrom.cli.show import moment, put_json, put_text, say
from shipfrom.cli.subjects import by_id, newest
from shipfrom.cli.table import put_table

if TYPE_CHECKING:
    # typer carries click inside itself and does not name its context publicly.
    from typer._click import Context


class OrderGroup(TyperGroup):
    """`shipfrom order ID` means `shipfrom order get ID`."""

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        """Put the verb in where an id stands."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["get", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=OrderGroup,
    no_args_is_help=True,
    help="Orders: how they stand, and what may still change.",
)


@app.command()
def get(
    order_id: OrderOrLast,
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """One order as it is now: its shipments, lines and returns."""
    with options.connect(address) as client:
        name = newest(client) if order_id == "last" else order_id
        order = client.orders.get(name)
    if json:
        put_json(order)
        return
    put_order(order, wide=wide)
    if not quiet:
        say(f"Next: {next_of(order)}")


@app.command(name="list")
def list_orders(
    state: State = "",
    customer: Customer = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Orders, newest first."""
    size = min(limit, 1000)
    with options.connect(address) as client:
        found = client.orders.list(state=state, customer_ref=customer, page_size=size)
        orders = islice(found, limit)
        if not json:
            names = ORDER_WIDE if wide else ORDER
            row = wide_order_row if wide else order_row
            none = "No such order" if state or customer else "No order yet"
            nothing = f"{none}. Next: shipfrom hold --to ZIP SKU=N"
            put_table(names, map(row, orders), wide=wide, empty=nothing)
            return
        for order in orders:
            put_json(order)


@app.command()
def watch(
    order_id: OrderOrLast,
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """How an order stands, now and at each change, until it is over."""
    with options.connect(address) as client:
        name = newest(client) if order_id == "last" else order_id
        for order in client.orders.watch(name):
            if json:
                put_json(order)
            else:
                at = order.changed_at or order.created_at
                put_text(f"{moment(at)}  {sentence(order)}")
    if not (json or quiet):
        say(f"Next: shipfrom order {name}")


@app.command()
def exceptions(
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Orders that need somebody: why, since when, and what to do."""
    with options.connect(address) as client:
        found = list(islice(client.orders.exceptions(), limit))
    if json:
        for each in found:
            put_json(each)
        return
    if not found:
        say("Nobody is needed. Next: shipfrom order list")
        return
    count = f"{len(found)} order{' needs' if len(found) == 1 else 's need'} somebody."
    put_text(count)
    put_table(EXCEPTION, map(exception_row, found), wide=wide)
    if not quiet:
        say(f"Next: {found[0].next_step}")


order_changes.add_to(app)


def explain(
    context: typer.Context,
    subject: Annotated[
        str, typer.Argument(metavar="ID|last", help="An order, a hold, or last.")
    ],
    why_not: options.WhyNot = [],  # noqa: B006  # typer copies its defaults
    decision: Annotated[
        int,
        typer.Option(
            "--decision",
            min=0,
            metavar="N",
            help="0 is the hold's, each re-route adds one.",
        ),
    ] = 0,
    replay: Annotated[
        bool, typer.Option("--replay", help="Also solve it again; exit code 4 if not.")
    ] = False,
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Why an order or a hold ships from where it does."""
    with as_typed(context), options.connect(address) as client:
        asked = partial(client.explain, why_not=why_not, decision=decision)
        why = by_id(client, subject, asked)
        again = by_id(client, subject, client.replay) if replay else None
    if json:
        put_json(why)
    else:
        put_explanation(why, wide=wide)
    if again is None:
        return
    replays.put_replay(again, json=json)
    raise typer.Exit(replays.exit_code(again))
