"""Stock and network as values: cells, counts, entries, nodes, items, lanes, reports."""

from dataclasses import dataclass
from datetime import date, datetime, time

from shipfrom._enums import NodeKind
from shipfrom._money import Money
from shipfrom._wishes import Line


@dataclass(frozen=True, slots=True)
class Recount:
    """A shelf that is to be counted: somebody did not find what the books say."""

    reason: str
    order_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """One SKU at one node, in whole units; `version` counts its changes.

    `backorder_limit` None lets units wait without end; `recount` None is a cell whose
    count is believed.
    """

    sku: str
    node_id: str
    on_hand: int
    held: int = 0
    allocated: int = 0
    short: int = 0
    safety_stock: int = 0
    available: int = 0
    version: int = 0
    backorder_limit: int | None = None
    backordered: int = 0
    recount: Recount | None = None


@dataclass(frozen=True, slots=True)
class StockCount:
    """What the shelf holds; `safety_stock` None leaves it as it is.

    `as_of` is when it was counted: what moved since is added. None is now.
    """

    sku: str
    node_id: str
    on_hand: int
    safety_stock: int | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class StockDelta:
    """A change of one cell's on_hand, and the paper that says so, if there is one."""

    sku: str
    node_id: str
    delta: int
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one cell, as the ledger keeps it."""

    sku: str
    node_id: str
    version: int
    kind: str
    operation_id: str
    delta_on_hand: int
    delta_held: int
    delta_allocated: int
    delta_short: int
    delta_safety_stock: int
    actor: str
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CapacitySlot:
    """A part of a node's ship day: orders that are to be ready by `until`, local."""

    until: time
    orders: int


@dataclass(frozen=True, slots=True)
class Node:
    """A place that can fulfil. None and empty mean the server's default.

    `orders_per_day` 0 is without limit; `slots` limit parts of the day instead.
    What is paused is read only: a node that is written keeps its pause, `pause_node`
    and `resume_node` change it. A pause until the year 9999 lasts until the node is
    resumed. Also read only: the policy leaves a node that turned down too many
    shipments alone until `cooling_off_until`.
    """

    node_id: str
    kind: NodeKind | str = ""
    display_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    postal_code: str = ""
    region_code: str = ""
    time_zone: str = ""
    cut_off: time | None = None
    ship_weekdays: tuple[int, ...] = ()
    closed_dates: tuple[date, ...] = ()
    handling_days: int = 0
    parcel_handling: Money | None = None
    line_handling: Money | None = None
    unit_handling: Money | None = None
    priority: int = 0
    tags: tuple[str, ...] = ()
    disabled: bool = False
    orders_per_day: int = 0
    paused_until: datetime | None = None
    paused_reason: str = ""
    open_from: time | None = None
    open_until: time | None = None
    cooling_off_until: datetime | None = None
    cooling_off_reason: str = ""
    slots: tuple[CapacitySlot, ...] = ()

    def __post_init__(self) -> None:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude go together")


@dataclass(frozen=True, slots=True)
class Item:
    """A sellable item.

    One with `components`, units of one bundle, is a bundle: it has no stock of its own.
    `kept_together`: those of an order leave in one shipment. `substitutes` are what a
    store may pick in its place, the best first, for orders that allow it.
    """

    sku: str
    display_name: str = ""
    weight_g: int = 0
    volume_cm3: int = 0
    value: Money | None = None
    tags: tuple[str, ...] = ()
    components: tuple[Line, ...] = ()
    kept_together: bool = False
    substitutes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """What one service charges and how long it takes to one zone."""

    lane_id: str
    service: str
    zone: int
    node_id: str = ""
    distance_km_max: int = 0
    base: Money | None = None
    step: Money | None = None
    step_g: int = 0
    transit_days: int = 0
    fuel_bps: int = 0
    residential: Money | None = None
    volume_divisor: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows an upsert created and how many it replaced."""

    created: int
    updated: int


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not imported; `row` is its position in the input, from 1."""

    row: int
    field: str
    problem: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; of many rejected rows only the first 100 a part.

    `outdated` rows are of nodes where their source had gone as far before, `emptied`
    cells those that a complete file did not name. `applied` is False when nothing was
    to be written.
    """

    accepted: int
    unchanged: int
    rejected: int
    rejected_rows: tuple[RejectedRow, ...]
    created: int = 0
    outdated: int = 0
    emptied: int = 0
    applied: bool = False
