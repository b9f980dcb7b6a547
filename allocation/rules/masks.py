"""Conditions as boolean arrays over lines and nodes: microseconds a rule.

An array has one row, or one for each line of the order; one column, or one for each
node number (or candidate). What follows from the network alone is kept with it.
"""

from __future__ import annotations

from functools import cache, cached_property, reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from allocation.rules.condition import Condition
from allocation.rules.fields import Op, Scope
from allocation.rules.prepared import is_still, node_mask
from allocation.rules.seen import DISTANCE, OF_LANE, OF_LINE, Trip, compare
from allocation.shortlist import distances_km

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allocation.rules.prepared import Prepared
    from allocation.rules.seen import Scene, Seen
    from allocation.shortlist import Shortlist
    from allocation.solvers.instance import Integers

Mask = NDArray[np.bool_]

YES: Mask = np.ones((1, 1), dtype=np.bool_)
NO: Mask = np.zeros((1, 1), dtype=np.bool_)


class NodeMasks:
    """Masks of one order over the nodes of its network."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._known: dict[Condition, Mask] = {}
        self._clocks: dict[str, list[tuple[str, Seen]]] = {}

    @cached_property
    def exact_km(self) -> NDArray[np.float64]:
        """(network.size,) from each node to the destination."""
        problem = self.scene.problem
        return distances_km(problem.network, problem.order.destination)

    @cached_property
    def distance_km(self) -> Integers:
        """(network.size,) whole km, half up, as plans say them."""
        return (self.exact_km + 0.5).astype(np.int64)

    def of(self, condition: Condition) -> Mask:
        """Where the condition holds; worked out once an order."""
        found = self._known.get(condition)
        if found is None:
            found = self._known[condition] = self._of(condition)
        return found

    def _of(self, condition: Condition) -> Mask:
        match condition.scope:
            case Scope.LINE:
                return self._by_line(condition)
            case Scope.NODE:
                return self._by_node(condition)
            case Scope.CELL:
                return numbers(condition, self.scene.problem.available)
            case Scope.LANE:
                assert condition.field == DISTANCE, "other lanes are told by candidate"
                return numbers(condition, self.distance_km[None, :])
            case _:
                return YES if self.scene.holds(condition) else NO

    def at(self, nodes: Mask) -> Mask:
        """A mask by node number, as it is."""
        return nodes

    def _by_line(self, condition: Condition) -> Mask:
        scene, see = self.scene, OF_LINE[condition.field]
        found = [
            compare(condition.op, see(scene, line), condition)
            for line in scene.order.lines
        ]
        return np.array(found, dtype=np.bool_)[:, None]

    def _by_node(self, condition: Condition) -> Mask:
        scene = self.scene
        if is_still(condition):
            return node_mask(condition, scene.document, scene.problem.network)
        return self._by_time_zone(condition)

    def _by_time_zone(self, condition: Condition) -> Mask:
        scene, network = self.scene, self.scene.problem.network
        found = np.zeros((1, network.size), dtype=np.bool_)
        for zone, seen in self._seen_there(condition):
            if compare(condition.op, seen, condition):
                found |= node_mask(in_zone(zone), scene.document, network)
        return found

    def _seen_there(self, condition: Condition) -> list[tuple[str, Seen]]:
        """What the clocks of all time zones show of the condition's field."""
        seen = self._clocks.get(condition.field)
        if seen is None:
            calendars = self.scene.problem.network.tables.calendars
            zones = {calendar.time_zone for calendar in calendars}
            seen = [(zone, self.scene.see_there(condition, zone)) for zone in zones]
            self._clocks[condition.field] = seen
        return seen


@cache
def in_zone(time_zone: str) -> Condition:
    """Nodes whose clocks go alike."""
    return Condition("node.time_zone", Op.EQ, time_zone)


_ZONE, _KM, _ARRIVAL = 2, 3, 4
_DAYS = 1 << 32
"""More than any date's ordinal, so that lane and arrival make one number."""


class CandidateMasks:
    """Masks of one order over its candidates: a node with one lane each."""

    def __init__(self, nodes: NodeMasks, found: Shortlist) -> None:
        self._nodes = nodes
        self._found = found
        self._alike: dict[bool, tuple[list[Trip], Integers]] = {}

    def of(self, condition: Condition) -> Mask:
        """Where the condition holds."""
        if condition.scope is Scope.LANE:
            see, scene = OF_LANE[condition.field], self._nodes.scene
            trips, place = self._trips(by_distance=condition.field == DISTANCE)
            held = [
                compare(condition.op, see(scene, trip), condition) for trip in trips
            ]
            return np.array(held, dtype=np.bool_)[place][None, :]
        mask = self._nodes.of(condition)
        return mask if mask.shape[1] == 1 else mask[:, self._found.node]

    def _trips(self, *, by_distance: bool) -> tuple[list[Trip], Integers]:
        """One trip for all candidates that a condition cannot tell apart, and which of
        them stands for each candidate."""
        known = self._alike.get(by_distance)
        if known is None:
            head = self._found.head[:5]
            key = head[_KM] if by_distance else head[_ZONE] * _DAYS + head[_ARRIVAL]
            _, first, place = np.unique(key, return_index=True, return_inverse=True)
            network = self._nodes.scene.problem.network
            trips = [
                Trip(
                    network.node_by_number[number],
                    km,
                    network.tables.lanes[zone],
                    arrival,
                )
                for number, _, zone, km, arrival in head[:, first].T.tolist()
            ]
            known = self._alike[by_distance] = trips, place
        return known

    def at(self, nodes: Mask) -> Mask:
        """A mask by node number, by candidate."""
        return nodes[:, self._found.node]


Masks = NodeMasks | CandidateMasks


def when(masks: Masks, rule: Prepared) -> Mask:
    """Lines of which the rule speaks."""
    return _all(masks, rule.lines, _any(masks, rule.lines_any))


def which(masks: Masks, rule: Prepared) -> Mask:
    """Nodes that the rule means, whether or not it speaks."""
    moving = _all(masks, rule.moving, _any(masks, rule.moving_any))
    return both(masks.at(rule.nodes), moving)


def both(one: Mask, other: Mask) -> Mask:
    """Where both hold. As bytes: NumPy takes ten times as long to spread one truth
    over many."""
    if one is YES or other is YES:
        return other if one is YES else one
    return (one.view(np.uint8) & other.view(np.uint8)).view(np.bool_)


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


def _all(masks: Masks, conditions: Iterable[Condition], start: Mask) -> Mask:
    for condition in conditions:
        start = both(start, masks.of(condition))
    return start


def _any(masks: Masks, conditions: Iterable[Condition]) -> Mask:
    found = [masks.of(c) for c in conditions]
    return reduce(np.logical_or, found) if found else YES
