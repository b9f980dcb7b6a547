"""What a parcel costs, against the vectors of the published synthetic rates."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.carriage import FREE, lane_price, parcel_price
from allocation.cost import (
    Added,
    Load,
    distance_minor,
    lateness_minor,
    shipment_cost,
    total,
)
from allocation.network import Lane, Network
from allocation.plan import Cost
from allocation.policy import Policy, Weights
from tests.allocation.synthetic import LANES, node


def lane_of(name: str) -> Lane:
    return next(lane for lane in LANES if lane.lane_id == name)


@pytest.mark.parametrize(
    ("lane", "weight_g", "volume_cm3", "residential", "price"),
    [
        ("GROUND-4", 1_200, 9_000, True, 1023),
        ("TWO_DAY-4", 1_200, 9_000, True, 2011),
        ("NEXT_DAY-8", 400, 500, False, 3459),
        ("GROUND-1", 100, 100, True, 773),
    ],
)
def test_price_is_that_of_the_published_vector(
    lane: str, weight_g: int, volume_cm3: int, residential: bool, price: int
) -> None:
    assert (
        lane_price(lane_of(lane), weight_g, volume_cm3, residential=residential)
        == price
    )


def test_a_started_step_counts_and_a_full_one_starts_no_other() -> None:
    lane = Lane("a", "GROUND", 1, base_minor=100, step_minor=10, step_g=500)

    def price(weight_g: int) -> int:
        return lane_price(lane, weight_g, 0, residential=False)

    assert [price(g) for g in (0, 1, 500, 501, 1000)] == [110, 110, 110, 120, 120]


def test_fuel_is_rounded_half_up() -> None:
    # 5 % of 110 is 5.5, of 109 is 5.45.
    for base, price in ((100, 116), (99, 114)):
        lane = Lane("a", "GROUND", 1, base_minor=base, step_minor=10, fuel_bps=500)
        assert lane_price(lane, 1, 0, residential=False) == price


def test_a_lane_without_money_is_free_however_heavy_the_parcel() -> None:
    lane = Lane("a", "GROUND", 1, fuel_bps=800, volume_divisor=5)
    tables = Network.compile([node("albany", 0)], [], [lane]).tables

    assert lane_price(lane, 10**6, 10**6, residential=True) == 0
    assert tables.zones[0, 1] == FREE
    assert parcel_price(tables.tariffs_to(False), FREE, 10**6, 10**6) == 0


@given(
    st.sampled_from(LANES), st.integers(0, 10**6), st.integers(0, 10**7), st.booleans()
)
def test_tables_charge_what_the_lane_charges(
    lane: Lane, weight_g: int, volume_cm3: int, residential: bool
) -> None:
    tables = _TABLES
    row = tables.lanes.index(lane)
    asked = parcel_price(
        tables.tariffs_to(residential), int(tables.zones[row, 1]), weight_g, volume_cm3
    )

    assert asked == lane_price(lane, weight_g, volume_cm3, residential=residential)


_TABLES = Network.compile([node("albany", 0)], [], LANES).tables


def test_shipment_cost_names_every_component() -> None:
    packed = node(
        "albany",
        0,
        parcel_handling_minor=200,
        line_handling_minor=30,
        unit_handling_minor=5,
    )
    load = Load(lines=2, units=7, weight_g=0, volume_cm3=0, price_minor=11)

    cost = shipment_cost(
        load, node=packed, shipping_minor=900, added=Added(12, 3, 40, 7)
    )

    assert cost == Cost(900, 200, 2 * 30 + 7 * 5, 12, 3, 40, 7, 11)
    assert cost.cash_minor == 900 + 200 + 95 + 12 + 3 + 40
    assert total([cost, cost]) == Cost(1800, 400, 190, 24, 6, 80, 14, 22)


def test_distance_weighs_by_100_km_rounded_half_up() -> None:
    policy = Policy(weights=Weights(distance_minor_per_100km=5))

    assert [distance_minor(policy, km) for km in (0, 9, 10, 100, 110)] == [
        0,
        0,
        1,
        5,
        6,
    ]


def test_lateness_counts_days_after_the_wish_only() -> None:
    by = date(2026, 11, 24)
    policy = Policy(weights=Weights(late_minor_per_day=500), wanted_by=by)

    assert lateness_minor(policy, date(2026, 11, 26).toordinal()) == 1000
    assert lateness_minor(policy, date(2026, 11, 23).toordinal()) == 0
    assert lateness_minor(Policy(), date(2026, 11, 26).toordinal()) == 0


def test_prices_are_whole_numbers_of_python() -> None:
    price = parcel_price(_TABLES.tariffs_to(False), 0, int(np.int64(700)), 10)

    assert type(price) is int
