"""What a decision may use: whole prices, never too high, fading when they grow old."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from allocation.prices.demand import UNFILLED, Wanted, demand_of
from allocation.prices.published import PriceList, caps, kept_share_bps, whole
from allocation.solvers.instance import Tariffs

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def prices(minor: list[list[int]]) -> PriceList:
    """A list that is fresh for an hour and gone after three."""
    return PriceList(
        version="v1",
        made_at=NOON,
        fresh_for=HOUR,
        fades_over=2 * HOUR,
        horizon=24 * HOUR,
        futures=10,
        bound_minor=0,
        price_minor=np.array(minor, np.int64),
    )


def test_prices_count_in_full_while_fresh_and_then_fade_to_nothing() -> None:
    kept = [kept_share_bps(h * HOUR, HOUR, 2 * HOUR) for h in (0, 1, 2, 3, 9)]
    assert kept == [10_000, 10_000, 5_000, 0, 0]


def test_a_list_that_nobody_renewed_leaves_the_decision_of_today() -> None:
    listed = prices([[130, 0], [7, 99]])

    assert listed.at(NOON + HOUR).tolist() == [[130, 0], [7, 99]]
    assert listed.at(NOON + 2 * HOUR).tolist() == [[65, 0], [3, 49]]
    assert not listed.at(NOON + 3 * HOUR).any()


def test_a_price_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        prices([[-1]])


def test_prices_are_whole_and_none_is_above_its_cap() -> None:
    cap = np.array([[100, 100, 20]])
    found = whole(np.array([[1.4, 1.5, 99.0]]), cap)
    assert found.tolist() == [[1, 2, 20]]


def _order(units: list[int], opening: list[int]) -> Wanted:
    """One line for SKU 0 over nodes 0 and 1, or unfilled, without carriage."""
    one = np.ones(1, np.int64)
    return Wanted(
        sku=0 * one,
        quantity=one,
        weight_g=one,
        volume_cm3=one,
        node=np.array([0, 1, UNFILLED]),
        tariff=np.full(3, -1),
        fixed_minor=np.array(opening),
        line_minor=np.zeros(3, np.int64),
        unit_minor=np.array(units)[:, None],
    )


def test_a_cap_is_what_serving_the_unit_elsewhere_costs_more() -> None:
    none = np.zeros(0, np.int64)
    free = Tariffs(none, none, none, none, none, none)
    demand = demand_of([_order([10, 50, 900], [300, 300, 500])], free)

    both = caps(demand, np.array([[3, 3]]))
    only_first = caps(demand, np.array([[3, 0]]))

    # Elsewhere is a shipment of its own: 350, 310, or 1400 for nothing sent.
    assert both.tolist() == [[350 - 10, 310 - 50]]
    assert only_first.tolist()[0][0] == 1400 - 10


def test_another_service_of_the_same_node_is_no_other_way() -> None:
    none = np.zeros(0, np.int64)
    free = Tariffs(none, none, none, none, none, none)
    one = _order([10, 50, 900], [300, 300, 500])
    twice = replace(
        one,
        node=np.array([0, 0, 1, UNFILLED]),
        tariff=np.full(4, -1),
        fixed_minor=np.array([300, 305, 300, 500]),
        line_minor=np.zeros(4, np.int64),
        unit_minor=np.array([10, 10, 50, 900])[:, None],
    )
    stock = np.array([[3, 3]])
    same = caps(demand_of([one], free), stock)
    assert caps(demand_of([twice], free), stock).tolist() == same.tolist()


def test_carriage_of_the_other_parcel_is_in_the_cap() -> None:
    one = np.ones(1, np.int64)
    tariffs = Tariffs(700 * one, 0 * one, 1000 * one, 0 * one, 0 * one, 0 * one)
    free = _order([10, 50, 9000], [300, 300, 500])
    paid = Wanted(
        free.sku,
        free.quantity,
        free.weight_g,
        free.volume_cm3,
        free.node,
        np.array([0, 0, -1]),
        free.fixed_minor,
        free.line_minor,
        free.unit_minor,
    )
    found = caps(demand_of([paid], tariffs), np.array([[3, 3]]))
    assert found.tolist() == [[1050 - 10, 1010 - 50]]
