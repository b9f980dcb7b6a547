"""What the Pareto lists of `labels` are given: side constraints as sets of lines."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.solvers.instance import INFEASIBLE, Measure
from allocation.solvers.labels import NOTHING, SOLVED, TOO_MANY, choose
from allocation.solvers.parcels import Flat, arguments
from allocation.solvers.targets import targets
from allocation.solvers.tiers import TIES, besides, most_allowed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.solvers.instance import Instance, Integers, Side
    from allocation.solvers.limits import Limits

__all__ = ["NOTHING", "SOLVED", "TOO_MANY", "listed"]


class Sets(NamedTuple):
    """Of each set of lines, (2^L,): may one parcel carry it, may a plan send it, and
    what a plan that sends it leaves, (2, 2^L) units and value."""

    parcel_ok: Integers
    fill_ok: Integers
    left: Integers


def listed(
    instance: Instance, side: Side, known: tuple[int, ...], limits: Limits
) -> tuple[int, Integers, Integers]:
    """What `labels.choose` says of an instance without counted lines.

    `known`: proven best values of the first tiers.
    """
    sets = _sets(instance, side)
    more = [tier for tier in side.tiers if tier.measure is Measure.ADDITIVE]
    many, lines = instance.useful.shape
    fixed = np.array([tier.fixed for tier in more], np.int64).reshape(-1, many)
    line = np.array([tier.line for tier in more], np.int64).reshape(-1, many)
    unit = np.array([tier.unit for tier in more], np.int64).reshape(-1, lines)
    rows = _rows(side)
    tail = (fixed, line, unit, *sets, rows, *_cap(side, rows, known))
    flat: Flat = (*arguments(instance), *tail, limits.label_steps)
    return choose(*flat)


def _rows(side: Side) -> Integers:
    """(n, 5): measure, place in the vector, tolerance in basis points and at most, and
    what a share is of besides."""
    rows, place = [], 0
    for tier in (*side.tiers, *TIES):
        additive = tier.measure is Measure.ADDITIVE
        place += additive
        at = place if additive else 0
        tolerance = tier.tolerance_bps, tier.tolerance_at_most
        rows.append((tier.measure, at, *tolerance, besides(side, tier)))
    return np.array(rows, np.int64)


def _cap(side: Side, rows: Integers, known: tuple[int, ...]) -> tuple[int, int]:
    """Place in the vector and the most that a plan may come to there, if all is filled
    and the tiers begin so."""
    last = len(known) - 1
    if last < 1 or known[0] or side.tiers[0].measure is not Measure.UNFILLED_UNITS:
        return 0, INFEASIBLE
    if side.tiers[last].measure not in (Measure.COST, Measure.ADDITIVE):
        return 0, INFEASIBLE
    return int(rows[last, 1]), most_allowed(side, side.tiers[last], known[last])


@cache
def _members(lines: int) -> Integers:
    """(2^L, L): 1 where the line is in the set."""
    return np.arange(1 << lines)[:, None] >> np.arange(lines) & 1


def _sets(instance: Instance, side: Side) -> Sets:
    quantity, worth = instance.quantity, side.unit_value_minor
    asked, _ = targets(quantity, instance.useful, int(instance.split))
    members = _members(quantity.size)
    value = members @ (asked * worth)
    left = np.stack([quantity.sum() - members @ asked, worth @ quantity - value])
    whole = left[0] == 0
    parcel_ok = _unbroken(members, quantity, side)
    fill_ok = whole.copy() if instance.complete else np.ones_like(whole)
    fill_ok[0] = False
    if side.shipment_value_min:
        partial = ~whole | (side.missing_units > 0)
        parcel_ok &= ~partial | (value >= side.shipment_value_min)
        rest = left[1] + side.missing_minor
        fill_ok &= ~partial | (rest >= side.shipment_value_min)
    return Sets(parcel_ok.astype(np.int64), fill_ok.astype(np.int64), left)


def _unbroken(members: Integers, quantity: Integers, side: Side) -> NDArray[np.bool_]:
    """Which sets hold every group in whole or not at all."""
    unbroken = np.ones(len(members), np.bool_)
    for group in side.together:
        lines = [line for line in group if quantity[line]]
        inside = members[:, lines].sum(axis=1)
        unbroken &= (inside == 0) | (inside == len(lines))
    return unbroken
