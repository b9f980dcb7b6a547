"""Files of orders that another system took, placed one after the other.

CSV has a row for each line of an order; JSON is orders of our own form or of Shopify's
webhook orders/create: one a line, a list, or one alone. A file may be imported twice:
each order is placed once.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer

from shipfrom._incoming import (
    FailedOrder,
    IncomingOrder,
    WrongOrder,
    json_order,
    shopify_order,
)
from shipfrom._wishes import Destination, Line
from shipfrom.cli import options
from shipfrom.cli.columns import OrderLine, read_row
from shipfrom.cli.problems import CliError
from shipfrom.cli.sheet import SheetRow
from shipfrom.cli.show import put_json, put_text, say
from shipfrom.cli.stock_files import StockFile
from shipfrom.cli.telling import PROBLEMS_SHOWN_MAX, progress_of

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="CSV, JSON or JSON lines, UTF-8.")
]


def orders(
    file: File,
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Place orders of another system: our columns or JSON, or Shopify's orders/create.

    Every order is held and committed under ids made of its own, so that a file may be
    imported twice.
    """
    reading = _read(file)
    with (
        options.connect(address) as client,
        progress_of(file.name, reading.count, quiet) as progress,
    ):
        report = client.import_orders(reading.orders(), progress=progress)
    failed = [*reading.wrong, *report.failed]
    refused = len({one.order_id for one in failed})
    if json:
        put_json({"placed": report.placed, "refused": refused, "problems": failed})
    else:
        words = "order" if report.placed == 1 else "orders"
        put_text(f"{report.placed:,} {words} placed, {refused:,} refused")
    if failed:
        _say_failed(file, failed, quiet)
        raise typer.Exit(1)


def _say_failed(file: Path, failed: list[FailedOrder], quiet: bool) -> None:
    if quiet:
        return
    for one in failed[:PROBLEMS_SHOWN_MAX]:
        hint = f"; {one.suggestion}" if one.suggestion else ""
        say(f"{file}: order {one.order_id}: {one.field}: {one.problem}{hint}")
    if len(failed) > PROBLEMS_SHOWN_MAX:
        say(f"... and {len(failed) - PROBLEMS_SHOWN_MAX:,} more")
    say(f"Next: mend these, then shipfrom import orders {file}; no order goes in twice")


@dataclass(slots=True)
class _Orders:
    """The orders of a file as they are read, and those that cannot be."""

    count: int
    found: Iterable[IncomingOrder | FailedOrder]
    wrong: list[FailedOrder] = field(default_factory=list)

    def orders(self) -> Iterator[IncomingOrder]:
        """The good ones."""
        for one in self.found:
            if isinstance(one, IncomingOrder):
                yield one
            else:
                self.wrong.append(one)


def _read(file: Path) -> _Orders:
    try:
        start = file.read_bytes()[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError as missing:
        said = f"{file}: {missing.strerror}"
        raise CliError(said, next_step="check the file's name") from None
    if start.startswith((b"{", b"[")):
        payloads = _payloads(file)
        return _Orders(len(payloads), map(_mapped, payloads))
    table = StockFile.open(file, "orders", {})
    return _Orders(table.table.count, list(_grouped(table)))


def _payloads(file: Path) -> list[Any]:
    """The payloads of a JSON document, of a list in it, or of JSON lines."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _no_json(file, 1) from None
    try:
        whole = json.loads(text)
    except ValueError:
        return list(_json_lines(file, text))
    if isinstance(whole, Mapping) and isinstance(whole.get("orders"), list):
        whole = whole["orders"]
    return whole if isinstance(whole, list) else [whole]


def _json_lines(file: Path, text: str) -> Iterator[Any]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError:
                raise _no_json(file, number) from None


def _no_json(file: Path, line: int) -> CliError:
    return CliError(
        f"{file}:{line}:1 is no JSON object",
        next_step="write one object a line, or one list of them",
    )


def _mapped(payload: Any) -> IncomingOrder | FailedOrder:
    try:
        if not isinstance(payload, Mapping):
            raise WrongOrder("without id", "order", "is no object", "write {...}")
        if "line_items" in payload:
            return shopify_order(payload)
        return json_order(payload)
    except WrongOrder as wrong:
        return FailedOrder(wrong.order_id, wrong.path, wrong.problem, wrong.suggestion)


def _grouped(file: StockFile) -> Iterator[IncomingOrder | FailedOrder]:
    """Orders of rows that stand together; one with a wrong row is left out whole."""
    at = file.table.columns.index("order_id")

    def name_of(row: SheetRow) -> str:
        return row.cells[at].strip() if at < len(row.cells) else ""

    groups = Counter(name for name, _ in groupby(file.table.rows(), name_of))
    for name, rows in groupby(file.table.rows(), name_of):
        if groups[name] > 1:
            said = "its rows do not stand together"
            yield FailedOrder(name, "order_id", said, "sort the file by order")
            continue
        yield from _order_of(name, list(rows), file)


def _order_of(
    name: str, rows: list[SheetRow], file: StockFile
) -> Iterator[IncomingOrder | FailedOrder]:
    reading = file.reading
    before = len(reading.problems)
    values = [read_row(row, file.table.columns, file.layout, reading) for row in rows]
    for wrong in reading.problems[before:]:
        said = f"{wrong.problem} (line {wrong.line})"
        yield FailedOrder(name or "without id", wrong.field, said, wrong.suggestion)
    lines: list[OrderLine] = [value for value in values if value is not None]
    if len(lines) < len(rows):
        return
    first = lines[0]
    for line in lines:
        if (line.postal_code, line.service) != (first.postal_code, first.service):
            said = "differs between the rows of the order"
            yield FailedOrder(name, "postal_code", said, "write the same in each row")
            return
    yield IncomingOrder(
        order_id=first.order_id,
        lines=tuple(Line(line.sku, line.quantity) for line in lines),
        ship_to=Destination(first.postal_code, first.region_code or "US"),
        service=first.service,
        channel=first.channel,
        customer_ref=first.customer_ref,
    )
