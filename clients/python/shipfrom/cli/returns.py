"""Goods that come back: announced, received, looked at."""

from collections.abc import Sequence
from typing import Annotated

import typer

from shipfrom._core import new_id
from shipfrom._errors import Error
from shipfrom._order_errors import ReturnNotFound
from shipfrom._order_values import ReceivedLine, Return, ReturnLine
from shipfrom.cli import options
from shipfrom.cli.naming import as_typed
from shipfrom.cli.order_options import OrderId, OrderOrLast, RequestId, asked_as
from shipfrom.cli.order_tables import put_returns
from shipfrom.cli.order_words import units
from shipfrom.cli.show import put_json, put_text, say
from shipfrom.cli.subjects import newest

Arrived = Annotated[
    list[str],
    typer.Argument(
        metavar="SKU=N[:CONDITION[:DISPOSITION]]...",
        help="What arrived, SKU-1=1:AS_NEW SKU-9=2:OPENED:REFURBISH.",
    ),
]
Node = Annotated[
    str, typer.Option("--node", metavar="NODE", help="Where it goes, or arrived.")
]

app = typer.Typer(no_args_is_help=True, help="Goods that come back.")


@app.command()
def create(
    context: typer.Context,
    order_id: OrderId,
    wanted: options.Wanted,
    reason: Annotated[
        str, typer.Option("--reason", help="Why, in the customer's words.")
    ] = "",
    node: Node = "",
    return_id: Annotated[str, typer.Option("--return-id", help="Your id.")] = "",
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Announce goods; the answer says which node they go to, and why."""
    request = asked_as(context, request_id)
    # Known before it is sent: the same command can then ask what became of it.
    context.params["return_id"] = name = return_id or new_id("r_")
    lines = [
        ReturnLine(line.sku, line.quantity, reason) for line in options.lines_of(wanted)
    ]
    with as_typed(context), options.connect(address) as client:
        made = client.orders.create_return(
            order_id, lines, return_id=name, node_id=node, request_id=request
        )
    if json:
        put_json(made)
        return
    why = f": {made.verdict}" if made.verdict else f" goes to {made.node_id}"
    put_text(f"Return {made.return_id}{why}.")
    put_returns((made,))
    if not quiet:
        told = " ".join(f"{line.sku}={line.quantity}:AS_NEW" for line in made.lines)
        say(f"Next: shipfrom returns receive {order_id} {made.return_id} {told}")


@app.command()
def receive(
    context: typer.Context,
    order_id: OrderId,
    return_id: Annotated[str, typer.Argument(metavar="RETURN")],
    wanted: Arrived,
    node: Node = "",
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Goods arrived: AS_NEW, or no condition, is stock again, others are scrapped."""
    request = asked_as(context, request_id)
    lines = [_arrived(text) for text in wanted]
    with as_typed(context), options.connect(address) as client:
        done = client.orders.receive_return(
            order_id, return_id, lines, node_id=node, request_id=request
        )
    if json:
        put_json(done)
        return
    count = sum(line.received for line in done.lines)
    put_text(f"{units(count)} of {return_id} arrived at {done.node_id}.")
    put_returns((done,))
    if not quiet:
        say(f"Next: shipfrom order {order_id}")


@app.command()
def get(
    order_id: OrderOrLast,
    return_id: Annotated[
        str, typer.Argument(metavar="[RETURN]", help="Default: all of the order.")
    ] = "",
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """The returns of an order, and what became of them."""
    with options.connect(address) as client:
        name = newest(client) if order_id == "last" else order_id
        found = client.orders.get(name).returns
    if return_id:
        found = tuple(each for each in found if each.return_id == return_id)
        if not found:
            raise _unknown(name, return_id)
    if json:
        for each in found:
            put_json(each)
        return
    if not found:
        say(f"Nothing comes back. Next: shipfrom returns create {name} SKU=N")
        return
    put_text(_summary(name, found))
    put_returns(found)


def _unknown(order_id: str, return_id: str) -> Error:
    return ReturnNotFound(
        f"no return {return_id} of order {order_id}",
        next_step=f"shipfrom returns get {order_id}",
    )


def _summary(order_id: str, found: Sequence[Return]) -> str:
    lines = [line for each in found for line in each.lines]
    announced, came = sum(n.quantity for n in lines), sum(n.received for n in lines)
    return f"Of {order_id}: {units(announced)} announced, {came:,} arrived."


def _arrived(text: str) -> ReceivedLine:
    """Read SKU-1=2, SKU-1=2:OPENED or SKU-1=2:OPENED:REFURBISH; 0 is none."""
    sku, _, said = text.rpartition("=")
    count, _, rest = said.partition(":")
    condition, _, disposition = rest.partition(":")
    if not sku or not (count.isascii() and count.isdigit()):
        raise typer.BadParameter(f"{text!r} is not what arrived; write SKU-1=2:AS_NEW")
    return ReceivedLine(sku, int(count), condition, disposition)
