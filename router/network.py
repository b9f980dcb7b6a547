"""For operations: nodes, items and lanes, written whole and listed page by page."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from allocation.documents import item_of, lane_of
from allocation.network import Item, Lane, Node
from inventory.catalogue import Catalogue
from inventory.operations import RequestKey
from inventory.stock import Stock
from router.capacity import Capacity
from router.documents import (
    KEPT,
    numbered_node,
    row_of,
    write_item,
    write_lane,
    write_node,
)
from router.item_writes import ItemWrites
from router.money import Currency
from router.network_import import NetworkImport
from router.networks import Networks
from router.paging import digest, read_token, write_token
from router.parse_network import NetworkReader
from router.pausing import RESUMED, read_pause, unknown_node
from router.policies.in_force import PoliciesInForce
from router.resting import write_rest
from router.rpc.call import Call
from router.skus import Skus
from router.validate import (
    Violations,
    count,
    identifier,
    nearest,
    page_size,
    request_id,
)
from shipfrom.v1 import network_service_pb2 as pb

ROWS_MAX = 500
Kind = Literal["node", "item", "lane"]


@dataclass(frozen=True, slots=True)
class NetworkService:
    """Writes and lists the network."""

    stock: Stock
    skus: Skus
    networks: Networks
    capacity: Capacity
    policies: PoliciesInForce
    reader: NetworkReader
    currency: Currency
    now: Callable[[], datetime]

    @property
    def catalogue(self) -> Catalogue:
        """Where rows are kept."""
        return self.stock.catalogue

    async def UpsertNodes(
        self, request: pb.UpsertNodesRequest, call: Call
    ) -> pb.UpsertNodesResponse:
        """Write nodes whole."""
        found = Violations()
        nodes = _read_all(request.nodes, "nodes", self.reader.node, found)
        created, updated = await self._upsert("node", request, nodes, found, call=call)
        return pb.UpsertNodesResponse(created=created, updated=updated)

    async def UpsertItems(
        self, request: pb.UpsertItemsRequest, call: Call
    ) -> pb.UpsertItemsResponse:
        """Write items whole."""
        found = Violations()
        await self.networks.refresh()
        items = _read_all(request.items, "items", self.reader.item, found)
        await self._item_writes().check_all([*items.values()], found)
        created, updated = await self._upsert("item", request, items, found, call=call)
        return pb.UpsertItemsResponse(created=created, updated=updated)

    async def UpsertLanes(
        self, request: pb.UpsertLanesRequest, call: Call
    ) -> pb.UpsertLanesResponse:
        """Write lanes whole."""
        found = Violations()
        await self.networks.refresh()
        lanes = _read_all(request.lanes, "lanes", self._lane, found)
        created, updated = await self._upsert("lane", request, lanes, found, call=call)
        return pb.UpsertLanesResponse(created=created, updated=updated)

    async def ListNodes(
        self, request: pb.ListNodesRequest, call: Call
    ) -> pb.ListNodesResponse:
        """Nodes by id."""
        rows, token = await self._page("node", request)
        response = pb.ListNodesResponse(next_page_token=token)
        for _, row in rows:
            node = numbered_node(0, row)
            self._write(node, response.nodes.add())
        return response

    async def ListItems(
        self, request: pb.ListItemsRequest, call: Call
    ) -> pb.ListItemsResponse:
        """Items by SKU."""
        rows, token = await self._page("item", request)
        response = pb.ListItemsResponse(next_page_token=token)
        for _, row in rows:
            write_item(item_of(row), response.items.add(), self.currency)
        return response

    async def ListLanes(
        self, request: pb.ListLanesRequest, call: Call
    ) -> pb.ListLanesResponse:
        """Lanes by id."""
        rows, token = await self._page("lane", request)
        response = pb.ListLanesResponse(next_page_token=token)
        for _, row in rows:
            write_lane(lane_of(row), response.lanes.add(), self.currency)
        return response

    async def ImportNetwork(
        self, request: AsyncIterator[pb.ImportNetworkRequest], call: Call
    ) -> pb.ImportNetworkResponse:
        """Many nodes, items and lanes as a stream."""
        await self.networks.refresh()
        known = set(self.networks.snapshot.nodes)
        writes = self._item_writes()
        run = NetworkImport(self.catalogue, self.reader, known, writes, call)
        try:
            return await run.run(request)
        finally:
            if run.written:
                await self._follow()

    async def PauseNode(
        self, request: pb.PauseNodeRequest, call: Call
    ) -> pb.PauseNodeResponse:
        """Close a node for a while."""
        found, response = Violations(), pb.PauseNodeResponse()
        pause = read_pause(request, found, now=self.now())
        await self._patch(request, pause, found, call=call, out=response.node)
        return response

    async def ResumeNode(
        self, request: pb.ResumeNodeRequest, call: Call
    ) -> pb.ResumeNodeResponse:
        """End a pause."""
        found, response = Violations(), pb.ResumeNodeResponse()
        await self._patch(request, RESUMED, found, call=call, out=response.node)
        return response

    def _item_writes(self) -> ItemWrites:
        return ItemWrites(self.stock, self.skus, self.networks.snapshot)

    async def _patch(
        self,
        request: pb.PauseNodeRequest | pb.ResumeNodeRequest,
        values: dict[str, object],
        found: Violations,
        *,
        call: Call,
        out: pb.Node,
    ) -> None:
        """Change fields of a known node and decide with them at once."""
        node_id = identifier(request.node_id, "node_id", found)
        asked = request_id(request.request_id, found)
        found.check()
        await self.networks.refresh()
        if node_id not in self.networks.snapshot.nodes:
            raise unknown_node(node_id, self.networks.snapshot.node_ids)
        content = digest(node_id, sorted(values.items()))
        method = request.DESCRIPTOR.name.removesuffix("Request")
        key = RequestKey(call.principal, method, asked, content)
        if (await self.catalogue.patch(key, "node", node_id, values)).replayed:
            call.mark_replayed()
        await self.networks.refresh()
        self._write(self.networks.snapshot.nodes[node_id], out)

    def _write(self, node: Node, out: pb.Node) -> None:
        """The node as it is, and whether it is left alone for now."""
        write_node(node, out, self.currency)
        refusals, policy = self.networks.snapshot.record.refusals, self.policies.stable
        write_rest(node, out, policy=policy, refusals=refusals, now=self.now())

    async def _follow(self) -> None:
        """Decide with what was written, and find its ship days there."""
        await self.networks.refresh()
        await self.capacity.post()

    def _lane(self, row: pb.Lane, field: str, found: Violations) -> Lane | None:
        snapshot = self.networks.snapshot
        if row.node_id and row.node_id not in snapshot.nodes:
            known = nearest(row.node_id, snapshot.node_ids)
            found.add(f"{field}node_id", "is an unknown node", known)
        return self.reader.lane(row, field, found)

    async def _upsert(
        self,
        kind: Kind,
        request: "Upsert",
        values: Mapping[str, Node | Item | Lane | None],
        found: Violations,
        *,
        call: Call,
    ) -> tuple[int, int]:
        """Write the rows, then decide with them at once."""
        asked = request_id(request.request_id, found)
        found.check()
        rows = [(name, row_of(value)) for name, value in values.items() if value]
        if request.validate_only:
            known = await self._known(kind, [name for name, _ in rows])
            return len(rows) - known, known
        key = RequestKey(call.principal, f"Upsert:{kind}", asked, digest(rows))
        upserted = await self.catalogue.upsert(key, kind, rows, keeping=KEPT)
        if upserted.replayed:
            call.mark_replayed()
        await self._follow()
        return upserted.created, upserted.updated

    async def _known(self, kind: Kind, names: Sequence[str]) -> int:
        await self.networks.refresh()
        snapshot = self.networks.snapshot
        known: Collection[str] = {
            "node": snapshot.nodes,
            "item": snapshot.items,
            "lane": {lane.lane_id for lane in snapshot.network.lanes},
        }[kind]
        return sum(name in known for name in names)

    async def _page(
        self, kind: Kind, request: "Page"
    ) -> tuple[Sequence[tuple[str, Mapping[str, object]]], str]:
        found = Violations()
        size = page_size(request.page_size, found)
        found.check()
        asked = digest("List", kind)
        key = read_token(request.page_token, asked, kinds=(str,))
        after = str(key[0]) if key else ""
        rows = await self.catalogue.page(kind, after=after, limit=size + 1)
        more = len(rows) > size
        token = write_token([rows[size - 1][0]], asked) if more else ""
        return rows[:size], token


class Upsert(Protocol):
    """What the three upserts have in common."""

    @property
    def request_id(self) -> str: ...
    @property
    def validate_only(self) -> bool: ...


class Page(Protocol):
    """What the three lists have in common."""

    @property
    def page_size(self) -> int: ...
    @property
    def page_token(self) -> str: ...


Sent = TypeVar("Sent", pb.Node, pb.Item, pb.Lane)
Read = TypeVar("Read", Node, Item, Lane)


def _read_all(
    rows: Sequence[Sent],
    field: str,
    read: Callable[[Sent, str, Violations], Read | None],
    found: Violations,
) -> dict[str, Read | None]:
    """The rows by id, each read with its path; too many, or an id twice, is wrong."""
    count(len(rows), field, found, most=ROWS_MAX)
    kept = rows[:ROWS_MAX]
    values = {
        _id(row): read(row, f"{field}[{index}].", found)
        for index, row in enumerate(kept)
    }
    if len(values) < len(kept):
        found.add(field, "names an id twice", "send each id once")
    return values


def _id(row: pb.Node | pb.Item | pb.Lane) -> str:
    if isinstance(row, pb.Node):
        return row.node_id
    return row.sku if isinstance(row, pb.Item) else row.lane_id
