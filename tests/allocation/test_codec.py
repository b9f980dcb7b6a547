"""Stored decisions come back as they were, and decide the same again."""

import random
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings

from allocation import codec
from allocation.network import Item, Lane, Network, Node
from allocation.order import Destination, Line, Order
from allocation.policy import LineSplit, Objective, Policy
from allocation.problem import Problem
from allocation.replay import explain_stored
from allocation.solve import solve
from tests.allocation.synthetic import LANES, problem_of, problems


@settings(max_examples=150, deadline=None)
@given(problems())
def test_a_stored_decision_is_read_and_decided_again(problem: Problem) -> None:
    plan = solve(problem)

    raw = codec.dump(problem, plan)
    stored, same = codec.load(raw, problem.network)

    assert same == plan
    assert codec.plan_of(raw) == plan
    assert codec.network_version_of(raw) == problem.network.version
    assert solve(stored) == plan
    again, _ = codec.load(codec.dump(stored, same), stored.network)
    assert solve(again) == plan


@settings(max_examples=60, deadline=None)
@given(problems())
def test_a_problem_as_a_file_needs_nothing_else(problem: Problem) -> None:
    raw = codec.problem_to_json(problem)

    again = codec.problem_from_json(raw)

    assert solve(again) == solve(problem)
    assert codec.problem_to_json(again) == raw


def world(count: int, lines: int, seed: int) -> Problem:
    """A random network of the size of a chain of stores."""
    rng = random.Random(seed)
    nodes = [
        Node(
            f"store-{n:04d}",
            n,
            rng.uniform(26, 48),
            rng.uniform(-122, -70),
            time_zone="America/Chicago",
            parcel_handling_minor=rng.choice([150, 200]),
        )
        for n in range(count)
    ]
    skus = [f"SKU-{n:05d}" for n in range(lines)]
    items = [Item(sku, weight_g=rng.randint(50, 3000)) for sku in skus]
    stock = np.random.default_rng(seed).integers(-6, 5, (lines, count)).clip(0)
    return Problem(
        Order(
            tuple(Line(sku, rng.randint(1, 3)) for sku in skus), Destination(40, -90)
        ),
        Network.compile(nodes, items, LANES),
        stock,
        Policy(),
        datetime(2026, 11, 20, 17, tzinfo=UTC),
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("objective", list(Objective))
def test_a_decision_over_many_nodes_is_small_and_replays(
    objective: Objective, seed: int
) -> None:
    problem = world(300, 1 + seed, seed)
    problem = replace(problem, policy=Policy(objective=objective))
    plan = solve(problem)

    raw = codec.dump(problem, plan)

    stored, _ = codec.load(raw, problem.network)
    assert solve(stored) == plan
    assert len(raw) < 2_048


@pytest.mark.parametrize("seed", range(8))
def test_a_decision_of_three_lines_over_sixty_nodes_takes_two_kilobytes_at_most(
    seed: int,
) -> None:
    problem = replace(world(60, 3, seed), recorded=True)
    plan = solve(problem)

    assert len(plan.shipments) > 0
    assert len(codec.dump(problem, plan)) <= 2_048


def test_the_explanation_of_a_stored_decision_is_replayed() -> None:
    problem = world(300, 3, seed=1)
    plan = solve(problem)

    told = explain_stored(codec.dump(problem, plan), problem.network)

    assert told.replayed
    assert told.plan == plan
    chosen = len({shipment.node_id for shipment in plan.shipments})
    assert sum(count.nodes for count in told.exclusions) + chosen == 300
    assert {row.node_id for row in told.candidates if row.chosen} == {
        shipment.node_id for shipment in plan.shipments
    }


def test_a_plan_that_does_not_come_out_again_is_not_called_replayed() -> None:
    problem = problem_of({"albany": [2], "boston": [2]}, {"a": 1})
    plan = solve(problem)
    other = replace(plan, bound_minor=plan.bound_minor - 1)

    assert not explain_stored(codec.dump(problem, other), problem.network).replayed


def test_a_plan_of_an_earlier_solve_is_stored_as_well() -> None:
    problem = problem_of({"albany": [1], "boston": [2], "fresno": [3]}, {"a": 2})
    fresh = replace(problem)

    assert codec.dump(fresh, solve(problem)) == codec.dump(problem, solve(problem))


def test_another_network_is_refused() -> None:
    problem = problem_of({"albany": [1]}, {"a": 1})
    raw = codec.dump(problem, solve(problem))
    other = Network.compile(problem.network.nodes, [], [Lane("x", "GROUND", 1)])

    with pytest.raises(ValueError, match=problem.network.version):
        codec.load(raw, other)


def test_another_stored_form_is_refused() -> None:
    with pytest.raises(ValueError, match="stored form 99"):
        codec.plan_of(zlib.compress(b'{"v":99}'))


@pytest.mark.parametrize("split", list(LineSplit))
@pytest.mark.parametrize("lines", [6, 16])
def test_a_decision_that_leaves_units_unfilled_replays(
    lines: int, split: LineSplit
) -> None:
    unfilled = 0
    for seed in range(12):
        rng = random.Random(seed)
        policy = Policy(
            allow_partial=True,
            line_split=split,
            max_shipments=rng.choice([1, 2, 4]),
            keep_back=rng.choice([0, 1]),
            max_distance_km=rng.choice([20_040, 900]),
        )
        problem = world(120, lines, seed)
        scarce = np.where(problem.available % 7 < 4, 0, problem.available)
        problem = replace(problem, policy=policy, available=scarce)
        plan = solve(problem)
        unfilled += bool(plan.unfilled)

        stored, _ = codec.load(codec.dump(problem, plan), problem.network)

        assert solve(stored) == plan
        assert len(stored.network.nodes) < len(problem.network.nodes)
    assert unfilled > 3


@pytest.mark.parametrize("most", [200, 70_000, 5_000_000_000])
def test_stock_and_prices_of_any_size_come_back(most: int) -> None:
    problem = problem_of({"albany": [most], "boston": [1]}, {"a": 1})
    prices = np.array([[most, 0]]) - most // 2
    problem = replace(problem, prices=np.resize(prices, problem.available.shape))

    stored, _ = codec.load(codec.dump(problem, solve(problem)), problem.network)

    kept = list(stored.network.node_by_number)
    assert (stored.available[:, kept] == problem.available[:, kept]).all()
    assert stored.prices is not None
    assert problem.prices is not None
    assert (stored.prices[:, kept] == problem.prices[:, kept]).all()
