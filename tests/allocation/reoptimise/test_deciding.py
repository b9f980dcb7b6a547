"""Each moved order has a decision of its own, which comes out the same again."""

from dataclasses import replace

import numpy as np

from allocation.codec import dump, load
from allocation.reoptimise.columns import cells_of
from allocation.reoptimise.deciding import decisions_of
from allocation.reoptimise.limits import Limits
from allocation.reoptimise.moves import reoptimise
from allocation.replay import difference
from tests.allocation.reoptimise.pools import drawn
from tests.allocation.reoptimise.test_moves import (
    one_from_albany_that_chicago_could_send,
    two_that_should_swap,
)

ANY_SAVING = Limits(0)


def test_every_move_is_kept_as_a_decision_that_replays() -> None:
    moved = 0
    for seed in range(12):
        orders = drawn(seed, orders=5)
        moves = reoptimise(orders, ANY_SAVING).moves
        decisions = decisions_of(orders, moves)
        assert set(decisions) == {move.order_id for move in moves}
        for move in moves:
            problem, plan = decisions[move.order_id]
            assert cells_of(plan) == cells_of(move.after)
            assert plan.cost.cash_minor == move.after.cost.cash_minor
            assert difference(dump(problem, plan), problem.network) == ""
            moved += 1
    assert moved >= 10


def test_it_knows_what_the_others_left() -> None:
    """Albany's cup is still there for the order that Chicago's was given to."""
    orders = two_that_should_swap()
    decisions = decisions_of(orders, reoptimise(orders, ANY_SAVING).moves)

    problem, plan = decisions["ord-2"]
    assert plan.shipments[0].node_id == "chicago"
    assert problem.available.tolist() == [[0, 1]]

    order = one_from_albany_that_chicago_could_send()
    ((problem, _),) = decisions_of(
        [order], reoptimise([order], ANY_SAVING).moves
    ).values()
    assert problem.available.tolist() == [[1, 1]]


def test_a_plan_that_is_not_the_best_of_what_is_left_has_its_own_units() -> None:
    """As where another one saves less than the limits ask."""
    order = one_from_albany_that_chicago_could_send()
    (move,) = reoptimise([order], ANY_SAVING).moves
    stays = replace(move, after=move.before)

    ((problem, plan),) = decisions_of([order], [stays]).values()

    assert plan.shipments[0].node_id == "albany"
    assert problem.available.tolist() == [[1, 0]]


def test_units_kept_back_are_no_part_of_it() -> None:
    order = one_from_albany_that_chicago_could_send()
    policy = replace(order.problem.policy, keep_back=1)
    two = np.array([[0, 2]])
    kept = replace(order, problem=replace(order.problem, policy=policy, available=two))
    ((problem, plan),) = decisions_of(
        [kept], reoptimise([kept], ANY_SAVING).moves
    ).values()
    assert plan.shipments[0].node_id == "chicago"
    assert load(dump(problem, plan), problem.network)[1] == plan
