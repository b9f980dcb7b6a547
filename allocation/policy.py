"""How operations want orders routed. For now one object in code, later a document."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Objective(StrEnum):
    """How a plan is chosen among those that fill the most units."""

    CHEAPEST = "CHEAPEST"
    FASTEST = "FASTEST"
    FEWEST_SHIPMENTS = "FEWEST_SHIPMENTS"
    NEAREST = "NEAREST"
    PRIORITY = "PRIORITY"
    MOST_STOCK = "MOST_STOCK"


class LineSplit(StrEnum):
    """Whether one line may come from several nodes."""

    NEVER = "NEVER"
    IF_FORCED = "IF_FORCED"
    BY_COST = "BY_COST"


@dataclass(frozen=True, slots=True)
class Weights:
    """What the cost adds to carriage; minor units."""

    distance_minor_per_100km: int = 0
    late_minor_per_day: int = 500


@dataclass(frozen=True, slots=True)
class Policy:
    """Weights and limits of a decision. Narrowing it for one order is `replace`.

    `ship_complete`: the order is filled whole or not at all. `allow_partial`: an order
    that cannot be filled whole may still be held in part. `promise_by` is a hard limit.
    """

    version: str = "built-in-1"
    objective: Objective = Objective.CHEAPEST
    weights: Weights = field(default_factory=Weights)
    max_shipments: int = 4
    max_distance_km: int = 6000
    line_split: LineSplit = LineSplit.IF_FORCED
    allow_partial: bool = False
    keep_back: int = 0
    node_tags: tuple[str, ...] = ()
    only_node_ids: tuple[str, ...] = ()
    exclude_node_ids: tuple[str, ...] = ()
    service: str = ""
    promise_by: date | None = None
