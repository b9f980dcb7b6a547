"""One function for every op of the file that this release's API can do."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from shipfrom.v1 import checkout_service_pb2
from shipfrom.v1 import inventory_service_pb2 as pb

from .calls import Refused, ask, needs_if
from .lifecycle import goods_return, move, release, set_reserved, ship
from .ordering import (
    Identity,
    commit,
    hold,
    prepare,
    promise,
    quote,
    release_hold,
    reserve_at,
    reserve_batch_at,
)
from .outcome import Outcome, rejected
from .picking import rules_pick
from .places import CHARGED
from .policies import document
from .ranking import rank
from .routing import is_governed
from .schema import Json, Needs
from .world import World, duration

Op = Callable[[World, Json, Identity], Awaitable[Outcome]]

RETRIES = 20
"""A changed stock is worth another try; in a case no more than its copies compete."""


async def run(world: World, step: Json, *, number: int) -> Outcome:
    """Do one step of a case; `number` tells equal steps apart, a key joins them."""
    return await OPS[step["op"]](world, step, _identity(step, number))


async def _extend_hold(world: World, step: Json, identity: Identity) -> Outcome:
    live = world.live(step["order_id"])
    if not live:
        return rejected("NOT_RESERVED")
    for held in live:
        request = checkout_service_pb2.ExtendHoldRequest(
            request_id=world.names.request_id("extend", held.hold_id, *identity),
            hold_id=held.hold_id,
            ttl=duration(step["ttl_s"]),
        )
        try:
            await ask(world.api.checkout.ExtendHold, request)
        except Refused as refused:
            needs_if(refused, "ttl", "hold_outside_1_s_to_4_h")
            return rejected(refused.error)
    ends_at_s = world.now_s + step["ttl_s"]
    world.holds[step["order_id"]] = [
        replace(held, ends_at_s=ends_at_s) for held in live
    ]
    return Outcome(status="ok")


async def _tick(world: World, step: Json, identity: Identity) -> Outcome:
    await world.pass_time(step["seconds"])
    # In life the server's reaper runs while time passes.
    await world.server.settle()
    return Outcome(status="ok")


async def _sweep(world: World, step: Json, identity: Identity) -> Outcome:
    """The server ends old holds by itself; `removed` counts those since last time."""
    await world.server.settle()
    expired = (await world.entries()).count("EXPIRE")
    removed, world.expired_seen = expired - world.expired_seen, expired
    return Outcome(status="ok", removed=removed)


async def _adjust(world: World, step: Json, identity: Identity) -> Outcome:
    try:
        await _change_on_hand(world, step, identity)
    except Refused as refused:
        wants_no = step.get("expect", {}).get("status") == "rejected"
        if refused.reason == "NEGATIVE_STOCK" and "floor" in step and not wants_no:
            # The API refuses a delta below zero whole; it never takes a part of it.
            raise Needs("clamped_adjustment") from refused
        return rejected(refused.error)
    # In life the server serves those who wait within seconds.
    await world.server.settle()
    return Outcome(status="ok")


async def _change_on_hand(world: World, step: Json, identity: Identity) -> None:
    request_id = world.names.request_id("adjust", *identity)
    node_id, sku = world.names.node(step["location"]), world.names.sku(step["sku"])
    if "set_on_hand" in step:
        on_hand = world.case.units(step["set_on_hand"])
        count = pb.StockCount(node_id=node_id, sku=sku, on_hand=on_hand)
        counted = pb.SetStockRequest(
            request_id=request_id,
            counts=[count],
            refuse_below_allocated=step.get("guard_allocated", False),
        )
        await ask(world.api.inventory.SetStock, counted)
    else:
        units = world.case.units(step["delta"])
        delta = pb.StockDelta(node_id=node_id, sku=sku, delta=units)
        changed = pb.AdjustStockRequest(request_id=request_id, deltas=[delta])
        await ask(world.api.inventory.AdjustStock, changed)


async def _available(world: World, step: Json, identity: Identity) -> Outcome:
    if step.get("raw"):
        names = step.get("locations") or [place["id"] for place in world.case.places]
        nodes = {world.names.node(name) for name in names}
        units = sum(
            world.raw_available(cell)
            for cell in await world.cells(step["sku"])
            if cell.node_id in nodes
        )
        return Outcome(status="ok", available=units)
    request = checkout_service_pb2.GetAvailabilityRequest(
        skus=[world.names.sku(step["sku"])],
        node_ids=[world.names.node(name) for name in step.get("locations") or ()],
    )
    answer = await ask(world.api.checkout.GetAvailability, request)
    return Outcome(status="ok", available=sum(item.available for item in answer.items))


async def _parallel(world: World, step: Json, identity: Identity) -> Outcome:
    """Every copy of every op at the same time; copies have order ids of their own."""
    copies = [
        _copy(op, copy) for op in step["ops"] for copy in range(op.get("times", 1))
    ]
    await _prepare_all(world, copies)
    outcomes = await asyncio.gather(
        *(
            _until_settled(world, op, _identity(op, (*identity, number)))
            for number, op in enumerate(copies)
        )
    )
    refused = sum(outcome.refused for outcome in outcomes)
    return Outcome(
        status="ok",
        succeeded=len(outcomes) - refused,
        rejected=refused,
        plans=[outcome for outcome in outcomes if not outcome.refused],
    )


async def _prepare_all(world: World, ops: list[Json]) -> None:
    """Put in place what all ops need, once; the server has one policy at a time."""
    orders = [op for op in ops if "order" in op]
    wishes = [world.wish(op["order"], world.policy(op)) for op in orders]
    wanted = {
        (
            wish.strategy in CHARGED and wish.strategy,
            bool(wish.policy.get("ignore_capacity")),
            str(written),
        )
        for wish in wishes
        for written in [document(world.case, world.names, wish)]
    }
    governed = any(is_governed(wish.policy) for wish in wishes)
    if len(wanted) > 1 or (governed and len(orders) < len(ops)):
        raise Needs("several_policies_at_the_same_time")
    if wishes:
        await prepare(world, wishes[0])


def _copy(op: Json, copy: int) -> Json:
    if op.get("same_order"):
        # One order, sent again and again: the same request, as a retry would be.
        return {**op, "key": op.get("key", "same order")}
    changed = {**op}
    if "order" in op:
        changed["order"] = {**op["order"], "id": f"{op['order']['id']}~{copy}"}
    if "order_id" in op:
        changed["order_id"] = f"{op['order_id']}~{copy}"
    return changed


async def _until_settled(world: World, op: Json, identity: Identity) -> Outcome:
    """A caller tries again when stock moved under the planner, as the status says."""
    outcome = await OPS[op["op"]](world, op, identity)
    for attempt in range(RETRIES):
        if outcome.error != "STOCK_CHANGED":
            break
        outcome = await OPS[op["op"]](world, op, (*identity, "again", attempt))
    return outcome


def _identity(step: Json, number: object) -> Identity:
    if "key" in step:
        return (step["op"], "key", step["key"])
    return (step["op"], number)


OPS: Mapping[str, Op] = {
    "quote": quote,
    "hold": hold,
    "commit": commit,
    "reserve_at": reserve_at,
    "reserve_batch_at": reserve_batch_at,
    "release_hold": release_hold,
    "extend_hold": _extend_hold,
    "tick": _tick,
    "sweep": _sweep,
    "adjust": _adjust,
    "available": _available,
    "rules_pick": rules_pick,
    "rank": rank,
    "ship": ship,
    "release": release,
    "return": goods_return,
    "set_reserved": set_reserved,
    "move": move,
    "promise": promise,
    "parallel": _parallel,
}
