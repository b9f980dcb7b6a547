"""What the verbs of a store have in common."""

from collections.abc import Sequence
from typing import Annotated

import typer

ShipmentId = Annotated[str, typer.Argument(metavar="SHIPMENT")]
Note = Annotated[str, typer.Option("--note", help="In the associate's words.")]
Plan = Annotated[
    str, typer.Option("--plan", help="Of the dry run; to hear if it came otherwise.")
]
Units = Annotated[list[str], typer.Argument(metavar="[SKU=N...]")]
Substitutes = Annotated[
    list[str],
    typer.Option(
        "--substitute",
        metavar="SKU=OTHER:N",
        help="Picked in place of missing units; repeat it for several.",
    ),
]


def swaps_of(words: Sequence[str]) -> dict[str, dict[str, int]]:
    """Read SKU-1=SKU-2:1, one unit of SKU-2 in place of a missing SKU-1."""
    swaps: dict[str, dict[str, int]] = {}
    for word in words:
        sku, equals, other = word.partition("=")
        name, _, units = other.rpartition(":")
        if not (equals and sku and name and units.isascii() and units.isdigit()):
            said = f"{word!r} is no substitute; write SKU-1=SKU-2:1"
            raise typer.BadParameter(said)
        given = swaps.setdefault(sku, {})
        given[name] = given.get(name, 0) + int(units)
    return swaps
