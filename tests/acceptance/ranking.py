"""`rank`: where one unit would ship from, again and again, without those before.

The API has no list of candidates in order, but every quote names one node, and may
leave nodes out: the order in which they are named is the ranking. Where a step asks of
no SKU, the unit is of a thing that every place has.
"""

from dataclasses import replace

from shipfrom.v1 import checkout_service_pb2, order_pb2

from .calls import Refused, ask, needs_if
from .ordering import Identity, prepare
from .outcome import Outcome
from .picking import furnish
from .routing import Wish, attempts
from .schema import Json
from .world import World


async def rank(world: World, step: Json, identity: Identity) -> Outcome:
    """Every place that one unit may ship from, the best first, with its distance."""
    wish = await _wish(world, step, identity)
    await prepare(world, wish)
    # The last attempt: one unit comes from one place anyway.
    routing = attempts(wish, world.names)[-1]
    if step.get("pickup_only"):
        routing.node_tags.append(world.names.pickup())
    found: dict[str, int] = {}
    while shipment := await _best(world, wish, routing):
        found[world.names.read(shipment.node_id)] = shipment.distance_km
        routing.exclude_node_ids.append(shipment.node_id)
    return Outcome(status="ok", order=tuple(found), distances_km=found)


async def _wish(world: World, step: Json, identity: Identity) -> Wish:
    """One unit, sent to where the step says."""
    policy = world.policy(step)
    if step.get("radius_km"):
        policy["max_km"] = step["radius_km"]
    asked = {key: step[key] for key in step if key == "dest"}
    wish = world.wish({"id": "", "lines": [], **asked}, policy)
    if "sku" in step:
        sku = world.names.sku(step["sku"])
    else:
        sku = world.names.id("anything", *identity)
        places = [place["id"] for place in world.case.places]
        await furnish(world, places, sku, identity)
    return replace(wish, lines=(order_pb2.Line(sku=sku, quantity=1),))


async def _best(
    world: World, wish: Wish, routing: order_pb2.Routing
) -> order_pb2.Shipment | None:
    """Where the unit ships from; None when no place is left."""
    request = checkout_service_pb2.QuoteRequest(
        lines=wish.lines, ship_to=wish.ship_to, routing=routing
    )
    try:
        plan = (await ask(world.api.checkout.Quote, request)).best
    except Refused as refused:
        needs_if(refused, "ship_to", "destination_without_coordinates")
        needs_if(refused, "routing.exclude_node_ids", "ranks_beyond_100")
        raise
    return next(iter(plan.shipments), None)
