"""`shipfrom audit`: do the books agree with themselves? Exit code 4 if not."""

import asyncio
import inspect
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated

import typer

from shipfrom.cli import options
from shipfrom.cli.problems import CHECK_FAILED, CliError
from shipfrom.cli.server import Config, need
from shipfrom.cli.show import put_json, put_table, put_text, say

if TYPE_CHECKING:
    from inventory.audit import AuditReport

INVARIANTS = {
    "I1": "no oversell: held + allocated fit on the shelf",
    "I2": "books: every counter is the sum of its entries",
    "I3": "one fate: a hold is settled once",
    "I4": "dense versions: no change of a cell is missing",
    "I5": "the view never lies, it only lags",
    "I6": "answered means durable",
    "I7": "no lost order: a committed hold is one order",
}


def audit(
    config: Config = None,
    ledger_url: Annotated[
        str | None, typer.Option("--ledger-url", help="Default: as configured.")
    ] = None,
    redis_url: Annotated[
        str | None, typer.Option("--redis-url", help='As configured; "none" skips it.')
    ] = None,
    json: options.AsJson = False,
) -> None:
    """Check every invariant of the ledger, and the view against it."""
    need("inventory", "shipfrom audit")
    report = _report(*_stores(config, ledger_url=ledger_url, redis_url=redis_url))
    if json:
        put_json(report)
    else:
        _put(report)
    if report.violations:
        say("Next: keep this ledger as evidence and report the violations")
        raise typer.Exit(CHECK_FAILED)


def _stores(
    config: Config, *, ledger_url: str | None, redis_url: str | None
) -> tuple[str, str | None]:
    from router.settings import NO_REDIS, SettingsError, load

    flags = {"ledger_url": ledger_url, "redis_url": redis_url}
    try:
        settings = load(flags, config_file=config)
    except SettingsError as wrong:
        raise CliError(str(wrong), next_step="shipfrom config show") from None
    view = "" if settings.redis_url == NO_REDIS else settings.redis_url
    return settings.ledger_url, view or None


def _report(ledger_url: str, view_url: str | None) -> "AuditReport":
    from inventory.audit import audit as check

    found = check(ledger_url, view_url)
    return asyncio.run(found) if inspect.iscoroutine(found) else found


def _put(report: "AuditReport") -> None:
    wrong = [violation.invariant for violation in report.violations]
    put_table(
        ["", "invariant", "#violations", "verdict"],
        (
            (name, what, wrong.count(name), "VIOLATED" if name in wrong else "holds")
            for name, what in INVARIANTS.items()
        ),
    )
    for violation in report.violations:
        put_text(f"{violation.invariant}: {violation.what}")
    counts = (field.name for field in fields(report) if field.name != "violations")
    told = ", ".join(f"{n.replace('_', ' ')} {getattr(report, n)}" for n in counts)
    put_text(f"{'Violated' if wrong else 'Clean'}: {told}.")
