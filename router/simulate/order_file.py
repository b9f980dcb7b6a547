"""Orders from a file, one JSON object a line; bad lines are named, good ones are taken.

    {"order_id": "1001", "time": "2026-11-20T09:30:00-05:00", "postal_code": "10001",
     "lines": [{"sku": "85123A", "quantity": 2}]}

`region_code`, `residential`, `location`, `routing` and `facts` are what a quote has by
these names; `"abandoned": true` is a checkout that is held and never bought. Each row
is checked as a quote would be, so an order that the API refuses is no order here.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inventory.errors import FieldViolation, InvalidField, Refusal
from inventory.instants import EPOCH
from router.rpc.strict_json import parse
from router.simulate.orders import ORDERS_MAX, SimulatedOrder
from router.snapshot import Snapshot
from router.validate import Violations, identifier, nearest
from router.wishes import WishReader
from shipfrom.v1 import checkout_service_pb2 as pb

DESTINATION = ("postal_code", "region_code", "residential", "location")
ASKED = ("lines", "routing", "facts")
OURS = ("order_id", "time", "abandoned", *ASKED, *DESTINATION)
REJECTED_MAX = 100
"""Rejected fields that are named; further ones are counted."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """One wrong field of one line."""

    file: str
    line: int
    field: str
    problem: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class OrderFile:
    """The orders of a file in their order, how many lines were rejected, and why."""

    orders: tuple[SimulatedOrder, ...]
    rejected_lines: int
    rejected: tuple[Rejected, ...]


def read_orders(
    lines: Iterable[bytes], *, file: str, reader: WishReader, snapshot: Snapshot
) -> OrderFile:
    """Read a file of orders; `file` is its name in rejections."""
    orders: list[SimulatedOrder] = []
    rejected: list[Rejected] = []
    seen: dict[str, int] = {}
    bad = 0
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            order = _order(raw, reader, snapshot)
            _once(order.order_id, number, seen)
        except Refusal as no:
            bad += 1
            rejected += _named(no, file, number) if len(rejected) < REJECTED_MAX else []
            continue
        if len(orders) >= ORDERS_MAX:
            raise _refused("file", f"holds more than {ORDERS_MAX:,} orders", "split it")
        orders.append(order)
    return OrderFile(tuple(orders), bad, tuple(rejected[:REJECTED_MAX]))


def _order(raw: bytes, reader: WishReader, snapshot: Snapshot) -> SimulatedOrder:
    row = _row(raw)
    found = Violations()
    order_id = identifier(_text(row, "order_id", found), "order_id", found)
    at = _instant(_text(row, "time", found), found)
    abandoned = row.get("abandoned", False)
    if not isinstance(abandoned, bool):
        found.add("abandoned", "is not true or false", "leave it out for an order")
    request = parse(pb.QuoteRequest, json.dumps(_quote(row)).encode())
    # A row without a time is out; only its days cannot be judged any more.
    now = at or EPOCH
    order, routing = reader.unmet(request, found, snapshot=snapshot, now=now)
    for index, line in enumerate(order.lines):
        if line.sku not in snapshot.items:
            known = nearest(line.sku, snapshot.skus) or "write its item first"
            found.add(f"lines[{index}].sku", "is an unknown SKU", known)
    found.check()
    assert at is not None
    return SimulatedOrder(order_id, at, order, routing, abandoned)


def _row(raw: bytes) -> dict[str, Any]:
    try:
        row = json.loads(raw)
    except ValueError as wrong:
        problem = f"is not valid JSON: {wrong}"
        raise _refused("line", problem, "write one object a line") from None
    if not isinstance(row, dict):
        raise _refused("line", "is not a JSON object", "write one object a line")
    found = Violations()
    for name in row:
        if name not in OURS:
            hint = nearest(name, sorted(OURS)) or f"use {', '.join(OURS)}"
            found.add(name, "is no field of an order", hint)
    found.check()
    return row


def _quote(row: dict[str, Any]) -> dict[str, Any]:
    """The row as the body of a quote."""
    request = {name: row[name] for name in ASKED if name in row}
    return request | {"ship_to": {n: row[n] for n in DESTINATION if n in row}}


def _text(row: dict[str, Any], name: str, found: Violations) -> str:
    value = row.get(name, "")
    if isinstance(value, str):
        return value
    found.add(name, "is not a text", "write it in quotes")
    return ""


def _instant(value: str, found: Violations) -> datetime | None:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        problem = "has no time zone" if at else "is no time"
        found.add("time", problem, "write it like 2026-11-20T09:30:00-05:00")
        return None
    return at


def _once(order_id: str, line: int, seen: dict[str, int]) -> None:
    first = seen.setdefault(order_id, line)
    if first != line:
        problem = f"is the order of line {first} already"
        raise _refused("order_id", problem, "give each order its own id")


def _named(no: Refusal, file: str, line: int) -> Iterator[Rejected]:
    violations = getattr(no, "violations", ())
    for wrong in violations or (FieldViolation("line", no.message, no.next_step),):
        # A quote has them below ship_to, a row at its top.
        field = wrong.field.removeprefix("ship_to.").replace("ship_to", "postal_code")
        yield Rejected(file, line, field, wrong.problem, wrong.suggestion)


def _refused(field: str, problem: str, suggestion: str) -> InvalidField:
    return InvalidField([FieldViolation(field, problem, suggestion)])
