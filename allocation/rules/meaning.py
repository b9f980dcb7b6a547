"""A rule as sets: when it speaks, which nodes it means, and whether another says less.

Made once for each rule and check; nothing here knows an order or a network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from allocation.rules.domains import Domain, domains, implies
from allocation.rules.words import Strength

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from allocation.rules.document import Condition, PolicyDocument, Rule, Window


class Meaning(NamedTuple):
    """One rule, its place in the document, and its conditions as sets."""

    rule: Rule
    place: int
    lifted_at: int
    """The step of `relax` that lifts it; NEVER_LIFTED where none does."""
    when: Mapping[str, Domain]
    which: Mapping[str, Domain]

    @property
    def path(self) -> str:
        """Where the rule stands in the file."""
        return f"rules[{self.place}]"

    @property
    def binds(self) -> bool:
        """Whether it holds whatever happens: hard, or soft and never lifted."""
        return self.lifted_at == NEVER_LIFTED

    @property
    def speaks_when(self) -> tuple[Condition, ...]:
        """The alternatives of `any` that tell when it speaks."""
        return self.rule.any_of if self.rule.any_is_when else ()

    @property
    def means_any(self) -> tuple[Condition, ...]:
        """The alternatives of `any` that tell which nodes it means."""
        return () if self.rule.any_is_when else self.rule.any_of

    @property
    def is_always(self) -> bool:
        """Whether it speaks of every order at every moment."""
        rule = self.rule
        timed = rule.active_from or rule.active_until or rule.weekly
        return not (rule.when or self.speaks_when or timed)


NEVER_LIFTED = 1_000_000


def meanings(document: PolicyDocument, now: datetime) -> tuple[Meaning, ...]:
    """Rules that are switched on and not over."""
    lifted: dict[str, int] = {}
    for step, relax in enumerate(document.relax):
        for name in relax.lift:
            lifted.setdefault(name, step)
    return tuple(
        Meaning(
            rule,
            place,
            lifted.get(rule.id, NEVER_LIFTED)
            if rule.strength is Strength.SOFT
            else NEVER_LIFTED,
            domains(rule.when),
            domains(rule.which),
        )
        for place, rule in enumerate(document.rules)
        if rule.enabled and not is_over(rule, now)
    )


def is_over(rule: Rule, now: datetime) -> bool:
    """Whether it will never speak again."""
    return rule.active_until is not None and rule.active_until <= now


def speaks_with(wide: Meaning, narrow: Meaning) -> bool:
    """Whether `wide` speaks whenever `narrow` does."""
    if wide.is_always:
        return True
    return (
        _all_implied(wide.rule.when, narrow.when)
        and _one_implied(wide.speaks_when, narrow.when, narrow.speaks_when)
        and _lasts(wide.rule, narrow.rule)
    )


def means_more(wide: Meaning, narrow: Meaning) -> bool:
    """Whether `wide` means every node that `narrow` does."""
    return _all_implied(wide.rule.which, narrow.which) and _one_implied(
        wide.means_any, narrow.which, narrow.means_any
    )


def outlasts(wide: Meaning, narrow: Meaning) -> bool:
    """Whether `wide` is lifted no earlier than `narrow`."""
    return wide.lifted_at >= narrow.lifted_at


def _all_implied(
    conditions: tuple[Condition, ...], found: Mapping[str, Domain]
) -> bool:
    return all(implies(found, condition) for condition in conditions)


def _one_implied(
    wide: tuple[Condition, ...],
    found: Mapping[str, Domain],
    narrow: tuple[Condition, ...],
) -> bool:
    """Whether one of `wide` holds where the rest and one of `narrow` do."""
    if not wide or any(implies(found, condition) for condition in wide):
        return True
    return bool(narrow) and all(
        any(implies(domains((each,)), condition) for condition in wide)
        for each in narrow
    )


def _lasts(wide: Rule, narrow: Rule) -> bool:
    """Whether the times of one hold those of the other."""
    if wide.active_from and not (
        narrow.active_from and wide.active_from <= narrow.active_from
    ):
        return False
    if wide.active_until and not (
        narrow.active_until and narrow.active_until <= wide.active_until
    ):
        return False
    if not wide.weekly:
        return True
    return bool(narrow.weekly) and all(
        any(_within(inner, outer) for outer in wide.weekly) for inner in narrow.weekly
    )


def _within(inner: Window, outer: Window) -> bool:
    return (
        set(inner.weekdays) <= set(outer.weekdays)
        and outer.from_minute <= inner.from_minute
        and inner.until_minute <= outer.until_minute
    )
