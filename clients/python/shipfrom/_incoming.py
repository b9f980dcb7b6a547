"""Orders that another system took: read from its payloads, placed once each.

A mapper is pure and refuses what it cannot read by the payload's own field. The ids of
hold and commit are derived from the order's, so that a file may be imported twice.
"""

import hashlib
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shipfrom import _order_requests, _requests
from shipfrom._core import Call
from shipfrom._errors import (
    DeadlineTooShort,
    HoldExpired,
    HoldReleased,
    InvalidField,
    Overloaded,
    Refusal,
)
from shipfrom._order_values import Order
from shipfrom._values import HoldAnswer
from shipfrom._wishes import Destination, Line, OrderFacts, Routing

TTL = timedelta(minutes=5)
# A hold that ended before its commit has used its ids up.
ATTEMPTS = 3
TAGS_MAX = 16
_NOT_OF_AN_ID = re.compile(r"[^A-Za-z0-9._:-]+")


class WrongOrder(ValueError):
    """A payload that cannot be read as an order: which field, and what to do."""

    def __init__(
        self, order_id: str, path: str, problem: str, suggestion: str = ""
    ) -> None:
        super().__init__(f"order {order_id}: {path}: {problem}")
        self.order_id = order_id
        self.path = path
        self.problem = problem
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class IncomingOrder:
    """An order as it came in; `order_ref` is what people call it."""

    order_id: str
    lines: tuple[Line, ...]
    ship_to: Destination
    service: str = ""
    channel: str = ""
    tags: tuple[str, ...] = ()
    order_ref: str = ""
    customer_ref: str = ""


@dataclass(frozen=True, slots=True)
class FailedOrder:
    """An order that was not placed, and what is wrong with which field."""

    order_id: str
    field: str
    problem: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class OrdersReport:
    """What became of incoming orders; `placed` ones may have been placed before."""

    placed: int
    failed: tuple[FailedOrder, ...]


def json_order(payload: Mapping[str, Any]) -> IncomingOrder:
    """An order of our own form: order_id, lines of sku and quantity, ship_to of
    postal_code and region_code. Raises WrongOrder."""
    reading = _Reading(payload, str(payload.get("order_id", "")))
    place = reading.one("ship_to")
    return IncomingOrder(
        order_id=reading.text("order_id"),
        lines=tuple(reading.lines("lines", payload.get("lines"))),
        ship_to=Destination(
            postal_code=reading.inner("ship_to", place, "postal_code"),
            region_code=str(place.get("region_code") or "US"),
            residential=place.get("residential") is True,
        ),
        service=str(payload.get("service") or ""),
        channel=str(payload.get("channel") or ""),
        tags=tuple(map(str, payload.get("tags") or ())),
        order_ref=str(payload.get("order_ref") or ""),
        customer_ref=str(payload.get("customer_ref") or ""),
    )


def shopify_order(payload: Mapping[str, Any]) -> IncomingOrder:
    """An order as Shopify's webhook orders/create sends it. Raises WrongOrder.

    Lines that need no shipping are left out. Tags become ids: what an id may not have
    becomes a dash.
    """
    name = str(payload.get("name") or payload.get("id") or "")
    reading = _Reading(payload, name)
    for path, problem in (("cancelled_at", "is cancelled"), ("test", "is a test")):
        if payload.get(path):
            raise WrongOrder(name, path, problem, "leave the order out")
    shipped = [
        one
        for one in reading.many("line_items")
        if not (isinstance(one, Mapping) and one.get("requires_shipping") is False)
    ]
    place = reading.one("shipping_address")
    words = (word.strip() for word in str(payload.get("tags") or "").split(","))
    tags = (_NOT_OF_AN_ID.sub("-", word).strip("-") for word in words)
    return IncomingOrder(
        order_id=reading.text("id"),
        lines=tuple(reading.lines("line_items", shipped)),
        ship_to=Destination(
            postal_code=reading.inner("shipping_address", place, "zip"),
            region_code=reading.inner("shipping_address", place, "country_code"),
        ),
        channel=_NOT_OF_AN_ID.sub("-", str(payload.get("source_name") or "")),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag))[:TAGS_MAX],
        order_ref=name,
        customer_ref=str((payload.get("customer") or {}).get("id") or ""),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """One payload on its way to an order."""

    payload: Mapping[str, Any]
    name: str

    def wrong(self, path: str, problem: str, suggestion: str = "") -> WrongOrder:
        return WrongOrder(self.name or "without id", path, problem, suggestion)

    def text(self, path: str) -> str:
        found = self.payload.get(path)
        if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
            raise self.wrong(path, "is no id", "write a text or a whole number")
        return str(found)

    def one(self, path: str) -> Mapping[str, Any]:
        found = self.payload.get(path)
        if not isinstance(found, Mapping):
            hint = "an order without one cannot be routed"
            raise self.wrong(path, "is missing", hint)
        return found

    def many(self, path: str) -> Sequence[Any]:
        found = self.payload.get(path)
        if not isinstance(found, list):
            raise self.wrong(path, "is no list", "write the lines of the order")
        return found

    def inner(self, path: str, place: Mapping[str, Any], key: str) -> str:
        found = place.get(key)
        if not isinstance(found, str) or not found.strip():
            hint = "write it as a text, with its leading zeros"
            raise self.wrong(f"{path}.{key}", "is no text", hint)
        return found.strip()

    def lines(self, path: str, rows: Any) -> Iterator[Line]:
        if not isinstance(rows, list) or not rows:
            raise self.wrong(path, "has nothing that ships", "leave the order out")
        for index, row in enumerate(rows):
            sku, quantity = (
                (row.get("sku"), row.get("quantity"))
                if isinstance(row, Mapping)
                else (None, None)
            )
            if not isinstance(sku, str) or not sku.strip():
                hint = "give the item a SKU"
                raise self.wrong(f"{path}[{index}].sku", "is empty", hint)
            if isinstance(quantity, bool) or not isinstance(quantity, int):
                hint = "write whole units"
                raise self.wrong(f"{path}[{index}].quantity", "is no quantity", hint)
            yield Line(sku.strip(), quantity)


@dataclass(frozen=True, slots=True)
class Placing:
    """The two calls that place an order."""

    hold: Call[HoldAnswer]
    commit: Call[Order]


def placings(order: IncomingOrder) -> Iterator[Placing]:
    """How to place an order, and again where its hold ended before the commit."""
    facts = OrderFacts(channel=order.channel, tags=order.tags)
    routing = Routing(
        service=order.service, facts=facts if facts != OrderFacts() else None
    )
    for attempt in range(ATTEMPTS):
        hold_id = f"in-{_hash(order, 'hold', attempt)[:40]}"
        yield Placing(
            hold=_requests.hold(
                (order.lines, order.ship_to, routing),
                accept=None,
                ttl=TTL,
                hold_id=hold_id,
                order_ref=order.order_ref or order.order_id,
                request_id=_request_id(order, "hold request", attempt),
            ),
            commit=_order_requests.commit(
                hold_id,
                order_id=order.order_id,
                request_id=_request_id(order, "commit request", attempt),
                customer_ref=order.customer_ref,
            ),
        )


def _hash(order: IncomingOrder, purpose: str, attempt: int) -> str:
    return hashlib.sha256(
        f"{purpose}\n{attempt}\n{order.order_id}".encode()
    ).hexdigest()


def _request_id(order: IncomingOrder, purpose: str, attempt: int) -> str:
    """A UUID4 in form, the same for the same order."""
    raw = bytes.fromhex(_hash(order, purpose, attempt)[:32])
    return str(uuid.UUID(bytes=raw, version=4))


@dataclass(slots=True)
class OrderTally:
    """The report of an import of orders that is still running."""

    placed: int = 0
    failed: list[FailedOrder] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """Orders so far."""
        return self.placed + len({one.order_id for one in self.failed})

    def refuse(self, order: IncomingOrder, no: Refusal) -> bool:
        """Note why an order was refused; whether other ids may still place it."""
        if isinstance(no, Overloaded | DeadlineTooShort):
            raise no
        if isinstance(no, HoldExpired | HoldReleased):
            return True
        if isinstance(no, InvalidField) and no.violations:
            for one in no.violations:
                self._fail(order, one.field, one.problem, one.suggestion)
        else:
            self._fail(order, no.reason, no.message, no.next_step)
        return False

    def give_up(self, order: IncomingOrder) -> None:
        """Every attempt met a hold that was over."""
        hint = "place the order under another id"
        self._fail(order, "order_id", "its holds ended before their commit", hint)

    @property
    def report(self) -> OrdersReport:
        """What came of it so far."""
        return OrdersReport(self.placed, tuple(self.failed))

    def _fail(
        self, order: IncomingOrder, path: str, problem: str, suggestion: str
    ) -> None:
        self.failed.append(FailedOrder(order.order_id, path, problem, suggestion))
