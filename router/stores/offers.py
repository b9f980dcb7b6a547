"""Several nodes are asked, and the first one to accept has the shipment.

The units stay where they are until then; the ledger's row of the order decides who was
first.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inventory.errors import NoStock
from inventory.instants import microseconds
from inventory.orders import actions
from inventory.orders.actions import Action, Routes
from inventory.orders.reading import WholeOrder
from inventory.orders.rows import ShipmentRow
from inventory.requests import RequestKey
from router.orders.preview import tried
from router.orders.rerouting import Need, Rerouter, promised
from router.request_key import key_of
from router.rpc.call import Call
from router.stores.failed import failed_nodes, to_send
from router.stores.tasks import TaskList
from router.validate import Violations, count, identifier, nearest, whole
from shipfrom.v1 import store_service_pb2 as pb

OFFER = "OFFER"
NODES_MAX = 10
BEST = 3
"""Nodes that are asked where nobody names them."""
MINUTES, MINUTES_MAX = 15, 1_440


@dataclass(frozen=True, slots=True)
class Offers:
    """Asking nodes, and being first."""

    rerouter: Rerouter
    tasks: TaskList
    now: Callable[[], datetime]

    async def offer(
        self, request: pb.OfferShipmentRequest, call: Call
    ) -> pb.OfferShipmentResponse:
        """Ask the nodes named, or the best ones. Raises NoStock where there is none."""
        found = Violations()
        name = identifier(request.shipment_id, "shipment_id", found)
        minutes = request.minutes or MINUTES
        whole(minutes, "minutes", found, least=1, most=MINUTES_MAX)
        nodes = self._named(request.node_ids, found)
        content = (name, nodes, minutes)
        key = key_of("OfferShipment", request.request_id, found, call, *content)
        book = await self._read(name)
        if await self.rerouter.answered(key) is None and not nodes:
            tried(book, actions.Offer(name, (), 0))
            row = book.book.shipments[name]
            nodes = await best_nodes(self.rerouter, book, row, most=BEST)
            if not nodes:
                raise _nobody_else(row)
        due = microseconds(self.now() + timedelta(minutes=minutes))
        await self._take(key, book, actions.Offer(name, nodes, due), call)
        after = await self._read(name)
        response = pb.OfferShipmentResponse()
        self.tasks.write(after, after.book.shipments[name], response.task)
        response.node_ids.extend(sorted(after.book.offers.get(name, {})))
        return response

    async def accept(self, request: pb.AcceptRequest, call: Call) -> pb.AcceptResponse:
        """The shipment's own node, or one that was asked, will pick it."""
        found = Violations()
        name = identifier(request.shipment_id, "shipment_id", found)
        node = request.node_id and identifier(request.node_id, "node_id", found)
        if request.reason or request.note:
            found.add("lines", "is empty", "a reason is of what is not accepted")
        key = key_of("Accept", request.request_id, found, call, name, node)
        book = await self._read(name)
        row = book.book.shipments[name]
        response = pb.AcceptResponse()
        if request.validate_only:
            tried(book, actions.Accept(name, node or row.node))
            self.tasks.write(book, row, response.task)
            return response
        if node in ("", row.node):
            await self._take(key, book, actions.Accept(name, row.node), call)
        else:
            name = await self._take_over(key, book, row, node_id=node, call=call)
        after = await self._read(name)
        self.tasks.write(after, after.book.shipments[name], response.task)
        return response

    async def _take_over(
        self,
        key: RequestKey,
        book: WholeOrder,
        row: ShipmentRow,
        *,
        node_id: str,
        call: Call,
    ) -> str:
        """The shipment that the node has now instead."""
        name = row.shipment_id
        answer = await self.rerouter.answered(key)
        if answer is None:
            # Before anything is planned: somebody else may have been first.
            tried(book, actions.Accept(name, node_id))

            def act(routes: Routes | None) -> Action:
                return actions.Accept(name, node_id, routes)

            need = _need(book, row, only=(node_id,))
            answer = await self.rerouter.carry_out(
                key, book, act, need=need, deadline=call.deadline, must_route=True
            )
        if answer.replayed:
            call.mark_replayed()
        return answer.made[0]

    async def _read(self, shipment_id: str) -> WholeOrder:
        return await self.rerouter.stock.order_books.of_shipment(shipment_id)

    async def _take(
        self, key: RequestKey, book: WholeOrder, action: Action, call: Call
    ) -> None:
        deadline = call.deadline
        answer = await self.rerouter.take(key, book, action, deadline=deadline)
        if answer.replayed:
            call.mark_replayed()

    def _named(self, node_ids: Sequence[str], found: Violations) -> tuple[str, ...]:
        if node_ids:
            count(len(node_ids), "node_ids", found, most=NODES_MAX)
        snapshot = self.rerouter.networks.snapshot
        for number, node in enumerate(node_ids[:NODES_MAX]):
            if node not in snapshot.nodes:
                near = nearest(node, snapshot.node_ids) or "see ListNodes"
                found.add(f"node_ids[{number}]", f"{node} is no node", near)
        return tuple(dict.fromkeys(node_ids))


async def best_nodes(
    rerouter: Rerouter,
    book: WholeOrder,
    row: ShipmentRow,
    *,
    most: int,
    never: Collection[str] = (),
) -> tuple[str, ...]:
    """Other nodes that could send all of a shipment, the best first."""
    best: list[str] = []
    while len(best) < most:
        without = {row.node, *failed_nodes(book), *best, *never}
        found = await rerouter.find(book, _need(book, row, without=without))
        nodes = {s.node_id for s in found.plan.shipments} if found else set()
        if found is None or found.plan.unfilled or len(nodes) != 1:
            break
        best += nodes
    return tuple(best)


def _nobody_else(row: ShipmentRow) -> NoStock:
    return NoStock(
        f"no other node can send {row.shipment_id} alone",
        next_step="leave it where it is, or re-route it",
        metadata={"shipmentId": row.shipment_id, "nodeId": row.node},
    )


def _need(
    book: WholeOrder,
    row: ShipmentRow,
    *,
    only: Sequence[str] = (),
    without: set[str] | None = None,
) -> Need:
    units = to_send(book, row.shipment_id)
    by = promised(book, (row.shipment_id,))
    return Need(units, OFFER, without=without or (), only=only, promise_by=by)
