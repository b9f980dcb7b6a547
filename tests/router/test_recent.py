import asyncio
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from allocation.check import violations
from allocation.network import Network
from allocation.plan import Plan
from allocation.policy import Objective, Policy
from allocation.problem import UNLIMITED, Problem
from allocation.solve import solve
from allocation.status import PlanStatus
from router.planning import Planner
from router.recent import Known, RecentPlans, just_made, still_good
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


def known_of(problem: Problem) -> Known:
    return Known(problem, solve(problem))


def test_where_stock_only_fell_a_whole_plan_costs_what_solving_would_give() -> None:
    rng = np.random.default_rng(6)
    good = missed = 0
    for _ in range(120):
        first = again(long_problem())
        first.available[:] = rng.integers(0, 5, first.available.shape)
        known = known_of(first)
        second = again(first, now=first.now + timedelta(seconds=1))
        cells = rng.random(second.available.shape) < 0.1
        second.available[cells & (second.available > 0)] -= 1
        if not still_good(known, second):
            missed += 1
            continue
        good += 1
        best = solve(again(second))
        assert known.plan.status is best.status is PlanStatus.OPTIMAL
        assert known.plan.bound_minor == best.bound_minor
        assert units(known.plan) == units(best)
        assert not violations(second, known.plan)
    assert good > 10
    assert missed > 10


def units(plan: Plan) -> int:
    return sum(line.quantity for sent in plan.shipments for line in sent.lines)


def test_a_plan_whose_own_units_are_gone_is_a_miss() -> None:
    known = known_of(long_problem())
    sent = known.plan.shipments[0]
    node = known.problem.network.node_by_id[sent.node_id].number
    taken = sent.lines[0].quantity
    line = SKUS.index(sent.lines[0].sku)
    assert still_good(known, with_stock(known.problem, line, node, taken))
    assert not still_good(known, with_stock(known.problem, line, node, taken - 1))


def test_one_useful_unit_more_anywhere_is_a_miss() -> None:
    known = known_of(with_stock(long_problem(), 0, 3, 1))
    assert still_good(known, with_stock(known.problem, 0, 3, 0))
    assert not still_good(known, with_stock(known.problem, 0, 3, 2))


def test_stock_beyond_what_the_order_asks_for_changes_nothing() -> None:
    known = known_of(with_stock(long_problem(), 0, 0, 2))
    assert still_good(known, with_stock(known.problem, 0, 0, 50))


def test_units_that_the_policy_keeps_back_count() -> None:
    known = known_of(with_stock(long_problem(Policy(keep_back=3)), 0, 0, 5))
    assert still_good(known, with_stock(known.problem, 0, 0, 50))
    known = known_of(with_stock(known.problem, 0, 0, 4))
    assert not still_good(known, with_stock(known.problem, 0, 0, 5))
    sent = known.plan.shipments[0]
    node = known.problem.network.node_by_id[sent.node_id].number
    line = SKUS.index(sent.lines[0].sku)
    short = with_stock(known.problem, line, node, sent.lines[0].quantity + 2)
    assert not still_good(known, short)


def test_after_the_next_cut_off_the_order_is_planned_again() -> None:
    problem = long_problem()
    known = known_of(problem)
    assert still_good(known, again(problem, now=problem.now + timedelta(hours=1)))
    later = again(problem, now=problem.now + timedelta(hours=5))
    assert not still_good(known, later)


def with_room(problem: Problem, **room: int) -> Problem:
    by_id = problem.network.node_by_id
    left = np.full(problem.network.size, UNLIMITED, np.int64)
    for name, orders in room.items():
        left[by_id[name].number] = orders
    return again(problem, room=left)


def test_a_plan_of_a_node_that_is_full_now_is_a_miss() -> None:
    known = known_of(with_room(long_problem()))
    used = known.plan.shipments[0].node_id
    assert still_good(known, with_room(known.problem, **{used: 1}))
    assert not still_good(known, with_room(known.problem, **{used: 0}))


def test_a_full_node_with_room_again_is_a_miss() -> None:
    known = known_of(with_room(long_problem(), denver=0))
    assert still_good(known, with_room(known.problem, denver=0))
    assert not still_good(known, with_room(known.problem, denver=1))


def test_when_a_pause_ends_the_order_is_planned_again() -> None:
    problem = long_problem()
    paused = replace(
        problem.network.node_by_id["denver"],
        paused_until=problem.now + timedelta(minutes=1),
    )
    nodes = [n for n in problem.network.nodes if n.node_id != "denver"]
    network = Network.compile(
        [*nodes, paused], problem.network.items, problem.network.lanes
    )
    known = known_of(again(problem, network=network))
    later = again(known.problem, now=problem.now + timedelta(seconds=59))
    assert still_good(known, later)
    assert not still_good(known, again(later, now=problem.now + timedelta(minutes=1)))


def test_another_network_or_prices_are_a_miss() -> None:
    problem = long_problem()
    known = known_of(problem)
    elsewhere = again(long_problem(), available=problem.available)
    assert not still_good(known, elsewhere)
    priced = again(problem, prices=np.ones_like(problem.available))
    assert not still_good(known, priced)


def test_another_policy_or_destination_has_a_place_of_its_own() -> None:
    recent, problem = RecentPlans(), long_problem()
    recent.keep(known_of(problem))
    assert recent.of(problem.order, Policy()) is not None
    assert recent.of(problem.order, Policy(max_shipments=2)) is None
    home = replace(problem.order.destination, residential=True)
    moved = replace(problem.order, destination=home)
    assert recent.of(moved, Policy()) is None


def test_a_hold_that_takes_something_else_instead_finds_the_plan_of_its_quote() -> None:
    """A quote cannot say it, and it changes nothing of the plan."""
    recent, quoted = RecentPlans(), long_problem()
    recent.keep(known_of(quoted))
    held = replace(quoted.order, allow_substitutes=True)

    known = recent.of(held, Policy())

    assert known is not None
    assert known.problem.order == held
    assert known.plan.allow_substitutes
    assert violations(known.problem, known.plan) == ()
    recent.forget(known.problem)
    assert recent.of(quoted.order, Policy()) is None


def test_the_oldest_plan_is_forgotten_when_the_cells_run_out() -> None:
    problems = [again(long_problem(), policy=Policy(version=str(n))) for n in range(4)]
    recent = RecentPlans(cells_max=3 * problems[0].available.size)
    plan = solve(problems[0])
    for problem in problems:
        recent.keep(Known(problem, plan))
    known = [recent.of(p.order, p.policy) is not None for p in problems]
    assert known == [False, True, True, True]
    recent.forget(problems[3])
    recent.keep(Known(problems[0], plan))
    assert len(recent) == 3


def test_a_plan_by_most_stock_is_not_remembered() -> None:
    recent = RecentPlans()
    problem = long_problem(Policy(objective=Objective.MOST_STOCK))
    recent.keep(known_of(problem))
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
        line, node = np.argwhere(problem.available > 4)[0]
        held = await planner.plan(with_stock(problem, line, node, 3))
        assert held is quoted
        assert len(solved) == 1
        await planner.record(*held)
        await planner.plan(again(problem))
        assert len(solved) == 2
        planner.close()

    asyncio.run(story())


def priced(problem: Problem, minor: int) -> Problem:
    prices = np.zeros_like(problem.available)
    prices[0] = minor
    return again(problem, prices=prices)


def test_a_plan_is_kept_while_units_are_worth_what_they_were() -> None:
    first = long_problem()
    known = known_of(priced(first, 40))

    assert still_good(known, priced(first, 40))
    assert not still_good(known, priced(first, 39))
    assert not still_good(known, first)
    assert not still_good(known_of(first), priced(first, 40))


def test_a_priced_plan_of_a_smaller_network_is_a_miss() -> None:
    stock = {"albany": [5], "boston": [5]}
    few = priced(problem_of(stock, {"a": 1}), 40)
    more = priced(problem_of(stock | {"chicago": [5]}, {"a": 1}), 40)

    assert not still_good(known_of(few), more)


def test_a_quoted_plan_with_prices_is_looked_at_again_for_its_hold() -> None:
    first = long_problem()
    assert just_made(known_of(first), first.network, first.now)
    assert not just_made(known_of(priced(first, 40)), first.network, first.now)
