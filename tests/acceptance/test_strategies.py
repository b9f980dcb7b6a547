"""What strategies, splits and filters of the schema become."""

import pytest

from .calls import Api, Server
from .made import ask, check, gets, node

pytestmark = [
    pytest.mark.xdist_group("acceptance"),
    pytest.mark.asyncio(loop_scope="session"),
]


async def test_priority_takes_what_the_first_has_and_the_rest_from_the_next(
    served: tuple[Api, Server],
) -> None:
    nodes = [
        node("c", {"P": 9}, priority=3),
        node("a", {"P": 2}, priority=1),
        node("b", {"P": 2}, priority=1),
    ]
    step = ask("quote", {"P": 5}, expect=gets(a={"P": 2}, b={"P": 2}, c={"P": 1}))
    await check(served, nodes, [step], {"strategy": "priority"})


async def test_unsplit_lines_come_from_the_first_node_with_all_of_it(
    served: tuple[Api, Server],
) -> None:
    nodes = [node("a", {"P": 3, "Q": 9}), node("b", {"P": 5, "Q": 9})]
    expect = gets(b={"P": 5}, a={"Q": 1})
    step = ask("quote", {"P": 5, "Q": 1}, expect=expect)
    await check(served, nodes, [step], {"split": "no_line_split"})


async def test_unsplit_orders_come_from_the_first_node_with_everything(
    served: tuple[Api, Server],
) -> None:
    nodes = [
        node("a", {"P": 5}),
        node("b", {"P": 5, "Q": 1}),
        node("c", {"P": 9, "Q": 9}),
    ]
    step = ask(
        "commit", {"P": 5, "Q": 1}, expect={**gets(b={"P": 5, "Q": 1}), "shipments": 1}
    )
    await check(served, nodes, [step], {"split": "no_order_split"})


async def test_single_location_first_falls_back_to_priority(
    served: tuple[Api, Server],
) -> None:
    nodes = [node("a", {"P": 2}), node("b", {"P": 4}), node("c", {"P": 9})]
    steps = [
        ask("commit", {"P": 3}, expect=gets(b={"P": 3})),
        ask("commit", {"P": 10}, expect=gets(a={"P": 2}, b={"P": 1}, c={"P": 7})),
    ]
    await check(served, nodes, steps, {"strategy": "single_location_first"})


async def test_most_stock_goes_by_units_then_priority(
    served: tuple[Api, Server],
) -> None:
    nodes = [
        node("a", {"P": 4, "Q": 5}, priority=2),
        node("b", {"P": 6, "Q": 5}, priority=1),
    ]
    expect = gets(b={"P": 6, "Q": 1}, a={"P": 1})
    step = ask("quote", {"P": 7, "Q": 1}, expect=expect)
    await check(served, nodes, [step], {"strategy": "most_stock"})


async def test_cheapest_goes_by_unit_costs(served: tuple[Api, Server]) -> None:
    nodes = [
        node("dear", {"P": 9}, unit_cost=2.5, priority=1),
        node("fair", {"P": 9}, unit_cost=1.25, priority=3),
        node("best", {"P": 2}, unit_cost=0.5, priority=2),
    ]
    step = ask("commit", {"P": 5}, expect=gets(best={"P": 2}, fair={"P": 3}))
    await check(served, nodes, [step], {"strategy": "cheapest"})


async def test_fewest_splits_breaks_ties_by_priority(
    served: tuple[Api, Server],
) -> None:
    nodes = [
        node("z", {"P": 4, "Q": 4}, priority=3),
        node("m", {"P": 4, "Q": 4}, priority=2),
        node("a", {"P": 3, "Q": 1}, priority=1),
    ]
    steps = [
        ask("quote", {"P": 4, "Q": 2}, expect=gets(m={"P": 4, "Q": 2})),
        ask("quote", {"P": 6}, expect={**gets(a={"P": 3}, m={"P": 3}), "shipments": 2}),
        ask("quote", {"P": 8}, expect=gets(m={"P": 4}, z={"P": 4})),
    ]
    await check(served, nodes, steps, {"strategy": "fewest_splits"})


async def test_a_strategy_of_one_step_does_not_outlive_it(
    served: tuple[Api, Server],
) -> None:
    nodes = [node("a", {"P": 3}, unit_cost=9), node("b", {"P": 4}, unit_cost=1)]
    steps = [
        ask(
            "quote", {"P": 3}, expect=gets(b={"P": 3}), policy={"strategy": "cheapest"}
        ),
        ask(
            "quote",
            {"P": 3},
            expect=gets(a={"P": 3}),
            policy={"strategy": "fewest_splits"},
        ),
        ask(
            "quote", {"P": 3}, expect=gets(b={"P": 3}), policy={"strategy": "cheapest"}
        ),
        ask("quote", {"P": 3}, expect=gets(a={"P": 3})),
    ]
    await check(served, nodes, steps)


async def test_nearest_goes_by_coordinates_or_by_given_distances(
    served: tuple[Api, Server],
) -> None:
    paris, lyon = {"lat": 48.86, "lon": 2.35}, {"lat": 45.76, "lon": 4.84}
    placed = [node("paris", {"P": 2}, **paris), node("lyon", {"P": 9}, **lyon)]
    dest = {"lat": 47.3, "lon": 5.0}
    step = ask("quote", {"P": 3}, dest=dest, expect=gets(lyon={"P": 3}))
    await check(served, placed, [step], {"strategy": "nearest"})
    given = [
        node("far", {"P": 9}, distance_km=900),
        node("near", {"P": 2}, distance_km=20),
    ]
    step = ask("quote", {"P": 3}, expect=gets(near={"P": 2}, far={"P": 1}))
    await check(served, given, [step], {"strategy": "nearest"})


async def test_equal_distances_go_by_priority(served: tuple[Api, Server]) -> None:
    nodes = [
        node("a", {"P": 2}, distance_km=50, priority=2),
        node("b", {"P": 2}, distance_km=50, priority=1),
    ]
    step = ask("quote", {"P": 3}, expect=gets(b={"P": 2}, a={"P": 1}))
    await check(served, nodes, [step], {"strategy": "nearest"})


async def test_a_radius_includes_its_edge(served: tuple[Api, Server]) -> None:
    nodes = [
        node("edge", {"P": 1}, distance_km=161),
        node("out", {"P": 9}, distance_km=162),
    ]
    refused = {"status": "rejected", "error": "INSUFFICIENT_STOCK", "short": {"P": 1}}
    steps = [
        ask("quote", {"P": 1}, expect=gets(edge={"P": 1})),
        ask("quote", {"P": 2}, expect=refused),
        ask(
            "commit",
            {"P": 2},
            expect=gets(edge={"P": 1}, out={"P": 1}),
            policy={"max_km": 162},
        ),
    ]
    await check(served, nodes, steps, {"strategy": "nearest", "max_km": 161})


async def test_groups_and_exclusions_leave_nodes_out(
    served: tuple[Api, Server],
) -> None:
    nodes = [
        node("a", {"P": 2}, groups=["eu", "de"]),
        node("b", {"P": 2}, groups=["us"]),
        node("c", {"P": 2}),
    ]
    steps = [
        ask("quote", {"P": 2}, policy={"groups": ["us"]}, expect=gets(b={"P": 2})),
        ask(
            "quote",
            {"P": 4},
            policy={"groups": ["us", "de"]},
            expect=gets(a={"P": 2}, b={"P": 2}),
        ),
        ask("quote", {"P": 2}, policy={"exclude": ["a", "b"]}, expect=gets(c={"P": 2})),
    ]
    await check(served, nodes, steps)
