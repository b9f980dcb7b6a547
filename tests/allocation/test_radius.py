"""The radius is compared with the distance itself, not with its rounding."""

import math
from dataclasses import replace

import pytest

from allocation.check import violations
from allocation.explain import explain
from allocation.policy import Policy
from allocation.problem import Problem
from allocation.shortlist import REASONS, Reason, shortlist
from allocation.solve import solve
from allocation.survey import EARTH_RADIUS_KM
from tests.allocation.synthetic import NEW_YORK, problem_of


def north_of_new_york(apart_km: float, limit_km: int) -> Problem:
    """One node with stock, `apart_km` north of the destination."""
    degrees = math.degrees(apart_km / EARTH_RADIUS_KM)
    place = {
        "latitude": NEW_YORK.latitude + degrees,
        "longitude": NEW_YORK.longitude,
    }
    return problem_of(
        {"albany": [2]},
        {"a": 1},
        policy=Policy(max_distance_km=limit_km),
        changes={"albany": place},
    )


@pytest.mark.parametrize(
    ("apart_km", "stays"),
    [(99.6, True), (99.999, True), (100.001, False), (100.4, False), (100.6, False)],
)
def test_the_radius_ends_at_its_limit(apart_km: float, stays: bool) -> None:
    found = shortlist(north_of_new_york(apart_km, 100), by=None, with_reasons=True)

    assert (found.node.size == 1) == stays
    if not stays:
        assert REASONS[int(found.reasons[0]) - 1] is Reason.TOO_FAR


def test_the_judge_refuses_a_shipment_from_beyond_the_radius() -> None:
    wide = north_of_new_york(100.4, 101)
    plan = solve(wide)
    assert violations(wide, plan) == ()

    narrow = replace(wide, policy=Policy(max_distance_km=100))
    assert any("allowed 100 km" in said for said in violations(narrow, plan))


def test_the_reason_names_a_distance_above_the_limit() -> None:
    problem = north_of_new_york(100.4, 100)
    told = explain(problem, solve(problem))

    assert told.candidates[0].exclusion == Reason.TOO_FAR
    assert told.candidates[0].detail == "100.4 km, limit 100 km"
