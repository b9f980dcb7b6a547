from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numba.core import runtime

from allocation.solvers.instance import Instance, Split
from allocation.solvers.limits import Limits
from allocation.solvers.optimise import optimise
from allocation.solvers.parcels import arguments
from allocation.solvers.search import search
from allocation.status import PlanStatus
from benchmarks.instances import Shape, mixed, order_like
from benchmarks.oracle import disagreement
from tests.allocation.exhaustive import value
from tests.allocation.orders import whole

COMPILED: Any = runtime
ONLY_SEARCH = Limits(kernel_lines=0)


def with_copies(instance: Instance, rng: np.random.Generator) -> Instance:
    """Each candidate twice: once as it is, once at a new node, dearer and poorer."""
    less = instance.useful * (rng.random(instance.useful.shape) < 0.8)
    return replace(
        instance,
        useful=whole(np.vstack([instance.useful, less])),
        node=whole(np.concatenate([instance.node, instance.node + 10_000])),
        tariff=whole(np.tile(instance.tariff, 2)),
        fixed_minor=whole(
            np.concatenate([instance.fixed_minor, instance.fixed_minor + 3])
        ),
        line_minor=whole(np.tile(instance.line_minor, 2)),
        unit_minor=whole(np.vstack([instance.unit_minor, instance.unit_minor + 1])),
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_search_finds_the_whole_frontier_of_the_kernel(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(60):
        instance = mixed(rng, lines_max=6)
        kernel = optimise(instance)
        found = optimise(instance, limits=ONLY_SEARCH)
        assert [value(s) for s in found.best] == [value(s) for s in kernel.best]
        assert all(s.status is PlanStatus.OPTIMAL for s in found.best)


@pytest.mark.parametrize("seed", range(3))
def test_orders_of_13_to_20_lines_cost_what_cp_sat_finds(seed: int) -> None:
    rng = np.random.default_rng([9, seed])
    for number in range(6):
        shape = Shape(13 + number, 6, 0.7, max_shipments=3, partial=0.2)
        split = Split.BY_COST if number % 2 else Split.IF_FORCED
        assert disagreement(order_like(rng, replace(shape, split=split))) == ""


def test_a_dominated_candidate_changes_nothing_and_is_left_out() -> None:
    rng = np.random.default_rng(11)
    for _ in range(20):
        instance = order_like(rng, Shape(14, 12, 0.7))
        doubled = with_copies(instance, rng)
        plain, richer = optimise(instance).best, optimise(doubled).best
        assert [value(s) for s in plain] == [value(s) for s in richer]
        kept = search(*arguments(doubled), 10_000)[-1]
        assert kept.max() < instance.tariff.size


def test_out_of_work_the_plan_is_called_feasible_with_a_true_bound() -> None:
    rng = np.random.default_rng(12)
    unproven = 0
    for _ in range(20):
        instance = order_like(rng, Shape(20, 30, 0.7))
        proven = optimise(instance).best[-1]
        hasty = optimise(instance, limits=Limits(search_nodes=3, model_cells=0)).best[
            -1
        ]
        assert value(hasty) >= value(proven)
        assert hasty.bound_minor <= hasty.cost_minor
        if hasty.unfilled_units == proven.unfilled_units:
            assert hasty.bound_minor <= proven.cost_minor
        unproven += hasty.status is PlanStatus.FEASIBLE
    assert unproven > 10


def test_an_order_of_500_lines_is_answered_with_a_plan_and_a_bound() -> None:
    rng = np.random.default_rng(13)
    instance = order_like(rng, Shape(500, 40, 0.8))
    best = optimise(instance).best[-1]
    assert best.parcels
    assert 0 < best.bound_minor <= best.cost_minor


def test_the_same_long_order_gives_the_same_plan_to_the_byte() -> None:
    rng = np.random.default_rng(14)
    for lines in (14, 30, 60):
        instance = order_like(rng, Shape(lines, 40, 0.7, prices=True))
        assert repr(optimise(instance)) == repr(optimise(instance))


def test_what_ships_whole_is_found_and_an_unfinished_search_proves_nothing() -> None:
    rng = np.random.default_rng(21)
    hasty = Limits(search_nodes=10, model_cells=0)
    found = unproven = 0
    for _ in range(40):
        instance = order_like(rng, Shape(16, 60, 0.2, max_shipments=4))
        freely = optimise(instance, limits=hasty).best[-1]
        wholly = optimise(replace(instance, complete=True), limits=hasty)
        if freely.unfilled_units == 0:
            found += 1
            assert value(wholly.best[-1]) == value(freely)
        else:
            assert not wholly.best
            unproven += wholly.nothing is PlanStatus.FEASIBLE
    assert found > 10
    assert unproven > 10


def test_a_search_frees_all_arrays_it_makes() -> None:
    # Functions that borrow their arrays count no references: a mistake there leaks.
    rng = np.random.default_rng(3)
    instances = [mixed(rng, lines_max=6) for _ in range(20)]
    instances += [order_like(rng, Shape(14, 12, 0.7)) for _ in range(5)]
    COMPILED._nrt_python.memsys_enable_stats()
    before = COMPILED.rtsys.get_allocation_stats()
    for instance in instances:
        optimise(instance, limits=ONLY_SEARCH)
    after = COMPILED.rtsys.get_allocation_stats()
    COMPILED._nrt_python.memsys_disable_stats()
    made = after.mi_alloc - before.mi_alloc
    assert made > 1_000
    assert after.mi_free - before.mi_free == made
