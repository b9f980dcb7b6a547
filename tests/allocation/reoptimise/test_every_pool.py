"""Drawn pools: the best moves of tiny ones, and what is true of the moves of any."""

from collections import Counter

import pytest

from allocation.check import violations
from allocation.reoptimise.limits import Limits
from allocation.reoptimise.moves import Reoptimised, reoptimise
from allocation.reoptimise.pool import pool_of
from tests.allocation.reoptimise.every_way import most_saved
from tests.allocation.reoptimise.pools import drawn, stock_of, used

ANY_SAVING = Limits(0)


def worth(found: Reoptimised, limits: Limits) -> int:
    return found.saving_minor - limits.least_saving_minor * len(found.moves)


@pytest.mark.parametrize("lines_max", [1, 2])
@pytest.mark.parametrize("limits", [ANY_SAVING, Limits(150), Limits(0, 0, 2)])
def test_no_way_to_serve_a_tiny_pool_saves_more(limits: Limits, lines_max: int) -> None:
    saved = 0
    for seed in range(30):
        orders = drawn(seed, lines_max=lines_max)
        found = reoptimise(orders, limits)
        assert worth(found, limits) == most_saved(orders, limits), seed
        saved += found.saving_minor
    assert saved > 0


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("limits", [ANY_SAVING, Limits(120, 300, 4)])
def test_what_is_moved_is_never_worse_for_anybody(seed: int, limits: Limits) -> None:
    orders = drawn(seed, orders=12, lines_max=3)
    found, members = reoptimise(orders, limits), pool_of(orders).members
    member_of = {member.order_id: member for member in members}

    assert len(found.moves) <= limits.most_moved
    assert found.moves == () or found.saving_minor >= limits.least_total_minor
    assert used(orders, found.moves) <= Counter(stock_of(orders))
    for move in found.moves:
        problem = member_of[move.order_id].problem
        assert violations(problem, move.after) == ()
        assert not move.after.unfilled
        assert len(move.after.shipments) <= len(move.before.shipments)
        assert move.after.promise_date <= problem.policy.promise_by
    for group in {move.group for move in found.moves}:
        mine = [move for move in found.moves if move.group == group]
        least = limits.least_saving_minor * len(mine)
        assert sum(move.saving_minor for move in mine) >= max(1, least)


@pytest.mark.parametrize("seed", range(25))
def test_any_group_of_moves_may_be_left_out(seed: int) -> None:
    orders = drawn(seed, orders=12, lines_max=2)
    moves = reoptimise(orders, ANY_SAVING).moves

    for group in {move.group for move in moves}:
        others = [move for move in moves if move.group != group]
        assert used(orders, others) <= Counter(stock_of(orders))
