"""What rules add to the cost of one shipment: part of the one price function.

CHARGE is money that somebody pays. PREFER and CREDIT steer: every shipment that is not
from where the rule would have it is charged in the choice, and nobody pays it; so costs
never fall below zero, and the solvers stay exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from allocation.rules.speaking import means_line, means_node
from allocation.rules.words import Per, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from allocation.order import Line
    from allocation.rules.document import Rule
    from allocation.rules.seen import Scene, Trip

CHARGING = (Verb.CHARGE, Verb.CREDIT, Verb.PREFER)


class Fees(NamedTuple):
    """Minor units: what is paid, and what only steers."""

    charges_minor: int = 0
    preference_minor: int = 0


NO_FEES = Fees()


def fees_of(
    scene: Scene, rules: Iterable[Rule], trip: Trip, units: Sequence[int]
) -> Fees:
    """What the rules that speak add to a shipment of so many units of each line."""
    paid = steering = 0
    for rule in rules:
        fee = fee_of(scene, rule, trip, units)
        if rule.do is Verb.CHARGE:
            paid += fee
        else:
            steering += fee
    return Fees(paid, steering)


def fee_of(scene: Scene, rule: Rule, trip: Trip, units: Sequence[int]) -> int:
    """What one rule adds."""
    every = zip(scene.order.lines, units, strict=True)
    lines = [(line, here) for line, here in every if here]
    if not rule.by_line:
        # All lines or none: one tells.
        lines = lines if lines and _charges(scene, rule, lines[0][0], trip) else []
    charged = [
        here
        for line, here in lines
        if means_line(scene, rule, line)
        and (not rule.by_line or _charges(scene, rule, line, trip))
    ]
    if not charged:
        return 0
    return rule.amount_minor * _times(scene, rule.per, trip, charged)


def _charges(scene: Scene, rule: Rule, line: Line, trip: Trip) -> bool:
    """CHARGE charges the nodes that it means, the others those that they do not."""
    return means_node(scene, rule, line, trip) is (rule.do is Verb.CHARGE)


def _times(scene: Scene, per: Per, trip: Trip, charged: list[int]) -> int:
    match per:
        case Per.SHIPMENT:
            return 1
        case Per.LINE:
            return len(charged)
        case Per.UNIT:
            return sum(charged)
        case Per.KM:
            return trip.distance_km
        case Per.DAY_LATE:
            wanted_by = scene.problem.policy.wanted_by
            return max(0, trip.arrival - wanted_by.toordinal()) if wanted_by else 0
