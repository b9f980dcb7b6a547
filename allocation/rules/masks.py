"""Conditions as boolean arrays over lines and nodes: microseconds a rule.

An array has one row, or one for each line of the order; one column, or one for each
node number (or candidate). What follows from the network alone is kept with it.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from allocation.rules.fields import Op, Scope
from allocation.rules.seen import CHANGING, DISTANCE, OF_LANE, Trip, compare

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allocation.instance import Integers
    from allocation.rules.document import Condition, Rule
    from allocation.rules.seen import Scene
    from allocation.shortlist import Shortlist

Mask = NDArray[np.bool_]

MASKS_MAX = 1_000
"""Conditions remembered for one network: a few policies' worth."""
YES: Mask = np.ones((1, 1), dtype=np.bool_)
NO: Mask = np.zeros((1, 1), dtype=np.bool_)


class NodeMasks:
    """Masks of one order over the nodes of its network."""

    def __init__(self, scene: Scene, distance_km: Integers) -> None:
        self.scene = scene
        self.distance_km = distance_km

    def of(self, condition: Condition) -> Mask:
        """Where the condition holds."""
        match condition.scope:
            case Scope.LINE:
                return self._by_line(condition)
            case Scope.NODE:
                return self._by_node(condition)
            case Scope.CELL:
                return numbers(condition, self.scene.problem.available)
            case Scope.LANE:
                assert condition.field == DISTANCE, "other lanes are told by candidate"
                known = self.distance_km[None, :]
                return numbers(condition, known) & (known >= 0)
            case _:
                return YES if self.scene.holds(condition) else NO

    def _by_line(self, condition: Condition) -> Mask:
        lines = self.scene.order.lines
        found = [self.scene.holds(condition, line=line) for line in lines]
        return np.array(found, dtype=np.bool_)[:, None]

    def _by_node(self, condition: Condition) -> Mask:
        network, scene = self.scene.problem.network, self.scene
        if condition.field in CHANGING:
            return self._by_time_zone(condition)
        groups = scene.document.groups if condition.field == "node.group" else ()
        key = condition, groups
        known = network.masks.get(key)
        if known is None:
            known = np.zeros((1, network.size), dtype=np.bool_)
            for node in network.nodes:
                known[0, node.number] = scene.holds(condition, node=node)
            if len(network.masks) >= MASKS_MAX:
                network.masks.clear()
            network.masks[key] = known
        return known

    def _by_time_zone(self, condition: Condition) -> Mask:
        network = self.scene.problem.network
        found = np.zeros((1, network.size), dtype=np.bool_)
        told: dict[str, bool] = {}
        for node in network.nodes:
            if node.time_zone not in told:
                told[node.time_zone] = self.scene.holds(condition, node=node)
            found[0, node.number] = told[node.time_zone]
        return found


class CandidateMasks:
    """Masks of one order over its candidates: a node with one lane each."""

    def __init__(self, nodes: NodeMasks, found: Shortlist) -> None:
        self._nodes = nodes
        self._found = found
        network = nodes.scene.problem.network
        self._trips = [
            Trip(
                network.node_by_number[number],
                km,
                network.tables.lanes[zone],
                arrival,
            )
            for number, _, zone, km, arrival in found.head[:5].T.tolist()
        ]

    def of(self, condition: Condition) -> Mask:
        """Where the condition holds."""
        if condition.scope is Scope.LANE:
            see, scene = OF_LANE[condition.field], self._nodes.scene
            held = [
                compare(condition.op, see(scene, trip), condition)
                for trip in self._trips
            ]
            return np.array(held, dtype=np.bool_)[None, :]
        mask = self._nodes.of(condition)
        return mask if mask.shape[1] == 1 else mask[:, self._found.node]


Masks = NodeMasks | CandidateMasks


def when(masks: Masks, rule: Rule) -> Mask:
    """Lines of which the rule speaks."""
    mask = _all(masks, rule.when)
    return mask & _any(masks, rule.any_of) if rule.any_is_when else mask


def which(masks: Masks, rule: Rule) -> Mask:
    """Nodes that the rule means, whether or not it speaks."""
    mask = _all(masks, rule.which)
    return mask if rule.any_is_when else mask & _any(masks, rule.any_of)


def needs_lane(rule: Rule) -> bool:
    """Whether a condition asks about a lane and not only about its length."""
    asked = (*rule.where, *rule.any_of)
    return any(c.scope is Scope.LANE and c.field != DISTANCE for c in asked)


def numbers(condition: Condition, seen: NDArray[Any]) -> Mask:
    """A whole-number condition on many values at once."""
    held: Mask = _compared(condition.op, seen, condition.value)
    return held


def _compared(op: Op, seen: NDArray[Any], value: Any) -> Any:
    match op:
        case Op.EQ:
            return seen == value
        case Op.NE:
            return seen != value
        case Op.IN:
            return np.isin(seen, value)
        case Op.NOT_IN:
            return np.isin(seen, value, invert=True)
        case Op.LT:
            return seen < value
        case Op.LTE:
            return seen <= value
        case Op.GT:
            return seen > value
        case Op.GTE:
            return seen >= value
        case _:
            assert op is Op.BETWEEN, f"{op} takes no numbers"
            return (seen >= value[0]) & (seen < value[1])


def _all(masks: Masks, conditions: Iterable[Condition]) -> Mask:
    return reduce(np.logical_and, [masks.of(c) for c in conditions], YES)


def _any(masks: Masks, conditions: Iterable[Condition]) -> Mask:
    found = [masks.of(c) for c in conditions]
    return reduce(np.logical_or, found, NO) if found else YES
