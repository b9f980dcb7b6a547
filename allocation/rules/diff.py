"""What changed between two policies, in words: what a person approves.

A move counts only where the order of rules does: among rules of which the first that
speaks decides.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

from allocation.rules.literals import Coins, write_instant, write_time
from allocation.rules.moves import Move, moves
from allocation.rules.spelling import Spelling
from allocation.rules.words import LimitName, Verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from allocation.look_ahead import LookAhead
    from allocation.rules.document import (
        Condition,
        Group,
        PolicyDocument,
        Relax,
        Rule,
        Tier,
        Window,
    )


class Kind(StrEnum):
    """What happened."""

    NEW = "NEW"
    GONE = "GONE"
    CHANGED = "CHANGED"
    MOVED = "MOVED"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change. `subject` is a rule's id, or the part of the policy."""

    kind: Kind
    subject: str
    text: str
    has_effect: bool = True
    """Whether plans may differ for it."""

    def __str__(self) -> str:
        return self.text


def differences(
    old: PolicyDocument,
    new: PolicyDocument,
    *,
    currency: str = "USD",
    exponent: int = 2,
) -> tuple[Difference, ...]:
    """All changes from one document to the other, in the order of the new one."""
    differ = _Differ(Spelling(Coins(currency, exponent)))
    return tuple(differ.documents(old, new))


class _Differ:
    """Finds differences and says them."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling

    def documents(
        self, old: PolicyDocument, new: PolicyDocument
    ) -> Iterator[Difference]:
        for name in ("name", "say"):
            before, after = getattr(old, name), getattr(new, name)
            if before != after:
                text = f"{name}: {before} -> {after}"
                yield Difference(Kind.CHANGED, name, text, has_effect=False)
        yield from self._whole(old, new)
        yield from _facts("limits", self._limits(old), self._limits(new))
        ahead = self._look_ahead(old.look_ahead), self._look_ahead(new.look_ahead)
        yield from _facts("look_ahead", *ahead)
        yield from self._rules(old, new)
        yield from _facts("groups", *(_grouped(x.groups) for x in (old, new)))

    def _whole(self, old: PolicyDocument, new: PolicyDocument) -> Iterator[Difference]:
        """Parts that are read as one."""
        for subject, before, after in (
            ("objective", self._objective(old), self._objective(new)),
            ("relax", self._steps(old.relax), self._steps(new.relax)),
            ("unfilled", old.unfilled, new.unfilled),
            ("time_zone", old.time_zone, new.time_zone),
            ("weights", self._weights(old), self._weights(new)),
        ):
            if before != after:
                text = f"{subject}: {before or 'nothing'} -> {after or 'nothing'}"
                yield Difference(Kind.CHANGED, subject, text)

    def _rules(self, old: PolicyDocument, new: PolicyDocument) -> Iterator[Difference]:
        before = {rule.id: rule for rule in old.rules}
        after = {rule.id: rule for rule in new.rules}
        moved = {move.id: move for move in moves(old.rules, new.rules)}
        for name in before:
            if name not in after:
                yield Difference(Kind.GONE, name, f"gone: {name}")
        for name, rule in after.items():
            if name not in before:
                yield Difference(Kind.NEW, name, f"new: {name} ({rule.say})")
                continue
            yield from self._rule(before[name], rule)
            if name in moved:
                yield _moved(moved[name])

    def _rule(self, old: Rule, new: Rule) -> Iterator[Difference]:
        if old.say != new.say:
            text = f"{new.id}: says {new.say}"
            yield Difference(Kind.CHANGED, new.id, text, has_effect=False)
        yield from _facts(new.id, self._said(old), self._said(new))
        for part, before, after in (
            ("", old.where, new.where),
            ("any of ", old.any_of, new.any_of),
        ):
            for text in self._conditions(before, after):
                yield Difference(Kind.CHANGED, new.id, f"{new.id}: {part}{text}")

    def _conditions(
        self, old: Sequence[Condition], new: Sequence[Condition]
    ) -> Iterator[str]:
        gone = [each for each in old if each not in new]
        for each in new:
            if each in old:
                continue
            same = [c for c in gone if (c.field, c.op) == (each.field, each.op)]
            if same:
                gone.remove(same[0])
                was = self._spelling.condition(same[0])
                yield f"{was} -> {self._spelling.compared(each)}"
            else:
                yield f"also asks {self._spelling.condition(each)}"
        for each in gone:
            yield f"no longer asks {self._spelling.condition(each)}"

    def _said(self, rule: Rule) -> dict[str, str]:
        """What a rule has besides conditions and words."""
        spelling = self._spelling
        said = {
            "does": rule.do.value,
            "strength": rule.strength.value,
            "enabled": "yes" if rule.enabled else "no",
            "active from": _moment(rule.active_from),
            "active until": _moment(rule.active_until),
            "weekly": "; ".join(map(_window, rule.weekly)),
            "units": str(rule.units or ""),
            "percent": f"{rule.percent} %" if rule.percent else "",
            "amount": spelling.money(rule.amount_minor) if rule.amount_minor else "",
            "per": rule.per.value if rule.amount_minor else "",
            "queue": rule.queue.value if rule.queue else "",
            "reason": rule.reason,
            "nodes": str(rule.nodes or ""),
            "minutes": str(rule.minutes or ""),
            "rejections": str(rule.rejections or ""),
            "within hours": str(rule.within_hours or ""),
            "for minutes": str(rule.for_minutes or ""),
        }
        if rule.do is Verb.LIMIT and rule.limit:
            said[NAMES[rule.limit]] = str(spelling.limit(rule.limit, rule.to))
        return said

    def _limits(self, document: PolicyDocument) -> dict[str, str]:
        own = document.limits
        return {
            each.name.removesuffix("_minor"): self._limit(
                each.name, getattr(own, each.name)
            )
            for each in fields(own)
        }

    def _limit(self, name: str, value: str | int | bool) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(self._spelling.own_limit(name, value))

    def _look_ahead(self, ahead: LookAhead) -> dict[str, str]:
        cap_minor = ahead.cap_minor
        return {
            "enabled": "yes" if ahead.on else "no",
            "cap": "" if cap_minor is None else self._spelling.money(cap_minor),
            "without tags": ", ".join(ahead.without_tags),
        }

    def _objective(self, document: PolicyDocument) -> str:
        return ", then ".join(map(self._tier, document.objective))

    def _tier(self, tier: Tier) -> str:
        said = tier.minimise.lower()
        if tier.tolerance_bps:
            said += f" within {tier.tolerance_bps} bps"
        if tier.at_most >= 0:
            said += f" and {self._spelling.measure(tier.minimise, tier.at_most)}"
        return said

    def _steps(self, steps: Sequence[Relax]) -> str:
        return ", then ".join(map(self._step, steps))

    def _step(self, step: Relax) -> str:
        verb = "widen" if step.widen else "set"
        said = [f"lift {' and '.join(step.lift)}"] if step.lift else []
        said += [
            f"{verb} {NAMES[limit]} to {self._spelling.limit(limit, to)}"
            for limit, to in step.limits.items()
        ]
        return " and ".join(said)

    def _weights(self, document: PolicyDocument) -> str:
        far = self._spelling.money(document.distance_minor_per_100km)
        late = self._spelling.money(document.late_minor_per_day)
        return f"{far} per 100 km, {late} per day late"


NAMES = {
    LimitName.DISTANCE_KM: "distance",
    LimitName.SHIPMENTS_PER_ORDER: "shipments per order",
    LimitName.SHIPMENTS_PER_LINE: "shipments per line",
    LimitName.SHIPMENT_VALUE_MIN: "least value of a shipment",
}
"""Limits as a person says them."""


def _facts(
    subject: str, old: Mapping[str, str], new: Mapping[str, str]
) -> Iterator[Difference]:
    for name in {**old, **new}:
        before, after = old.get(name, ""), new.get(name, "")
        if before != after:
            text = f"{subject}: {name} {before or 'none'} -> {after or 'none'}"
            yield Difference(Kind.CHANGED, subject, text)


def _moved(move: Move) -> Difference:
    text = f"{move.id} moved"
    if move.up:  # past as many rules on one side as on the other otherwise
        text += f" {'up' if move.up > 0 else 'down'} {abs(move.up)}"
    if move.passed:
        text += f" (may change results: passed {', '.join(move.passed)})"
    else:
        text += " (no effect on results)"
    return Difference(Kind.MOVED, move.id, text, has_effect=bool(move.passed))


def _moment(moment: datetime | None) -> str:
    return write_instant(moment) if moment else ""


def _window(window: Window) -> str:
    begin, end = write_time(window.from_minute), write_time(window.until_minute)
    return f"{' '.join(window.weekdays)} {begin} to {end}"


def _grouped(groups: Sequence[Group]) -> dict[str, str]:
    found = {}
    for group in groups:
        nodes, tags = ", ".join(group.node_ids), ", ".join(group.tags)
        found[group.name] = f"nodes [{nodes}] tags [{tags}]"
    return found
