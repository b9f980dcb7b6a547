"""Files into the server: good rows go in, bad rows come back with their place.

Exit code 1 when a row was rejected, 2 when the file as a whole cannot be read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import typer

from shipfrom._imports import NOTHING, Kind, Settings, parts
from shipfrom._stock_values import ImportReport
from shipfrom.cli import options
from shipfrom.cli.columns import ALSO, LAYOUTS, Reading, read_rows
from shipfrom.cli.order_files import orders
from shipfrom.cli.problems import CliError
from shipfrom.cli.sheet import Problem, Sheet, SheetError, read_sheet, write_errors
from shipfrom.cli.show import put_json, put_text, say
from shipfrom.cli.stock_files import stock
from shipfrom.cli.telling import (
    NOT_IN,
    PROBLEMS_SHOWN_MAX,
    AllOrNothing,
    DryRun,
    File,
    place_of,
    progress_of,
    say_problems,
)

app = typer.Typer(no_args_is_help=True, help="Import files of other systems.")


_HELP: Mapping[Kind, str] = {
    "nodes": "Nodes, written whole: node_id,kind,latitude,longitude,...",
    "items": "Items, written whole: sku,display_name,weight_g,volume_cm3,value,tags;"
    " a bundle has components (CUP*1;PLATE*2), kept_together.",
    "lanes": "Lanes, written whole: lane_id,service,zone,base,step,...",
}


def _verb(kind: Kind) -> Callable[..., None]:
    def verb(
        file: File,
        dry_run: DryRun = False,
        all_or_nothing: AllOrNothing = False,
        address: options.Address = "",
        json: options.AsJson = False,
        quiet: options.Quiet = False,
    ) -> None:
        settings = Settings(all_or_nothing, dry_run)
        _Import(kind, file, settings, quiet=quiet).run(address, as_json=json)

    return verb


app.command("stock")(stock)
app.command("orders")(orders)
for _kind, _help in _HELP.items():
    app.command(_kind, help=_help)(_verb(_kind))


class _Import:
    """One file on its way in."""

    def __init__(
        self, kind: Kind, file: Path, settings: Settings, *, quiet: bool
    ) -> None:
        self.kind: Kind = kind
        self.file = file
        self.settings = settings
        self.quiet = quiet

    def run(self, address: str, *, as_json: bool) -> None:
        """Read, send, tell. Raises typer.Exit(1) when a row was rejected."""
        sheet, reading = self._read()
        report = NOTHING
        if reading.rows and not (self.settings.all_or_nothing and reading.problems):
            report = self._send(address, reading)
        problems = [*reading.problems, *_placed(report, reading, sheet)]
        # Of many rows that a server rejects it names only the first.
        unnamed = report.rejected - len(report.rejected_rows)
        self._tell(report, sheet, sorted(problems, key=place_of), unnamed, as_json)
        if problems or unnamed:
            raise typer.Exit(1)

    def _read(self) -> tuple[Sheet, Reading]:
        layout = LAYOUTS[self.kind]
        try:
            sheet = read_sheet(
                self.file, [*layout.readers], required=layout.required, also=ALSO
            )
        except SheetError as wrong:
            raise CliError(
                wrong.problem.at(str(self.file)),
                next_step=f"shipfrom import {self.kind} --help",
            ) from None
        except OSError as missing:
            raise CliError(
                f"{self.file}: {missing.strerror}", next_step="check the file's name"
            ) from None
        reading = read_rows(sheet, layout)
        if not self.quiet:
            for warning in reading.warnings[:PROBLEMS_SHOWN_MAX]:
                say(f"{self.file}: {warning}")
        return sheet, reading

    def _send(self, address: str, reading: Reading) -> ImportReport:
        streams = parts(self.kind, reading.rows, self.settings)
        shell = options.open_shell(address)
        try:
            with progress_of(self.file.name, len(reading.rows), self.quiet) as progress:
                return shell.run_import(streams, progress)
        finally:
            shell.channel.close()

    def _tell(
        self,
        report: ImportReport,
        sheet: Sheet,
        problems: Sequence[Problem],
        unnamed: int,
        as_json: bool,
    ) -> None:
        lines = {problem.line for problem in problems}
        errors_file = self._save_errors(sheet, problems)
        rejected = len(lines) + unnamed
        if as_json:
            put_json(
                {
                    "accepted": report.accepted,
                    "unchanged": report.unchanged,
                    "rejected": rejected,
                    "dry_run": self.settings.validate_only,
                    "errors_file": errors_file,
                    "problems": problems,
                }
            )
        else:
            put_text(self._sentence(report, rejected, len(sheet.rows)))
        if not self.quiet:
            self._say_problems(problems, unnamed, errors_file)

    def _save_errors(self, sheet: Sheet, problems: Sequence[Problem]) -> str | None:
        if not problems:
            return None
        path = self.file.with_name(self.file.name + ".errors.csv")
        # Where nothing went in, the file to mend has to have every row.
        others = NOT_IN if self.settings.all_or_nothing else ""
        write_errors(path, sheet, problems, of_the_others=others)
        return str(path)

    def _sentence(self, report: ImportReport, rejected: int, rows_read: int) -> str:
        if self.settings.all_or_nothing and rejected:
            went = "would go" if self.settings.validate_only else "went"
            bad = f"{rejected:,} of {rows_read:,} row{'' if rows_read == 1 else 's'}"
            return f"Nothing {went} in: {bad} rejected (--all-or-nothing)"
        verb = "would be accepted" if self.settings.validate_only else "accepted"
        unchanged = f" ({report.unchanged:,} unchanged)" if report.unchanged else ""
        rows = "row" if report.accepted == 1 else "rows"
        return f"{report.accepted:,} {rows} {verb}{unchanged}, {rejected:,} rejected"

    def _say_problems(
        self, problems: Sequence[Problem], unnamed: int, errors_file: str | None
    ) -> None:
        say_problems(self.file, problems)
        if unnamed:
            say(f"{unnamed:,} more rows were rejected; mend these and import again")
        if errors_file:
            flag = " --all-or-nothing" if self.settings.all_or_nothing else ""
            again = f"shipfrom import {self.kind} {errors_file}{flag}"
            rows = "which has all rows" if flag else "which has the rejected rows"
            say(f"Next: mend {errors_file}, {rows}, then {again}")
        elif self.settings.validate_only and not unnamed:
            say(f"Next: shipfrom import {self.kind} {self.file}")


def _placed(report: ImportReport, reading: Reading, sheet: Sheet) -> Iterator[Problem]:
    """The server counts the rows it got; the reader wants the line in the file."""
    for row in report.rejected_rows:
        line = reading.lines[row.row - 1]
        name = row.field.rpartition(".")[2]
        known = name in sheet.columns
        column = sheet.columns.index(name) + 1 if known else 1
        yield Problem(line, column, name, row.problem, row.suggestion)
