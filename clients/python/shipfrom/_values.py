"""What checkout and explanations answer: frozen values; `_order_values` has orders."""

from dataclasses import dataclass
from datetime import date, datetime

from shipfrom._enums import (
    HoldState,
    Objective,
    PlanStatus,
    ReplayOutcome,
    ShipmentState,
)
from shipfrom._money import Money
from shipfrom._why_values import (
    Candidate,
    Change,
    CostComponent,
    ExclusionCount,
    Spared,
)
from shipfrom._wishes import Destination, Line, Routing


@dataclass(frozen=True, slots=True)
class PlannedOffer:
    """A rule has so many other nodes asked; the first one to accept has the shipment,
    after these minutes its own node."""

    rule_id: str
    nodes: int
    minutes: int


@dataclass(frozen=True, slots=True, repr=False)
class Shipment:
    """Lines that leave one node together. `shipment_id` is set once it is an order's.

    Of an order: `due` is when the present step should be done, `cause` what made a plan
    after the first necessary, `pickup_code` what the customer says at the counter. Of a
    plan: `offer` where a rule has several nodes asked, `opportunity_cost` what its
    units are worth to orders expected, which counts and is never paid;
    `destination_node_id` is the store that a transfer goes to.
    """

    node_id: str
    service: str
    lines: tuple[Line, ...]
    cost: Money
    promise_date: date | None
    ship_by: datetime | None
    zone: int = 0
    distance_km: int = 0
    components: tuple[CostComponent, ...] = ()
    state: ShipmentState = ShipmentState.UNSPECIFIED
    shipment_id: str = ""
    carrier: str = ""
    tracking_number: str = ""
    due: datetime | None = None
    cause: str = ""
    pickup_code: str = ""
    destination_node_id: str = ""
    offer: PlannedOffer | None = None
    opportunity_cost: Money | None = None

    def __repr__(self) -> str:
        lines = f"{len(self.lines)} line{'' if len(self.lines) == 1 else 's'}"
        return (
            f"Shipment({self.node_id}, {lines}, {self.cost}, {_day(self.promise_date)})"
        )


@dataclass(frozen=True, slots=True)
class UnfilledLine:
    """Units that no node can send, why, for example NO_STOCK, and the rule if one.

    `expected_date` is when announced supply covers them, where they wait for stock.
    """

    sku: str
    quantity: int
    reason: str
    rule_id: str = ""
    expected_date: date | None = None


@dataclass(frozen=True, slots=True)
class BundleLine:
    """Bundles that were ordered, and the units that they come to.

    `cancelled`, of an order: bundles of which a component was cancelled.
    """

    sku: str
    quantity: int
    components: tuple[Line, ...]
    kept_together: bool = False
    cancelled: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """Where each line ships from. `gap_bps` bounds what a better plan could save;
    `relaxed` is what the policy gave up, `queue` where a rule sends the order;
    `bundles` are the lines that named one, planned by their components;
    `opportunity_cost` is what its units are worth to orders expected: it counts and is
    never paid."""

    objective: Objective
    shipments: tuple[Shipment, ...]
    unfilled: tuple[UnfilledLine, ...]
    cost: Money
    promise_date: date | None
    status: PlanStatus
    verdict: str = ""
    components: tuple[CostComponent, ...] = ()
    gap_bps: int = 0
    policy_version: str = ""
    relaxed: tuple[str, ...] = ()
    queue: str = ""
    queue_rule_id: str = ""
    queue_reason: str = ""
    bundles: tuple[BundleLine, ...] = ()
    opportunity_cost: Money | None = None

    @property
    def why(self) -> str:
        """The verdict: one sentence."""
        return self.verdict

    @property
    def unfilled_units(self) -> int:
        """Units that no node can send."""
        return sum(line.quantity for line in self.unfilled)

    def __repr__(self) -> str:
        nodes = " + ".join(s.node_id for s in self.shipments) or "nothing"
        missing = f", {self.unfilled_units} unfilled" if self.unfilled else ""
        return f"Plan({nodes}, {self.cost}, {_day(self.promise_date)}{missing})"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A plan that was not chosen, and what it costs more, or saves where negative."""

    label: str
    plan: Plan
    cost_more: Money
    days_later: int
    unfilled_more: int


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Why a node is not in the plan; `best` is the best plan found that uses it.

    `verified` is False for a stored decision that did not keep what the node had.
    """

    node_id: str
    sentence: str
    changes: tuple[Change, ...]
    best: Plan | None
    worse_in: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of solving a stored decision again, and the first difference."""

    outcome: ReplayOutcome
    difference: str

    @property
    def same(self) -> bool:
        """Whether the plan was the same, byte for byte."""
        return self.outcome is ReplayOutcome.SAME


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the answer is what it is; `alternatives` begins with the next best plan.

    `spared` is None where the best plan without look-ahead prices is the same;
    `price_list_version` is which prices counted, empty where none did. `cause` is what
    made a later decision necessary, for example SHORT_PICKED.
    """

    verdict: str
    plan: Plan
    candidates: tuple[Candidate, ...]
    exclusions: tuple[ExclusionCount, ...]
    alternatives: tuple[Alternative, ...]
    network_version: str
    replayed: bool
    counterfactuals: tuple[Counterfactual, ...] = ()
    spared: Spared | None = None
    price_list_version: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Quote:
    """What an order would cost and when it would arrive; nothing is set aside.

    It remembers what was asked, so that `client.hold(quote)` needs nothing else.
    """

    best: Plan
    options: tuple[Plan, ...]
    as_of: datetime
    degraded: bool
    lines: tuple[Line, ...]
    ship_to: Destination
    routing: Routing
    with_options: bool = True
    explanation: Explanation | None = None
    order_ref: str = ""

    def _plans(self) -> tuple[Plan, ...]:
        if not self.with_options:
            raise LookupError(
                "this quote was asked for its best plan only: options=True"
            )
        return (self.best, *self.options)

    @property
    def cheapest(self) -> Plan:
        """Lowest cost among the plans that fill the most units."""
        return min(self._plans(), key=lambda p: (p.unfilled_units, p.cost))

    @property
    def fastest(self) -> Plan:
        """Earliest arrival of the last shipment, then lowest cost."""

        def rank(plan: Plan) -> tuple[int, date, Money]:
            return plan.unfilled_units, plan.promise_date or date.max, plan.cost

        return min(self._plans(), key=rank)

    @property
    def fewest(self) -> Plan:
        """Fewest shipments, then lowest cost."""

        def rank(plan: Plan) -> tuple[int, int, Money]:
            return plan.unfilled_units, len(plan.shipments), plan.cost

        return min(self._plans(), key=rank)

    def __repr__(self) -> str:
        return f"Quote({self.best!r}, {len(self.options)} options)"


@dataclass(frozen=True, slots=True)
class HoldAnswer:
    """A hold as the ledger has it; the units stay aside at least until `expires_at`."""

    hold_id: str
    state: HoldState
    plan: Plan
    created_at: datetime
    expires_at: datetime


def _day(day: date | None) -> str:
    return f"{day:%a} {day.day} {day:%b}" if day else "no date"
