"""One replay in progress: whom to ask, under which names, and what has been held.

The API knows holds by their ids, a case by their order; this is where one becomes the
other. All reading of stock and ledger is here, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.duration_pb2 import Duration

from shipfrom.v1 import (
    checkout_service_pb2,
    inventory_service_pb2,
    order_pb2,
    policy_pb2,
    policy_service_pb2,
)

from . import places, routing
from .calls import Api, Refused, Server, ask, needs_if
from .names import Names
from .outcome import Outcome
from .schema import Case, Json, Needs

TTL_S = 900
TTL_S_MAX = 4 * 3600
NEVER_OFFERED = 1_000_000_000
"""Safety stock of a cell that is out of stock by decision, however much is there."""
ENDED = ("RELEASE", "EXPIRE", "COMMIT")

Unit = tuple[str, str, int]
"""(node id, SKU, units), as sent."""


@dataclass(frozen=True, slots=True)
class Held:
    """A hold of one order. `wish` is what was asked, None for holds of the set-up;
    `ends_at_s` counts the seconds that the adapter let pass."""

    hold_id: str
    wish: routing.Wish | None
    units: tuple[Unit, ...]
    ends_at_s: float


@dataclass(slots=True)
class World:
    """One case on one server."""

    api: Api
    server: Server
    case: Case
    names: Names
    now_s: float = 0.0
    holds: dict[str, list[Held]] = field(default_factory=dict)
    committed: dict[tuple[object, ...], str] = field(default_factory=dict)
    """Hold of every commit by what made the commit itself, for those sent twice."""
    orders: dict[str, list[str]] = field(default_factory=dict)
    """Ids of the orders that an order of the case became, one for each commit."""
    done: dict[tuple[object, ...], Outcome] = field(default_factory=dict)
    """What steps with a key came to: sent twice, they are one."""
    expired_seen: int = 0
    nodes_for: tuple[str, bool] = ("", False)
    """What the nodes were last written for: fees of a strategy, capacity ignored."""
    governed_by: bytes = b""
    """The policy that was published for this case, empty for the built-in one."""
    written: int = 0
    """Times that the nodes were written, so that each write is a request of its own."""

    def policy(self, step: Json) -> dict[str, Any]:
        """The case's policy with what the step overrides."""
        return {**self.case.policy, **step.get("policy", {})}

    def wish(self, order: Json, policy: Json) -> routing.Wish:
        """An order of the case, with the policy that applies."""
        places.check_places(self.case, policy)
        lines = tuple(
            order_pb2.Line(
                sku=self.names.sku(line["sku"]), quantity=self.case.units(line["qty"])
            )
            for line in order["lines"]
        )
        ship_to = places.destination(self.case, order, policy)
        return routing.Wish(
            order["id"], lines, ship_to, policy, keep_back=self._keep_back(policy)
        )

    def _keep_back(self, policy: Json) -> int:
        """Units of every cell kept back by a step beyond what the set-up keeps."""
        usual = self.case.units(self.case.policy.get("safety_stock") or 0)
        more = self.case.units(policy.get("safety_stock") or 0) - usual
        own = any(
            isinstance(cell, dict) and "safety_stock" in cell
            for place in self.case.places
            for cell in place.get("stock", {}).values()
        )
        if more < 0 or (more and own):
            raise Needs("safety_stock_by_step")
        return more

    def live(self, order_id: str) -> list[Held]:
        """Holds of an order that still stand."""
        found = self.holds.get(order_id, [])
        return [held for held in found if held.ends_at_s > self.now_s]

    async def pass_time(self, seconds: float) -> None:
        """Move the server's clock."""
        await self.server.advance(seconds)
        self.now_s += seconds

    async def govern(self, document: policy_pb2.Policy | None) -> None:
        """Put a policy in force on the server; None for the built-in one."""
        wanted = document.SerializeToString(deterministic=True) if document else b""
        if wanted == self.governed_by:
            return
        self.written += 1
        if document is None:
            back = policy_service_pb2.RollbackPolicyRequest(
                request_id=self.names.request_id("roll back", self.written), version=0
            )
            await ask(self.api.policies.RollbackPolicy, back)
        else:
            await self._publish(document)
        self.governed_by = wanted

    async def _publish(self, document: policy_pb2.Policy) -> None:
        """Past the gates: nobody simulates the policy of a case."""
        draft = policy_service_pb2.CreatePolicyRequest(
            request_id=self.names.request_id("draft", self.written), policy=document
        )
        made = (await ask(self.api.policies.CreatePolicy, draft)).version
        publication = policy_service_pb2.PublishPolicyRequest(
            request_id=self.names.request_id("publish", self.written),
            version=made.version,
            etag=made.etag,
            override_reason="an acceptance case",
        )
        await ask(self.api.policies.PublishPolicy, publication)

    async def hold(
        self,
        request: checkout_service_pb2.HoldRequest,
        identity: tuple[object, ...],
        *,
        ttl_s: float,
    ) -> checkout_service_pb2.HoldResponse:
        """Send a hold under ids made from `identity`. Raises Refused."""
        if not 1 <= ttl_s <= TTL_S_MAX:
            raise Needs("hold_outside_1_s_to_4_h")
        request.request_id = self.names.request_id("hold", *identity)
        request.hold_id = self.names.id("hold", *identity)
        request.ttl.CopyFrom(duration(ttl_s))
        try:
            return await ask(self.api.checkout.Hold, request)
        except Refused as refused:
            needs_if(refused, "ship_to", "destination_without_coordinates")
            raise

    async def hold_at(
        self, units: tuple[Unit, ...], identity: tuple[object, ...], *, ttl_s: float
    ) -> Held:
        """Hold named units of one node, whatever the policy says. Raises Refused."""
        await self.govern(None)
        request = checkout_service_pb2.HoldRequest(
            lines=[order_pb2.Line(sku=sku, quantity=q) for _, sku, q in units],
            ship_to=order_pb2.Destination(location=places.somewhere()),
            routing=routing.only_at(units[0][0]),
        )
        answer = await self.hold(request, identity, ttl_s=ttl_s)
        return Held(answer.hold_id, None, units, self.now_s + ttl_s)

    async def release(self, held: Held) -> None:
        """Give a hold's units back; one that has ended already stays ended."""
        request = checkout_service_pb2.ReleaseHoldRequest(
            request_id=self.names.request_id("release", held.hold_id),
            hold_id=held.hold_id,
        )
        try:
            await ask(self.api.checkout.ReleaseHold, request)
        except Refused as refused:
            if refused.reason not in ("HOLD_EXPIRED", "HOLD_COMMITTED"):
                raise

    async def commit(
        self, hold_id: str, identity: tuple[object, ...], *, order: str
    ) -> checkout_service_pb2.CommitResponse:
        """Turn a hold into an order of the case. Raises Refused."""
        request = checkout_service_pb2.CommitRequest(
            request_id=self.names.request_id("commit", *identity),
            hold_id=hold_id,
            order_id=self.names.id("order", *identity),
        )
        answer = await ask(self.api.checkout.Commit, request)
        known = self.orders.setdefault(order, [])
        if answer.order_id not in known:
            known.append(answer.order_id)
        return answer

    async def cells(self, sku: str) -> list[inventory_service_pb2.Cell]:
        """Cells of a SKU of the case."""
        request = inventory_service_pb2.GetStockRequest(
            sku=self.names.sku(sku), page_size=1000
        )
        return list((await ask(self.api.inventory.GetStock, request)).cells)

    async def entries(self) -> list[str]:
        """Kinds of every entry in the ledger about the case's SKUs."""
        kinds: list[str] = []
        for sku in self.names.skus():
            request = inventory_service_pb2.ListEntriesRequest(sku=sku, page_size=1000)
            while True:
                page = await ask(self.api.inventory.ListEntries, request)
                kinds += [entry.kind for entry in page.entries]
                request.page_token = page.next_page_token
                if not page.next_page_token:
                    break
        return kinds

    async def hold_rows(self) -> int:
        """Cells under a hold that has not ended: one row is one cell of one hold."""
        kinds = await self.entries()
        return kinds.count("HOLD") - sum(kinds.count(kind) for kind in ENDED)

    async def states(self, skus: Iterable[str]) -> dict[str, dict[str, dict[str, int]]]:
        """node -> SKU -> counters; `available` is raw, as the file defines it."""
        found: dict[str, dict[str, dict[str, int]]] = {}
        for sku in sorted(set(skus)):
            for cell in await self.cells(sku):
                found.setdefault(self.names.read(cell.node_id), {})[sku] = {
                    "on_hand": cell.on_hand,
                    "held": cell.held,
                    "allocated": cell.allocated,
                    "short": cell.short,
                    "safety_stock": cell.safety_stock,
                    "available": self.raw_available(cell),
                }
        return found

    def raw_available(self, cell: inventory_service_pb2.Cell) -> int:
        """Free units of a cell, negative when more is promised than there is."""
        name = self.names.read(cell.node_id)
        closed = any(
            place["id"] == name and not place.get("enabled", True)
            for place in self.case.places
        )
        if closed or cell.safety_stock == NEVER_OFFERED:
            return 0
        return cell.on_hand - cell.held - cell.allocated - cell.safety_stock


def duration(seconds: float) -> Duration:
    """Seconds on the wire."""
    whole = int(seconds // 1)
    return Duration(seconds=whole, nanos=int((seconds - whole) * 1e9))
