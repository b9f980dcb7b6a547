"""Orders that nobody has begun, planned again together."""

from typing import Annotated

import typer

from shipfrom._move_values import OrderMove, Reoptimised
from shipfrom._values import Shipment
from shipfrom.cli import options
from shipfrom.cli.again import again, verb_of
from shipfrom.cli.amounts import Currency, amount_of
from shipfrom.cli.naming import as_typed
from shipfrom.cli.order_options import DryRun, RequestId, asked_as
from shipfrom.cli.show import put_json, put_text, say
from shipfrom.cli.table import Parts, put_table

_MOVE = ["!order", "ships from", "instead of", "#saving", "!moved"]
_MOVE_WIDE = [*_MOVE, "#group", "why"]
_ALONE = ["!order", "left alone because"]
_HELP = "Only orders with a shipment there; repeat it for several."


def reoptimise(
    context: typer.Context,
    node: Annotated[list[str], typer.Option("--node", metavar="NODE", help=_HELP)] = [],  # noqa: B006  # typer copies its defaults
    least_saving: Annotated[
        str, typer.Option("--least-saving", help="Of each move, as 0.50.")
    ] = "",
    least_total: Annotated[
        str, typer.Option("--least-total", help="Of all moves together, as 20.00.")
    ] = "",
    most_moved: Annotated[
        int | None, typer.Option("--most-moved", min=1, help="Orders. Default: 100.")
    ] = None,
    currency: Currency = "USD",
    dry_run: DryRun = False,
    request_id: RequestId = "",
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Plan orders that nobody has begun again together, and move what saves enough."""
    request = asked_as(context, request_id)

    def waiting(seconds: int) -> None:
        if not (json or quiet):
            say(f"{seconds} s ...")

    with as_typed(context), options.connect(address) as client:
        found = client.orders.reoptimise(
            node,
            least_saving=amount_of(least_saving, currency),
            least_total=amount_of(least_total, currency),
            most_moved=most_moved or 0,
            request_id=request,
            dry_run=dry_run,
            progress=waiting,
        )
    if json:
        put_json(found)
        return
    _put(found, wide=wide)
    if dry_run and found.moves:
        put_text("Only tried, nothing has changed.")
        if not quiet:
            left_out = ("dry_run", "request_id")
            say(f"Next: {again(context, verb_of(context), without=left_out)}")


def _put(found: Reoptimised, *, wide: bool) -> None:
    put_text(found.verdict)
    if found.moves:
        row = _wide_row if wide else _row
        put_table(_MOVE_WIDE if wide else _MOVE, map(row, found.moves), wide=wide)
    for reason in dict.fromkeys(move.not_done for move in found.moves if move.not_done):
        put_text(f"Not moved: {reason}.")
    if not wide and found.left_alone:
        count = len(found.left_alone)
        were = " was" if count == 1 else "s were"
        put_text(f"{count} order{were} left alone. Which and why: --wide.")
    if wide and found.left_alone:
        rows = ((each.order_id, each.reason) for each in found.left_alone)
        put_table(_ALONE, rows, wide=wide)


def _row(move: OrderMove) -> tuple[object, ...]:
    here, there = _nodes(move.after), _nodes(move.before)
    return move.order_id, here, there, move.saving, "yes" if move.done else "no"


def _wide_row(move: OrderMove) -> tuple[object, ...]:
    return (*_row(move), move.group, move.reason)


def _nodes(shipments: tuple[Shipment, ...]) -> Parts:
    return Parts(tuple(each.node_id for each in shipments), " + ")
