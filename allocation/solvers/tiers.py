"""What tiers and side constraints say of a finished solution, one by one.

The solvers find plans; here is the plain meaning of an `instance.Side`, on units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.solvers.instance import Measure, TierArrays

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allocation.solvers.instance import Instance, Integers, Side, Solution

_BPS = 10_000

TIES = (
    TierArrays(Measure.UNFILLED_UNITS),
    TierArrays(Measure.COST),
    TierArrays(Measure.SHIPMENTS),
)
"""What decides when the tiers leave several plans."""


def most_allowed(side: Side, tier: TierArrays, best: int) -> int:
    """The largest value of the tier that later tiers may choose from.

    A share of what stays unfilled is one of all of it: of what nobody has as well.
    """
    more = (best + besides(side, tier)) * tier.tolerance_bps // _BPS
    if tier.tolerance_at_most >= 0:
        more = min(more, tier.tolerance_at_most)
    return best + more


def besides(side: Side, tier: TierArrays) -> int:
    """What every plan has of the measure beyond what the instance shows."""
    if tier.measure is Measure.UNFILLED_UNITS:
        return side.missing_units
    return side.missing_minor if tier.measure is Measure.UNFILLED_VALUE else 0


def value_of(side: Side, tier: TierArrays, solution: Solution) -> int:
    """What a solution comes to in one tier."""
    if tier.measure is Measure.UNFILLED_UNITS:
        return solution.unfilled_units
    if tier.measure is Measure.UNFILLED_VALUE:
        return int(side.unit_value_minor @ np.array(solution.unfilled))
    if tier.measure is Measure.SHIPMENTS:
        return len(solution.parcels)
    if tier.measure is Measure.COST:
        return solution.cost_minor
    return sum(_added(tier, k, units) for k, units in solution.parcels)


def _added(tier: TierArrays, candidate: int, units: tuple[int, ...]) -> int:
    load = np.array(units)
    lines = np.count_nonzero(load)
    own = tier.fixed[candidate] + tier.line[candidate] * lines
    return int(own + tier.unit[candidate] @ load)


def chosen(side: Side, solutions: Iterable[Solution]) -> Solution:
    """The best of some solutions by the tiers, then by what decides ties."""
    left = list(solutions)
    for tier in (*side.tiers, *TIES):
        if len(left) == 1:
            break
        values = [value_of(side, tier, each) for each in left]
        most = most_allowed(side, tier, min(values))
        left = [each for each, value in zip(left, values, strict=True) if value <= most]
    return left[0]


def obeys(instance: Instance, side: Side, solution: Solution) -> bool:
    """Whether a solution keeps every side constraint."""
    return (
        _together(side, instance.quantity.tolist(), solution)
        and _worth(side, solution)
        and _gathered(side, solution)
    )


def _together(side: Side, quantity: list[int], solution: Solution) -> bool:
    for group in side.together:
        lines = [line for line in group if quantity[line]]
        for _, units in solution.parcels:
            sent = [line for line in lines if units[line]]
            if sent and any(units[line] < quantity[line] for line in lines):
                return False
    return True


def _worth(side: Side, solution: Solution) -> bool:
    """Whether each shipment and what is left are worth enough."""
    partial = solution.unfilled_units + side.missing_units > 0
    if not side.shipment_value_min or (len(solution.parcels) < 2 and not partial):
        return True
    worth = side.unit_value_minor
    values = [int(worth @ np.array(units)) for _, units in solution.parcels]
    if partial:
        values.append(side.missing_minor + int(worth @ np.array(solution.unfilled)))
    return min(values) >= side.shipment_value_min


def _gathered(side: Side, solution: Solution) -> bool:
    if not side.shipments_per_line:
        return True
    sent = np.array([units for _, units in solution.parcels])
    return int((sent > 0).sum(axis=0).max(initial=0)) <= side.shipments_per_line


def useful_together(instance: Instance, side: Side) -> Integers:
    """Useful units without those of candidates that have a group only in part."""
    useful = instance.useful
    for group in side.together:
        lines = [line for line in group if instance.quantity[line]]
        lacks = (useful[:, lines] < instance.quantity[lines]).any(axis=1)
        if lines and lacks.any():
            useful = useful.copy()
            for line in lines:
                useful[lacks, line] = 0
    return useful
