"""Who may send what, and the first reason of everybody else."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from allocation.network import Lane
from allocation.policy import Policy
from allocation.problem import Problem
from allocation.services import UNREACHED
from allocation.shortlist import (
    ABSENT,
    REASONS,
    Reason,
    Shortlist,
    distances_km,
    shortlist,
)
from tests.allocation.synthetic import (
    GROUND,
    LANES,
    NEW_YORK,
    PLACES,
    problem_of,
    service,
)


def reasons(problem: Problem) -> dict[str, str]:
    """Node id to reason; nodes that stay are left out."""
    found = shortlist(problem, by=problem.policy.promise_by, with_reasons=True)
    return {
        node.node_id: REASONS[code - 1].value
        for node in problem.network.nodes
        if (code := int(found.reasons[node.number]))
    }


def candidates(problem: Problem, **options: bool) -> list[tuple[str, str]]:
    found = shortlist(problem, by=problem.policy.promise_by, **options)
    nodes = problem.network.node_by_number
    return [
        (nodes[int(number)].node_id, found.lane(problem.network, row).service)
        for row, number in enumerate(found.node)
    ]


BOTH = {"albany": [2], "fresno": [2]}


@pytest.mark.parametrize(
    ("policy", "changes", "reason"),
    [
        (Policy(), {"disabled": True}, Reason.DISABLED),
        (Policy(only_node_ids=("albany",)), {}, Reason.NOT_SELECTED),
        (Policy(exclude_node_ids=("fresno",)), {}, Reason.EXCLUDED),
        (Policy(node_tags=("big",)), {"tags": ("small",)}, Reason.TAG_MISSING),
        (Policy(max_distance_km=1000), {}, Reason.TOO_FAR),
        (Policy(promise_by=date(2026, 11, 24)), {}, Reason.LATE),
        (Policy(), {"ship_weekdays": ()}, Reason.LATE),
    ],
)
def test_a_node_is_eliminated_for(
    policy: Policy, changes: dict[str, object], reason: Reason
) -> None:
    problem = problem_of(
        BOTH,
        {"a": 1},
        policy=policy,
        changes={"albany": {"tags": ("big",)}, "fresno": changes},
    )

    assert reasons(problem) == {"fresno": reason}
    assert candidates(problem) == [("albany", "GROUND")]


def test_a_node_without_useful_stock_is_eliminated_for_it() -> None:
    problem = problem_of({"albany": [2, 0], "fresno": [0, 0]}, {"a": 1, "b": 1})

    assert reasons(problem) == {"fresno": Reason.NO_STOCK}


def test_units_kept_back_are_no_stock() -> None:
    problem = problem_of(
        {"albany": [3], "fresno": [2]}, {"a": 2}, policy=Policy(keep_back=2)
    )

    assert reasons(problem) == {"fresno": Reason.NO_STOCK}
    assert shortlist(problem, by=None).useful.tolist() == [[1]]


def test_a_node_that_no_service_reaches_has_no_lane() -> None:
    near = Lane("near", "GROUND", 1, distance_km_max=500, base_minor=1)

    assert reasons(problem_of(BOTH, {"a": 1}, lanes=[near])) == {
        "fresno": Reason.NO_LANE
    }


def test_a_service_that_nobody_offers_leaves_no_lane() -> None:
    problem = problem_of(BOTH, {"a": 1}, policy=Policy(service="DRONE"))

    assert set(reasons(problem).values()) == {Reason.NO_LANE}
    assert candidates(problem) == []


def test_without_any_lane_there_is_no_candidate() -> None:
    assert candidates(problem_of(BOTH, {"a": 1}, lanes=[])) == []


def test_the_first_reason_that_eliminates_is_told() -> None:
    everything = {"disabled": True, "tags": ()}
    policy = Policy(
        exclude_node_ids=("fresno",), node_tags=("big",), max_distance_km=10
    )
    changes = {"fresno": everything, "albany": {"tags": ("big",)}}
    problem = problem_of(
        {"albany": [0], "fresno": [0]}, {"a": 1}, policy=policy, changes=changes
    )

    assert reasons(problem) == {"fresno": Reason.DISABLED, "albany": Reason.TOO_FAR}


def test_every_reason_has_its_observed_number() -> None:
    problem = problem_of(BOTH, {"a": 1}, policy=Policy(max_distance_km=1000))

    found = shortlist(problem, by=None, with_reasons=True)

    albany, fresno = found.observed.tolist()
    assert albany[0] == 223
    assert 3900 < fresno[0] < 4000
    assert date.fromordinal(albany[1]) == date(2026, 11, 23)
    assert fresno[1] < UNREACHED


def test_numbers_without_a_node_are_nobody() -> None:
    problem = problem_of(BOTH, {"a": 1})
    part = problem.network.subset([1], ["a"])

    found = shortlist(replace(problem, network=part), by=None, with_reasons=True)

    assert found.reasons.tolist() == [ABSENT, 0]
    assert found.node.tolist() == [1]


def test_candidates_come_by_distance_then_node_then_service() -> None:
    stock = {name: [1] for name in reversed(PLACES)}
    problem = problem_of(stock, {"a": 1}, lanes=LANES)

    listed = candidates(problem, every_service=True)
    apart = distances_km(problem.network, NEW_YORK)
    numbers = {node.node_id: node.number for node in problem.network.nodes}

    assert len(listed) == 18
    assert listed == sorted(
        listed, key=lambda each: (apart[numbers[each[0]]], each[0], each[1])
    )


def test_nodes_of_one_place_come_by_id() -> None:
    problem = problem_of(
        {"boston": [1], "albany": [1]},
        {"a": 1},
        changes={"albany": {"latitude": 42.4, "longitude": -71.1}},
    )

    assert candidates(problem) == [("albany", "GROUND"), ("boston", "GROUND")]


def test_a_service_that_is_dearer_for_every_parcel_is_dropped() -> None:
    problem = problem_of({"fresno": [1]}, {"a": 1}, lanes=LANES)

    assert candidates(problem) == [("fresno", "GROUND")]


def test_a_dearer_service_stays_where_the_cheap_one_is_late() -> None:
    policy = Policy(promise_by=date(2026, 11, 24))
    problem = problem_of({"fresno": [1]}, {"a": 1}, lanes=LANES, policy=policy)

    assert candidates(problem) == [("fresno", "TWO_DAY")]


def test_of_two_equal_services_the_earlier_one_stays() -> None:
    lanes = [*service("SLOW", 1, 1), *service("QUICK", 1, 1, 1)]

    assert candidates(problem_of({"fresno": [1]}, {"a": 1}, lanes=lanes)) == [
        ("fresno", "QUICK")
    ]


def test_services_that_are_each_cheaper_for_some_parcel_both_stay() -> None:
    light = Lane("light", "LIGHT", 1, base_minor=100, step_minor=50)
    heavy = Lane("heavy", "HEAVY", 1, base_minor=400, step_minor=5)
    coarse = Lane("coarse", "COARSE", 1, base_minor=400, step_minor=5, step_g=1000)
    problem = problem_of({"fresno": [1]}, {"a": 1}, lanes=[light, heavy, coarse])

    assert candidates(problem) == [
        ("fresno", "COARSE"),
        ("fresno", "HEAVY"),
        ("fresno", "LIGHT"),
    ]


def test_free_carriage_beats_any_other() -> None:
    free = Lane("free", "ZERO", 1, transit_days=9)

    assert candidates(problem_of({"fresno": [1]}, {"a": 1}, lanes=[*LANES, free])) == [
        ("fresno", "ZERO")
    ]


def test_reach_counts_a_node_once_whatever_services_it_has() -> None:
    light = Lane("light", "LIGHT", 1, base_minor=100, step_minor=50)
    heavy = Lane("heavy", "HEAVY", 1, base_minor=400, step_minor=5)
    stock = {"albany": [2, 9], "fresno": [1, 0]}
    problem = problem_of(stock, {"a": 5, "b": 4}, lanes=[light, heavy])

    found = shortlist(problem, by=None)

    assert found.node.size == 4
    assert found.reach.tolist() == [3, 4]


def test_with_or_without_reasons_the_candidates_are_the_same() -> None:
    stock = {name: [number % 3] for number, name in enumerate(PLACES)}
    problem = problem_of(stock, {"a": 2}, lanes=LANES)

    quick = shortlist(problem, by=None)
    whole = shortlist(problem, by=None, with_reasons=True)

    for mine, other in zip(arrays(quick), arrays(whole), strict=True):
        assert np.array_equal(mine, other)


def arrays(found: Shortlist) -> list[object]:
    return [found.head, found.useful, found.unit_minor, found.reach]


def test_stock_may_be_read_only_or_of_another_layout() -> None:
    problem = problem_of({"albany": [2, 1], "fresno": [0, 3]}, {"a": 2, "b": 1})
    frozen = problem.available.copy()
    frozen.setflags(write=False)
    turned = np.asfortranarray(problem.available.astype(np.int32))
    expected = shortlist(problem, by=None).useful.tolist()

    for same in (frozen, turned):
        again = replace(problem, available=same)
        assert shortlist(again, by=None).useful.tolist() == expected


def test_stock_of_the_wrong_shape_is_refused() -> None:
    problem = problem_of(BOTH, {"a": 1})

    with pytest.raises(ValueError, match="shape"):
        replace(problem, available=problem.available[:, :1])


def test_a_moment_without_a_time_zone_is_refused() -> None:
    problem = problem_of(BOTH, {"a": 1})

    with pytest.raises(ValueError, match="aware"):
        replace(problem, now=problem.now.replace(tzinfo=None))


def test_distances_are_great_circles_in_whole_km() -> None:
    problem = problem_of({name: [1] for name in PLACES}, {"a": 1}, lanes=GROUND)
    found = shortlist(problem, by=None)

    for row, number in enumerate(found.node):
        node = problem.network.node_by_number[int(number)]
        south, north = math.radians(node.latitude), math.radians(40.7)
        turn = math.radians(-74.0 - node.longitude)
        angle = math.acos(
            math.sin(south) * math.sin(north)
            + math.cos(south) * math.cos(north) * math.cos(turn)
        )
        assert abs(found.distance_km[row] - 6371.0088 * angle) <= 0.51
    exact = distances_km(problem.network, NEW_YORK)[found.node]
    assert np.array_equal(found.distance_km, np.floor(exact + 0.5))
