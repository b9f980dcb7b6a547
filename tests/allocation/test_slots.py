"""Slots of a ship day: the plan says by when, the judge minds, a decision keeps it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import numpy as np
import pytest

from allocation.check import violations
from allocation.codec import dump, load
from allocation.network import Network
from allocation.problem import UNLIMITED, Problem
from allocation.replay import explain_stored
from allocation.slots import Slot, coming_slots
from allocation.solve import solve
from tests.allocation.synthetic import NOON_FRIDAY, node, problem_of

SLOTS = (Slot(time(13), 4), Slot(time(14, 30), 2))
ONE = datetime(2026, 11, 20, 18, tzinfo=UTC)
"""One o'clock in New York, on the Friday."""


def slotted(place: int | None = 0) -> Problem:
    """Albany alone, whose order goes into that slot."""
    changes = {"albany": {"slots": SLOTS}}
    problem = problem_of({"albany": [2]}, {"a": 1}, changes=changes)
    chosen = {} if place is None else {0: place}
    return replace(problem, slots=chosen, room=np.array([6 - 4 * (place or 0)]))


@pytest.mark.parametrize(
    ("place", "due"), [(0, ONE), (1, ONE.replace(hour=19, minute=30))]
)
def test_a_shipment_is_due_by_the_end_of_its_slot(place: int, due: datetime) -> None:
    (shipment,) = solve(slotted(place)).shipments
    assert shipment.ship_by == due


def test_the_judge_wants_the_end_of_the_very_slot() -> None:
    first, second = slotted(0), slotted(1)
    assert violations(first, solve(first)) == ()
    (fault,) = violations(first, solve(second))
    assert "is not the node's cut-off or slot" in fault
    assert (
        "goes into none of the node's slots"
        in violations(slotted(None), solve(first))[0]
    )


def test_the_decision_keeps_the_slot() -> None:
    problem = replace(slotted(1), recorded=True)
    plan = solve(problem)
    stored, told = load(dump(problem, plan), problem.network)
    assert (told, solve(stored), stored.slots) == (plan, plan, {0: 1})


def test_slots_that_ended_are_over_by_the_clock_of_the_node() -> None:
    here = node("albany", 0, slots=SLOTS)
    day = NOON_FRIDAY.date()
    assert [place for place, _ in coming_slots(here, day, NOON_FRIDAY)] == [0, 1]
    assert [place for place, _ in coming_slots(here, day, ONE)] == [1]
    assert not list(coming_slots(here, day, ONE.replace(hour=20)))


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"slots": (Slot(time(14), 1), Slot(time(13), 1))}, "one after the other"),
        ({"slots": (Slot(time(15, 1), 1),)}, "after the cut-off"),
        ({"slots": SLOTS, "orders_per_day": 3}, "give one"),
        ({"slots": tuple(Slot(time(9, n), 1) for n in range(25))}, "at most 24"),
    ],
)
def test_slots_that_cannot_be_meant_are_no_slots(
    fields: dict[str, object], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        node("albany", 0, **fields)


def test_a_network_with_slots_reads_back_as_it_was_written() -> None:
    network = slotted().network
    assert Network.from_json(network.to_json()).nodes == network.nodes
    assert network.nodes[0].day_limit == 6
    with pytest.raises(ValueError, match="at least one order"):
        Slot(time(12), 0)


def test_who_counts_no_orders_plans_without_a_slot() -> None:
    """A way back, a tested rule, a node asked about later: none takes a place."""
    uncounted = replace(slotted(None), room=None)
    (shipment,) = solve(uncounted).shipments
    assert shipment.node_id == "albany"


def test_a_decision_is_asked_about_a_node_with_slots_that_it_did_not_keep() -> None:
    changes = {"albany": {"slots": SLOTS}}
    stock = {"albany": [0], "chicago": [2]}
    made = problem_of(stock, {"a": 1}, changes=changes)
    problem = replace(made, slots={0: 0}, room=np.array([6, UNLIMITED]), recorded=True)
    raw = dump(problem, solve(problem))

    albany = problem.network.node_by_id["albany"]
    explained = explain_stored(raw, problem.network, why_not_nodes=(albany,))

    assert explained.replayed
    assert explained.counterfactuals[0].node_id == "albany"


@pytest.mark.parametrize(
    ("midnight", "until"),
    [("2026-11-01T04:00Z", time(1, 30)), ("2027-03-14T05:00Z", time(2, 30))],
)
def test_a_slot_may_end_in_the_hour_that_clocks_repeat_or_leave_out(
    midnight: str, until: time
) -> None:
    changes = {"albany": {"slots": (Slot(until, 4),), "ship_weekdays": (7,)}}
    problem = problem_of({"albany": [2]}, {"a": 1}, changes=changes)
    now = datetime.fromisoformat(midnight)
    here = replace(problem, now=now, slots={0: 0}, room=np.array([4]))
    (shipment,) = solve(here).shipments
    assert shipment.ship_by - now < timedelta(hours=4)
