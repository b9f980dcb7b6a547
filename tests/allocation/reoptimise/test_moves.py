"""What is moved, and what never is."""

from dataclasses import replace
from datetime import date, time

import numpy as np
import pytest

from allocation.network import Lane, Network
from allocation.node import PICKUP, TRANSFER
from allocation.order import Destination
from allocation.problem import UNLIMITED
from allocation.reoptimise.limits import ORDERS_MAX, Limits
from allocation.reoptimise.moves import Move, Reoptimised, reoptimise
from allocation.reoptimise.pool import Allocated
from allocation.reoptimise.telling import why
from allocation.solve import solve
from tests.allocation.reoptimise.pools import (
    BUFFALO,
    CHICAGO,
    DENVER,
    OKLAHOMA,
    asked,
    drawn,
    network,
    one_after_the_other,
    shown,
)
from tests.allocation.synthetic import GROUND

ANY_SAVING = Limits(0)


def two_that_should_swap(to: Destination = OKLAHOMA) -> list[Allocated]:
    """The last cup of Chicago went far away; then somebody in Chicago wanted one."""
    over = network(["albany", "chicago"])
    far, chicago = (asked(over, {"cup": 1}, to=where) for where in (to, CHICAGO))
    return one_after_the_other([far, chicago], {"cup": [1, 1]})


def sent_from(found: Reoptimised) -> dict[str, str]:
    return {move.order_id: move.after.shipments[0].node_id for move in found.moves}


def test_two_orders_swap_nodes_because_the_second_one_came_later() -> None:
    orders = two_that_should_swap()

    found = reoptimise(orders, Limits())

    assert sent_from(found) == {"ord-1": "albany", "ord-2": "chicago"}
    assert {move.group for move in found.moves} == {0}
    first, second = sorted(found.moves, key=lambda move: move.order_id)
    assert first.saving_minor < 0 < first.saving_minor + second.saving_minor
    for move in found.moves:
        costs = move.before.cost.cash_minor - move.after.cost.cash_minor
        assert move.saving_minor == costs


def test_they_do_not_where_the_first_one_would_arrive_late() -> None:
    assert reoptimise(two_that_should_swap(to=DENVER), ANY_SAVING).moves == ()


def test_each_of_them_is_told_why() -> None:
    moves = reoptimise(two_that_should_swap(), Limits()).moves
    said = {move.order_id: why(move, moves) for move in moves}

    assert said["ord-1"].startswith("1 of cup from albany instead of chicago; costs ")
    assert " more and makes room for ord-2; together with ord-2 it" in said["ord-1"]
    assert " less; together with ord-1 it saves " in said["ord-2"]


def test_a_swap_must_be_worth_both_moves() -> None:
    orders = two_that_should_swap()
    saving = reoptimise(orders, ANY_SAVING).saving_minor

    assert len(reoptimise(orders, Limits(saving // 2)).moves) == 2
    assert reoptimise(orders, Limits(saving // 2 + 1)).moves == ()


def test_a_move_that_another_one_makes_possible_must_be_worth_itself() -> None:
    """An order for Chicago leaves Albany, and one for Buffalo could come there."""
    over = network(["albany", "chicago"])
    free = {"cup": np.array([0, 1])}  # at Chicago, by the van
    chicago = shown(asked(over, {"cup": 1}, to=CHICAGO), free)
    buffalo = shown(asked(over, {"cup": 1}, to=BUFFALO), free)
    orders = [
        Allocated("ord-1", chicago, np.array([[1, 0]])),
        Allocated("ord-2", buffalo, np.array([[0, 1]])),
    ]

    both = reoptimise(orders, ANY_SAVING)
    assert sent_from(both) == {"ord-1": "chicago", "ord-2": "albany"}
    assert {move.group for move in both.moves} == {0}
    assert reoptimise(orders[::-1], ANY_SAVING).moves == both.moves[::-1]
    assert sent_from(reoptimise(orders, Limits(100))) == {"ord-1": "chicago"}


def test_a_swap_is_two_moves_or_none() -> None:
    assert reoptimise(two_that_should_swap(), Limits(0, 0, most_moved=1)).moves == ()
    assert reoptimise(two_that_should_swap(), Limits(0, 0, most_moved=0)).moves == ()


def test_nothing_is_moved_for_less_than_the_least_total() -> None:
    orders = two_that_should_swap()
    saving = reoptimise(orders, ANY_SAVING).saving_minor

    assert reoptimise(orders, Limits(0, saving)).saving_minor == saving
    assert reoptimise(orders, Limits(0, saving + 1)).moves == ()


def test_the_same_orders_are_moved_the_same_way() -> None:
    assert reoptimise(drawn(4), ANY_SAVING) == reoptimise(drawn(4), ANY_SAVING)


def one_from_albany_that_chicago_could_send(**chicago: object) -> Allocated:
    """An order to Chicago had to come from Albany; then a van reached Chicago."""
    over = network(["albany", "chicago"], {"chicago": chicago})
    problem = asked(over, {"cup": 1}, to=CHICAGO)
    stock, van = {"cup": [1, 0]}, {"cup": [0, 1]}
    (order,) = one_after_the_other([problem], stock, arrived=van)
    return order


def under(order: Allocated, **limits: object) -> Allocated:
    """The same order under other limits of the policy."""
    policy = replace(order.problem.policy, **limits)
    return replace(order, problem=replace(order.problem, policy=policy))


def test_units_that_arrived_since_are_for_those_who_would_have_had_them() -> None:
    order = one_from_albany_that_chicago_could_send()

    assert sent_from(reoptimise([order], ANY_SAVING)) == {"ord-1": "chicago"}


def test_a_unit_that_later_orders_will_miss_more_is_left_to_them() -> None:
    order = one_from_albany_that_chicago_could_send()

    def moved(price_minor: int) -> tuple[Move, ...]:
        prices = np.array([[0, price_minor]])
        problem = replace(order.problem, prices=prices)
        return reoptimise([replace(order, problem=problem)], ANY_SAVING).moves

    (free,), (priced,) = moved(0), moved(100)
    assert priced.saving_minor == free.saving_minor - 100
    assert priced.after.cost.cash_minor == free.after.cost.cash_minor
    assert "costs 2.24 less (1.24 less with what only steers)" in why(priced, [priced])
    assert moved(free.saving_minor) == ()


def test_the_promise_is_kept_though_later_would_be_cheaper() -> None:
    order = one_from_albany_that_chicago_could_send(ship_weekdays=(5,), cut_off=time(9))

    assert reoptimise([order], ANY_SAVING).moves == ()
    assert reoptimise([under(order, promise_by=None)], ANY_SAVING).moves == ()
    late = under(order, promise_by=date(2026, 12, 24))
    assert sent_from(reoptimise([late], ANY_SAVING)) == {"ord-1": "chicago"}


def test_an_order_that_could_not_be_sent_as_it_stands_is_left_alone() -> None:
    order = one_from_albany_that_chicago_could_send()
    without_albany = under(order, exclude_node_ids=("albany",))

    found = reoptimise([without_albany], ANY_SAVING)

    assert found == Reoptimised((), ("ord-1",))


def test_what_is_collected_at_a_store_is_left_alone() -> None:
    """Albany brings the cup to Chicago, where another one is on the shelf by now."""
    counter = Lane("counter", PICKUP, 1, node_id="chicago", transit_days=0)
    vans = [replace(lane, service=TRANSFER, node_id="albany") for lane in GROUND]
    order = one_from_albany_that_chicago_could_send()
    over = order.problem.network
    with_vans = Network.compile(over.nodes, over.items, [counter, *vans])
    store = replace(order.problem.order.destination, node_id="chicago")
    asked_there = replace(order.problem.order, destination=store)
    problem = replace(order.problem, order=asked_there, network=with_vans)

    assert solve(problem).shipments[0].service == PICKUP
    here = replace(problem, available=order.own)
    assert solve(here).shipments[0].service == TRANSFER
    collected = replace(order, problem=problem)
    assert reoptimise([collected], ANY_SAVING) == Reoptimised((), ("ord-1",))


def test_units_kept_back_are_for_nobody_but_those_who_have_them() -> None:
    order = one_from_albany_that_chicago_could_send()
    swapping = [under(each, keep_back=1) for each in two_that_should_swap()]

    assert reoptimise([under(order, keep_back=1)], ANY_SAVING).moves == ()
    assert len(reoptimise(swapping, ANY_SAVING).moves) == 2


def test_no_channel_gets_units_that_another_one_keeps() -> None:
    """Each order is shown other units as free; only the fewest are shared."""
    first = one_from_albany_that_chicago_could_send()
    none = np.zeros_like(first.problem.available)
    second = replace(
        first, order_id="ord-2", problem=replace(first.problem, available=none)
    )

    assert reoptimise([first, second], ANY_SAVING).moves == ()


def test_a_node_takes_no_more_orders_than_its_day_has_room_for() -> None:
    order = one_from_albany_that_chicago_could_send()
    two_more = order.problem.available * 2

    def with_room(order_id: str) -> Allocated:
        room = np.array([0, 1])  # of albany, where both are, and of chicago
        problem = replace(order.problem, available=two_more, room=room)
        return replace(order, order_id=order_id, problem=problem)

    found = reoptimise([with_room("ord-1"), with_room("ord-2")], ANY_SAVING)

    assert len(found.moves) == 1
    assert with_room("ord-1").problem.room.max() < UNLIMITED


def test_an_order_moves_in_no_more_shipments_than_now() -> None:
    """Two half empty shelves would be cheapest; one full one is better than now."""
    handling = {
        "albany": {"unit_handling_minor": 5_000},
        "boston": {"unit_handling_minor": 4_000},
    }
    over = network(["albany", "boston", "chicago", "denver"], handling)
    problem = asked(over, {"cup": 1, "plate": 1}, to=CHICAGO)
    stock = {"cup": [1, 0, 0, 0], "plate": [1, 0, 0, 0]}
    van = {"cup": [0, 1, 1, 0], "plate": [0, 1, 0, 1]}
    (order,) = one_after_the_other([problem], stock, arrived=van)

    free = replace(order.problem, available=order.problem.available + order.own)
    assert [each.node_id for each in solve(free).shipments] == ["chicago", "denver"]
    assert sent_from(reoptimise([order], ANY_SAVING)) == {"ord-1": "boston"}


def test_a_pool_has_a_bound_and_one_network() -> None:
    order, other = drawn(1)[0], drawn(2)[0]

    with pytest.raises(ValueError, match="501 orders, a pool has at most 500"):
        reoptimise([order] * (ORDERS_MAX + 1), ANY_SAVING)
    with pytest.raises(ValueError, match="one network"):
        reoptimise([order, other], ANY_SAVING)
    with pytest.raises(ValueError, match="ord-1 has other units than it asks for"):
        replace(order, own=order.own * 2)
    with pytest.raises(ValueError, match="most_moved must not be negative"):
        Limits(most_moved=-1)


def test_an_empty_pool_has_no_moves() -> None:
    assert reoptimise([], Limits()) == Reoptimised((), ())


def test_without_time_for_new_plans_nothing_moves() -> None:
    orders = two_that_should_swap()
    assert reoptimise(orders, ANY_SAVING).moves
    assert not reoptimise(orders, ANY_SAVING, enough=lambda: True).moves
