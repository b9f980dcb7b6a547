"""What a simulation is given: orders in time, a stock to begin with, a network."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from allocation.order import Order
from inventory.errors import FieldViolation, InvalidField
from inventory.opening import OpeningStock
from router.money import Currency
from router.routing import UNASKED, Routing
from router.snapshot import Snapshot

ORDERS_MAX = 200_000
"""Outcomes of one run stay in memory, some three kilobytes an order and policy."""


@dataclass(frozen=True, slots=True)
class SimulatedOrder:
    """One checkout. `at` is aware; an abandoned one is held and never committed."""

    order_id: str
    at: datetime
    order: Order
    routing: Routing = UNASKED
    abandoned: bool = False

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"at of {self.order_id} must be aware of its time zone")


@dataclass(frozen=True, slots=True)
class CellChange:
    """What came to a cell or left it, apart from orders."""

    sku: str
    node_id: str
    delta_on_hand: int
    delta_safety_stock: int = 0


@dataclass(frozen=True, slots=True)
class StockChange:
    """Cells that changed at one instant while the orders came in, each once."""

    at: datetime
    cells: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """The world that every policy meets.

    `decisions_of`: orders whose decisions are written down, to be explained or replayed
    like those of real holds; it costs a fifth more time for them.
    """

    snapshot: Snapshot
    opening: OpeningStock
    changes: tuple[StockChange, ...] = ()
    currency: Currency = field(default_factory=Currency)
    decisions_of: frozenset[str] = frozenset()


def in_order(orders: Iterable[SimulatedOrder]) -> list[SimulatedOrder]:
    """The orders by time, those of one instant as they were given.

    Raises:
        InvalidField: an id is used twice, or there are too many.
    """
    given = list(orders)
    if len(given) > ORDERS_MAX:
        problem = f"has {len(given):,} entries"
        raise InvalidField(
            [FieldViolation("orders", problem, f"simulate at most {ORDERS_MAX:,}")]
        )
    seen: set[str] = set()
    for index, order in enumerate(given):
        if order.order_id in seen:
            path = f"orders[{index}].order_id"
            raise InvalidField(
                [FieldViolation(path, "is used twice", "give each order its own id")]
            )
        seen.add(order.order_id)
    return sorted(given, key=lambda order: order.at)
