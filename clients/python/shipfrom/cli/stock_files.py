"""Files of counts and of deltas into the server, of any length, by their rows.

Exit code 1 when a row was rejected, 2 when the file as a whole cannot be read or is not
what it was said to be.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from shipfrom._feed_values import Feed
from shipfrom._imports import Settings
from shipfrom.cli import cells, options
from shipfrom.cli.columns import ALSO, LAYOUTS, Layout, Reading, read_row
from shipfrom.cli.problems import CliError
from shipfrom.cli.sheet import Problem, Sheet, SheetError, write_errors
from shipfrom.cli.show import say
from shipfrom.cli.streams import Table, open_table
from shipfrom.cli.telling import (
    NOT_IN,
    PROBLEMS_SHOWN_MAX,
    AllOrNothing,
    DryRun,
    File,
)

Source = Annotated[
    str, typer.Option("--source", metavar="NAME", help="Who sends these files.")
]
Sequence_ = Annotated[
    int,
    typer.Option(
        "--sequence",
        min=0,
        metavar="N",
        help="Rises with every file of the source; older ones are not applied.",
        show_default=False,
    ),
]
TakeOver = Annotated[
    bool, typer.Option("--take-over", help="Count nodes that another source counted.")
]
AsOf = Annotated[
    str, typer.Option("--as-of", help="When it was counted: 2026-11-20T09:30:00Z.")
]
Complete = Annotated[
    bool,
    typer.Option(
        "--snapshot", help="Cells of the --node that the file does not name are empty."
    ),
]
Rows = Annotated[
    int | None,
    typer.Option(
        "--rows",
        min=0,
        metavar="N",
        help="How many rows the source says a snapshot has.",
    ),
]
Nodes = Annotated[
    list[str],
    typer.Option(
        "--node", metavar="NODE", help="Complete in a snapshot; repeat it for several."
    ),
]
Places = Annotated[
    list[str],
    typer.Option(
        "--location",
        metavar="NAME=NODE",
        help="What the file calls a node; repeat it for several.",
    ),
]
Deltas = Annotated[
    bool, typer.Option("--delta", help="Changes: sku,node_id,delta[,document_id].")
]


def stock(
    file: File,
    snapshot: Complete = False,
    node: Nodes = [],  # noqa: B006  # typer wants a list and makes a new one
    rows: Rows = None,
    delta: Deltas = False,
    source: Source = "",
    sequence: Sequence_ = 0,
    take_over: TakeOver = False,
    as_of: AsOf = "",
    location: Places = [],  # noqa: B006  # typer wants a list and makes a new one
    dry_run: DryRun = False,
    all_or_nothing: AllOrNothing = False,
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Absolute counts (sku,node_id,on_hand[,safety_stock,as_of]), or changes.

    CSV, JSON lines, Parquet, Shopify's inventory export, Google's local inventory.
    """
    from shipfrom.cli.stock_counts import import_counts
    from shipfrom.cli.stock_deltas import import_deltas

    _check(snapshot, node, rows, delta=delta, whole=all_or_nothing)
    feed = Feed(
        source=source,
        sequence=sequence,
        take_over=take_over,
        as_of=_moment(as_of),
        complete_for=tuple(node) if snapshot else (),
        rows=rows or 0,
    )
    settings = Settings(all_or_nothing, dry_run)
    opened = StockFile.open(file, "deltas" if delta else "stock", _places(location))
    opened.say_warnings(quiet)
    ask = Asked(address, feed, settings, as_json=json, quiet=quiet)
    failed = (import_deltas if delta else import_counts)(opened, ask)
    if failed:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked beside the file."""

    address: str
    feed: Feed
    settings: Settings
    as_json: bool
    quiet: bool


def _check(
    snapshot: bool,
    nodes: Sequence[str],
    rows: int | None,
    *,
    delta: bool,
    whole: bool,
) -> None:
    if snapshot and delta:
        raise typer.BadParameter("--snapshot is of counts, --delta of changes")
    if snapshot and (not nodes or rows is None):
        raise typer.BadParameter("--snapshot needs --node and --rows N")
    if not snapshot and (nodes or rows is not None):
        raise typer.BadParameter("--node and --rows belong to --snapshot")
    if delta and whole:
        raise typer.BadParameter("--delta takes documents, each whole or not at all")


def _moment(text: str) -> datetime | None:
    try:
        return cells.moment(text) if text else None
    except cells.WrongCell as wrong:
        raise typer.BadParameter(
            f"--as-of: {wrong.problem}; {wrong.suggestion}"
        ) from None


def _places(pairs: Sequence[str]) -> Mapping[str, str]:
    found = {}
    for pair in pairs:
        name, equals, node = pair.rpartition("=")
        if not (name and equals and node):
            raise typer.BadParameter(f"{pair!r} is no NAME=NODE")
        found[name] = node
    return found


@dataclass(slots=True)
class StockFile:
    """A file that was looked at, its good rows as values, and what is wrong."""

    file: Path
    table: Table
    layout: Layout
    reading: Reading = field(default_factory=Reading)

    @classmethod
    def open(cls, file: Path, kind: str, places: Mapping[str, str]) -> "StockFile":
        """Look at the file. Raises CliError."""
        layout = LAYOUTS[kind]
        try:
            table = open_table(
                file, [*layout.readers], required=layout.required, also=ALSO
            )
        except SheetError as wrong:
            verb = "stock" if kind == "deltas" else kind
            raise CliError(
                wrong.problem.at(str(file)), next_step=f"shipfrom import {verb} --help"
            ) from None
        except OSError as missing:
            raise CliError(
                f"{file}: {missing.strerror}", next_step="check the file's name"
            ) from None
        if places:

            def node_of(cell: str) -> str:
                return places.get(cell, cell)

            columns = {**layout.columns, "node_id": node_of}
            layout = replace(layout, columns=columns)
        return cls(file, table, layout)

    def values(self) -> Iterator[Any]:
        """The good rows, one by one; `reading` gets their lines and the problems."""
        self.reading.problems.clear()
        self.reading.lines.clear()
        for row in self.table.rows():
            value = read_row(row, self.table.columns, self.layout, self.reading)
            if value is not None:
                self.reading.lines.append(row.line)
                yield value

    def check(self) -> bool:
        """Whether every row is good."""
        for _ in self.values():
            pass
        return not self.reading.problems

    def placed(self, row: int, name: str) -> tuple[int, int]:
        """Line and column in the file of a value that was sent, by its number."""
        known = name in self.table.columns
        return self.reading.lines[row - 1], (
            self.table.columns.index(name) + 1 if known else 1
        )

    def say_warnings(self, quiet: bool) -> None:
        """Whose export it is, and what is not read."""
        if quiet:
            return
        if self.table.dialect is not None:
            say(f"{self.file}: read as {self.table.dialect.name}")
        for warning in self.table.warnings[:PROBLEMS_SHOWN_MAX]:
            say(f"{self.file}: {warning}")

    def save_errors(self, problems: Sequence[Problem], *, all_rows: bool) -> str | None:
        """Write FILE.errors.csv: the rejected rows, or all where nothing went in."""
        if not problems:
            return None
        wrong = {problem.line for problem in problems}
        kept = tuple(r for r in self.table.rows() if all_rows or r.line in wrong)
        path = self.file.with_name(self.file.name + ".errors.csv")
        sheet = Sheet(self.table.columns, self.table.header, kept)
        write_errors(path, sheet, problems, of_the_others=NOT_IN if all_rows else "")
        return str(path)
