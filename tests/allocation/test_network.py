"""The snapshot: its version, its arrays, its lanes, its JSON."""

import json
import random
from dataclasses import replace
from datetime import date, time

import pytest

from allocation.network import Item, Lane, Network, Node, NodeKind
from tests.allocation.synthetic import GROUND, LANES, PLACES, node

NODES = [node(name, number) for number, name in enumerate(PLACES)]
ITEMS = [Item("a", weight_g=10), Item("b", tags=("glass",))]


def test_equal_content_has_an_equal_version_in_any_order() -> None:
    rng = random.Random(7)
    first = Network.compile(NODES, ITEMS, LANES)
    shuffled = [
        rng.sample(list(part), len(part)) for part in (NODES, ITEMS, list(LANES))
    ]

    assert Network.compile(*shuffled).version == first.version


def test_any_change_of_content_changes_the_version() -> None:
    first = Network.compile(NODES, ITEMS, LANES).version

    assert Network.compile(NODES[1:], ITEMS, LANES).version != first
    assert Network.compile(NODES, ITEMS[1:], LANES).version != first
    assert Network.compile(NODES, ITEMS, LANES[1:]).version != first
    closed = [node("albany", 0, closed_dates=(date(2026, 12, 24),)), *NODES[1:]]
    assert Network.compile(closed, ITEMS, LANES).version != first


def test_json_gives_the_same_network_again() -> None:
    odd = Node(
        "odd",
        9,
        -36.8,
        174.8,
        NodeKind.STORE,
        cut_off=time(11, 30),
        closed_dates=(date(2026, 12, 26),),
        time_zone="Pacific/Auckland",
        region_code="NZ",
        tags=("pickup", "ö"),
        disabled=True,
    )
    network = Network.compile([*NODES, odd], ITEMS, LANES)

    again = Network.from_json(network.to_json())

    assert again.version == network.version
    assert again.to_json() == network.to_json()
    assert again.nodes == network.nodes
    assert again.lanes == network.lanes


def test_json_with_an_unknown_field_is_refused() -> None:
    content = json.loads(Network.compile(NODES, ITEMS, LANES).to_json())
    content["nodes"][0]["colour"] = "red"

    with pytest.raises(TypeError, match="colour"):
        Network.from_json(json.dumps(content).encode())


def test_numbers_may_have_holes_and_nodes_are_walked_by_id() -> None:
    network = Network.compile([node("boston", 1), node("albany", 7)], ITEMS, LANES)

    assert network.size == 8
    assert network.tables.walk.tolist() == [7, 1]
    assert network.node_by_number[7].node_id == "albany"


@pytest.mark.parametrize(
    "nodes",
    [
        [node("albany", 0), node("albany", 1)],
        [node("albany", 0), node("boston", 0)],
        [node("albany", -1)],
    ],
)
def test_an_id_or_number_used_twice_is_refused(nodes: list[Node]) -> None:
    with pytest.raises(ValueError, match=r"twice|distinct"):
        Network.compile(nodes, ITEMS, LANES)


def test_the_nearest_zone_that_reaches_counts_and_its_edge_belongs_to_it() -> None:
    network = Network.compile(NODES, ITEMS, GROUND)

    def zone(distance_km: int) -> int:
        lane = network.lane("albany", "GROUND", distance_km)
        assert lane is not None
        return lane.zone

    assert [zone(km) for km in (0, 80, 81, 2900, 2901, 20000)] == [1, 1, 2, 7, 8, 8]


def test_a_node_with_lanes_of_its_own_has_no_others_for_that_service() -> None:
    own = Lane("own", "GROUND", 1, node_id="albany", distance_km_max=100, base_minor=1)
    network = Network.compile(NODES, ITEMS, [*LANES, own])

    assert network.lane("albany", "GROUND", 100) == own
    assert network.lane("albany", "GROUND", 101) is None
    assert network.lane("albany", "TWO_DAY", 101) is not None
    common = network.lane("boston", "GROUND", 101)
    assert common is not None
    assert common.lane_id == "GROUND-2"


def test_a_part_keeps_the_version_and_the_lanes_that_decide() -> None:
    own = Lane("own", "GROUND", 1, node_id="boston", base_minor=1)
    network = Network.compile(NODES, ITEMS, [*LANES, own])

    part = network.subset([0], ["a"])

    assert part.version == network.version
    assert [each.node_id for each in part.nodes] == ["albany"]
    assert [item.sku for item in part.items] == ["a"]
    assert own not in part.lanes
    assert len(part.lanes) == len(LANES)


def test_an_empty_network_is_a_network() -> None:
    network = Network.compile([], [], [])

    assert network.size == 0
    assert Network.from_json(network.to_json()).version == network.version


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("latitude", 91),
        ("longitude", float("nan")),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("ship_weekdays", (0,)),
        ("handling_days", -1),
        ("node_id", ""),
    ],
)
def test_a_node_that_cannot_be_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        replace(node("albany", 0), **{field: value})


@pytest.mark.parametrize(
    ("field", "value"), [("step_g", 0), ("transit_days", 61), ("base_minor", -1)]
)
def test_a_lane_that_cannot_be_is_refused(field: str, value: int) -> None:
    with pytest.raises(ValueError, match=field):
        Lane("a", "GROUND", 1, **{field: value})
