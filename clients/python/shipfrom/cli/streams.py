"""Files of any length, read row by row: CSV, JSON lines and Parquet.

A file is read twice. The first time it is only looked at, so that one that cannot be
read as a whole is refused before anything of it was sent, and its rows are counted.
"""

import codecs
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from shipfrom.cli.dialects import Dialect, columns_of, dialect_of
from shipfrom.cli.sheet import (
    Problem,
    SheetError,
    SheetRow,
    check_header,
    delimiter_of,
    members_of,
    plain_name,
    records,
)

CHUNK_BYTES = 1 << 20
PARQUET_MAGIC = b"PAR1"
PARQUET_ROWS = 10_000
NO_PYARROW = "reading Parquet needs the extra: pip install 'shipfrom[parquet]'"
NO_COLUMN = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was looked at: our names of its columns, its own, and its rows."""

    path: Path
    columns: tuple[str, ...]
    header: tuple[str, ...]
    count: int
    digest: str
    warnings: tuple[str, ...] = ()
    dialect: Dialect | None = None

    def rows(self) -> Iterator[SheetRow]:
        """The rows from the first one; only those that name a cell."""
        source = _rows(self.path, self.header)
        absent = self.dialect.no_cell if self.dialect else frozenset()
        if not absent:
            yield from source
            return
        at = self.columns.index("on_hand")
        for row in source:
            cell = row.cells[at].strip().lower() if at < len(row.cells) else ""
            if cell not in absent:
                yield row


def open_table(
    path: Path,
    known: Sequence[str],
    *,
    required: Sequence[str],
    also: Mapping[str, str],
) -> Table:
    """Look at a whole file. Raises SheetError, OSError."""
    digest = _digest(path)
    header, lines, count = _survey(path, required)
    dialect = dialect_of(header)
    if dialect is not None:
        columns = columns_of(header, dialect)
        for name in required:
            if name not in columns:
                said = f"is missing in this {dialect.name} file"
                raise SheetError(Problem(1, 1, f"column {name!r}", said))
        return Table(path, columns, header, count, digest, (), dialect)
    columns = tuple(plain_name(cell, also) for cell in header)
    warnings = check_header(columns, lines, known, required)
    return Table(path, columns, header, count, digest, warnings)


def _digest(path: Path) -> str:
    """SHA-256 of the bytes; refuses a text that is not UTF-8 with its place."""
    found, lines = hashlib.sha256(), 1
    decode = codecs.getincrementaldecoder("utf-8")().decode
    with path.open("rb") as file:
        is_text = file.read(len(PARQUET_MAGIC)) != PARQUET_MAGIC
        file.seek(0)
        chunk = b"start"
        while chunk:
            chunk = file.read(CHUNK_BYTES)
            found.update(chunk)
            try:
                if is_text:
                    decode(chunk, final=not chunk)
            except UnicodeDecodeError as wrong:
                raise _no_text(wrong, lines) from None
            lines += chunk.count(b"\n")
    return found.hexdigest()


def _no_text(wrong: UnicodeDecodeError, lines: int) -> SheetError:
    before = wrong.object[: wrong.start]
    column = wrong.start - before.rfind(b"\n")
    problem = f"byte 0x{wrong.object[wrong.start]:02x} is not UTF-8"
    hint = 'save the file as "CSV UTF-8"'
    return SheetError(Problem(lines + before.count(b"\n"), column, "", problem, hint))


def _survey(
    path: Path, required: Sequence[str]
) -> tuple[tuple[str, ...], tuple[int, ...], int]:
    """The header, the line where each name first stands, and how many rows follow."""
    kind = _kind(path)
    if kind == "parquet":
        file = _parquet(path)
        names = tuple(file.schema_arrow.names)
        return names, (1,) * len(names), int(file.metadata.num_rows)
    with _text(path) as text:
        if kind == "json":
            return _survey_json(text)
        found = records(text, _delimiter(path))
        first = next(found, None)
        if first is None:
            hint = f"start with {','.join(required)}"
            raise SheetError(Problem(1, 1, "", "is empty", hint))
        count = sum(1 for row in found if any(map(str.strip, row.cells)))
        return first.cells, (1,) * len(first.cells), count


def _survey_json(text: IO[str]) -> tuple[tuple[str, ...], tuple[int, ...], int]:
    first: dict[str, int] = {}
    count = 0
    for line, raw in enumerate(text, 1):
        if raw.strip():
            count += 1
            for name in members_of(line, raw):
                first.setdefault(name, line)
    return tuple(first), tuple(first.values()), count


def _rows(path: Path, header: Sequence[str]) -> Iterator[SheetRow]:
    kind = _kind(path)
    if kind == "parquet":
        yield from _parquet_rows(path)
        return
    with _text(path) as text:
        if kind == "json":
            for line, raw in enumerate(text, 1):
                if raw.strip():
                    members = members_of(line, raw)
                    yield SheetRow(line, tuple(members.get(n, "") for n in header))
            return
        found = records(text, _delimiter(path))
        next(found)
        for row in found:
            if any(map(str.strip, row.cells)):
                yield row


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(CHUNK_BYTES)
    if start.startswith(PARQUET_MAGIC):
        return "parquet"
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    return "json" if text.startswith(b"{") else "csv"


def _text(path: Path) -> IO[str]:
    return path.open(encoding="utf-8-sig", newline="")


def _delimiter(path: Path) -> str:
    with _text(path) as text:
        return delimiter_of(text.readline())


def _parquet(path: Path) -> Any:
    try:
        from pyarrow import ArrowInvalid
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise SheetError(Problem(1, 1, "", NO_PYARROW)) from None
    try:
        return ParquetFile(path)
    except ArrowInvalid as wrong:
        said = f"is not readable as Parquet: {str(wrong).splitlines()[0]}"
        raise SheetError(Problem(1, 1, "", said, "write it again")) from None


def _parquet_rows(path: Path) -> Iterator[SheetRow]:
    """Row n stands as line n + 1, as if a header were above."""
    line = 1
    for batch in _parquet(path).iter_batches(batch_size=PARQUET_ROWS):
        columns = [column.to_pylist() for column in batch.columns]
        for values in zip(*columns, strict=True):
            line += 1
            yield SheetRow(line, tuple(map(_plain, values)))


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return json.dumps(value) if isinstance(value, bool) else str(value)
