"""Tiers and side constraints: which method answers an instance with a `side`.

1. Without the side constraints, and where the tiers are a walk over the frontier of a
   packed key (`packed`), the fast solvers answer; a plan that keeps the constraints is
   the best with them too.
2. Else, short orders whose lines stay whole are answered by Pareto lists (`labels`),
3. and the rest by CP-SAT, tier by tier (`sequential`), beside the plans at hand
   (`mending`). What is not proven there, or is too large to ask, is called FEASIBLE.

Units of a group's line count only where the whole group is: nobody else may send them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.solvers.answers import EMPTY, solution_of
from allocation.solvers.closing import witnesses
from allocation.solvers.frontiers import Frontiers
from allocation.solvers.instance import Frontier, Measure
from allocation.solvers.listing import NOTHING, SOLVED, listed
from allocation.solvers.mending import plans_of
from allocation.solvers.model import Question
from allocation.solvers.packed import fits, sure
from allocation.solvers.parcels import Flat, arguments
from allocation.solvers.prefix import settled
from allocation.solvers.sequential import in_turn
from allocation.solvers.survivors import survivors
from allocation.solvers.targets import targets
from allocation.solvers.tiers import chosen, obeys, useful_together
from allocation.status import PlanStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allocation.solvers.instance import Instance, Integers, Side, Solution
    from allocation.solvers.limits import Limits


def answer(instance: Instance, limits: Limits) -> Frontier:
    """The plan that the tiers choose as the only element; empty if none is allowed.

    A plan that is not called OPTIMAL keeps every constraint, but a better one by some
    tier may exist; its bound is one for the cost of plans that fill as much.
    """
    side = instance.side
    assert side is not None, "an instance without tiers and side constraints"
    if min(instance.useful.shape) == 0 or instance.max_shipments < 1:
        return EMPTY
    gathered = instance
    if side.together:
        gathered = replace(instance, useful=useful_together(instance, side))
    frontiers = Frontiers(gathered, limits)
    found = _walked(gathered, side, frontiers)
    if found is None:
        found = _slower(gathered, frontiers, limits)
        found = _with_witnesses(gathered, found)
    return _with_witnesses(instance, found) if side.together else found


def _with_witnesses(instance: Instance, found: Frontier) -> Frontier:
    """The considered candidates, and those that decide what is asked of a line."""
    kept = np.array(sorted(found.considered), np.int64)
    return found._replace(considered=tuple(witnesses(instance, kept)))


def _walked(instance: Instance, side: Side, frontiers: Frontiers) -> Frontier | None:
    """The answer of the fast solvers, where it is proven to be that of the tiers."""
    found = frontiers.by(side.tiers) if fits(instance, side) else None
    if found is None:
        return None
    if not found.best:
        return found if found.nothing is PlanStatus.OPTIMAL else None
    if any(each.status is not PlanStatus.OPTIMAL for each in found.best):
        return None
    plans = frontiers.priced(side.tiers, found.best)
    best = chosen(side, plans)
    if not sure(side, instance.quantity, plans[-1]):
        return None
    if not obeys(instance, side, best):
        return None
    return _proven(best, found.considered)


def _slower(instance: Instance, frontiers: Frontiers, limits: Limits) -> Frontier:
    """The answer of the methods that see the side constraints."""
    side = instance.side
    assert side is not None
    known, found = settled(instance, side, frontiers), None
    if instance.quantity.size <= limits.kernel_lines:
        found = _listed(instance, side, known, limits)
    return found or _modelled(instance, frontiers, known, limits)


def _proven(best: Solution, considered: Iterable[int]) -> Frontier:
    cost = best.cost_minor
    best = replace(best, status=PlanStatus.OPTIMAL, bound_minor=cost)
    return Frontier((best,), tuple(considered))


def _listed(
    instance: Instance, side: Side, known: tuple[int, ...], limits: Limits
) -> Frontier | None:
    """The answer of the Pareto lists; None if lines are counted or lists too long."""
    _, counted = targets(instance.quantity, instance.useful, int(instance.split))
    if counted.any():
        return None
    said, row, considered = listed(instance, side, known, limits)
    if said == NOTHING:
        return Frontier((), tuple(considered.tolist()))
    if said != SOLVED:
        return None
    best = solution_of(instance.quantity.tolist(), row.tolist())
    return Frontier((best,), tuple(considered.tolist()))


def _modelled(
    instance: Instance, frontiers: Frontiers, known: tuple[int, ...], limits: Limits
) -> Frontier:
    side = instance.side
    assert side is not None
    plans = plans_of(instance, side, frontiers)
    kept = _kept(instance, side)
    considered = (*frontiers.considered, *kept.tolist())
    cells_max = limits.model_cells if plans else limits.tier_cells
    if kept.size * instance.quantity.size <= cells_max:
        hint = chosen(side, plans) if plans else None
        only = tuple(kept.tolist())
        question = Question(instance.max_shipments, hint=hint, only=only)
        said = in_turn(instance, question, known, limits)
        if said.proven and said.solution is None:
            return Frontier((), considered)
        if said.proven and said.solution is not None:
            return Frontier((said.solution,), considered)
        if said.solution is not None:
            plans.append(said.solution)
    if not plans:
        return Frontier((), considered, PlanStatus.FEASIBLE)
    best = chosen(side, plans)
    bound = _bound(best, frontiers)
    best = replace(best, status=PlanStatus.FEASIBLE, bound_minor=bound)
    return Frontier((best,), considered)


def _kept(instance: Instance, side: Side) -> Integers:
    """The candidates that no other one makes superfluous in every measure."""
    more = [tier for tier in side.tiers if tier.measure is Measure.ADDITIVE]
    opening = [instance.fixed_minor, instance.line_minor]
    opening += [array for tier in more for array in (tier.fixed, tier.line)]
    units = np.vstack([instance.unit_minor, *(tier.unit for tier in more)])
    flat: Flat = (*arguments(instance), np.array(opening), units)
    (kept,) = survivors(*flat)
    return kept


def _bound(best: Solution, frontiers: Frontiers) -> int:
    """No plan that fills as much costs less, constraints or not."""
    cheapest = frontiers.by(())
    if cheapest is None or not cheapest.best:
        return 0
    last = cheapest.best[-1]
    if last.unfilled_units != best.unfilled_units:
        return 0
    return min(last.bound_minor, best.cost_minor)
