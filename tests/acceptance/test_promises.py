"""What stock, holds, promises and refusals of the schema become."""

import pytest

from .calls import Api, Server
from .made import ask, check, gets, node, skipped
from .schema import Json

pytestmark = [
    pytest.mark.xdist_group("acceptance"),
    pytest.mark.asyncio(loop_scope="session"),
]


async def test_what_may_not_be_promised_is_not(served: tuple[Api, Server]) -> None:
    nodes = [
        node("off", {"P": 9}, enabled=False),
        node("out", {"P": {"on_hand": 9, "status": "out_of_stock"}}),
        node("own", {"P": {"on_hand": 9, "safety_stock": 7}}),
        node("all", {"P": 9}),
    ]
    steps = [
        ask("quote", {"P": 7}, expect=gets(own={"P": 2}, all={"P": 5})),
        {
            "op": "adjust",
            "location": "out",
            "sku": "P",
            "delta": 5,
            "expect": {"status": "ok"},
        },
        ask("commit", {"P": 7}, expect=gets(own={"P": 2}, all={"P": 5})),
        {
            "op": "available",
            "sku": "P",
            "locations": ["out", "own", "all"],
            "raw": True,
            "expect": {
                "available": 0,
                "state": {
                    "out": {"P": {"on_hand": 14}},
                    "all": {"P": {"available": 0}},
                },
            },
        },
    ]
    await check(served, nodes, steps, {"safety_stock": 4})


async def test_safety_stock_of_one_step_is_kept_back_for_it(
    served: tuple[Api, Server],
) -> None:
    nodes = [node("a", {"P": 3}), node("b", {"P": 9})]
    steps = [
        ask(
            "quote",
            {"P": 2},
            policy={"safety_stock": 2},
            expect=gets(a={"P": 1}, b={"P": 1}),
        ),
        ask("quote", {"P": 2}, expect=gets(a={"P": 2})),
    ]
    await check(served, nodes, steps)


async def test_partial_orders_get_what_there_is(served: tuple[Api, Server]) -> None:
    nodes = [node("a", {"P": 2}), node("b", {"Q": 1})]
    expect = {
        "status": "partial",
        "allocations": {"a": {"P": 2}, "b": {"Q": 1}},
        "unallocated": {"P": 1},
        "totals": {"P": {"allocated": 2, "unallocated": 1}},
    }
    for op in ("quote", "hold", "commit"):
        step = ask(op, {"P": 3, "Q": 1}, expect=expect)
        await check(served, nodes, [step], {"partial": "accept"})


async def test_holds_are_replaced_extended_ended_and_committed(
    served: tuple[Api, Server],
) -> None:
    def held(units: int, rows: int) -> Json:
        return {"state": {"a": {"P": {"held": units}}}, "hold_rows": rows}

    steps = [
        ask("hold", {"P": 3}, ttl_s=60, expect=held(3, 1)),
        ask("hold", {"P": 4}, ttl_s=60, expect=held(4, 1)),
        ask("hold", {"P": 6}, ttl_s=60, expect={"status": "rejected", **held(4, 1)}),
        {"op": "tick", "seconds": 50, "expect": held(4, 1)},
        {"op": "extend_hold", "order_id": "o", "ttl_s": 60, "expect": {"status": "ok"}},
        {"op": "tick", "seconds": 50, "expect": held(4, 1)},
        ask("commit", {"P": 4}, expect={**gets(a={"P": 4}), **held(0, 0)}),
        ask("hold", {"P": 1}, order_id="p", ttl_s=60, expect=held(1, 1)),
        {"op": "release_hold", "order_id": "p", "expect": {"removed": 1, **held(0, 0)}},
        {"op": "release_hold", "order_id": "p", "expect": {"removed": 0}},
    ]
    await check(served, [node("a", {"P": 5})], steps)


async def test_a_commit_for_another_wish_drops_the_hold(
    served: tuple[Api, Server],
) -> None:
    state = {"state": {"a": {"P": {"held": 0, "allocated": 5}}}, "hold_rows": 0}
    steps = [
        ask("hold", {"P": 3}, ttl_s=60, expect={"status": "full"}),
        ask("commit", {"P": 5}, expect={**gets(a={"P": 5}), **state}),
    ]
    await check(served, [node("a", {"P": 5})], steps)


async def test_promises_of_the_set_up_are_in_place(served: tuple[Api, Server]) -> None:
    nodes = [node("a", {"P": 1}), node("b", {"P": 5}, enabled=False)]
    state = {
        "a": {"P": {"on_hand": 1, "allocated": 4, "held": 1, "available": -4}},
        "b": {"P": {"on_hand": 5, "allocated": 2}},
    }
    await check(
        served,
        nodes,
        [{"op": "tick", "seconds": 0, "expect": {"state": state}}],
        allocations=[
            {"order": "x", "location": "a", "sku": "P", "qty": 4},
            {"order": "y", "location": "b", "sku": "P", "qty": 2},
        ],
        holds=[
            {"order": "z", "location": "a", "sku": "P", "qty": 1, "expires_in_s": 9}
        ],
    )


async def test_promises_at_named_nodes_are_all_or_nothing(
    served: tuple[Api, Server],
) -> None:
    def batch(p: int, q: int, expect: Json) -> Json:
        entries = [
            {"location": "a", "sku": "P", "qty": p},
            {"location": "b", "sku": "Q", "qty": q},
        ]
        return {
            "op": "reserve_batch_at",
            "order_id": "o",
            "entries": entries,
            "expect": expect,
        }

    none = {"a": {"P": {"allocated": 0, "held": 0}}, "b": {"Q": {"allocated": 0}}}
    some = {"a": {"P": {"allocated": 2, "held": 0}}, "b": {"Q": {"allocated": 1}}}
    no = {"status": "rejected", "error": "INSUFFICIENT_STOCK", "state": none}
    steps = [batch(2, 9, no), batch(2, 1, {"status": "ok", "state": some})]
    await check(served, [node("a", {"P": 2}), node("b", {"Q": 2})], steps)


async def test_refusals_have_the_words_of_the_file(served: tuple[Api, Server]) -> None:
    def reserve(where: str, sku: str, quantity: int, error: str) -> Json:
        return {
            "op": "reserve_at",
            "order_id": "o",
            "location": where,
            "sku": sku,
            "qty": quantity,
            "expect": {"status": "rejected", "error": error},
        }

    negative = {"status": "rejected", "error": "NEGATIVE_STOCK"}
    steps = [
        reserve("a", "P", 3, "INSUFFICIENT_STOCK"),
        reserve("a", "Q", 1, "NOT_STOCKED_HERE"),
        reserve("a", "P", 0, "INVALID_QUANTITY"),
        reserve("a", "P", -1, "INVALID_QUANTITY"),
        ask(
            "quote",
            {"P": 0},
            expect={"status": "rejected", "error": "INVALID_QUANTITY"},
        ),
        {"op": "adjust", "location": "a", "sku": "P", "delta": -3, "expect": negative},
        {
            "op": "extend_hold",
            "order_id": "o",
            "ttl_s": 9,
            "expect": {"error": "NOT_RESERVED"},
        },
    ]
    await check(served, [node("a", {"P": 2}), node("b", {"Q": 2})], steps)


async def test_one_order_sent_many_times_at_once_is_one_promise(
    served: tuple[Api, Server],
) -> None:
    copies = ask("commit", {"P": 1}, times=5, same_order=True)
    state = {"a": {"P": {"allocated": 1, "held": 0}}}
    rush = {"op": "parallel", "ops": [copies], "expect": {"state": state}}
    await check(served, [node("a", {"P": 3})], [rush])


@pytest.mark.parametrize(
    ("policy", "more", "capability"),
    [
        (
            {"strategy": "nearest"},
            {"dest": {"lat": 1, "lon": 1}},
            "node_without_coordinates",
        ),
        ({"max_km": 5}, {"dest": {"lat": 1, "lon": 1}}, "node_without_coordinates"),
        ({}, {"dest": {}}, "destination_without_coordinates"),
        ({}, {"ttl_s": 20_000}, "hold_outside_1_s_to_4_h"),
        ({}, {"ttl_s": 0}, "hold_outside_1_s_to_4_h"),
    ],
)
async def test_what_only_an_answer_shows_to_be_missing_is_skipped_then(
    served: tuple[Api, Server], policy: Json, more: Json, capability: str
) -> None:
    step = ask("hold", {"P": 1}, expect={}, **more)
    assert await skipped(served, [node("a", {"P": 1})], [step], policy) == (capability,)
