"""Golden orders: what every policy must make of them."""

from typing import Annotated

import typer

from shipfrom._policy_values import Expected, GoldenOrder
from shipfrom.cli import options
from shipfrom.cli.problems import CHECK_FAILED
from shipfrom.cli.reports import broken_text
from shipfrom.cli.show import put_json, say
from shipfrom.cli.sources import source_of
from shipfrom.cli.table import put_table

app = typer.Typer(no_args_is_help=True, help="Orders that every policy must do well.")

_ROW = ["!golden", "!order", "passes", "what is wrong", "why it matters"]


@app.command()
def add(
    order_id: Annotated[str, typer.Argument(metavar="ORDER")],
    say_: Annotated[str, typer.Option("--say", help="Why it matters.")] = "",
    max_shipments: Annotated[
        int, typer.Option("--max-shipments", min=0, help="At most so many.")
    ] = 0,
    from_any: Annotated[
        list[str] | None,
        typer.Option("--from", help="Something ships from here; repeat it."),
    ] = None,
    never_from: Annotated[
        list[str] | None,
        typer.Option("--not-from", help="Nothing ships from here; repeat it."),
    ] = None,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Make an order golden: every policy must fill it in no more shipments."""
    expected = None
    if max_shipments or from_any or never_from:
        expected = Expected(
            max_shipments,
            ships_from_any=tuple(from_any or ()),
            excluded_node_ids=tuple(never_from or ()),
        )
    with options.connect(address) as client:
        made = client.policies.add_golden(order_id, say=say_, expected=expected)
    if json:
        put_json(made)
    else:
        put_table(_ROW, [_row(made)])


@app.command(name="list")
def list_golden(
    name: Annotated[str, typer.Argument(metavar="FILE|VERSION")] = "published",
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """All golden orders on a policy; exit code 4 if it fails one."""
    with options.connect(address) as client:
        tried = client.policies.golden(source_of(name))
    if json:
        put_json({"golden": tried})
    else:
        nothing = "No order is golden. Next: shipfrom rules golden add ORDER"
        put_table(_ROW, map(_row, tried), empty=nothing)
    if not all(each.passed for each in tried):
        raise typer.Exit(CHECK_FAILED)


@app.command()
def remove(
    golden_id: Annotated[str, typer.Argument(metavar="GOLDEN")],
    address: options.Address = "",
) -> None:
    """Forget one."""
    with options.connect(address) as client:
        client.policies.remove_golden(golden_id)
    say(f"{golden_id} is golden no more")


def _row(one: GoldenOrder) -> tuple[object, ...]:
    return one.golden_id, one.order_id, one.passed, broken_text(one), one.say
