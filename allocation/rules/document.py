"""The policy document: rules in order, objective, limits and what to relax, as data.

Frozen and valid by construction as far as one value alone can tell; what needs the
whole document or the network is found by the static checks. Money is in minor units.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from allocation.cooling import HOURS_MAX, MINUTES_MAX, REJECTIONS_MAX, Terms
from allocation.policy import WEIGHT_MINOR_MAX
from allocation.rules.condition import TEXT_RULE, Condition, Value, is_text
from allocation.rules.fields import Scope
from allocation.rules.limits import LIMIT_MAX, LIMIT_MOST, Limits
from allocation.rules.parts import Group, Relax, Setting, Tier, Window
from allocation.rules.words import (
    LimitName,
    Measure,
    Per,
    Queue,
    Strength,
    Verb,
    WhenUnfilled,
)

__all__ = [
    "Condition",
    "Group",
    "Limits",
    "PolicyDocument",
    "Relax",
    "Rule",
    "Setting",
    "Tier",
    "Value",
    "Window",
]

RULES_MAX = 200
"""More sentences than a person keeps in mind; bounds the work of an order."""
CONDITIONS_MAX = 16
ANY_MAX = 8
AMOUNT_MAX = 100_000_000
"""A million of a currency with cents: no charge is meant to be larger."""
PERCENT_MAX = 100
OFFERED_MAX = 10
"""Nodes asked at once: each of them has to look."""
OFFER_MINUTES_MAX = 1_440
LOCAL = ("node.local_time", "node.local_weekday")
TIERS_MAX = 12
RELAX_MAX = 50
GROUPS_MAX = 100


class Sorted:
    """A rule's conditions by what they ask about. No fields: they follow from those."""

    __slots__ = ("any_is_when", "by_line", "when", "which")

    when: tuple[Condition, ...]
    """Conditions that tell whether the rule speaks at all, or of which lines."""
    which: tuple[Condition, ...]
    """Conditions that tell which nodes the rule means."""
    any_is_when: bool
    """Whether `any_of` tells when the rule speaks, not which nodes it means."""
    by_line: bool
    """Whether a node may be meant for one line and not for another one."""


@dataclass(frozen=True, slots=True)
class Rule(Sorted):
    """One sentence of the policy. Of the last fields each verb reads its own.

    All conditions of `where` hold, and one of `any_of` if there are some. Conditions on
    order, line and clock tell when the rule speaks, those on node, lane and cell which
    nodes it means: ONLY keeps them, NEVER drops them, PREFER and CREDIT charge every
    other one `amount_minor`, CHARGE charges them, OFFER has their shipments offered to
    `nodes` others of them; COOL_OFF drops those that turned down so many `rejections`,
    for a while.
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
    nodes: int = 0
    minutes: int = 0
    rejections: int = 0
    within_hours: int = 0
    for_minutes: int = 0

    def __post_init__(self) -> None:
        self._sort()
        for name in ("id", "say"):
            if not is_text(getattr(self, name)):
                raise ValueError(f"{name} of a rule {TEXT_RULE}")
        if self.reason and not is_text(self.reason):
            raise ValueError(f"reason of a rule {TEXT_RULE}")
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

    def _sort(self) -> None:
        """Sort the conditions by what they ask about, once: every order asks."""
        when = tuple(c for c in self.where if c.scope in SPEAKING)
        which = tuple(c for c in self.where if c.scope not in SPEAKING)
        any_is_when = all(c.scope in SPEAKING for c in self.any_of)
        choosing = which if any_is_when else (*which, *self.any_of)
        by_line = any(c.scope in (Scope.LINE, Scope.CELL) for c in choosing)
        for name, value in (
            ("when", when),
            ("which", which),
            ("any_is_when", any_is_when),
            ("by_line", by_line),
        ):
            object.__setattr__(self, name, value)

    @property
    def terms(self) -> Terms:
        """When COOL_OFF leaves a node alone."""
        return Terms(self.rejections, self.within_hours, self.for_minutes)

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
    "nodes": OFFERED_MAX,
    "minutes": OFFER_MINUTES_MAX,
    "rejections": REJECTIONS_MAX,
    "within_hours": HOURS_MAX,
    "for_minutes": MINUTES_MAX,
}
_AMOUNTS = (Verb.PREFER, Verb.CHARGE, Verb.CREDIT)
PARAMETERS: dict[Verb, tuple[str, ...]] = {
    Verb.ONLY: (),
    Verb.NEVER: (),
    Verb.PREFER: ("amount_minor", "per"),
    Verb.KEEP_BACK: ("units", "percent"),
    Verb.LIMIT: ("limit", "to"),
    Verb.CHARGE: ("amount_minor", "per"),
    Verb.CREDIT: ("amount_minor", "per"),
    Verb.TOGETHER: (),
    Verb.SEND_TO: ("queue", "reason"),
    Verb.OFFER: ("nodes", "minutes"),
    Verb.COOL_OFF: ("rejections", "within_hours", "for_minutes"),
}
"""What each verb reads of a rule; the others stay as they are by default."""
_UNREAD = {
    "units": 0,
    "percent": 0,
    "amount_minor": 0,
    "per": Per.SHIPMENT,
    "limit": None,
    "to": 0,
    "queue": None,
    "reason": "",
    "nodes": 0,
    "minutes": 0,
    "rejections": 0,
    "within_hours": 0,
    "for_minutes": 0,
}


def _wanting(rule: Rule) -> str:
    """What a verb lacks, or nothing."""
    for name, unread in _UNREAD.items():
        if name not in PARAMETERS[rule.do] and getattr(rule, name) != unread:
            return f"does not take {name}"
    if rule.do is Verb.KEEP_BACK and bool(rule.units) is bool(rule.percent):
        return "takes units or percent, one of them above 0"
    if rule.do in _AMOUNTS and not rule.amount_minor:
        return "takes an amount above 0"
    if rule.do is Verb.LIMIT and (rule.limit is None or not rule.to):
        return "takes what it limits, and a number above 0"
    if rule.limit is not None and rule.to > LIMIT_MOST[rule.limit]:
        return f"{rule.limit} is at most {LIMIT_MOST[rule.limit]:,}"
    if rule.do is Verb.SEND_TO and rule.queue is None:
        return "takes a queue"
    if rule.do is Verb.OFFER and not rule.nodes:
        return "takes how many nodes are asked, 1 at least"
    if rule.do is Verb.COOL_OFF and not all(rule.terms):
        return "takes rejections, within_hours and for_minutes, each above 0"
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
    if rule.do in (Verb.KEEP_BACK, Verb.COOL_OFF) and Scope.LANE in scopes:
        return "takes no condition on the lane"
    if rule.do in (Verb.TOGETHER, Verb.SEND_TO) and not scopes <= set(SPEAKING):
        return "takes conditions on order, line and clock only"
    if rule.do is Verb.OFFER and not all(map(_is_still, asked)):
        return "takes conditions on order, line and clock, and on what a node is"
    if rule.do is Verb.LIMIT:
        far = rule.limit is LimitName.DISTANCE_KM
        if not scopes <= ({*SPEAKING, Scope.NODE} if far else set(SPEAKING)):
            return "takes conditions on order, line and clock; on nodes for a distance"
    return ""


def _is_still(condition: Condition) -> bool:
    """Whether it asks nothing that changes with hour and distance about a node."""
    if condition.scope is Scope.NODE:
        return condition.field not in LOCAL
    return condition.scope in SPEAKING


DEFAULT_LIMITS = Limits()
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
    limits: Limits = DEFAULT_LIMITS
    rules: tuple[Rule, ...] = ()
    relax: tuple[Relax, ...] = ()
    unfilled: WhenUnfilled = WhenUnfilled.CANCEL
    groups: tuple[Group, ...] = ()
    time_zone: str = "UTC"
    distance_minor_per_100km: int = 0
    late_minor_per_day: int = 500

    def __post_init__(self) -> None:
        for name in ("name", "say"):
            if not is_text(getattr(self, name)):
                raise ValueError(f"{name} of a policy {TEXT_RULE}")
        if not self.objective:
            raise ValueError("an objective makes at least one measure small")
        for name, most in _COUNTS.items():
            if len(getattr(self, name)) > most:
                raise ValueError(f"at most {most} of {name}")
        for name in ("distance_minor_per_100km", "late_minor_per_day"):
            if not 0 <= getattr(self, name) <= WEIGHT_MINOR_MAX:
                raise ValueError(f"{name} must be 0 to {WEIGHT_MINOR_MAX}")
        _once("rules", [rule.id for rule in self.rules])
        _once("groups", [group.name for group in self.groups])
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"time_zone is unknown: {self.time_zone!r}") from error


_COUNTS = {
    "objective": TIERS_MAX,
    "rules": RULES_MAX,
    "relax": RELAX_MAX,
    "groups": GROUPS_MAX,
}


def _once(what: str, names: list[str]) -> None:
    twice = {each for each in names if names.count(each) > 1}
    if twice:
        raise ValueError(f"{what} named twice: {', '.join(sorted(twice))}")
