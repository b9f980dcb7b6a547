"""A file of counts: sent row by row, told as what became of its rows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from shipfrom._feed_values import Feed
from shipfrom._imports import NOTHING, parts
from shipfrom._stock_values import ImportReport
from shipfrom.cli import options
from shipfrom.cli.problems import CliError
from shipfrom.cli.sheet import Problem
from shipfrom.cli.show import put_json, put_text, say
from shipfrom.cli.stock_files import Asked, StockFile
from shipfrom.cli.telling import place_of, progress_of, say_problems

NOT_APPLIED = "Nothing was to be written: {source} had gone as far before."


def import_counts(file: StockFile, asked: Asked) -> bool:
    """Send, tell; whether a row was rejected."""
    feed, settings = asked.feed, asked.settings
    _check_rows(file, feed)
    whole = settings.all_or_nothing or bool(feed.complete_for)
    # What is taken whole must be known to be good before its first row is sent.
    report = NOTHING if whole and not file.check() else _send(file, asked)
    problems = [*file.reading.problems, *_placed(report, file)]
    problems.sort(key=place_of)
    _tell(file, asked, report, problems)
    return bool(problems or report.rejected)


def _check_rows(file: StockFile, feed: Feed) -> None:
    if feed.complete_for and feed.rows != file.table.count:
        raise CliError(
            f"{file.file} has {file.table.count:,} rows, and --rows says"
            f" {feed.rows:,}; nothing was sent",
            next_step="ask the source for the whole file",
        )


def _send(file: StockFile, asked: Asked) -> ImportReport:
    feed = asked.feed
    if feed != Feed():
        feed = replace(feed, digest=file.table.digest)
    streams = parts("stock", file.values(), asked.settings, feed)
    shell = options.open_shell(asked.address)
    try:
        total = file.table.count
        with progress_of(file.file.name, total, asked.quiet) as progress:
            return shell.run_import(streams, progress)
    finally:
        shell.channel.close()


def _placed(report: ImportReport, file: StockFile) -> Iterator[Problem]:
    """The server counts the rows it got; the reader wants the line in the file."""
    for row in report.rejected_rows:
        name = row.field.rpartition(".")[2].replace("as_of_time", "as_of")
        line, column = file.placed(row.row, name)
        yield Problem(line, column, name, row.problem, row.suggestion)


def _tell(
    file: StockFile, asked: Asked, report: ImportReport, problems: Sequence[Problem]
) -> None:
    whole = asked.settings.all_or_nothing or (
        bool(asked.feed.complete_for) and report == NOTHING
    )
    errors_file = file.save_errors(problems, all_rows=whole)
    # Of many rows that a server rejects it names only the first.
    unnamed = report.rejected - len(report.rejected_rows)
    rejected = len({problem.line for problem in problems}) + unnamed
    if asked.as_json:
        put_json(
            {
                "rows": file.table.count,
                "accepted": report.accepted,
                "new": report.created,
                "unchanged": report.unchanged,
                "outdated": report.outdated,
                "emptied": report.emptied,
                "rejected": rejected,
                "applied": report.applied,
                "dry_run": asked.settings.validate_only,
                "errors_file": errors_file,
                "problems": problems,
            }
        )
    elif whole and rejected:
        put_text(_nothing(file, asked, rejected))
    else:
        put_text(_sentence(file, asked, report, rejected))
    if not asked.quiet:
        say_problems(file.file, problems)
        if report.outdated and not (report.applied or asked.settings.validate_only):
            say(NOT_APPLIED.format(source=asked.feed.source))
        _say_next(file, asked, unnamed, errors_file)


def _nothing(file: StockFile, asked: Asked, rejected: int) -> str:
    went = "would go" if asked.settings.validate_only else "went"
    total = file.table.count
    bad = f"{rejected:,} of {total:,} row{'' if total == 1 else 's'}"
    flag = "--all-or-nothing" if asked.settings.all_or_nothing else "--snapshot"
    return f"Nothing {went} in: {bad} rejected ({flag})"


def _sentence(
    file: StockFile, asked: Asked, report: ImportReport, rejected: int
) -> str:
    rows = f"{report.accepted:,} row{'' if report.accepted == 1 else 's'}"
    if asked.settings.validate_only:
        changed = report.accepted - report.created - report.unchanged
        total = f"{file.table.count:,} row{'' if file.table.count == 1 else 's'}"
        said = f"{total}: {report.created:,} new, {changed:,} changed,"
        said += f" {report.unchanged:,} unchanged, {rejected:,} rejected"
    else:
        same = f" ({report.unchanged:,} unchanged)" if report.unchanged else ""
        said = f"{rows} accepted{same}, {rejected:,} rejected"
    if report.emptied:
        cells = "cell" if report.emptied == 1 else "cells"
        said += f", {report.emptied:,} absent {cells} emptied"
    if report.outdated:
        said += f", {report.outdated:,} outdated"
    return said


def _say_next(
    file: StockFile, asked: Asked, unnamed: int, errors_file: str | None
) -> None:
    if unnamed:
        say(f"{unnamed:,} more rows were rejected; mend these and import again")
    if errors_file:
        flag = " --all-or-nothing" if asked.settings.all_or_nothing else ""
        rows = "which has all rows" if flag else "which has the rejected rows"
        again = f"shipfrom import stock {errors_file}{flag}"
        say(f"Next: mend {errors_file}, {rows}, then {again}")
    elif asked.settings.validate_only and not unnamed:
        say(f"Next: shipfrom import stock {file.file}")
