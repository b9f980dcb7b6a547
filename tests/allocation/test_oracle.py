"""The exact solvers against two oracles: CP-SAT, and trying everything."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from allocation.cost import parcel_price
from allocation.instance import Instance, Split, Tariffs
from allocation.optimise import optimise
from allocation.parcels import price_parcel
from allocation.plan import PlanStatus
from benchmarks.instances import Shape, mixed, order_like
from benchmarks.oracle import disagreement, drawn

EACH = 250


@pytest.mark.parametrize("seed", range(8))
def test_random_orders_cost_exactly_what_cp_sat_proves(seed: int) -> None:
    wrong = [(n, said) for n in range(EACH) if (said := disagreement(drawn(seed, n)))]
    assert wrong == []


def test_every_number_of_shipments_costs_what_cp_sat_proves() -> None:
    wrong = [
        (n, said)
        for n in range(60)
        if (said := disagreement(drawn(99, n), every_j=True))
    ]
    assert wrong == []


@pytest.mark.parametrize("seed", range(60))
def test_the_frontier_is_what_trying_everything_finds(seed: int) -> None:
    instance = whole_lines(np.random.default_rng([seed, 5]))
    found = [
        (s.unfilled_units, s.cost_minor, len(s.parcels))
        for s in optimise(instance).best
    ]
    assert found == tried(instance)


def whole_lines(rng: np.random.Generator) -> Instance:
    """Few lines that are never split, so that there are few ways to send them."""
    drawn_ = mixed(rng, lines_max=4)
    keep = min(4, drawn_.node.size)
    return replace(
        drawn_,
        useful=np.ascontiguousarray(drawn_.useful[:keep]),
        node=np.arange(keep, dtype=np.int64),
        tariff=drawn_.tariff[:keep].copy(),
        fixed_minor=drawn_.fixed_minor[:keep].copy(),
        line_minor=drawn_.line_minor[:keep].copy(),
        unit_minor=np.ascontiguousarray(drawn_.unit_minor[:keep]),
        quantity=np.maximum(drawn_.useful[:keep].max(axis=0), 0),
        split=Split.NEVER,
        complete=False,
    )


def tried(instance: Instance) -> list[tuple[int, int, int]]:
    """Every way to give each line to one candidate or to none, by shipments."""
    nodes, lines = instance.useful.shape
    total = int(instance.quantity.sum())
    best: dict[int, tuple[int, int, int]] = {}
    for choice in product(range(-1, nodes), repeat=lines):
        if any(
            k >= 0 and not 0 < instance.quantity[i] <= instance.useful[k, i]
            for i, k in enumerate(choice)
        ):
            continue
        opened = sorted({k for k in choice if k >= 0})
        if not 1 <= len(opened) <= instance.max_shipments:
            continue
        units = {
            k: tuple(int(instance.quantity[i]) * (choice[i] == k) for i in range(lines))
            for k in opened
        }
        sent = sum(map(sum, units.values()))
        cost = sum(price_parcel(instance, k, u) for k, u in units.items())
        rank = (total - sent, cost, len(opened))
        for j in range(len(opened), instance.max_shipments + 1):
            best[j] = min(best.get(j, rank), rank)
    return [best[j] for j in sorted(best)]


def free(useful: list[list[int]], fixed: list[int], *, split: Split) -> Instance:
    """Candidates of different nodes whose only cost is to open them."""
    have = np.array(useful, dtype=np.int64)
    nodes, lines = have.shape
    none = np.zeros(0, dtype=np.int64)
    zeros = np.zeros(nodes, dtype=np.int64)
    return Instance(
        quantity=np.full(lines, 4, dtype=np.int64),
        weight_g=np.zeros(lines, dtype=np.int64),
        volume_cm3=np.zeros(lines, dtype=np.int64),
        useful=have,
        node=np.arange(nodes, dtype=np.int64),
        tariff=np.full(nodes, -1, dtype=np.int64),
        fixed_minor=np.array(fixed, dtype=np.int64),
        line_minor=zeros,
        unit_minor=np.zeros(have.shape, dtype=np.int64),
        tariffs=Tariffs(none, none, none, none, none, none),
        max_shipments=4,
        split=split,
        complete=False,
    )


@pytest.mark.parametrize("split", list(Split))
def test_partial_stock_is_not_spent_twice(split: Split) -> None:
    """Four units: A has two and is cheap, B has four. The answer is B, not A twice."""
    best = optimise(free([[2], [4]], [1, 5], split=split)).best[-1]
    assert [(p.candidate, p.units) for p in best.parcels] == [(1, (4,))]
    assert best.cost_minor == 5


def test_a_forced_split_takes_the_cheapest_nodes_that_have_enough() -> None:
    best = optimise(free([[2], [2], [3]], [1, 1, 9], split=Split.IF_FORCED)).best[-1]
    assert sorted(p.candidate for p in best.parcels) == [0, 1]
    assert best.cost_minor == 2


def test_a_line_that_may_not_be_split_stays_unfilled() -> None:
    instance = free([[2], [2]], [1, 1], split=Split.NEVER)
    best = optimise(instance).best
    assert all(len(s.parcels) <= 1 for s in best)
    assert all(s.unfilled_units == 2 for s in best)


@pytest.mark.parametrize("seed", range(40))
def test_more_shipments_never_cost_more_or_fill_less(seed: int) -> None:
    best = optimise(mixed(np.random.default_rng([seed, 6]))).best
    ranks = [(s.unfilled_units, s.cost_minor) for s in best]
    assert ranks == sorted(ranks, reverse=True)


@pytest.mark.parametrize("seed", range(40))
def test_the_order_of_candidates_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng([seed, 7])
    instance = mixed(rng)
    turn = rng.permutation(instance.node.size)
    turned = replace(
        instance,
        useful=np.ascontiguousarray(instance.useful[turn]),
        node=instance.node[turn],
        tariff=instance.tariff[turn],
        fixed_minor=instance.fixed_minor[turn],
        line_minor=instance.line_minor[turn],
        unit_minor=np.ascontiguousarray(instance.unit_minor[turn]),
    )
    one, other = optimise(instance).best, optimise(turned).best
    assert [s.cost_minor for s in one] == [s.cost_minor for s in other]


@pytest.mark.parametrize("lines", [3, 12, 20, 60])
def test_the_same_instance_gives_the_same_plan_again(lines: int) -> None:
    rng = np.random.default_rng([lines, 8])
    instance = order_like(rng, Shape(lines=lines, candidates=120, partial=0.1))
    assert repr(optimise(instance)) == repr(optimise(instance))


@pytest.mark.parametrize("seed", range(6))
def test_a_long_order_is_proven_or_says_how_far_it_may_be_off(seed: int) -> None:
    rng = np.random.default_rng([seed, 9])
    shape = Shape(lines=40, candidates=100, availability=0.6, partial=0.05)
    best = optimise(order_like(rng, shape)).best[-1]
    assert best.bound_minor <= best.cost_minor
    proven = best.bound_minor == best.cost_minor
    assert (best.status is PlanStatus.OPTIMAL) <= proven


@pytest.mark.parametrize("seed", range(20))
def test_the_compiled_price_is_the_one_price_function(seed: int) -> None:
    instance = mixed(np.random.default_rng([seed, 10]))
    for k in range(instance.node.size):
        units = tuple(int(u) for u in instance.useful[k])
        if not any(units):
            continue
        weight = int(np.dot(units, instance.weight_g))
        volume = int(np.dot(units, instance.volume_cm3))
        tariff = int(instance.tariff[k])
        carriage = 0
        if tariff >= 0:
            carriage = parcel_price(instance.tariffs, tariff, weight, volume)
        own = int(instance.fixed_minor[k] + np.dot(units, instance.unit_minor[k]))
        own += int(instance.line_minor[k]) * sum(u > 0 for u in units)
        assert price_parcel(instance, k, units) == carriage + own
