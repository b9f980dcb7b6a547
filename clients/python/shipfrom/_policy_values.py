"""Policies as values: versions, findings, changes, reports, golden orders."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from shipfrom._money import Money


class PolicyState(StrEnum):
    """How a version stands."""

    UNSPECIFIED = "UNSPECIFIED"
    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    RETIRED = "RETIRED"


class Severity(StrEnum):
    """How bad a finding is; an ERROR stands against publishing."""

    UNSPECIFIED = "UNSPECIFIED"
    WARNING = "WARNING"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check found; line and column begin with 1, 0 without a text."""

    severity: Severity
    problem: str
    suggestion: str = ""
    path: str = ""
    rule_id: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class SimulationFigures:
    """What one policy made of the orders."""

    orders: int
    shipped_orders: int
    units: int
    filled_units: int
    fill_rate: float
    cost_per_order: Money
    shipments_per_order: float
    late_orders: int
    distance_km_mean: float


@dataclass(frozen=True, slots=True)
class SimulationDifference:
    """Candidate minus baseline, the mean over orders with a 95 % interval."""

    measure: str
    mean: float
    low: float
    high: float
    orders: int
    certain: bool


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """What a rule did: the policy against itself without it."""

    rule_id: str
    orders: int
    decides: int
    cost: Money
    fill_rate: float


@dataclass(frozen=True, slots=True)
class ChangedOrder:
    """An order that the two policies send differently."""

    order_id: str
    difference: Money
    baseline_node_ids: tuple[str, ...]
    candidate_node_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SimulatedPriceList:
    """Look-ahead prices made within a simulation; with no cell they steered nothing."""

    made_at: datetime
    orders: int
    cells: int
    verdict: str
    """What a replay of the orders said of the prices."""


@dataclass(frozen=True, slots=True)
class SimulatedPrices:
    """That the candidate decided with look-ahead prices, and by which."""

    lists: tuple[SimulatedPriceList, ...]
    orders: int
    """That ship under both policies."""
    difference: Money
    """Candidate minus baseline, over all these orders."""


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """What came of a simulation."""

    orders: int
    baseline: SimulationFigures
    candidate: SimulationFigures
    differences: tuple[SimulationDifference, ...]
    changed_orders: int
    changed: tuple[ChangedOrder, ...]
    coverage: tuple[RuleCoverage, ...]
    start_at: datetime
    end_at: datetime
    prices: SimulatedPrices | None = None
    """None where none were asked for."""


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of the policy; 0 is the built-in one."""

    version: int
    name: str
    state: PolicyState
    etag: str
    policy_version: str
    author: str
    note: str
    created_at: datetime | None
    updated_at: datetime | None
    published_at: datetime | None
    simulated: bool
    report: SimulationReport | None
    in_force: bool
    starts_at: datetime | None
    canary_bps: int
    findings: tuple[Finding, ...] = ()
    """What the checks found when it was written."""


@dataclass(frozen=True, slots=True)
class Approvals:
    """Who approved a version as it is now, and how many it needs to be published."""

    version: PolicyVersion
    approved_by: tuple[str, ...]
    needed: int


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A version with its content as YAML."""

    version: PolicyVersion
    yaml: str


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """One sentence of a difference; `subject` is a rule or a part of the policy."""

    kind: str
    subject: str
    text: str
    has_effect: bool


@dataclass(frozen=True, slots=True)
class PolicyEvent:
    """One line of the audit; `detail` is JSON."""

    at: datetime
    author: str
    kind: str
    version: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class RuleField:
    """A field that conditions may name."""

    name: str
    scope: str
    kind: str
    says: str
    unit: str
    values: tuple[str, ...]
    ops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuardRails:
    """When a canary is taken back; basis points against the other orders."""

    orders_min: int = 100
    fill_rate_fall_bps: int = 100
    cost_rise_bps: int = 500
    unfilled_rise_bps: int = 100


@dataclass(frozen=True, slots=True)
class Canary:
    """A share of the orders, in basis points, with its guard rails."""

    share_bps: int
    guard_rails: GuardRails = field(default_factory=GuardRails)


@dataclass(frozen=True, slots=True)
class Expected:
    """What every policy must make of a golden order; what is left out is not asked."""

    shipments_max: int = 0
    ships_from_any: tuple[str, ...] = ()
    cost_max: Money | None = None
    promise_by: date | None = None
    excluded_node_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldenOrder:
    """A kept order, and what a policy makes of it."""

    golden_id: str
    order_id: str
    say: str
    author: str
    created_at: datetime
    passed: bool
    problems: tuple[str, ...]
