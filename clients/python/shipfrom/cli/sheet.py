"""Reads what spreadsheets call CSV, and JSON lines, and says where they are wrong.

Every problem has a place, `file:line:column`, column being the cell's position from 1.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

# Read whole: wrong encoding is then known before the first row is sent.
FILE_BYTES_MAX = 256 * 1024 * 1024
DELIMITERS = (",", ";", "\t")
# Columns that our own error file adds; a mended one may be imported as it is.
ERROR_PREFIX = "error_"
# A spreadsheet would run these as formulas.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ESCAPED = re.compile(r"'[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, where it is and what to do."""

    line: int
    column: int
    field: str
    problem: str
    suggestion: str = ""

    def at(self, file: str) -> str:
        """One line for people: place, field, problem, suggestion."""
        place = f"{file}:{self.line}:{self.column}"
        what = f"{self.field}: {self.problem}" if self.field else self.problem
        return f"{place} {what}" + (f"; {self.suggestion}" if self.suggestion else "")


class SheetError(Exception):
    """The file as a whole cannot be read; nothing of it was sent."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One record: the line where it starts, and its cells by column name."""

    line: int
    cells: tuple[str, ...]


_Table = tuple[tuple[str, ...], tuple[int, ...], tuple[SheetRow, ...]]
"""Names of the columns, the line where each first stands, the rows."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file: `columns` are our names, `header` the file's own."""

    columns: tuple[str, ...]
    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    warnings: tuple[str, ...] = ()


def read_sheet(
    path: Path,
    known: Sequence[str],
    *,
    required: Sequence[str],
    also: Mapping[str, str],
) -> Sheet:
    """Read a file. Raises SheetError.

    Args:
        known: our column names.
        required: those that must be there.
        also: other names that people give these columns.
    """
    text = _text(path)
    if text.lstrip().startswith("{"):
        header, lines, rows = _json_lines(text)
    else:
        header, lines, rows = _csv(text, required)
    names = tuple(plain_name(cell, also) for cell in header)
    warnings = check_header(names, lines, known, required)
    rows = tuple(row for row in rows if any(cell.strip() for cell in row.cells))
    return Sheet(names, header, rows, warnings)


def _csv(text: str, required: Sequence[str]) -> _Table:
    """The header and the rows below it."""
    found = records(io.StringIO(text, newline=""), delimiter_of(text))
    first = next(found, None)
    if first is None:
        raise SheetError(
            Problem(1, 1, "", "is empty", f"start with {','.join(required)}")
        )
    return first.cells, (1,) * len(first.cells), tuple(found)


def _json_lines(text: str) -> _Table:
    """One object a line, as `--json` prints them, read as if it were a table."""
    objects = [
        (line, members_of(line, raw))
        for line, raw in enumerate(text.split("\n"), 1)
        if raw.strip()
    ]
    first: dict[str, int] = {}
    for line, members in objects:
        for name in members:
            first.setdefault(name, line)
    rows = (
        SheetRow(line, tuple(members.get(name, "") for name in first))
        for line, members in objects
    )
    return tuple(first), tuple(first.values()), tuple(rows)


def members_of(line: int, raw: str) -> dict[str, str]:
    """The members of an object as cells; money is an amount and the row's currency."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as wrong:
        column = getattr(wrong, "colno", 1)
        raise SheetError(_no_object(line, column)) from None
    if not isinstance(found, dict):
        raise SheetError(_no_object(line, 1))
    cells: dict[str, str] = {}
    for name, value in found.items():
        if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
            cells |= {name: str(value["amount"]), "currency": str(value["currency"])}
        elif isinstance(value, dict):
            nested = Problem(line, 1, name, "is an object", "write a text or a number")
            raise SheetError(nested)
        else:
            cells[name] = _cell(value)
    return cells


def _no_object(line: int, column: int) -> Problem:
    return Problem(line, column, "", "is no JSON object", "write one object a line")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "|".join(map(_part, value)) if isinstance(value, list) else str(value)


def _part(value: object) -> str:
    """One of a list; slots and components as their cells are written."""
    match value:
        case {"until": until, "orders": orders}:
            return f"{until}={orders}"
        case {"sku": sku, "quantity": quantity}:
            return f"{sku}*{quantity}"
        case _:
            return str(value)


def _text(path: Path) -> str:
    if path.stat().st_size > FILE_BYTES_MAX:
        limit = f"is larger than {FILE_BYTES_MAX >> 20} MB"
        raise SheetError(Problem(1, 1, "", limit, "split the file"))
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        before = raw[: wrong.start]
        line = before.count(b"\n") + 1
        column = wrong.start - before.rfind(b"\n")
        problem = f"byte 0x{raw[wrong.start]:02x} is not UTF-8"
        raise SheetError(
            Problem(line, column, "", problem, 'save the file as "CSV UTF-8"')
        ) from None


def delimiter_of(text: str) -> str:
    """What stands between the names of the first line."""
    header = text.partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def records(lines: Iterable[str], delimiter: str) -> Iterator[SheetRow]:
    """The records of a CSV text. Raises SheetError."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            problem = f"is not readable as CSV: {wrong}"
            suggestion = 'write a quote inside a quoted value twice: ""'
            raise SheetError(Problem(line, 1, "", problem, suggestion)) from None
        yield SheetRow(line, tuple(_unescaped(cell) for cell in cells))
        line = reader.line_num + 1


def plain_name(cell: str, also: Mapping[str, str]) -> str:
    """A column by our name: snake case, and what else people call it."""
    plain = re.sub(r"[\s-]+", "_", cell.strip().lower())
    return also.get(plain, plain)


def check_header(
    names: Sequence[str],
    lines: Sequence[int],
    known: Sequence[str],
    required: Sequence[str],
) -> tuple[str, ...]:
    """Refuse a header that would lose data; warn about columns that are not read."""
    warnings = []
    for column, (name, line) in enumerate(zip(names, lines, strict=True), 1):
        if name in names[: column - 1]:
            _refuse(line, column, name, "stands twice in the header", "remove one")
        if name in known or name.startswith(ERROR_PREFIX):
            continue
        absent = [n for n in known if n not in names]
        near = get_close_matches(name, absent, n=1)
        if near:
            _refuse(line, column, name, "is unknown", f"did you mean {near[0]}?")
        warnings.append(f"column {name!r} is not read")
    for name in required:
        if name not in names:
            _refuse(1, 1, name, "is missing", f"the header needs {','.join(required)}")
    return tuple(warnings)


def _refuse(line: int, column: int, name: str, problem: str, suggestion: str) -> None:
    raise SheetError(Problem(line, column, f"column {name!r}", problem, suggestion))


def escaped(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula; reading undoes it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unescaped(cell: str) -> str:
    is_escaped = cell.startswith("'") and _ESCAPED.match(cell)
    return cell[1:] if is_escaped else cell


def write_errors(
    path: Path, sheet: Sheet, problems: Iterable[Problem], *, of_the_others: str = ""
) -> int:
    """Write the rejected rows beside what is wrong with them; how many rows.

    The file can be mended and imported as it is: its error columns are not read.

    Args:
        path: where to.
        sheet: the file that was read.
        problems: what is wrong with its rows.
        of_the_others: what to say of the good rows; without it they are left out.
    """
    by_line: dict[int, Problem] = {}
    for problem in problems:
        by_line.setdefault(problem.line, problem)
    width = len(sheet.header)
    kept = [i for i, n in enumerate(sheet.columns) if not n.startswith(ERROR_PREFIX)]
    extra = ("line", "column", "field", "problem", "suggestion")
    rows = (row for row in sheet.rows if of_the_others or row.line in by_line)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            [sheet.header[i] for i in kept] + [ERROR_PREFIX + name for name in extra]
        )
        for row in rows:
            cells = (*row.cells, *[""] * width)
            fine = Problem(row.line, 1, "", of_the_others)
            wrong = by_line.get(row.line, fine)
            told = [str(getattr(wrong, name)) for name in extra]
            writer.writerow([escaped(c) for c in [*(cells[i] for i in kept), *told]])
    return len(by_line)
