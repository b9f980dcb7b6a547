"""What a caller of quote and hold asks for: frozen values."""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from shipfrom._enums import LineSplit, Objective
from shipfrom._money import Money


@dataclass(frozen=True, slots=True)
class Line:
    """Whole units wanted of one SKU."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the order goes: a postcode and a country, or a point in degrees; or the
    node of yours where the customer collects it."""

    postal_code: str = ""
    region_code: str = "US"
    latitude: float | None = None
    longitude: float | None = None
    residential: bool = False
    node_id: str = ""

    def __post_init__(self) -> None:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude go together")


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What the shop says of an order, for the conditions of rules."""

    channel: str = ""
    customer_tier: str = ""
    tags: tuple[str, ...] = ()
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Routing:
    """What one order asks of the routing; what is left out is the policy's.

    `facts` and `allow_substitutes` (the customer takes what an item's list allows) are
    of the whole order: of an order in parts the first one's count.
    """

    objective: Objective | str = ""
    max_shipments: int = 0
    max_distance_km: int = 0
    allow_partial: bool = False
    line_split: LineSplit | str = ""
    node_tags: tuple[str, ...] = ()
    only_node_ids: tuple[str, ...] = ()
    exclude_node_ids: tuple[str, ...] = ()
    service: str = ""
    promise_by: date | None = None
    wanted_by: date | None = None
    keep_back: int = 0
    facts: OrderFacts | None = None
    allow_substitutes: bool = False


class RoutingFields(TypedDict, total=False):
    """The fields of `Routing` as keyword arguments of quote and hold."""

    objective: Objective | str
    max_shipments: int
    max_distance_km: int
    allow_partial: bool
    line_split: LineSplit | str
    node_tags: tuple[str, ...]
    only_node_ids: tuple[str, ...]
    exclude_node_ids: tuple[str, ...]
    service: str
    promise_by: date | None
    wanted_by: date | None
    keep_back: int
    facts: OrderFacts | None
    allow_substitutes: bool


@dataclass(frozen=True, slots=True)
class Accept:
    """What the customer was told; a worse plan is refused as QUOTE_STALE."""

    cost_max: Money | None = None
    promise_by: date | None = None
