"""What happened: the log of events, and events as they happen."""

import json as json_
import sys
from itertools import islice
from typing import Annotated

import typer

from shipfrom._event_values import Event
from shipfrom.cli import options
from shipfrom.cli.show import cell, plain, put_json, put_text
from shipfrom.cli.table import put_table

app = typer.Typer(no_args_is_help=True, help="What happened to orders and stock.")

After = Annotated[
    str, typer.Option("--after", help="Behind this sequence number or resume token.")
]
Types = Annotated[
    list[str],
    typer.Option(
        "--type", help="Only this type, or a family as shipfrom.order.*; repeat it."
    ),
]
Subject = Annotated[str, typer.Option("--subject", help="Only this order or cell.")]
NodeId = Annotated[str, typer.Option("--node", help="Only what concerns this node.")]
_ROW = ["#sequence", "!when", "!type", "!subject", "what was told"]


@app.command(name="list")
def list_events(
    after: After = "",
    types: Types = [],  # noqa: B006  # typer reads it and never changes it
    subject: Subject = "",
    node: NodeId = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Events that are kept, the oldest first."""
    with options.connect(address) as client:
        found = client.events.list(
            after=after, types=types, subject=subject, node_id=node
        )
        some = islice(found, limit)
        if not json:
            put_table(_ROW, map(_row, some), empty="Nothing happened yet.")
            return
        for event in some:
            put_json(event)


@app.command()
def tail(
    after: After = "",
    types: Types = [],  # noqa: B006  # typer reads it and never changes it
    subject: Subject = "",
    node: NodeId = "",
    limit: Annotated[
        int, typer.Option("--limit", min=0, help="End after so many; 0 is never.")
    ] = 0,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Events as they happen, from now on or behind --after, until you interrupt."""
    with options.connect(address) as client:
        found = client.events.watch(
            after=after, types=types, subject=subject, node_id=node
        )
        for event in islice(found, limit or None):
            if json:
                put_json(event)
            else:
                put_text("  ".join(cell(value) for value in _row(event)))
            # Whoever reads from a pipe waits for this one.
            sys.stdout.flush()


def _row(event: Event) -> tuple[object, ...]:
    told = json_.dumps(plain(event.data), ensure_ascii=False)
    return event.sequence, event.at, event.type, event.subject, told
