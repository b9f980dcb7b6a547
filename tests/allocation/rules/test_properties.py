"""Whatever the rules and the order: the judge agrees, order is irrelevant, and every
decision comes out again."""

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings

from allocation.codec import dump, load
from allocation.network import Network
from allocation.policy import Objective
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
    max_examples=150,
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
    again = replace(
        problem,
        network=network,
        available=problem.available[:, ::-1].copy(),
        prices=None if problem.prices is None else problem.prices[:, ::-1].copy(),
        room=None if problem.room is None else problem.room[::-1].copy(),
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
