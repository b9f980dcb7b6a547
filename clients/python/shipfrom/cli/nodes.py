"""Nodes as they are, and closing one for a while."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from shipfrom._stock_values import Node
from shipfrom.cli import options
from shipfrom.cli.show import moment, put_json, put_text, say
from shipfrom.cli.table import put_table

FOR_GOOD_YEAR = 9999
_NODE = ["!node", "!kind", "#orders a day", "closed until", "reason"]

NodeId = Annotated[str, typer.Argument(metavar="NODE")]

app = typer.Typer(no_args_is_help=True, help="List nodes; close one for a while.")


@app.command(name="list")
def list_nodes(address: options.Address = "", json: options.AsJson = False) -> None:
    """All nodes, with their limits, pauses and rests after rejections."""
    with options.connect(address) as client:
        found = client.nodes()
        if not json:
            nothing = "No node yet. Next: shipfrom import nodes FILE"
            put_table(_NODE, map(_row, found), empty=nothing)
            return
        for node in found:
            put_json(node)


@app.command()
def pause(
    node: NodeId,
    reason: Annotated[str, typer.Option("--reason", help="Why, for those who ask.")],
    until: Annotated[
        str,
        typer.Option(
            "--until", help="2h, 3d or 2026-11-23T09:30-05:00; else for good."
        ),
    ] = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Let nothing ship from a node for a while, or until it is resumed."""
    with options.connect(address) as client:
        paused = client.pause_node(node, reason=reason, until=until or None)
    if json:
        put_json(paused)
        return
    put_text(f"{node} is paused {_until(paused)} ({paused.paused_reason})")
    if not quiet:
        say(f"Next: shipfrom node resume {node}")


@app.command()
def resume(
    node: NodeId, address: options.Address = "", json: options.AsJson = False
) -> None:
    """End a pause now."""
    with options.connect(address) as client:
        resumed = client.resume_node(node)
    if json:
        put_json(resumed)
    else:
        put_text(f"{node} is not paused")


def _row(node: Node) -> tuple[object, ...]:
    paused = _until(node) if _is_paused(node) else ""
    reason = node.paused_reason if paused else ""
    if not paused and node.cooling_off_until is not None:
        paused, reason = moment(node.cooling_off_until), node.cooling_off_reason
    slots = "+".join(str(slot.orders) for slot in node.slots)
    limit = node.orders_per_day or slots
    return (node.node_id, str(node.kind), limit, paused.removeprefix("until "), reason)


def _is_paused(node: Node) -> bool:
    return node.paused_until is not None and node.paused_until > datetime.now(UTC)


def _until(node: Node) -> str:
    at = node.paused_until
    if at is None or at.year >= FOR_GOOD_YEAR:
        return "until it is resumed"
    return f"until {moment(at)}"
