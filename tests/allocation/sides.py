"""Random tiers and side constraints, and every plan judged by them one by one."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from allocation.solvers.instance import Instance, Measure, Side, Split, TierArrays
from benchmarks.instances import mixed
from tests.allocation.exhaustive import every_plan, parcel_cost
from tests.allocation.orders import whole

Rng = np.random.Generator
Parcels = dict[int, tuple[int, ...]]
Judge = Callable[[Parcels], int]

PLANS_MAX = 1_500
"""Plans of one instance that are looked through; larger ones are not drawn."""
PLANS_MIN = 60
"""Smaller ones have little choice."""


def drawn(rng: Rng, *, side: bool = True, plans_max: int = PLANS_MAX) -> Instance:
    """A small instance with tiers, and with side constraints if so asked."""
    while True:
        instance = mixed(rng, lines_max=4)
        if instance.max_shipments == 1 or (instance.complete and rng.random() < 0.7):
            continue
        ways = (instance.useful > 0).sum(axis=0) + 1.0
        if instance.split is not Split.NEVER:
            short = (instance.useful < instance.quantity) & (instance.useful > 0)
            ways = np.where(
                short.any(axis=0), (instance.useful + 1.0).prod(axis=0), ways
            )
        if PLANS_MIN <= ways.prod() <= plans_max:
            return with_side(instance, rng, constrained=side)


def with_side(instance: Instance, rng: Rng, *, constrained: bool) -> Instance:
    lines = instance.quantity.size
    side = Side(whole(rng.integers(0, 12, size=lines)), tiers=tiers(instance, rng))
    if rng.random() < 0.3:
        side = replace(side, missing_units=2, missing_minor=int(rng.integers(30)))
    if constrained:
        side = constraints(side, lines, rng)
    return replace(instance, side=side)


def constraints(side: Side, lines: int, rng: Rng) -> Side:
    """One to three of the side constraints."""
    kinds = rng.permutation(3)[: int(rng.integers(1, 4))]
    if 0 in kinds:
        least = int(rng.integers(1, 40))
        side = replace(side, shipment_value_min=least)
    if 1 in kinds and lines > 1:
        size = int(rng.integers(2, lines + 1))
        group = tuple(rng.permutation(lines)[:size].tolist())
        side = replace(side, together=(group,))
    if 2 in kinds:
        side = replace(side, shipments_per_line=int(rng.integers(1, 3)))
    return side


def tiers(instance: Instance, rng: Rng) -> tuple[TierArrays, ...]:
    """Up to four tiers, mostly with the unfilled units first, as policies have them."""
    many = int(rng.integers(0, 4))
    found = [tier(instance, rng, Measure(int(m))) for m in rng.integers(0, 5, many)]
    if rng.random() < 0.7:
        found.insert(0, TierArrays(Measure.UNFILLED_UNITS))
    return tuple(found)


def tier(instance: Instance, rng: Rng, measure: Measure) -> TierArrays:
    bps = int(rng.choice([0, 0, 300, 2_000, 10_000]))
    at_most = int(rng.choice([-1, -1, 0, 3]))
    if measure is not Measure.ADDITIVE:
        return TierArrays(measure, tolerance_bps=bps, tolerance_at_most=at_most)
    many, lines = instance.useful.shape
    high = int(rng.choice([2, 4, 30]))
    return TierArrays(
        measure,
        fixed=whole(rng.integers(0, high, size=many)),
        line=whole(rng.integers(0, int(rng.choice([1, 3])), size=many)),
        unit=whole(rng.integers(0, int(rng.choice([1, 4])), size=(many, lines))),
        tolerance_bps=bps,
        tolerance_at_most=at_most,
    )


def side_of(instance: Instance) -> Side:
    assert instance.side is not None
    return instance.side


def left_of(instance: Instance, parcels: Parcels) -> list[int]:
    quantity: list[int] = instance.quantity.tolist()
    return [
        wanted - sum(units[line] for units in parcels.values())
        for line, wanted in enumerate(quantity)
    ]


def allowed(instance: Instance, parcels: Parcels) -> bool:
    """Whether a plan sends something and keeps the side constraints."""
    side = side_of(instance)
    left = left_of(instance, parcels)
    worth: list[int] = side.unit_value_minor.tolist()
    for group in side.together:
        for line in group:
            for units in parcels.values():
                here = any(units[other] for other in group)
                if here and units[line] != int(instance.quantity[line]):
                    return False
    for line in range(len(left)):
        spread = sum(units[line] > 0 for units in parcels.values())
        if side.shipments_per_line and spread > side.shipments_per_line:
            return False
    partial = any(left) or side.missing_units > 0
    values = [
        sum(u * w for u, w in zip(us, worth, strict=True)) for us in parcels.values()
    ]
    if partial:
        rest = sum(u * w for u, w in zip(left, worth, strict=True))
        values.append(rest + side.missing_minor)
    if side.shipment_value_min and (partial or len(parcels) > 1):
        return bool(parcels) and min(values) >= side.shipment_value_min
    return bool(parcels)


def judges(instance: Instance) -> Iterator[tuple[Judge, int, int]]:
    """How each tier sees a plan, and its tolerance; what decides ties at the end."""
    side = side_of(instance)
    worth = side.unit_value_minor.tolist()
    units: Judge = lambda p: sum(left_of(instance, p))  # noqa: E731
    cost: Judge = lambda p: sum(parcel_cost(instance, k, u) for k, u in p.items())  # noqa: E731
    value: Judge = lambda p: sum(  # noqa: E731
        left * w for left, w in zip(left_of(instance, p), worth, strict=True)
    )
    # A share of what stays unfilled is one of all of it.
    plain = {
        Measure.UNFILLED_UNITS: lambda p: units(p) + side.missing_units,
        Measure.UNFILLED_VALUE: lambda p: value(p) + side.missing_minor,
        Measure.SHIPMENTS: len,
        Measure.COST: cost,
    }
    for each in side.tiers:
        judge = plain.get(each.measure) or added(each)
        yield judge, each.tolerance_bps, each.tolerance_at_most
    yield from ((units, 0, 0), (cost, 0, 0), (len, 0, 0))


def added(tier: TierArrays) -> Judge:
    def judge(parcels: Parcels) -> int:
        total = 0
        for k, units in parcels.items():
            total += int(tier.fixed[k])
            for line, sent in enumerate(units):
                total += int(tier.line[k]) * (sent > 0)
                total += int(tier.unit[k, line]) * sent
        return total

    return judge


def values(instance: Instance, parcels: Parcels) -> list[int]:
    """What a plan comes to in every tier and tie."""
    return [judge(parcels) for judge, _, _ in judges(instance)]


def limits(instance: Instance) -> list[int] | None:
    """What each tier and tie allows in its turn; None: no plan is allowed.

    Exactly the best plans stay within all of them.
    """
    plans = [p for p in every_plan(instance) if allowed(instance, p)]
    if not plans:
        return None
    found = []
    for judge, bps, at_most in judges(instance):
        seen = [judge(plan) for plan in plans]
        more = min(seen) * bps // 10_000
        found.append(min(seen) + (more if at_most < 0 else min(more, at_most)))
        plans = [p for p, value in zip(plans, seen, strict=True) if value <= found[-1]]
    return found
