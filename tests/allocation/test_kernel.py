from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.carriage import parcel_price
from allocation.solvers.instance import Instance, Split, Tariffs
from allocation.solvers.optimise import optimise
from allocation.solvers.parcels import charged, started
from benchmarks.instances import Shape, mixed, order_like
from tests.allocation.exhaustive import best_by_shipments, value
from tests.allocation.orders import order, whole

WHOLE_LINES = replace(Shape(5, 12, services=2), availability=0.6)


def orders(seed: int, count: int = 25) -> list[Instance]:
    rng = np.random.default_rng(seed)
    shapes = [
        replace(WHOLE_LINES, lines=1 + n % 6, prices=n % 2 == 0) for n in range(count)
    ]
    return [order_like(rng, shape) for shape in shapes]


@given(
    base=st.integers(0, 5_000),
    step=st.integers(0, 900),
    step_g=st.integers(1, 5_000),
    fuel_bps=st.integers(0, 4_000),
    residential=st.integers(0, 900),
    divisor=st.integers(0, 9),
    weight_g=st.integers(0, 10**6),
    volume_cm3=st.integers(0, 10**7),
)
@settings(max_examples=300, deadline=None)
def test_the_compiled_price_is_the_one_price(
    base: int,
    step: int,
    step_g: int,
    fuel_bps: int,
    residential: int,
    divisor: int,
    weight_g: int,
    volume_cm3: int,
) -> None:
    columns = (base, step, step_g, fuel_bps, residential, divisor)
    tariffs = Tariffs(*(whole([c]) for c in columns))
    steps = started(step_g, divisor, weight_g, volume_cm3)
    compiled = charged(base, step, fuel_bps, residential, steps)
    assert compiled == parcel_price(tariffs, 0, weight_g, volume_cm3)


@pytest.mark.parametrize("seed", range(6))
def test_the_frontier_equals_every_plan_priced_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    checked = 0
    while checked < 40:
        instance = mixed(rng, lines_max=3)
        if instance.tariff.size > 6 or instance.quantity.max() > 4:
            continue
        checked += 1
        expected = best_by_shipments(instance)
        found = [value(s) for s in optimise(instance).best]
        assert (found or expected) == expected, instance
        assert found or expected[-1][2] == 0, instance


def test_more_shipments_never_make_a_plan_worse() -> None:
    for instance in orders(1):
        values = [value(s)[:2] for s in optimise(instance).best]
        assert values == sorted(values, reverse=True)


def test_more_stock_never_makes_a_plan_worse() -> None:
    rng = np.random.default_rng(2)
    for instance in orders(2):
        useful = instance.useful.copy()
        line = int(rng.integers(instance.quantity.size))
        useful[int(rng.integers(useful.shape[0]))] = instance.quantity
        richer = replace(instance, useful=useful)
        assert line < useful.shape[1]
        pairs = zip(optimise(richer).best, optimise(instance).best, strict=False)
        assert all(value(new)[:2] <= value(old)[:2] for new, old in pairs)


def test_scaling_all_costs_scales_the_optimum() -> None:
    for instance in orders(3):
        tariffs = replace(instance.tariffs, fuel_bps=whole(np.zeros(16)))
        plain = replace(instance, tariffs=tariffs)
        money = ("base_minor", "step_minor", "residential_minor")
        dearer = replace(
            plain,
            fixed_minor=plain.fixed_minor * 7,
            line_minor=plain.line_minor * 7,
            unit_minor=plain.unit_minor * 7,
            tariffs=replace(tariffs, **{m: getattr(tariffs, m) * 7 for m in money}),
        )
        once, seven = optimise(plain).best, optimise(dearer).best
        assert [s.cost_minor * 7 for s in once] == [s.cost_minor for s in seven]


def test_the_order_of_the_lines_does_not_change_the_plan() -> None:
    rng = np.random.default_rng(4)
    for instance in orders(4):
        turn = rng.permutation(instance.quantity.size)
        turned = replace(
            instance,
            quantity=whole(instance.quantity[turn]),
            weight_g=whole(instance.weight_g[turn]),
            volume_cm3=whole(instance.volume_cm3[turn]),
            useful=whole(instance.useful[:, turn]),
            unit_minor=whole(instance.unit_minor[:, turn]),
        )
        ours, theirs = optimise(instance).best, optimise(turned).best
        assert [value(s) for s in ours] == [value(s) for s in theirs]


def test_of_equal_candidates_the_first_sends() -> None:
    found = optimise(order([[1], [1], [1]], [1], fixed=[5, 5, 5]))
    assert found.best[0].parcels[0].candidate == 0


def test_of_equal_costs_fewer_shipments_win() -> None:
    one_or_two = order([[1, 0], [0, 1], [1, 1]], [1, 1], fixed=[5, 5, 10])
    assert [p.candidate for p in optimise(one_or_two).best[-1].parcels] == [2]


def test_a_started_step_can_make_two_parcels_of_one_order_cheaper_than_one() -> None:
    unit = [[0, 0], [9_000, 0]]
    heavy = order(
        [[1, 1], [1, 1]],
        [1, 1],
        fixed=[0, 0],
        unit=unit,
        tariff=0,
        weight_g=[900, 20_000],
        max_shipments=1,
    )
    assert optimise(heavy).best[0].cost_minor == 500 + 21 * 100


def test_an_order_that_must_be_whole_is_never_sent_in_part() -> None:
    apart = order([[1, 0], [0, 1]], [1, 1], fixed=[1, 1], complete=True)
    first, second = optimise(replace(apart, max_shipments=2)).best
    assert (first.parcels, first.unfilled) == ((), (1, 1))
    assert second.unfilled == (0, 0)
    assert optimise(replace(apart, max_shipments=1)).best == ()


def test_a_line_that_may_not_be_split_takes_the_most_that_one_candidate_has() -> None:
    scarce = order([[3], [2]], [5], fixed=[9, 1], split=Split.NEVER)
    best = optimise(scarce).best[-1]
    assert ([p.candidate for p in best.parcels], best.unfilled) == ([0], (2,))


def test_nothing_to_send_is_an_empty_frontier() -> None:
    assert optimise(order([[0, 0]], [0, 0], fixed=[1])).best == ()
    assert optimise(order(np.zeros((0, 2)), [1, 1], fixed=[])).best == ()


def test_frozen_arrays_are_as_good_as_writable_ones() -> None:
    instance = orders(5, 1)[0]
    expected = optimise(instance)
    for owner in (instance, instance.tariffs):
        for field in fields(owner):
            column = getattr(owner, field.name)
            if isinstance(column, np.ndarray):
                column.setflags(write=False)
    assert optimise(instance) == expected
