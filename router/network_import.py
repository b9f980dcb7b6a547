"""Many nodes, items and lanes as a stream: block by block into the catalogue."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal

from allocation.network import Item, Lane, Node
from inventory.catalogue import Catalogue
from inventory.operations import RequestKey
from router.documents import KEPT, row_of
from router.importing import BLOCK_ROWS, Report, Settings, empty
from router.item_writes import ItemWrites
from router.paging import digest
from router.parse_network import NetworkReader
from router.rpc.call import Call
from router.validate import Violations, nearest
from shipfrom.v1 import network_service_pb2 as pb

Kind = Literal["node", "item", "lane"]
Row = tuple[str, dict[str, object]]

ID_FIELDS: dict[Kind, str] = {"node": "node_id", "item": "sku", "lane": "lane_id"}


@dataclass(slots=True)
class NetworkImport:
    """One import under way. Rows count over nodes, items and lanes in stream order.

    A lane may name a node that came before it in the same stream, a bundle an item that
    came before it or in the same message.
    """

    catalogue: Catalogue
    reader: NetworkReader
    known_nodes: set[str]
    writes: ItemWrites
    call: Call
    report: Report = field(default_factory=Report)
    written: bool = False
    _seen: set[tuple[Kind, str]] = field(default_factory=set)
    _waiting: dict[Kind, list[Row]] = field(
        default_factory=lambda: {"node": [], "item": [], "lane": []}
    )
    _blocks: int = 0

    async def run(
        self, messages: AsyncIterator[pb.ImportNetworkRequest]
    ) -> pb.ImportNetworkResponse:
        """Read the whole stream."""
        settings: Settings | None = None
        async for message in messages:
            if settings is None:
                settings = Settings.of(message)
            settings.same(message)
            await self._take_all(message)
            if not settings.all_or_nothing:
                await self._write(settings, block_rows_min=BLOCK_ROWS)
        if settings is None:
            raise empty()
        refused = settings.all_or_nothing and self.report.rejected > 0
        if not refused:
            await self._write(settings, block_rows_min=1)
        response = pb.ImportNetworkResponse(
            accepted=0 if refused else self.report.accepted,
            rejected=self.report.rejected,
        )
        response.rejected_rows.extend(self.report.first_rejected)
        return response

    async def _take_all(self, message: pb.ImportNetworkRequest) -> None:
        for node in message.nodes:
            found = Violations()
            self._take("node", self.reader.node(node, "", found), found)
        read = [
            (self.reader.item(item, "", f), f)
            for item in message.items
            for f in [Violations()]
        ]
        self.writes.note(item for item, _ in read if item)
        for value, found in read:
            if value is not None:
                await self.writes.check(value, "", found)
            self._take("item", value, found)
        for lane in message.lanes:
            found = Violations()
            if lane.node_id and lane.node_id not in self.known_nodes:
                known = nearest(lane.node_id, sorted(self.known_nodes))
                found.add("node_id", "is an unknown node", known)
            self._take("lane", self.reader.lane(lane, "", found), found)

    def _take(
        self, kind: Kind, value: Node | Item | Lane | None, found: Violations
    ) -> None:
        number = self.report.next_row()
        if value is not None and not found.found:
            name = _name(value)
            if (kind, name) not in self._seen:
                self._accept(kind, name, value)
                return
            found.add(ID_FIELDS[kind], "came before in this import", "send it once")
        self.report.reject(number, found.found[0])

    def _accept(self, kind: Kind, name: str, value: Node | Item | Lane) -> None:
        self._seen.add((kind, name))
        self._waiting[kind].append((name, row_of(value)))
        self.report.accepted += 1
        if kind == "node":
            self.known_nodes.add(name)

    async def _write(self, settings: Settings, *, block_rows_min: int) -> None:
        """Write the rows that wait in blocks of 500: nodes first, lanes name them."""
        for kind, rows in self._waiting.items():
            while len(rows) >= block_rows_min:
                block, rows[:] = rows[:BLOCK_ROWS], rows[BLOCK_ROWS:]
                self._blocks += 1
                if settings.validate_only:
                    continue
                block_id = f"{settings.request_id}/{self._blocks}"
                method = f"ImportNetwork:{kind}"
                key = RequestKey(self.call.principal, method, block_id, digest(block))
                upserted = await self.catalogue.upsert(key, kind, block, keeping=KEPT)
                if upserted.replayed:
                    self.call.mark_replayed()
                self.written = True


def _name(value: Node | Item | Lane) -> str:
    if isinstance(value, Node):
        return value.node_id
    return value.sku if isinstance(value, Item) else value.lane_id
