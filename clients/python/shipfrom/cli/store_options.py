"""What the verbs of a store have in common."""

from typing import Annotated

import typer

ShipmentId = Annotated[str, typer.Argument(metavar="SHIPMENT")]
Note = Annotated[str, typer.Option("--note", help="In the associate's words.")]
Plan = Annotated[
    str, typer.Option("--plan", help="Of the dry run; to hear if it came otherwise.")
]
Units = Annotated[list[str], typer.Argument(metavar="[SKU=N...]")]
