"""How one order is routed: the weights and limits of a decision, and the rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from allocation.look_ahead import LookAhead

if TYPE_CHECKING:
    from datetime import date

    from allocation.rules.book import RuleBook

SHIPMENTS_MAX = 10
"""More shipments than any order is worth; bounds the layers of the exact search."""
DISTANCE_KM_MAX = 20_040
"""Half the way around the earth: reaches every node."""
KEEP_BACK_MAX = 1_000_000
WEIGHT_MINOR_MAX = 1_000_000_000
"""Keeps sums of costs far from the solvers' sentinel of 2^60."""


class Objective(StrEnum):
    """How a plan is chosen among those that fill the most units."""

    CHEAPEST = "CHEAPEST"
    FASTEST = "FASTEST"
    FEWEST_SHIPMENTS = "FEWEST_SHIPMENTS"
    NEAREST = "NEAREST"
    PRIORITY = "PRIORITY"
    MOST_STOCK = "MOST_STOCK"
    POLICY = "POLICY"
    """By the tiers of the policy's document."""


class LineSplit(StrEnum):
    """Whether one line may come from several nodes."""

    NEVER = "NEVER"
    IF_FORCED = "IF_FORCED"
    BY_COST = "BY_COST"


@dataclass(frozen=True, slots=True)
class Weights:
    """What the cost adds to carriage; minor units. Late days are those after
    `Policy.wanted_by`."""

    distance_minor_per_100km: int = 0
    late_minor_per_day: int = 500

    def __post_init__(self) -> None:
        for name in ("distance_minor_per_100km", "late_minor_per_day"):
            if not 0 <= getattr(self, name) <= WEIGHT_MINOR_MAX:
                raise ValueError(f"{name} must be 0 to {WEIGHT_MINOR_MAX}")


@dataclass(frozen=True, slots=True)
class Policy:
    """Weights and limits of a decision. Narrowing it for one order is `replace`.

    `ship_complete`: the order is filled whole or not at all. `allow_partial`: an order
    that cannot be filled whole may still be held in part. `promise_by` is a hard limit;
    a shipment that arrives after `wanted_by` costs `late_minor_per_day` for each day.
    """

    version: str = "built-in-1"
    objective: Objective = Objective.CHEAPEST
    weights: Weights = field(default_factory=Weights)
    max_shipments: int = 4
    max_distance_km: int = 6000
    line_split: LineSplit = LineSplit.IF_FORCED
    ship_complete: bool = False
    allow_partial: bool = False
    keep_back: int = 0
    node_tags: tuple[str, ...] = ()
    only_node_ids: tuple[str, ...] = ()
    exclude_node_ids: tuple[str, ...] = ()
    service: str = ""
    promise_by: date | None = None
    wanted_by: date | None = None
    look_ahead: LookAhead = field(default_factory=LookAhead)
    book: RuleBook | None = None
    """Rules that are applied to every order, as `rules.ruling` says."""

    def __post_init__(self) -> None:
        _within("max_shipments", self.max_shipments, 1, SHIPMENTS_MAX)
        _within("max_distance_km", self.max_distance_km, 0, DISTANCE_KM_MAX)
        _within("keep_back", self.keep_back, 0, KEEP_BACK_MAX)
        if not self.version:
            raise ValueError("policy has no version")


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}, wanted {low} to {high}")
