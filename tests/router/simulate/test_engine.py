"""Orders through a policy in their order, on stock in memory and a virtual clock."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from allocation.codec import load, plan_of
from allocation.order import OrderFacts
from allocation.policy import Policy
from allocation.rules.book import policy_in_force
from allocation.rules.document import PolicyDocument, Rule
from allocation.rules.words import Queue, Verb
from allocation.solve import solve
from inventory.errors import InvalidField
from inventory.reserved import quota_sku
from router.quotas import QuotaRow, Quotas
from router.routing import Routing
from router.simulate import (
    CellChange,
    Outcome,
    Progress,
    Runs,
    Setting,
    SimulatedOrder,
    StockChange,
    run,
)
from tests.router.simulation import (
    NODES,
    NOON,
    POLICY,
    SKUS,
    many,
    order,
    outcomes,
    setting,
)

A, B = SKUS[:2]


async def runs(
    world: Setting, orders: list[SimulatedOrder], policies: dict[str, Policy]
) -> Runs:
    *_, last = [step async for step in run(world, orders, policies)]
    assert isinstance(last, Runs)
    return last


async def routed(world: Setting, orders: list[SimulatedOrder]) -> tuple[Outcome, ...]:
    return (await runs(world, orders, {"only": POLICY})).outcomes["only"]


async def test_first_order_takes_the_last_unit_and_the_second_goes_without() -> None:
    world = setting({"nyc": {A: 1}})
    orders = [order("late", {A: 1}, minutes=2), order("early", {A: 1}, minutes=1)]

    assert await outcomes(world, orders) == {"early": ("nyc",), "late": "NO_STOCK"}


async def test_orders_of_one_instant_come_as_they_were_given() -> None:
    world = setting({"nyc": {A: 1}})
    orders = [order("b", {A: 1}), order("a", {A: 1})]

    assert await outcomes(world, orders) == {"b": ("nyc",), "a": "NO_STOCK"}


async def test_what_the_near_node_lost_comes_from_the_far_one() -> None:
    world = setting({"nyc": {A: 1}, "lax": {A: 5}})
    orders = [order(name, {A: 1}, minutes=n) for n, name in enumerate("abc")]

    assert await outcomes(world, orders) == {
        "a": ("nyc",),
        "b": ("lax",),
        "c": ("lax",),
    }


async def test_abandoned_checkout_keeps_its_units_until_its_hold_ends() -> None:
    world = setting({"nyc": {A: 1}})
    orders = [
        order("leaves", {A: 1}, abandoned=True),
        order("too soon", {A: 1}, minutes=14),
        order("in time", {A: 1}, minutes=15),
    ]

    assert await outcomes(world, orders) == {
        "leaves": ("nyc",),
        "too soon": "NO_STOCK",
        "in time": ("nyc",),
    }


async def test_units_kept_for_a_channel_are_kept_from_simulated_orders_too() -> None:
    world = setting({"nyc": {A: 2, quota_sku("web", A): 1}})
    quotas = Quotas.of([QuotaRow(A, "nyc", "web", falls_through=False)], {"nyc": 0})
    world = replace(world, snapshot=replace(world.snapshot, quotas=quotas))
    web = order("own", {A: 1}, minutes=3)
    web = replace(web, order=replace(web.order, facts=OrderFacts("web")))
    orders = [order("common", {A: 1}), order("kept", {A: 1}, minutes=1), web]
    more = replace(web, order_id="more", at=web.at + timedelta(minutes=1))

    assert await outcomes(world, [*orders, more]) == {
        "common": ("nyc",),
        "kept": "NO_STOCK",
        "own": ("nyc",),
        "more": "NO_STOCK",
    }


async def test_an_order_that_a_rule_makes_wait_sends_and_takes_nothing() -> None:
    later = Rule("pre", "not yet out", Verb.SEND_TO, queue=Queue.BACKORDER)
    policy = policy_in_force(PolicyDocument("p", "preorders", rules=(later,)), "v1")
    world = setting({"nyc": {A: 1}})
    orders = [order("pre", {A: 1}), order("same", {A: 1}, minutes=1)]

    found = (await runs(world, orders, {"waits": policy})).outcomes["waits"]

    assert [(o.refusal, o.filled_units, o.cost.cash_minor) for o in found] == [
        ("BACKORDER", 0, 0),
        ("BACKORDER", 0, 0),
    ]


async def test_committed_units_never_come_back() -> None:
    world = setting({"nyc": {A: 1}})
    orders = [order("buys", {A: 1}), order("next day", {A: 1}, minutes=24 * 60)]

    assert (await outcomes(world, orders))["next day"] == "NO_STOCK"


async def test_delivery_is_there_for_the_order_of_its_instant() -> None:
    arrives = NOON + timedelta(minutes=5)
    change = StockChange(arrives, (CellChange(A, "nyc", 2), CellChange(B, "lax", 1)))
    world = setting({"nyc": {A: 0}}, changes=(change,))
    orders = [
        order("before", {A: 1}, minutes=4),
        order("at", {A: 1}, minutes=5),
        order("after", {B: 1}, minutes=6),
    ]

    assert await outcomes(world, orders) == {
        "before": "NO_STOCK",
        "at": ("nyc",),
        "after": ("lax",),
    }


async def test_units_kept_back_from_some_time_on_are_not_promised() -> None:
    change = StockChange(NOON + timedelta(minutes=1), (CellChange(A, "nyc", 0, 4),))
    world = setting({"nyc": {A: 5}}, changes=(change,))
    orders = [order("a", {A: 1}, minutes=2), order("b", {A: 1}, minutes=3)]

    assert await outcomes(world, orders) == {"a": ("nyc",), "b": "NO_STOCK"}


async def test_each_policy_has_a_stock_of_its_own() -> None:
    world = setting({"nyc": {A: 1}, "lax": {A: 1}})
    policies = {"near": POLICY, "also near": POLICY}
    async for step in run(world, [order("a", {A: 1})], policies):
        if isinstance(step, Runs):
            for name in policies:
                assert step.outcomes[name][0].node_ids == ("nyc",)


async def test_node_takes_so_many_orders_a_day_under_each_policy() -> None:
    near = replace(NODES[0], orders_per_day=1)
    world = setting({"nyc": {A: 9}, "lax": {A: 9}}, nodes=(near, NODES[1]))
    orders = [order(str(n), {A: 1}, minutes=m) for n, m in enumerate((0, 1, 24 * 60))]
    both = await runs(world, orders, {"one": POLICY, "other": POLICY})

    for outcome in both.outcomes.values():
        nodes = [each.node_ids for each in outcome]
        assert nodes == [("nyc",), ("lax",), ("nyc",)]


async def test_policies_side_by_side_decide_as_each_does_alone() -> None:
    """They share what the solvers were asked; orders of over twelve lines ask most."""
    world, orders = many()
    policies = {
        "published": POLICY,
        "the same": replace(POLICY, version="again"),
        "two": replace(POLICY, max_shipments=1),
        "kept back": replace(POLICY, keep_back=3),
    }
    together = await runs(world, orders, policies)

    for name, policy in policies.items():
        alone = await runs(world, orders, {name: policy})
        assert together.outcomes[name] == alone.outcomes[name]
    assert len(set(together.outcomes.values())) == 3


async def test_what_an_order_asks_narrows_every_policy() -> None:
    world = setting({"nyc": {A: 1}, "lax": {A: 9}})
    far = Routing(only_node_ids=("lax",))
    some = Routing(allow_partial=True)
    orders = [
        order("far", {A: 1}, routing=far),
        order("some", {A: 99}, routing=some),
    ]

    (one, part) = await routed(world, orders)

    assert one.node_ids == ("lax",)
    assert (part.filled_units, part.units) == (9, 99)


async def test_late_is_what_arrives_after_the_day_that_was_wanted() -> None:
    world = setting({"lax": {A: 9}})
    soon = Routing(wanted_by=NOON.date() + timedelta(days=2))
    later = Routing(wanted_by=NOON.date() + timedelta(days=20))
    orders = [
        order("soon", {A: 1}, routing=soon),
        order("later", {A: 1}, routing=later),
        order("never mind", {A: 1}),
    ]

    late_days = [each.late_days for each in await routed(world, orders)]

    assert late_days[0] > 0
    assert late_days[1:] == [0, 0]


async def test_decision_is_written_for_the_orders_asked_and_comes_out_again() -> None:
    world = setting({"nyc": {A: 3}}, decisions_of=frozenset({"b"}))
    orders = [order("a", {A: 1}), order("b", {A: 1}, minutes=1)]

    first, second = await routed(world, orders)

    assert first.decision == b""
    plan = plan_of(second.decision)
    assert plan.shipments == second.shipments
    problem, kept = load(second.decision, world.snapshot.network)
    assert problem.available[0, 0] == 2, "the first order had taken one of three"
    assert solve(problem) == kept


async def test_progress_comes_at_once_and_ends_complete() -> None:
    world = setting({"nyc": {A: 9}})
    orders = [order(str(n), {A: 1}, minutes=n) for n in range(9)]
    steps = [step async for step in run(world, orders, {"only": POLICY})]

    assert steps[0] == Progress(0, 9)
    told = [step for step in steps if isinstance(step, Progress)]
    assert (told[-1].done, told[-1].total) == (9, 9)
    assert told[-1].orders_per_second > 0
    assert told[-1].seconds_left == 0
    assert isinstance(steps[-1], Runs)


async def test_run_can_be_cancelled_and_lets_others_work_in_between() -> None:
    world = setting({"nyc": dict.fromkeys(SKUS, 10**6)})
    orders = [order(str(n), {A: 1}, minutes=n) for n in range(20_000)]
    seen: list[Progress | Runs] = []
    begun = asyncio.Event()

    async def watch() -> None:
        async for step in run(world, orders, {"only": POLICY}):
            seen.append(step)
            if len(seen) == 2:
                begun.set()

    task = asyncio.create_task(watch())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert isinstance(seen[-1], Progress)
    assert seen[-1].done < 20_000


async def test_order_id_used_twice_is_refused_by_its_place() -> None:
    world = setting({"nyc": {A: 9}})
    with pytest.raises(InvalidField) as refusal:
        await outcomes(world, [order("a", {A: 1}), order("a", {B: 1})])
    assert refusal.value.violations[0].field == "orders[1].order_id"


async def test_no_orders_have_no_outcomes() -> None:
    assert await outcomes(setting({"nyc": {A: 9}}), []) == {}


def test_instant_of_an_order_needs_a_time_zone() -> None:
    one = order("a", {A: 1})
    with pytest.raises(ValueError, match="at of a must be aware"):
        replace(one, at=NOON.replace(tzinfo=None))
