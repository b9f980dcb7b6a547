"""Small worlds for the tests of the decision: the synthetic rates, nodes, problems."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
from hypothesis import strategies as st

from allocation.network import Item, Lane, Network, Node
from allocation.order import Destination, Line, Order
from allocation.policy import LineSplit, Objective, Policy, Weights
from allocation.problem import UNLIMITED, Problem

ZONES = (
    (1, 80, 610, 18, 1),
    (2, 240, 640, 22, 1),
    (3, 480, 675, 28, 2),
    (4, 965, 715, 36, 3),
    (5, 1610, 760, 47, 4),
    (6, 2250, 805, 59, 4),
    (7, 2900, 850, 71, 5),
    (8, 0, 900, 85, 5),
)
"""Zone, reach in km, base, step, working days: invented prices, no carrier's tariff."""
NEW_YORK = Destination(40.7, -74.0, "10001")
NOON_FRIDAY = datetime(2026, 11, 20, 17, tzinfo=UTC)
"""12:00 in New York, before every cut-off of 15:00."""


LATER = NOON_FRIDAY + timedelta(hours=1)


def half_up(amount: float) -> int:
    return int(amount + 0.5)


def service(name: str, base: float, step: float, days: int | None = None) -> list[Lane]:
    """A service of the synthetic rates: factors on base and step, fixed days or
    none."""
    return [
        Lane(
            f"{name}-{zone}",
            name,
            zone,
            distance_km_max=reach,
            base_minor=half_up(base_minor * base),
            step_minor=half_up(step_minor * step),
            transit_days=transit if days is None else days,
            fuel_bps=800,
            residential_minor=95,
            volume_divisor=5,
        )
        for zone, reach, base_minor, step_minor, transit in ZONES
    ]


def synthetic_lanes() -> list[Lane]:
    return [
        *service("GROUND", 1, 1),
        *service("TWO_DAY", 2.0, 2.4, 2),
        *service("NEXT_DAY", 3.2, 3.8, 1),
    ]


GROUND = tuple(service("GROUND", 1, 1))
LANES = tuple(synthetic_lanes())
PLACES = {
    "albany": (42.7, -73.8),
    "boston": (42.4, -71.1),
    "chicago": (41.9, -87.6),
    "denver": (39.7, -105.0),
    "el-paso": (31.8, -106.4),
    "fresno": (36.7, -119.8),
}


def node(node_id: str, number: int, **changes: object) -> Node:
    latitude, longitude = PLACES[node_id]
    made = Node(
        node_id, number, latitude, longitude, "CENTRE", time_zone="America/New_York"
    )
    return replace(made, **changes)


def problem_of(
    stock: Mapping[str, Sequence[int]],
    wanted: Mapping[str, int],
    *,
    policy: Policy | None = None,
    lanes: Sequence[Lane] = GROUND,
    changes: Mapping[str, Mapping[str, object]] | None = None,
    now: datetime = NOON_FRIDAY,
    prices: Mapping[str, Sequence[int]] | None = None,
    room: Mapping[str, int] | None = None,
) -> Problem:
    """`stock` and `prices` give each node its units and prices, line by line; `room`
    says of some nodes how many orders they still take."""
    nodes = [
        node(node_id, number, **(changes or {}).get(node_id, {}))
        for number, node_id in enumerate(stock)
    ]
    items = [Item(sku, weight_g=400, volume_cm3=500) for sku in wanted]
    network = Network.compile(nodes, items, lanes)
    lines = tuple(Line(sku, quantity) for sku, quantity in wanted.items())
    return Problem(
        Order(lines, NEW_YORK),
        network,
        np.array(list(stock.values()), dtype=np.int64).T.copy(),
        policy or Policy(),
        now,
        None if prices is None else np.array(list(prices.values())).T.copy(),
        room=None
        if room is None
        else np.array([room.get(name, UNLIMITED) for name in stock], np.int64),
    )


@st.composite
def policies(draw: st.DrawFn, **fixed: object) -> Policy:
    drawn = Policy(
        objective=draw(st.sampled_from(Objective)),
        weights=Weights(draw(st.sampled_from([0, 75]))),
        max_shipments=draw(st.integers(1, 4)),
        max_distance_km=draw(st.sampled_from([1200, 3000, 6000])),
        line_split=draw(st.sampled_from(LineSplit)),
        ship_complete=draw(st.booleans()),
        keep_back=draw(st.integers(0, 1)),
        exclude_node_ids=draw(st.sampled_from([(), ("boston",)])),
        promise_by=draw(st.sampled_from([None, date(2026, 11, 24)])),
        wanted_by=draw(st.sampled_from([None, date(2026, 11, 23)])),
    )
    return replace(drawn, **fixed)


@st.composite
def problems(draw: st.DrawFn, **fixed: object) -> Problem:
    """Up to five nodes and three lines, with every kind of limit."""
    count, lines = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    units = st.lists(st.integers(0, 4), min_size=lines, max_size=lines)
    names = list(PLACES)[:count]
    stock = {name: draw(units) for name in names}
    wanted = {f"sku-{line}": draw(st.integers(1, 4)) for line in range(lines)}
    handling = {
        name: {
            "parcel_handling_minor": draw(st.sampled_from([0, 150])),
            "unit_handling_minor": draw(st.sampled_from([0, 40])),
            "priority": draw(st.integers(0, 2)),
            "paused_until": draw(st.sampled_from([None, NOON_FRIDAY, LATER])),
        }
        for name in names
    }
    prices = None
    if draw(st.booleans()):
        prices = {name: draw(units) for name in names}
    return problem_of(
        stock,
        wanted,
        policy=draw(policies(**fixed)),
        lanes=draw(st.sampled_from([GROUND, LANES])),
        changes=handling,
        prices=prices,
        room=draw(
            st.none() | st.dictionaries(st.sampled_from(names), st.integers(0, 1))
        ),
    )
