"""Orders of a case after their commit: shipped, given back, changed, moved."""

from typing import Any

import pytest

from .adapter import replay
from .calls import Api, Server
from .made import ask, case_of, check, gets, node, skipped
from .schema import Json

pytestmark = [
    pytest.mark.xdist_group("acceptance"),
    pytest.mark.asyncio(loop_scope="session"),
]
Served = tuple[Api, Server]
NODES = [node("a", {"P": 5, "Q": 5}), node("b", {"P": 9})]
LATER: Json = {"on_hand": 2, "backorderable": True}


def items(**units: int) -> list[Json]:
    """Units of P by place."""
    return [{"location": at, "sku": "P", "qty": n} for at, n in units.items()]


def step(op: str, expect: Json, **more: Any) -> Json:
    return {"op": op, "order_id": "o", "expect": expect, **more}


def holds(place: str, sku: str = "P", **counters: int) -> Json:
    return {"status": "ok", "state": {place: {sku: counters}}}


async def test_a_part_ships_and_the_rest_is_given_back(served: Served) -> None:
    steps = [
        ask("commit", {"P": 5, "Q": 2}, expect=gets(a={"P": 5, "Q": 2})),
        step("ship", holds("a", on_hand=2, allocated=2), items=items(a=3)),
        step("ship", holds("a", on_hand=1, allocated=1), items=items(a=1)),
        step("release", {"released": 3, **holds("a", on_hand=1, allocated=0)}),
        step("release", {"released": 0, **holds("a", "Q", on_hand=5, allocated=0)}),
    ]
    await check(served, NODES, steps)


async def test_a_release_under_one_key_is_one(served: Served) -> None:
    some: Json = {"items": [{"sku": "P", "qty": 2}], "key": "k"}
    steps = [
        ask("commit", {"P": 5}, expect=gets(a={"P": 5})),
        step("release", {"released": 2}, **some),
        step("release", {"released": 2, **holds("a", allocated=3)}, **some),
    ]
    await check(served, NODES, steps)


@pytest.mark.parametrize(
    "wrong",
    [
        step("ship", holds("a", on_hand=5), items=items(a=2)),
        step("release", {"released": 4}),
        step("set_reserved", holds("a", allocated=5), location="a", sku="P", qty=3),
        step("move", {"status": "rejected"}, sku="P", qty=5, to="b", **{"from": "a"}),
        step("return", holds("a", on_hand=5), location="a", sku="P", qty=1),
    ],
)
async def test_what_went_otherwise_fails(served: Served, wrong: Json) -> None:
    first = ask("commit", {"P": 5}, expect=gets(a={"P": 5}))
    verdict = await replay(*served, case_of(NODES, [first, wrong], {}))
    assert verdict.result == "failed"


async def test_goods_come_back_to_where_they_left_from(served: Served) -> None:
    back: Json = {"location": "a", "sku": "P", "qty": 1}
    steps = [
        ask("commit", {"P": 2}, expect=gets(a={"P": 2})),
        step("ship", {"status": "ok"}, items=items(a=2)),
        step("return", holds("a", on_hand=3), restock=False, **back),
        step("return", holds("a", on_hand=4), **back),
        step("return", holds("b", "Q", on_hand=1), location="b", sku="Q", qty=1),
    ]
    await check(served, NODES, steps)


async def test_a_promise_is_changed_where_it_is(served: Served) -> None:
    there: Json = {"location": "a", "sku": "P"}
    no = {"status": "rejected", "error": "INSUFFICIENT_STOCK"}
    steps = [
        step("set_reserved", {"error": "NOT_RESERVED"}, qty=1, **there),
        step("reserve_at", {"status": "ok"}, qty=2, **there),
        step("set_reserved", holds("a", allocated=4), qty=4, **there),
        step("set_reserved", {**no, **{"short": {"P": 1}}}, qty=6, **there),
        step("set_reserved", holds("a", allocated=1), qty=1, **there),
        step("set_reserved", holds("a", allocated=0), qty=0, **there),
    ]
    await check(served, NODES, steps)


async def test_a_promise_that_would_grow_elsewhere_is_skipped(served: Served) -> None:
    first = ask("commit", {"P": 5}, expect=gets(a={"P": 5}))
    more = step("set_reserved", {"status": "ok"}, location="a", sku="P", qty=6)
    assert await skipped(served, NODES, [first, more], {}) == (
        "change_of_a_promise_at_its_place",
    )


async def test_a_whole_shipment_moves(served: Served) -> None:
    moved: Json = {"sku": "P", "from": "a", "to": "b"}
    there = {"state": {"a": {"P": {"allocated": 0}}, "b": {"P": {"allocated": 5}}}}
    done = {"status": "ok", "on_hand": 5, "backordered_qty": 0, **there}
    first = ask("commit", {"P": 5}, expect=gets(a={"P": 5}))
    await check(served, NODES, [first, step("move", done, qty=5, **moved)])
    part = step("move", {}, qty=2, **moved)
    assert await skipped(served, NODES, [first, part], {}) == (
        "move_of_a_part_of_a_shipment",
    )


async def test_what_waits_is_served_when_stock_comes(served: Served) -> None:
    totals = {"P": {"allocated": 2, "backordered": 3}}
    wait = {"status": "backordered", "totals": totals}
    come: Json = {"op": "adjust", "location": "a", "sku": "P", "delta": 4}
    steps = [
        ask("commit", {"P": 5}, policy={"backorder": True}, expect=wait),
        {**come, "expect": holds("a", on_hand=6, allocated=5)},
    ]
    await check(served, [node("a", {"P": LATER})], steps)


async def test_nothing_waits_that_may_not(served: Served) -> None:
    no = {"status": "rejected", "short": {"P": 3}}
    steps = [ask("commit", {"P": 5}, policy={"backorder": True}, expect=no)]
    await check(served, [node("a", {"P": 2})], steps)
    mixed = [node("a", {"P": LATER, "Q": 1})]
    both = [ask("quote", {"P": 1, "Q": 1}, policy={"backorder": True})]
    assert await skipped(served, mixed, both, {}) == ("backorder_of_some_skus",)


async def test_who_asks_first_gets_scarce_stock(served: Served) -> None:
    demands = [
        {"id": "late", "qty": 4, "due": 9},
        {"id": "soon", "qty": 4, "due": 1},
        {"id": "urgent", "qty": 3, "due": 5, "priority": -1},
    ]
    got = {"urgent": 3, "soon": 2, "late": 0}
    promised: Json = {"op": "promise", "sku": "Q", "demands": demands}
    await check(served, NODES, [{**promised, "expect": {"promised": got}}])


async def test_the_lot_that_comes_first_is_taken(served: Served) -> None:
    lots = [node("slow", {"P": 9}, eta_days=9), node("soon", {"P": 9}, eta_days=2)]
    steps = [ask("quote", {"P": 3}, expect=gets(soon={"P": 3}))]
    await check(served, lots, steps, {"strategy": "earliest_eta"})
