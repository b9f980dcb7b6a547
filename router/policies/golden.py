"""Orders become golden: their problem is kept, and what a policy must make of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from allocation.codec import plan_of
from inventory.errors import OrderNotFound
from inventory.golden import NewGolden
from inventory.operations import OrderAnswer, RequestKey
from inventory.policies import Policies
from inventory.stock import Stock
from router.money import Currency
from router.paging import digest
from router.policies import answers, wishes
from router.policies.expecting import Expected, as_decided
from router.policies.gates import Golden
from router.policies.replanning import Scenes
from router.rpc.call import Call
from router.validate import (
    Violations,
    amount,
    day,
    identifier,
    request_id,
    text,
    whole,
)
from shipfrom.v1 import policy_service_pb2 as pb

NODES_MAX = 100
SHIPMENTS_MAX = 10


@dataclass(frozen=True, slots=True)
class GoldenDesk:
    """Adds and removes golden orders."""

    policies: Policies
    stock: Stock
    scenes: Scenes
    currency: Currency

    async def add(
        self, request: pb.AddGoldenOrderRequest, call: Call
    ) -> pb.AddGoldenOrderResponse:
        """Keep an order's problem."""
        found = Violations()
        asked = request_id(request.request_id, found)
        order_id = identifier(request.order_id, "order_id", found)
        golden_id = request.golden_id or order_id
        if request.golden_id:
            identifier(golden_id, "golden_id", found)
        say = text(request.say, "say", found, length_max=wishes.REASON_MAX)
        author = wishes.author(request.author, call, found)
        found.check()
        order = await self.stock.order(call.principal, order_id)
        expected = as_decided(plan_of(order.decision))
        if request.HasField("expected"):
            expected = self._expected(request.expected, expected, found)
        found.check()
        said = expected.to_json()
        problem = await self._problem(order)
        new = NewGolden(golden_id, order_id, say, problem, said, author)
        hashed = digest(order_id, golden_id, say, said, author)
        key = RequestKey(call.principal, "AddGoldenOrder", asked, hashed)
        if await self.policies.golden.add(key, new):
            call.mark_replayed()
        response = pb.AddGoldenOrderResponse()
        [kept] = [
            each
            for each in await self.policies.golden.all()
            if each.golden_id == golden_id
        ]
        answers.write_golden(Golden(kept, ()), response.golden_order, self.currency)
        return response

    def listed(self, tried: Iterable[Golden]) -> pb.ListGoldenOrdersResponse:
        """All of them, with what came of them."""
        response = pb.ListGoldenOrdersResponse()
        for golden in tried:
            answers.write_golden(golden, response.golden_orders.add(), self.currency)
            answers.write_result(golden, response.results.add())
        return response

    async def remove(
        self, request: pb.RemoveGoldenOrderRequest, call: Call
    ) -> pb.RemoveGoldenOrderResponse:
        """Forget one."""
        found = Violations()
        asked = request_id(request.request_id, found)
        golden_id = identifier(request.golden_id, "golden_id", found)
        author = wishes.author(request.author, call, found)
        found.check()
        hashed = digest(golden_id, author)
        key = RequestKey(call.principal, "RemoveGoldenOrder", asked, hashed)
        if await self.policies.golden.remove(key, golden_id, who=author):
            call.mark_replayed()
        return pb.RemoveGoldenOrderResponse()

    async def _problem(self, order: OrderAnswer) -> bytes:
        """The order on the stock of now: every policy finds all nodes there."""
        scene = await self.scenes.of(order.decision)
        if scene is None:
            raise OrderNotFound(
                f"the network that {order.order_id} was decided with is not kept",
                next_step="choose a newer order",
                metadata={"orderId": order.order_id},
            )
        return scene.to_json()

    def _expected(
        self, given: pb.Expected, usual: Expected, found: Violations
    ) -> Expected:
        """What was asked; what is left out is not."""
        unfilled = usual.unfilled_units_max
        if given.HasField("unfilled_units_max"):
            unfilled = given.unfilled_units_max
        at = "expected.unfilled_units_max"
        whole(unfilled, at, found, least=0, most=1_000_000)
        most = given.shipments_max
        whole(most, "expected.shipments_max", found, least=0, most=SHIPMENTS_MAX)
        cost = by = None
        if given.HasField("cost_max"):
            cost = amount(given.cost_max, "expected.cost_max", found, self.currency)
        if given.HasField("promise_by"):
            by = day(given.promise_by, "expected.promise_by", found)
        return Expected(
            unfilled,
            most,
            _nodes(given, "ships_from_any", found),
            cost,
            by,
            _nodes(given, "excluded_node_ids", found),
        )


def _nodes(given: pb.Expected, name: str, found: Violations) -> tuple[str, ...]:
    nodes = tuple(getattr(given, name))
    if len(nodes) > NODES_MAX:
        found.add(f"expected.{name}", "has too many nodes", f"send at most {NODES_MAX}")
    for index, node_id in enumerate(nodes[:NODES_MAX]):
        identifier(node_id, f"expected.{name}[{index}]", found)
    return nodes
