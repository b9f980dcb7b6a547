"""Whatever the rules and the order: the judge agrees, order is irrelevant, and every
decision comes out again."""

from dataclasses import replace

import hypothesis.strategies as st
import numpy as np
from hypothesis import HealthCheck, assume, given, settings

from allocation.codec import dump, load
from allocation.learned import Learned
from allocation.network import Network
from allocation.plan import Plan
from allocation.policy import LineSplit, Objective
from allocation.problem import Problem
from allocation.replay import explain_stored
from allocation.rules.attempts import attempts
from allocation.rules.document import Condition
from allocation.rules.fields import Scope
from allocation.rules.masks import CandidateMasks, NodeMasks
from allocation.rules.seen import DISTANCE, Scene, Trip
from allocation.shortlist import shortlist
from allocation.solve import solve

from .made import PLACE, WHOLE, conditions, ruled_problems

many = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@many
@given(problem=ruled_problems())
def test_the_judge_agrees_with_every_plan_made_under_rules(problem: Problem) -> None:
    # A plan that breaks a rule, or costs other than it was chosen for, fails in here.
    plan = solve(problem)

    assert plan.policy_version == "v1"


@many
@given(problem=ruled_problems())
def test_a_decision_made_under_rules_is_replayed_byte_for_byte(
    problem: Problem,
) -> None:
    problem = replace(problem, recorded=True)
    plan = solve(problem)

    raw = dump(problem, plan)

    stored, told = load(raw, problem.network, problem.policy.book)
    assert told == plan
    assert solve(stored) == plan
    explained = explain_stored(raw, problem.network, problem.policy.book)
    assert explained.replayed


@many
@given(problem=ruled_problems())
def test_steps_are_given_up_in_order_and_only_while_something_is_missing(
    problem: Problem,
) -> None:
    plan = solve(problem)

    filled = []
    for attempt in attempts(problem):
        assert attempt.ruling is not None
        here = solve(replace(attempt, ruling=attempt.ruling))
        filled.append(sum(left.quantity for left in here.unfilled))
        if attempt.ruling.relaxed.steps == plan.relaxed:
            break
    missing = sum(left.quantity for left in plan.unfilled)
    assert filled[-1] == missing
    if problem.policy.wanted_by is None:
        assert all(before > missing for before in filled[:-1])


@many
@given(problem=ruled_problems(objective=Objective.CHEAPEST))
def test_the_numbering_of_nodes_is_irrelevant(problem: Problem) -> None:
    size = problem.network.size
    turned = [
        replace(node, number=size - 1 - node.number) for node in problem.network.nodes
    ]
    network = Network.compile(
        turned,
        problem.network.items,
        problem.network.lanes,
        version=problem.network.version,
    )
    learned = problem.learned
    assert learned is not None
    again = replace(
        problem,
        network=network,
        available=problem.available[:, ::-1].copy(),
        prices=None if problem.prices is None else problem.prices[:, ::-1].copy(),
        room=None if problem.room is None else problem.room[::-1].copy(),
        learned=Learned(learned.miss_bps[::-1], learned.cover_days[:, ::-1]),
    )

    assert solve(again) == solve(problem)


@many
@given(problem=ruled_problems(), condition=conditions((*WHOLE, *PLACE, *Scope)))
def test_arrays_say_of_each_line_and_node_what_the_scene_says(
    problem: Problem, condition: Condition
) -> None:
    assert problem.policy.book is not None
    scene = Scene(problem, problem.policy.book.document)
    masks = NodeMasks(scene)
    found = shortlist(problem, by=None, every_service=True)
    by_candidate = CandidateMasks(masks, found)
    shape = len(problem.order.lines), found.node.size
    told = np.broadcast_to(by_candidate.of(condition), shape)
    only_lanes = condition.scope is Scope.LANE and condition.field != DISTANCE
    wide = (shape[0], problem.network.size)
    at_nodes = None if only_lanes else np.broadcast_to(masks.of(condition), wide)

    for row, line in enumerate(problem.order.lines):
        for candidate in range(shape[1]):
            number, _, zone, km, arrival = found.head[:5, candidate].tolist()
            node = problem.network.node_by_number[number]
            trip = Trip(node, km, problem.network.tables.lanes[zone], arrival)
            one = scene.holds(condition, line=line, node=node, trip=trip)
            assert told[row, candidate] == one
            assert at_nodes is None or at_nodes[row, number] == one


def _depends_on_stock(problem: Problem) -> bool:
    """Whether more units may turn a rule, or what a rule keeps back."""
    assert problem.policy.book is not None
    rules = problem.policy.book.document.rules
    asks = any(
        condition.scope is Scope.CELL
        for rule in rules
        for condition in (*rule.where, *rule.any_of)
    )
    return asks or any(rule.percent for rule in rules)


@many
@given(
    problem=ruled_problems(
        objective=Objective.CHEAPEST, line_split=LineSplit.BY_COST, ship_complete=False
    ),
    data=st.data(),
)
def test_more_stock_never_costs_more_under_a_policy_of_cost_alone(
    problem: Problem, data: st.DataObject
) -> None:
    assume(problem.policy.objective is Objective.CHEAPEST)
    assume(not _depends_on_stock(problem))
    line = data.draw(st.integers(0, len(problem.order.lines) - 1))
    node = data.draw(st.integers(0, problem.network.size - 1))
    more = problem.available.copy()
    more[line, node] += data.draw(st.integers(1, 5))

    before, after = solve(problem), solve(replace(problem, available=more))

    assert _worth(after)[0] <= _worth(before)[0]
    if _worth(after)[0] == _worth(before)[0] and after.relaxed == before.relaxed:
        assert _worth(after) <= _worth(before)


@many
@given(problem=ruled_problems(objective=Objective.CHEAPEST))
def test_the_order_of_lines_is_irrelevant(problem: Problem) -> None:
    order = replace(problem.order, lines=problem.order.lines[::-1])
    turned = replace(
        problem,
        order=order,
        available=problem.available[::-1].copy(),
        prices=None if problem.prices is None else problem.prices[::-1].copy(),
    )

    assert _worth(solve(turned)) == _worth(solve(problem))


def _worth(plan: Plan) -> tuple[int, int]:
    """Units unfilled, and what the choice was made by."""
    missing = sum(left.quantity for left in plan.unfilled)
    return missing, plan.cost.cash_minor + plan.cost.steering_minor
