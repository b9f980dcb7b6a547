from dataclasses import replace

import numpy as np
import pytest

from allocation.solvers.instance import INFEASIBLE, Instance, Measure, TierArrays
from allocation.solvers.packed import COST, KEY_MAX, keys, packed, weighted
from tests.allocation.exhaustive import every_plan, parcel_cost
from tests.allocation.orders import flat_tariff, order, whole
from tests.allocation.sides import added, drawn, tier

Rng = np.random.Generator


def without_fuel(instance: Instance) -> Instance:
    free = replace(instance.tariffs, fuel_bps=whole(np.zeros(4)))
    return replace(instance, tariffs=free, side=None)


def cost_of(instance: Instance, parcels: dict[int, tuple[int, ...]]) -> int:
    return sum(parcel_cost(instance, k, units) for k, units in parcels.items())


@pytest.mark.parametrize("cost_at", [0, 1, 2])
def test_plans_have_the_order_of_their_keys(cost_at: int) -> None:
    compared = 0
    for number in range(40):
        rng = np.random.default_rng([71, number])
        instance = without_fuel(drawn(rng, side=False, plans_max=200))
        tiers = [tier(instance, rng, Measure.ADDITIVE) for _ in range(2)]
        tiers.insert(cost_at, COST)
        keyed = packed(instance, tiers, most=KEY_MAX)
        assert keyed is not None
        judges = [None if t is COST else added(t) for t in tiers]
        plans = [
            (
                cost_of(keyed, plan),
                tuple(j(plan) if j else cost_of(instance, plan) for j in judges),
            )
            for plan in every_plan(instance)
        ]
        assert [v for _, v in sorted(plans)] == sorted(v for _, v in plans)
        assert all(key < INFEASIBLE for key, _ in plans)
        compared += len(plans)
    assert compared > 1_000


def fueled(tier_first: bool) -> tuple[Instance, list[TierArrays]]:
    """One order by a tariff with 10 % fuel; late days before or after the cost."""
    instance = order([[1]], [1], fixed=[0], tariff=0)
    tariffs = replace(flat_tariff(), base_minor=whole([3]), fuel_bps=whole([1_000]))
    late = TierArrays(Measure.ADDITIVE, whole([4]), whole([0]), whole([[0]]))
    tiers = [late, COST] if tier_first else [COST, late]
    return replace(instance, tariffs=tariffs), tiers


def test_cost_before_another_measure_is_not_packed_with_fuel() -> None:
    last, tiers = fueled(tier_first=True)
    assert packed(last, tiers, most=KEY_MAX) is not None
    first, tiers = fueled(tier_first=False)
    assert packed(first, tiers, most=KEY_MAX) is None
    times_five = weighted(first, tiers, [5, 0])
    assert parcel_cost(times_five, 0, (1,)) != 5 * parcel_cost(first, 0, (1,))


def test_a_key_that_may_grow_too_large_is_refused() -> None:
    instance, tiers = fueled(tier_first=True)
    assert packed(instance, tiers, most=100) is None


def test_cost_is_in_the_key_once_and_at_least_last() -> None:
    late = TierArrays(Measure.ADDITIVE, whole([4]), whole([0]), whole([[0]]))
    units, shipments = (
        TierArrays(m) for m in (Measure.UNFILLED_UNITS, Measure.SHIPMENTS)
    )
    assert [t.measure for t in keys((units, late, shipments))] == [
        Measure.ADDITIVE,
        Measure.COST,
    ]
    assert [t.measure for t in keys((units, COST, late, COST))] == [
        Measure.COST,
        Measure.ADDITIVE,
    ]
