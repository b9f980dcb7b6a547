"""The places goods leave from, the goods, and what carriage costs: plain values."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from allocation.order import Line
from allocation.promise import Calendar
from allocation.slots import Slot, check_slots

DAYS_MAX = 60
"""Longest handling or transit; bounds the tables of dates."""
FOR_GOOD = datetime(9999, 12, 31, tzinfo=UTC)
"""End of a pause that lasts until somebody resumes the node."""
LANE_AMOUNTS = (
    "distance_km_max",
    "base_minor",
    "step_minor",
    "fuel_bps",
    "residential_minor",
    "volume_divisor",
)


PICKUP = "PICKUP"
"""The service of a counter: taken only where the order asks for it."""
TRANSFER = "TRANSFER"
"""The service that brings goods to a store where the customer collects them."""


def takes(wanted: str, service: str) -> bool:
    """Whether an order takes a service; '' wants any that sends to customers."""
    return service == wanted or (not wanted and service not in (PICKUP, TRANSFER))


class NodeKind(StrEnum):
    CENTRE = "CENTRE"
    STORE = "STORE"
    SUPPLIER = "SUPPLIER"


@dataclass(frozen=True, slots=True)
class Node:
    """A place that can fulfil. `number` is its slot in the stock view, never reused.

    `ship_weekdays` are ISO weekdays (1 = Monday); `cut_off` is local to `time_zone`;
    costs are minor units of the deployment's currency.
    """

    node_id: str
    number: int
    latitude: float
    longitude: float
    kind: NodeKind = NodeKind.CENTRE
    display_name: str = ""
    postal_code: str = ""
    region_code: str = "US"
    time_zone: str = "UTC"
    cut_off: time = time(15)
    ship_weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    closed_dates: tuple[date, ...] = ()
    handling_days: int = 0
    parcel_handling_minor: int = 0
    line_handling_minor: int = 0
    unit_handling_minor: int = 0
    priority: int = 0
    tags: tuple[str, ...] = ()
    disabled: bool = False
    orders_per_day: int = 0
    """Orders that may leave on one ship day; 0 is without limit."""
    paused_until: datetime | None = None
    """Aware. Nothing is sent from here before then, whatever else would allow it."""
    paused_reason: str = ""
    open_from: time = time(9)
    """Local. The timers of tasks count from here to `open_until`."""
    open_until: time = time(20)
    slots: tuple[Slot, ...] = ()
    """Parts of a ship day, instead of `orders_per_day` for all of it."""

    def __post_init__(self) -> None:
        if not self.node_id:
            raise ValueError("node_id is empty")
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError(f"{self.node_id} lies at no point of the earth")
        if not set(self.ship_weekdays) <= set(range(1, 8)):
            raise ValueError(f"ship_weekdays of {self.node_id} must be 1 to 7")
        if not 0 <= self.handling_days <= DAYS_MAX:
            raise ValueError(f"handling_days of {self.node_id} must be 0 to {DAYS_MAX}")
        if self.orders_per_day < 0:
            raise ValueError(f"orders_per_day of {self.node_id} is negative")
        if self.slots and self.orders_per_day:
            raise ValueError(f"{self.node_id} has slots and orders_per_day: give one")
        check_slots(self.slots, self.cut_off)
        if self.open_from >= self.open_until:
            raise ValueError(f"{self.node_id} closes before it opens")
        if self.paused_until is not None and self.paused_until.tzinfo is None:
            raise ValueError(f"paused_until of {self.node_id} has no time zone")
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(
                f"time_zone of {self.node_id} is unknown: {self.time_zone!r}"
            ) from error

    @property
    def day_limit(self) -> int:
        """Orders of a whole ship day; 0 is without limit."""
        return self.orders_per_day or sum(slot.orders for slot in self.slots)

    def is_paused(self, now: datetime) -> bool:
        """Whether it is closed for now; a pause ends by itself."""
        return self.paused_until is not None and now < self.paused_until

    @property
    def calendar(self) -> Calendar:
        """When it ships; equal for nodes that share a promise."""
        return Calendar(
            self.time_zone,
            self.cut_off,
            self.ship_weekdays,
            self.closed_dates,
            self.region_code,
            self.handling_days,
        )


@dataclass(frozen=True, slots=True)
class Item:
    """A sellable item: grams, cubic centimetres, minor units.

    One with `components` is a bundle: it has no stock of its own, weighs and is worth
    what they do. `kept_together`: those of an order leave in one shipment.
    """

    sku: str
    display_name: str = ""
    weight_g: int = 0
    volume_cm3: int = 0
    value_minor: int = 0
    tags: tuple[str, ...] = ()
    components: tuple[Line, ...] = ()
    kept_together: bool = False
    substitutes: tuple[str, ...] = ()
    """What a store may pick in its place, the best first."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What one service charges and how long it takes to one zone.

    A lane without `node_id` is for every node that has no lane of its own for the
    service. Zones are told by distance: the nearest zone whose `distance_km_max`
    reaches (0 reaches everywhere).
    """

    lane_id: str
    service: str
    zone: int
    node_id: str = ""
    distance_km_max: int = 0
    base_minor: int = 0
    step_minor: int = 0
    step_g: int = 500
    transit_days: int = 0
    fuel_bps: int = 0
    residential_minor: int = 0
    volume_divisor: int = 0

    def __post_init__(self) -> None:
        if self.step_g < 1:
            raise ValueError(f"step_g of {self.lane_id} must be 1 or more")
        if not 0 <= self.transit_days <= DAYS_MAX:
            raise ValueError(f"transit_days of {self.lane_id} must be 0 to {DAYS_MAX}")
        for name in LANE_AMOUNTS:
            if getattr(self, name) < 0:
                raise ValueError(f"{name} of {self.lane_id} is negative")
