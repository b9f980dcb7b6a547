"""A file of the orders that somebody else expects, into the server.

A forecast with a hole is not used, so that a bad row keeps the whole file out. Exit
code 1 when a row was rejected, 2 when the file as a whole cannot be read.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from shipfrom._errors import InvalidField
from shipfrom._forecast_values import ForecastReport, ForecastRow
from shipfrom.cli import cells, options
from shipfrom.cli.cells import WrongCell
from shipfrom.cli.columns import Layout, Reading, read_rows
from shipfrom.cli.problems import CliError
from shipfrom.cli.sheet import Problem, Sheet, SheetError, read_sheet
from shipfrom.cli.show import put_json, put_text, say
from shipfrom.cli.telling import PROBLEMS_SHOWN_MAX, DryRun, place_of, say_problems

HELP = "shipfrom prices forecast --help"
ALSO = {"start_time": "starts_at", "hour": "starts_at", "day": "starts_at"}
_ROW = re.compile(r"rows\[(\d+)\](?:\.(\w+))?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

File = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="starts_at,orders[,hours]: CSV, JSON lines."),
]
Made = Annotated[
    str, typer.Option("--made", help="When it was made: 2026-11-20T09:30:00Z.")
]
Clear = Annotated[
    bool, typer.Option("--clear", help="Forget first what was expected from now on.")
]


def forecast(
    file: File = None,
    made: Made = "",
    clear: Clear = False,
    dry_run: DryRun = False,
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Have prices made for orders expected elsewhere, where these cover the horizon.

    A day (2026-11-27) is one in UTC; an hour names its zone (2026-11-27T09:00-05:00).
    """
    if file is None and not clear:
        raise typer.BadParameter("name a FILE, or --clear")
    sheet, reading = (None, Reading()) if file is None else _read(file, quiet)
    if not reading.problems:
        report = _send(address, reading, (made, clear, dry_run), sheet)
        if report is not None:
            _tell(report, as_json=json, dry_run=dry_run, quiet=quiet)
            return
    assert file is not None, "only rows of a file are refused"
    say_problems(file, sorted(reading.problems, key=place_of))
    say("Nothing went in")
    raise typer.Exit(1)


def _read(file: Path, quiet: bool) -> tuple[Sheet, Reading]:
    readers = {"starts_at": _start, "orders": _orders, "hours": cells.whole}
    layout = Layout(ForecastRow, readers, ("starts_at", "orders"))
    try:
        sheet = read_sheet(file, [*readers], required=layout.required, also=ALSO)
    except SheetError as wrong:
        raise CliError(wrong.problem.at(str(file)), next_step=HELP) from None
    except OSError as missing:
        problem = f"{file}: {missing.strerror}"
        raise CliError(problem, next_step="check the file's name") from None
    reading = read_rows(sheet, layout)
    if not quiet:
        for warning in reading.warnings[:PROBLEMS_SHOWN_MAX]:
            say(f"{file}: {warning}")
    return sheet, reading


def _start(cell: str) -> datetime | date:
    return cells.days(cell)[0] if _DAY.fullmatch(cell) else cells.moment(cell)


def _orders(cell: str) -> float:
    try:
        return float(cells.amount(cell))
    except WrongCell as wrong:
        problem = wrong.problem.replace("is not an amount", "is no number")
        raise WrongCell(problem, wrong.suggestion) from None


def _send(
    address: str, reading: Reading, asked: tuple[str, bool, bool], sheet: Sheet | None
) -> ForecastReport | None:
    """What became of it; None where the server named wrong rows, in `reading`."""
    made, clear, dry_run = asked
    with options.connect(address) as client:
        try:
            return client.prices.import_forecast(
                reading.rows,
                made_at=_made(made),
                clear=clear,
                validate_only=dry_run,
            )
        except InvalidField as wrong:
            reading.problems += _placed(wrong, reading, sheet)
            if not reading.problems:
                raise
    return None


def _made(text: str) -> datetime | None:
    try:
        return cells.moment(text) if text else None
    except WrongCell as wrong:
        problem = f"--made: {wrong.problem}; {wrong.suggestion}"
        raise typer.BadParameter(problem) from None


def _placed(
    wrong: InvalidField, reading: Reading, sheet: Sheet | None
) -> Iterator[Problem]:
    """The server counts the rows it got; the reader wants the line in the file."""
    for each in wrong.violations:
        match = _ROW.fullmatch(each.field)
        if match is None or sheet is None:
            continue
        name = {"start_time": "starts_at"}.get(match[2] or "", match[2] or "")
        columns: Sequence[str] = sheet.columns
        column = columns.index(name) + 1 if name in columns else 1
        line = reading.lines[int(match[1])]
        yield Problem(line, column, name, each.problem, each.suggestion)


def _tell(report: ForecastReport, *, as_json: bool, dry_run: bool, quiet: bool) -> None:
    if as_json:
        put_json(report)
    else:
        verb = "would be" if dry_run else "are"
        orders = f"{report.orders:,.0f} orders in {report.hours:,} hours"
        put_text(f"{orders} {verb} expected")
        if report.past_hours:
            over = f"{report.past_hours:,} hours were over when it was made"
            put_text(f"{over}, and were left out")
    if not (quiet or dry_run):
        say("Next: shipfrom prices solve --dry-run")
