"""A policy as YAML, read: a document, or every mistake of the file at once.

A file with a mistake is refused whole. Comments are not kept: what is stored is the
document, and `writing.write` gives its one spelling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from allocation.look_ahead import CAP_MINOR_MAX, TAGS_MAX, LookAhead
from allocation.policy import WEIGHT_MINOR_MAX, LineSplit
from allocation.rules.document import (
    DEFAULT_LIMITS,
    GROUPS_MAX,
    RELAX_MAX,
    RULES_MAX,
    TIERS_MAX,
    Group,
    Limits,
    PolicyDocument,
    Relax,
    Setting,
    Tier,
)
from allocation.rules.limits import LIMIT_MAX, LIMIT_OF, LIMITS
from allocation.rules.literals import Coins, Wrong, read_word
from allocation.rules.parts import MEMBERS_MAX
from allocation.rules.reading import Reader, peek
from allocation.rules.sentences import limit_reader, read_rule
from allocation.rules.spelling import MONEY, UNITS
from allocation.rules.tree import Leaf, Mapping, Mistake, Sequence, grow, places
from allocation.rules.words import LimitName, Measure, WhenUnfilled

if TYPE_CHECKING:
    from collections.abc import Callable

    from allocation.rules.tree import Place, Tree

__all__ = ["Mistake", "Unreadable", "read"]

KIND = "Policy"


class Unreadable(ValueError):
    """A file that is no policy: all its mistakes, from the top down."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda m: (m.line, m.column)))
        super().__init__("\n".join(map(str, self.mistakes)))


def read(text: str, *, currency: str = "USD", exponent: int = 2) -> PolicyDocument:
    """The policy that a YAML text describes.

    Args:
        text: one YAML document of at most 256 KB.
        currency: ISO 4217 code of the deployment; amounts in another one are mistakes.
        exponent: digits after its point.

    Raises:
        Unreadable: with every mistake of the text.
    """
    reader = Reader(Coins(currency, exponent))
    tree = grow(text, reader.mistakes)
    document = read_policy(reader, tree) if tree else None
    if tree is None and not reader.mistakes:
        reader.mistakes.append(Mistake(1, 1, "", "is empty", "begin with kind: Policy"))
    if document is None or reader.mistakes:
        raise Unreadable(reader.mistakes)
    return document


def places_of(text: str) -> dict[str, Place]:
    """Where each part of a policy text stands, by its path; {} for no YAML."""
    tree = grow(text, [])
    return places(tree) if tree else {}


def read_policy(reader: Reader, tree: Tree) -> PolicyDocument | None:
    """The whole document."""
    before = reader.faults
    readers: dict[str, Callable[[Tree], object]] = {
        "kind": lambda inner: reader.leaf(inner, _kind),
        "name": reader.text,
        "say": reader.text,
        "objective": lambda inner: _objective(reader, inner),
        "weights": lambda inner: _weights(reader, inner),
        "limits": lambda inner: _limits(reader, inner),
        "look_ahead": lambda inner: _look_ahead(reader, inner),
        "rules": reader.several(lambda inner: read_rule(reader, inner), RULES_MAX),
        "relax": reader.several(lambda inner: _relax(reader, inner), RELAX_MAX),
        "unfilled": reader.word(WhenUnfilled),
        "groups": lambda inner: _groups(reader, inner),
        "time_zone": lambda inner: reader.leaf(inner, _zone),
    }
    values = reader.values(tree, readers, ("kind", "name", "say"))
    _refuse_doubles(reader, tree)
    values.pop("kind", None)
    values |= values.pop("weights", {})
    return reader.build(tree.place, before, PolicyDocument, values)


def _kind(text: str) -> str:
    return read_word(text, [KIND])


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise Wrong("is no IANA zone", "use for example America/New_York") from error
    return text


def _refuse_doubles(reader: Reader, tree: Tree) -> None:
    """Ids used twice, also of rules that could not be read."""
    rules = tree.values.get("rules") if isinstance(tree, Mapping) else None
    seen: dict[str, int] = {}
    for rule in rules.items if isinstance(rules, Sequence) else ():
        name = rule.values.get("id") if isinstance(rule, Mapping) else None
        if not isinstance(name, Leaf):
            continue
        key = name.text.strip()
        if key in seen:
            problem = f"{key} names the rule of line {seen[key]} already"
            reader.add(name.place, problem, "choose another id")
        seen.setdefault(key, name.place.line)


def _objective(reader: Reader, tree: Tree) -> tuple[Tier, ...]:
    if isinstance(tree, Sequence) and not tree.items:
        reader.add(tree.place, "is empty", "name a measure: {minimise: unfilled_units}")
    return reader.several(lambda inner: _tier(reader, inner), TIERS_MAX)(tree)


def _tier(reader: Reader, tree: Tree) -> Tier | None:
    before = reader.faults
    measure = peek(tree, "minimise").upper()
    readers: dict[str, Callable[[Tree], object]] = {
        "minimise": reader.word(Measure, small=True),
        "tolerance": lambda inner: _tolerance(reader, inner, measure),
    }
    values = reader.values(tree, readers, ("minimise",))
    values |= values.pop("tolerance", {})
    return reader.build(tree.place, before, Tier, values)


def _tolerance(reader: Reader, tree: Tree, measure: str) -> dict[str, Any]:
    unit = UNITS[Measure(measure)] if measure in UNITS else ""
    at_most = reader.number((0, LIMIT_MAX), unit, money=measure in MONEY)
    readers: dict[str, Callable[[Tree], object]] = {
        "bps": reader.number((0, 10_000)),
        "at_most": at_most,
    }
    values = reader.values(tree, readers)
    if "bps" in values:
        values["tolerance_bps"] = values.pop("bps")
    return values


def _weights(reader: Reader, tree: Tree) -> dict[str, Any]:
    amount = reader.number((0, WEIGHT_MINOR_MAX), money=True)
    names = {
        "distance_per_100km": "distance_minor_per_100km",
        "late_per_day": "late_minor_per_day",
    }
    values = reader.values(tree, dict.fromkeys(names, amount))
    return {names[name]: value for name, value in values.items()}


def _limits(reader: Reader, tree: Tree) -> Limits | None:
    before = reader.faults
    readers: dict[str, Callable[[Tree], object]] = {}
    for name, bounds in LIMITS.items():
        key = name.removesuffix("_minor")
        unit = "km" if name == "distance_km" else ""
        readers[key] = reader.number(bounds, unit, money=key != name)
    readers["line_split"] = reader.word(LineSplit)
    for name in ("ship_complete", "together", "allow_partial"):
        readers[name] = reader.flag
    values = reader.values(tree, readers)
    named = {
        name if hasattr(DEFAULT_LIMITS, name) else f"{name}_minor": value
        for name, value in values.items()
    }
    return reader.build(tree.place, before, Limits, named)


def _look_ahead(reader: Reader, tree: Tree) -> LookAhead | None:
    before = reader.faults
    names = {"enabled": "on", "cap": "cap_minor", "without_tags": "without_tags"}
    readers: dict[str, Callable[[Tree], object]] = {
        "enabled": reader.flag,
        "cap": reader.number((0, CAP_MINOR_MAX), money=True),
        "without_tags": reader.several(reader.text, TAGS_MAX),
    }
    values = reader.values(tree, readers)
    named = {names[name]: value for name, value in values.items()}
    return reader.build(tree.place, before, LookAhead, named)


def _relax(reader: Reader, tree: Tree) -> Relax | None:
    before = reader.faults
    widen = peek(tree, "widen").upper()
    readers: dict[str, Callable[[Tree], object]] = {
        "lift": reader.several(reader.text, RULES_MAX),
        "widen": reader.word(LimitName, small=True),
        "to": limit_reader(reader, widen, least=0),
        "set": lambda inner: _settings(reader, inner),
    }
    required = ("to",) if widen else ()
    values = reader.values(tree, readers, required)
    if "set" in values:
        values["set_to"] = values.pop("set")
    if "to" in values and not widen and isinstance(tree, Mapping):
        reader.add(tree.keys["to"], "is read with widen only", "leave it out")
    return reader.build(tree.place, before, Relax, values)


def _settings(reader: Reader, tree: Tree) -> tuple[Setting, ...]:
    """Limits by name, each with what it is set to."""
    readers: dict[str, Callable[[Tree], object]] = {
        name.lower(): limit_reader(reader, name, least=LIMITS[LIMIT_OF[name]][0])
        for name in LimitName
    }
    values = reader.values(tree, readers)
    if isinstance(tree, Mapping) and not tree.values:
        reader.add(tree.place, "is empty", "name a limit: {shipments_per_order: 1}")
    return tuple(Setting(LimitName(name.upper()), to) for name, to in values.items())


def _groups(reader: Reader, tree: Tree) -> tuple[Group, ...]:
    found = reader.mapping(tree)
    if found is None:
        return ()
    if len(found.values) > GROUPS_MAX:
        problem = f"has {len(found.values)} entries"
        reader.add(found.place, problem, f"use at most {GROUPS_MAX}")
    groups = [_group(reader, name, each) for name, each in found.values.items()]
    return tuple(group for group in groups if group)


def _group(reader: Reader, name: str, tree: Tree) -> Group | None:
    before = reader.faults
    words = reader.several(reader.text, MEMBERS_MAX)
    values = reader.values(tree, {"nodes": words, "tags": words})
    if "nodes" in values:
        values["node_ids"] = values.pop("nodes")
    return reader.build(tree.place, before, Group, {"name": name, **values})
