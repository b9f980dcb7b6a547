from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from allocation.solvers.instance import (
    Instance,
    Measure,
    Side,
    Solution,
    Split,
    TierArrays,
)
from allocation.solvers.limits import DEFAULT, Limits
from allocation.solvers.optimise import optimise
from allocation.solvers.tiers import obeys
from allocation.status import PlanStatus
from benchmarks.instances import Shape, order_like
from tests.allocation.exhaustive import value
from tests.allocation.orders import order, whole
from tests.allocation.sides import (
    allowed,
    drawn,
    limits,
    side_of,
    tier,
    values,
    with_side,
)
from tests.allocation.test_optimise import only

CHUNK = 150
UNFILLED = TierArrays(Measure.UNFILLED_UNITS)
COST = TierArrays(Measure.COST)
SHIPMENTS = TierArrays(Measure.SHIPMENTS)
ONLY_MODEL = Limits(label_steps=0)
ONLY_SEARCH = Limits(kernel_lines=0)


def fault(instance: Instance, bounds: Limits = DEFAULT) -> str:
    """What is wrong with the answer, given every plan that there is; or ''."""
    expected, found = limits(instance), optimise(instance, limits=bounds)
    if not found.best:
        proven = found.nothing is PlanStatus.OPTIMAL
        return "" if proven and expected is None else "no plan was found"
    best = found.best[-1]
    parcels = dict(best.parcels)
    seen = values(instance, parcels)
    if expected is None or not allowed(instance, parcels):
        return "a side constraint is broken"
    if any(mine > most for mine, most in zip(seen, expected, strict=True)):
        return f"{seen}, but {expected} is possible"
    said = (best.unfilled_units, best.cost_minor, len(best.parcels))
    if list(said) != seen[-3:] or best.status is not PlanStatus.OPTIMAL:
        return f"{seen} is called {said}, {best.status}"
    return ""


def faults(
    seed: int, count: int, *, side: bool, bounds: Limits = DEFAULT
) -> dict[int, str]:
    found = {}
    for number in range(count):
        instance = drawn(np.random.default_rng([seed, number]), side=side)
        if said := fault(instance, bounds):
            found[number] = said
    return found


@pytest.mark.parametrize("seed", range(6))
def test_tiers_choose_what_they_choose_among_all_plans(seed: int) -> None:
    assert faults(seed, CHUNK, side=False) == {}


@pytest.mark.parametrize("seed", range(20, 25))
def test_with_side_constraints_the_tiers_choose_among_all_that_keep_them(
    seed: int,
) -> None:
    assert faults(seed, CHUNK, side=True) == {}


@pytest.mark.parametrize("bounds", [ONLY_MODEL, ONLY_SEARCH])
def test_cp_sat_tier_by_tier_chooses_the_same(bounds: Limits) -> None:
    assert faults(40, CHUNK, side=False, bounds=bounds) == {}
    assert faults(41, CHUNK, side=True, bounds=bounds) == {}


def best(instance: Instance, side: Side) -> Solution:
    return optimise(replace(instance, side=side)).best[-1]


def worth(*unit_value_minor: int, **fields: int) -> Side:
    return Side(whole(unit_value_minor), **fields)  # type: ignore[arg-type]


def senders(solution: Solution) -> list[int]:
    return [candidate for candidate, _ in solution.parcels]


def test_within_three_percent_of_the_cheapest_fewer_shipments_win() -> None:
    instance = order([[1, 0], [0, 1], [1, 1]], [1, 1], fixed=[100, 100, 206])
    near = TierArrays(Measure.COST, tolerance_bps=300)
    side = replace(worth(1, 1), tiers=(UNFILLED, near, SHIPMENTS))
    assert senders(best(instance, side)) == [2]
    dearer = replace(instance, fixed_minor=whole([100, 100, 207]))
    assert senders(best(dearer, side)) == [0, 1]
    capped = replace(near, tolerance_at_most=5)
    side = replace(side, tiers=(UNFILLED, capped, SHIPMENTS))
    assert senders(best(instance, side)) == [0, 1]


def test_a_later_tier_may_use_the_tolerance_that_cost_leaves() -> None:
    instance = order([[1], [1], [1]], [1], fixed=[100, 102, 103])
    late = TierArrays(
        Measure.ADDITIVE, whole([9, 4, 0]), whole([0, 0, 0]), whole([[0], [0], [0]])
    )
    near = TierArrays(Measure.COST, tolerance_bps=200)
    side = replace(worth(1), tiers=(UNFILLED, near, late))
    assert senders(best(instance, side)) == [1]
    assert senders(best(instance, replace(side, tiers=(UNFILLED, late)))) == [2]


def test_a_split_order_has_no_shipment_of_little_worth() -> None:
    instance = order([[1, 0], [0, 1], [1, 1]], [1, 1], fixed=[1, 1, 50])
    assert senders(best(instance, worth(900, 80))) == [0, 1]
    assert senders(best(instance, worth(900, 80, shipment_value_min=100))) == [2]


def test_one_shipment_of_everything_is_never_of_too_little_worth() -> None:
    instance = order([[2]], [2], fixed=[1])
    side = worth(10, shipment_value_min=100)
    assert best(instance, side).unfilled == (0,)
    short = replace(side, missing_units=1, missing_minor=500)
    assert not optimise(replace(instance, side=short)).best


def test_what_stays_unfilled_is_worth_as_much_as_a_shipment() -> None:
    apart = order([[4, 0], [0, 4]], [4, 4], fixed=[1, 2], max_shipments=1)
    assert best(apart, worth(30, 20, shipment_value_min=80)).unfilled == (0, 4)
    side = worth(30, 20, shipment_value_min=81)
    assert not optimise(replace(apart, side=side)).best


def test_lines_of_a_group_travel_in_one_shipment_or_stay() -> None:
    instance = order([[1, 0, 1], [0, 1, 0], [1, 1, 0]], [1, 1, 1], fixed=[1, 1, 9])
    together = replace(worth(1, 1, 1), together=((0, 1),))
    assert senders(best(instance, together)) == [0, 2]
    nobody = replace(together, together=((1, 2),))
    assert best(instance, nobody).unfilled == (0, 1, 1)


def test_a_line_is_spread_over_no_more_shipments_than_allowed() -> None:
    instance = order([[3], [2], [2]], [7], fixed=[1, 1, 1], split=Split.BY_COST)
    assert len(best(instance, worth(1)).parcels) == 3
    assert best(instance, worth(1, shipments_per_line=2)).unfilled == (2,)
    assert best(instance, worth(1, shipments_per_line=1)).unfilled == (4,)


def test_no_tiers_and_no_constraints_change_nothing() -> None:
    rng = np.random.default_rng(51)
    for _ in range(60):
        instance = order_like(rng, Shape(4, 30, 0.5, partial=0.1))
        plain = optimise(instance).best
        assert best(instance, worth(1, 1, 1, 1)) == plain[-1]


def test_the_considered_candidates_are_enough_to_choose_the_same_again() -> None:
    kinds: Counter[bool] = Counter()
    for number in range(400):
        instance = drawn(np.random.default_rng([52, number]))
        found = optimise(instance)
        if found.best:
            rows = list(found.considered)
            again = optimise(
                replace(only(instance, found.considered), side=cut(instance, rows))
            )
            sent = [(rows[p.candidate], p.units) for p in again.best[-1].parcels]
            assert sent == [tuple(p) for p in found.best[-1].parcels]
            kinds[len(rows) < instance.tariff.size] += 1
    assert kinds[True] > 100


def cut(instance: Instance, rows: list[int]) -> Side:
    """The side of an instance of which only some candidates are left."""
    side = side_of(instance)
    return replace(
        side,
        tiers=tuple(
            replace(
                each, fixed=each.fixed[rows], line=each.line[rows], unit=each.unit[rows]
            )
            if each.measure is Measure.ADDITIVE
            else each
            for each in side.tiers
        ),
    )


def test_the_same_instance_gives_the_same_bytes() -> None:
    for number in range(100):
        instance = drawn(np.random.default_rng([53, number]))
        assert repr(optimise(instance)) == repr(optimise(instance))


@pytest.mark.parametrize("lines", [13, 20, 40, 120])
def test_a_long_order_has_a_plan_that_keeps_the_constraints(lines: int) -> None:
    rng = np.random.default_rng([54, lines])
    proven: Counter[PlanStatus] = Counter()
    for _ in range(6):
        instance = with_side(
            order_like(rng, Shape(lines, 30, 0.7)), rng, constrained=True
        )
        found = optimise(instance)
        for each in found.best:
            assert obeys(instance, side_of(instance), each)
            assert each.bound_minor <= each.cost_minor
            proven[each.status] += 1
    assert sum(proven.values()) > 3


def test_a_long_order_within_a_tolerance_is_good_in_both_tiers() -> None:
    rng = np.random.default_rng(55)
    for _ in range(5):
        instance = order_like(rng, Shape(20, 30, 0.8))
        late = replace(tier(instance, rng, Measure.ADDITIVE), tolerance_bps=0)
        near = TierArrays(Measure.COST, tolerance_bps=500)
        found = best(instance, Side(whole(np.ones(20)), tiers=(UNFILLED, near, late)))
        cheapest = optimise(instance).best[-1]
        assert found.unfilled_units == cheapest.unfilled_units
        assert found.cost_minor <= cheapest.cost_minor * 1.05
        assert found.bound_minor <= found.cost_minor


def test_long_orders_whose_tiers_a_walk_answers_are_proven() -> None:
    rng = np.random.default_rng(56)
    near = TierArrays(Measure.COST, tolerance_bps=300)
    for _ in range(5):
        instance = order_like(rng, Shape(16, 30, 0.8))
        side = Side(whole(np.ones(16)), tiers=(UNFILLED, near, SHIPMENTS))
        found, cheapest = best(instance, side), optimise(instance).best
        within = [
            value(each)
            for each in cheapest
            if each.unfilled_units == cheapest[-1].unfilled_units
            and each.cost_minor <= cheapest[-1].cost_minor * 103 // 100
        ]
        assert value(found) == within[0]
        assert found.status is PlanStatus.OPTIMAL
