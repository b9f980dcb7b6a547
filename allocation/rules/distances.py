"""Rules at odds with each other whatever the network: by their values alone."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from allocation.rules.domains import Numbers, implies, impossible, together
from allocation.rules.findings import Finding, error, warning
from allocation.rules.meaning import speaks_with
from allocation.rules.words import LimitName, Verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from allocation.rules.document import PolicyDocument
    from allocation.rules.meaning import Meaning

DISTANCE = "lane.distance_km"


def opposites(found: Sequence[Meaning]) -> Iterator[Finding]:
    """Pairs of rules that certainly hold together and leave nothing."""
    binding = [
        one for one in found if one.binds and one.rule.do in (Verb.ONLY, Verb.NEVER)
    ]
    for first, then in combinations(binding, 2):
        if not _leave_nothing(first, then) and not _leave_nothing(then, first):
            continue
        if speaks_with(first, then) or speaks_with(then, first):
            names = first.rule.id, then.rule.id
            text = f"{names[0]} and {names[1]} leave no node to send from"
            advice = "widen or remove one, or make it SOFT"
            yield error(then.path, text, advice, rules=names)


def _leave_nothing(only: Meaning, other: Meaning) -> bool:
    """Whether nothing that `only` keeps is left by the other one."""
    if only.rule.do is not Verb.ONLY:
        return False
    if other.rule.do is Verb.ONLY:
        return bool(impossible(together(only.which, other.which)))
    if not other.rule.asks_nodes:
        return False  # it refuses orders or lines, and is meant to
    choices = other.means_any
    return all(implies(only.which, c) for c in other.rule.which) and (
        not choices or any(implies(only.which, c) for c in choices)
    )


def too_far(document: PolicyDocument, found: Sequence[Meaning]) -> Iterator[Finding]:
    """Rules about distances that no plan has."""
    farthest = farthest_km(document)
    reach = {DISTANCE: Numbers(((0, farthest + 1),))}
    for one in found:
        asked = one.which.get(DISTANCE)
        if asked is None or asked.is_empty:
            continue
        if impossible(together(reach, {DISTANCE: asked})):
            names = (one.rule.id,)
            text = f"{one.rule.id} asks for more than {farthest} km, the widest limit"
            advice = "change the distance, or the limit"
            if one.rule.do is Verb.ONLY and one.binds:
                yield error(one.path, f"{text}: no node is left", advice, rules=names)
            elif one.rule.do not in (Verb.PREFER, Verb.CREDIT):
                yield warning(one.path, f"{text}: no effect", advice, rules=names)


def farthest_km(document: PolicyDocument) -> int:
    """The widest limit that any order may have."""
    rules = [
        rule.to
        for rule in document.rules
        if rule.limit is LimitName.DISTANCE_KM and not rule.asks_nodes
    ]
    steps = [step.limits.get(LimitName.DISTANCE_KM, 0) for step in document.relax]
    return max(document.limits.distance_km, *rules, *steps, 0)


def pointless(found: Sequence[Meaning]) -> Iterator[Finding]:
    """Preferences that mean every node alike."""
    for one in found:
        if one.rule.do in (Verb.PREFER, Verb.CREDIT) and not one.rule.asks_nodes:
            names = (one.rule.id,)
            text = f"{one.rule.id} prefers every node: no effect"
            advice = "add a condition on node, lane or cell"
            yield warning(one.path, text, advice, rules=names)
