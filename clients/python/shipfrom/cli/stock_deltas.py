"""A file of changes: receipts, returns, corrections, each document once and whole."""

from collections.abc import Iterator, Sequence

from shipfrom._feed_values import DeltaReport
from shipfrom._stock_values import StockDelta
from shipfrom.cli import options
from shipfrom.cli.sheet import Problem
from shipfrom.cli.show import put_json, put_text, say
from shipfrom.cli.stock_files import Asked, StockFile
from shipfrom.cli.telling import place_of, progress_of, say_problems

REASON = "import"
APART = "its rows do not stand together"
OTHERS = "belongs to a document with a wrong row"


def import_deltas(file: StockFile, asked: Asked) -> bool:
    """Send the documents, tell; whether one was refused."""
    deltas = _whole_documents(file)
    with (
        options.connect(asked.address) as client,
        progress_of(file.file.name, file.table.count, asked.quiet) as progress,
    ):
        report = client.import_deltas(
            deltas,
            source=asked.feed.source,
            digest=file.table.digest,
            reason=REASON,
            validate_only=asked.settings.validate_only,
            progress=progress,
        )
    problems = [*file.reading.problems, *_placed(report, file)]
    problems.sort(key=place_of)
    _tell(file, asked, report, problems)
    return bool(problems)


def _whole_documents(file: StockFile) -> list[StockDelta]:
    """Good rows of good documents: what is left of a document would be applied under
    its name, and its mended rows never."""
    good: list[StockDelta] = list(file.values())
    lines = list(file.reading.lines)
    named = dict(_document_of_line(file))
    bad = {named.get(p.line, "") for p in file.reading.problems} - {""}
    for line, delta in _apart(good, lines):
        bad.add(delta.document_id)
        file.reading.problems.append(Problem(line, 1, "document_id", APART))
    told = {problem.line for problem in file.reading.problems}
    kept: list[StockDelta] = []
    file.reading.lines.clear()
    for line, delta in zip(lines, good, strict=True):
        if delta.document_id not in bad:
            kept.append(delta)
            file.reading.lines.append(line)
        elif line not in told:
            file.reading.problems.append(Problem(line, 1, "document_id", OTHERS))
    return kept


def _document_of_line(file: StockFile) -> Iterator[tuple[int, str]]:
    """The document of every row, the bad ones included."""
    if "document_id" in file.table.columns:
        at = file.table.columns.index("document_id")
        for row in file.table.rows():
            yield row.line, row.cells[at].strip() if at < len(row.cells) else ""


def _apart(
    deltas: Sequence[StockDelta], lines: Sequence[int]
) -> Iterator[tuple[int, StockDelta]]:
    """Rows where a document comes back after another one."""
    ended: set[str] = set()
    before = ""
    for line, delta in zip(lines, deltas, strict=True):
        if delta.document_id != before:
            ended.add(before)
            before = delta.document_id
            if before and before in ended:
                yield line, delta


def _placed(report: DeltaReport, file: StockFile) -> Iterator[Problem]:
    for wrong in report.refused:
        line, column = file.placed(wrong.row, wrong.field)
        yield Problem(line, column, wrong.field, wrong.problem, wrong.suggestion)
        for row in range(wrong.first_row, wrong.first_row + wrong.rows):
            if row != wrong.row:
                yield Problem(file.reading.lines[row - 1], 1, "document_id", OTHERS)


def _tell(
    file: StockFile, asked: Asked, report: DeltaReport, problems: Sequence[Problem]
) -> None:
    errors_file = file.save_errors(problems, all_rows=False)
    rejected = len({problem.line for problem in problems})
    if asked.as_json:
        put_json(
            {
                "rows": file.table.count,
                "documents_applied": report.applied,
                "documents_known": report.known,
                "rejected": rejected,
                "dry_run": asked.settings.validate_only,
                "errors_file": errors_file,
                "problems": problems,
            }
        )
    else:
        verb = "would be applied" if asked.settings.validate_only else "applied"
        documents = "document" if report.applied == 1 else "documents"
        known = f", {report.known:,} applied before" if report.known else ""
        put_text(
            f"{report.applied:,} {documents} {verb}{known}, {rejected:,} rows rejected"
        )
    if asked.quiet:
        return
    say_problems(file.file, problems)
    if errors_file:
        again = f"shipfrom import stock --delta {errors_file}"
        say(f"Next: mend {errors_file}, then {again}")
