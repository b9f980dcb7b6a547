"""Tiers of the objective and limits that the kernel's structure does not hold: what a
document says of them, as the `Side` of an instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.learned import COVER_DAYS_MAX
from allocation.policy import Objective
from allocation.rules.document import Tier
from allocation.rules.words import Measure
from allocation.solvers.instance import Measure as Counted
from allocation.solvers.instance import Side, TierArrays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.problem import Problem
    from allocation.shortlist import Shortlist
    from allocation.solvers.instance import Integers

Tiers = tuple[Tier, ...]
Groups = tuple[tuple[int, ...], ...]
"""Places of lines of the order that belong together."""

FEWEST = (
    Tier(Measure.UNFILLED_UNITS),
    Tier(Measure.SHIPMENTS),
    Tier(Measure.COST),
)
FILL = (Measure.UNFILLED_UNITS, Measure.UNFILLED_VALUE)
GRAMS_CO2_PER_TONNE_KM = 100
"""A round figure for road freight, so that plans can be compared: nobody's account."""


def tiers_for(problem: Problem, objective: Objective) -> Tiers:
    """The tiers that the objective asks for; none: cost, as the kernel minimises it."""
    if objective is Objective.POLICY and problem.ruling is not None:
        tiers = problem.ruling.scene.document.objective
        # Sending nothing costs nothing: filling comes first unless somebody says when.
        filling = any(tier.minimise in FILL for tier in tiers)
        return tiers if filling else (Tier(Measure.UNFILLED_UNITS), *tiers)
    if objective is Objective.FEWEST_SHIPMENTS and has_side(problem, ()):
        return FEWEST
    return ()


def has_side(problem: Problem, tiers: Tiers) -> bool:
    """Whether the instance of the problem has a side."""
    if tiers or together_of(problem):
        return True
    limits = problem.ruling.limited if problem.ruling else None
    return limits is not None and bool(
        limits.shipment_value_min_minor or limits.shipments_per_line
    )


def together_of(problem: Problem) -> Groups:
    """Lines that travel in one shipment, as rules want it and as bundles do. Groups
    that share a line are one: all of it travels with either."""
    of_rules = problem.ruling.limited.together if problem.ruling else ()
    if not problem.order.bundles:
        return of_rules
    groups: list[set[int]] = []
    for rows in (*of_rules, *problem.order.together()):
        joined = set(rows).union(*(each for each in groups if each & set(rows)))
        groups = [each for each in groups if not each & joined] + [joined]
    return tuple(tuple(sorted(each)) for each in groups)


def kept_together(problem: Problem, found: Shortlist) -> Shortlist:
    """Without what cannot travel together: a line that lacks units keeps its group."""
    wanted = np.array([line.quantity for line in problem.order.lines])
    for group in together_of(problem):
        rows = list(group)
        if (found.reach[rows] < wanted[rows]).any():
            useful, reach = found.useful.copy(), found.reach.copy()
            useful[:, rows] = 0
            reach[rows] = 0
            found = found._replace(useful=useful, reach=reach)
    return found


def side_of(
    problem: Problem, found: Shortlist, *, lines: Sequence[int], tiers: Tiers
) -> Side:
    """The side of the instance over these lines of the order."""
    items = problem.network.item_by_sku
    limits = problem.ruling.limited if problem.ruling else None
    described = [items.get(line.sku) for line in problem.order.lines]
    worth = np.array([item.value_minor if item else 0 for item in described])
    wanted = np.array([line.quantity for line in problem.order.lines])
    missing = np.maximum(wanted - found.reach, 0)
    column = {row: place for place, row in enumerate(lines)}
    return Side(
        unit_value_minor=np.ascontiguousarray(worth[list(lines)], dtype=np.int64),
        shipment_value_min=limits.shipment_value_min_minor if limits else 0,
        together=tuple(
            group
            for rows in together_of(problem)
            for group in [tuple(column[row] for row in rows if row in column)]
            if group
        ),
        shipments_per_line=limits.shipments_per_line if limits else 0,
        tiers=tuple(_arrays(problem, found, tier, list(lines)) for tier in tiers),
        missing_units=int(missing.sum()),
        missing_minor=int(missing @ worth),
    )


_COUNTED = {
    Measure.UNFILLED_UNITS: Counted.UNFILLED_UNITS,
    Measure.UNFILLED_VALUE: Counted.UNFILLED_VALUE,
    Measure.SHIPMENTS: Counted.SHIPMENTS,
    Measure.COST: Counted.COST,
}


def _arrays(
    problem: Problem, found: Shortlist, tier: Tier, lines: list[int]
) -> TierArrays:
    spend = tier.tolerance_bps, tier.at_most
    size = found.node.size
    nothing = np.zeros(size, dtype=np.int64)
    by_unit = np.zeros((size, len(lines)), dtype=np.int64)
    if tier.minimise in _COUNTED:
        counted = _COUNTED[tier.minimise]
        return TierArrays(counted, nothing, nothing, by_unit, *spend)
    if tier.minimise in _BY_UNIT:
        by_unit, shipment = _BY_UNIT[tier.minimise](problem, found, lines), nothing
    else:
        shipment = _per_shipment(problem, found, tier.minimise)
    return TierArrays(Counted.ADDITIVE, shipment, nothing, by_unit, *spend)


def _per_shipment(problem: Problem, found: Shortlist, measure: Measure) -> Integers:
    if measure is Measure.DISTANCE_KM:
        return np.ascontiguousarray(found.distance_km)
    if measure is Measure.LOAD:
        return _load(problem, found)
    assert measure is Measure.LATE_DAYS, f"{measure} is counted otherwise"
    wanted_by = problem.policy.wanted_by
    if wanted_by is None:
        return np.zeros_like(found.arrival)
    return np.maximum(found.arrival - wanted_by.toordinal(), 0)


def _grams(problem: Problem, found: Shortlist, lines: list[int]) -> Integers:
    """(N, L) grams of CO2 a unit, rounded half up: its weight carried so far."""
    items = problem.network.item_by_sku
    described = [items.get(problem.order.lines[row].sku) for row in lines]
    weight_g = np.array([item.weight_g if item else 0 for item in described])
    gram_km = found.distance_km[:, None] * weight_g[None, :]
    grams: Integers = (gram_km * GRAMS_CO2_PER_TONNE_KM + 500_000) // 1_000_000
    return np.ascontiguousarray(grams, dtype=np.int64)


def _load(problem: Problem, found: Shortlist) -> Integers:
    """(N,) basis points of its day's orders that a node has taken with this one; 0
    where it counts none."""
    network, room = problem.network, problem.room
    share = np.zeros(network.size, dtype=np.int64)
    for node in network.limited:
        left = int(room[node.number]) if room is not None else node.day_limit
        taken = node.day_limit - left + 1
        share[node.number] = taken * BPS // node.day_limit
    return share[found.node]


def _stock_taken(problem: Problem, found: Shortlist, lines: list[int]) -> Integers:
    """(N, L) basis points of the cell that a unit takes, rounded up."""
    there = np.maximum(problem.available[lines][:, found.node].T, 1)
    return np.ascontiguousarray(-(-BPS // there), dtype=np.int64)


def _misses(problem: Problem, found: Shortlist, lines: list[int]) -> Integers:
    """(N, L) basis points of a unit that will probably be missing at the node."""
    if problem.learned is None:
        return np.zeros((found.node.size, len(lines)), dtype=np.int64)
    by_node = problem.learned.miss_bps[found.node]
    return np.ascontiguousarray(np.repeat(by_node[:, None], len(lines), axis=1))


def _days_short(problem: Problem, found: Shortlist, lines: list[int]) -> Integers:
    """(N, L) days that the cell's stock lasts less than a year."""
    if problem.learned is None:
        return np.zeros((found.node.size, len(lines)), dtype=np.int64)
    lasts = problem.learned.cover_days[lines][:, found.node].T
    return np.ascontiguousarray(COVER_DAYS_MAX - lasts, dtype=np.int64)


BPS = 10_000
_BY_UNIT = {
    Measure.CO2_G: _grams,
    Measure.COVER: _stock_taken,
    Measure.PICK_RISK: _misses,
    Measure.DAYS_OF_COVER: _days_short,
}
