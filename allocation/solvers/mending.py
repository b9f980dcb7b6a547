"""Good plans without a proof, for orders that no exact method answers in time.

The plans of several frontiers (cost, and each additive measure before cost) are
candidates; one that breaks a side constraint is mended by leaving units unfilled.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from allocation.solvers.instance import Measure, Parcel, Solution
from allocation.solvers.parcels import price_parcel
from allocation.solvers.tiers import chosen, most_allowed, obeys, value_of
from allocation.status import PlanStatus

if TYPE_CHECKING:
    from allocation.solvers.frontiers import Frontiers
    from allocation.solvers.instance import Instance, Integers, Side

_WEIGHTS = 4
"""Weights tried between two plans: each is one more run of a fast solver."""


def plans_of(instance: Instance, side: Side, frontiers: Frontiers) -> list[Solution]:
    """Plans that keep the side constraints, without a proof, if any is found."""
    additive = [tier for tier in side.tiers if tier.measure is Measure.ADDITIVE]
    found: list[Solution] = []
    for tiers in ((), side.tiers, *((tier,) for tier in additive)):
        frontier = frontiers.by(tiers)
        if frontier is not None:
            found.extend(frontiers.priced(tiers, frontier.best))
    for cost, tier in pairwise(side.tiers):
        if cost.measure is Measure.COST and tier.measure is Measure.ADDITIVE:
            found.extend(_between(replace(side, tiers=(cost, tier)), found, frontiers))
    return [plan for one in found for plan in _allowed(instance, side, one)]


def _between(side: Side, found: list[Solution], frontiers: Frontiers) -> list[Solution]:
    """Plans between the cheapest and the best by a measure, near the cost allowed.

    A few weights, each the slope between the best plan within the cost and the best
    beyond it.
    """
    fewest = min((plan.unfilled_units for plan in found), default=0)
    plans = [plan for plan in found if plan.unfilled_units == fewest]
    for _ in range(_WEIGHTS):
        if not plans:
            break
        cap = most_allowed(side, side.tiers[0], min(plan.cost_minor for plan in plans))
        near = chosen(side, plans)
        value = value_of(side, side.tiers[1], near)
        slopes = [
            (plan.cost_minor - near.cost_minor) // (value - less)
            for plan in plans
            if plan.cost_minor > cap
            and (less := value_of(side, side.tiers[1], plan)) < value
        ]
        if not slopes:
            break
        more = frontiers.mixed(side.tiers[1], max(1, min(slopes)))
        before = len(plans)
        plans += [
            plan
            for plan in more
            if plan.unfilled_units == fewest
            and plan.parcels not in {p.parcels for p in plans}
        ]
        if len(plans) == before:
            break
    return plans


def _allowed(instance: Instance, side: Side, solution: Solution) -> list[Solution]:
    if not solution.parcels:
        return []
    if obeys(instance, side, solution):
        return [solution]
    if instance.complete:
        return []
    mended = _mended(instance, side, solution)
    return [mended] if mended.parcels else []


def _mended(instance: Instance, side: Side, solution: Solution) -> Solution:
    """Units taken out until nothing is broken; nothing sent breaks nothing."""
    while solution.parcels and not obeys(instance, side, solution):
        sent = np.array([units for _, units in solution.parcels])
        _drop(sent, side, instance.quantity)
        senders = [candidate for candidate, _ in solution.parcels]
        parcels = tuple(
            Parcel(k, tuple(units))
            for k, units in zip(senders, sent.tolist(), strict=True)
            if any(units)
        )
        left = tuple((instance.quantity - sent.sum(axis=0)).tolist())
        cost = sum(price_parcel(instance, k, units) for k, units in parcels)
        solution = Solution(parcels, left, cost, PlanStatus.FEASIBLE, 0)
    return solution


def _drop(sent: Integers, side: Side, quantity: Integers) -> None:
    """Take out what breaks a constraint, else the parcel that is worth least."""
    before = sent.sum()
    for group in side.together:
        lines = [line for line in group if quantity[line]]
        whole = (sent[:, lines] == quantity[lines]).all(axis=1)
        if not whole.any():
            sent[:, lines] = 0
    if side.shipments_per_line:
        for line in range(quantity.size):
            smallest_first = np.argsort(sent[:, line], kind="stable")
            sent[smallest_first[: -side.shipments_per_line], line] = 0
    if sent.sum() == before:
        worth = sent @ side.unit_value_minor
        sent[worth.argmin()] = 0
