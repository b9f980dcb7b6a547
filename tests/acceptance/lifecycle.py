"""Steps on orders after their commit: they ship, are given back, changed and moved.

An order of the case may be several of the service, one for each promise that was made
for it. What a step says by places is done to the shipments at those places.
"""

from collections.abc import Iterator

from shipfrom.v1 import inventory_service_pb2, order_pb2, store_service_pb2
from shipfrom.v1 import order_service_pb2 as pb

from .calls import Refused, ask
from .outcome import Outcome, Units, rejected
from .schema import Json, Needs
from .world import World

Identity = tuple[object, ...]
OPEN = (
    order_pb2.SHIPMENT_STATE_ALLOCATED,
    order_pb2.SHIPMENT_STATE_ACCEPTED,
    order_pb2.SHIPMENT_STATE_PICKING,
    order_pb2.SHIPMENT_STATE_READY,
)
SENT = (
    order_pb2.SHIPMENT_STATE_SHIPPED,
    order_pb2.SHIPMENT_STATE_COLLECTED,
    order_pb2.SHIPMENT_STATE_DELIVERED,
)


async def ship(world: World, step: Json, identity: Identity) -> Outcome:
    """Pick and send what the step names, shipment by shipment."""
    for place, wanted in _by_place(world, step["items"]).items():
        await _check_there(world, place, wanted)
        for order in await _orders(world, step["order_id"]):
            for shipment in _at(order, world.names.node(place), OPEN):
                await _send(world, shipment, wanted, identity)
        if any(wanted.values()):
            raise Needs("shipping_more_than_promised")
    return Outcome(status="ok")


async def release(world: World, step: Json, identity: Identity) -> Outcome:
    """Cancel what has not left, all of it or the units that the step names."""
    if identity in world.done:
        return world.done[identity]
    items, place = step.get("items"), step.get("location")
    wanted = None if items is None else _sum(world, items)
    released = 0
    for order in await _orders(world, step["order_id"]):
        if place and not list(_at(order, world.names.node(place), OPEN)):
            continue
        if place and len({s.node_id for s in order.shipments}) > 1:
            raise Needs("release_at_one_of_several_places")
        released += await _cancel(world, order, wanted, identity)
    world.done[identity] = Outcome(status="ok", released=released)
    return world.done[identity]


async def goods_return(world: World, step: Json, identity: Identity) -> Outcome:
    """Return what the place has sent; goods of no order are counted in, if at all."""
    node, sku = world.names.node(step["location"]), world.names.sku(step["sku"])
    units, restock = world.case.units(step["qty"]), step.get("restock", True)
    for name in world.orders:
        for order in await _orders(world, name):
            line = next((x for x in order.line_states if x.sku == sku), None)
            sent = list(_at(order, node, SENT))
            if line is not None and sent and line.sent - line.returned >= units:
                back = (order.order_id, node, sku)
                await _send_back(world, back, units, restock, identity)
                return Outcome(status="ok")
    if restock:
        delta = inventory_service_pb2.StockDelta(sku=sku, node_id=node, delta=units)
        request = inventory_service_pb2.AdjustStockRequest(
            request_id=world.names.request_id("goods", *identity),
            deltas=[delta],
            reason="goods of no order",
        )
        await ask(world.api.inventory.AdjustStock, request)
    return Outcome(status="ok")


async def set_reserved(world: World, step: Json, identity: Identity) -> Outcome:
    """Change the quantity of the order that is promised there, if all of it is."""
    node, sku = world.names.node(step["location"]), world.names.sku(step["sku"])
    units = world.case.units(step["qty"])
    orders = await _orders(world, step["order_id"])
    there = [o for o in orders if any(s.node_id == node for s in _holding(o, sku))]
    if not there:
        return rejected("NOT_RESERVED")
    if len(there) > 1 or len({s.node_id for s in there[0].shipments}) > 1:
        raise Needs("change_of_one_of_several_promises")
    request = pb.ChangeOrderRequest(
        request_id=world.names.request_id("change", *identity),
        order_id=there[0].order_id,
        lines=[order_pb2.Line(sku=sku, quantity=units)] if units else [],
        removed_skus=[] if units else [sku],
        validate_only=True,
    )
    try:
        shown = await ask(world.api.orders.ChangeOrder, request)
        if shown.change.unfilled:
            short = {step["sku"]: sum(u.quantity for u in shown.change.unfilled)}
            return rejected("INSUFFICIENT_STOCK", short)
        if any(s.node_id != node for s in shown.change.plan.shipments):
            raise Needs("change_of_a_promise_at_its_place")
        request.validate_only = False
        await ask(world.api.orders.ChangeOrder, request)
    except Refused as refused:
        return rejected(refused.error)
    return Outcome(status="ok")


async def move(world: World, step: Json, identity: Identity) -> Outcome:
    """Re-route a whole shipment to the named place."""
    start, end = world.names.node(step["from"]), world.names.node(step["to"])
    sku, units = world.names.sku(step["sku"]), world.case.units(step["qty"])
    if start == end:
        raise Needs("move_to_the_same_place")
    for order in await _orders(world, step["order_id"]):
        for shipment in _at(order, start, OPEN):
            if {line.sku: line.quantity for line in shipment.lines} != {sku: units}:
                raise Needs("move_of_a_part_of_a_shipment")
            request = pb.RerouteOrderRequest(
                request_id=world.names.request_id("move", *identity),
                order_id=order.order_id,
                shipment_ids=[shipment.shipment_id],
                only_node_ids=[end],
                reason="a case moves it",
            )
            try:
                await ask(world.api.orders.RerouteOrder, request)
            except Refused as refused:
                return rejected(refused.error)
            return Outcome(status="ok", on_hand=units, backordered_qty=0)
    return rejected("NOT_RESERVED")


async def _orders(world: World, name: str) -> list[pb.Order]:
    """The orders of the service that one of the case became, as they are now."""
    found = []
    for order_id in world.orders.get(name, []):
        request = pb.GetOrderRequest(order_id=order_id)
        found.append((await ask(world.api.orders.GetOrder, request)).order)
    return found


def _at(
    order: pb.Order, node_id: str, states: tuple[int, ...]
) -> Iterator[order_pb2.Shipment]:
    for shipment in order.shipments:
        if shipment.node_id == node_id and shipment.state in states:
            yield shipment


def _holding(order: pb.Order, sku: str) -> Iterator[order_pb2.Shipment]:
    """Open shipments with units of a SKU."""
    for shipment in order.shipments:
        has = any(line.sku == sku for line in shipment.lines)
        if has and shipment.state in OPEN:
            yield shipment


def _by_place(world: World, items: list[Json]) -> dict[str, Units]:
    found: dict[str, Units] = {}
    for item in items:
        units, sku = found.setdefault(item["location"], {}), item["sku"]
        units[sku] = units.get(sku, 0) + world.case.units(item["qty"])
    return found


def _sum(world: World, items: list[Json]) -> Units:
    units: Units = {}
    for item in items:
        units[item["sku"]] = units.get(item["sku"], 0) + world.case.units(item["qty"])
    return units


async def _check_there(world: World, place: str, wanted: Units) -> None:
    """Who packs is believed, whatever the books say: a case that is not is skipped."""
    states = await world.states(wanted)
    for sku, units in wanted.items():
        if units > states.get(place, {}).get(sku, {}).get("on_hand", 0):
            raise Needs("refusal_of_units_beyond_the_books")


async def _send(
    world: World, shipment: order_pb2.Shipment, wanted: Units, identity: Identity
) -> None:
    """Pick and ship the wanted units of a shipment; what is left of it stays."""
    lines = {world.names.read(line.sku): line.quantity for line in shipment.lines}
    picked = {sku: min(n, wanted.get(sku, 0)) for sku, n in lines.items()}
    if not any(picked.values()):
        return
    for sku, units in picked.items():
        wanted[sku] = wanted.get(sku, 0) - units
    name = shipment.shipment_id
    pick = store_service_pb2.ConfirmPickRequest(
        request_id=world.names.request_id("pick", name, *identity),
        shipment_id=name,
        lines=[
            store_service_pb2.PickedLine(sku=world.names.sku(sku), picked=units)
            for sku, units in picked.items()
            if units
        ],
    )
    await ask(world.api.stores.ConfirmPick, pick)
    sent = store_service_pb2.MarkShippedRequest(
        request_id=world.names.request_id("ship", name, *identity),
        shipment_id=name,
        leave_rest=picked != lines,
    )
    await ask(world.api.stores.MarkShipped, sent)


async def _cancel(
    world: World, order: pb.Order, wanted: Units | None, identity: Identity
) -> int:
    """Cancel what is left of an order, at most what is wanted; how many units."""
    lines = []
    for line in order.line_states:
        units, name = line.open + line.waiting, world.names.read(line.sku)
        if wanted is not None:
            units = min(units, wanted.get(name, 0))
            wanted[name] = wanted.get(name, 0) - units
        if units:
            lines.append(order_pb2.Line(sku=line.sku, quantity=units))
    if not lines:
        return 0
    request = pb.CancelOrderRequest(
        request_id=world.names.request_id("cancel", order.order_id, *identity),
        order_id=order.order_id,
        lines=lines,
        reason="a case gives it back",
    )
    await ask(world.api.orders.CancelOrder, request)
    return sum(line.quantity for line in lines)


async def _send_back(
    world: World,
    back: tuple[str, str, str],
    units: int,
    restock: bool,
    identity: Identity,
) -> None:
    order_id, node, sku = back
    return_id = world.names.id("return", order_id, *identity)
    announced = pb.CreateReturnRequest(
        request_id=world.names.request_id("return", order_id, *identity),
        order_id=order_id,
        return_id=return_id,
        lines=[pb.ReturnLine(sku=sku, quantity=units)],
        node_id=node,
    )
    await ask(world.api.orders.CreateReturn, announced)
    fit = pb.DISPOSITION_RESTOCK if restock else pb.DISPOSITION_SCRAP
    received = pb.ReceiveReturnRequest(
        request_id=world.names.request_id("received", order_id, *identity),
        order_id=order_id,
        return_id=return_id,
        lines=[pb.ReceivedLine(sku=sku, quantity=units, disposition=fit)],
    )
    await ask(world.api.orders.ReceiveReturn, received)
