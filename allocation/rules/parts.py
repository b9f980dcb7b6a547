"""Parts of a policy document: windows, tiers, steps of relaxing, groups."""

from collections.abc import Mapping
from dataclasses import dataclass

from allocation.rules.condition import TEXT_RULE, is_text
from allocation.rules.fields import WEEKDAYS
from allocation.rules.limits import LIMIT_MAX, LIMIT_OF, LIMITS
from allocation.rules.words import LimitName, Measure

MEMBERS_MAX = 5_000
"""Nodes or tags of one group."""


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
class Tier:
    """One step of the objective, and what the later ones may spend of it: the smaller
    of a share and an amount. `at_most` below 0: the share alone."""

    minimise: Measure
    tolerance_bps: int = 0
    at_most: int = -1

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance_bps <= 10_000:
            raise ValueError("a tolerance is 0 to 10,000 basis points")
        if not -1 <= self.at_most <= LIMIT_MAX:
            raise ValueError(f"at_most is 0 to {LIMIT_MAX}, or -1 for the share alone")


@dataclass(frozen=True, slots=True)
class Setting:
    """A limit, and what a step sets it to: more or less than it was."""

    limit: LimitName
    to: int = 0

    def __post_init__(self) -> None:
        least, most = LIMITS[LIMIT_OF[self.limit]]
        if not least <= self.to <= most:
            raise ValueError(f"{self.limit} is set to {least} to {most}")


@dataclass(frozen=True, slots=True)
class Relax:
    """One step that is tried while a unit is unfilled: a limit widened, or soft rules
    lifted and limits set, all at once. Earlier steps stay in force."""

    lift: tuple[str, ...] = ()
    widen: LimitName | None = None
    to: int = 0
    set_to: tuple[Setting, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.lift or self.set_to) is (self.widen is not None):
            raise ValueError("a step widens a limit, or lifts rules and sets limits")
        if len({each.limit for each in self.set_to}) < len(self.set_to):
            raise ValueError("a step sets each limit once")
        if not all(map(is_text, self.lift)):
            raise ValueError(f"id of a rule {TEXT_RULE}")
        if self.widen is not None:
            Setting(self.widen, self.to)  # refuses what no limit may be
        elif self.to:
            raise ValueError("to is read with widen only")

    @property
    def limits(self) -> Mapping[LimitName, int]:
        """Every limit that the step changes, and to what."""
        widened = {self.widen: self.to} if self.widen else {}
        return widened | {each.limit: each.to for each in self.set_to}


@dataclass(frozen=True, slots=True)
class Group:
    """A name for nodes: those listed and those that carry one of the tags."""

    name: str
    node_ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(map(is_text, (self.name, *self.node_ids, *self.tags))):
            raise ValueError(f"a word of group {self.name!r} is empty or unprintable")
        if max(len(self.node_ids), len(self.tags)) > MEMBERS_MAX:
            raise ValueError(f"a group has at most {MEMBERS_MAX} nodes and tags")
