"""Look-ahead prices within a simulation: made as the service would have made them."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import numpy as np
import pytest

from allocation.look_ahead import LookAhead
from allocation.network import Item, Network
from allocation.order import Destination
from allocation.policy import Policy
from allocation.prices.forecast import Past, Source
from allocation.prices.imported import Imported, Said
from allocation.prices.outlook import NO_ORDERS, Foreseen
from allocation.prices.published import PriceList
from router.lookahead import child
from router.lookahead.brief import Brief
from router.lookahead.briefing import brief_of, hour_of
from router.lookahead.child import solve
from router.lookahead.steering import Steering
from router.routing import Routing
from router.simulate import Ahead, Before, Report, Setting, SimulatedOrder, simulate
from router.simulate.arm import Arm
from router.simulate.clock import VirtualClock
from router.simulate.report import report_to_json
from router.snapshot import snapshot_of
from tests.router.simulation import LANES, NODES, NOON, POLICY, SKUS, order, setting

A = SKUS[0]
DENVER = Destination(39.74, -104.99, "80202", residential=True)
"""Twenty cents cheaper from New York than from Los Angeles, and far from both."""
DEARER = (NODES[0], replace(NODES[1], line_handling_minor=30))
NEAR_UNITS = 20
SPARED_MINOR = 420
"""What New York pays more for a unit from Los Angeles than Denver does."""


async def here(brief: Brief) -> Foreseen:
    """The very solve, in this process: a process of its own takes two seconds."""
    return solve(brief)


def scarce(count: int = 80) -> tuple[Setting, list[SimulatedOrder]]:
    """Every other order is from Denver, which needs no unit of New York."""
    world = setting({"nyc": {A: NEAR_UNITS}, "lax": {A: 200}}, nodes=DEARER)
    return world, [ordered(number) for number in range(count)]


def ordered(number: int, *, minutes: float | None = None) -> SimulatedOrder:
    at = number if minutes is None else minutes
    came = order(f"o-{number}", {A: 1}, minutes=at)
    to = came.order.destination if number % 2 else DENVER
    return replace(came, order=replace(came.order, destination=to))


async def priced(
    world: Setting,
    orders: list[SimulatedOrder],
    *,
    draft: Policy = POLICY,
    before: Before | None = None,
    **fields: object,
) -> Report:
    ahead = Ahead("draft", before or Before(), **({"solve": here} | fields))  # type: ignore[arg-type]
    steps = simulate(world, orders, baseline=POLICY, draft=draft, ahead=ahead)
    *_, last = [step async for step in steps]
    assert isinstance(last, Report)
    return last


async def test_prices_of_the_published_policy_show_the_money_they_save() -> None:
    found = await priced(*scarce())

    assert found.prices is not None
    assert len(found.prices.lists) == 10
    saved = -found.prices.difference_minor
    # Without prices Denver takes half of the units near New York; with them only those
    # that went before the second list.
    assert saved >= 5 * SPARED_MINOR
    assert saved <= 10 * SPARED_MINOR
    cost = found.differences["cost_minor"]
    assert (cost.orders, round(cost.mean * 80)) == (found.prices.orders, -saved)
    assert found.draft.fill_rate == found.baseline.fill_rate == 1.0
    assert "less with prices" in found.prices.lists[1].verdict


async def test_a_list_knows_what_came_before_it_and_nothing_else() -> None:
    found = await priced(*scarce())

    assert found.prices is not None
    lists = found.prices.lists
    assert (lists[0].at, lists[0].verdict) == (NOON, NO_ORDERS)
    minutes = [(each.at - NOON) // timedelta(minutes=1) for each in lists]
    assert minutes == [0, 8, 16, 24, 32, 40, 48, 56, 64, 72]
    assert [each.orders for each in lists] == minutes, "one order came each minute"
    assert lists[1].cells == 1


async def test_same_orders_give_the_same_bytes_with_prices() -> None:
    first, again = [report_to_json(await priced(*scarce(40))) for _ in range(2)]

    assert first == again
    assert json.loads(first)["prices"]["lists"][1]["at"].startswith("2026-11-16T12:0")


async def test_a_report_without_prices_says_nothing_of_them() -> None:
    world, orders = scarce(4)
    steps = simulate(world, orders, baseline=POLICY, draft=POLICY)
    *_, last = [step async for step in steps]

    assert isinstance(last, Report)
    assert set(json.loads(report_to_json(last))) == {
        "v", "baseline_version", "draft_version", "network_version", "seed", "orders",
        "abandoned_orders", "baseline", "draft", "differences", "changed_orders",
        "changed",
    }  # fmt: skip


async def test_orders_of_before_make_the_first_list() -> None:
    came = [ordered(100 + n, minutes=n - 4_000) for n in range(60)]
    early = [ordered(900 + n, minutes=n - 29 * 1_440) for n in range(60)]
    before = Before(tuple(early + came), {hour_of(NOON) - 66: 60})
    alone = await priced(*scarce())
    found = await priced(*scarce(), before=before)

    assert alone.prices is not None
    assert found.prices is not None
    first = found.prices.lists[0]
    assert (first.orders, first.cells) == (60, 1), "not those of a month ago"
    assert found.prices.difference_minor < alone.prices.difference_minor


async def test_a_list_knows_what_others_had_said_by_then() -> None:
    """Before noon they expected 5 orders an hour, and at half past twelve 50."""
    briefs: list[Brief] = []

    async def seen(brief: Brief) -> Foreseen:
        briefs.append(brief)
        return solve(brief)

    hour = hour_of(NOON)
    to_come = range(hour, hour + 80)
    early = [Said(at, hour - 1, 5.0) for at in to_come]
    late = [Said(at, hour, 50.0) for at in to_come]
    before = Before(imported=Imported(early + late))
    world, orders = scarce(80)
    await priced(world, orders, before=before, lists=4, solve=seen)

    forecasts = [brief.forecast for brief in briefs if brief.forecast]
    assert {each.source for each in forecasts} == {Source.IMPORTED}
    assert [each.orders for each in forecasts[:3]] == [5 * 72] * 3
    assert forecasts[3].orders > 50 * 71, "it is one o'clock, and of noon it was wrong"


async def test_prices_are_of_the_stock_that_the_draft_itself_has_left() -> None:
    briefs: list[Brief] = []

    async def seen(brief: Brief) -> Foreseen:
        briefs.append(brief)
        return solve(brief)

    only_lax = replace(POLICY, version="far", only_node_ids=("lax",))
    await priced(*scarce(20), draft=only_lax, lists=2, solve=seen)

    late = briefs[1]
    assert (late.skus, late.stock.tolist()) == ((A,), [[NEAR_UNITS, 190]])
    assert [policy.only_node_ids for _, policy in late.orders] == [("lax",)] * 10
    assert not late.is_hurried, "prices would depend on how busy the machine is"


@pytest.mark.parametrize(
    "bound",
    [LookAhead(on=False), LookAhead(cap_minor=19), LookAhead(without_tags=("fresh",))],
)
async def test_the_policy_bounds_prices(bound: LookAhead) -> None:
    world, orders = scarce(40)
    items = [Item(sku, weight_g=300, tags=("fresh",)) for sku in SKUS]
    tagged = replace(world, snapshot=snapshot_of(Network.compile(DEARER, items, LANES)))
    draft = replace(POLICY, version="bounded", look_ahead=bound)
    found = await priced(tagged, orders, draft=draft)

    assert found.changed_orders == 0
    assert found.prices is not None
    assert len(found.prices.lists) == (10 if bound.on else 0)


async def test_prices_that_the_guard_refused_steer_nothing() -> None:
    async def refused(brief: Brief) -> Foreseen:
        nothing = np.zeros_like(brief.stock)
        return Foreseen(nothing, 8, 30, 0, "dearer: no price is used", is_good=False)

    found = await priced(*scarce(40), solve=refused)

    assert found.prices is not None
    assert found.changed_orders == found.prices.difference_minor == 0
    assert {each.verdict for each in found.prices.lists} == {"dearer: no price is used"}


@pytest.mark.parametrize(("hours", "node"), [(1, "lax"), (3, "nyc")])
async def test_a_list_fades_by_the_simulated_time(hours: int, node: str) -> None:
    world, _ = scarce(0)
    clock = VirtualClock(NOON)
    arm = Arm(POLICY, world, clock, answers=[])
    hour, dear = timedelta(hours=1), np.array([[9_000]])
    listed = PriceList(
        "old", NOON, hour, hour, hour, 1, 0, dear, skus=(A,), node_ids=("nyc",)
    )
    arm.steer(Steering.of(listed, world.snapshot.nodes))
    clock.move_to(NOON + hours * hour)

    sent = await arm.route(ordered(0))

    assert sent.node_ids == (node,)


async def test_what_was_never_bought_teaches_nothing() -> None:
    world, orders = scarce(10)
    left = replace(orders[0], abandoned=True)
    nobody_has = order("none", {SKUS[5]: 1}, minutes=1.5)
    found = await priced(world, [left, *orders[1:], nobody_has], lists=2)

    assert found.prices is not None
    assert found.prices.lists[1].orders == 4, "of five orders, and one without stock"


async def test_wishes_for_a_day_move_with_the_order() -> None:
    wished = Routing(wanted_by=NOON.date() + timedelta(days=2))
    world, _ = scarce(0)
    orders = [
        order("early", {A: 1}, routing=wished),
        order("late", {A: 1}, minutes=3 * 1_440),
    ]
    seen: list[Brief] = []

    async def kept(brief: Brief) -> Foreseen:
        seen.append(brief)
        return solve(brief)

    await priced(world, orders, lists=2, solve=kept)

    [(_, policy)] = seen[1].orders
    assert policy.wanted_by == NOON.date() + timedelta(days=5)


@pytest.mark.parametrize(("is_hurried", "drawn"), [(True, 1), (False, 5)])
async def test_no_future_of_a_simulation_is_left_out_for_want_of_time(
    is_hurried: bool, drawn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, _ = scarce(0)
    arm = Arm(POLICY, world, VirtualClock(NOON), answers=[])
    network = world.snapshot.network
    brief = await brief_of(network, [], Past({}), stock=arm.stock, now=NOON)
    monkeypatch.setattr(child, "FUTURES_SECONDS", -1.0)

    draws = child.futures(replace(brief, is_hurried=is_hurried), 3)

    assert len(list(islice(draws, 5))) == drawn


async def test_a_run_can_be_ended_while_prices_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("router.simulate.foresight.SIGN_OF_LIFE_S", 0.01)
    ended: list[bool] = []

    async def hangs(brief: Brief) -> Foreseen:
        try:
            return await asyncio.sleep(60, solve(brief))
        finally:
            ended.append(True)

    ahead = Ahead("draft", solve=hangs)
    steps = simulate(*scarce(4), baseline=POLICY, draft=POLICY, ahead=ahead)
    told = [await anext(steps) for _ in range(4)]
    await steps.aclose()
    await asyncio.sleep(0.05)

    assert len(told) == 4, "a sign of life, again and again"
    assert ended == [True]
