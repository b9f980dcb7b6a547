"""Moves of orders whose policy has rules: whatever they say, they still say it."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.check import violations
from allocation.policy import LineSplit, Objective
from allocation.problem import Problem
from allocation.reoptimise.limits import Limits
from allocation.reoptimise.moves import Move, reoptimise
from allocation.reoptimise.pool import Allocated, pool_of
from allocation.solve import solve
from tests.allocation.reoptimise.pools import units_at
from tests.allocation.rules.made import ruled_problems


def allocated(problem: Problem, name: str, seed: int) -> Allocated | None:
    """The order where some of the stock let it be, beside all that there is."""
    some = np.random.default_rng(seed).random(problem.available.shape) < 0.6
    plan = solve(replace(problem, available=problem.available * some))
    if plan.unfilled:
        return None
    return Allocated(name, problem, units_at(problem, plan))


FREE = {
    "line_split": LineSplit.IF_FORCED,
    "ship_complete": False,
    "promise_by": None,
    "exclude_node_ids": (),
    "objective": Objective.CHEAPEST,
}
"""Wishes of which most orders can be filled, so that there is something to move."""


@settings(deadline=None, max_examples=150)
@given(problem=ruled_problems(**FREE), few=st.integers(3, 5))
def test_a_move_keeps_the_rules_and_is_no_worse(problem: Problem, few: int) -> None:
    problem = replace(problem, available=problem.available + few)
    found = [allocated(problem, f"ord-{seed}", seed) for seed in range(4)]
    orders = [order for order in found if order is not None]

    moves = reoptimise(orders, Limits(0)).moves

    members = {member.order_id: member for member in pool_of(orders).members}
    for move in moves:
        assert violations(members[move.order_id].problem, move.after) == ()
        check(move)


def check(move: Move) -> None:
    before, after = move.before, move.after
    assert not after.unfilled
    assert not after.queue
    assert not after.offers
    assert len(after.shipments) <= len(before.shipments)
    assert len(after.relaxed) <= len(before.relaxed)
