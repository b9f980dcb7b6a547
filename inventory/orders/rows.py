"""An order in a batch's private copy: its rows as they were read, and as they are now.

The rows are mutable on purpose, like those of the cells; what differs from what was
read is written. `read` is the row as it came from SQL, None for one of this batch.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, Self

from inventory.bulk import Row
from inventory.orders.states import order_state
from inventory.reserved import BACKORDER, is_backorder, is_wide_quota, kept_sku


def columns(row: type[Any]) -> tuple[str, ...]:
    """The names of the fields that are stored."""
    return tuple(f.name for f in fields(row) if f.name != "read")


class _Readers(dict[Any, Callable[[object], Row]]):
    """Read all columns at once: a commit does it for every row that it writes."""

    def __missing__(self, row: type[Any]) -> Callable[[object], Row]:
        self[row] = attrgetter(*columns(row))
        return self[row]


_READERS = _Readers()


@dataclass(slots=True, eq=False)
class Kept:
    """A row that knows what it was. Its fields are the table's columns."""

    read: Row | None = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, row: Row) -> Self:
        """The row as it came from SQL."""
        made = cls(*row)
        made.read = row
        return made

    def values(self) -> Row:
        """The columns as they are now."""
        return _READERS[type(self)](self)

    def guarded(self, *keys: str) -> Row:
        """The keys as they were read, then every column but the primary key's."""
        assert self.read is not None, "a new row is inserted"
        names = columns(type(self))
        was = dict(zip(names, self.read, strict=True))
        kept = [name for name in keys if name != "ver"]
        rest = [getattr(self, name) for name in names if name not in kept]
        return (*(was[key] for key in keys), *rest)

    @property
    def is_changed(self) -> bool:
        """Whether it differs from what was read."""
        return self.values() != self.read


@dataclass(slots=True, eq=False)
class OrderRow(Kept):
    """A committed hold."""

    order_id: str
    owner: str
    hold_id: str
    state: str
    created_at_us: int
    customer_ref: str = ""
    payment: str = "NONE"
    gate: str = ""
    priority: int = 0
    assignee: str = ""
    reroutes: int = 0
    decisions: int = 0
    shipments: int = 0
    ver: int = 0
    changed_at_us: int = 0


@dataclass(slots=True, eq=False)
class OrderLineRow(Kept):
    """Units of one SKU of the order; `unrouted` have no node at present."""

    order_id: str
    line_no: int
    sku: str
    ordered: int
    cancelled: int = 0
    unrouted: int = 0


@dataclass(slots=True, eq=False)
class AllocationRow(Kept):
    """Units of a line at a node; line 0 is a claim of the node's day."""

    allocation_id: str
    order_id: str
    line_no: int
    shipment_id: str
    sku: str
    node: str
    qty: int
    state: str = "ALLOCATED"


@dataclass(slots=True, eq=False)
class ShipmentRow(Kept):
    """Units that leave one node together.

    `to_node` is set once they left for a store; there, of what came by a transfer, it
    is the store itself. `ship_by_us` is when the plan says that they must leave,
    however many steps they take until then.
    """

    shipment_id: str
    order_id: str
    node: str
    state: str = "ALLOCATED"
    decision_no: int = 0
    plan_no: int = 0
    due_us: int = 0
    code: str = ""
    guesses: int = 0
    carrier: str = ""
    tracking: str = ""
    changed_at_us: int = 0
    to_node: str = ""
    ship_by_us: int = 0


@dataclass(slots=True, eq=False)
class OfferRow(Kept):
    """A shipment offered to a node: OPEN, then WON by one, LOST by the others."""

    shipment_id: str
    node: str
    state: str
    at_us: int


@dataclass(slots=True, eq=False)
class ReturnRow(Kept):
    """Goods on their way back to a node."""

    return_id: str
    order_id: str
    node: str
    state: str
    created_at_us: int
    changed_at_us: int


@dataclass(slots=True, eq=False)
class ReturnLineRow(Kept):
    """Units of one SKU of a return."""

    return_id: str
    line_no: int
    sku: str
    qty: int
    reason: str
    received: int = 0
    condition: str = ""
    disposition: str = ""


@dataclass(slots=True)
class OrderBook:
    """One order with all its rows."""

    order: OrderRow
    lines: dict[int, OrderLineRow] = field(default_factory=dict)
    allocations: dict[str, AllocationRow] = field(default_factory=dict)
    shipments: dict[str, ShipmentRow] = field(default_factory=dict)
    offers: dict[str, dict[str, OfferRow]] = field(default_factory=dict)
    """Of each shipment, by node."""
    payments: set[str] = field(default_factory=set)
    returns: dict[str, ReturnRow] = field(default_factory=dict)
    return_lines: dict[tuple[str, str], ReturnLineRow] = field(default_factory=dict)
    """By return and SKU."""

    def rows(self) -> Iterator[Kept]:
        """All of it but the order itself."""
        yield from self.lines.values()
        yield from self.allocations.values()
        yield from self.shipments.values()
        for offers in self.offers.values():
            yield from offers.values()
        yield from self.returns.values()
        yield from self.return_lines.values()

    def line(self, sku: str) -> OrderLineRow | None:
        """The line of a SKU: an order names each once."""
        return next((line for line in self.lines.values() if line.sku == sku), None)

    def of_shipment(self, shipment_id: str, *states: str) -> Iterator[AllocationRow]:
        """The units of a shipment in these states, without claims of a day."""
        for row in self.allocations.values():
            if row.shipment_id == shipment_id and row.state in states and row.line_no:
                yield row

    def in_transit(self) -> set[str]:
        """Shipments on their way to a store."""
        return {
            name for name, row in self.shipments.items() if row.state == "IN_TRANSIT"
        }

    def open_units(self) -> Iterator[AllocationRow]:
        """Everything of it that cells count as allocated."""
        for row in self.allocations.values():
            if row.state in ("ALLOCATED", "PICKED"):
                yield row

    @property
    def waiting(self) -> int:
        """Units that have no node."""
        return sum(line.unrouted for line in self.lines.values())

    def room_claims(self) -> dict[str, list[AllocationRow]]:
        """What its units that wait claim of backorder limits, by SKU."""
        found: dict[str, list[AllocationRow]] = {}
        for row in self.open_units():
            if is_backorder(row.sku):
                found.setdefault(row.sku.removeprefix(BACKORDER), []).append(row)
        return found

    def wide_claims(self) -> dict[str, list[AllocationRow]]:
        """What it claims of units that several nodes keep together, by SKU."""
        found: dict[str, list[AllocationRow]] = {}
        for row in self.open_units():
            if is_wide_quota(row.sku):
                found.setdefault(kept_sku(row.sku), []).append(row)
        return found

    def settle_state(self) -> bool:
        """Bring the state in line with shipments and lines; whether it changed."""
        lines = self.lines.values()
        state = order_state(
            payment=self.order.payment,
            gate=self.order.gate,
            units=sum(line.ordered - line.cancelled for line in lines),
            waiting=self.waiting,
            shipments=[s.state for s in self.shipments.values()],
        )
        was, self.order.state = self.order.state, state
        return was != state

    def add_allocation(self, **fields: Any) -> AllocationRow:
        """A new row under the next number."""
        number = len(self.allocations) + 1
        order_id = self.order.order_id
        row = AllocationRow(f"{order_id}#{number}", order_id, **fields)
        self.allocations[row.allocation_id] = row
        return row

    def split(self, row: AllocationRow, units: int) -> AllocationRow:
        """Take units out of a row: the part, which is the row itself if it is all."""
        assert 0 < units <= row.qty, "a part is no larger than the whole"
        if units == row.qty:
            return row
        row.qty -= units
        return self.add_allocation(
            line_no=row.line_no,
            shipment_id=row.shipment_id,
            sku=row.sku,
            node=row.node,
            qty=units,
            state=row.state,
        )


def shipment_id(order_id: str, number: int) -> str:
    """The id of an order's n-th shipment."""
    return f"{order_id}:{number}"


def number_of(name: str) -> int:
    """Which of its order's shipments it is, from 1."""
    return int(name.rpartition(":")[2])


def order_of_shipment(name: str) -> str:
    """The order that a shipment's id names."""
    return name.rpartition(":")[0]
