"""Tiers of a document: which node each measure sends from."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from allocation.codec import dump, load
from allocation.learned import Learned
from allocation.network import Network
from allocation.order import Line
from allocation.policy import Objective
from allocation.problem import Problem
from allocation.rules.book import policy_in_force
from allocation.rules.document import Limits, PolicyDocument, Rule, Tier
from allocation.rules.words import Measure, Verb
from allocation.solve import solve
from tests.allocation.synthetic import GROUND, problem_of

STOCK = {"albany": [2, 9], "boston": [9, 9], "chicago": [9, 2]}


def under(*measures: Measure, **document: object) -> Problem:
    """Two lines that every node has, near Albany, a little farther from Boston."""
    plain = problem_of(STOCK, {"a": 1, "b": 1}, lanes=GROUND)
    made = PolicyDocument(
        "tested",
        "tiers",
        objective=tuple(map(Tier, measures)) or (Tier(Measure.COST),),
        **document,  # type: ignore[arg-type]
    )
    policy = replace(policy_in_force(made, "v1"), wanted_by=date(2026, 11, 23))
    return replace(plain, policy=policy)


def senders(problem: Problem) -> list[str]:
    plan = solve(problem)
    assert not plan.unfilled
    return [shipment.node_id for shipment in plan.shipments]


@pytest.mark.parametrize(
    ("measure", "nodes"),
    [
        (Measure.COST, ["albany"]),
        (Measure.DISTANCE_KM, ["albany"]),
        (Measure.LATE_DAYS, ["albany"]),
        (Measure.SHIPMENTS, ["albany"]),
        (Measure.CO2_G, ["albany"]),
        (Measure.COVER, ["boston"]),
        (Measure.UNFILLED_VALUE, ["albany"]),
    ],
)
def test_each_measure_chooses_its_node(measure: Measure, nodes: list[str]) -> None:
    assert senders(under(measure)) == nodes


def test_load_goes_to_the_node_with_the_emptiest_day() -> None:
    problem = under(Measure.LOAD)
    limited = [replace(node, orders_per_day=10) for node in problem.network.nodes]
    network = Network.compile(limited, problem.network.items, problem.network.lanes)
    room = np.array([1, 4, 9], dtype=np.int64)

    assert senders(replace(problem, network=network, room=room)) == ["chicago"]


def learned(problem: Problem, *, misses: list[int], days: list[list[int]]) -> Problem:
    """What is known of Albany, Boston and Chicago; days by line."""
    return replace(problem, learned=Learned(np.array(misses), np.array(days)))


def test_pick_risk_sends_from_where_fewest_units_are_missing() -> None:
    plain = under(Measure.PICK_RISK)
    alike = [[9, 9, 9], [9, 9, 9]]

    assert senders(learned(plain, misses=[40, 39, 41], days=alike)) == ["boston"]
    assert senders(plain) == ["albany"], "nothing is known: the cheapest"


def test_days_of_cover_are_those_of_each_line_at_its_node() -> None:
    plain = under(Measure.DAYS_OF_COVER)
    alike = [0, 0, 0]

    longest = learned(plain, misses=alike, days=[[10, 20, 19], [30, 40, 39]])
    assert senders(longest) == ["boston"]
    apart = learned(plain, misses=alike, days=[[10, 20, 19], [30, 40, 41]])
    assert senders(apart) == ["boston", "chicago"]


def test_what_was_learned_is_kept_with_the_decision() -> None:
    problem = replace(under(Measure.PICK_RISK, Measure.DAYS_OF_COVER), recorded=True)
    taught = learned(problem, misses=[9, 7, 7], days=[[5, 5, 6], [5, 5, 5]])
    plan = solve(taught)

    stored, told = load(dump(taught, plan), taught.network, taught.policy.book)

    assert [shipment.node_id for shipment in plan.shipments] == ["chicago"]
    assert solve(stored) == told == plan
    assert stored.learned is not None
    assert stored.learned.miss_bps.tolist()[1:] == [7, 7]


def test_filling_comes_first_where_no_tier_says_so() -> None:
    assert len(senders(under(Measure.COST))) == 1


def test_a_share_of_what_stays_unfilled_is_one_of_all_of_it() -> None:
    problem = under(Measure.UNFILLED_UNITS, Measure.SHIPMENTS)
    problem = replace(
        problem,
        order=replace(problem.order, lines=(Line("a", 4), Line("b", 1))),
        available=np.array([[2, 0, 0], [0, 1, 0]], dtype=np.int64),
    )
    assert problem.policy.book is not None
    document = problem.policy.book.document

    def nodes(bps: int) -> list[str]:
        tiers = (Tier(Measure.UNFILLED_UNITS, bps), Tier(Measure.SHIPMENTS))
        policy = policy_in_force(replace(document, objective=tiers), "v1")
        plan = solve(replace(problem, policy=policy))
        return [shipment.node_id for shipment in plan.shipments]

    # Two units of five are nowhere: half of them is the one from Boston.
    assert nodes(4_999) == ["albany", "boston"]
    assert nodes(5_000) == ["albany"]


def test_tiers_that_say_what_the_plain_objective_says_take_the_fast_way() -> None:
    plain = policy_in_force(PolicyDocument("a", "b"), "v1")
    tiers = (Tier(Measure.SHIPMENTS),)
    other = policy_in_force(PolicyDocument("a", "b", objective=tiers), "v1")

    assert plain.objective is Objective.CHEAPEST
    assert other.objective is Objective.POLICY


def test_what_a_rule_keeps_together_is_never_split() -> None:
    together = Rule("pair", "these travel together", Verb.TOGETHER)
    problem = under(rules=(together,))
    apart = np.array([[9, 0, 0], [0, 9, 0]], dtype=np.int64)

    plan = solve(replace(problem, available=apart))
    assert not plan.shipments
    for left in plan.unfilled:
        assert (left.reason, left.rule_id) == ("KEPT_TOGETHER", "pair")

    both = np.array([[9, 0, 9], [0, 9, 9]], dtype=np.int64)
    assert senders(replace(problem, available=both)) == ["chicago"]


def test_a_split_that_is_worth_too_little_is_not_made() -> None:
    problem = under(limits=Limits(shipment_value_min_minor=500))
    items = [replace(item, value_minor=400) for item in problem.network.items]
    network = Network.compile(problem.network.nodes, items, problem.network.lanes)
    apart = np.array([[9, 0, 0], [0, 9, 0]], dtype=np.int64)

    assert not solve(replace(problem, network=network, available=apart)).shipments
    dear = [replace(item, value_minor=600) for item in problem.network.items]
    network = Network.compile(problem.network.nodes, dear, problem.network.lanes)
    assert len(senders(replace(problem, network=network, available=apart))) == 2
