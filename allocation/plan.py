"""The decision as data: shipments, what stays unfilled, its cost, how good it is.

The parts that every quote makes several of are named tuples: a frozen dataclass takes
four times as long to make.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from allocation.order import Bundle
from allocation.policy import Objective
from allocation.status import PlanStatus


class Cost(NamedTuple):
    """By component, in minor units. `charges_minor` is what rules add. The last two
    steer and are never paid: what rules prefer, and the opportunity price."""

    shipping_minor: int = 0
    parcel_handling_minor: int = 0
    line_handling_minor: int = 0
    distance_minor: int = 0
    lateness_minor: int = 0
    charges_minor: int = 0
    preference_minor: int = 0
    price_minor: int = 0

    @property
    def cash_minor(self) -> int:
        """What is paid."""
        return sum(self[:-2])

    @property
    def steering_minor(self) -> int:
        """What only steers."""
        return self.preference_minor + self.price_minor


class ShipmentLine(NamedTuple):
    """Units of one SKU that travel in a shipment."""

    sku: str
    quantity: int


class Shipment(NamedTuple):
    """Lines that leave one node together by one service; `to_node` is the store that a
    TRANSFER goes to."""

    node_id: str
    service: str
    zone: int
    distance_km: int
    lines: tuple[ShipmentLine, ...]
    ship_by: datetime
    promise_date: date
    cost: Cost
    to_node: str = ""


@dataclass(frozen=True, slots=True)
class Unfilled:
    """Units that no node can send, the main reason, and the rule where it is one's."""

    sku: str
    quantity: int
    reason: str
    rule_id: str = ""


class PlannedOffer(NamedTuple):
    """A shipment, by its place in the plan from 1, that a rule has offered to so many
    other nodes; the first to accept it has it, after these minutes its own node."""

    shipment: int
    rule_id: str
    nodes: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Where each line ships from. Shipments are ordered by node id, then service.

    `bound_minor` is a proven lower bound on the cost of any plan with the same fill.
    `relaxed` are the steps that the policy gave up, in words; `queue` is where a rule
    sends the order to wait, `queue_rule` its id, `queue_reason` its own words,
    `bundles` and `allow_substitutes` what the order asked for, `offers` whom rules have
    asked when it is bought. Plans that differ in nothing but these are the same.
    """

    objective: Objective
    shipments: tuple[Shipment, ...]
    unfilled: tuple[Unfilled, ...]
    cost: Cost
    status: PlanStatus
    bound_minor: int
    policy_version: str
    network_version: str
    relaxed: tuple[str, ...] = ()
    queue: str = ""
    queue_rule: str = ""
    queue_reason: str = field(default="", compare=False)
    bundles: tuple[Bundle, ...] = field(default=(), compare=False)
    allow_substitutes: bool = field(default=False, compare=False)
    offers: tuple[PlannedOffer, ...] = field(default=(), compare=False)

    @property
    def promise_date(self) -> date | None:
        """Arrival of the last shipment."""
        return max([each.promise_date for each in self.shipments], default=None)

    @property
    def gap_bps(self) -> int:
        """Largest possible distance to the optimum, in basis points, rounded up."""
        if self.status is PlanStatus.OPTIMAL or self.cost.cash_minor <= 0:
            return 0
        gap = max(0, self.cost.cash_minor - self.bound_minor)
        return -(-gap * 10_000 // self.cost.cash_minor)
