from dataclasses import replace

import numpy as np
import pytest

from allocation.solvers.instance import Instance, Split
from allocation.solvers.optimise import optimise, warm
from allocation.status import PlanStatus
from benchmarks.instances import Shape, mixed, order_like
from benchmarks.oracle import disagreement, drawn
from tests.allocation.orders import order, whole

CHUNK = 128


@pytest.mark.parametrize("first", range(0, 16 * CHUNK, CHUNK))
def test_2048_random_orders_cost_what_cp_sat_finds(first: int) -> None:
    wrong = {
        number: said
        for number in range(first, first + CHUNK)
        if (said := disagreement(drawn(7, number)))
    }
    assert wrong == {}


@pytest.mark.parametrize("seed", range(2))
def test_every_number_of_shipments_costs_what_cp_sat_finds(seed: int) -> None:
    said = [disagreement(drawn(100 + seed, n), every_j=True) for n in range(40)]
    assert said == [""] * 40


def only(instance: Instance, candidates: tuple[int, ...]) -> Instance:
    rows = list(candidates)
    return replace(
        instance,
        useful=whole(instance.useful[rows]),
        node=whole(instance.node[rows]),
        tariff=whole(instance.tariff[rows]),
        fixed_minor=whole(instance.fixed_minor[rows]),
        line_minor=whole(instance.line_minor[rows]),
        unit_minor=whole(instance.unit_minor[rows]),
    )


def test_the_considered_candidates_are_enough_to_find_the_same_plan_again() -> None:
    rng = np.random.default_rng(21)
    for number in range(300):
        lines = 18 if number % 10 == 0 else 5
        instance = mixed(rng, lines_max=lines)
        found = optimise(instance)
        if not found.best:
            continue
        again = optimise(only(instance, found.considered))
        sent = [
            [(found.considered[p.candidate], p.units) for p in s.parcels]
            for s in again.best
        ]
        assert sent == [[(p.candidate, p.units) for p in s.parcels] for s in found.best]


def test_the_same_order_gives_the_same_bytes() -> None:
    for number in range(100):
        instance = drawn(31, number)
        assert repr(optimise(instance)) == repr(optimise(instance))


def test_an_order_that_must_be_whole_is_never_partial() -> None:
    for number in range(200):
        for solution in optimise(replace(drawn(41, number), complete=True)).best:
            assert solution.unfilled_units == 0 or not solution.parcels


def test_no_parcel_sends_more_than_its_node_has() -> None:
    for number in range(200):
        instance = drawn(51, number)
        for solution in optimise(instance).best:
            for node in np.unique(instance.node):
                mates = np.flatnonzero(instance.node == node)
                stock = instance.useful[mates].max(axis=0)
                units = [p.units for p in solution.parcels if p.candidate in mates]
                assert (
                    np.array(units).reshape(-1, stock.size).sum(axis=0) <= stock
                ).all()


def test_nearest_for_each_line_needs_no_search_however_long_the_order() -> None:
    rng = np.random.default_rng(61)
    rank = np.arange(50)[:, None] + np.zeros((1, 40), np.int64)
    instance = replace(
        order_like(rng, Shape(40, 50, 0.95, max_shipments=12)),
        tariff=whole(np.full(50, -1)),
        fixed_minor=whole(np.zeros(50)),
        line_minor=whole(np.zeros(50)),
        unit_minor=whole(rank),
    )
    best = optimise(instance).best
    first = (instance.useful >= instance.quantity).argmax(axis=0)
    assert best[-1].cost_minor == int((first * instance.quantity).sum())
    assert best[-1].status is PlanStatus.OPTIMAL
    assert len(best) == 12


def test_lines_that_nobody_can_serve_are_set_aside() -> None:
    found = optimise(order([[1, 0], [1, 0]], [1, 3], fixed=[4, 2], split=Split.NEVER))
    assert found.best[0].unfilled == (0, 3)
    assert found.best[0].cost_minor == 2


def test_warming_up_answers_without_an_order() -> None:
    warm()
