"""Supply on its way: what is expected, announcing it, receiving it."""

from datetime import date
from typing import Annotated

import typer

from shipfrom._supply import Incoming
from shipfrom.cli import options
from shipfrom.cli.problems import CliError
from shipfrom.cli.show import put_json, put_text, say
from shipfrom.cli.table import put_table

_ROW = ["!expected", "!sku", "!node", "#quantity", "#received", "incoming id"]

Name = Annotated[str, typer.Argument(metavar="ID", help="For example PO-1001-1.")]

app = typer.Typer(no_args_is_help=True, help="Supply on its way to a node.")


@app.command(name="list")
def list_incoming(
    sku: Annotated[str, typer.Argument(metavar="[SKU]")] = "",
    node: Annotated[str, typer.Option("--node", help="Only this node.")] = "",
    received: Annotated[
        bool, typer.Option("--received", help="Also what has arrived altogether.")
    ] = False,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """What is expected, the soonest first."""
    with options.connect(address) as client:
        found = client.incoming(sku, node_id=node, with_received=received)
        if not json:
            nothing = "Nothing is expected. Next: shipfrom incoming set --help"
            put_table(_ROW, map(_row, found), empty=nothing)
            return
        for row in found:
            put_json(row)


@app.command(name="set")
def set_incoming(
    name: Name,
    wanted: Annotated[str, typer.Argument(metavar="SKU=N", help="0 withdraws it.")],
    node: Annotated[str, typer.Option("--node", help="Where it will arrive.")],
    on: Annotated[str, typer.Option("--on", help="The day: 2026-12-01.")],
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Announce supply, or write it anew under its id."""
    sku, equals, units = wanted.rpartition("=")
    if not (equals and units.isdigit()):
        raise CliError(f"{wanted!r} is not SKU=N", next_step="write SKU-1=20")
    row = Incoming(name, sku, node, int(units), _day(on))
    with options.connect(address) as client:
        written = client.set_incoming([row])
    if json:
        for each in written:
            put_json(each)
        return
    if not written:
        put_text(f"{name} is withdrawn")
        return
    put_text(f"{written[0].quantity} of {sku} are expected at {node} on {on}")
    if not quiet:
        say(f"Next: shipfrom incoming receive {name}")


@app.command()
def receive(
    name: Name,
    quantity: Annotated[
        int, typer.Option("--quantity", min=0, help="Default: all still expected.")
    ] = 0,
    reason: Annotated[str, typer.Option("--reason", help="For the ledger.")] = "",
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """It arrived: put it on the shelf and serve the orders that wait."""
    with options.connect(address) as client:
        cell = client.receive_incoming(name, quantity, reason=reason)
    if json:
        put_json(cell)
        return
    put_text(f"{cell.node_id} has {cell.on_hand} of {cell.sku}")


def _day(on: str) -> date:
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise CliError(f"{on!r} is no day", next_step="write 2026-12-01") from None


def _row(row: Incoming) -> tuple[object, ...]:
    cell = (row.expected_date.isoformat(), row.sku, row.node_id)
    return (*cell, row.quantity, row.received, row.incoming_id)
