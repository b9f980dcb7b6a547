"""Which columns each import has, and how a row of cells becomes a value of the SDK.

The columns are the fields of the API in snake case. Money is a decimal string in the
row's `currency` (default USD), or whole minor units in a column that ends in `_cents`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from shipfrom._imports import Kind, Row
from shipfrom._money import Money, exponent_of
from shipfrom._stock_values import Item, Lane, Node, StockCount
from shipfrom.cli import cells
from shipfrom.cli.cells import Read, WrongCell
from shipfrom.cli.sheet import ERROR_PREFIX, Problem, Sheet, SheetRow

CENTS = "_cents"
US_ZIP_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of file."""

    make: Callable[..., Row]
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


ALSO = {
    "node": "node_id",
    "name": "display_name",
    "lat": "latitude",
    "lon": "longitude",
    "lng": "longitude",
    "country": "region_code",
}

LAYOUTS: Mapping[Kind, Layout] = {
    "stock": Layout(
        StockCount,
        {
            "sku": cells.identifier,
            "node_id": cells.identifier,
            "on_hand": cells.whole,
            "safety_stock": cells.whole,
        },
        ("sku", "node_id", "on_hand"),
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

    rows: list[Row] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_rows(sheet: Sheet, layout: Layout) -> Reading:
    """Every row of a sheet, as a value or as its problems."""
    found = Reading(warnings=list(sheet.warnings))
    readers = layout.readers
    for row in sheet.rows:
        values, problems = _read_row(row, sheet, readers)
        problems += _absent(row, sheet, values, layout.required) if not problems else []
        if not problems:
            problems += _money(row, sheet, values, layout.money)
        if problems:
            found.problems += problems
            continue
        found.warnings += _mend_zip(row, values)
        try:
            found.rows.append(layout.make(**values))
            found.lines.append(row.line)
        except ValueError as wrong:
            found.problems.append(Problem(row.line, 1, "", str(wrong)))
    return found


def _read_row(
    row: SheetRow, sheet: Sheet, readers: Mapping[str, Read]
) -> tuple[dict[str, object], list[Problem]]:
    width = len(sheet.columns)
    if len(row.cells) > width:
        many = f"has {len(row.cells)} cells, the header {width}"
        hint = "put a value that contains the separator in quotes"
        return {}, [Problem(row.line, width + 1, "", many, hint)]
    values: dict[str, object] = {}
    problems = []
    for column, (name, raw) in enumerate(
        zip(sheet.columns, row.cells, strict=False), 1
    ):
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
    row: SheetRow, sheet: Sheet, values: Mapping[str, object], required: Iterable[str]
) -> list[Problem]:
    return [
        Problem(row.line, sheet.columns.index(name) + 1, name, "is empty", "fill it in")
        for name in required
        if name not in values
    ]


def _money(
    row: SheetRow, sheet: Sheet, values: dict[str, object], names: Iterable[str]
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
                column = sheet.columns.index(name) + 1
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
