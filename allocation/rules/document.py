"""The policy document: rules in order, objective, limits and what to relax, as data.

Frozen and valid by construction as far as one value alone can tell; what needs the
whole document or the network is found by the static checks. Money is in minor units.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from allocation.cooling import Terms
from allocation.look_ahead import LookAhead
from allocation.policy import WEIGHT_MINOR_MAX
from allocation.rules.condition import TEXT_RULE, Condition, Value, is_text
from allocation.rules.fields import Scope
from allocation.rules.limits import Limits
from allocation.rules.parameters import BOUNDS, SPEAKING, wanting
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
    "LookAhead",
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
        for name, most in BOUNDS.items():
            if not 0 <= getattr(self, name) <= most:
                raise ValueError(f"{name} must be 0 to {most}")
        for instant in (self.active_from, self.active_until):
            if instant is not None and instant.tzinfo is None:
                raise ValueError("active times name their time zone")
        fault = wanting(self)
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


DEFAULT_LIMITS = Limits()
DEFAULT_LOOK_AHEAD = LookAhead()
DEFAULT_TIERS = (Tier(Measure.UNFILLED_UNITS), Tier(Measure.COST))


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy as operations write it. Rules are in order of priority.

    `time_zone` is that of clock fields and weekly windows. `distance_minor_per_100km`
    and `late_minor_per_day` are part of the cost of every shipment; `look_ahead` bounds
    what look-ahead prices may do.
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
    look_ahead: LookAhead = DEFAULT_LOOK_AHEAD

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
