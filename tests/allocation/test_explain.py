"""What is said about a plan, in words and in rows."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from allocation.alternatives import alternatives, next_best
from allocation.codec import dump
from allocation.explain import CANDIDATES_MAX, explain, verdict
from allocation.measures import value_of
from allocation.network import Network, Node
from allocation.policy import LineSplit, Objective, Policy
from allocation.problem import Problem
from allocation.replay import explain_stored
from allocation.solve import RANKED, solve
from tests.allocation.synthetic import LANES, problem_of, problems


def said(problem: Problem) -> str:
    return verdict(problem, solve(problem))


def test_verdict_of_a_split_says_what_one_shipment_fewer_would_leave() -> None:
    stock = {"albany": [1, 1, 0], "boston": [0, 0, 2]}

    assert said(problem_of(stock, {"a": 1, "b": 1, "c": 2})) == (
        "Ships from albany and boston in 2 shipments: no node has all 3 lines; "
        "one shipment fewer would leave 2 units unfilled."
    )


def test_verdict_of_a_split_says_what_one_shipment_fewer_would_cost() -> None:
    stock = {"albany": [1, 0], "boston": [0, 1], "fresno": [1, 1]}
    dear = {"fresno": {"parcel_handling_minor": 5000}}
    problem = problem_of(stock, {"a": 1, "b": 1}, changes=dear)

    text = verdict(problem, solve(problem), money=lambda minor: f"${minor / 100:.2f}")

    assert text.startswith("Ships from albany and boston in 2 shipments: one shipment")
    assert "would cost $" in text


def test_verdict_of_one_shipment_counts_who_could_have() -> None:
    both = {"albany": [1], "fresno": [1]}

    assert said(problem_of(both, {"a": 1})) == (
        "Ships from albany in 1 shipment: the cheapest of 2 nodes that have it."
    )
    assert said(problem_of({"albany": [1]}, {"a": 1})) == (
        "Ships from albany in 1 shipment: the only node that has it."
    )


def test_verdict_of_a_quantity_split_names_the_units() -> None:
    assert "no node has all 4 units" in said(
        problem_of({"albany": [2], "boston": [2]}, {"a": 4})
    )


def test_verdict_says_what_is_missing_and_why() -> None:
    far = Policy(max_distance_km=1000)

    assert said(problem_of({"albany": [1], "fresno": [4]}, {"a": 3}, policy=far)) == (
        "Ships from albany in 1 shipment: no other plan fills more; "
        "2 units of a stay unfilled because the nodes that have more are too far."
    )
    assert said(problem_of({"albany": [0]}, {"a": 1})) == (
        "Nothing ships: 1 unit of a stays unfilled because no node has more."
    )


@pytest.mark.parametrize(
    ("objective", "words"),
    [
        (Objective.FASTEST, "arrives before Mon 23 Nov"),
        (Objective.NEAREST, "nearest node that has it"),
        (Objective.PRIORITY, "by priority"),
        (Objective.MOST_STOCK, "most stock"),
    ],
)
def test_verdict_speaks_of_the_objective(objective: Objective, words: str) -> None:
    problem = problem_of({"albany": [1]}, {"a": 1}, policy=Policy(objective=objective))

    assert words in said(problem)


def test_verdict_names_a_few_nodes_and_counts_the_rest() -> None:
    stock = {name: [1] for name in ("albany", "boston", "chicago", "denver", "fresno")}
    problem = problem_of(stock, {"a": 5}, policy=Policy(max_shipments=5))

    assert "albany, boston, chicago and 2 more in 5 shipments" in said(problem)


STOCK = {"albany": [2], "boston": [2], "chicago": [0], "fresno": [2], "denver": [1]}


def test_candidates_are_the_chosen_ones_then_the_nearest_with_their_numbers() -> None:
    policy = Policy(max_distance_km=3000, exclude_node_ids=("boston",))
    problem = problem_of(STOCK, {"a": 2}, policy=policy)

    explanation = explain(problem, solve(problem))

    rows = {row.node_id: row for row in explanation.candidates}
    assert list(rows) == ["albany", "boston", "chicago", "denver", "fresno"]
    assert rows["albany"].chosen
    assert rows["albany"].exclusion == ""
    assert rows["albany"].cost == solve(problem).cost
    assert rows["albany"].measured == ("", "")
    assert (rows["boston"].exclusion, rows["boston"].detail) == (
        "EXCLUDED",
        "asked to be left out",
    )
    assert rows["chicago"].detail == "a 0 of 2"
    assert (rows["denver"].exclusion, rows["denver"].useful_units) == ("COSTLIER", 1)
    assert rows["denver"].detail == "has 1 of 2 units"
    assert rows["fresno"].detail == "3954 km, limit 3000 km"
    assert rows["fresno"].cost is None
    assert rows["fresno"].measured == ("3,954 km", "3,000 km")
    assert rows["chicago"].measured == ("0 units", "1 unit")
    assert rows["denver"].measured == ("1 unit", "2 units")


@pytest.mark.parametrize(
    ("policy", "changes", "detail"),
    [
        (Policy(), {"disabled": True}, "switched off"),
        (Policy(only_node_ids=("albany",)), {}, "not among the 1 nodes asked for"),
        (
            Policy(node_tags=("big",)),
            {"tags": ("small", "new")},
            "tags small, new; wanted one of big",
        ),
        (
            Policy(promise_by=date(2026, 11, 25)),
            {},
            "earliest Mon 30 Nov, wanted by Wed 25 Nov",
        ),
        (
            Policy(),
            {"ship_weekdays": ()},
            "closed for longer than promises are made",
        ),
        (Policy(), {"parcel_handling_minor": 7}, "all 2 units for 11.63, 4.24 more"),
        (Policy(service="DRONE"), {}, "DRONE does not reach 3954 km"),
    ],
)
def test_a_row_shows_what_was_seen_and_what_was_wanted(
    policy: Policy, changes: dict[str, object], detail: str
) -> None:
    problem = problem_of(
        STOCK,
        {"a": 2},
        policy=policy,
        changes={"fresno": changes, "albany": {"tags": ("big",)}},
    )

    explanation = explain(problem, solve(problem))

    rows = {row.node_id: row.detail for row in explanation.candidates}
    assert rows["fresno"] == detail


def test_a_node_that_costs_as_much_is_not_said_to_lose_to_another_objective() -> None:
    twin = {"latitude": 42.7, "longitude": -73.8}
    stock = {"albany": [2], "boston": [2]}
    problem = problem_of(stock, {"a": 2}, changes={"boston": twin})

    explanation = explain(problem, solve(problem))

    [other] = [row for row in explanation.candidates if not row.chosen]
    assert other.detail.endswith(", the same")


@settings(max_examples=60, deadline=None)
@given(problems())
def test_every_node_is_chosen_or_counted_once(problem: Problem) -> None:
    plan = solve(problem)

    explanation = explain(problem, plan)

    counted = sum(count.nodes for count in explanation.exclusions)
    chosen = {shipment.node_id for shipment in plan.shipments}
    assert counted + len(chosen) == len(problem.network.nodes)
    assert {row.node_id for row in explanation.candidates if row.chosen} == chosen
    assert explanation.verdict.endswith(".")
    for row in explanation.candidates:
        assert bool(row.exclusion) != row.chosen
        assert row.detail


def test_rows_are_bounded() -> None:
    nodes = [Node(f"n{n:03d}", n, 40, -74) for n in range(2 * CANDIDATES_MAX)]
    problem = problem_of({"albany": [1]}, {"a": 1})
    network = Network.compile(nodes, problem.network.items, LANES)
    many = problem.available.repeat(network.size, axis=1)
    big = replace(problem, network=network, available=many)

    explanation = explain(big, solve(big))

    assert len(explanation.candidates) == CANDIDATES_MAX
    assert explanation.exclusions[0].nodes == network.size - 1


def test_alternatives_show_what_each_shipment_more_buys() -> None:
    stock = {"albany": [1, 0], "boston": [0, 1], "fresno": [1, 1]}
    dear = {"fresno": {"parcel_handling_minor": 5000}}
    policy = Policy(line_split=LineSplit.NEVER)
    problem = problem_of(stock, {"a": 1, "b": 1}, changes=dear, policy=policy)
    plan = solve(problem)

    [other] = alternatives(problem, plan)

    assert other.label == "next best, one shipment fewer"
    assert [each.node_id for each in other.plan.shipments] == ["fresno"]
    assert other.plan.cost.cash_minor - plan.cost.cash_minor == other.cost_more_minor
    assert (other.days_later, other.unfilled_more) == (6, 0)


def test_an_alternative_that_splits_a_line_that_ships_whole_says_so() -> None:
    problem = problem_of({"albany": [2], "boston": [1], "chicago": [1]}, {"a": 2})

    [other] = alternatives(problem, solve(problem))

    assert other.label == "next best, with a line split"


def test_an_alternative_may_fill_less_and_be_cheaper() -> None:
    problem = problem_of({"albany": [1, 0], "boston": [0, 1]}, {"a": 1, "b": 1})

    best, *others = alternatives(problem, solve(problem))

    assert best.label == "next best, one shipment fewer"
    assert (best.unfilled_more, others) == (1, [])
    assert best.cost_more_minor < 0


def test_a_policy_without_tiers_compares_what_is_paid_not_what_is_there() -> None:
    policy = Policy(objective=Objective.POLICY)
    problem = problem_of({"albany": [9], "boston": [900]}, {"a": 1}, policy=policy)
    plan = solve(problem)

    other = next_best(problem, plan)

    assert other is not None
    assert [plan.shipments[0].node_id, other.shipments[0].node_id] == [
        "albany",
        "boston",
    ]
    assert value_of(problem, plan) < value_of(problem, other)


def test_more_shipments_are_an_alternative_to_the_fewest() -> None:
    stock = {"albany": [1, 0], "boston": [0, 1], "fresno": [1, 1]}
    dear = {"fresno": {"parcel_handling_minor": 5000}}
    fewest = Policy(objective=Objective.FEWEST_SHIPMENTS)
    problem = problem_of(stock, {"a": 1, "b": 1}, changes=dear, policy=fewest)

    [other] = alternatives(problem, solve(problem))

    assert other.label == "next best, one shipment more"
    assert other.cost_more_minor < 0


@settings(max_examples=80, deadline=None)
@given(problems())
def test_the_next_best_plan_lacks_a_chosen_node_and_is_not_better(
    problem: Problem,
) -> None:
    plan = solve(problem)
    chosen = {shipment.node_id for shipment in plan.shipments}

    other = next_best(problem, plan)

    if other is None:
        return
    assert chosen - {shipment.node_id for shipment in other.shipments}
    if plan.objective not in RANKED and problem.policy.line_split is LineSplit.BY_COST:
        assert value_of(problem, other) >= value_of(problem, plan)


def test_the_next_best_of_a_stored_decision_says_which_nodes_it_knows() -> None:
    stock = {name: [1] for name in ("albany", "boston", "chicago")}
    problem = problem_of(stock, {"a": 1})
    raw = dump(problem, solve(problem))

    [stored] = explain_stored(raw, problem.network).alternatives
    [told] = explain(problem, solve(problem)).alternatives

    assert stored.label == "next best of the nodes kept"
    assert stored.plan == told.plan


def test_a_stored_decision_does_not_count_nodes_that_it_did_not_keep() -> None:
    stock = {"albany": [1], "boston": [1], "fresno": [1]}
    problem = problem_of(stock, {"a": 1})
    plan = solve(problem)

    said = explain_stored(dump(problem, plan), problem.network).verdict

    assert explain(problem, plan).verdict.endswith(
        "the cheapest of 3 nodes that have it."
    )
    assert said.endswith("in 1 shipment: the cheapest node that has it.")
