"""The best values of the first tiers, where a fast solver's plan proves them.

What is left unfilled and the first measure after it need no look at the later tiers.
Pareto lists and CP-SAT then begin with what these two allow.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from allocation.solvers.instance import Measure
from allocation.solvers.packed import fill_decided, fits
from allocation.solvers.tiers import obeys, value_of
from allocation.status import PlanStatus

if TYPE_CHECKING:
    from allocation.solvers.frontiers import Frontiers
    from allocation.solvers.instance import Instance, Side

_MEASURES = (Measure.COST, Measure.ADDITIVE)


def settled(instance: Instance, side: Side, frontiers: Frontiers) -> tuple[int, ...]:
    """One value for each of the first tiers; none where nothing is proven of them."""
    first = _first(side)
    if not first.tiers or not fits(instance, first):
        return ()
    measured = tuple(tier for tier in first.tiers if tier.measure in _MEASURES)
    found = frontiers.by(measured)
    if found is None or not found.best:
        return ()
    (best,) = frontiers.priced(measured, found.best[-1:])
    if best.status is not PlanStatus.OPTIMAL or not obeys(instance, side, best):
        return ()
    if not fill_decided(first, instance.quantity, best):
        return ()
    return tuple(value_of(side, tier, best) for tier in first.tiers)


def _first(side: Side) -> Side:
    """Tiers of what is unfilled at the front, and one measure after them."""
    kept = 0
    while kept < len(side.tiers) and side.tiers[kept].measure <= Measure.UNFILLED_VALUE:
        kept += 1
    if kept < len(side.tiers) and side.tiers[kept].measure in _MEASURES:
        kept += 1
    return replace(side, tiers=side.tiers[:kept])
