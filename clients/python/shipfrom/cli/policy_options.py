"""What the commands about policies take."""

from pathlib import Path
from typing import Annotated

import typer

Named = Annotated[
    str, typer.Argument(metavar="FILE|VERSION", help="A file, a version or an alias.")
]
Version = Annotated[str, typer.Argument(metavar="VERSION", help="Or draft.")]
Author = Annotated[
    str, typer.Option("--author", help="Who says so, for the audit.", envvar="USER")
]
Note = Annotated[str, typer.Option("--note", help="Why, for the audit.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check all, change nothing.")]
Against = Annotated[
    str, typer.Option("--against", help="What to compare with: a file or a version.")
]
Orders = Annotated[
    Path | None,
    typer.Option("--orders", exists=True, dir_okay=False, help="JSON lines instead."),
]
Prices = Annotated[
    bool,
    typer.Option("--prices", help="Decide with look-ahead prices; the other does not."),
]
Days = Annotated[int, typer.Option("--days", min=1, max=92, help="Orders of so long.")]
