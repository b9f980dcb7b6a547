"""The simple rules do what they say, on worlds small enough to reckon by hand."""

from dataclasses import replace

import numpy as np

from allocation.network import Item, Node
from allocation.order import Destination, Line, Order
from allocation.policy import Policy
from router.demo.baselines import (
    Demand,
    Outcome,
    Parcel,
    Trial,
    nearest_cover,
    static_nearest,
)
from router.demo.rates import lanes
from router.demo.stocking import StockTable
from router.demo.world import World

HOME = Destination(40.0, -90.0, "61501", residential=True)


def demand(
    wanted: list[int], available: list[list[int]], km: list[int], carried=None
) -> Demand:
    stock = np.array(available)
    return Demand(
        wanted=np.array(wanted),
        available=stock,
        carried=stock > 0 if carried is None else np.array(carried, dtype=bool),
        km=np.array(km),
    )


def test_static_nearest_takes_each_line_from_the_nearest_node_that_carries_it() -> None:
    order = demand([1, 1], [[5, 5], [0, 5]], km=[10, 20])
    assert static_nearest(order) == (Parcel(0, (1, 0)), Parcel(1, (0, 1)))


def test_static_nearest_has_no_second_choice() -> None:
    sold_out_nearby = demand([2], [[0, 9]], km=[10, 20], carried=[[True, True]])
    assert static_nearest(sold_out_nearby) == ()


def test_static_nearest_sends_what_is_left() -> None:
    assert static_nearest(demand([3], [[2, 9]], km=[10, 20])) == (Parcel(0, (2,)),)


def test_static_nearest_cannot_send_what_nobody_carries() -> None:
    assert static_nearest(demand([1], [[0, 0]], km=[10, 20])) == ()


def test_lines_of_one_node_share_a_parcel() -> None:
    assert static_nearest(demand([1, 2], [[5], [5]], km=[10])) == (Parcel(0, (1, 2)),)


def test_cover_prefers_the_nearest_node_that_has_everything() -> None:
    order = demand([1, 1], [[5, 5, 5], [0, 5, 5]], km=[10, 30, 20])
    assert nearest_cover(Policy())(order) == (Parcel(2, (1, 1)),)


def test_cover_opens_the_node_with_most_first_when_nobody_has_everything() -> None:
    order = demand([1, 1, 1], [[1, 0, 0], [0, 1, 1], [0, 1, 1]], km=[10, 30, 20])
    assert nearest_cover(Policy())(order) == (
        Parcel(2, (0, 1, 1)),
        Parcel(0, (1, 0, 0)),
    )


def test_cover_splits_a_line_over_nodes_when_it_must() -> None:
    assert nearest_cover(Policy())(demand([5], [[3, 4]], km=[10, 20])) == (
        Parcel(1, (4,)),
        Parcel(0, (1,)),
    )


def test_cover_never_splits_a_line_that_one_node_has_whole() -> None:
    order = demand([2, 2], [[2, 1, 0], [0, 2, 2]], km=[10, 20, 30])
    assert nearest_cover(Policy())(order) == (Parcel(0, (2, 0)), Parcel(1, (0, 2)))


def test_cover_leaves_out_nodes_beyond_the_limit_on_distance() -> None:
    order = demand([1], [[0, 5]], km=[10, 7_000])
    assert nearest_cover(Policy(max_distance_km=6_000))(order) == ()


def test_cover_stops_at_the_limit_on_shipments() -> None:
    order = demand([1, 1, 1], [[1, 0, 0], [0, 1, 0], [0, 0, 1]], km=[3, 2, 1])
    assert len(nearest_cover(Policy(max_shipments=2))(order)) == 2


def tiny_world(on_hand: list[list[int]]) -> World:
    """Two nodes: one at home, one 111 km north; SKU a weighs 600 g, b 100 g."""
    near = Node(
        "near", 0, 40.0, -90.0, parcel_handling_minor=100, line_handling_minor=10
    )
    north = replace(near, node_id="north", number=1, latitude=41.0)
    table = np.array(on_hand)
    sku, node = np.nonzero(table)
    return World(
        seed=0,
        nodes=(near, north),
        items=(Item("a", weight_g=600), Item("b", weight_g=100)),
        lanes=lanes(),
        stock=StockTable(sku, node, table[sku, node]),
    )


def test_a_parcel_costs_the_ground_rate_and_its_handling() -> None:
    trial = Trial(tiny_world([[9, 0], [9, 0]]))
    outcome = trial.route(Order((Line("a", 2), Line("b", 1)), HOME), static_nearest)
    # Zone 1, 1,300 g, three steps: 610 + 3 x 18 = 664; fuel 8 % = 53; home 95.
    assert outcome == Outcome(
        lines=2,
        units=3,
        filled_units=3,
        shipments=1,
        cost_minor=664 + 53 + 95 + 100 + 2 * 10,
    )


def test_a_farther_node_is_in_a_dearer_zone() -> None:
    trial = Trial(tiny_world([[0, 9], [0, 9]]))
    outcome = trial.route(Order((Line("b", 1),), HOME), static_nearest)
    # 111 km is zone 2, one step: 640 + 22 = 662; fuel 53; home 95.
    assert outcome.cost_minor == 662 + 53 + 95 + 100 + 10


def test_stock_goes_down_order_by_order() -> None:
    order = Order((Line("a", 2),), HOME)
    trial = Trial(tiny_world([[3, 1], [0, 0]]))
    filled = [
        trial.route(order, nearest_cover(Policy())).filled_units for _ in range(3)
    ]
    assert filled == [2, 2, 0]


def test_static_nearest_remembers_who_carried_it_at_the_start() -> None:
    order = Order((Line("a", 2),), HOME)
    trial = Trial(tiny_world([[2, 9], [0, 0]]))
    assert trial.route(order, static_nearest).complete
    assert trial.route(order, static_nearest).filled_units == 0


def test_an_order_that_nothing_was_sent_for_costs_nothing() -> None:
    trial = Trial(tiny_world([[0, 0], [1, 0]]))
    outcome = trial.route(Order((Line("a", 1),), HOME), nearest_cover(Policy()))
    assert (outcome.shipments, outcome.cost_minor, outcome.complete) == (0, 0, False)
