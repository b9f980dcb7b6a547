"""Rules made ready for one network: what depends on neither order nor moment is known.

A policy changes weekly and a network daily, orders come by the thousand. So conditions
on what a node is become one mask a rule here, once, and the others are sorted by what
they ask about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from allocation.rules.fees import CHARGING
from allocation.rules.fields import Scope
from allocation.rules.seen import DISTANCE, STILL, compare
from allocation.rules.speaking import in_force
from allocation.rules.words import Per, Strength, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allocation.network import Network
    from allocation.rules.document import Condition, PolicyDocument, Rule
    from allocation.rules.seen import Scene

Mask = NDArray[np.bool_]

MASKS_MAX = 1_000
"""Conditions remembered for one network: a few policies' worth."""
DOCUMENTS_MAX = 16
"""Documents kept ready for one network: those in force, and drafts being tried."""
_WHOLE = (Scope.ORDER, Scope.CLOCK)


class Prepared(NamedTuple):
    """One rule with its place in the document."""

    place: int
    rule: Rule
    whole: tuple[Condition, ...]
    """On order and clock; all hold, and one of `whole_any` if there are some."""
    whole_any: tuple[Condition, ...]
    lines: tuple[Condition, ...]
    """On each line, likewise."""
    lines_any: tuple[Condition, ...]
    nodes: Mask
    """(1, network.size) nodes that meet the conditions on what a node is."""
    moving: tuple[Condition, ...]
    """On distance, stock, local time or lane, likewise."""
    moving_any: tuple[Condition, ...]
    by_candidate: bool
    """Whether only the candidates tell what the rule does."""

    asks_nodes: bool
    """Whether it means some nodes, lanes or cells and not all of them."""
    by_line: bool
    """Whether what it does may differ from line to line."""
    is_fixed: bool
    """Whether it does the same to every order that it speaks of."""


class Ready(NamedTuple):
    """A document for a network, and what its fixed rules do together."""

    document: PolicyDocument
    rules: tuple[Prepared, ...]
    together: dict[tuple[int, ...], Any]
    """Arrays by the places of the fixed rules that speak; see `ruling`."""


def ready(document: PolicyDocument, network: Network) -> Ready:
    """The document's rules for the network; made once."""
    known = cast("Ready | None", network.ready.get(id(document)))
    if known is None or known.document is not document:
        rules = tuple(
            _prepared(place, rule, document, network)
            for place, rule in enumerate(document.rules)
        )
        known = Ready(document, rules, {})
        if len(network.ready) >= DOCUMENTS_MAX:
            network.ready.clear()
        network.ready[id(document)] = known
    return known


def _prepared(
    place: int, rule: Rule, document: PolicyDocument, network: Network
) -> Prepared:
    whole = tuple(c for c in rule.where if c.scope in _WHOLE)
    lines = tuple(c for c in rule.where if c.scope is Scope.LINE)
    still = tuple(c for c in rule.which if is_still(c))
    moving = tuple(c for c in rule.which if not is_still(c))
    nodes = np.ones((1, network.size), dtype=np.bool_)
    for condition in still:
        nodes &= node_mask(condition, document, network)
    whole_any, lines_any, moving_any = _alternatives(rule)
    if rule.any_of and all(map(is_still, rule.any_of)):
        either = [node_mask(c, document, network) for c in rule.any_of]
        nodes &= np.logical_or.reduce(either)
        moving_any = ()
    return Prepared(
        place,
        rule,
        whole,
        whole_any,
        lines,
        lines_any,
        nodes,
        moving,
        moving_any,
        _by_candidate(rule),
        rule.asks_nodes,
        rule.by_line or bool(lines or lines_any),
        _is_fixed(rule),
    )


def _alternatives(rule: Rule) -> tuple[Any, Any, Any]:
    """`any_of` as one of the three: on the whole order, on lines, on nodes."""
    if all(c.scope in _WHOLE for c in rule.any_of):
        return rule.any_of, (), ()
    if rule.any_is_when:
        return (), rule.any_of, ()
    return (), (), rule.any_of


def is_still(condition: Condition) -> bool:
    """Whether the condition asks what a node is, whatever the order and the hour."""
    return condition.field in STILL


def node_mask(condition: Condition, document: PolicyDocument, network: Network) -> Mask:
    """(1, network.size) nodes that meet a condition on what they are."""
    key = condition, document.groups if condition.field == "node.group" else ()
    found = network.masks.get(key)
    if found is None:
        found = np.zeros((1, network.size), dtype=np.bool_)
        see = STILL[condition.field]
        for node in network.nodes:
            seen = see(document, node)
            found[0, node.number] = compare(condition.op, seen, condition)
        if len(network.masks) >= MASKS_MAX:
            network.masks.clear()
        network.masks[key] = found
    return found


def _by_candidate(rule: Rule) -> bool:
    asks = any(on_lane(c) for c in (*rule.where, *rule.any_of))
    late = rule.do in CHARGING and rule.per is Per.DAY_LATE
    return rule.do in (*CHARGING, Verb.ONLY, Verb.NEVER) and (asks or late)


def _is_fixed(rule: Rule) -> bool:
    """Whether nothing that it asks, and nothing that it does, depends on the order."""
    asks = all(c.scope in _WHOLE or is_still(c) for c in (*rule.where, *rule.any_of))
    moving = rule.do in (Verb.LIMIT, Verb.COOL_OFF)
    differs = moving or rule.per is Per.KM or rule.percent
    return asks and not differs and not _by_candidate(rule)


def on_lane(condition: Condition) -> bool:
    """Whether the condition asks about a lane and not only about its length."""
    return condition.scope is Scope.LANE and condition.field != DISTANCE


def heard(rules: Iterable[Prepared], scene: Scene, lifted: frozenset[str]) -> Heard:
    """The rules that speak about the order, as far as the whole order can tell."""
    now, local = scene.problem.now, scene.clock
    return [
        each
        for each in rules
        if (each.rule.strength is Strength.HARD or each.rule.id not in lifted)
        and all(map(scene.holds, each.whole))
        and (not each.whole_any or any(map(scene.holds, each.whole_any)))
        and in_force(each.rule, now, local)
    ]


Heard = list[Prepared]
