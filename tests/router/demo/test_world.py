"""The demonstration's world: real where it says so, the same for the same seed."""

from collections import Counter
from importlib.resources import files
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from allocation.network import NodeKind
from router.demo.baskets import SIZE_LABELS, draw_baskets, household_units, size_of
from router.demo.places import destinations, distance_km, zips_by_state
from router.demo.rates import lanes
from router.demo.tables import online_retail
from router.demo.world import World, build_world


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(seed=7)


def test_the_same_seed_gives_the_same_world(world: World) -> None:
    again = build_world(seed=7)
    assert again.digest() == world.digest()
    assert again.stock.on_hand.tobytes() == world.stock.on_hand.tobytes()


def test_another_seed_gives_another_world(world: World) -> None:
    assert build_world(seed=8).digest() != world.digest()


def test_the_same_seed_draws_the_same_baskets() -> None:
    first, second = (draw_baskets(online_retail(), 50, seed=3) for _ in range(2))
    assert first == second
    assert first != draw_baskets(online_retail(), 50, seed=4)


def test_the_world_has_dozens_of_centres_and_about_3000_stores(world: World) -> None:
    kinds = Counter(node.kind for node in world.nodes)
    assert 36 <= kinds[NodeKind.CENTRE] <= 60
    assert 2_900 <= kinds[NodeKind.STORE] <= 3_000


def test_node_numbers_are_dense_and_ids_are_distinct(world: World) -> None:
    assert [node.number for node in world.nodes] == list(range(len(world.nodes)))
    ids = [node.node_id for node in world.nodes]
    assert ids == sorted(set(ids)), "a catalogue numbers new nodes by their ids"


def test_every_node_has_a_valid_time_zone_and_a_place_in_the_us(world: World) -> None:
    for name in {node.time_zone for node in world.nodes}:
        ZoneInfo(name)
    assert all(24 < node.latitude < 50 for node in world.nodes)
    assert all(-125 < node.longitude < -66 for node in world.nodes)
    assert all(len(node.postal_code) == 5 for node in world.nodes)


def test_states_with_two_zones_are_told_apart(world: World) -> None:
    in_texas = {n.time_zone for n in world.nodes if n.display_name.endswith(", TX")}
    assert in_texas == {"America/Chicago", "America/Denver"}


def test_no_node_carries_a_company_name(world: World) -> None:
    assert not any("mart" in node.node_id.lower() for node in world.nodes)


def test_no_cell_is_listed_twice_or_empty(world: World) -> None:
    cells = set(zip(world.stock.sku.tolist(), world.stock.node.tolist(), strict=True))
    assert len(cells) == len(world.stock)
    assert world.stock.on_hand.min() >= 1


def test_popular_skus_are_in_more_centres_than_the_tail(world: World) -> None:
    held = world.stock.dense(len(world.items), len(world.nodes))[:, :42] > 0
    assert held[:100].mean() > 0.7
    assert held[-100:].mean() < 0.3
    assert held.sum(axis=1).min() >= 2


def test_every_basket_can_be_ordered_in_the_world(world: World) -> None:
    known = {item.sku for item in world.items}
    baskets = draw_baskets(online_retail(), 500, seed=7)
    assert all(line.sku in known for basket in baskets for line in basket.order.lines)
    for basket in baskets:
        skus = [line.sku for line in basket.order.lines]
        assert len(set(skus)) == len(skus) <= 500


def test_baskets_keep_their_real_spread_of_sizes() -> None:
    baskets = draw_baskets(online_retail(), 3_000, seed=7)
    sizes = Counter(size_of(len(basket.order.lines)) for basket in baskets)
    assert sizes.keys() == set(SIZE_LABELS)
    assert 0.06 < sizes["1"] / 3_000 < 0.09
    assert 0.08 < sizes["51+"] / 3_000 < 0.13


def test_more_baskets_than_there_are_start_over() -> None:
    retail = online_retail()
    baskets = draw_baskets(retail, len(retail.baskets) + 1, seed=7)
    assert len(baskets) == len(retail.baskets) + 1
    assert baskets[0].order_ref == retail.baskets[0].order_ref


@pytest.mark.parametrize(
    ("wholesale", "units"), [(1, 1), (12, 1), (13, 2), (24, 2), (72, 6), (80_995, 6)]
)
def test_a_dozen_counts_as_one_unit_and_six_is_the_most(
    wholesale: int, units: int
) -> None:
    assert household_units(wholesale, 12) == units


def test_no_parcel_goes_to_zero_zero_or_to_a_dead_zip() -> None:
    live = {
        zip_code.postal_code for zips in zips_by_state().values() for zip_code in zips
    }
    homes = destinations(5_000, np.random.default_rng(7))
    assert all((home.latitude, home.longitude) != (0.0, 0.0) for home in homes)
    assert {home.postal_code for home in homes} <= live
    assert all(
        (zip_code.latitude, zip_code.longitude) != (0.0, 0.0)
        for zips in zips_by_state().values()
        for zip_code in zips
    )


def test_large_cities_get_more_parcels() -> None:
    homes = destinations(5_000, np.random.default_rng(7))
    near_new_york = distance_km(
        40.714,
        -74.006,
        np.array([home.latitude for home in homes]),
        np.array([home.longitude for home in homes]),
    )
    assert 0.03 < (near_new_york < 30).mean() < 0.12


def test_the_rate_table_is_the_published_synthetic_one() -> None:
    by_id = {lane.lane_id: lane for lane in lanes()}
    assert len(by_id) == 24
    ground, two_day = (by_id[f"synthetic-us-v1-{s}-4"] for s in ("ground", "two-day"))
    assert (ground.base_minor, ground.step_minor, ground.transit_days) == (715, 36, 3)
    assert (two_day.base_minor, two_day.step_minor, two_day.transit_days) == (
        1430,
        86,
        2,
    )
    assert by_id["synthetic-us-v1-next-day-8"].base_minor == 2880
    assert by_id["synthetic-us-v1-ground-8"].distance_km_max == 0


def test_the_small_world_is_for_development() -> None:
    world = build_world(small=True)
    assert (len(world.nodes), len(world.items)) == (60, 2_000)
    assert {node.kind for node in world.nodes} == {NodeKind.CENTRE, NodeKind.STORE}


def test_notices_and_licences_stand_beside_the_data() -> None:
    data = files("router.demo") / "data"
    notice = (data / "NOTICE").read_text()
    assert "City data: GeoNames (geonames.org), CC BY 4.0" in notice
    assert "Daqing Chen" in notice
    assert "CC0" in notice
    assert "MIT" in (data / "LICENSE-plotly").read_text()[:200]
    assert "no company's network" in (data / "README.md").read_text()
