"""Rankings: the choices of one quote after the other, and what was sold before."""

import pytest

from shipfrom.v1 import inventory_service_pb2

from . import set_up
from .adapter import replay
from .calls import Api, Server, ask
from .made import case_of, check, node, skipped
from .names import Names
from .schema import Json
from .world import World

pytestmark = [
    pytest.mark.xdist_group("acceptance"),
    pytest.mark.asyncio(loop_scope="session"),
]
PARIS, LYON, NICE = (
    {"lat": 48.86, "lon": 2.35},
    {"lat": 45.76, "lon": 4.84},
    {"lat": 43.7, "lon": 7.27},
)
LASTING = {"strategy": "weeks_of_supply"}
SHOPS = [
    node("downtown", {"P": 18}, weekly_sales=9, priority=1),
    node("suburban", {"P": 14}, weekly_sales=2, priority=2),
    node("outlet", {"P": 22}, weekly_sales=1, priority=3),
]


def rank(*order: str, expect: Json | None = None, **asked: object) -> Json:
    """A step that expects this ranking."""
    return {"op": "rank", **asked, "expect": {"order": list(order), **(expect or {})}}


async def failed(
    served: tuple[Api, Server], nodes: list[Json], step: Json, policy: Json
) -> None:
    verdict = await replay(*served, case_of(nodes, [step], policy))
    assert verdict.result == "failed"


async def test_a_ranking_has_every_open_place_and_nothing_else(
    served: tuple[Api, Server],
) -> None:
    nodes = [
        node("c", {"P": 1}, priority=3),
        node("a", {}, priority=1),
        node("shut", {"P": 9}, priority=0, enabled=False),
        node("b", {"P": 1}, priority=2),
    ]
    await check(served, nodes, [rank("a", "b", "c"), rank("b", "c", sku="P")])
    await check(served, nodes, [rank("a", "c")], {"exclude": ["b"]})
    for wrong in (("b", "a", "c"), ("a", "b"), ("a", "b", "c", "shut")):
        await failed(served, nodes, rank(*wrong), {})


async def test_the_nearest_places_to_collect_have_distances(
    served: tuple[Api, Server],
) -> None:
    nodes = [
        node("paris", {}, pickup=True, **PARIS),
        node("lyon", {}, pickup=False, **LYON),
        node("nice", {}, pickup=True, **NICE),
    ]
    asked = {"dest": LYON, "policy": {"strategy": "nearest"}}
    all_three = {"lyon": 0, "nice": 299, "paris": 392}
    steps = [
        rank("lyon", "nice", "paris", expect={"distances_km": all_three}, **asked),
        rank("nice", "paris", pickup_only=True, **asked),
        rank("lyon", "nice", radius_km=300, **asked),
        rank("nice", radius_km=300, pickup_only=True, **asked),
    ]
    await check(served, nodes, steps)
    loose = {"distances_km": {"nice": 302}, "distance_tolerance_km": 4}
    await check(served, nodes, [rank("lyon", "nice", "paris", expect=loose, **asked)])
    for wrong in ({"nice": 302}, {"lyon": 0, "rome": 1}):
        expect = {"distances_km": wrong}
        step = rank("lyon", "nice", "paris", expect=expect, **asked)
        await failed(served, nodes, step, {})


async def test_weeks_of_supply_go_by_what_was_sold_and_not_by_stock(
    served: tuple[Api, Server],
) -> None:
    await check(
        served, SHOPS, [rank("outlet", "suburban", "downtown", sku="P")], LASTING
    )
    quiet = [{k: v for k, v in shop.items() if k != "weekly_sales"} for shop in SHOPS]
    # What nobody buys lasts everywhere: the priority decides.
    await check(
        served, quiet, [rank("downtown", "suburban", "outlet", sku="P")], LASTING
    )


async def test_an_order_takes_first_from_where_the_stock_lasts_longest(
    served: tuple[Api, Server],
) -> None:
    order = {"id": "o", "lines": [{"sku": "P", "qty": 30}]}
    allocations = {"outlet": {"P": 22}, "suburban": {"P": 8}}
    step = {"op": "commit", "order": order, "expect": {"allocations": allocations}}
    await check(served, SHOPS, [step], LASTING)


async def test_sales_are_orders_of_four_weeks_and_the_stock_is_the_case_s(
    served: tuple[Api, Server],
) -> None:
    api, server = served
    world = World(api, server, case_of(SHOPS, [], LASTING), Names("cover"))
    await set_up.build(world)

    request = inventory_service_pb2.ListCoverRequest(sku=world.names.sku("P"))
    answer = await ask(api.inventory.ListCover, request)

    assert answer.window_days == 28
    assert {
        world.names.read(cell.node_id): (cell.available, cell.sold, cell.days)
        for cell in answer.cells
    } == {"downtown": (18, 36, 14), "suburban": (14, 8, 49), "outlet": (22, 4, 154)}
    assert (await world.states(["P"]))["outlet"]["P"]["allocated"] == 0
    assert world.orders == {}


async def test_a_ranking_that_no_quote_can_be_asked_for_is_skipped(
    served: tuple[Api, Server],
) -> None:
    nodes = [node("a", {"P": 1}, pickup=True, groups=["g"])]
    for step, policy, name in (
        (rank("a"), {"strategy": "most_stock"}, "ranks_by_stock_of_no_sku"),
        (rank("a", pickup_only=True), {"groups": ["g"]}, "ranks_of_pickup_in_groups"),
        (rank("a", radius_km=0.5), {}, "fractional_radius"),
    ):
        assert await skipped(served, nodes, [step], policy) == (name,)
    many = [node(f"n{number}", {}) for number in range(102)]
    step = rank(*(each["id"] for each in many))
    assert await skipped(served, many, [step], {}) == ("ranks_beyond_100",)
