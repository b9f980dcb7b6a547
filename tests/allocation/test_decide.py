"""Short orders take a way of their own through compiled code, to the same answers."""

from dataclasses import replace

from hypothesis import given

from allocation.codec import dump
from allocation.decide import decide, demand_of, survey
from allocation.problem import Problem
from allocation.shortlist import shortlist
from allocation.solve import solve
from allocation.solvers.optimise import optimise
from tests.allocation.synthetic import problems


@given(problems())
def test_a_short_order_is_answered_as_its_instance_is(problem: Problem) -> None:
    by = problem.policy.promise_by
    solved = decide(problem, by)
    demand = demand_of(problem, shortlist(problem, by=by))
    known = optimise(demand.instance).best if demand else ()

    assert [each.cost_minor for each in solved.frontier.best] == [
        each.cost_minor for each in known
    ]
    assert [each.unfilled_units for each in solved.frontier.best] == [
        each.unfilled_units for each in known
    ]


@given(problems())
def test_noting_reasons_on_the_way_changes_neither_plan_nor_record(
    problem: Problem,
) -> None:
    noted = replace(problem, recorded=True)
    plan = solve(problem)

    assert solve(noted) == plan
    assert survey(noted).reasons.tolist() == survey(problem).reasons.tolist()
    assert dump(noted, plan) == dump(problem, plan)


@given(problems())
def test_a_problem_to_be_recorded_is_surveyed_once(problem: Problem) -> None:
    noted = replace(problem, recorded=True)

    decided = decide(noted, noted.policy.promise_by)

    assert survey(noted) is decided.found
