"""`rules_pick`: rankings of locations, one after the other, as the rules of a policy.

A ranking is a charge: so much for each place behind the best, and so much more than all
later rankings together that those decide among equals only. One unit that every
location has is then asked for, and the node of the cheapest plan is what was picked.
"""

from collections.abc import Sequence

from shipfrom.v1 import (
    checkout_service_pb2,
    inventory_service_pb2,
    network_service_pb2,
    order_pb2,
)
from shipfrom.v1 import policy_pb2 as pb

from . import places
from .calls import ask
from .names import Names
from .outcome import Outcome
from .routing import EARTH_KM
from .schema import Json, Needs
from .set_up import write_nodes_for
from .world import World

AMOUNT_MAX = 100_000_000
"""Most minor units of a rule's charge."""

Levels = dict[str, int]
"""Places behind the best, by location."""


async def rules_pick(world: World, step: Json, identity: tuple[object, ...]) -> Outcome:
    """Ask where one unit ships from under the rankings."""
    locations, sku = step.get("locations") or [], world.names.id("pick", *identity)
    await write_nodes_for(world, "", ignoring_capacity=False)
    await furnish(world, locations, sku, identity)
    await world.govern(document(world.names, locations, step))
    request = checkout_service_pb2.QuoteRequest(
        lines=[order_pb2.Line(sku=sku, quantity=1)],
        ship_to=order_pb2.Destination(location=places.somewhere()),
        routing=order_pb2.Routing(
            objective=order_pb2.OBJECTIVE_CHEAPEST, max_distance_km=EARTH_KM
        ),
    )
    plan = (await ask(world.api.checkout.Quote, request)).best
    names = [world.names.read(shipment.node_id) for shipment in plan.shipments]
    return Outcome(status="ok", picked=tuple(names))


def document(names: Names, locations: Sequence[str], step: Json) -> pb.Policy:
    """The rankings, then the default, then the order of listing, as charges."""
    rankings = [_levels(locations, ranking) for ranking in step.get("rankings") or ()]
    default = {name: int(name != step.get("default")) for name in locations}
    listed = {name: place for place, name in enumerate(locations)}
    found = pb.Policy(name="rankings", say="The first ranking decides, then the next")
    worth = 1
    for number, levels in enumerate((listed, default, *reversed(rankings))):
        for level in sorted(set(levels.values()) - {0}):
            if level * worth > AMOUNT_MAX:
                raise Needs("longer_rankings")
            name = f"ranking {number} from the last, {level} behind the best"
            rule = found.rules.add(id=name, say=name, do=pb.VERB_CHARGE)
            rule.amount_minor, rule.per = level * worth, pb.PER_SHIPMENT
            asked = rule.where.add(field="node.id", op=pb.OP_IN)
            behind = [name for name in locations if levels[name] == level]
            asked.value.texts.values.extend(map(names.node, behind))
        worth *= max(levels.values(), default=0) + 1
    return found


def _levels(locations: Sequence[str], ranking: Json) -> Levels:
    """Lower is better; a location that the ranking abstains from comes last in it."""
    given = {name: ranking.get(name) for name in locations}
    steps = sorted({value for value in given.values() if value is not None})
    return {
        name: len(steps) if value is None else steps.index(value)
        for name, value in given.items()
    }


async def furnish(
    world: World, locations: Sequence[str], sku: str, identity: tuple[object, ...]
) -> None:
    """One unit of a SKU at every location; those that the set-up lacks become nodes."""
    item = network_service_pb2.UpsertItemsRequest(
        request_id=world.names.request_id("pick item", *identity),
        items=[network_service_pb2.Item(sku=sku)],
    )
    await ask(world.api.network.UpsertItems, item)
    known = {place["id"] for place in world.case.places}
    new = network_service_pb2.UpsertNodesRequest(
        request_id=world.names.request_id("pick nodes", *identity),
        nodes=[
            network_service_pb2.Node(
                node_id=world.names.node(name), location=places.somewhere()
            )
            for name in locations
            if name not in known
        ],
    )
    if new.nodes:
        await ask(world.api.network.UpsertNodes, new)
    counts = inventory_service_pb2.SetStockRequest(
        request_id=world.names.request_id("pick stock", *identity),
        counts=[
            inventory_service_pb2.StockCount(
                node_id=world.names.node(name), sku=sku, on_hand=1
            )
            for name in locations
        ],
    )
    if counts.counts:
        await ask(world.api.inventory.SetStock, counts)
