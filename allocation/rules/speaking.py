"""Which rules speak about an order: in force at the moment and meant for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.rules.fields import Scope
from allocation.rules.seen import is_open
from allocation.rules.words import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from allocation.order import Line
    from allocation.rules.document import Condition, Rule
    from allocation.rules.seen import Scene, Trip

_WHOLE = (Scope.ORDER, Scope.CLOCK)


def speaking(scene: Scene, lifted: frozenset[str]) -> Iterator[tuple[int, Rule]]:
    """Rules in their order with their places, as far as the order alone can tell."""
    for place, rule in enumerate(scene.document.rules):
        if rule.strength is Strength.SOFT and rule.id in lifted:
            continue
        if in_force(rule, scene.problem.now, scene.clock) and _meant(scene, rule):
            yield place, rule


def in_force(rule: Rule, now: datetime, local: datetime) -> bool:
    """Whether the rule is switched on, within its dates and its weekly windows."""
    begun = rule.active_from is None or rule.active_from <= now
    over = rule.active_until is not None and rule.active_until <= now
    return rule.enabled and begun and not over and is_open(rule.weekly, local)


def _meant(scene: Scene, rule: Rule) -> bool:
    """Whether the conditions on the whole order hold."""
    if not all(scene.holds(c) for c in rule.where if c.scope in _WHOLE):
        return False
    if not rule.any_of or any(c.scope not in _WHOLE for c in rule.any_of):
        return True
    return any(scene.holds(c) for c in rule.any_of)


def means_line(scene: Scene, rule: Rule, line: Line) -> bool:
    """Whether a rule that speaks about the order means this line of it."""
    if not all(scene.holds(c, line=line) for c in rule.when):
        return False
    if not rule.any_of or not rule.any_is_when:
        return True
    return any(scene.holds(c, line=line) for c in rule.any_of)


def means_node(scene: Scene, rule: Rule, line: Line, trip: Trip) -> bool:
    """Whether the rule's conditions on node, lane and cell hold, and `any_of` if it
    asks about them."""

    def holds(condition: Condition) -> bool:
        return scene.holds(condition, line=line, node=trip.node, trip=trip)

    if not all(map(holds, rule.which)):
        return False
    return not rule.any_of or rule.any_is_when or any(map(holds, rule.any_of))
