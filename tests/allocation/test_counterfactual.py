"""Why not this node: what is answered does put it into the plan, and less does not."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.changes import Change, ChangeKind, changed
from allocation.check import violations
from allocation.counterfactual import SOLVES_MAX, Counterfactual, why_not
from allocation.decide import demand_of
from allocation.explain import explain
from allocation.measures import Measure, minor_of, value_of
from allocation.network import Item, Network
from allocation.policy import LineSplit, Objective, Policy, Weights
from allocation.problem import Problem
from allocation.required import uses
from allocation.shortlist import shortlist
from allocation.solve import RANKED, solve
from allocation.whynot import told
from tests.allocation.exhaustive import best_by_shipments
from tests.allocation.synthetic import PLACES, problem_of, problems


def asked(problem: Problem, node_id: str) -> Counterfactual:
    return why_not(problem, solve(problem), problem.network.node_by_id[node_id])


def said(problem: Problem, node_id: str) -> str:
    plan = solve(problem)
    node = problem.network.node_by_id[node_id]
    explanation = explain(problem, plan, why_not_nodes=[node])
    return explanation.counterfactuals[0].sentence


def wins(problem: Problem, node_id: str, change: Change) -> bool:
    node = problem.network.node_by_id[node_id]
    return uses(solve(changed(problem, node, change)), node)


NEAR = {"albany": [2, 1], "boston": [1, 1], "fresno": [2, 1]}


def test_a_dearer_node_would_win_by_one_minor_unit_less_than_the_chosen_one() -> None:
    problem = problem_of({"albany": [1], "boston": [1]}, {"a": 1})
    dear, plan = replace(problem), solve(problem)
    chosen = plan.shipments[0].node_id
    other = "boston" if chosen == "albany" else "albany"
    assert plan.cost == plan.shipments[0].cost

    found = asked(dear, other)

    [change] = found.changes
    assert found.best is not None
    apart = found.best.cost.cash_minor - plan.cost.cash_minor
    assert change == Change(ChangeKind.COST, apart + 1)
    assert found.proven


def test_a_node_that_lacks_a_unit_is_told_of_it_first() -> None:
    changes = {
        "albany": {"parcel_handling_minor": 900},
        "fresno": {"parcel_handling_minor": 900},
    }
    problem = problem_of(NEAR, {"a": 2, "b": 1}, changes=changes)

    assert said(problem, "boston").startswith(
        "boston would be in the plan with 1 more unit of a"
    )


def test_a_node_without_stock_is_told_how_many_units_would_do() -> None:
    problem = problem_of({"albany": [0], "fresno": [3]}, {"a": 3})

    assert asked(problem, "albany").changes == (Change(ChangeKind.UNITS, 3, "a"),)
    assert said(problem, "albany") == (
        "albany would be in the plan with 3 more units of a."
    )


def test_the_fewest_units_are_found_and_one_less_is_not_enough() -> None:
    stock = {"albany": [4], "chicago": [1], "denver": [0]}
    problem = problem_of(stock, {"a": 6}, policy=Policy(max_shipments=2))
    most = Policy(objective=Objective.MOST_STOCK)
    most_stock = problem_of({"albany": [10], "boston": [3]}, {"a": 1}, policy=most)

    assert asked(problem, "denver").changes == (Change(ChangeKind.UNITS, 2, "a"),)
    assert asked(most_stock, "boston").changes == (Change(ChangeKind.UNITS, 8, "a"),)


def test_a_discount_may_be_more_than_opening_a_parcel_costs() -> None:
    dear = {"boston": {"unit_handling_minor": 5000}}
    problem = problem_of({"albany": [1], "boston": [1]}, {"a": 1}, changes=dear)
    found = asked(problem, "boston")

    [change] = found.changes
    assert found.best is not None
    apart = minor_of(found.best) - minor_of(solve(problem))
    assert change == Change(ChangeKind.COST, apart + 1)
    assert apart > 5000


def test_what_would_not_even_do_for_nothing_is_no_change() -> None:
    stock = {"albany": [1, 1], "boston": [0, 1]}
    problem = problem_of(stock, {"a": 1, "b": 1})
    light = [Item(sku, weight_g=1) for sku in ("a", "b")]
    network = Network.compile(problem.network.nodes, light, problem.network.lanes)
    found = asked(replace(problem, network=network), "boston")

    assert found.changes == ()
    assert found.best is not None
    assert len(found.best.shipments) == 2


def test_no_single_change_is_an_answer() -> None:
    problem = problem_of({"albany": [1, 1], "boston": [0, 0]}, {"a": 1, "b": 1})
    nothing = problem_of(
        {"albany": [1], "fresno": [0]},
        {"a": 1},
        policy=Policy(exclude_node_ids=("fresno",)),
    )

    assert asked(nothing, "fresno").changes == ()
    assert said(nothing, "fresno") == (
        "No single change would put fresno into the plan (EXCLUDED)."
    )
    assert asked(problem, "boston").changes == ()


@pytest.mark.parametrize(
    ("policy", "own", "change", "words"),
    [
        (
            Policy(max_distance_km=100),
            {},
            Change(ChangeKind.DISTANCE, 224),
            "with 224 km allowed",
        ),
        (
            Policy(exclude_node_ids=("albany",)),
            {},
            Change(ChangeKind.NOT_EXCLUDED),
            "were it not left out",
        ),
        (
            Policy(only_node_ids=("fresno",)),
            {},
            Change(ChangeKind.SELECTED),
            "were it among the nodes asked for",
        ),
        (
            Policy(node_tags=("big",)),
            {},
            Change(ChangeKind.TAGGED, name="big"),
            "did it carry the tag big",
        ),
        (
            Policy(),
            {"disabled": True},
            Change(ChangeKind.SWITCHED_ON),
            "were it switched on",
        ),
        (
            Policy(promise_by=date(2026, 11, 21)),
            {},
            Change(ChangeKind.PROMISE_BY, 2),
            "if it may arrive 2 days later, Mon 23 Nov",
        ),
        (
            Policy(service="DRONE"),
            {},
            Change(ChangeKind.ANY_SERVICE),
            "by any service",
        ),
    ],
)
def test_a_limit_that_keeps_the_node_out_is_lifted_as_far_as_it_takes(
    policy: Policy, own: dict[str, object], change: Change, words: str
) -> None:
    changes = {"albany": own, "fresno": {"tags": ("big",)}}
    stock = {"albany": [1], "fresno": [1]}
    problem = problem_of(stock, {"a": 1}, policy=policy, changes=changes)

    assert asked(problem, "albany").changes == (change,)
    assert said(problem, "albany") == f"albany would be in the plan {words}."


def test_one_shipment_more_may_be_all_it_takes() -> None:
    stock = {"albany": [1, 0], "boston": [0, 1]}
    policy = Policy(max_shipments=1, allow_partial=True)
    problem = problem_of(stock, {"a": 2, "b": 1}, policy=policy)
    chosen = solve(problem).shipments[0].node_id
    other = "boston" if chosen == "albany" else "albany"

    assert Change(ChangeKind.SHIPMENTS) in asked(problem, other).changes


def test_a_node_of_the_plan_is_said_to_be_in_it() -> None:
    problem = problem_of({"albany": [1]}, {"a": 1})

    assert said(problem, "albany") == "albany is in the plan."


def test_what_the_best_plan_with_the_node_loses_in_is_said() -> None:
    stock = {"albany": [1], "fresno": [1]}
    fast = problem_of(stock, {"a": 1}, policy=Policy(objective=Objective.FASTEST))
    near = problem_of(stock, {"a": 1}, policy=Policy(objective=Objective.NEAREST))

    assert asked(fast, "fresno").worse_in is Measure.ARRIVAL
    assert said(fast, "fresno").endswith("with it arrives Mon 30 Nov.")
    assert asked(near, "fresno").worse_in is Measure.RANK
    assert said(near, "fresno").endswith("but the node is farther.")


def test_a_decision_that_did_not_keep_the_node_says_so() -> None:
    problem = problem_of({"albany": [0], "fresno": [1]}, {"a": 1})
    plan = solve(problem)
    found = asked(problem, "albany")

    row = told(problem, plan, found, money=str, known=False)

    assert row.sentence.startswith("What albany had then is not kept")
    assert not row.known


@settings(max_examples=150, deadline=None)
@given(problems(), st.sampled_from(list(PLACES)))
def test_every_change_puts_the_node_into_the_plan_and_a_smaller_one_does_not(
    problem: Problem, node_id: str
) -> None:
    if node_id not in problem.network.node_by_id:
        return
    plan = solve(problem)
    found = asked(problem, node_id)

    assert found.solves <= SOLVES_MAX
    for change in found.changes:
        if change.kind is ChangeKind.COST and dear(problem, node_id, change):
            continue
        assert wins(problem, node_id, change), change
        if change.smallest and change.amount > 1:
            less = replace(change, amount=change.amount - 1)
            assert not wins(problem, node_id, less), change
    if found.best is not None and not found.chosen:
        node = problem.network.node_by_id[node_id]
        assert uses(found.best, node)
        assert not violations(problem, found.best)
        if problem.policy.objective not in RANKED:
            assert value_of(problem, found.best) >= value_of(problem, plan)
    assert found.chosen == any(s.node_id == node_id for s in plan.shipments)


def dear(problem: Problem, node_id: str, change: Change) -> bool:
    """Whether the discount is more than opening a parcel costs: no solver holds it."""
    handling = problem.network.node_by_id[node_id].parcel_handling_minor
    base = min(lane.base_minor for lane in problem.network.lanes)
    return change.amount > handling + base


@st.composite
def small(draw: st.DrawFn) -> Problem:
    """Few enough plans to price them all."""
    lines = draw(st.integers(1, 2))
    units = st.lists(st.integers(0, 2), min_size=lines, max_size=lines)
    names = ("albany", "chicago", "denver")
    dear = st.sampled_from([0, 90, 700])
    policy = Policy(
        line_split=draw(st.sampled_from(LineSplit)),
        max_shipments=draw(st.integers(1, 3)),
        weights=Weights(draw(st.sampled_from([0, 75]))),
    )
    return problem_of(
        {name: draw(units) for name in names},
        {f"sku-{line}": draw(st.integers(1, 3)) for line in range(lines)},
        policy=policy,
        changes={name: {"parcel_handling_minor": draw(dear)} for name in names},
    )


@settings(max_examples=120, deadline=None)
@given(small())
def test_no_plan_that_uses_a_node_is_better_than_its_proven_best(
    problem: Problem,
) -> None:
    demand = demand_of(problem, shortlist(problem, by=None))
    for node in problem.network.nodes:
        found = asked(problem, node.node_id)
        if found.chosen or not found.proven:
            continue
        assert demand is not None
        all_units = int(demand.instance.quantity.sum())
        best = best_by_shipments(demand.instance, node.number)[-1]
        if found.best is None:
            assert best[0] == all_units, "no plan may use it"
            continue
        sent = sum(line.quantity for s in found.best.shipments for line in s.lines)
        mine = all_units - sent, minor_of(found.best), len(found.best.shipments)
        assert mine == best
