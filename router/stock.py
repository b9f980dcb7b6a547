"""For ERP, WMS and operations: counts, changes and imports of stock, and its ledger."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from inventory import operations as op
from inventory.errors import NegativeStock, NodeNotFound, StorageUnavailable
from inventory.lookups import EntryRow
from inventory.operations import Cell, Count, Delta, StockAnswer
from inventory.shelving import check_promises
from router.counts import Moments, check_cells, read_count, read_delta, read_document
from router.feeds.listing import list_cover, list_marks
from router.incoming import Incoming
from router.limits import show_limits, show_recounts, write_limits
from router.messages import write_cell, write_time
from router.money import Currency
from router.orders.waiting import WaitingOrders
from router.paging import digest, read_token, write_token
from router.quota_stories import QuotaStories
from router.request_key import key_of
from router.rpc.call import Call
from router.skus import Skus
from router.snapshot import Snapshot
from router.stock_import import StockImport
from router.validate import Violations, nearest, page_size, sku, text
from shipfrom.v1 import inventory_service_pb2 as pb


@dataclass(frozen=True, slots=True)
class InventoryService(QuotaStories):
    """Writes and reads stock."""

    skus: Skus
    waiting: WaitingOrders
    currency: Currency

    async def SetStock(
        self, request: pb.SetStockRequest, call: Call
    ) -> pb.SetStockResponse:
        """Write absolute counts; the shelf is right."""
        snapshot = await self._knowing([row.node_id for row in request.counts])
        found, moments = Violations(), Moments.around(self.now())
        counts = tuple(
            read_count(
                row, f"counts[{index}].", found, snapshot=snapshot, moments=moments
            )
            for index, row in enumerate(request.counts)
        )
        check_cells(counts, "counts", found)
        reason = text(request.reason, "reason", found)
        guarded = request.refuse_below_allocated
        content = (counts, request.reason, *([guarded] if guarded else []))
        key = key_of("SetStock", request.request_id, found, call, *content)
        if request.validate_only:
            cells: Sequence[Cell] = [
                _counted(await self._cell(count), count, guarded=guarded)
                for count in counts
            ]
        else:
            counted = op.CountStock(key, counts, reason, guarded)
            cells = (await self._submit(counted, call)).cells
        response = pb.SetStockResponse()
        for cell in cells:
            write_cell(cell, response.cells.add())
        return response

    async def AdjustStock(
        self, request: pb.AdjustStockRequest, call: Call
    ) -> pb.AdjustStockResponse:
        """Add to or take from on_hand, all rows or none."""
        snapshot = await self._knowing([row.node_id for row in request.deltas])
        found = Violations()
        deltas = tuple(
            read_delta(row, f"deltas[{index}].", found, snapshot=snapshot)
            for index, row in enumerate(request.deltas)
        )
        check_cells(deltas, "deltas", found)
        reason = text(request.reason, "reason", found)
        document = read_document(request, deltas, found)
        content = (deltas, request.reason)
        key = key_of("AdjustStock", request.request_id, found, call, *content)
        if request.validate_only:
            cells = tuple(
                [_adjusted(await self._cell(delta), delta) for delta in deltas]
            )
            answer = op.StockAnswer(cells)
        else:
            operation = op.AdjustStock(key, deltas, reason, document)
            answer = await self._submit(operation, call)
        response = pb.AdjustStockResponse(applied=answer.is_applied)
        for cell in answer.cells:
            write_cell(cell, response.cells.add())
        return response

    async def ImportStock(
        self, request: AsyncIterator[pb.ImportStockRequest], call: Call
    ) -> pb.ImportStockResponse:
        """Many absolute counts as a stream."""
        await self._refresh()
        snapshot = self.networks.snapshot
        moments = Moments.around(self.now())
        run = StockImport(self.stock, self.skus, snapshot, moments, call)
        return await run.run(request)

    async def GetStock(
        self, request: pb.GetStockRequest, call: Call
    ) -> pb.GetStockResponse:
        """Cells of a SKU or a node, by SKU and node."""
        found = Violations()
        rows = page_size(request.page_size, found)
        if request.sku:
            sku(request.sku, "sku", found)
        if not (request.sku or request.node_id):
            found.add("sku", "is required", "or send node_id")
        found.check()
        if request.node_id:
            await self._check_node(request.node_id)
        counted = request.to_be_counted
        asked = digest("GetStock", request.sku, request.node_id, counted)
        after = read_token(request.page_token, asked, kinds=(str, str))
        cells = await self.stock.cells(
            sku=request.sku,
            node_id=request.node_id,
            after=(str(after[0]), str(after[1])) if after else None,
            to_be_counted=counted,
            limit=rows + 1,
        )
        response = pb.GetStockResponse()
        for cell in cells[:rows]:
            write_cell(cell, response.cells.add())
        await show_limits(self.stock, response.cells)
        await show_recounts(self.stock, response.cells)
        if len(cells) > rows:
            last = cells[rows - 1]
            response.next_page_token = write_token([last.sku, last.node_id], asked)
        return response

    async def ListEntries(
        self, request: pb.ListEntriesRequest, call: Call
    ) -> pb.ListEntriesResponse:
        """The ledger of a SKU, newest first."""
        found = Violations()
        rows = page_size(request.page_size, found)
        sku(request.sku, "sku", found)
        found.check()
        if request.node_id:
            await self._check_node(request.node_id)
        asked = digest("ListEntries", request.sku, request.node_id)
        key = read_token(request.page_token, asked, kinds=(int,))
        entries = await self.stock.entries(
            sku=request.sku,
            node_id=request.node_id,
            before=int(key[0]) if key else None,
            limit=rows + 1,
        )
        response = pb.ListEntriesResponse()
        for entry in entries[:rows]:
            _write_entry(entry, response.entries.add())
        if len(entries) > rows:
            response.next_page_token = write_token([entries[rows - 1].serial], asked)
        return response

    async def SetBackorderLimits(
        self, request: pb.SetBackorderLimitsRequest, call: Call
    ) -> pb.SetBackorderLimitsResponse:
        """How many units may wait for a cell."""
        snapshot = await self._knowing([row.node_id for row in request.limits])
        return await write_limits(self.stock, request, call, snapshot=snapshot)

    async def SetIncoming(
        self, request: pb.SetIncomingRequest, call: Call
    ) -> pb.SetIncomingResponse:
        """Announce supply."""
        snapshot = await self._knowing([row.node_id for row in request.incoming])
        return await self._incoming.announce(request, call, snapshot=snapshot)

    async def ListIncoming(
        self, request: pb.ListIncomingRequest, call: Call
    ) -> pb.ListIncomingResponse:
        """What is expected."""
        if request.node_id:
            await self._check_node(request.node_id)
        return await self._incoming.list_page(request)

    async def ReceiveIncoming(
        self, request: pb.ReceiveIncomingRequest, call: Call
    ) -> pb.ReceiveIncomingResponse:
        """Supply arrived; who waits is served before anybody else can ask."""
        response = await self._incoming.receive(request, call)
        with suppress(StorageUnavailable):  # The next round serves them then.
            await self.waiting.serve()
        return response

    @property
    def _incoming(self) -> Incoming:
        return Incoming(self.stock, self.skus)

    async def ListFeedMarks(
        self, request: pb.ListFeedMarksRequest, call: Call
    ) -> pb.ListFeedMarksResponse:
        """How far each source has gone at each node."""
        if request.node_id:
            await self._check_node(request.node_id)
        return await list_marks(request, self.stock.feeds)

    async def ListCover(
        self, request: pb.ListCoverRequest, call: Call
    ) -> pb.ListCoverResponse:
        """How long the stock of each cell lasts, most at risk first."""
        if request.node_id:
            await self._check_node(request.node_id)
        return await list_cover(request, self.stock.feeds, self.currency)

    async def _submit(
        self, operation: op.CountStock | op.AdjustStock, call: Call
    ) -> StockAnswer:
        answer = await self.stock.submit(operation, deadline=call.deadline)
        assert isinstance(answer, StockAnswer)
        if answer.replayed:
            call.mark_replayed()
        self.skus.note(cell.sku for cell in answer.cells)
        return answer

    async def _cell(self, row: Count | Delta) -> Cell:
        cells = await self.stock.cells(sku=row.sku, node_id=row.node_id, limit=1)
        return cells[0] if cells else Cell(row.sku, row.node_id)

    async def _knowing(self, node_ids: Sequence[str]) -> Snapshot:
        """A snapshot that knows these nodes, if the catalogue does by now."""
        nodes = self.networks.snapshot.nodes
        if any(node_id not in nodes for node_id in node_ids):
            await self._refresh()
        return self.networks.snapshot

    async def _check_node(self, node_id: str) -> None:
        snapshot = await self._knowing([node_id])
        if node_id not in snapshot.nodes:
            raise NodeNotFound(
                f"no node has the id {node_id[:64]!r}",
                next_step=nearest(node_id, snapshot.node_ids) or "write the node first",
                metadata={"nodeId": node_id[:64]},
            )

    async def _refresh(self) -> None:
        """Look for a newer catalogue; without SQL the snapshot at hand has to do."""
        try:
            await self.networks.refresh()
        except StorageUnavailable:
            return


def _counted(cell: Cell, count: Count, *, guarded: bool) -> Cell:
    if guarded:
        check_promises(cell, count.on_hand)
    safety_stock = cell.safety_stock
    if count.safety_stock is not None:
        safety_stock = count.safety_stock
    return replace(
        cell,
        on_hand=count.on_hand,
        safety_stock=safety_stock,
        short=max(0, cell.held + cell.allocated - count.on_hand),
    )


def _adjusted(cell: Cell, delta: Delta) -> Cell:
    on_hand = cell.on_hand + delta.delta
    if on_hand < 0:
        raise NegativeStock(
            f"{delta.delta:+d} would take {cell.sku} at {cell.node_id} below zero",
            next_step="count the cell with SetStock",
            metadata={
                "sku": cell.sku,
                "nodeId": cell.node_id,
                "onHand": str(cell.on_hand),
            },
        )
    short = max(0, cell.held + cell.allocated - on_hand)
    return replace(cell, on_hand=on_hand, short=short)


def _write_entry(entry: EntryRow, out: pb.Entry) -> None:
    out.sku = entry.sku
    out.node_id = entry.node_id
    out.version = entry.version
    out.kind = entry.kind
    out.operation_id = entry.operation_id
    out.delta_on_hand = entry.delta_on_hand
    out.delta_held = entry.delta_held
    out.delta_allocated = entry.delta_allocated
    out.delta_short = entry.delta_short
    out.delta_safety_stock = entry.delta_safety_stock
    out.actor = entry.actor
    out.reason = entry.reason
    write_time(entry.at, out.create_time)
