"""A small world for simulations: two nodes, one service, customers in New York."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import numpy as np

from allocation.network import Item, Lane, Network, Node
from allocation.order import Destination, Line, Order
from allocation.policy import Policy
from inventory.opening import OpeningStock
from inventory.operations import Cell
from router.routing import UNASKED, Routing
from router.simulate import (
    Report,
    Runs,
    Setting,
    SimulatedOrder,
    report_to_json,
    run,
    simulate,
)
from router.snapshot import snapshot_of

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
NEW_YORK = Destination(40.75, -73.99, "10001", residential=True)
SKUS = tuple(f"sku-{number}" for number in range(16))
POLICY = Policy(version="published")

NODES = (
    Node("nyc", 0, 40.71, -74.0, line_handling_minor=10),
    Node("lax", 1, 34.05, -118.24, line_handling_minor=10),
)
LANES = (
    Lane("near", "GROUND", 1, distance_km_max=500, base_minor=500, transit_days=1),
    Lane("far", "GROUND", 2, base_minor=900, step_minor=40, transit_days=5),
)


def setting(
    stock: Mapping[str, Mapping[str, int]],
    *,
    nodes: tuple[Node, ...] = NODES,
    **fields: object,
) -> Setting:
    """Units by node and SKU."""
    network = Network.compile(nodes, [Item(sku, weight_g=300) for sku in SKUS], LANES)
    cells = [
        Cell(sku, node_id, units)
        for node_id, units_of in stock.items()
        for sku, units in units_of.items()
    ]
    numbers = {node.node_id: node.number for node in nodes}
    opening = OpeningStock.of(cells, numbers)
    return Setting(snapshot_of(network), opening, **fields)  # type: ignore[arg-type]


def order(
    order_id: str,
    wanted: Mapping[str, int],
    *,
    minutes: float = 0,
    routing: Routing = UNASKED,
    abandoned: bool = False,
) -> SimulatedOrder:
    """An order so many minutes after noon."""
    lines = tuple(Line(sku, units) for sku, units in wanted.items())
    at = NOON + timedelta(minutes=minutes)
    return SimulatedOrder(order_id, at, Order(lines, NEW_YORK), routing, abandoned)


def many(count: int = 60) -> tuple[Setting, list[SimulatedOrder]]:
    """Orders of one to fifteen lines; the near node runs short of some of them."""
    rng = np.random.default_rng(3)
    near = dict(zip(SKUS, rng.integers(0, 40, len(SKUS)).tolist(), strict=True))
    world = setting({"nyc": near, "lax": dict.fromkeys(SKUS, 90)})
    wished = Routing(allow_partial=True, wanted_by=NOON.date() + timedelta(days=4))
    orders = []
    for number in range(count):
        lines = rng.permutation(SKUS)[: rng.integers(1, 16)].tolist()
        wanted = dict(zip(lines, rng.integers(1, 4, len(lines)).tolist(), strict=True))
        orders.append(order(str(number), wanted, minutes=number, routing=wished))
    return world, orders


async def outcomes(
    world: Setting, orders: Iterable[SimulatedOrder], policy: Policy = POLICY
) -> dict[str, object]:
    """Of one policy, by order: the nodes it ships from, or why it does not."""
    async for step in run(world, orders, {"only": policy}):
        if isinstance(step, Runs):
            return {
                each.order_id: each.node_ids or each.refusal
                for each in step.outcomes["only"]
            }
    raise AssertionError("a run ends with its outcomes")


async def report(
    world: Setting,
    orders: Iterable[SimulatedOrder],
    draft: Policy,
    *,
    baseline: Policy = POLICY,
    seed: int = 1,
) -> Report:
    """The last step of a simulation."""
    given = simulate(world, orders, baseline=baseline, draft=draft, seed=seed)
    *_, last = [step async for step in given]
    assert isinstance(last, Report)
    return last


async def report_bytes(*args: object, **kwargs: object) -> bytes:
    """Its canonical form."""
    return report_to_json(await report(*args, **kwargs))  # type: ignore[arg-type]
