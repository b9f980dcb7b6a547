"""A policy as YAML, written: one spelling for each document.

Keys come in the order in which people read them, conditions in one line, values in
their units, and what is as by default is left out. Comments are nobody's to keep here:
a document has none.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import yaml

from allocation.rules.document import DEFAULT_LIMITS, PolicyDocument, Window
from allocation.rules.fields import FIELDS, SEVERAL, WEEKDAYS, Op
from allocation.rules.literals import Coins, write_instant, write_time
from allocation.rules.parameters import PARAMETERS
from allocation.rules.spelling import Spelling
from allocation.rules.words import Per, Strength, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from allocation.look_ahead import LookAhead
    from allocation.rules.document import Condition, Group, Relax, Rule, Tier

LINE_MAX = 1_000_000
"""A condition is never broken in two."""
_PREFIX = "tag:yaml.org,2002:"

Plain = str | int | bool


def write(document: PolicyDocument, *, currency: str = "USD", exponent: int = 2) -> str:
    """The YAML that `written.read` reads as an equal document."""
    writer = _Writer(Spelling(Coins(currency, exponent)))
    text = yaml.serialize(
        writer.document(document),
        Dumper=yaml.SafeDumper,
        allow_unicode=True,
        width=LINE_MAX,
    )
    return str(text)


class _Writer:
    """Makes YAML nodes of a document's parts."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling

    def document(self, document: PolicyDocument) -> yaml.Node:
        weights = self._weights(document)
        return _block(
            {
                "kind": "Policy",
                "name": document.name,
                "say": _said(document.say),
                "objective": _items(map(self._tier, document.objective)),
                **({"weights": weights} if weights.value else {}),
                **_some("limits", self._limits(document)),
                **_some("look_ahead", self._look_ahead(document.look_ahead)),
                **_many("rules", map(self._rule, document.rules)),
                **_many("relax", map(self._relax, document.relax)),
                "unfilled": document.unfilled.value,
                **_some("groups", _groups(document.groups)),
                **_unless(document.time_zone, "UTC", "time_zone"),
            }
        )

    def _weights(self, document: PolicyDocument) -> yaml.MappingNode:
        plain = PolicyDocument(document.name, document.say)
        found: dict[str, Plain | yaml.Node] = {}
        for name, key in (
            ("distance_minor_per_100km", "distance_per_100km"),
            ("late_minor_per_day", "late_per_day"),
        ):
            value = getattr(document, name)
            if value != getattr(plain, name):
                found[key] = self._spelling.money(value)
        return _line(found)

    def _tier(self, tier: Tier) -> yaml.Node:
        tolerance: dict[str, Plain | yaml.Node] = {}
        if tier.tolerance_bps:
            tolerance["bps"] = tier.tolerance_bps
        if tier.at_most >= 0:
            tolerance["at_most"] = self._spelling.measure(tier.minimise, tier.at_most)
        found: dict[str, Plain | yaml.Node] = {"minimise": tier.minimise.lower()}
        if tolerance:
            found["tolerance"] = _line(tolerance)
        return _line(found)

    def _limits(self, document: PolicyDocument) -> dict[str, Plain | yaml.Node]:
        found: dict[str, Plain | yaml.Node] = {}
        for each in fields(DEFAULT_LIMITS):
            value = getattr(document.limits, each.name)
            if value == each.default:
                continue
            name = each.name.removesuffix("_minor")
            found[name] = self._spelling.own_limit(each.name, value)
        return found

    def _look_ahead(self, ahead: LookAhead) -> dict[str, Plain | yaml.Node]:
        found: dict[str, Plain | yaml.Node] = {}
        if not ahead.on:
            found["enabled"] = False
        if ahead.cap_minor is not None:
            found["cap"] = self._spelling.money(ahead.cap_minor)
        if ahead.without_tags:
            found["without_tags"] = _words(ahead.without_tags)
        return found

    def _rule(self, rule: Rule) -> yaml.Node:
        found: dict[str, Plain | yaml.Node] = {
            "id": rule.id,
            "say": _said(rule.say),
            "do": rule.do.value,
            **_many("where", map(self._condition, rule.where), flow=True),
            **_many("any", map(self._condition, rule.any_of), flow=True),
            **self._parameters(rule),
        }
        if rule.strength is not Strength.HARD:
            found["strength"] = rule.strength.value
        if not rule.enabled:
            found["enabled"] = False
        active = {
            name: write_instant(moment)
            for name, moment in (
                ("from", rule.active_from),
                ("until", rule.active_until),
            )
            if moment
        }
        if active:
            found["active"] = _line(active)
        return _block(found | _many("weekly", map(_window, rule.weekly), flow=True))

    def _parameters(self, rule: Rule) -> dict[str, Plain | yaml.Node]:
        """What the verb takes."""
        found: dict[str, Plain | yaml.Node] = {}
        for name in PARAMETERS[rule.do]:
            value = getattr(rule, name)
            if name == "limit" and rule.limit:
                found["limit"] = rule.limit.lower()
            elif name == "to":
                found["to"] = self._spelling.limit(rule.limit, value)
            elif name == "amount_minor":
                found["amount"] = self._spelling.money(value)
            elif name == "percent" and value:
                found["percent"] = f"{value} %"
            elif name == "per" and rule.do is Verb.PREFER and value is Per.SHIPMENT:
                continue  # as it is said
            elif value:
                found[name] = value if isinstance(value, int) else str(value)
        return found

    def _relax(self, step: Relax) -> yaml.Node:
        if step.widen is not None:
            to = self._spelling.limit(step.widen, step.to)
            return _line({"widen": step.widen.lower(), "to": to})
        found: dict[str, Plain | yaml.Node] = {}
        if step.lift:
            found["lift"] = _words(step.lift)
        if step.set_to:
            found["set"] = _line(
                {
                    each.limit.lower(): self._spelling.limit(each.limit, each.to)
                    for each in step.set_to
                }
            )
        return _line(found)

    def _condition(self, condition: Condition) -> yaml.Node:
        field, op = FIELDS[condition.field], condition.op
        found: dict[str, Plain | yaml.Node] = {"field": field.name, "op": op.value}
        if op is Op.IS_SET:
            return _line(found)
        value = condition.value
        if op in SEVERAL and isinstance(value, tuple):
            each = [_node(self._spelling.value(field, inner)) for inner in value]
            found["value"] = yaml.SequenceNode(_PREFIX + "seq", each, flow_style=True)
        elif not isinstance(value, tuple):
            found["value"] = self._spelling.value(field, value)
        return _line(found)


def _window(window: Window) -> yaml.Node:
    found: dict[str, Plain | yaml.Node] = {}
    if window.weekdays != WEEKDAYS:
        found["days"] = _words(window.weekdays)
    if window.from_minute != Window().from_minute:
        found["from"] = write_time(window.from_minute)
    if window.until_minute != Window().until_minute:
        found["until"] = write_time(window.until_minute)
    return _line(found)


def _groups(groups: Iterable[Group]) -> dict[str, Plain | yaml.Node]:
    found: dict[str, Plain | yaml.Node] = {}
    for group in groups:
        members = {"nodes": group.node_ids, "tags": group.tags}
        found[group.name] = _line(
            {name: _words(words) for name, words in members.items() if words}
        )
    return found


def _unless(value: str, default: str, name: str) -> dict[str, Plain | yaml.Node]:
    return {} if value == default else {name: value}


def _some(
    name: str, content: Mapping[str, Plain | yaml.Node]
) -> dict[str, Plain | yaml.Node]:
    """A mapping, unless it is empty: in one line if all its values are plain."""
    if not content:
        return {}
    nested = any(isinstance(value, yaml.Node) for value in content.values())
    return {name: _block(content) if nested else _line(content)}


def _many(
    name: str, nodes: Iterable[yaml.Node], *, flow: bool = False
) -> dict[str, Plain | yaml.Node]:
    """A list, unless it is empty. A single short entry stays in the line."""
    found = list(nodes)
    if not found:
        return {}
    return {name: _items(found, flow=flow and len(found) == 1)}


def _items(nodes: Iterable[yaml.Node], *, flow: bool = False) -> yaml.Node:
    return yaml.SequenceNode(_PREFIX + "seq", list(nodes), flow_style=flow)


def _words(words: Iterable[str]) -> yaml.Node:
    return _items(map(_node, words), flow=True)


def _line(content: Mapping[str, Plain | yaml.Node]) -> yaml.MappingNode:
    return _mapping(content, flow=True)


def _block(content: Mapping[str, Plain | yaml.Node]) -> yaml.MappingNode:
    return _mapping(content, flow=False)


def _mapping(
    content: Mapping[str, Plain | yaml.Node], *, flow: bool
) -> yaml.MappingNode:
    pairs = [(_node(name), _node(value)) for name, value in content.items()]
    return yaml.MappingNode(_PREFIX + "map", pairs, flow_style=flow)


def _said(text: str) -> yaml.Node:
    return yaml.ScalarNode(_PREFIX + "str", text, style='"')


def _node(value: Plain | yaml.Node) -> yaml.Node:
    if isinstance(value, yaml.Node):
        return value
    if isinstance(value, bool):
        return yaml.ScalarNode(_PREFIX + "bool", str(value).lower())
    if isinstance(value, int):
        return yaml.ScalarNode(_PREFIX + "int", str(value))
    return yaml.ScalarNode(_PREFIX + "str", value)
