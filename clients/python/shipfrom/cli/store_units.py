"""What a store says of units: it will send them, it will not, it found them or not."""

from typing import Annotated

import typer

from shipfrom._enums import RejectReason
from shipfrom.cli import options
from shipfrom.cli.naming import as_typed
from shipfrom.cli.order_options import DryRun, RequestId, asked_as
from shipfrom.cli.store_options import (
    Note,
    Plan,
    ShipmentId,
    Substitutes,
    Units,
    swaps_of,
)
from shipfrom.cli.store_tables import put_tried

REASONS = ", ".join(r.lower() for r in list(RejectReason)[1:])


def accept(
    context: typer.Context,
    shipment: ShipmentId,
    units: Units = [],  # noqa: B006  # typer copies its defaults
    node: Annotated[
        str, typer.Option("--node", help="Who accepts, where several were asked.")
    ] = "",
    reason: Annotated[
        str, typer.Option("--reason", help=f"Why not the rest: {REASONS}.")
    ] = "",
    note: Note = "",
    dry_run: DryRun = False,
    plan: Plan = "",
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """The node will pick it, or SKU=N of it; of several asked, the first has it."""
    request = asked_as(context, request_id)
    with as_typed(context), options.connect(address) as client:
        done = client.stores.accept(
            shipment,
            options.lines_of(units) or None,
            node_id=node,
            reason=reason,
            note=note,
            dry_run=dry_run,
            plan_id=plan,
            request_id=request,
        )
    put_tried(done, context, json=json, quiet=quiet)


def reject(
    context: typer.Context,
    shipment: ShipmentId,
    reason: Annotated[str, typer.Option("--reason", help=f"One of {REASONS}.")],
    units: Units = [],  # noqa: B006  # typer copies its defaults
    note: Note = "",
    dry_run: DryRun = False,
    plan: Plan = "",
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """The node will not, all or SKU=N: that gets another node in the same step."""
    request = asked_as(context, request_id)
    with as_typed(context), options.connect(address) as client:
        done = client.stores.reject(
            shipment,
            reason,
            options.lines_of(units) or None,
            note=note,
            dry_run=dry_run,
            plan_id=plan,
            request_id=request,
        )
    put_tried(done, context, json=json, quiet=quiet)


def pick(
    context: typer.Context,
    shipment: ShipmentId,
    units: Units = [],  # noqa: B006  # typer copies its defaults
    missing: Annotated[
        list[str],
        typer.Option("--missing", metavar="SKU=N", help="Looked for in vain."),
    ] = [],  # noqa: B006  # typer copies its defaults
    substitute: Substitutes = [],  # noqa: B006  # typer copies its defaults
    reason: Annotated[
        str, typer.Option("--reason", help=f"Why: {REASONS}. Default: not_found.")
    ] = "",
    note: Note = "",
    dry_run: DryRun = False,
    plan: Plan = "",
    request_id: RequestId = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """What was picked, and what was not found: that goes elsewhere."""
    request = asked_as(context, request_id)
    with as_typed(context), options.connect(address) as client:
        done = client.stores.pick(
            shipment,
            _units(units),
            missing=_units(missing),
            substitutes=swaps_of(substitute),
            reason=reason,
            note=note,
            dry_run=dry_run,
            plan_id=plan,
            request_id=request,
        )
    put_tried(done, context, json=json, quiet=quiet)


def _units(words: list[str]) -> dict[str, int]:
    return {line.sku: line.quantity for line in options.lines_of(words)}


def add_to(app: typer.Typer) -> None:
    """The verbs, in the order in which a store needs them."""
    for verb in (accept, reject, pick):
        app.command()(verb)
