"""What a store does: its tasks, and every step of a shipment."""

from pathlib import Path
from typing import Annotated

import typer

from shipfrom._enums import DocumentKind
from shipfrom.cli import options, store_units
from shipfrom.cli.naming import as_typed
from shipfrom.cli.order_options import RequestId, asked_as
from shipfrom.cli.show import put_json, put_text
from shipfrom.cli.store_options import ShipmentId, Units
from shipfrom.cli.store_tables import put_step, put_tasks

KINDS = ", ".join(k.lower() for k in list(DocumentKind)[1:])

app = typer.Typer(no_args_is_help=True, help="What a store does with its shipments.")


@app.command()
def tasks(
    node: Annotated[str, typer.Argument(metavar="NODE")],
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and show what changes.")
    ] = False,
    address: options.Address = "",
    json: options.AsJson = False,
    wide: options.Wide = False,
) -> None:
    """What a node has to do, the longest waiting first."""
    with options.connect(address) as client:
        if watch:
            for news in client.stores.watch(node):
                if json:
                    for task in news.tasks:
                        put_json(task)
                elif news.tasks:
                    put_tasks(news.tasks, node_id=node, wide=wide)
            return
        found = client.stores.tasks(node)
        if not json:
            put_tasks(found, node_id=node, wide=wide)
            return
        for task in found:
            put_json(task)


store_units.add_to(app)


@app.command()
def ready(
    context: typer.Context,
    shipment: ShipmentId,
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Packed. A pickup gets its code; said again, a new one."""
    request = asked_as(context, request_id)
    with as_typed(context), options.connect(address) as client:
        done = client.stores.ready(shipment, request_id=request)
    put_step(done, json=json, quiet=quiet)


@app.command()
def handover(
    context: typer.Context,
    shipment: ShipmentId,
    code: Annotated[str, typer.Argument(metavar="CODE")],
    units: Units = [],  # noqa: B006  # typer copies its defaults
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """To whoever knows the code; SKU=N is what the customer takes, else everything."""
    request = asked_as(context, request_id)
    lines = options.lines_of(units) or None
    with as_typed(context), options.connect(address) as client:
        done = client.stores.hand_over(shipment, code, lines, request_id=request)
    put_step(done, json=json, quiet=quiet)


@app.command()
def shipped(
    context: typer.Context,
    shipment: ShipmentId,
    carrier: Annotated[str, typer.Option("--carrier")] = "",
    tracking: Annotated[str, typer.Option("--tracking")] = "",
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """A carrier has it."""
    request = asked_as(context, request_id)
    with as_typed(context), options.connect(address) as client:
        done = client.stores.shipped(
            shipment, carrier=carrier, tracking_number=tracking, request_id=request
        )
    put_step(done, json=json, quiet=quiet)


@app.command()
def receive(
    context: typer.Context,
    shipment: ShipmentId,
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """A transfer is here: what the customer collects of it is a shipment of its own."""
    request = asked_as(context, request_id)
    with as_typed(context), options.connect(address) as client:
        done = client.stores.receive_transfer(shipment, request_id=request)
    put_step(done, json=json, quiet=quiet)


@app.command()
def delivered(
    context: typer.Context,
    shipment: ShipmentId,
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """It arrived."""
    request = asked_as(context, request_id)
    with as_typed(context), options.connect(address) as client:
        done = client.stores.delivered(shipment, request_id=request)
    put_step(done, json=json, quiet=quiet)


@app.command()
def uncollected(
    context: typer.Context,
    shipment: ShipmentId,
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Nobody came; the units are back on the shelf."""
    request = asked_as(context, request_id)
    with as_typed(context), options.connect(address) as client:
        done = client.stores.uncollected(shipment, request_id=request)
    put_step(done, json=json, quiet=quiet)


@app.command()
def offer(
    context: typer.Context,
    shipment: ShipmentId,
    nodes: Annotated[
        list[str], typer.Argument(metavar="[NODE...]", help="Default: the best three.")
    ] = [],  # noqa: B006  # typer copies its defaults
    minutes: Annotated[
        int, typer.Option("--minutes", help="1 to 1440. Default: 15.", min=0)
    ] = 0,
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Ask several nodes; the first one to accept has the shipment."""
    request = asked_as(context, request_id)
    with as_typed(context), options.connect(address) as client:
        done = client.stores.offer(shipment, nodes, minutes=minutes, request_id=request)
    put_step(done, json=json, quiet=quiet)


@app.command(name="print")
def print_page(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"One of {KINDS}.")],
    of: Annotated[
        str, typer.Argument(metavar="NODE|SHIPMENT", help="A node, for a pick list.")
    ],
    out: Annotated[
        Path, typer.Option("--out", help="Write the page there.", dir_okay=False)
    ],
    address: options.Address = "",
) -> None:
    """A pick list, a packing list or a specimen label, as a page to print."""
    is_list = kind.upper().replace("-", "_") == DocumentKind.PICK_LIST
    subject = {"node_id" if is_list else "shipment_id": of}
    with as_typed(context), options.connect(address) as client:
        html = client.stores.page(kind, **subject)
    out.write_text(html, encoding="utf-8")
    put_text(f"Wrote {out}.")
