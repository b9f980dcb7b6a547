"""What policies of the schema become that a case has to publish."""

from typing import Any

import pytest

from .adapter import replay
from .calls import Api, Server
from .made import ask, case_of, check, gets, node, skipped
from .names import Names
from .policies import document
from .routing import Wish
from .schema import Json

pytestmark = [
    pytest.mark.xdist_group("acceptance"),
    pytest.mark.asyncio(loop_scope="session"),
]

NO: Json = {"status": "rejected", "error": "INSUFFICIENT_STOCK", "allocations": {}}
NEAR = [
    {"name": "near, one", "max_km": 161, "split": "no_order_split"},
    {"name": "near", "max_km": 161, "partial": "reject"},
    {"name": "anywhere, one", "split": "no_order_split"},
    {"name": "anywhere"},
]
BOTH = {"A": 1, "B": 1}


async def test_a_shipment_is_split_off_only_if_every_part_is_worth_it(
    served: tuple[Api, Server],
) -> None:
    nodes = [node("a", {"A": 1}), node("b", {"B": 1}), node("c", {"A": 1, "B": 1})]
    policy = {"strategy": "priority"}
    prices = {"A": {"price": 0.5}, "B": {"price": 99.75}}
    steps = [
        ask("quote", BOTH, policy={"min_shipment_value": least}, expect=expect)
        for least, expect in (
            (0.5, gets(a={"A": 1}, b={"B": 1})),
            (0.51, gets(c=BOTH)),
            (None, gets(a={"A": 1}, b={"B": 1})),
        )
    ]
    await check(served, nodes, steps, policy, skus=prices)


async def test_what_is_left_must_be_worth_a_shipment_too(
    served: tuple[Api, Server],
) -> None:
    nodes = [node("a", {"A": 1}), node("b", {"A": 1})]
    policy = {"partial": "accept", "min_shipment_value": 100}
    for left, expect in ((1, {"status": "partial"}), (0.9, {"allocations": {}})):
        prices = {"A": {"price": 100}, "B": {"price": 100 * left}}
        await check(
            served, nodes, [ask("quote", BOTH, expect=expect)], policy, skus=prices
        )


async def test_an_order_that_may_not_be_split_for_its_value_is_rejected(
    served: tuple[Api, Server],
) -> None:
    nodes = [node("a", {"A": 1}), node("b", {"B": 1})]
    prices = {"A": {"price": 160}, "B": {"price": 40}}
    steps = [ask(op, BOTH, expect=NO) for op in ("quote", "commit")]
    await check(served, nodes, steps, {"min_shipment_value": 100}, skus=prices)


async def test_pick_up_is_from_that_place_or_not_at_all(
    served: tuple[Api, Server],
) -> None:
    nodes = [node("full", {"P": 9}), node("desk", {"P": 3})]
    policy = {"strategy": "most_stock", "pickup_location": "desk"}
    steps = [
        ask("quote", {"P": 4}, expect={**NO, "short": {"P": 1}}),
        ask("commit", {"P": 3}, expect=gets(desk={"P": 3})),
    ]
    await check(served, nodes, steps, policy)


@pytest.mark.parametrize(
    ("place", "name"),
    [("shop", "pickup_where_nobody_collects"), ("moon", "pickup_elsewhere")],
)
async def test_pick_up_where_it_cannot_be_is_skipped(
    served: tuple[Api, Server], place: str, name: str
) -> None:
    nodes = [node("shop", {"P": 3}, pickup=False)]
    step = ask("quote", {"P": 1}, expect={})
    assert await skipped(served, nodes, [step], {"pickup_location": place}) == (name,)


@pytest.mark.parametrize("groups", [[["A", "B"]], ["A", "B"]])
async def test_what_stays_together_comes_from_one_place(
    served: tuple[Api, Server], groups: list[Any]
) -> None:
    nodes = [
        node("a", {"A": 1, "C": 1}),
        node("b", {"B": 1}),
        node("c", {"A": 1, "B": 1}),
    ]
    wanted = {"A": 1, "B": 1, "C": 1}
    apart = gets(a={"A": 1, "C": 1}, b={"B": 1})
    together = gets(a={"C": 1}, c={"A": 1, "B": 1})
    steps = [
        ask("quote", wanted, expect=apart),
        ask("commit", wanted, policy={"keep_together": groups}, expect=together),
    ]
    await check(served, nodes, steps)


async def test_a_place_must_have_more_than_the_threshold(
    served: tuple[Api, Server],
) -> None:
    nodes = [node("a", {"P": 5}), node("b", {"P": 6}), node("c", {"P": 9})]
    above = {"min_location_stock_above": 5}
    steps = [
        ask("quote", {"P": 7}, policy=above, expect=gets(b={"P": 6}, c={"P": 1})),
        ask(
            "quote",
            {"P": 7},
            policy={**above, "safety_stock": 2},
            expect=gets(c={"P": 7}),
        ),
    ]
    await check(served, nodes, steps)
    two = [ask("quote", {"P": 1, "Q": 1}, policy=above, expect={})]
    reason = "node_stock_threshold_of_several_skus"
    assert await skipped(served, nodes, two, {}) == (reason,)


@pytest.mark.parametrize(
    ("stock", "expect"),
    [
        (({"A": 1, "B": 1}, {"A": 1}, {"A": 9, "B": 9}), gets(n1=BOTH)),
        (({"A": 1}, {"B": 1}, {"A": 9, "B": 9}), gets(n1={"A": 1}, n2={"B": 1})),
        (({"A": 1}, {"A": 1}, {"A": 9, "B": 9}), gets(far=BOTH)),
        (({"A": 1}, {}, {"B": 9}), gets(n1={"A": 1}, far={"B": 1})),
        (({"A": 1}, {}, {"A": 9}), {**NO, "short": {"B": 1}}),
    ],
)
@pytest.mark.parametrize("op", ["quote", "commit"])
async def test_a_cascade_goes_on_to_the_next_rule_while_something_is_missing(
    served: tuple[Api, Server], op: str, stock: tuple[Json, ...], expect: Json
) -> None:
    km = {"n1": 20, "n2": 90, "far": 900}
    nodes = [
        node(name, here, distance_km=away)
        for (name, away), here in zip(km.items(), stock, strict=True)
    ]
    policy = {"strategy": "nearest", "rules": NEAR}
    await check(served, nodes, [ask(op, BOTH, expect=expect)], policy)


async def test_one_location_first_is_tried_within_each_rule(
    served: tuple[Api, Server],
) -> None:
    nodes = [
        node("n1", {"A": 1}, distance_km=20),
        node("n2", {"B": 1}, distance_km=90),
        node("far", BOTH, distance_km=900),
    ]
    step = ask("quote", BOTH, expect=gets(n1={"A": 1}, n2={"B": 1}))
    policy = {"strategy": "single_location_first", "rules": [{"max_km": 161}, {}]}
    await check(served, nodes, [step], policy)


async def test_a_rule_may_name_groups_and_leave_places_out_until_the_next(
    served: tuple[Api, Server],
) -> None:
    nodes = [
        node("shop", {"A": 9}),
        node("west", {"A": 1}, groups=["depots"]),
        node("east", {"A": 2}, groups=["depots", "old"]),
    ]
    rules = [
        {"groups": ["depots"], "exclude": ["east"]},
        {"groups": ["depots", "old"]},
        {"groups": []},
    ]
    steps = [
        ask("quote", {"A": 1}, expect=gets(west={"A": 1})),
        ask("quote", {"A": 3}, expect=gets(west={"A": 1}, east={"A": 2})),
        ask("quote", {"A": 4}, expect=gets(shop={"A": 4})),
    ]
    await check(served, nodes, steps, {"rules": rules})


@pytest.mark.parametrize(
    ("policy", "name"),
    [
        ({"rules": [{}, {"groups": ["x"]}]}, "rule_that_narrows_again"),
        (
            {"rules": [{"exclude": ["a"]}, {"exclude": ["b"]}]},
            "rule_that_narrows_again",
        ),
        ({"rules": [{"partial": "accept"}, {}]}, "rule_that_keeps_a_part"),
        ({"partial": "accept", "rules": [{}]}, "rule_that_keeps_a_part"),
        ({"rules": [{"strategy": "nearest"}]}, "rule_that_changes_strategy"),
        ({"rules": [{"safety_stock": 3}]}, "rule_that_changes_safety_stock"),
        ({"rules": [{"backorder": True}]}, "rule field backorder"),
        ({"rules": [{"max_km": 0.5}]}, "fractional_radius"),
        ({"rules": [{"split": "by moon"}]}, "split by moon"),
        ({"rules": {"max_km": 3}}, "rules of another form"),
        ({"keep_together": [["A"], "B"]}, "keep_together of another form"),
    ],
)
async def test_what_no_document_says_is_a_skip_with_its_name(
    served: tuple[Api, Server], policy: Json, name: str
) -> None:
    step = ask("quote", {"A": 1}, expect={})
    assert await skipped(served, [node("a", {"A": 1})], [step], policy) == (name,)


async def test_a_policy_holds_for_its_step_and_is_out_of_force_after_the_case(
    served: tuple[Api, Server],
) -> None:
    nodes = [node("a", {"P": 5}), node("b", {"P": 9})]
    promise = {"op": "reserve_at", "order_id": "r", "location": "a"}
    promise |= {"sku": "P", "qty": 1}
    steps = [
        ask(
            "quote",
            {"P": 1},
            policy={"min_location_stock_above": 5},
            expect=gets(b={"P": 1}),
        ),
        {**promise, "expect": {"status": "ok"}},
        ask("quote", {"P": 1}, order_id="q", expect=gets(a={"P": 1})),
        ask("quote", {"P": 1}, policy={"min_location_stock_above": 8}, expect={}),
    ]
    await check(served, nodes, steps)
    last = case_of(nodes, [ask("quote", {"P": 1}, expect=gets(a={"P": 1}))], {})
    assert (await replay(*served, last)).reasons == ()


async def test_a_wrong_expectation_under_a_published_policy_fails(
    served: tuple[Api, Server],
) -> None:
    nodes = [node("a", {"A": 1}, distance_km=9), node("b", BOTH, distance_km=900)]
    for wrong in (gets(a={"A": 1}, b={"B": 1}), NO, {"shipments": 2}):
        case = case_of(nodes, [ask("quote", BOTH, expect=wrong)], {"rules": NEAR})
        assert (await replay(*served, case)).result == "failed"


async def test_copies_at_the_same_time_share_one_policy(
    served: tuple[Api, Server],
) -> None:
    nodes = [node("a", {"P": 2}), node("b", {"P": 9})]
    above = {"min_location_stock_above": 2}
    rush = ask("commit", {"P": 1}, times=3, policy=above)
    steps = [
        {
            "op": "parallel",
            "ops": [rush],
            "expect": {"succeeded": 3, "state": {"b": {"P": {"allocated": 3}}}},
        }
    ]
    await check(served, nodes, steps)
    other = ask("commit", {"P": 1}, order_id="other")
    mixed: list[Json] = [{"op": "parallel", "ops": [rush, other], "expect": {}}]
    name = "several_policies_at_the_same_time"
    assert await skipped(served, nodes, mixed, {}) == (name,)


ABC = ["A", "B", "C"]


@pytest.mark.parametrize(
    ("rankings", "default", "picked"),
    [
        ([{"A": 2, "B": 0.5, "C": 1}], "A", "B"),
        ([{"A": 0, "B": 0, "C": 1}, {"A": 5, "B": 1, "C": 0}], "A", "B"),
        ([{"A": 0, "B": 0, "C": 0}], "C", "C"),
        ([{"A": 1, "B": 0, "C": 0}], "A", "B"),
        ([{"A": None, "B": 7, "C": None}], "A", "B"),
        ([{"A": None, "B": None, "C": None}, {"C": -3, "A": 0}], "A", "C"),
        ([], "B", "B"),
        ([], None, "A"),
    ],
)
async def test_rankings_pick_by_the_first_that_tells_them_apart(
    served: tuple[Api, Server], rankings: list[Json], default: str, picked: str
) -> None:
    step = {"op": "rules_pick", "locations": ABC, "rankings": rankings}
    step |= {"default": default, "expect": {"picked": picked}}
    await check(served, [], [step])
    await check(served, [node("B", {"P": 1}, priority=9)], [step, step])
    for wrong in ({"D", "A", "B", "C"} - {picked}, {None}):
        for name in wrong:
            case = case_of([], [{**step, "expect": {"picked": name}}], {})
            assert (await replay(*served, case)).result == "failed"


async def test_where_there_is_no_location_nothing_is_picked(
    served: tuple[Api, Server],
) -> None:
    step = {"op": "rules_pick", "locations": [], "rankings": [], "default": "A"}
    await check(served, [], [{**step, "expect": {"picked": None}}])
    case = case_of([], [{**step, "expect": {"picked": "A"}}], {})
    assert (await replay(*served, case)).result == "failed"
    quoted = ask("quote", {"P": 1}, expect={"picked": None})
    case = case_of([node("a", {"P": 1})], [quoted], {})
    assert (await replay(*served, case)).result == "failed"


async def test_a_place_takes_as_many_orders_a_day_as_its_capacity(
    served: tuple[Api, Server],
) -> None:
    nodes = [
        node("none", {"P": 9}, capacity=0),
        node("two", {"P": 9}, capacity=2),
        node("any", {"P": 9}, capacity=None),
    ]
    steps = [
        ask("commit", {"P": 3}, order_id="1", expect=gets(two={"P": 3})),
        ask(
            "quote",
            {"P": 1},
            policy={"ignore_capacity": True},
            expect=gets(none={"P": 1}),
        ),
        ask(
            "commit",
            {"P": 1},
            order_id="2",
            policy={"ignore_capacity": True, "exclude": ["none"]},
            expect=gets(two={"P": 1}),
        ),
        ask("commit", {"P": 3}, order_id="3", expect=gets(any={"P": 3})),
    ]
    await check(served, nodes, steps)
    named = {"op": "available", "sku": "P", "expect": {}}
    assert await skipped(served, nodes, [named], {}) == ("capacity beside available",)


async def test_an_order_that_needs_no_policy_publishes_none(
    served: tuple[Api, Server],
) -> None:
    case = case_of([], [], {})
    wish = Wish("o", (), None, {"max_km": 3, "groups": ["x"]})  # type: ignore[arg-type]
    assert document(case, Names("n"), wish) is None
