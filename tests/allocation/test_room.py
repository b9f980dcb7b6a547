"""Nodes that take no order at this moment: paused, or full on their ship day."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings

from allocation.codec import dump, load
from allocation.explain import explain
from allocation.network import Network
from allocation.node import FOR_GOOD
from allocation.plan import Plan
from allocation.policy import Policy
from allocation.problem import Problem
from allocation.shortlist import REASONS, Reason, shortlist
from allocation.solve import solve
from tests.allocation.synthetic import (
    LATER,
    NOON_FRIDAY,
    node,
    problem_of,
    problems,
)

BOTH = {"albany": [2], "fresno": [2]}


def reason_of(problem: Problem, node_id: str) -> str:
    found = shortlist(problem, by=problem.policy.promise_by, with_reasons=True)
    code = int(found.reasons[problem.network.node_by_id[node_id].number])
    return REASONS[code - 1] if code else ""


def detail_of(problem: Problem, node_id: str) -> str:
    rows = explain(problem, solve(problem)).candidates
    return next(row.detail for row in rows if row.node_id == node_id)


@settings(max_examples=300, deadline=None)
@given(problems())
def test_no_plan_uses_a_node_that_is_paused_or_full(problem: Problem) -> None:
    by_id, room = problem.network.node_by_id, problem.room

    for shipment in solve(problem).shipments:
        at = by_id[shipment.node_id]
        assert at.paused_until is None or at.paused_until <= problem.now
        assert room is None or room[at.number] > 0


def test_a_full_node_stands_aside_for_the_next_best() -> None:
    assert [
        s.node_id
        for s in solve(problem_of(BOTH, {"a": 1}, room={"albany": 0})).shipments
    ] == ["fresno"]


@pytest.mark.parametrize(
    ("policy", "changes", "reason"),
    [
        (Policy(), {}, Reason.AT_CAPACITY),
        (Policy(), {"paused_until": LATER}, Reason.NODE_PAUSED),
        (Policy(), {"paused_until": LATER, "disabled": True}, Reason.DISABLED),
        (Policy(exclude_node_ids=("fresno",)), {}, Reason.EXCLUDED),
        (Policy(max_distance_km=1000), {}, Reason.TOO_FAR),
        (Policy(promise_by=date(2026, 11, 24)), {}, Reason.LATE),
        (Policy(keep_back=2), {}, Reason.AT_CAPACITY),
    ],
)
def test_of_several_reasons_the_first_is_told(
    policy: Policy, changes: dict[str, object], reason: Reason
) -> None:
    problem = problem_of(
        BOTH, {"a": 1}, policy=policy, changes={"fresno": changes}, room={"fresno": 0}
    )

    assert reason_of(problem, "fresno") == reason


def test_what_is_full_is_said_with_the_day() -> None:
    changes = {"fresno": {"orders_per_day": 12, "cut_off": NOON_FRIDAY.time()}}
    problem = problem_of(BOTH, {"a": 1}, changes=changes, room={"fresno": 0})
    after_cut_off = replace(problem, now=NOON_FRIDAY + timedelta(hours=6))

    assert detail_of(problem, "fresno") == "12 of 12 orders for Fri 20 Nov"
    assert detail_of(after_cut_off, "fresno") == "12 of 12 orders for Mon 23 Nov"


def test_what_is_paused_is_said_with_its_end_and_reason() -> None:
    def said(**pause: object) -> str:
        changes = {"fresno": pause}
        return detail_of(problem_of(BOTH, {"a": 1}, changes=changes), "fresno")

    assert said(paused_until=LATER, paused_reason="burst pipe") == (
        "paused until Fri 20 Nov 13:00 America/New_York, burst pipe"
    )
    assert said(paused_until=FOR_GOOD, paused_reason="sold") == (
        "paused until it is resumed, sold"
    )


def test_a_pause_ends_by_itself_at_its_moment() -> None:
    changes = {"albany": {"paused_until": LATER}}
    problem = problem_of({"albany": [1]}, {"a": 1}, changes=changes)
    just_before = replace(problem, now=LATER - timedelta(microseconds=1))

    assert not solve(just_before).shipments
    assert solve(just_before).unfilled[0].reason == Reason.NODE_PAUSED
    assert solve(replace(problem, now=LATER)).shipments


def test_what_full_nodes_would_have_stays_unfilled_for_it() -> None:
    plan = solve(problem_of({"albany": [5]}, {"a": 1}, room={"albany": 0}))

    assert [left.reason for left in plan.unfilled] == [Reason.AT_CAPACITY]


def test_a_stored_decision_keeps_the_room_that_it_saw() -> None:
    problem = problem_of(BOTH, {"a": 3}, room={"albany": 0, "fresno": 7})

    stored, plan = load(dump(problem, solve(problem)), problem.network)

    assert stored.room is not None
    by_id = stored.network.node_by_id
    assert stored.room[by_id["albany"].number] == 0
    assert stored.room[by_id["fresno"].number] == 7
    assert solve(stored) == plan
    assert b"room" not in dump(*_unlimited())


def _unlimited() -> tuple[Problem, Plan]:
    problem = problem_of(BOTH, {"a": 3})
    return problem, solve(problem)


def test_limits_and_pauses_are_content_of_a_network_and_their_absence_is_not() -> None:
    plain = Network.compile([node("albany", 0)], [], [])
    paused = node("albany", 0, paused_until=LATER, orders_per_day=3)
    network = Network.compile([paused], [], [])

    assert network.version != plain.version
    assert Network.from_json(network.to_json()).nodes == (paused,)
    assert b"paused" not in plain.to_json()
    assert b"orders_per_day" not in plain.to_json()


def test_room_of_another_network_is_refused() -> None:
    problem = problem_of(BOTH, {"a": 1})

    with pytest.raises(ValueError, match="room of shape"):
        replace(problem, room=np.zeros(3, np.int64))
