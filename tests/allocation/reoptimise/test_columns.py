"""Which plans an order of the pool may have instead of how it stands."""

from dataclasses import replace

import pytest

from allocation.plan import PlannedOffer, Unfilled
from allocation.reoptimise.columns import allowed
from allocation.reoptimise.pool import pool_of
from allocation.solve import solve
from tests.allocation.reoptimise.test_moves import (
    one_from_albany_that_chicago_could_send,
)

WORSE = {
    "leaves a unit behind": {"unfilled": (Unfilled("cup", 1, "NO_STOCK"),)},
    "waits for a person": {"queue": "REVIEW"},
    "is offered to stores": {"offers": (PlannedOffer(1, "rule", 2, 10),)},
    "gives up a step of the policy": {"relaxed": ("any node",)},
}


def test_a_plan_that_moves_units_is_allowed() -> None:
    (member,) = pool_of([one_from_albany_that_chicago_could_send()]).members
    other = solve(member.problem)

    assert allowed(member, other)
    assert not allowed(member, member.standing)


@pytest.mark.parametrize("worse", WORSE)
def test_one_that_is_worse_in_anything_else_is_not(worse: str) -> None:
    (member,) = pool_of([one_from_albany_that_chicago_could_send()]).members

    assert not allowed(member, replace(solve(member.problem), **WORSE[worse]))


def test_one_with_a_shipment_more_is_not() -> None:
    (member,) = pool_of([one_from_albany_that_chicago_could_send()]).members
    chicago = solve(member.problem)
    both = chicago.shipments + member.standing.shipments

    assert not allowed(member, replace(chicago, shipments=both))
