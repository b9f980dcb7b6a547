"""Which columns each import has, and how a row of cells becomes a value of the SDK.

The columns are the fields of the API in snake case. Money is a decimal string in the
row's `currency` (default USD), or whole minor units in a column that ends in `_cents`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from shipfrom._money import Money, exponent_of
from shipfrom._stock_values import Item, Lane, Node, StockCount, StockDelta
from shipfrom.cli import cells
from shipfrom.cli.cells import Read, WrongCell
from shipfrom.cli.sheet import ERROR_PREFIX, Problem, Sheet, SheetRow

CENTS = "_cents"
US_ZIP_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of file."""

    make: Callable[..., Any]
    columns: Mapping[str, Read]
    required: tuple[str, ...]
    money: tuple[str, ...] = ()

    @property
    def readers(self) -> Mapping[str, Read]:
        """Every column with what reads its cells."""
        if not self.money:
            return self.columns
        cents: dict[str, Read] = {name + CENTS: cells.whole for name in self.money}
        decimals: dict[str, Read] = dict.fromkeys(self.money, cells.amount)
        return {**self.columns, **decimals, **cents, "currency": cells.currency}


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One row of a file of orders: a line with all that its order says."""

    order_id: str
    sku: str
    quantity: int
    postal_code: str
    region_code: str = "US"
    service: str = ""
    channel: str = ""
    created_time: str = ""
    unit_price: str = ""
    customer_ref: str = ""


ALSO = {
    "node": "node_id",
    "name": "display_name",
    "lat": "latitude",
    "lon": "longitude",
    "lng": "longitude",
    "country": "region_code",
}

LAYOUTS: Mapping[str, Layout] = {
    "stock": Layout(
        StockCount,
        {
            "sku": cells.identifier,
            "node_id": cells.identifier,
            "on_hand": cells.whole,
            "safety_stock": cells.whole,
            "as_of": cells.moment,
        },
        ("sku", "node_id", "on_hand"),
    ),
    "deltas": Layout(
        StockDelta,
        {
            "sku": cells.identifier,
            "node_id": cells.identifier,
            "delta": cells.whole,
            "document_id": cells.identifier,
        },
        ("sku", "node_id", "delta"),
    ),
    "orders": Layout(
        OrderLine,
        {
            "order_id": cells.identifier,
            "sku": cells.identifier,
            "quantity": cells.whole,
            "postal_code": cells.text,
            "region_code": cells.text,
            "service": cells.text,
            "channel": cells.text,
            "customer_ref": cells.text,
            # The shop's own; nothing here is decided by them.
            **dict.fromkeys(("created_time", "unit_price"), cells.text),
        },
        ("order_id", "sku", "quantity", "postal_code"),
    ),
    "nodes": Layout(
        Node,
        {
            "node_id": cells.identifier,
            "kind": cells.text,
            "display_name": cells.text,
            "latitude": cells.degrees,
            "longitude": cells.degrees,
            "postal_code": cells.text,
            "region_code": cells.text,
            "time_zone": cells.text,
            "cut_off": cells.clock,
            "open_from": cells.clock,
            "open_until": cells.clock,
            "ship_weekdays": cells.weekdays,
            "closed_dates": cells.days,
            "handling_days": cells.whole,
            "priority": cells.whole,
            "tags": cells.tags,
            "disabled": cells.flag,
            "orders_per_day": cells.whole,
            "slots": cells.slots,
        },
        ("node_id",),
        ("parcel_handling", "line_handling", "unit_handling"),
    ),
    "items": Layout(
        Item,
        {
            "sku": cells.identifier,
            "display_name": cells.text,
            "weight_g": cells.whole,
            "volume_cm3": cells.whole,
            "tags": cells.tags,
            "components": cells.components,
            "kept_together": cells.flag,
            "substitutes": cells.tags,
        },
        ("sku",),
        ("value",),
    ),
    "lanes": Layout(
        Lane,
        {
            "lane_id": cells.identifier,
            "node_id": cells.identifier,
            "service": cells.text,
            "zone": cells.whole,
            "distance_km_max": cells.whole,
            "step_g": cells.whole,
            "transit_days": cells.whole,
            "fuel_bps": cells.whole,
            "volume_divisor": cells.whole,
        },
        ("lane_id", "service", "zone"),
        ("base", "step", "residential"),
    ),
}


@dataclass(slots=True)
class Reading:
    """What came of a sheet: good rows with their lines, problems, warnings."""

    rows: list[Any] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_rows(sheet: Sheet, layout: Layout) -> Reading:
    """Every row of a sheet, as a value or as its problems."""
    found = Reading(warnings=list(sheet.warnings))
    for row in sheet.rows:
        value = read_row(row, sheet.columns, layout, found)
        if value is not None:
            found.rows.append(value)
            found.lines.append(row.line)
    return found


def read_row(
    row: SheetRow, columns: Sequence[str], layout: Layout, found: Reading
) -> Any | None:
    """The value of a row; None where its problems are in `found`."""
    values, problems = _read_row(row, columns, layout.readers)
    if not problems:
        problems += _absent(row, columns, values, layout.required)
    if not problems and layout.money:
        problems += _money(row, columns, values, layout.money)
    if problems:
        found.problems += problems
        return None
    found.warnings += _mend_zip(row, values)
    try:
        return layout.make(**values)
    except ValueError as wrong:
        found.problems.append(Problem(row.line, 1, "", str(wrong)))
        return None


def _read_row(
    row: SheetRow, columns: Sequence[str], readers: Mapping[str, Read]
) -> tuple[dict[str, object], list[Problem]]:
    width = len(columns)
    if len(row.cells) > width:
        many = f"has {len(row.cells)} cells, the header {width}"
        hint = "put a value that contains the separator in quotes"
        return {}, [Problem(row.line, width + 1, "", many, hint)]
    values: dict[str, object] = {}
    problems = []
    for column, (name, raw) in enumerate(zip(columns, row.cells, strict=False), 1):
        cell = raw.strip()
        if not cell or name.startswith(ERROR_PREFIX) or name not in readers:
            continue
        try:
            values[name] = readers[name](cell)
        except WrongCell as wrong:
            problems.append(
                Problem(row.line, column, name, wrong.problem, wrong.suggestion)
            )
    return values, problems


def _absent(
    row: SheetRow,
    columns: Sequence[str],
    values: Mapping[str, object],
    required: Iterable[str],
) -> list[Problem]:
    return [
        Problem(row.line, columns.index(name) + 1, name, "is empty", "fill it in")
        for name in required
        if name not in values
    ]


def _money(
    row: SheetRow,
    columns: Sequence[str],
    values: dict[str, object],
    names: Iterable[str],
) -> list[Problem]:
    """Turn amounts and cents into Money in the row's currency."""
    currency = str(values.pop("currency", "USD"))
    problems = []
    for name in names:
        minor = values.pop(name + CENTS, None)
        if minor is not None:
            values[name] = Money(cast("int", minor), currency)
        elif name in values:
            try:
                values[name] = Money.parse(str(values[name]), currency)
            except ValueError as wrong:
                column = columns.index(name) + 1
                digits = exponent_of(currency)
                hint = f"{currency} has {digits} decimals"
                problems.append(Problem(row.line, column, name, str(wrong), hint))
    return problems


def _mend_zip(row: SheetRow, values: dict[str, object]) -> list[str]:
    """Spreadsheets drop the zeros that a ZIP code starts with: put them back, aloud."""
    code = str(values.get("postal_code", ""))
    american = values.get("region_code", "US") == "US"
    if not (american and code.isdigit() and 3 <= len(code) < US_ZIP_DIGITS):
        return []
    values["postal_code"] = code.zfill(US_ZIP_DIGITS)
    return [f"line {row.line}: ZIP code {code} read as {values['postal_code']}"]
