"""What conditions leave possible of one field, so that they can be compared as sets.

A domain is what all conditions on a field say together. Nothing here knows an order or
a network: a domain that is empty can never be met, and one that lies within a condition
implies it. Where that cannot be told, the answer is no.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from allocation.rules.fields import FIELDS, MINUTES_A_DAY, Kind, Op

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from allocation.rules.condition import Condition

    Spans = tuple[tuple[int, int], ...]

FAR = 1 << 60
"""Beyond every value of a field."""
NUMERIC = (Kind.WHOLE, Kind.MONEY, Kind.TIME, Kind.DATE)
SIGNED = ("order.priority", "node.priority")
"""Fields that may lie below zero."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Half-open spans of whole numbers, apart and in order."""

    spans: Spans

    @property
    def is_empty(self) -> bool:
        """Whether no number is left."""
        return not self.spans


@dataclass(frozen=True, slots=True)
class Words:
    """Texts: `allowed` alone, or all but `barred`, that begin with all `prefixes`."""

    allowed: frozenset[str] | None
    barred: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether no text is left."""
        if self.allowed is not None:
            return not self.allowed
        longest = max(self.prefixes, key=len, default="")
        return not all(longest.startswith(prefix) for prefix in self.prefixes)


@dataclass(frozen=True, slots=True)
class Tags:
    """Sets of tags that hold all of `every` and one of each of `some`."""

    every: frozenset[str] = frozenset()
    some: frozenset[frozenset[str]] = frozenset()

    is_empty = False


Domain = Numbers | Words | Tags


def domains(conditions: Iterable[Condition]) -> dict[str, Domain]:
    """What conditions that all hold leave of each field that they name."""
    found: dict[str, Domain] = {}
    for condition in conditions:
        before = found.get(condition.field) or everything(condition.field)
        found[condition.field] = _met(before, domain(condition))
    return found


def together(
    first: Mapping[str, Domain], second: Mapping[str, Domain]
) -> dict[str, Domain]:
    """What two sets of conditions leave where both hold."""
    found = dict(first)
    for name, other in second.items():
        found[name] = _met(found[name], other) if name in found else other
    return found


def impossible(found: Mapping[str, Domain]) -> str:
    """A field of which nothing is left, or ''."""
    return next((name for name, left in found.items() if left.is_empty), "")


def implies(found: Mapping[str, Domain], condition: Condition) -> bool:
    """Whether the condition holds wherever the others do."""
    mine = found.get(condition.field)
    if mine is None:
        return False
    if condition.op is Op.IS_SET:
        return True
    if isinstance(mine, Numbers):
        wanted = _numbers(condition)
        return Numbers(_overlap(mine.spans, _outside(wanted))).is_empty
    if isinstance(mine, Tags):
        return _has_tags(mine, domain(condition))
    return _has_words(mine, condition)


def everything(name: str) -> Domain:
    """All that a field can be, of which a condition leaves a part."""
    field = FIELDS[name]
    if field.kind is Kind.TAGS:
        return Tags()
    if field.kind is Kind.TIME:
        return Numbers(((0, MINUTES_A_DAY),))
    if field.kind in NUMERIC:
        return Numbers(((-FAR if name in SIGNED else 0, FAR),))
    if field.kind is Kind.FLAG:
        return Words(frozenset(map(str, (True, False))))
    return Words(frozenset(field.values) if field.values else None)


def domain(condition: Condition) -> Domain:
    """What one condition leaves of its field."""
    all_of_it = everything(condition.field)
    if condition.op is Op.IS_SET:
        return all_of_it
    if isinstance(all_of_it, Numbers):
        return Numbers(_numbers(condition))
    values = frozenset(map(str, _values(condition)))
    match condition.op:
        case Op.HAS_ALL:
            return Tags(every=values)
        case Op.HAS_ANY if len(values) == 1:
            return Tags(every=values)
        case Op.HAS_ANY:
            return Tags(some=frozenset((values,)))
        case Op.NE | Op.NOT_IN:
            return Words(None, barred=values)
        case Op.STARTS_WITH:
            return Words(None, prefixes=values)
        case _:
            return Words(values)


def _values(condition: Condition) -> tuple[object, ...]:
    value = condition.value
    return value if isinstance(value, tuple) else (value,)


def _number(value: object) -> int:
    """Dates are counted in days."""
    if isinstance(value, str):
        return date.fromisoformat(value).toordinal()
    assert isinstance(value, int), "numeric fields are compared with numbers"
    return value


def _numbers(condition: Condition) -> Spans:
    values = [_number(value) for value in _values(condition)]
    first = values[0]
    match condition.op:
        case Op.LT:
            return ((-FAR, first),)
        case Op.LTE:
            return ((-FAR, first + 1),)
        case Op.GT:
            return ((first + 1, FAR),)
        case Op.GTE:
            return ((first, FAR),)
        case Op.BETWEEN:
            return ((first, values[1]),) if first < values[1] else ()
        case Op.NE | Op.NOT_IN:
            return _outside(_points(values))
        case _:
            return _points(values)


def _points(values: Iterable[int]) -> Spans:
    return tuple((value, value + 1) for value in sorted(set(values)))


def _outside(spans: Spans) -> Spans:
    edges = [-FAR, *(edge for span in spans for edge in span), FAR]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple((low, high) for low, high in pairs if low < high)


def _overlap(first: Spans, second: Spans) -> Spans:
    if not first or not second:
        return ()
    pairs = (
        (max(a, c), min(b, d))
        for a, b in first
        for c, d in second
        if max(a, c) < min(b, d)
    )
    return tuple(sorted(pairs))


def _met(first: Domain, second: Domain) -> Domain:
    """What two domains of one field leave together."""
    if isinstance(first, Numbers) and isinstance(second, Numbers):
        return Numbers(_overlap(first.spans, second.spans))
    if isinstance(first, Tags) and isinstance(second, Tags):
        return Tags(first.every | second.every, first.some | second.some)
    assert isinstance(first, Words), "domains of one field are of one kind"
    assert isinstance(second, Words)
    barred = first.barred | second.barred
    prefixes = first.prefixes | second.prefixes
    if first.allowed is None or second.allowed is None:
        allowed = second.allowed if first.allowed is None else first.allowed
    else:
        allowed = first.allowed & second.allowed
    if allowed is not None:
        left = {each for each in allowed - barred if each.startswith(tuple(prefixes))}
        allowed = frozenset(left if prefixes else allowed - barred)
    return Words(allowed, barred, prefixes)


def _has_tags(mine: Tags, wanted: Domain) -> bool:
    assert isinstance(wanted, Tags)
    if not wanted.every <= mine.every:
        return False
    return all(
        choice & mine.every or any(own <= choice for own in mine.some)
        for choice in wanted.some
    )


def _has_words(mine: Words, condition: Condition) -> bool:
    values = set(map(str, _values(condition)))
    if mine.allowed is not None:
        match condition.op:
            case Op.NE | Op.NOT_IN:
                return not mine.allowed & values
            case Op.STARTS_WITH:
                return all(each.startswith(tuple(values)) for each in mine.allowed)
            case _:
                return mine.allowed <= values
    match condition.op:
        case Op.NE | Op.NOT_IN:
            return all(
                value in mine.barred
                or any(not value.startswith(each) for each in mine.prefixes)
                for value in values
            )
        case Op.STARTS_WITH:
            return any(each.startswith(tuple(values)) for each in mine.prefixes)
        case _:
            return False
