"""CP-SAT for tiers and side constraints: one tier after the other.

Data         as in `model`, and of `instance.Side`: value v_l of a unit, least value V
             of a shipment, groups of lines, most shipments a line J_l; tiers with their
             tolerances.
Variables    as in `model`; q the plan is one shipment that fills everything; w it fills
             everything.
Constraints  those of `model`; sum_k y_k >= 1;
             x_kl = x_kl' for lines of one group (they are whole: a candidate that has
             the group in part has none of it, see `tiers.useful_together`);
             sum_k x_kl <= J_l;
             q => w, sum_k y_k = 1; w => all units are sent;
             y_k and not q => sum_l v_l u_kl >= V; not w => value left >= V;
             tier i <= best_i + tolerance_i for every tier solved before.
Objective    tier i, in order; then unfilled units, cost, shipments.

Limits       those of `model`, shared by the tiers.
Statuses     OPTIMAL: every tier was proven. FEASIBLE: a plan, some tier unproven.
             INFEASIBLE: proven that nothing may be sent. UNKNOWN: no plan.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from allocation.solvers.instance import Measure
from allocation.solvers.model import (
    Question,
    build,
    impossible,
    run,
    solution_of,
    start_from,
)
from allocation.solvers.targets import targets
from allocation.solvers.tiers import TIES, most_allowed
from allocation.status import PlanStatus

if TYPE_CHECKING:
    from allocation.solvers.instance import Instance, Side, Solution, TierArrays
    from allocation.solvers.limits import Limits
    from allocation.solvers.model import Built


_SECONDS_LEAST = 0.02
"""Deterministic time of a tier when the earlier ones have used it up."""


class Answered(NamedTuple):
    """A plan, or None and whether it is proven that there is none."""

    solution: Solution | None
    proven: bool


def in_turn(
    instance: Instance, question: Question, known: tuple[int, ...], limits: Limits
) -> Answered:
    """The plan that the tiers choose among those that keep the side constraints.

    `known`: proven best values of the first tiers.
    """
    side = instance.side
    assert side is not None, "an instance without tiers and side constraints"
    asked, counted = targets(instance.quantity, instance.useful, int(instance.split))
    short = bool((asked < instance.quantity).any())
    if not question.only or (instance.complete and short):
        return Answered(None, True)
    built = build(instance, question, asked.tolist(), counted.tolist())
    if not built.shipments:
        return Answered(None, True)
    built.model.add(built.opened <= question.shipments_max)
    built.model.add(built.opened >= 1)
    if instance.complete:
        built.model.add(built.sent == int(instance.quantity.sum()))
    _constrain(built, instance, side)
    start_from(built, question.hint)
    return _solved(built, instance, known, limits)


def _solved(
    built: Built, instance: Instance, known: tuple[int, ...], limits: Limits
) -> Answered:
    side = instance.side
    assert side is not None
    solution, proven = None, True
    decided: set[Measure] = set()
    seconds = limits.model_seconds
    for number, tier in enumerate((*side.tiers, *TIES)):
        if tier.measure in decided:
            continue
        measure = _measure(built, instance, side, tier)
        if number < len(known):
            best = known[number]
        else:
            built.model.minimize(measure)
            solver, status = run(built, replace(limits, model_seconds=seconds))
            seconds = max(_SECONDS_LEAST, seconds - solver.deterministic_time)
            proven &= status is PlanStatus.OPTIMAL
            if status is None and solution is None:
                return Answered(None, impossible(solver))
            if status is None:
                break
            solution = solution_of(instance, built, solver)
            best = round(solver.objective_value)
            built.model.clear_hints()
            start_from(built, solution)
        most = most_allowed(side, tier, best)
        if most == best and tier.measure is not Measure.ADDITIVE:
            decided.add(tier.measure)
        built.model.add(measure <= most)
    assert solution is not None
    if proven:
        cost = solution.cost_minor
        solution = replace(solution, status=PlanStatus.OPTIMAL, bound_minor=cost)
    return Answered(solution, proven)


def _measure(built: Built, instance: Instance, side: Side, tier: TierArrays) -> Any:
    if tier.measure is Measure.UNFILLED_UNITS:
        return int(instance.quantity.sum()) - built.sent
    if tier.measure is Measure.UNFILLED_VALUE:
        return _left(built, instance, side)
    if tier.measure is Measure.SHIPMENTS:
        return built.opened
    if tier.measure is Measure.COST:
        return built.cost
    total = 0
    for k, shipment in built.shipments.items():
        total += int(tier.fixed[k]) * shipment.opened
        total += int(tier.line[k]) * sum(shipment.carried.values())
        total += _weighed(tier.unit[k].tolist(), shipment.units)
    return total


def _weighed(weights: list[int], units: dict[int, Any]) -> Any:
    return sum(weights[line] * sent for line, sent in units.items())


def _left(built: Built, instance: Instance, side: Side) -> Any:
    """Value of the units left unfilled."""
    worth = side.unit_value_minor.tolist()
    sent = sum(_weighed(worth, each.units) for each in built.shipments.values())
    return int(side.unit_value_minor @ instance.quantity) - sent


def _constrain(built: Built, instance: Instance, side: Side) -> None:
    quantity = instance.quantity.tolist()
    for group in side.together:
        first, *others = [line for line in group if quantity[line]] or [0]
        for shipment in built.shipments.values():
            for line in others:
                if line in shipment.carried:
                    pair = shipment.carried[first], shipment.carried[line]
                    built.model.add(pair[0] == pair[1])
    if side.shipments_per_line:
        for line in range(len(quantity)):
            senders = [s.carried.get(line, 0) for s in built.shipments.values()]
            built.model.add(sum(senders) <= side.shipments_per_line)
    if side.shipment_value_min:
        _worth(built, instance, side)


def _worth(built: Built, instance: Instance, side: Side) -> None:
    """What shipments and the rest are worth, unless one shipment fills everything."""
    model, least = built.model, side.shipment_value_min
    single, whole = model.new_bool_var(""), model.new_bool_var("")
    model.add_implication(single, whole)
    model.add(built.opened == 1).only_enforce_if(single)
    model.add(built.sent == int(instance.quantity.sum())).only_enforce_if(whole)
    if side.missing_units:
        model.add(whole == 0)
    left = _left(built, instance, side) + side.missing_minor
    model.add(left >= least).only_enforce_if(~whole)
    worth = side.unit_value_minor.tolist()
    for shipment in built.shipments.values():
        value = _weighed(worth, shipment.units)
        model.add(value >= least).only_enforce_if(shipment.opened, ~single)
