"""Announced supply over the wire: written, listed, received.

A receipt serves those who wait before it answers, so that nobody comes between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from inventory.instants import instant, microseconds
from inventory.operations import (
    Announced,
    ReceiveIncoming,
    RequestKey,
    SetIncoming,
    StockAnswer,
)
from inventory.stock import Stock
from inventory.supply_rows import IncomingRow
from inventory.supplying import unknown_supply
from router.bundles import stocked_sku
from router.counts import ROWS_MAX, node
from router.messages import write_cell, write_date
from router.paging import digest, read_token, write_token
from router.request_key import key_of
from router.rpc.call import Call
from router.skus import Skus
from router.snapshot import Snapshot
from router.validate import (
    COUNT_MAX,
    Violations,
    count,
    day,
    identifier,
    page_size,
    sku,
    text,
    whole,
)
from shipfrom.v1 import inventory_service_pb2 as pb


@dataclass(frozen=True, slots=True)
class Incoming:
    """What purchasing and the dock say of supply."""

    stock: Stock
    skus: Skus

    async def announce(
        self, request: pb.SetIncomingRequest, call: Call, *, snapshot: Snapshot
    ) -> pb.SetIncomingResponse:
        """Write what will arrive, and when."""
        found = Violations()
        rows = tuple(
            _read(row, f"incoming[{number}].", found, snapshot)
            for number, row in enumerate(request.incoming)
        )
        _check_rows(rows, found)
        key = key_of("SetIncoming", request.request_id, found, call, rows)
        response = pb.SetIncomingResponse()
        if request.validate_only:
            response.incoming.extend(request.incoming)
            return response
        await self._submit(SetIncoming(key, rows), call)
        known = await self.stock.supply.named([row.incoming_id for row in rows])
        for row in rows:
            if row.incoming_id in known:
                _write(known[row.incoming_id], response.incoming.add())
        return response

    async def list_page(
        self, request: pb.ListIncomingRequest
    ) -> pb.ListIncomingResponse:
        """What is expected, the soonest first."""
        found = Violations()
        rows = page_size(request.page_size, found)
        if request.sku:
            sku(request.sku, "sku", found)
        found.check()
        cell, all_of_it = (request.sku, request.node_id), request.include_received
        asked = digest("ListIncoming", *cell, all_of_it)
        after = read_token(request.page_token, asked, kinds=(int, str))
        listed = await self.stock.supply.listed(
            sku=request.sku,
            node_id=request.node_id,
            with_received=all_of_it,
            after=(int(after[0]), str(after[1])) if after else None,
            limit=rows + 1,
        )
        response = pb.ListIncomingResponse()
        for row in listed[:rows]:
            _write(row, response.incoming.add())
        if len(listed) > rows:
            last = listed[rows - 1]
            ends: list[str | int] = [last.expected_us, last.incoming_id]
            response.next_page_token = write_token(ends, asked)
        return response

    async def receive(
        self, request: pb.ReceiveIncomingRequest, call: Call
    ) -> pb.ReceiveIncomingResponse:
        """Put what arrived on the shelf."""
        found = Violations()
        name = identifier(request.incoming_id, "incoming_id", found)
        whole(request.quantity, "quantity", found, least=0, most=COUNT_MAX)
        reason = text(request.reason, "reason", found)
        content = (name, request.quantity, reason)
        key: RequestKey = key_of(
            "ReceiveIncoming", request.request_id, found, call, *content
        )
        operation = ReceiveIncoming(key, name, request.quantity, reason)
        answer = await self._submit(operation, call)
        known = await self.stock.supply.named([name])
        if name not in known:
            raise unknown_supply(name)
        response = pb.ReceiveIncomingResponse()
        _write(known[name], response.incoming)
        write_cell(answer.cells[0], response.cell)
        return response

    async def _submit(
        self, operation: SetIncoming | ReceiveIncoming, call: Call
    ) -> StockAnswer:
        answer = await self.stock.submit(operation, deadline=call.deadline)
        assert isinstance(answer, StockAnswer)
        if answer.replayed:
            call.mark_replayed()
        self.skus.note(cell.sku for cell in answer.cells)
        return answer


def expected_us(expected: date) -> int:
    """The day as it is kept: its first moment in UTC."""
    return microseconds(datetime.combine(expected, time(), UTC))


def expected_date(at_us: int) -> date:
    """The day again."""
    return instant(at_us).date()


def _read(
    row: pb.Incoming, field: str, found: Violations, snapshot: Snapshot
) -> Announced:
    name = identifier(row.incoming_id, f"{field}incoming_id", found)
    node(row.node_id, f"{field}node_id", found, snapshot)
    units = row.quantity
    whole(units, f"{field}quantity", found, least=0, most=COUNT_MAX)
    expected = day(row.expected_date, f"{field}expected_date", found)
    at_us = expected_us(expected) if expected else 0
    of = stocked_sku(row.sku, f"{field}sku", found, snapshot.items)
    return Announced(name, of, row.node_id, units, at_us)


def _check_rows(rows: Sequence[Announced], found: Violations) -> None:
    """1 to 500 rows, no id twice."""
    count(len(rows), "incoming", found, most=ROWS_MAX)
    seen: dict[str, int] = {}
    for number, row in enumerate(rows):
        first = seen.setdefault(row.incoming_id, number)
        if first != number:
            field = f"incoming[{number}].incoming_id"
            found.add(field, f"is the same as of incoming[{first}]", "send it once")


def _write(row: IncomingRow, out: pb.Incoming) -> None:
    out.incoming_id = row.incoming_id
    out.sku = row.sku
    out.node_id = row.node
    out.quantity = row.qty
    out.received = row.received
    write_date(expected_date(row.expected_us), out.expected_date)
