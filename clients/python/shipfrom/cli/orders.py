"""Orders and why they ship from where they do."""

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from shipfrom.cli import options, plans, replays
from shipfrom.cli.explanations import put_explanation
from shipfrom.cli.naming import as_typed
from shipfrom.cli.show import put_json, say
from shipfrom.cli.subjects import by_id
from shipfrom.cli.table import put_table

if TYPE_CHECKING:
    # typer carries click inside itself and does not name its context publicly.
    from typer._click import Context

_ORDER = ["!order", "!state", "#units", "ships from", "#cost", "!arrives"]
_ORDER_WIDE = [*_ORDER, "!made", "unfilled"]


class OrderGroup(TyperGroup):
    """`shipfrom order ID` means `shipfrom order get ID`."""

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        """Put the verb in where an id stands."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["get", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=OrderGroup, no_args_is_help=True, help="Read orders.")


@app.command()
def get(
    order_id: Annotated[str, typer.Argument(metavar="ORDER")],
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """One order with its shipments."""
    with options.connect(address) as client:
        order = client.order(order_id)
    if json:
        put_json(order)
        return
    plans.put_order(order)
    if not quiet:
        say(f"Next: shipfrom explain {order.order_id}")


@app.command(name="list")
def list_orders(
    state: Annotated[str, typer.Option("--state", help="allocated, shipped, ...")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Orders, newest first."""
    with options.connect(address) as client:
        found = client.orders(state=state, page_size=min(limit, 1000))
        orders = islice(found, limit)
        if not json:
            names = _ORDER_WIDE if wide else _ORDER
            row = plans.wide_order_row if wide else plans.order_row
            nothing = "No order yet. Next: shipfrom hold --to ZIP SKU=N"
            put_table(names, map(row, orders), wide=wide, empty=nothing)
            return
        for order in orders:
            put_json(order)


def explain(
    context: typer.Context,
    subject: Annotated[
        str, typer.Argument(metavar="ID|last", help="An order, a hold, or last.")
    ],
    why_not: options.WhyNot = [],  # noqa: B006  # typer copies its defaults
    replay: Annotated[
        bool, typer.Option("--replay", help="Also solve it again; exit code 4 if not.")
    ] = False,
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Why an order or a hold ships from where it does."""
    with as_typed(context), options.connect(address) as client:
        asked = partial(client.explain, why_not=why_not)
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
