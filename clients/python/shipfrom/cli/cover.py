"""How long the stock lasts, and how far each feed has gone."""

from itertools import islice
from typing import Annotated

import typer

from shipfrom._feed_values import Cover, FeedMark
from shipfrom.cli import options
from shipfrom.cli.show import put_json
from shipfrom.cli.table import put_table

Node = Annotated[str, typer.Option("--node", help="Only this node.")]
_COVER = ["!sku", "!node", "#available", "#sold", "#days", "!band", "#units", "#value"]
_FEED = ["!node", "!source", "#sequence", "state", "counted", "updated"]


def cover(
    node: Node = "",
    sku: Annotated[str, typer.Option("--sku", help="Only this SKU.")] = "",
    band: Annotated[str, typer.Option("--band", help="under, fine or over.")] = "",
    under: Annotated[
        int, typer.Option("--under", min=1, metavar="DAYS", help="Less is too little.")
    ] = 7,
    over: Annotated[
        int, typer.Option("--over", min=1, metavar="DAYS", help="More is too much.")
    ] = 60,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """How many days the stock of each cell lasts, most money at risk first."""
    with options.connect(address) as client:
        cells = client.cover(
            node_id=node,
            sku=sku,
            band=band.upper(),
            under_days=under,
            over_days=max(over, under),
        )
        some = islice(cells, limit)
        if not json:
            nothing = "No cell was counted. Next: shipfrom import stock FILE"
            put_table(_COVER, map(_cover_row, some), wide=wide, empty=nothing)
            return
        for cell in some:
            put_json(cell)


def feeds(
    source: Annotated[str, typer.Option("--source", help="Only this source.")] = "",
    node: Node = "",
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """How far each source of counts has gone at each node, and which one counts."""
    with options.connect(address) as client:
        marks = client.feed_marks(source=source, node_id=node)
        if not json:
            nothing = "No source. Next: shipfrom import stock FILE --source NAME"
            put_table(_FEED, map(_feed_row, marks), wide=wide, empty=nothing)
            return
        for mark in marks:
            put_json(mark)


def _cover_row(cell: Cover) -> tuple[object, ...]:
    return (
        cell.sku,
        cell.node_id,
        cell.available,
        cell.sold,
        cell.days,
        cell.band,
        cell.units_at_risk,
        cell.value_at_risk,
    )


def _feed_row(mark: FeedMark) -> tuple[object, ...]:
    state = "counts" if mark.owner else "taken over"
    if mark.open:
        state += ", cut off"
    return (
        mark.node_id,
        mark.source,
        mark.sequence or None,
        state,
        mark.as_of,
        mark.updated_at,
    )
