"""Bounds of every plan, as a policy sets them."""

from dataclasses import dataclass

from allocation.policy import DISTANCE_KM_MAX, SHIPMENTS_MAX, LineSplit
from allocation.rules.words import LimitName

LIMIT_MAX = 1_000_000_000
LIMIT_MOST = {
    LimitName.DISTANCE_KM: DISTANCE_KM_MAX,
    LimitName.SHIPMENTS_PER_ORDER: SHIPMENTS_MAX,
    LimitName.SHIPMENTS_PER_LINE: SHIPMENTS_MAX,
    LimitName.SHIPMENT_VALUE_MIN: LIMIT_MAX,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of every plan, unless a LIMIT rule or the order sets its own."""

    shipments_per_order: int = 4
    shipments_per_line: int = 0
    distance_km: int = 6000
    shipment_value_min_minor: int = 0
    never_split_below_minor: int = 0
    line_split: LineSplit = LineSplit.IF_FORCED
    ship_complete: bool = False
    together: bool = False
    allow_partial: bool = False

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} must be {least} to {most}")


LIMITS = {
    "shipments_per_order": (1, SHIPMENTS_MAX),
    "shipments_per_line": (0, SHIPMENTS_MAX),
    "distance_km": (0, DISTANCE_KM_MAX),
    "shipment_value_min_minor": (0, LIMIT_MAX),
    "never_split_below_minor": (0, LIMIT_MAX),
}
"""Least and most of each number."""
LIMIT_OF = {
    LimitName.DISTANCE_KM: "distance_km",
    LimitName.SHIPMENTS_PER_ORDER: "shipments_per_order",
    LimitName.SHIPMENTS_PER_LINE: "shipments_per_line",
    LimitName.SHIPMENT_VALUE_MIN: "shipment_value_min_minor",
}
"""Where a limit that rules set stands among the policy's own."""
