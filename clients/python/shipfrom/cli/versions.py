"""What became of the policy: its versions, and who did what to it."""

from itertools import islice
from typing import Annotated

import typer

from shipfrom.cli import options, reports
from shipfrom.cli.show import put_json
from shipfrom.cli.table import put_table

Limit = Annotated[int, typer.Option("--limit", min=1, help="At most so many.")]
_EVENT = ["!when", "!author", "!what", "#version", "why"]


def history(
    limit: Limit = 50,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Who did what to the policy, newest first."""
    with options.connect(address) as client:
        events = islice(client.policies.history(), limit)
        if json:
            for event in events:
                put_json(event)
            return
        rows = ((e.at, e.author, e.kind, e.version, reports.why(e)) for e in events)
        put_table(_EVENT, rows, empty="Nothing yet. Next: shipfrom rules push FILE")


def list_versions(
    limit: Limit = 50,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """All versions, newest first."""
    with options.connect(address) as client:
        versions = islice(client.policies.versions(), limit)
        if json:
            for version in versions:
                put_json(version)
            return
        reports.put_versions(list(versions))
