"""CP-SAT: what the structure of the kernel cannot hold, and the second opinion.

Data         candidates k of nodes, lines l; a_l units asked and which lines are counted
             (`targets`); m_kl useful units; tariff base, step, step grams, fuel, volume
             divisor; fixed, line and unit costs; J shipments at most. Integers only.
Variables    y_k a shipment leaves k; x_kl line l is in it; u_kl units (a_l x_kl for a
             whole line); n_k started weight steps; f_k fuel.
Constraints  sum_k u_kl <= a_l; u_kl <= m_kl x_kl and u_kl >= x_kl; x_kl <= y_k;
             y_k <= sum_l x_kl; sum_k y_k <= J; sum_k x_kl <= 1 for a whole line;
             sum of u_kl over the candidates of one node <= its stock of l;
             n_k >= y_k; n_k g >= weight; n_k g divisor >= volume;
             10000 f_k >= fuel (base y_k + step n_k) - 4999, fuel rounded half up.
Objective    fewest unfilled units; with those, (J + 1) cost + shipments.

Limits       one worker, a fixed seed and deterministic time, so that a replay gives the
             same plan; wall clock only as a guard.
Statuses     OPTIMAL: proven. FEASIBLE: the plan with the proven bound. INFEASIBLE or
             UNKNOWN: no plan, the caller keeps the one it has. MODEL_INVALID: a bug.

OR-Tools is imported at the first use: most processes never need it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.solvers.instance import Parcel, Solution
from allocation.solvers.limits import DEFAULT, Limits
from allocation.solvers.parcels import price_parcel
from allocation.solvers.targets import targets
from allocation.status import PlanStatus

if TYPE_CHECKING:
    from allocation.solvers.instance import Instance, Tariffs

SEED = 7

_BPS = 10_000


@dataclass(frozen=True, slots=True)
class Shipment:
    """Variables of one candidate; `units` only of the lines it can send."""

    opened: Any
    carried: dict[int, Any]
    units: dict[int, Any]
    cost: Any


@dataclass(frozen=True, slots=True)
class _Lines:
    """Of one candidate: whether each line is in its parcel, and how many units."""

    carried: dict[int, Any]
    units: dict[int, Any]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    asked: int
    counted: bool


@dataclass(frozen=True, slots=True)
class _Load:
    tariffs: Tariffs
    weight_g: Any
    volume_cm3: Any
    weight_g_max: int
    volume_cm3_max: int


@dataclass(frozen=True, slots=True)
class Built:
    """A model, its variables, and the sums that objectives are made of."""

    model: Any
    shipments: dict[int, Shipment]
    sent: Any
    cost: Any
    opened: Any


@dataclass(frozen=True, slots=True)
class Question:
    """What to solve: at most so many shipments, from which plan to start, and whether
    only some of the candidates may be opened."""

    shipments_max: int
    hint: Solution | None = None
    only: tuple[int, ...] | None = None


def answer(
    instance: Instance, question: Question, *, limits: Limits = DEFAULT
) -> Solution | None:
    """The best plan, or None if none that sends anything exists or is found."""
    asked, counted = targets(instance.quantity, instance.useful, int(instance.split))
    total = int(instance.quantity.sum())
    if instance.complete and (asked < instance.quantity).any():
        return None
    built = build(instance, question, asked.tolist(), counted.tolist())
    built.model.add(built.opened <= question.shipments_max)
    start_from(built, question.hint)
    unfilled = 0 if instance.complete else None
    if unfilled is None:
        built.model.maximize(built.sent)
        solver, status = run(built, limits)
        if status is not PlanStatus.OPTIMAL:
            return solution_of(instance, built, solver) if status else None
        unfilled = total - round(solver.objective_value)
    if unfilled == total:
        return None
    return _cheapest(instance, built, total - unfilled, limits)


def _cheapest(
    instance: Instance, built: Built, sent: int, limits: Limits
) -> Solution | None:
    """The last two tiers: cost, then shipments, in one objective."""
    scale = instance.max_shipments + 1
    built.model.add(built.sent == sent)
    built.model.minimize(built.cost * scale + built.opened)
    solver, status = run(built, limits)
    if status is None:
        return None
    solution = solution_of(instance, built, solver)
    if status is PlanStatus.OPTIMAL:
        bound = solution.cost_minor
    else:
        bound = max(0, -(-(round(solver.best_objective_bound) - scale + 1) // scale))
    return replace(solution, status=status, bound_minor=bound)


def build(
    instance: Instance, question: Question, asked: list[int], counted: list[int]
) -> Built:
    """The order as a model without objective."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    useful = instance.useful.tolist()
    shipments = {}
    for candidate in question.only or range(len(useful)):
        row = useful[candidate]
        units: dict[int, Any] = {}
        carried: dict[int, Any] = {}
        for line, most in enumerate(row):
            if counted[line] and most > 0:
                carried[line] = model.new_bool_var("")
                units[line] = model.new_int_var(0, min(most, asked[line]), "")
                model.add(units[line] <= min(most, asked[line]) * carried[line])
                model.add(units[line] >= carried[line])
            elif 0 < asked[line] <= most:
                carried[line] = model.new_bool_var("")
                units[line] = asked[line] * carried[line]
        if units:
            lines = _Lines(carried, units)
            shipments[candidate] = _shipment(model, instance, candidate, lines)
    for line, most in enumerate(asked):
        _share(model, instance, shipments, _Line(line, most, bool(counted[line])))
    sent = sum(u for s in shipments.values() for u in s.units.values())
    cost = sum(s.cost for s in shipments.values())
    return Built(
        model, shipments, sent, cost, sum(s.opened for s in shipments.values())
    )


def _shipment(
    model: Any, instance: Instance, candidate: int, lines: _Lines
) -> Shipment:
    opened = model.new_bool_var("")
    for carries in lines.carried.values():
        model.add_implication(carries, opened)
    model.add_bool_or([*lines.carried.values(), opened.negated()])
    cost = int(instance.fixed_minor[candidate]) * opened
    cost += int(instance.line_minor[candidate]) * sum(lines.carried.values())
    unit = instance.unit_minor[candidate].tolist()
    cost += sum(unit[line] * u for line, u in lines.units.items())
    tariff = int(instance.tariff[candidate])
    if tariff >= 0:
        cost += _carriage(model, _load(instance, lines.units), tariff, opened)
    return Shipment(opened, lines.carried, lines.units, cost)


def _load(instance: Instance, units: dict[int, Any]) -> _Load:
    """Weight and volume of a parcel as expressions, and the most they can be."""
    weight_g, volume_cm3 = instance.weight_g.tolist(), instance.volume_cm3.tolist()
    most = instance.quantity.tolist()
    return _Load(
        tariffs=instance.tariffs,
        weight_g=sum(weight_g[line] * u for line, u in units.items()),
        volume_cm3=sum(volume_cm3[line] * u for line, u in units.items()),
        weight_g_max=sum(weight_g[line] * most[line] for line in units),
        volume_cm3_max=sum(volume_cm3[line] * most[line] for line in units),
    )


def _carriage(model: Any, load: _Load, tariff: int, opened: Any) -> Any:
    """Tariff price of one parcel: started steps, and fuel rounded half up."""
    tariffs = load.tariffs
    base, step = int(tariffs.base_minor[tariff]), int(tariffs.step_minor[tariff])
    step_g, divisor = int(tariffs.step_g[tariff]), int(tariffs.volume_divisor[tariff])
    fuel_bps = int(tariffs.fuel_bps[tariff])
    heaviest = load.weight_g_max
    if divisor:
        heaviest = max(heaviest, -(-load.volume_cm3_max // divisor))
    steps_max = max(1, -(-heaviest // step_g))
    steps = model.new_int_var(0, steps_max, "")
    model.add(steps >= opened)
    model.add(step_g * steps >= load.weight_g)
    if divisor:
        model.add(step_g * divisor * steps >= load.volume_cm3)
    carriage = base * opened + step * steps
    fuel_max = (base + step * steps_max) * fuel_bps // _BPS + 1
    fuel = model.new_int_var(0, fuel_max, "")
    model.add(_BPS * fuel >= fuel_bps * carriage - (_BPS // 2 - 1))
    return carriage + fuel + int(tariffs.residential_minor[tariff]) * opened


def _share(
    model: Any, instance: Instance, shipments: dict[int, Shipment], line: _Line
) -> None:
    """What all shipments together may send of a line, and those of one node."""
    senders = [k for k, s in shipments.items() if line.number in s.units]
    if not line.counted:
        model.add_at_most_one(shipments[k].carried[line.number] for k in senders)
        return
    model.add(sum(shipments[k].units[line.number] for k in senders) <= line.asked)
    nodes: dict[int, list[int]] = {}
    for k in senders:
        nodes.setdefault(int(instance.node[k]), []).append(k)
    for mates in nodes.values():
        if len(mates) > 1:
            stock = max(int(instance.useful[k, line.number]) for k in mates)
            together = sum(shipments[k].units[line.number] for k in mates)
            model.add(together <= min(stock, line.asked))


def start_from(built: Built, hint: Solution | None) -> None:
    """Give the solver a plan to begin with."""
    if hint is None:
        return
    sent = {p.candidate: p.units for p in hint.parcels}
    for candidate, shipment in built.shipments.items():
        units = sent.get(candidate, ())
        built.model.add_hint(shipment.opened, bool(units))
        for line, carried in shipment.carried.items():
            built.model.add_hint(carried, bool(units) and units[line] > 0)


def run(built: Built, limits: Limits) -> tuple[Any, PlanStatus | None]:
    """Solve one tier; the status by name, None when there is no plan."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.max_deterministic_time = limits.model_seconds
    solver.parameters.max_time_in_seconds = limits.model_guard_seconds
    status = solver.solve(built.model)
    known = {
        cp_model.OPTIMAL: PlanStatus.OPTIMAL,
        cp_model.FEASIBLE: PlanStatus.FEASIBLE,
        cp_model.INFEASIBLE: None,
        cp_model.UNKNOWN: None,
    }
    assert status in known, f"CP-SAT refused the model: {built.model.validate()}"
    return solver, known[status]


def impossible(solver: Any) -> bool:
    """Whether a run without a plan has proven that there is none."""
    from ortools.sat.python import cp_model

    return bool(solver.response_proto.status == cp_model.INFEASIBLE)


def solution_of(instance: Instance, built: Built, solver: Any) -> Solution:
    """What the solver holds, with its real cost and without any proof."""
    unfilled = instance.quantity.copy()
    parcels = []
    for candidate, shipment in built.shipments.items():
        units = [0] * unfilled.size
        for line, variable in shipment.units.items():
            units[line] = round(solver.value(variable))
        if any(units):
            parcels.append(Parcel(candidate, tuple(units)))
            unfilled -= np.array(units)
    cost = sum(price_parcel(instance, p.candidate, p.units) for p in parcels)
    left = tuple(unfilled.tolist())
    return Solution(tuple(parcels), left, cost, PlanStatus.FEASIBLE, 0)
