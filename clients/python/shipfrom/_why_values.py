"""Parts of an explanation: why nodes were not used, what would have changed that."""

from dataclasses import dataclass
from datetime import date

from shipfrom._enums import ChangeKind
from shipfrom._money import Money


@dataclass(frozen=True, slots=True)
class CostComponent:
    """One part of a cost, for example shipping."""

    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Candidate:
    """Why a node was not used; `exclusion` is empty for a node of the plan.

    `observed` is what was seen and `threshold` what it had to meet, as "5,210 km" and
    "4,000 km"; `components` are those of `cost`, one shipment of all it could send,
    `opportunity_cost` is what its units are worth to orders expected.
    """

    node_id: str
    distance_km: int
    chosen: bool
    exclusion: str
    detail: str
    cost: Money | None
    useful_units: int
    promise_date: date | None
    observed: str = ""
    threshold: str = ""
    components: tuple[CostComponent, ...] = ()
    opportunity_cost: Money | None = None


@dataclass(frozen=True, slots=True)
class ExclusionCount:
    """How many nodes fell out for one reason."""

    reason: str
    nodes: int


@dataclass(frozen=True, slots=True)
class Change:
    """What alone puts a node into the plan. `smallest`: one step less does not do."""

    kind: ChangeKind
    amount: str
    value: int
    sku: str
    smallest: bool


@dataclass(frozen=True, slots=True)
class SparedUnits:
    """Units that the best plan without look-ahead takes from a cell and the chosen one
    does not, how many were there, and what one is worth to orders expected."""

    node_id: str
    sku: str
    units: int
    available: int
    worth: Money


@dataclass(frozen=True, slots=True)
class Spared:
    """Why a plan that is cheaper today was not chosen: it takes units that orders
    expected need more. `cost_less` is what would have been paid less."""

    sentence: str
    node_ids: tuple[str, ...]
    cost_less: Money
    units: tuple[SparedUnits, ...]
