"""The policy document: rules in order, objective, limits and what to relax, as data.

Frozen and valid by construction as far as one value alone can tell; what needs the
whole document or the network is found by the static checks. Money is in minor units.
"""

from dataclasses import dataclass
from datetime import datetime

from allocation.policy import LineSplit
from allocation.rules.fields import (
    FIELDS,
    OPS,
    SCOPES,
    SEVERAL,
    WEEKDAYS,
    Op,
    Scope,
)
from allocation.rules.words import (
    LimitName,
    Measure,
    Per,
    Queue,
    Strength,
    Verb,
    WhenUnfilled,
)

RULES_MAX = 200
"""More sentences than a person keeps in mind; bounds the work of an order."""
CONDITIONS_MAX = 16
ANY_MAX = 8
VALUES_MAX = 1_000
TEXT_MAX = 200
AMOUNT_MAX = 100_000_000
"""A million of a currency with cents: no charge is meant to be larger."""
PERCENT_MAX = 100
LIMIT_MAX = 1_000_000_000

Value = str | int | bool | tuple[str, ...] | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """`field op value`. Times are minutes after midnight, dates ISO texts."""

    field: str
    op: Op
    value: Value = ()

    def __post_init__(self) -> None:
        field = FIELDS.get(self.field)
        if field is None:
            raise ValueError(f"{self.field} is no field")
        if self.op not in OPS[field.kind]:
            raise ValueError(f"{self.field} cannot be compared by {self.op}")
        if self.op is Op.IS_SET:
            return
        if isinstance(self.value, tuple) is not (self.op in SEVERAL):
            wanted = "a list" if self.op in SEVERAL else "one value"
            raise ValueError(f"{self.field} {self.op} takes {wanted}")
        if isinstance(self.value, tuple):
            least = 2 if self.op is Op.BETWEEN else 1
            most = 2 if self.op is Op.BETWEEN else VALUES_MAX
            if not least <= len(self.value) <= most:
                raise ValueError(f"{self.field} {self.op} takes {least} to {most}")

    @property
    def scope(self) -> Scope:
        """What it asks about."""
        return SCOPES[self.field]


@dataclass(frozen=True, slots=True)
class Window:
    """A part of some weekdays, in the policy's time zone; minutes after midnight."""

    weekdays: tuple[str, ...] = WEEKDAYS
    from_minute: int = 0
    until_minute: int = 24 * 60

    def __post_init__(self) -> None:
        if not set(self.weekdays) <= set(WEEKDAYS) or not self.weekdays:
            raise ValueError(f"weekdays are {', '.join(WEEKDAYS)}")
        if not 0 <= self.from_minute < self.until_minute <= 24 * 60:
            raise ValueError("a window ends after it begins, on the same day")


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence of the policy. Of the last fields each verb reads its own.

    All conditions of `where` hold, and one of `any_of` if there are some. Conditions on
    order, line and clock tell when the rule speaks, those on node, lane and cell which
    nodes it means: ONLY keeps them, NEVER drops them, PREFER and CREDIT charge every
    other one `amount_minor`, CHARGE charges them.
    """

    id: str
    say: str
    do: Verb
    where: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()
    strength: Strength = Strength.HARD
    enabled: bool = True
    active_from: datetime | None = None
    active_until: datetime | None = None
    weekly: tuple[Window, ...] = ()
    units: int = 0
    percent: int = 0
    amount_minor: int = 0
    per: Per = Per.SHIPMENT
    limit: LimitName | None = None
    to: int = 0
    queue: Queue | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        for name in ("id", "say"):
            if not 0 < len(getattr(self, name)) <= TEXT_MAX:
                raise ValueError(f"{name} of a rule has 1 to {TEXT_MAX} characters")
        if len(self.where) > CONDITIONS_MAX or len(self.any_of) > ANY_MAX:
            bounds = f"{CONDITIONS_MAX} conditions and {ANY_MAX} of any"
            raise ValueError(f"a rule has at most {bounds}")
        for name, most in _BOUNDS.items():
            if not 0 <= getattr(self, name) <= most:
                raise ValueError(f"{name} must be 0 to {most}")
        for instant in (self.active_from, self.active_until):
            if instant is not None and instant.tzinfo is None:
                raise ValueError("active times name their time zone")
        fault = _wanting(self)
        if fault:
            raise ValueError(f"{self.do} {fault}")

    @property
    def when(self) -> tuple[Condition, ...]:
        """Conditions that tell whether the rule speaks at all, or of which lines."""
        return tuple(c for c in self.where if c.scope in SPEAKING)

    @property
    def which(self) -> tuple[Condition, ...]:
        """Conditions that tell which nodes the rule means."""
        return tuple(c for c in self.where if c.scope not in SPEAKING)

    @property
    def any_is_when(self) -> bool:
        """Whether `any_of` tells when the rule speaks, not which nodes it means."""
        return all(c.scope in SPEAKING for c in self.any_of)

    @property
    def asks_nodes(self) -> bool:
        """Whether it means some nodes, lanes or cells and not all of them."""
        return bool(self.which) or not self.any_is_when


SPEAKING = (Scope.ORDER, Scope.LINE, Scope.CLOCK)
_BOUNDS = {
    "units": LIMIT_MAX,
    "percent": PERCENT_MAX,
    "amount_minor": AMOUNT_MAX,
    "to": LIMIT_MAX,
}
_AMOUNTS = (Verb.PREFER, Verb.CHARGE, Verb.CREDIT)


def _wanting(rule: Rule) -> str:
    """What a verb lacks, or nothing."""
    if rule.do is Verb.KEEP_BACK and bool(rule.units) is bool(rule.percent):
        return "takes units or percent, one of them above 0"
    if rule.do in _AMOUNTS and not rule.amount_minor:
        return "takes an amount above 0"
    if rule.do is Verb.LIMIT and (rule.limit is None or not rule.to):
        return "takes what it limits, and a number above 0"
    if rule.do is Verb.SEND_TO and rule.queue is None:
        return "takes a queue"
    if rule.do is Verb.ONLY and not rule.asks_nodes:
        return "takes a condition on node, lane or cell"
    return _out_of_place(rule)


def _out_of_place(rule: Rule) -> str:
    """A condition that asks for more than the verb can tell apart, or nothing."""
    asked = (*rule.where, *rule.any_of)
    scopes = {condition.scope for condition in asked}
    finer = scopes & {Scope.LINE, Scope.CELL}
    if rule.do in _AMOUNTS and finer and rule.per is not Per.UNIT:
        return "with a condition on line, item or cell is per UNIT"
    if rule.do is Verb.KEEP_BACK and Scope.LANE in scopes:
        return "takes no condition on the lane"
    if rule.do in (Verb.TOGETHER, Verb.SEND_TO) and not scopes <= set(SPEAKING):
        return "takes conditions on order, line and clock only"
    if rule.do is Verb.LIMIT:
        far = rule.limit is LimitName.DISTANCE_KM
        if not scopes <= ({*SPEAKING, Scope.NODE} if far else set(SPEAKING)):
            return "takes conditions on order, line and clock; on nodes for a distance"
    return ""


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of the objective, and what the later ones may spend of it: the smaller
    of a share and an amount. `at_most` below 0: the share alone."""

    minimise: Measure
    tolerance_bps: int = 0
    at_most: int = -1

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance_bps <= 10_000:
            raise ValueError("a tolerance is 0 to 10,000 basis points")


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


@dataclass(frozen=True, slots=True)
class Relax:
    """One step that is tried while a unit is unfilled: soft rules lifted, or a limit
    widened. Earlier steps stay in force."""

    lift: tuple[str, ...] = ()
    widen: LimitName | None = None
    to: int = 0

    def __post_init__(self) -> None:
        if bool(self.lift) is (self.widen is not None):
            raise ValueError("a step lifts rules or widens a limit")


@dataclass(frozen=True, slots=True)
class Group:
    """A name for nodes: those listed and those that carry one of the tags."""

    name: str
    node_ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


DEFAULT_TIERS = (Tier(Measure.UNFILLED_UNITS), Tier(Measure.COST))


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy as operations write it. Rules are in order of priority.

    `time_zone` is that of clock fields and weekly windows. `distance_minor_per_100km`
    and `late_minor_per_day` are part of the cost of every shipment.
    """

    name: str
    say: str
    objective: tuple[Tier, ...] = DEFAULT_TIERS
    limits: Limits = Limits()
    rules: tuple[Rule, ...] = ()
    relax: tuple[Relax, ...] = ()
    unfilled: WhenUnfilled = WhenUnfilled.CANCEL
    groups: tuple[Group, ...] = ()
    time_zone: str = "UTC"
    distance_minor_per_100km: int = 0
    late_minor_per_day: int = 500

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a policy has a name")
        if len(self.rules) > RULES_MAX:
            raise ValueError(f"at most {RULES_MAX} rules")
        ids = [rule.id for rule in self.rules]
        twice = {each for each in ids if ids.count(each) > 1}
        if twice:
            raise ValueError(f"rules named twice: {', '.join(sorted(twice))}")
