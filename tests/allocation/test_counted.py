from dataclasses import replace

import numpy as np
import pytest

from allocation.solvers.instance import Split
from allocation.solvers.limits import Limits
from allocation.solvers.optimise import optimise
from benchmarks.instances import Shape, order_like
from tests.allocation.exhaustive import best_by_shipments, value
from tests.allocation.orders import order


def test_a_node_cannot_send_its_two_units_twice() -> None:
    trap = order([[2], [4]], [4], fixed=[1, 5], split=Split.BY_COST)
    best = optimise(trap).best[-1]
    assert [(p.candidate, p.units) for p in best.parcels] == [(1, (4,))]
    assert best.cost_minor == 5


def test_two_services_of_one_node_share_its_stock() -> None:
    twins = order([[2], [2], [2]], [4], fixed=[1, 1, 7], node=[0, 0, 1])
    best = optimise(twins).best[-1]
    assert best.unfilled == (0,)
    assert sorted(p.candidate for p in best.parcels) == [0, 2]


def test_two_services_of_one_node_may_each_carry_what_they_are_cheap_for() -> None:
    apart = order(
        [[3, 3], [3, 3]],
        [4, 4],
        fixed=[1, 1],
        unit=[[0, 90], [90, 0]],
        node=[0, 0],
    )
    best = optimise(apart).best[-1]
    assert value(best) == best_by_shipments(apart)[-1]
    assert sorted(p.units for p in best.parcels) == [(0, 3), (3, 0)]


def test_a_line_that_one_node_has_whole_is_not_split_by_force() -> None:
    forced_only = order([[2], [2], [4]], [4], fixed=[1, 1, 9])
    best = optimise(forced_only).best[-1]
    assert [p.candidate for p in best.parcels] == [2]
    by_cost = optimise(replace(forced_only, split=Split.BY_COST)).best[-1]
    assert [p.candidate for p in by_cost.parcels] == [0, 1]


def test_what_no_node_has_stays_unfilled_beside_what_all_have_together() -> None:
    scarce = order([[2, 1], [1, 0]], [4, 1], fixed=[3, 3])
    best = optimise(scarce).best
    assert [s.unfilled for s in best] == [(2, 0), (1, 0), (1, 0), (1, 0)]


@pytest.mark.parametrize("seed", range(4))
def test_split_orders_equal_every_plan_priced_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for number in range(12):
        split = Split.BY_COST if number % 2 else Split.IF_FORCED
        shape = Shape(2, 4, 0.9, partial=0.7, max_shipments=3, split=split)
        instance = order_like(rng, replace(shape, services=1 + number % 2))
        expected = best_by_shipments(instance)
        assert [value(s) for s in optimise(instance).best] == expected


def test_too_many_states_go_elsewhere_and_cost_the_same() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        shape = Shape(4, 10, 0.8, partial=0.6, split=Split.BY_COST)
        instance = order_like(rng, shape)
        counted = optimise(instance).best
        elsewhere = optimise(instance, limits=Limits(counted_states=1)).best
        assert [value(s) for s in counted] == [value(s) for s in elsewhere]
