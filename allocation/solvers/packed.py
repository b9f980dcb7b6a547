"""Tiers as one number, so that the fast solvers answer them.

The frontier holds, for each number of shipments, the plan with the fewest unfilled
units and then the least cost. With

    key = T_1 (B_2 + 1)(B_3 + 1) ... + T_2 (B_3 + 1) ... + ... + T_n

in the place of the cost, B_i a proven bound of T_i, it holds the best by T_1, then by
T_2, and so on. Cost mostly stands last, where its rounding does no harm. Multiplied, a
carriage with fuel would round elsewhere: cost before another measure is only packed
where no tariff in use charges fuel.

What is exact (see `fits` and `sure`): unfilled units first without tolerance, or
everything is filled; then additive measures and cost in any order, of which only the
last, if it is the cost, may have a tolerance that changes anything; shipments anywhere,
with any tolerance. The tiers are then a walk over the frontier.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.carriage import parcel_price
from allocation.solvers.instance import INFEASIBLE, Measure, Tariffs, TierArrays
from allocation.solvers.tiers import most_allowed, value_of

if TYPE_CHECKING:
    from allocation.solvers.instance import Instance, Integers, Side, Solution

KEY_MAX = INFEASIBLE
LONG_KEY_MAX = 1 << 40
"""The search bounds keys in floating point: beyond, its safety would be too small."""

_UNFILLED = (Measure.UNFILLED_UNITS, Measure.UNFILLED_VALUE)
COST = TierArrays(Measure.COST)


def fits(instance: Instance, side: Side) -> bool:
    """Whether a walk over the frontier of a packed key may be exact: see `sure`."""
    filled = instance.complete or not side.tiers
    return filled or side.tiers[0].measure in _UNFILLED


def sure(side: Side, quantity: Integers, best: Solution) -> bool:
    """Whether it was, given the frontier's last plan."""
    if not fill_decided(side, quantity, best):
        return False
    for tier in keys(side.tiers)[:-1]:
        value = value_of(side, tier, best)
        if most_allowed(side, tier, value) > value:
            return False
    return True


def fill_decided(side: Side, quantity: Integers, best: Solution) -> bool:
    """Whether tiers of what is unfilled leave only plans that fill as much as `best`.

    What is filled whole has no second way, unless a line is worth nothing.
    """
    tiers = [tier for tier in side.tiers if tier.measure in _UNFILLED]
    if not tiers:
        return True
    by_units = tiers[0].measure is Measure.UNFILLED_UNITS
    unfilled = best.unfilled_units
    if unfilled == 0:
        told = by_units or bool(side.unit_value_minor[quantity > 0].all())
    else:
        told = not any(tier.measure is Measure.UNFILLED_VALUE for tier in tiers)
    return told and most_allowed(side, tiers[0], unfilled) == unfilled


def keys(tiers: tuple[TierArrays, ...]) -> list[TierArrays]:
    """The measures of a key, highest first; cost once, and in any case."""
    found: list[TierArrays] = []
    for tier in (*tiers, COST):
        if tier.measure is Measure.COST and any(
            each.measure is Measure.COST for each in found
        ):
            continue
        if tier.measure in (Measure.COST, Measure.ADDITIVE):
            found.append(tier)
    return found


def packed(
    instance: Instance, tiers: list[TierArrays], *, most: int
) -> Instance | None:
    """The instance with the key for its cost; None where that is not exact."""
    if len(tiers) == 1:
        return instance
    at = next(i for i, tier in enumerate(tiers) if tier.measure is Measure.COST)
    if at < len(tiers) - 1 and _fuel(instance):
        return None
    times, total = [1], 0
    for tier in reversed(tiers):
        bound = _bound(instance, tier)
        total += bound * times[0]
        times.insert(0, times[0] * (bound + 1))
    if total >= most:
        return None
    return weighted(instance, tiers, times[1:])


def weighted(instance: Instance, tiers: list[TierArrays], times: list[int]) -> Instance:
    """The instance whose cost is the sum of these measures, each so many times."""
    fixed = np.zeros_like(instance.fixed_minor)
    line = np.zeros_like(instance.line_minor)
    unit = np.zeros_like(instance.unit_minor)
    tariffs = instance.tariffs
    for tier, weight in zip(tiers, times, strict=True):
        own = _arrays(instance, tier)
        fixed += weight * own[0]
        line += weight * own[1]
        unit += weight * own[2]
        if tier.measure is Measure.COST and weight > 1:
            tariffs = _times(tariffs, weight)
    return replace(
        instance,
        fixed_minor=fixed,
        line_minor=line,
        unit_minor=unit,
        tariffs=tariffs,
    )


def _arrays(
    instance: Instance, tier: TierArrays
) -> tuple[Integers, Integers, Integers]:
    if tier.measure is Measure.COST:
        return instance.fixed_minor, instance.line_minor, instance.unit_minor
    return tier.fixed, tier.line, tier.unit


def _times(tariffs: Tariffs, weight: int) -> Tariffs:
    return replace(
        tariffs,
        base_minor=tariffs.base_minor * weight,
        step_minor=tariffs.step_minor * weight,
        residential_minor=tariffs.residential_minor * weight,
    )


def _fuel(instance: Instance) -> bool:
    used = instance.tariff[instance.tariff >= 0]
    return bool(instance.tariffs.fuel_bps[used].any())


def _bound(instance: Instance, tier: TierArrays) -> int:
    """No plan comes to more in this measure."""
    fixed, line, unit = _arrays(instance, tier)
    quantity, shipments = instance.quantity, instance.max_shipments
    bound = int(unit.max(axis=0) @ quantity)
    bound += int(line.max()) * int(np.minimum(quantity, shipments).sum())
    bound += shipments * int(fixed.max())
    if tier.measure is Measure.COST:
        bound += shipments * _dearest(instance)
    return bound


def _dearest(instance: Instance) -> int:
    """Carriage of everything in one parcel under the dearest tariff."""
    weight_g = int(instance.weight_g @ instance.quantity)
    volume_cm3 = int(instance.volume_cm3 @ instance.quantity)
    used = set(instance.tariff.tolist()) - {-1}
    prices = [
        int(parcel_price(instance.tariffs, row, weight_g, volume_cm3)) for row in used
    ]
    return max(prices, default=0)
