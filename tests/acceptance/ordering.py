"""Steps about orders: quote, hold, commit, and promises at named nodes."""

from shipfrom.v1 import checkout_service_pb2, order_pb2, order_service_pb2

from .calls import Refused, ask, needs_if
from .outcome import Outcome, Units, ordered, planned, rejected, unfilled
from .policies import document
from .routing import SHIPMENTS_MAX, Wish, attempts
from .schema import Json, Needs
from .set_up import write_nodes_for
from .world import TTL_S, Held, Unit, World

Identity = tuple[object, ...]
"""What makes a step itself: repeated under one key, it is one step."""


async def prepare(world: World, wish: Wish) -> None:
    """Write nodes and publish the policy as the wish needs them; most need neither."""
    ignoring = bool(wish.policy.get("ignore_capacity"))
    await write_nodes_for(world, wish.strategy, ignoring_capacity=ignoring)
    await world.govern(document(world.case, world.names, wish))
    if wish.strategy == "weeks_of_supply":
        # In life the server learns within seconds what a policy asks for.
        await world.server.settle()


async def quote(world: World, step: Json, identity: Identity) -> Outcome:
    """Ask for a plan; nothing is stored."""
    wish = world.wish(step["order"], world.policy(step))
    wanted = {line.sku for line in wish.lines}
    for held in world.live(wish.order_id):
        if wanted & {sku for _, sku, _ in held.units}:
            # A quote does not know which of the held units are the asker's own.
            raise Needs("quote_beside_own_hold")
    await prepare(world, wish)
    try:
        plan = await _best(world, wish)
    except Refused as refused:
        return rejected(refused.error)
    missing = unfilled(plan, world.names)
    if missing and not wish.partial and not plan.queue:
        return rejected("INSUFFICIENT_STOCK", missing)
    return planned(plan, world.names)


async def hold(world: World, step: Json, identity: Identity) -> Outcome:
    """Hold a plan in place of what the order held before."""
    wish = world.wish(step["order"], world.policy(step))
    await prepare(world, wish)
    ttl_s = step.get("ttl_s", TTL_S)
    before = [
        held
        for held in world.live(wish.order_id)
        if held.hold_id not in _hold_ids(world, wish, identity)
    ]
    for held in before:
        await world.release(held)
    try:
        answer = await _hold(world, wish, identity, ttl_s=ttl_s)
    except Refused as refused:
        short = await _short(world, wish)
        world.holds[wish.order_id] = [
            await _again(world, held, identity) for held in before
        ]
        return rejected(refused.error, short)
    kept = Held(answer.hold_id, wish, _units(answer.plan), world.now_s + ttl_s)
    world.holds[wish.order_id] = [kept]
    return planned(answer.plan, world.names)


async def commit(world: World, step: Json, identity: Identity) -> Outcome:
    """Commit the order's hold when it is for the same wish, else hold and commit."""
    wish = world.wish(step["order"], world.policy(step))
    await prepare(world, wish)
    if identity in world.committed:
        return await _commit(world, wish, world.committed[identity], identity)
    live = world.live(wish.order_id)
    if [held.wish for held in live] == [wish]:
        return await _commit(world, wish, live[0].hold_id, identity)
    for held in live:
        await world.release(held)
    world.holds.pop(wish.order_id, None)
    try:
        answer = await _hold(world, wish, identity, ttl_s=TTL_S)
    except Refused as refused:
        return rejected(refused.error, await _short(world, wish))
    return await _commit(world, wish, answer.hold_id, identity)


async def reserve_at(world: World, step: Json, identity: Identity) -> Outcome:
    """Promise units at one named node."""
    return await reserve_batch_at(world, {**step, "entries": [step]}, identity)


async def reserve_batch_at(world: World, step: Json, identity: Identity) -> Outcome:
    """Promise at named nodes, all or nothing: hold everything, then commit it all."""
    by_node: dict[str, list[Unit]] = {}
    for entry in step["entries"]:
        unit = (
            world.names.node(entry["location"]),
            world.names.sku(entry["sku"]),
            world.case.units(entry["qty"]),
        )
        by_node.setdefault(unit[0], []).append(unit)
    holds: list[Held] = []
    for number, units in enumerate(by_node.values()):
        try:
            more = bool(step.get("allow_backorder"))
            held = await world.hold_at(
                *(tuple(units), (*identity, number)), ttl_s=TTL_S, may_wait=more
            )
        except Refused as refused:
            for earlier in holds:
                await world.release(earlier)
            return rejected(await _error_at(world, refused, units))
        holds.append(held)
    for number, held in enumerate(holds):
        order = step["order_id"]
        await world.commit(held.hold_id, (*identity, number), order=order)
    placed: dict[str, Units] = {}
    for node_id, sku, quantity in (unit for held in holds for unit in held.units):
        units_there = placed.setdefault(world.names.read(node_id), {})
        name = world.names.read(sku)
        units_there[name] = units_there.get(name, 0) + quantity
    return Outcome(status="ok", allocations=placed, shipments=len(placed))


async def promise(world: World, step: Json, identity: Identity) -> Outcome:
    """Hold for one demand after the other what is left, the first ones first."""
    await prepare(world, world.wish({"id": "", "lines": []}, world.policy(step)))
    got: Units = {}
    sku, demands = world.names.sku(step["sku"]), list(step["demands"])
    demands.sort(key=lambda each: (each.get("priority", 0), each.get("due", 0)))
    for demand in demands:
        units = world.case.units(demand["qty"])
        lines = [{"sku": step["sku"], "qty": demand["qty"]}]
        order = {"id": demand["id"], "lines": lines}
        policy = {**world.policy(step), "partial": "accept"}
        try:
            wish = world.wish(order, policy)
            answer = await _hold(world, wish, (*identity, demand["id"]), ttl_s=TTL_S)
        except Refused as refused:
            if refused.reason != "NO_STOCK":
                raise
            got[demand["id"]] = 0
            continue
        held = sum(n for _, name, n in _units(answer.plan) if name == sku)
        assert held <= units, "no more than it asks"
        got[demand["id"]] = held
    return Outcome(status="ok", promised=got)


async def release_hold(world: World, step: Json, identity: Identity) -> Outcome:
    """Give back whatever the order holds."""
    before = (await world.entries()).count("RELEASE")
    for held in world.holds.pop(step["order_id"], []):
        await world.release(held)
    removed = (await world.entries()).count("RELEASE") - before
    return Outcome(status="ok", removed=removed)


async def _best(world: World, wish: Wish) -> order_pb2.Plan:
    """The first routing that fills the order, else what the last one can do."""
    plan = order_pb2.Plan()
    for routing in attempts(wish, world.names):
        request = checkout_service_pb2.QuoteRequest(
            lines=wish.lines, ship_to=wish.ship_to, routing=routing
        )
        try:
            plan = (await ask(world.api.checkout.Quote, request)).best
        except Refused as refused:
            needs_if(refused, "ship_to", "destination_without_coordinates")
            raise
        if not plan.unfilled:
            break
        if len(world.case.places) > SHIPMENTS_MAX:
            _check_shipments(plan, routing)
    return plan


async def _hold(
    world: World, wish: Wish, identity: Identity, *, ttl_s: float
) -> checkout_service_pb2.HoldResponse:
    """Hold by the first routing that is not refused for want of stock."""
    routings = attempts(wish, world.names)
    for number, routing in enumerate(routings, 1):
        request = checkout_service_pb2.HoldRequest(
            lines=wish.lines,
            ship_to=wish.ship_to,
            routing=routing,
            order_ref=wish.order_id[:64],
        )
        try:
            return await world.hold(request, (*identity, number), ttl_s=ttl_s)
        except Refused as refused:
            if refused.reason != "NO_STOCK" or number == len(routings):
                raise
    raise AssertionError("every wish has a routing")


def _hold_ids(world: World, wish: Wish, identity: Identity) -> set[str]:
    numbers = range(1, len(attempts(wish, world.names)) + 1)
    return {world.names.id("hold", *identity, number) for number in numbers}


async def _commit(
    world: World, wish: Wish, hold_id: str, identity: Identity
) -> Outcome:
    try:
        answer = await world.commit(hold_id, identity, order=wish.order_id)
    except Refused as refused:
        await world.release(Held(hold_id, wish, (), world.now_s))
        return rejected(refused.error)
    world.holds.pop(wish.order_id, None)
    world.committed[identity] = hold_id
    request = order_service_pb2.GetOrderRequest(order_id=answer.order_id)
    order = (await ask(world.api.orders.GetOrder, request)).order
    return ordered(answer.plan, order, world.names)


async def _short(world: World, wish: Wish) -> Units | None:
    """How much is missing: a refused caller asks for a quote, which says it as data."""
    try:
        return unfilled(await _best(world, wish), world.names)
    except Refused:
        return None


async def _again(world: World, held: Held, identity: Identity) -> Held:
    """Hold once more what a failed replacement gave back, for the time left."""
    by_node: dict[str, list[Unit]] = {}
    for unit in held.units:
        by_node.setdefault(unit[0], []).append(unit)
    if len(by_node) != 1:
        raise Needs("atomic_replacement_of_a_hold")
    return await world.hold_at(
        held.units,
        ("again", held.hold_id, *identity),
        ttl_s=held.ends_at_s - world.now_s,
    )


async def _error_at(world: World, refused: Refused, units: list[Unit]) -> str:
    """A node without a cell of the SKU does not stock it; the stock says so."""
    if refused.reason == "NO_STOCK":
        for node_id, sku, _ in units:
            cells = await world.cells(world.names.read(sku))
            if node_id not in {cell.node_id for cell in cells}:
                return "NOT_STOCKED_HERE"
    return refused.error


def _units(plan: order_pb2.Plan) -> tuple[Unit, ...]:
    return tuple(
        (shipment.node_id, line.sku, line.quantity)
        for shipment in plan.shipments
        for line in shipment.lines
    )


def _check_shipments(plan: order_pb2.Plan, routing: order_pb2.Routing) -> None:
    """An order that the API's own limit on shipments cuts short is out of its reach."""
    reasons = {line.reason for line in plan.unfilled}
    if routing.max_shipments in (0, SHIPMENTS_MAX) and "SPLIT_LIMIT" in reasons:
        raise Needs("more_than_10_shipments")
