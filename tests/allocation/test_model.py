from dataclasses import replace

import numpy as np
import pytest

from allocation.solvers.instance import Split
from allocation.solvers.limits import Limits
from allocation.solvers.model import Question, answer
from allocation.solvers.optimise import optimise
from allocation.status import PlanStatus
from benchmarks.instances import Shape, mixed, order_like
from tests.allocation.exhaustive import best_by_shipments, value
from tests.allocation.orders import order


@pytest.mark.parametrize("seed", range(4))
def test_cp_sat_finds_the_best_of_every_plan_priced_one_by_one(seed: int) -> None:
    rng = np.random.default_rng([seed, 1])
    checked = 0
    while checked < 12:
        instance = mixed(rng, lines_max=3)
        if instance.tariff.size > 5 or instance.quantity.max() > 3:
            continue
        checked += 1
        found = answer(instance, Question(instance.max_shipments))
        expected = best_by_shipments(instance)[-1]
        assert (value(found) if found else expected) == expected
        assert found or expected[2] == 0


def test_a_proven_answer_is_its_own_bound() -> None:
    found = answer(order([[2], [4]], [4], fixed=[1, 5]), Question(4))
    assert found is not None
    assert (found.status, found.bound_minor) == (PlanStatus.OPTIMAL, found.cost_minor)


def test_an_order_that_cannot_be_whole_has_no_answer() -> None:
    apart = order([[1, 0], [0, 1]], [1, 1], fixed=[1, 1], complete=True)
    assert answer(apart, Question(1)) is None
    assert answer(apart, Question(2)) is not None


def test_only_some_candidates_may_be_opened_if_so_asked() -> None:
    found = answer(order([[1], [1]], [1], fixed=[1, 5]), Question(4, only=(1,)))
    assert found is not None
    assert [p.candidate for p in found.parcels] == [1]


def test_without_time_the_answer_is_missing_or_not_called_optimal() -> None:
    rng = np.random.default_rng(3)
    shape = Shape(12, 60, 0.6, partial=0.5, split=Split.BY_COST)
    instance = order_like(rng, shape)
    found = answer(instance, Question(4), limits=Limits(model_seconds=0.001))
    assert found is None or found.status is PlanStatus.FEASIBLE
    assert found is None or found.bound_minor <= found.cost_minor


def test_a_hint_does_not_change_the_optimum() -> None:
    rng = np.random.default_rng(4)
    for _ in range(10):
        instance = replace(mixed(rng), complete=False)
        best = optimise(instance).best
        if not best:
            continue
        hinted = answer(instance, Question(instance.max_shipments, hint=best[0]))
        assert hinted is not None
        assert value(hinted) == value(best[-1])
