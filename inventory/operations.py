"""What the ledger can be asked to do, and what it answers.

Operations are values: the writer queues them, decides a batch of them in one SQL
transaction and answers after COMMIT. Refusals are raised (see `inventory.errors`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from inventory.errors import FieldViolation
from inventory.feeds.values import Document, Feed
from inventory.orders.actions import OrderStep, StepAnswer
from inventory.orders.moves import MoveAnswer as MoveAnswer
from inventory.orders.moves import MoveOrders as MoveOrders
from inventory.parts import unpack
from inventory.requests import RequestKey as RequestKey


class HoldState(StrEnum):
    """ACTIVE, then one of the others, once."""

    ACTIVE = "ACTIVE"
    COMMITTED = "COMMITTED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


class HoldLine(NamedTuple):
    """Units of one cell that a plan claims; one line per cell and hold. Those of a
    shipment say by when it must leave.

    A named tuple: a long order has dozens, and a frozen dataclass takes four times as
    long to make.
    """

    sku: str
    node_id: str
    quantity: int
    shipment_no: int
    ship_by_us: int = 0


class Fenced(NamedTuple):
    """A cell of which units are kept for channels, and the names that count them."""

    sku: str
    node_id: str
    quotas: tuple[str, ...]


class WideFence(NamedTuple):
    """Nodes that together keep units of a SKU for channels; `nodes` None is all.

    `quotas`: the cells that count the units kept by some or all of these nodes.
    """

    sku: str
    nodes: frozenset[str] | None
    quotas: tuple[tuple[str, str], ...]


Fence = Fenced | WideFence


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """Set all units aside, or none. `decision` is the stored problem and plan, of each
    part where the order has several (see `inventory.parts`).

    `gate` is what the order will wait for, REVIEW or BACKORDER, '' for nothing. A line
    without a node (node_id '') claims no stock: its units wait for some. What the lines
    take of a place in `fenced`, beyond what they claim of its quotas, is left over by
    all of these.
    """

    key: RequestKey
    hold_id: str
    order_ref: str
    ttl: timedelta
    lines: tuple[HoldLine, ...]
    decision: bytes
    gate: str = ""
    priority: int = 0
    fenced: tuple[Fence, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitHold:
    """Turn an ACTIVE hold into an order: held units become allocated."""

    key: RequestKey
    hold_id: str
    order_id: str
    customer_ref: str = ""
    payment: str = "NONE"


@dataclass(frozen=True, slots=True)
class ReleaseHold:
    """Give the units back; an unknown hold leaves a tombstone."""

    key: RequestKey
    hold_id: str


@dataclass(frozen=True, slots=True)
class ExtendHold:
    """Move the expiry to now + ttl, never earlier, never past created_at + 4 h."""

    key: RequestKey
    hold_id: str
    ttl: timedelta


@dataclass(frozen=True, slots=True)
class ExpireHold:
    """End a hold whose time is over by the ledger's clock; the reaper's operation."""

    principal: str
    hold_id: str


class Count(NamedTuple):
    """An absolute count of one cell; `safety_stock` None leaves it as it is.

    `as_of_us` is when the shelf was counted, 0 for now: what moved since is added.
    A named tuple: a file has a million.
    """

    sku: str
    node_id: str
    on_hand: int
    safety_stock: int | None = None
    as_of_us: int = 0


@dataclass(frozen=True, slots=True)
class CountStock:
    """Write what the shelf holds, even below what is promised (then `short` rises).

    `keeps_promises` refuses a count of fewer units than orders have there.
    An import wants no cells in its answer: they are most of what would be stored of it.
    """

    key: RequestKey
    counts: tuple[Count, ...]
    reason: str
    keeps_promises: bool = False
    feed: Feed | None = None
    wants_cells: bool = True


@dataclass(frozen=True, slots=True)
class Delta:
    """A change of one cell's on_hand."""

    sku: str
    node_id: str
    delta: int


@dataclass(frozen=True, slots=True)
class AdjustStock:
    """Add to or take from on_hand; all deltas or none, and a document's only once."""

    key: RequestKey
    deltas: tuple[Delta, ...]
    reason: str
    document: Document | None = None


class Announced(NamedTuple):
    """Units that will arrive at a node; `expected_us` is when, in microseconds."""

    incoming_id: str
    sku: str
    node_id: str
    quantity: int
    expected_us: int


@dataclass(frozen=True, slots=True)
class SetIncoming:
    """Write what will arrive, whole by its id; quantity 0 withdraws what has not."""

    key: RequestKey
    rows: tuple[Announced, ...]


@dataclass(frozen=True, slots=True)
class ReceiveIncoming:
    """Announced units arrived: they are on the shelf and not expected any more.

    `quantity` 0 is all that was still expected. More than that may arrive.
    """

    key: RequestKey
    incoming_id: str
    quantity: int
    reason: str


Operation = (
    PlaceHold
    | CommitHold
    | ReleaseHold
    | ExtendHold
    | ExpireHold
    | CountStock
    | AdjustStock
    | SetIncoming
    | ReceiveIncoming
    | OrderStep
    | MoveOrders
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One SKU at one node. `version` counts the changes; quantities are whole units."""

    sku: str
    node_id: str
    on_hand: int = 0
    held: int = 0
    allocated: int = 0
    short: int = 0
    safety_stock: int = 0
    version: int = 0

    @property
    def available(self) -> int:
        """Units that may be promised now."""
        return max(0, self.on_hand - self.held - self.allocated - self.safety_stock)


@dataclass(frozen=True, slots=True)
class HoldAnswer:
    """A hold as the ledger has it."""

    hold_id: str
    state: HoldState
    order_ref: str
    created_at: datetime
    expires_at: datetime
    decision: bytes
    replayed: bool = False

    @property
    def decisions(self) -> tuple[bytes, ...]:
        """The decision of each part; almost every order has one."""
        return unpack(self.decision)


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """An order as the ledger has it: the committed hold and its decision."""

    order_id: str
    hold_id: str
    order_ref: str
    state: str
    created_at: datetime
    decision: bytes
    replayed: bool = False

    @property
    def decisions(self) -> tuple[bytes, ...]:
        """The decision of each part."""
        return unpack(self.decision)


class Skipped(NamedTuple):
    """A count that was not written, by its place in the operation, and why."""

    place: int
    violation: FieldViolation


@dataclass(frozen=True, slots=True)
class StockAnswer:
    """The cells after the change.

    `unchanged` counts said what the books said, `created` ones made their cell.
    `outdated` are those of nodes where their source had gone as far before.
    `is_applied` is False for a document that was counted before.
    """

    cells: tuple[Cell, ...]
    unchanged: int = 0
    created: int = 0
    outdated: int = 0
    skipped: tuple[Skipped, ...] = ()
    is_applied: bool = True
    replayed: bool = False


Answer = HoldAnswer | OrderAnswer | StockAnswer | StepAnswer | MoveAnswer
