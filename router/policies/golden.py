"""Orders become golden: their problem is kept, and what a policy must make of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allocation.shortlist import REASONS
from inventory.errors import FieldViolation, InvalidField, OrderNotFound
from inventory.golden import NewGolden
from inventory.operations import OrderAnswer, RequestKey
from inventory.policies import Policies
from inventory.stock import Stock
from router.money import Currency
from router.paging import digest
from router.planning import Planner
from router.policies import answers, wishes
from router.policies.gates import Golden, tried
from router.policies.in_force import PoliciesInForce
from router.policies.replanning import Scene, Scenes
from router.rpc.call import Call
from router.simulate.golden import Assertions, Excluded, golden_of, golden_to_json
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
GOLDEN_MAX = 500
"""All of them are decided again before a policy is published, in a second or two."""


@dataclass(frozen=True, slots=True)
class GoldenDesk:
    """Adds and removes golden orders."""

    policies: Policies
    stock: Stock
    scenes: Scenes
    planner: Planner
    in_force: PoliciesInForce
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
        await self._check_room(golden_id)
        scene = await self._scene(order)
        asserts = Assertions(shipments_max=len(scene.plan.shipments))
        if request.HasField("expected"):
            asserts = self._asserts(request.expected, found)
            found.check()
        kept = golden_of(golden_id, scene.problem, asserts, published=scene.met)
        new = NewGolden(golden_id, order_id, say, golden_to_json(kept), author)
        hashed = digest(order_id, golden_id, say, asserts, author)
        key = RequestKey(call.principal, "AddGoldenOrder", asked, hashed)
        if await self.policies.golden.add(key, new):
            call.mark_replayed()
        return await self._added(golden_id)

    async def _added(self, golden_id: str) -> pb.AddGoldenOrderResponse:
        """The golden order, and what the published policy makes of it."""
        rows = await self.policies.golden.all()
        row = next(each for each in rows if each.golden_id == golden_id)
        version = self.in_force.pointer.published
        policy = await self.in_force.policy(version)
        golden = await tried(row, policy, planner=self.planner, currency=self.currency)
        response = pb.AddGoldenOrderResponse()
        answers.write_golden(golden, response.golden_order, self.currency)
        answers.write_result(golden, response.result)
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

    async def _check_room(self, golden_id: str) -> None:
        known = {each.golden_id for each in await self.policies.golden.all()}
        if len(known) >= GOLDEN_MAX and golden_id not in known:
            full = f"there are {GOLDEN_MAX} golden orders already"
            raise InvalidField(
                [FieldViolation("golden_id", full, "remove one that others cover")]
            )

    async def _scene(self, order: OrderAnswer) -> Scene:
        """The order on the stock of now: every policy finds all nodes there."""
        scene = await self.scenes.of(order.decisions[0])
        if scene is None:
            raise OrderNotFound(
                f"the network that {order.order_id} was decided with is not kept",
                next_step="choose a newer order",
                metadata={"orderId": order.order_id},
            )
        return scene

    def _asserts(self, given: pb.Expected, found: Violations) -> Assertions:
        """What was asked; what is left out is not."""
        most = given.shipments_max
        whole(most, "expected.shipments_max", found, least=0, most=SHIPMENTS_MAX)
        cost = by = None
        if given.HasField("cost_max"):
            cost = amount(given.cost_max, "expected.cost_max", found, self.currency)
        if given.HasField("promise_by"):
            by = day(given.promise_by, "expected.promise_by", found)
        excluded = [each.node_id for each in given.excluded]
        _nodes(excluded, "expected.excluded", found)
        return Assertions(
            most or None,
            _nodes(given.ships_from_any, "expected.ships_from_any", found),
            cost,
            by,
            tuple(
                Excluded(each.node_id, _reason(each.reason, found))
                for each in given.excluded
            ),
        )


def _reason(word: str, found: Violations) -> str:
    if word and word not in REASONS:
        known = ", ".join(REASONS)
        found.add("expected.excluded.reason", "is unknown", f"use one of {known}")
    return word


def _nodes(nodes: Sequence[str], field: str, found: Violations) -> tuple[str, ...]:
    if len(nodes) > NODES_MAX:
        found.add(field, "has too many nodes", f"send at most {NODES_MAX}")
    for index, node_id in enumerate(nodes[:NODES_MAX]):
        identifier(node_id, f"{field}[{index}]", found)
    return tuple(nodes[:NODES_MAX])
