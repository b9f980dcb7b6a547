"""A batch's private copy of the ledger: what was read, and what the batch changes.

The rows are mutable on purpose: each operation works on the state that its predecessors
in the batch left. Nothing here knows SQL; a copy that is not written had no effect.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from inventory.bulk import Row
from inventory.errors import FreshCell
from inventory.feeds.rows import FeedBooks
from inventory.operations import Answer, Cell, HoldState
from inventory.orders.rows import OrderBook, OrderRow
from inventory.supply_rows import IncomingRow

CellKey = tuple[str, str]  # sku, node_id
HoldKey = tuple[str, str]  # owner, hold_id
AnswerKey = tuple[str, str, str]  # principal, method, request_id


class CellRow:
    """One cell; `read_ver` is the version that the write is guarded by."""

    __slots__ = (
        "allocated",
        "held",
        "node",
        "on_hand",
        "read_ver",
        "safety_stock",
        "short",
        "sku",
        "ver",
    )

    def __init__(
        self,
        sku: str,
        node: str,
        on_hand: int = 0,
        held: int = 0,
        allocated: int = 0,
        short: int = 0,
        safety_stock: int = 0,
        ver: int = 0,
    ) -> None:
        self.sku = sku
        self.node = node
        self.on_hand = on_hand
        self.held = held
        self.allocated = allocated
        self.short = short
        self.safety_stock = safety_stock
        self.ver = ver
        self.read_ver = ver

    @property
    def free(self) -> int:
        """Units that may be promised; negative where the books promise too many."""
        return self.on_hand - self.held - self.allocated - self.safety_stock

    def value(self) -> Cell:
        return Cell(
            sku=self.sku,
            node_id=self.node,
            on_hand=self.on_hand,
            held=self.held,
            allocated=self.allocated,
            short=self.short,
            safety_stock=self.safety_stock,
            version=self.ver,
        )


class LineRow(NamedTuple):
    """Units of one cell under a hold."""

    sku: str
    node: str
    qty: int
    shipment_no: int
    ship_by_us: int = 0


@dataclass(slots=True)
class HoldRow:
    """One hold; `read_state` None marks a hold that this batch makes."""

    owner: str
    hold_id: str
    state: HoldState
    request_hash: str
    order_ref: str
    created_at_us: int
    expires_at_us: int
    settled_at_us: int | None
    settled_by: str | None
    settle_op: str | None
    lines: tuple[LineRow, ...]
    decision: bytes
    gate: str = ""
    priority: int = 0
    read_state: HoldState | None = None


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a request id was answered; `text` None while it is of this batch."""

    request_hash: str
    text: str | None
    answer: Answer | None = None


class Change(NamedTuple):
    """A cell's place among the view's entries after a commit."""

    sku: str
    node: str
    version: int
    available: int


@dataclass(slots=True)
class Effects:
    """Rows to insert, in the order in which they were decided."""

    entries: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    order_lines: list[Row] = field(default_factory=list)
    allocations: list[Row] = field(default_factory=list)
    shipments: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)
    outcomes: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Books:
    """Everything that a batch read, and its effects so far."""

    generation: int
    now_us: int
    cells: dict[CellKey, CellRow] = field(default_factory=dict)
    holds: dict[HoldKey, HoldRow] = field(default_factory=dict)
    orders: dict[str, OrderRow] = field(default_factory=dict)
    order_of: dict[HoldKey, OrderRow] = field(default_factory=dict)
    answers: dict[AnswerKey, StoredAnswer] = field(default_factory=dict)
    feeds: FeedBooks = field(default_factory=FeedBooks)
    effects: Effects = field(default_factory=Effects)
    touched: set[CellKey] = field(default_factory=set)
    changed_holds: dict[HoldKey, HoldRow] = field(default_factory=dict)
    order_books: dict[str, OrderBook] = field(default_factory=dict)
    changed_orders: dict[str, OrderBook] = field(default_factory=dict)
    return_ids: set[str] = field(default_factory=set)
    """Of the returns that the batch would open: those that are there."""
    picked: dict[CellKey, int] = field(default_factory=dict)
    """Units that were picked and have not left, of cells that may be emptied."""
    flags: dict[CellKey, tuple[str, str]] = field(default_factory=dict)
    """Cells where units were not found: order and reason."""
    elsewhere: dict[str, dict[str, int]] = field(default_factory=dict)
    """Free units by node of SKUs that several nodes keep for a channel together."""
    incoming: dict[str, IncomingRow] = field(default_factory=dict)
    """Announced supply that the batch is about."""
    are_written: bool = True
    """Whether anybody inserts the effects; where nobody does they are not made."""

    def cell(self, key: CellKey) -> CellRow:
        """The cell, or an empty one that nobody has counted."""
        found = self.cells.get(key)
        return CellRow(*key) if found is None else found

    def fresh(self, keys: Iterable[CellKey]) -> tuple[FreshCell, ...]:
        """What the ledger sees in these cells, for a planner to plan again."""
        cells = map(self.cell, keys)
        return tuple(
            FreshCell(c.sku, c.node, self.generation, c.ver, max(0, c.free))
            for c in cells
        )

    def changes(self) -> tuple[Change, ...]:
        """The touched cells as the view must show them."""
        cells = map(self.cells.__getitem__, self.touched)
        return tuple([Change(c.sku, c.node, c.ver, max(0, c.free)) for c in cells])

    @property
    def is_changed(self) -> bool:
        """Whether anything is to be written at all."""
        return bool(
            self.effects.answers
            or self.changed_holds
            or self.touched
            or self.feeds.changed
        )

    def note_picked(self, sku: str, node: str, units: int) -> None:
        """Units were picked, or have left, of a cell that may be emptied."""
        if (sku, node) in self.picked:
            self.picked[sku, node] += units

    def flag(self, key: CellKey, order_id: str, reason: str) -> None:
        """Units were not found there: somebody should count."""
        self.flags[key] = order_id, reason
