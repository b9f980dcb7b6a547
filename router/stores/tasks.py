"""Shipments as a node sees them: what to pick, by when, and whether it may begin."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from allocation.network import Item
from inventory.errors import FieldViolation, InvalidField
from inventory.instants import instant
from inventory.orders.reading import WholeOrder
from inventory.orders.rows import ShipmentRow
from inventory.orders.states import OPEN_STATES, is_stopped
from inventory.stock import Stock
from router.messages import write_time
from router.networks import Networks
from router.orders.messages import SHIPMENT_STATES, Plans, units_of
from router.paging import Key, digest, read_token, write_token
from router.rpc.call import Call
from router.stores.pickup import is_pickup
from router.stores.substitutes import Substitutes
from router.validate import Violations, identifier, nearest, page_size
from shipfrom.v1 import store_service_pb2 as pb

PICKED = ("PICKED", "SHIPPED", "COLLECTED")


@dataclass(frozen=True, slots=True)
class TaskList:
    """Reads the tasks of nodes."""

    stock: Stock
    networks: Networks
    substitutes: Substitutes

    async def list_page(
        self, request: pb.ListTasksRequest, call: Call
    ) -> pb.ListTasksResponse:
        """What a node has to do, the longest unchanged first."""
        found = Violations()
        rows = page_size(request.page_size, found)
        node = self.known(request.node_id, found)
        asked = digest("ListTasks", call.principal, node)
        key = read_token(request.page_token, asked, kinds=(int, str))
        after = (int(key[0]), str(key[1])) if key else None
        books = await self.stock.order_books.tasks(node, after=after, limit=rows + 1)
        # An order may have other shipments here: their turn is by their own age.
        ready = sorted(
            (_place(row), whole, row)
            for whole in books
            for row in open_tasks(whole, node)
            if after is None or _place(row) > after
        )
        response = pb.ListTasksResponse()
        for _, whole, row in ready[:rows]:
            self.write(whole, row, response.tasks.add(), node_id=node)
        wholes = [whole for _, whole, _ in ready]
        await self.substitutes.show(list(zip(wholes, response.tasks, strict=False)))
        if len(ready) > rows:
            ends: Key = list(ready[rows - 1][0])
            response.next_page_token = write_token(ends, asked)
        return response

    def known(self, node_id: str, found: Violations) -> str:
        """The node whose tasks are asked for; raises what was found wrong so far."""
        identifier(node_id, "node_id", found)
        found.check()
        snapshot = self.networks.snapshot
        if node_id not in snapshot.nodes:
            near = nearest(node_id, snapshot.node_ids) or "see ListNodes"
            raise InvalidField(
                [FieldViolation("node_id", f"{node_id} is no node", near)]
            )
        return node_id

    def write(
        self, whole: WholeOrder, row: ShipmentRow, out: pb.Task, *, node_id: str = ""
    ) -> None:
        """A task as its own node sees it, or one that was asked."""
        write_task(whole, row, out, items=self.networks.snapshot.items, node_id=node_id)


def open_tasks(whole: WholeOrder, node_id: str) -> Iterable[ShipmentRow]:
    """Shipments of an order that a node has to send, may accept, or will get."""
    for row in whole.book.shipments.values():
        if row.state in OPEN_STATES and (
            row.node == node_id or is_offered(whole, row, node_id)
        ):
            yield row
        if is_incoming(row, node_id):
            yield row


def is_incoming(row: ShipmentRow, node_id: str) -> bool:
    """Whether it is on its way to the node, to be collected there."""
    return row.state == "IN_TRANSIT" and row.to_node == node_id


def is_offered(whole: WholeOrder, row: ShipmentRow, node_id: str) -> bool:
    """Whether several nodes are asked and this one may accept."""
    offers = whole.book.offers.get(row.shipment_id, {}).values()
    asked = {offer.node for offer in offers if offer.state == "OPEN"}
    return row.state == "ALLOCATED" and node_id in ({row.node} | asked if asked else ())


def write_task(
    whole: WholeOrder,
    row: ShipmentRow,
    out: pb.Task,
    *,
    items: Mapping[str, Item],
    node_id: str = "",
) -> None:
    """One shipment at a node."""
    planned = Plans(whole).of(row)
    out.shipment_id = row.shipment_id
    out.order_id = row.order_id
    out.order_ref = whole.order_ref
    out.node_id = row.node
    out.state = SHIPMENT_STATES[row.state]
    picked: dict[str, int] = {}
    for part in whole.book.of_shipment(row.shipment_id, *PICKED):
        picked[part.sku] = picked.get(part.sku, 0) + part.qty
    for sku, quantity in units_of(whole.book, row).items():
        line = out.lines.add()
        line.sku, line.quantity, line.picked = sku, quantity, picked.get(sku, 0)
        known = items.get(sku)
        line.display_name = known.display_name if known else ""
    out.offered = is_offered(whole, row, node_id or row.node)
    out.pickup = is_pickup(planned)
    out.destination_node_id = planned.to_node
    out.incoming = is_incoming(row, node_id)
    if row.due_us:
        write_time(instant(row.due_us), out.due_time)
    write_time(planned.ship_by, out.ship_by_time)
    write_time(instant(row.changed_at_us), out.change_time)
    out.released = not is_stopped(whole.order.payment, whole.order.gate)


def _place(row: ShipmentRow) -> tuple[int, str]:
    return row.changed_at_us, row.shipment_id
