"""Draft against baseline: figures, differences with their intervals, changed orders."""

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from allocation.policy import Objective
from router.routing import Routing
from router.simulate import report_to_json
from router.simulate.bootstrap import Difference, paired
from tests.router.simulation import (
    NOON,
    POLICY,
    SKUS,
    many,
    order,
    report,
    report_bytes,
    setting,
)

A, B, C = SKUS[:3]
NEAR_ONLY = replace(POLICY, version="near", only_node_ids=("nyc",))
FAR_ONLY = replace(POLICY, version="far", only_node_ids=("lax",))


async def test_same_seed_gives_the_same_bytes() -> None:
    world, orders = many()
    first = await report_bytes(world, orders, FAR_ONLY, seed=4)
    again = await report_bytes(*many(), FAR_ONLY, seed=4)

    assert first == again
    assert first != await report_bytes(world, orders, FAR_ONLY, seed=5)


async def test_order_in_which_orders_are_given_does_not_matter() -> None:
    world, orders = many()

    assert await report_bytes(world, orders[::-1], FAR_ONLY) == await report_bytes(
        world, orders, FAR_ONLY
    )


async def test_identical_policies_differ_by_exactly_nothing() -> None:
    world, orders = many()
    found = await report(world, orders, replace(POLICY, version="the same"))

    nothing = Difference(0.0, 0.0, 0.0, len(orders))
    assert set(found.differences.values()) == {nothing}
    assert found.changed_orders == 0
    assert found.baseline == found.draft


async def test_cheaper_draft_is_seen_as_cheaper_beyond_doubt() -> None:
    world, orders = many()
    found = await report(world, orders, POLICY, baseline=FAR_ONLY)

    cost = found.differences["cost_minor"]
    assert cost.low <= cost.mean <= cost.high < 0
    assert cost.is_certain
    assert found.draft.cost_minor_per_order < found.baseline.cost_minor_per_order
    assert found.draft.late_share < found.baseline.late_share
    assert found.differences["late_share"].high < 0


async def test_draft_that_ships_less_is_not_called_cheaper() -> None:
    """What only one policy ships is missing in the fill, and no saving of the other."""
    world = setting({"nyc": {A: 9}, "lax": {B: 9}})
    orders = [order("near", {A: 1}), order("far", {B: 1})]
    found = await report(world, orders, NEAR_ONLY)

    assert found.differences["cost_minor"] == Difference(0.0, 0.0, 0.0, 1)
    assert found.differences["fill_rate"].mean == -0.5
    assert (found.baseline.shipped_orders, found.draft.shipped_orders) == (2, 1)
    assert (found.baseline.fill_rate, found.draft.fill_rate) == (1.0, 0.5)


async def test_figures_add_up_to_what_was_sent() -> None:
    world = setting({"nyc": {A: 9}, "lax": {B: 9}})
    soon = Routing(wanted_by=NOON.date() + timedelta(days=2), allow_partial=True)
    orders = [
        order("near", {A: 2}, routing=soon),
        order("both", {A: 1, B: 1}, routing=soon),
        order("nothing", {C: 3}),
    ]
    figures = (await report(world, orders, POLICY)).baseline

    assert (figures.orders, figures.shipped_orders) == (3, 2)
    assert (figures.units, figures.filled_units, figures.fill_rate) == (7, 4, 0.571429)
    assert (figures.shipments, figures.shipments_per_order) == (3, 1.5)
    assert (figures.wished_orders, figures.late_orders) == (2, 1)
    assert figures.late_share == 0.5
    # Two started steps of 500 g for the two units; each shipment has one line.
    paid = figures.component_minor_per_order
    assert paid["shipping_minor"] == (500 + 500 + 940) / 2
    assert paid["line_handling_minor"] == 15.0
    assert figures.cost_minor_per_order == sum(paid.values())
    assert figures.distance_km_p95 > 3_900
    assert [(n.node_id, n.orders, n.units) for n in figures.nodes] == [
        ("nyc", 2, 3),
        ("lax", 1, 1),
    ]


async def test_busiest_day_of_a_node_counts_its_own_ship_dates() -> None:
    world = setting({"nyc": {A: 9}})
    orders = [order(str(day), {A: 1}, minutes=day * 24 * 60) for day in (0, 0.1, 1)]
    found = await report(world, orders, POLICY)

    (load,) = found.baseline.nodes
    assert (load.orders, load.busiest_day_orders, load.orders_per_day) == (3, 2, 0)


async def test_changed_orders_come_largest_difference_first() -> None:
    world = setting({"nyc": {A: 99, B: 99}, "lax": {A: 99, B: 99, C: 99}})
    orders = [
        order("small", {A: 1}),
        order("same", {C: 1}),
        order("large", {A: 9, B: 9}),
    ]
    found = await report(world, orders, FAR_ONLY)

    assert [each.order_id for each in found.changed] == ["large", "small"]
    small = found.changed[1]
    assert small.baseline.node_ids == ("nyc",)
    assert small.draft.node_ids == ("lax",)
    assert small.difference_minor == small.draft.cost_minor - small.baseline.cost_minor
    assert found.changed_orders == 2


async def test_abandoned_checkouts_take_stock_and_are_in_no_figure() -> None:
    world = setting({"nyc": {A: 1}, "lax": {A: 1}})
    orders = [order("leaves", {A: 1}, abandoned=True), order("buys", {A: 1}, minutes=1)]
    found = await report(world, orders, POLICY)

    assert (found.orders, found.abandoned_orders) == (1, 1)
    assert [load.node_id for load in found.baseline.nodes] == ["lax"]


async def test_report_is_canonical_json_that_says_what_was_compared() -> None:
    world, orders = many(5)
    raw = report_to_json(await report(world, orders, FAR_ONLY, seed=8))
    document = json.loads(raw)

    assert (document["baseline_version"], document["draft_version"]) == (
        "published",
        "far",
    )
    assert document["network_version"] == world.snapshot.network.version
    assert document["seed"] == 8
    compact = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    assert json.dumps(document, **compact).encode() == raw  # type: ignore[arg-type]


async def test_objective_of_a_draft_holds_for_orders_that_ask_for_none() -> None:
    """A wish about something else leaves the policy's objective as it is."""
    world = setting({"nyc": {A: 1}, "lax": {A: 9, B: 9}})
    wished = Routing(max_shipments=3)
    fewest = replace(POLICY, version="fewest", objective=Objective.FEWEST_SHIPMENTS)
    found = await report(world, [order("a", {A: 1, B: 1}, routing=wished)], fewest)

    assert found.draft.shipments == 1


async def test_no_orders_make_an_empty_report() -> None:
    found = await report(setting({"nyc": {A: 1}}), [], FAR_ONLY)

    assert (found.orders, found.draft.fill_rate) == (0, 0.0)
    assert found.differences["cost_minor"] == Difference(0.0, 0.0, 0.0, 0)


def test_interval_covers_the_true_mean_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    samples = rng.normal(3.0, 10.0, size=(200, 300))
    found = paired({str(n): row.tolist() for n, row in enumerate(samples)}, seed=1)

    covered = sum(each.low <= 3.0 <= each.high for each in found.values())
    assert 180 <= covered <= 199


@pytest.mark.parametrize("cells_max", [1, 700, 2_000_000])
def test_interval_does_not_depend_on_how_much_is_drawn_at_once(
    cells_max: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = np.random.default_rng(2).normal(size=300).tolist()
    whole = paired({"cost": values}, seed=1)
    monkeypatch.setattr("router.simulate.bootstrap.CELLS_MAX", cells_max)

    assert paired({"cost": values}, seed=1) == whole
