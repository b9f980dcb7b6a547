"""Goods come back: to the node whose way back costs least, by the same engine.

The way back is priced as the way there: the same lanes, zones and weights, from the
customer to every node that takes returns. Nodes with the tag `returns` take them; where
no node has it, every one does.
"""

from dataclasses import dataclass, replace

import numpy as np

from allocation.codec import asked_of
from allocation.order import Line, Order
from allocation.plan import Plan
from allocation.policy import Policy
from allocation.problem import Problem
from allocation.solve import solve
from inventory.errors import WrongState
from inventory.orders import actions
from inventory.orders.reading import WholeOrder
from inventory.orders.returning import RESTOCK
from router.bundles import is_bundle
from router.money import Currency
from router.orders.messages import DISPOSITIONS, write_return
from router.orders.rerouting import Rerouter
from router.request_key import key_of
from router.rpc.call import Call
from router.validate import ID_MAX, Violations, identifier, sku, text, whole
from shipfrom.v1 import order_service_pb2 as pb

TAG = "returns"
REASON_MAX = 200
UNITS_MAX = 1_000_000
AS_NEW = "AS_NEW"


@dataclass(frozen=True, slots=True)
class Returns:
    """Announces and receives returns."""

    rerouter: Rerouter
    currency: Currency

    async def create(
        self, request: pb.CreateReturnRequest, call: Call
    ) -> pb.CreateReturnResponse:
        """Announce goods; the answer says where to send them."""
        found = Violations()
        order_id = identifier(request.order_id, "order_id", found)
        return_id = identifier(request.return_id, "return_id", found)
        lines = _announced(request, found)
        node_id = self._node(request.node_id, found)
        content = (order_id, return_id, lines, node_id)
        key = key_of("CreateReturn", request.request_id, found, call, *content)
        books = self.rerouter.stock.order_books
        book = await books.whole(order_id, owner=call.principal)
        response, known = pb.CreateReturnResponse(), book.book.returns.get(return_id)
        if known is None and not node_id:
            plan = await self.rerouter.planner.aside(
                lambda: self._way_back(book, lines)
            )
            node_id, response.verdict = plan.shipments[0].node_id, self._why(plan)
        action = actions.OpenReturn(return_id, node_id, lines)
        answer = await self.rerouter.take(key, book, action, deadline=call.deadline)
        if answer.replayed:
            call.mark_replayed()
        book = await books.whole(order_id, owner=call.principal)
        back = book.book.returns[return_id]
        write_return(book.book, back, response.goods_return)
        return response

    async def receive(
        self, request: pb.ReceiveReturnRequest, call: Call
    ) -> pb.ReceiveReturnResponse:
        """Goods arrived: what is fit is stock again, and a refund is due."""
        found = Violations()
        order_id = identifier(request.order_id, "order_id", found)
        return_id = identifier(request.return_id, "return_id", found)
        lines = _received(request, found)
        node_id = self._node(request.node_id, found)
        content = (order_id, return_id, lines, node_id)
        key = key_of("ReceiveReturn", request.request_id, found, call, *content)
        bundled = self._restocked_bundles(lines)
        if bundled.found and await self.rerouter.answered(key) is None:
            bundled.check()
        books = self.rerouter.stock.order_books
        book = await books.whole(order_id, owner=call.principal)
        announced = book.book.returns.get(return_id)
        if announced is not None and not node_id:
            node_id = announced.node
        action = actions.ReceiveReturn(return_id, node_id, lines)
        answer = await self.rerouter.take(key, book, action, deadline=call.deadline)
        if answer.replayed:
            call.mark_replayed()
        book = await books.whole(order_id, owner=call.principal)
        response = pb.ReceiveReturnResponse()
        back = book.book.returns[return_id]
        write_return(book.book, back, response.goods_return)
        return response

    def _restocked_bundles(self, lines: tuple[actions.Received, ...]) -> Violations:
        """What was sold as an item and is a bundle by now has no shelf to go to."""
        found, items = Violations(), self.rerouter.networks.snapshot.items
        for number, line in enumerate(lines):
            if line.disposition == RESTOCK and is_bundle(line.sku, items):
                said = f"{line.sku} is a bundle by now, which has no stock of its own"
                next_step = "use another disposition, and count its components"
                found.add(f"lines[{number}].disposition", said, next_step)
        return found

    def _node(self, node_id: str, found: Violations) -> str:
        if node_id and node_id not in self.rerouter.networks.snapshot.nodes:
            found.add("node_id", f"{node_id} is no node", "see ListNodes")
        return node_id

    def _way_back(
        self, book: WholeOrder, lines: tuple[tuple[str, int, str], ...]
    ) -> Plan:
        """The cheapest single node, as if the goods were sent from there."""
        network = self.rerouter.networks.snapshot.network
        order, _, _ = asked_of(book.decisions[0].content)
        units = tuple(Line(name, count) for name, count, _ in lines)
        takes = any(TAG in node.tags for node in network.nodes)
        policy = replace(Policy(), max_shipments=1, node_tags=(TAG,) if takes else ())
        shape = (len(units), network.size)
        stock = np.full(shape, max(line.quantity for line in units), dtype=np.int64)
        wanted = Order(units, order.destination, order.facts)
        plan = solve(Problem(wanted, network, stock, policy, self.rerouter.now()))
        if plan.unfilled:
            raise WrongState(
                "no node can take these goods back",
                next_step="name the node with node_id",
                metadata={"orderId": book.order.order_id},
            )
        return plan

    def _why(self, plan: Plan) -> str:
        back = plan.shipments[0]
        cost = self.currency.text(back.cost.cash_minor)
        return f"{back.node_id} is the cheapest way back: {cost}, {back.distance_km} km"


def _announced(
    request: pb.CreateReturnRequest, found: Violations
) -> tuple[tuple[str, int, str], ...]:
    lines, seen = [], set()
    for number, line in enumerate(request.lines):
        path = f"lines[{number}]"
        name = sku(line.sku, f"{path}.sku", found)
        if name in seen:
            found.add(f"{path}.sku", f"names {name} again", "name it once")
        seen.add(name)
        field = f"{path}.quantity"
        units = whole(line.quantity, field, found, least=1, most=UNITS_MAX)
        reason = text(line.reason, f"{path}.reason", found, length_max=REASON_MAX)
        lines.append((name, units, reason))
    if not lines:
        found.add("lines", "is empty", "name what comes back")
    return tuple(lines)


def _received(
    request: pb.ReceiveReturnRequest, found: Violations
) -> tuple[actions.Received, ...]:
    words = {number: name for name, number in DISPOSITIONS.items()}
    lines, seen = [], set()
    for number, line in enumerate(request.lines):
        path = f"lines[{number}]"
        name = sku(line.sku, f"{path}.sku", found)
        if name in seen:
            found.add(f"{path}.sku", f"names {name} again", "name it once")
        seen.add(name)
        field = f"{path}.quantity"
        units = whole(line.quantity, field, found, least=0, most=UNITS_MAX)
        field = f"{path}.condition"
        condition = text(line.condition, field, found, length_max=ID_MAX)
        usual = RESTOCK if condition in ("", AS_NEW) else "SCRAP"
        if line.disposition not in words:
            found.add(f"{path}.disposition", "is unknown", "see Disposition")
        disposition = words.get(line.disposition) or usual
        lines.append(actions.Received(name, units, condition, disposition))
    if not lines:
        found.add("lines", "is empty", "say what arrived")
    return tuple(lines)
