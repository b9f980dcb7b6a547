"""Orders of a shop, seen by look-ahead, cost what a quote says they cost."""

from dataclasses import replace

import numpy as np
import pytest

from allocation.network import Network
from allocation.order import Destination
from allocation.policy import LineSplit, Policy
from allocation.prices.asked import NODES_MAX, both_tariffs, wanted_of
from allocation.prices.demand import UNFILLED, demand_of
from allocation.problem import Problem
from allocation.rules.attempts import attempts
from allocation.rules.book import policy_in_force
from allocation.rules.document import Condition, PolicyDocument, Rule
from allocation.rules.fields import Op
from allocation.rules.words import Verb
from allocation.solve import solve
from allocation.solvers.batch import sweep
from tests.allocation.synthetic import node, problem_of

NODES = ("albany", "boston", "chicago", "denver")
POLICY = Policy(line_split=LineSplit.NEVER, max_shipments=8)


def drawn(seed: int, lines: int = 3) -> Problem:
    """An order of some lines; each is whole at some nodes."""
    rng = np.random.default_rng(seed)
    stock = {
        node: [int(n) for n in rng.integers(0, 2, size=lines) * 9] for node in NODES
    }
    stock[NODES[seed % 4]] = [9] * lines
    wanted = {f"sku-{n}": int(rng.integers(1, 5)) for n in range(lines)}
    changes = {
        node: {"unit_handling_minor": int(rng.integers(0, 90))} for node in NODES
    }
    return problem_of(stock, wanted, changes=changes, policy=POLICY)


def cheapest_minor(problem: Problem) -> tuple[int, np.ndarray]:
    """What the sweep says of the order at no prices, and who sends each line."""
    skus = [line.sku for line in problem.order.lines]
    orders = wanted_of(problem, {sku: row for row, sku in enumerate(skus)})
    demand = demand_of(orders, both_tariffs(problem.network))
    stock = np.ascontiguousarray(problem.available, dtype=np.int64)
    every = np.arange(demand.size)
    none = np.zeros_like(stock)
    value, sender = sweep(tuple(demand.book), demand.rates, every, stock, none)
    return int(value.sum()), sender


@pytest.mark.parametrize("seed", range(20))
def test_an_order_costs_look_ahead_what_it_costs_a_quote(seed: int) -> None:
    problem = drawn(seed)

    plan = solve(problem)

    assert not plan.unfilled
    assert cheapest_minor(problem)[0] == plan.cost.cash_minor


def test_the_way_to_a_home_costs_its_surcharge() -> None:
    problem = drawn(1)
    home = replace(problem.order.destination, residential=True)
    assert isinstance(home, Destination)
    at_home = replace(problem, order=replace(problem.order, destination=home))

    plan = solve(at_home)

    assert cheapest_minor(at_home)[0] == plan.cost.cash_minor
    assert cheapest_minor(problem)[0] < plan.cost.cash_minor


def test_a_line_that_nobody_has_whole_and_one_not_asked_about_are_left_out() -> None:
    problem = problem_of({"albany": [9, 1, 9]}, {"a": 1, "b": 2, "c": 1}, policy=POLICY)

    [order] = wanted_of(problem, {"a": 0, "b": 1})

    assert order.sku.tolist() == [0]
    assert wanted_of(problem, {}) == ()


def test_sending_nothing_is_never_cheaper() -> None:
    problem = drawn(2)
    [order] = wanted_of(problem, {f"sku-{n}": n for n in range(3)})
    assert order.node[-1] == UNFILLED
    assert (order.unit_minor[-1] >= order.unit_minor[:-1].max(axis=0)).all()
    _, sender = cheapest_minor(problem)
    assert (sender < order.node.size - 1).all()


def test_only_the_cheapest_candidates_are_kept() -> None:
    near = problem_of({"albany": [9]}, {"a": 1}, policy=POLICY)
    nodes = [
        replace(node("albany", n), node_id=f"n-{n:02d}", latitude=42.7 + n / 2)
        for n in range(30)
    ]
    network = Network.compile(nodes, near.network.items, near.network.lanes)
    problem = replace(near, network=network, available=np.full((1, 30), 9))

    [order] = wanted_of(problem, {"a": 0})

    assert order.node.size == NODES_MAX + 1
    assert cheapest_minor(problem)[0] == solve(problem).cost.cash_minor


def test_what_a_rule_forbids_is_never_the_way_of_an_order() -> None:
    stock = {"albany": [9, 9], "chicago": [9, 9]}
    problem = problem_of(stock, {"a": 1, "b": 1}, policy=POLICY)
    no_a = Rule(
        "no a here",
        "says",
        Verb.NEVER,
        where=(
            Condition("node.id", Op.EQ, "albany"),
            Condition("line.sku", Op.EQ, "a"),
        ),
    )
    book = policy_in_force(PolicyDocument("shop", "x", rules=(no_a,)), "v1").book
    asked = replace(problem, policy=replace(POLICY, book=book))
    attempt = next(attempts(asked))

    [order] = wanted_of(attempt, {"a": 0, "b": 1})
    albany = order.node.tolist().index(problem.network.node_by_id["albany"].number)

    assert order.unit_minor[albany, 0] == order.unit_minor[-1, 0]
    assert order.unit_minor[albany, 1] < order.unit_minor[-1, 1]
