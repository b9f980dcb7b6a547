"""For operations: what is kept for which channel, set and listed.

The units are counts of the ledger, written first; the rows tell the routers that the
cells are quotas. Between the two, and until each router has looked for newer rows (half
a second), orders are as they were before.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from inventory.errors import QuotaTooLarge
from inventory.operations import Cell, Count, CountStock, RequestKey, StockAnswer
from inventory.stock import Stock
from router.messages import write_time
from router.networks import Networks
from router.paging import digest, read_token, write_token
from router.quota_settings import Wanted, read_settings
from router.quotas import QuotaRow
from router.rpc.call import Call
from router.snapshot import Snapshot
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
        """The quotas that are in force, by SKU, node and channel."""
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
        for row in snapshot.quotas.rows:
            nodes = nodes_of(row, snapshot)
            if (
                request.sku in ("", row.sku)
                and request.channel in ("", row.channel)
                and (not request.node_id or nodes is None or request.node_id in nodes)
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
        """Quotas keep what is there; fewer units than before are always possible."""
        snapshot, now = self.networks.snapshot, self.now()
        places = {row.place for row in wanted}
        rows = [row for row in snapshot.quotas.at(now).rows if row.place not in places]
        left = {row: _cell(cells, row).available for row in rows}
        left |= {r: units for r, units in wanted.items() if r.is_in_force(now)}
        for index, (row, units) in enumerate(wanted.items()):
            if row not in left:
                continue  # there may be more by then
            own = nodes_of(row, snapshot)
            for place in {nodes_of(r, snapshot) for r in left if r.sku == row.sku}:
                if not _holds(place, own):
                    continue
                there = sum(
                    cell.available
                    for (name, node_id), cell in cells.items()
                    if name == row.sku and (place is None or node_id in place)
                )
                kept = sum(
                    n
                    for r, n in left.items()
                    if r.sku == row.sku
                    and r != row
                    and _holds(place, nodes_of(r, snapshot))
                )
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


def nodes_of(row: QuotaRow, snapshot: Snapshot) -> frozenset[str] | None:
    """The nodes that keep the units; None is all of them."""
    if not row.is_wide:
        return frozenset((row.node_id,))
    if not row.node_tag:
        return None
    nodes = snapshot.nodes.values()
    return frozenset(node.node_id for node in nodes if row.node_tag in node.tags)


def _holds(place: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    """Whether the place has all nodes of the other."""
    return place is None or (other is not None and other <= place)


def _key(row: QuotaRow) -> list[str | int]:
    """Its place in lists."""
    return [row.sku, row.node_id, row.channel, int(row.is_wide), row.node_tag]


def _too_large(
    row: QuotaRow, units: int, index: int, *, there: int, kept: int
) -> QuotaTooLarge:
    free = max(0, there - kept)
    return QuotaTooLarge(
        f"{units} of {row.sku} cannot be kept {_where(row)} for {row.channel}:"
        f" {there} are available, {kept} kept for other channels",
        next_step=f"keep at most {free} (units), or count the cell",
        metadata={
            "field": f"quotas[{index}].units",
            "sku": row.sku,
            "nodeId": "" if row.is_wide else row.node_id,
            "channel": row.channel,
            "available": str(there),
            "free": str(free),
            "wanted": str(units),
        },
    )


def _where(row: QuotaRow) -> str:
    if not row.is_wide:
        return f"at {row.node_id}"
    return f"at nodes tagged {row.node_tag}" if row.node_tag else "at all nodes"


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
