"""For operations: what is kept for which channel, set and listed.

The units are counts of the ledger, written first; the rows tell the routers that the
cells are quotas. Between the two, and until each router has looked for newer rows (half
a second), orders are as they were before.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from inventory.operations import Cell, Count, CountStock, RequestKey, StockAnswer
from inventory.stock import Stock
from router.messages import write_time
from router.networks import Networks
from router.paging import digest, read_token, write_token
from router.quota_room import Places, check_room, holds
from router.quota_settings import Wanted, read_settings
from router.quotas import QuotaRow
from router.rpc.call import Call
from router.validate import Violations, page_size
from shipfrom.v1 import inventory_service_pb2 as pb

Cells = Mapping[tuple[str, str], Cell]


@dataclass(frozen=True, slots=True)
class QuotaStories:
    """Writes and lists quotas: a part of the inventory service."""

    stock: Stock
    networks: Networks
    now: Callable[[], datetime]

    async def SetQuotas(
        self, request: pb.SetQuotasRequest, call: Call
    ) -> pb.SetQuotasResponse:
        """Keep units of cells for channels from now on."""
        await self.networks.refresh()
        snapshot, now = self.networks.snapshot, self.now()
        wanted, key, late = read_settings(request, call, snapshot, now)
        cells = await self._cells(wanted)
        if await self.stock.stored_answer(key) is None:
            late.check()
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
        """The quotas that are in force or to come, by SKU, node and channel."""
        found = Violations()
        size = page_size(request.page_size, found)
        found.check()
        await self.networks.refresh()
        asked = digest("ListQuotas", request.sku, request.node_id, request.channel)
        after = read_token(request.page_token, asked, kinds=(str, str, str, int, str))
        rows = [
            row
            for row in sorted(self._listed(request), key=_key)
            if not after or _key(row) > [*after]
        ]
        page = rows[:size]
        cells = await self._read_cells({row.name for row in page})
        response = pb.ListQuotasResponse()
        for row in page:
            _write(row, _cell(cells, row), response.quotas.add())
        if len(rows) > size:
            response.next_page_token = write_token(_key(page[-1]), asked)
        return response

    def _listed(self, request: pb.ListQuotasRequest) -> Iterator[QuotaRow]:
        """Those asked for; of a node also those that it keeps with others."""
        snapshot = self.networks.snapshot
        places, node = Places(snapshot), frozenset((request.node_id,))
        now = self.now()
        for row in snapshot.quotas.rows:
            if (
                request.sku in ("", row.sku)
                and request.channel in ("", row.channel)
                and (not request.node_id or holds(places.of(row), node))
                and not row.is_over(now)
            ):
                yield row

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
        """Raises QuotaTooLarge where more would be kept than is there."""
        snapshot, now = self.networks.snapshot, self.now()
        places, skus = {row.place for row in wanted}, {row.sku for row in wanted}
        left = {
            row: _cell(cells, row).available
            for row in snapshot.quotas.at(now).rows
            if row.sku in skus and row.place not in places
        }
        left |= {row: n for row, n in wanted.items() if row.is_in_force(now)}
        check_room(left, wanted, cells, Places(snapshot))

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
        """Write the rows that are others than before, and decide with them at once.

        The request is kept also without any: its repeat may find other rows, which were
        set since.
        """
        known = set(self.networks.snapshot.quotas.rows)
        rows = [
            (json.dumps(row.place), {**row._asdict(), "ended": ended})
            for row, units in wanted.items()
            for ended in [row.falls_through and not units]
            if ended or row not in known
        ]
        key = replace(key, method="SetQuotas:rows")
        await self.stock.catalogue.upsert(key, "quota", rows)
        await self.networks.refresh()


def _cell(cells: Cells, row: QuotaRow) -> Cell:
    return cells.get((row.name, row.node_id), Cell(row.name, row.node_id))


def _key(row: QuotaRow) -> list[str | int]:
    """Its place in lists."""
    return [row.sku, row.node_id, row.channel, int(row.is_wide), row.node_tag]


def _write(row: QuotaRow, cell: Cell, out: pb.Quota) -> None:
    out.sku, out.channel = row.sku, row.channel
    out.node_id = "" if row.is_wide else row.node_id
    out.node_tag = row.node_tag
    out.every_node = row.is_wide and not row.node_tag
    if row.starts:
        write_time(datetime.fromisoformat(row.starts), out.start_time)
    if row.ends:
        write_time(datetime.fromisoformat(row.ends), out.end_time)
    out.left, out.held, out.taken = cell.available, cell.held, cell.allocated
    out.falls_through = row.falls_through
