"""For operations: what is kept for which channel, set and listed.

The units are counts of the ledger, written first; the rows tell the routers that the
cells are quotas. Between the two, and until each router has looked for newer rows (half
a second), orders are as they were before.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inventory.errors import QuotaTooLarge
from inventory.operations import Cell, Count, CountStock, RequestKey, StockAnswer
from inventory.stock import Stock
from router.bundles import stocked_sku
from router.counts import ROWS_MAX, node
from router.networks import Networks
from router.paging import digest, read_token, write_token
from router.quotas import QuotaRow
from router.rpc.call import Call
from router.snapshot import Snapshot
from router.validate import (
    COUNT_MAX,
    ID_MAX,
    Violations,
    count,
    page_size,
    request_id,
    text,
    whole,
)
from shipfrom.v1 import inventory_service_pb2 as pb

Cells = Mapping[tuple[str, str], Cell]
Wanted = Mapping[QuotaRow, int]
"""Units that each quota shall have left."""


@dataclass(frozen=True, slots=True)
class QuotaStories:
    """Writes and lists quotas: a part of the inventory service."""

    stock: Stock
    networks: Networks

    async def SetQuotas(
        self, request: pb.SetQuotasRequest, call: Call
    ) -> pb.SetQuotasResponse:
        """Keep units of cells for channels from now on."""
        await self.networks.refresh()
        wanted, key = _read(request, call, self.networks.snapshot)
        cells = await self._cells(wanted)
        if await self.stock.stored_answer(key) is None:
            self._check(wanted, cells)
        response = pb.SetQuotasResponse()
        if not request.validate_only:
            cells = await self._count(wanted, cells, key, call, reason=request.reason)
            await self._keep(wanted, key)
        for row, units in wanted.items():
            out = response.quotas.add()
            _write(row, _cell(cells, row), out)
            if request.validate_only:
                out.left = units
        return response

    async def ListQuotas(
        self, request: pb.ListQuotasRequest, call: Call
    ) -> pb.ListQuotasResponse:
        """The quotas that are in force, by SKU, node and channel."""
        found = Violations()
        size = page_size(request.page_size, found)
        found.check()
        await self.networks.refresh()
        asked = digest("ListQuotas", request.sku, request.node_id, request.channel)
        after = read_token(request.page_token, asked, kinds=(str, str, str))
        rows = [
            row
            for row in self.networks.snapshot.quotas.rows
            if request.sku in ("", row.sku)
            and request.node_id in ("", row.node_id)
            and request.channel in ("", row.channel)
            and (not after or list(row[:3]) > [*map(str, after)])
        ]
        page = rows[:size]
        cells = await self._read_cells({row.name for row in page})
        response = pb.ListQuotasResponse()
        for row in page:
            _write(row, _cell(cells, row), response.quotas.add())
        if len(rows) > size:
            response.next_page_token = write_token([*page[-1][:3]], asked)
        return response

    async def _cells(self, wanted: Wanted) -> Cells:
        """The quotas, all others of their cells, and what these have."""
        quotas = self.networks.snapshot.quotas
        names = {row.name for row in wanted} | {row.sku for row in wanted}
        names.update(quotas.names({row.sku for row in wanted}))
        return await self._read_cells(names)

    async def _read_cells(self, names: set[str]) -> Cells:
        cells = await self.stock.cells_of(sorted(names))
        return {(cell.sku, cell.node_id): cell for cell in cells}

    def _check(self, wanted: Wanted, cells: Cells) -> None:
        """Quotas keep what is there; fewer units than before are always possible."""
        left = {(row.name, row.node_id): units for row, units in wanted.items()}
        for index, (row, units) in enumerate(wanted.items()):
            cell = row.sku, row.node_id
            names = {*self.networks.snapshot.quotas.by_cell.get(cell, ())}
            names |= {r.name for r in wanted if (r.sku, r.node_id) == cell}
            kept = sum(
                left.get((name, row.node_id), _available(cells, name, row.node_id))
                for name in names - {row.name}
            )
            there = _available(cells, *cell)
            if units > max(there - kept, _cell(cells, row).available):
                raise _too_large(row, units, index, there=there, kept=kept)

    async def _count(
        self, wanted: Wanted, cells: Cells, key: RequestKey, call: Call, *, reason: str
    ) -> Cells:
        """What is held or was taken counts against the units of before."""
        counts = tuple(
            Count(row.name, row.node_id, units + now.held + now.allocated)
            for row, units in wanted.items()
            for now in [_cell(cells, row)]
        )
        operation = CountStock(key, counts, reason or "quota")
        answer = await self.stock.submit(operation, deadline=call.deadline)
        assert isinstance(answer, StockAnswer)
        if answer.replayed:
            call.mark_replayed()
        return {(cell.sku, cell.node_id): cell for cell in answer.cells}

    async def _keep(self, wanted: Wanted, key: RequestKey) -> None:
        """Write the rows that are others than before, and decide with them at once."""
        known = set(self.networks.snapshot.quotas.rows)
        rows = [
            (json.dumps(row[:3]), {**row._asdict(), "ended": ended})
            for row, units in wanted.items()
            for ended in [row.falls_through and not units]
            if ended or row not in known
        ]
        if rows:
            content = key.request_id, key.content_hash
            key = RequestKey(key.principal, "SetQuotas:rows", *content)
            await self.stock.catalogue.upsert(key, "quota", rows)
            await self.networks.refresh()


def _read(
    request: pb.SetQuotasRequest, call: Call, snapshot: Snapshot
) -> tuple[Wanted, RequestKey]:
    found = Violations()
    asked = request_id(request.request_id, found)
    count(len(request.quotas), "quotas", found, most=ROWS_MAX)
    wanted: dict[QuotaRow, int] = {}
    for index, sent in enumerate(request.quotas[:ROWS_MAX]):
        row = _row(sent, f"quotas[{index}].", found, snapshot)
        if any(row[:3] == known[:3] for known in wanted):
            found.add(f"quotas[{index}]", "names a quota twice", "send each once")
        wanted[row] = sent.units
    text(request.reason, "reason", found)
    found.check()
    content = digest(_content(wanted), request.reason)
    return wanted, RequestKey(call.principal, "SetQuotas", asked, content)


def _content(wanted: Wanted) -> Sequence[object]:
    return [(*row, units) for row, units in wanted.items()]


def _row(
    sent: pb.QuotaSetting, field: str, found: Violations, snapshot: Snapshot
) -> QuotaRow:
    stocked_sku(sent.sku, f"{field}sku", found, snapshot.items)
    node(sent.node_id, f"{field}node_id", found, snapshot)
    text(sent.channel, f"{field}channel", found, length_max=ID_MAX)
    if not sent.channel:
        next_step = "name it as orders do (facts.channel)"
        found.add(f"{field}channel", "is required", next_step)
    whole(sent.units, f"{field}units", found, least=0, most=COUNT_MAX)
    falls = sent.falls_through or not sent.HasField("falls_through")
    return QuotaRow(sent.sku, sent.node_id, sent.channel, falls)


def _cell(cells: Cells, row: QuotaRow) -> Cell:
    return cells.get((row.name, row.node_id), Cell(row.name, row.node_id))


def _available(cells: Cells, name: str, node_id: str) -> int:
    cell = cells.get((name, node_id))
    return cell.available if cell else 0


def _too_large(
    row: QuotaRow, units: int, index: int, *, there: int, kept: int
) -> QuotaTooLarge:
    free = max(0, there - kept)
    return QuotaTooLarge(
        f"{units} of {row.sku} cannot be kept at {row.node_id} for {row.channel}:"
        f" {there} are available, {kept} kept for other channels",
        next_step=f"keep at most {free} (units), or count the cell",
        metadata={
            "field": f"quotas[{index}].units",
            "sku": row.sku,
            "nodeId": row.node_id,
            "channel": row.channel,
            "available": str(there),
            "free": str(free),
            "wanted": str(units),
        },
    )


def _write(row: QuotaRow, cell: Cell, out: pb.Quota) -> None:
    out.sku, out.node_id, out.channel = row.sku, row.node_id, row.channel
    out.left, out.held, out.taken = cell.available, cell.held, cell.allocated
    out.falls_through = row.falls_through
