"""What look-ahead prices changed is told: which units are left to orders to come."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.codec import dump, load
from allocation.collecting import brought_prices, opportunity_minor
from allocation.explain import Explanation, explain
from allocation.network import Network, Node
from allocation.node import PICKUP, TRANSFER, Lane
from allocation.order import Destination
from allocation.problem import Problem
from allocation.replay import difference, explain_stored
from allocation.rules.book import policy_in_force
from allocation.rules.written import read
from allocation.solve import solve
from allocation.spared import SparedUnits, Today, spared_of, today_of
from tests.allocation.synthetic import GROUND, PLACES, problem_of, problems

LAST_UNITS = {"albany": [2], "denver": [9]}


def scarce(worth_minor: int = 400) -> Problem:
    """One unit wanted in New York: albany is near and its units are worth something."""
    return problem_of(
        LAST_UNITS, {"a": 1}, prices={"albany": [worth_minor], "denver": [0]}
    )


def explained(problem: Problem) -> Explanation:
    return explain(problem, solve(problem))


def test_the_verdict_says_what_is_spared_and_what_that_costs_today() -> None:
    assert explained(scarce()).verdict == (
        "Ships from denver in 1 shipment: albany would have cost 2.80 less today; "
        "its last 2 units of a are worth 4.00 each to orders expected."
    )


def test_the_spared_units_are_data_too() -> None:
    spared = explained(scarce()).spared

    assert spared is not None
    assert (spared.node_ids, spared.cost_less_minor) == (("albany",), 280)
    assert spared.units == (SparedUnits("albany", "a", 1, 2, 400),)


def test_prices_that_change_nothing_are_not_mentioned() -> None:
    cheap = explained(scarce(worth_minor=40))
    today = explained(problem_of(LAST_UNITS, {"a": 1}))

    assert cheap.spared is None
    assert cheap.verdict == today.verdict


def test_without_prices_nothing_is_spared() -> None:
    assert today_of(problem_of(LAST_UNITS, {"a": 1})) is None
    assert today_of(scarce(worth_minor=0)) is None


def test_the_last_unit_is_called_so_and_a_full_shelf_is_not() -> None:
    one = problem_of(
        {"albany": [1], "denver": [9]},
        {"a": 1},
        prices={"albany": [400], "denver": [0]},
    )
    many = replace(one, available=np.array([[250, 9]], np.int64))

    assert "its last unit of a is worth 4.00 to orders" in explained(one).verdict
    assert "its 250 units of a are worth 4.00 each" in explained(many).verdict


def test_a_plan_of_several_nodes_names_whose_units_they_are() -> None:
    stock = {"albany": [1, 0], "boston": [0, 1], "fresno": [1, 1]}
    prices = {"albany": [500, 0], "boston": [0, 300], "fresno": [0, 0]}
    problem = problem_of(stock, {"a": 1, "b": 1}, prices=prices)
    dear = {"fresno": {"parcel_handling_minor": 600}}
    dear_problem = problem_of(stock, {"a": 1, "b": 1}, prices=prices, changes=dear)

    assert explained(problem).spared is None
    assert explained(dear_problem).verdict == (
        "Ships from fresno in 1 shipment: albany and boston would have cost 2.82 less "
        "today; albany's last unit of a is worth 5.00 and boston's last unit of b is "
        "worth 3.00 to orders expected."
    )


PREFER_DENVER = """\
kind: Policy
name: shop
say: A shop
rules:
- id: west
  say: "Denver first"
  do: PREFER
  where: [{field: node.id, op: EQ, value: denver}]
  amount: 5.00 USD
"""


def test_a_node_that_a_rule_prefers_is_spared_without_talk_of_savings() -> None:
    policy = policy_in_force(read(PREFER_DENVER), "rules-1")
    problem = problem_of(
        LAST_UNITS, {"a": 1}, policy=policy, prices={"albany": [0], "denver": [400]}
    )

    assert explained(problem).verdict == (
        "Ships from albany in 1 shipment: denver would have been chosen today; "
        "its last 9 units of a are worth 4.00 each to orders expected."
    )


def test_the_table_has_the_opportunity_beside_the_cost() -> None:
    albany = next(
        row for row in explained(scarce()).candidates if row.node_id == "albany"
    )

    assert albany.cost is not None
    assert (albany.cost.cash_minor, albany.opportunity_minor) == (715, 400)
    assert albany.detail == (
        "all 1 units for 7.15, 2.80 less; worth 4.00 to orders expected"
    )
    assert albany.measured == ("11.15 with opportunity", "9.95 with opportunity")


def test_the_plan_of_today_is_an_alternative() -> None:
    [other] = explained(scarce()).alternatives

    assert other.label == "next best, without look-ahead"
    assert other.cost_more_minor == -280


def test_why_not_says_that_its_units_are_worth_more() -> None:
    problem = scarce()
    albany = problem.network.node_by_id["albany"]

    [answer] = explain(problem, solve(problem), why_not_nodes=[albany]).counterfactuals

    assert answer.sentence == (
        "albany would be in the plan with a shipment 1.20 cheaper. The best plan with "
        "it costs 7.15, 2.80 less, but its units are worth 4.00 more to orders "
        "expected."
    )


def test_a_dearer_split_is_told_by_what_is_paid_where_prices_changed_nothing() -> None:
    stock = {"albany": [1, 0], "boston": [0, 1], "fresno": [1, 1]}
    dear = {"fresno": {"parcel_handling_minor": 5000}}
    wanted = {"a": 1, "b": 1}
    prices = {"albany": [7, 0], "boston": [0, 0], "fresno": [50, 50]}

    priced = explained(problem_of(stock, wanted, changes=dear, prices=prices))

    assert priced.verdict == explained(problem_of(stock, wanted, changes=dear)).verdict


def test_a_plan_that_takes_what_is_worth_more_spares_nothing() -> None:
    problem = problem_of(
        LAST_UNITS, {"a": 1}, prices={"albany": [400], "denver": [300]}
    )
    elsewhere = replace(problem, available=np.array([[0, 9]], np.int64))
    other = solve(elsewhere)

    assert spared_of(problem, solve(problem), Today(elsewhere, other, other)) is None


MANY = 12


def crowded() -> Problem:
    """Dear nodes nearby, then one whose unit is worth much, then the one that sends."""
    nodes = [
        Node(
            f"n{number:02d}",
            number,
            40.7 + number,
            -74,
            parcel_handling_minor=0 if number >= MANY - 2 else 5_000,
        )
        for number in range(MANY)
    ]
    base = problem_of({"albany": [1]}, {"a": 1})
    network = Network.compile(nodes, base.network.items, GROUND)
    available = np.ones((1, MANY), np.int64)
    prices = np.zeros((1, MANY), np.int64)
    prices[0, MANY - 2] = 400
    return replace(base, network=network, available=available, prices=prices)


def test_a_stored_decision_keeps_the_node_that_was_spared() -> None:
    problem = crowded()
    plan = solve(problem)
    raw = dump(problem, plan)

    stored = explain_stored(raw, problem.network)

    assert [shipment.node_id for shipment in plan.shipments] == [f"n{MANY - 1:02d}"]
    assert stored.spared == explain(problem, plan).spared
    assert stored.verdict.startswith(
        f"Ships from n{MANY - 1:02d} in 1 shipment: n{MANY - 2:02d} would have cost"
    )
    assert (stored.replayed, difference(raw, problem.network)) == (True, "")


def collected() -> Problem:
    """Collected at boston, which has none: albany's or chicago's is brought."""
    counter = Lane("counter", PICKUP, 1, node_id="boston", transit_days=0)
    vans = [
        replace(lane, lane_id=f"{lane.lane_id}-{node}", node_id=node, service=TRANSFER)
        for node in ("albany", "chicago")
        for lane in GROUND
    ]
    stock = {"albany": [2], "boston": [0], "chicago": [3]}
    made = problem_of(stock, {"a": 2}, lanes=[counter, *vans])
    there = Destination(*PLACES["boston"], node_id="boston")
    order = replace(made.order, destination=there)
    return replace(made, order=order, prices=brought_prices(order, made.network))


def test_what_only_steers_to_the_shelf_is_no_opportunity() -> None:
    problem = collected()
    plan = solve(problem)

    told = explain(problem, plan)

    assert (plan.cost.price_minor, opportunity_minor(plan)) == (2, 0)
    assert all(row.opportunity_minor == 0 for row in told.candidates)
    assert told.spared is None


def test_units_that_would_be_brought_are_spared_like_any_others() -> None:
    problem = collected()
    assert problem.prices is not None
    dear = problem.prices.copy()
    dear[0, 0] += 400

    told = explain(*(lambda p: (p, solve(p)))(replace(problem, prices=dear)))

    assert told.spared is not None
    assert told.spared.units == (SparedUnits("albany", "a", 2, 2, 400),)


@settings(max_examples=80, deadline=None)
@given(problems(), st.sampled_from([1, 100, 1_000]))
def test_whatever_is_spared_is_worth_more_than_what_is_sent(
    problem: Problem, scale: int
) -> None:
    if problem.prices is not None:
        problem = replace(problem, prices=problem.prices * scale)
    plan, today = solve(problem), today_of(problem)
    spared = spared_of(problem, plan, today) if today else None

    if today is None or spared is None:
        return
    assert opportunity_minor(today.counted) > opportunity_minor(plan)
    assert all(each.units > 0 and each.worth_minor > 0 for each in spared.units)
    assert explain(problem, plan).verdict.count("to orders expected") == 1


@pytest.mark.parametrize("worth_minor", [40, 400])
def test_a_decision_made_by_prices_comes_out_again(worth_minor: int) -> None:
    problem = scarce(worth_minor)
    plan = solve(problem)

    again, kept = load(dump(problem, plan), problem.network)

    assert kept == plan
    assert solve(again) == plan
