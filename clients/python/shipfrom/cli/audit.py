"""`shipfrom audit`: do the books agree with themselves? Exit code 4 if not."""

import asyncio
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shipfrom.cli import options
from shipfrom.cli.problems import CHECK_FAILED, UNREACHABLE, CliError
from shipfrom.cli.server import Config, need
from shipfrom.cli.show import put_json, put_text, say
from shipfrom.cli.table import put_table

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
    "I8": "an order is what its shipments say",
}
OF_THE_VIEW = "I5"


def audit(
    config: Config = None,
    ledger_url: Annotated[
        str | None,
        typer.Option(
            "--ledger-url", help="Default: as configured, else of this folder."
        ),
    ] = None,
    redis_url: Annotated[
        str | None, typer.Option("--redis-url", help='As configured; "none" skips it.')
    ] = None,
    json: options.AsJson = False,
) -> None:
    """Check every invariant of the ledger, and the view against it."""
    need("inventory", "shipfrom audit")
    need("router", "shipfrom audit")
    stores = _stores(config, ledger_url=ledger_url, redis_url=redis_url)
    if stores.view_url is None:
        say("No view is named (--redis-url): the ledger alone is checked")
    report = _report(stores)
    if json:
        put_json(report)
    else:
        _put(report, with_view=stores.view_url is not None)
    if report.violations:
        say("Next: keep this ledger as evidence and report the violations")
        raise typer.Exit(CHECK_FAILED)


@dataclass(frozen=True, slots=True)
class _Stores:
    ledger_url: str
    view_url: str | None


def _stores(
    config: Path | None, *, ledger_url: str | None, redis_url: str | None
) -> _Stores:
    from router.settings import NO_REDIS, SettingsError, load

    flags = {"ledger_url": ledger_url, "redis_url": redis_url}
    try:
        settings = load(flags, config_file=config)
    except SettingsError as wrong:
        raise CliError(str(wrong), next_step="shipfrom config show") from None
    file = _file_of(settings.ledger_url)
    if file is not None and not file.is_file():
        raise _no_ledger(file, named=ledger_url is not None)
    if settings.redis_url == NO_REDIS:
        return _Stores(settings.ledger_url, None)
    # A development server's own Valkey listens here while it runs, beside its ledger.
    folder = file.parent if ledger_url and file else settings.data_dir
    own = folder / "valkey" / "valkey.sock"
    started = f"unix://{own.resolve()}" if own.exists() else ""
    return _Stores(settings.ledger_url, settings.redis_url or started or None)


def _file_of(ledger_url: str) -> Path | None:
    """The file of a SQLite ledger, as it stands from here."""
    from sqlalchemy.engine import make_url

    url = make_url(ledger_url)
    if not url.drivername.startswith("sqlite") or not url.database:
        return None
    return Path(url.database).resolve()


def _no_ledger(file: Path, *, named: bool) -> CliError:
    """Nothing is made here: an audit of a new, empty ledger would find it clean."""
    here = "" if named else ", where a server of this folder would have it"
    return CliError(
        f"there is no ledger at {file}{here}. A server says at its start which one it "
        "has: pass that, or run this in the server's folder",
        next_step="shipfrom audit --ledger-url sqlite:////PATH/TO/.shipfrom/dev.db",
        exit_code=UNREACHABLE,
    )


def _report(stores: _Stores) -> "AuditReport":
    from sqlalchemy.exc import SQLAlchemyError

    from inventory.audit import audit as check
    from inventory.view import ViewDown

    try:
        return asyncio.run(check(stores.ledger_url, stores.view_url))
    except ViewDown as down:
        raise CliError(
            f"the view does not answer: {down}",
            next_step="shipfrom audit --redis-url none",
            exit_code=UNREACHABLE,
        ) from None
    except (SQLAlchemyError, OSError) as closed:
        first = str(closed).partition("\n")[0]
        raise CliError(
            f"the ledger cannot be read: {first}",
            next_step="shipfrom audit --ledger-url URL",
            exit_code=UNREACHABLE,
        ) from None


def _put(report: "AuditReport", *, with_view: bool) -> None:
    wrong = [violation.invariant for violation in report.violations]

    def verdict(name: str) -> str:
        if name == OF_THE_VIEW and not with_view:
            return "not checked"
        return "VIOLATED" if name in wrong else "holds"

    put_table(
        ["", "invariant", "#violations", "verdict"],
        ((n, what, wrong.count(n), verdict(n)) for n, what in INVARIANTS.items()),
    )
    for violation in report.violations:
        put_text(f"{violation.invariant}: {violation.what}")
    counts = (field.name for field in fields(report) if field.name != "violations")
    told = ", ".join(f"{n.replace('_', ' ')} {getattr(report, n)}" for n in counts)
    put_text(f"{'Violated' if wrong else 'Clean'}: {told}.")
