import asyncio
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from allocation.policy import Objective, Policy
from allocation.problem import Problem
from allocation.solve import solve
from router.planning import Planner
from router.recent import RecentPlans, still_good
from tests.allocation.synthetic import problem_of

SKUS = [f"sku-{number:02d}" for number in range(16)]
WANTED = dict.fromkeys(SKUS, 2)


def long_problem(policy: Policy | None = None) -> Problem:
    rng = np.random.default_rng(5)
    stock = {
        name: rng.integers(0, 9, len(SKUS)).tolist()
        for name in ("albany", "boston", "chicago", "denver")
    }
    return problem_of(stock, WANTED, policy=policy)


def again(problem: Problem, **changes: object) -> Problem:
    return replace(problem, **{"available": problem.available.copy(), **changes})


def with_stock(problem: Problem, line: int, node: int, units: int) -> Problem:
    changed = again(problem)
    changed.available[line, node] = units
    return changed


def test_the_plan_of_the_same_problem_is_what_solving_would_give() -> None:
    rng = np.random.default_rng(6)
    hits = 0
    for _ in range(60):
        first = again(long_problem())
        first.available[:] = rng.integers(0, 5, first.available.shape)
        known = first, solve(first)
        second = again(first, now=first.now + timedelta(seconds=1))
        cells = rng.random(second.available.shape) < 0.02
        second.available[cells] += 1
        plan = still_good(known, second)
        if plan is not None:
            hits += 1
            assert plan == solve(again(second))
    assert 10 < hits < 60


def test_stock_beyond_what_the_order_asks_for_changes_nothing() -> None:
    problem = with_stock(long_problem(), 0, 0, 50)
    known = problem, solve(problem)
    assert still_good(known, with_stock(problem, 0, 0, 2)) is known[1]
    assert still_good(known, with_stock(problem, 0, 0, 1)) is None


def test_units_that_the_policy_keeps_back_count() -> None:
    problem = with_stock(long_problem(Policy(keep_back=3)), 0, 0, 50)
    known = problem, solve(problem)
    assert still_good(known, with_stock(problem, 0, 0, 5)) is known[1]
    assert still_good(known, with_stock(problem, 0, 0, 4)) is None


def test_after_the_next_cut_off_the_order_is_planned_again() -> None:
    problem = long_problem()
    known = problem, solve(problem)
    assert still_good(known, again(problem, now=problem.now + timedelta(hours=1)))
    later = again(problem, now=problem.now + timedelta(hours=5))
    assert still_good(known, later) is None


def test_another_network_or_prices_are_a_miss() -> None:
    problem = long_problem()
    known = problem, solve(problem)
    assert still_good(known, again(long_problem(), available=problem.available)) is None
    priced = again(problem, prices=np.ones_like(problem.available))
    assert still_good(known, priced) is None


def test_another_policy_or_destination_has_a_place_of_its_own() -> None:
    recent, problem = RecentPlans(), long_problem()
    recent.keep(problem, solve(problem))
    assert recent.of(again(problem)) is not None
    assert recent.of(again(problem, policy=Policy(max_shipments=2))) is None
    home = replace(problem.order.destination, residential=True)
    moved = again(problem, order=replace(problem.order, destination=home))
    assert recent.of(moved) is None


def test_the_oldest_plan_is_forgotten_when_the_cells_run_out() -> None:
    problems = [again(long_problem(), policy=Policy(version=str(n))) for n in range(4)]
    recent = RecentPlans(cells_max=3 * problems[0].available.size)
    plan = solve(problems[0])
    for problem in problems:
        recent.keep(problem, plan)
    known = [recent.of(problem) is not None for problem in problems]
    assert known == [False, True, True, True]
    recent.forget(problems[3])
    recent.keep(problems[0], plan)
    assert len(recent) == 3


def test_a_plan_by_most_stock_is_not_remembered() -> None:
    recent = RecentPlans()
    problem = long_problem(Policy(objective=Objective.MOST_STOCK))
    recent.keep(problem, solve(problem))
    assert not recent


def test_a_hold_after_its_quote_is_not_solved_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solved: list[Problem] = []

    def counted(problem: Problem) -> object:
        solved.append(problem)
        return solve(problem)

    monkeypatch.setattr("router.planning.solve", counted)
    problem = long_problem()

    async def story() -> None:
        planner = Planner()
        quoted = await planner.plan(problem)
        held = again(problem)
        assert await planner.plan(held) is quoted
        assert len(solved) == 1
        await planner.record(held, quoted)
        await planner.plan(again(problem))
        assert len(solved) == 2
        planner.close()

    asyncio.run(story())
