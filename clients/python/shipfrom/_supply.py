"""Counts, and supply on its way: the same calls for both clients."""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from shipfrom import _stock_answers as _answers
from shipfrom import _stock_requests
from shipfrom._answers import day
from shipfrom._core import Call, new_request_id
from shipfrom._shell import AsyncShell, Shell
from shipfrom._stock_values import Cell, StockCount
from shipfrom._wire import call_of, date_pb, reader
from shipfrom.v1 import inventory_service_pb2 as pb

PAGE_ROWS = 500
_INVENTORY = "/shipfrom.v1.InventoryService/"


@dataclass(frozen=True, slots=True)
class Incoming:
    """Units that will arrive at a node; `received` of them have."""

    incoming_id: str
    sku: str
    node_id: str
    quantity: int
    expected_date: date
    received: int = 0


class SupplyCalls:
    """Calls of `Client`."""

    _shell: Shell

    def set_stock(
        self,
        counts: _stock_requests.Cells | Iterable[StockCount],
        *,
        reason: str = "",
        validate_only: bool = False,
        refuse_below_allocated: bool = False,
    ) -> tuple[Cell, ...]:
        """Write absolute counts: {("SKU-1", "nyc-01"): 5}. At most 500, all or none.
        Guarded, a count of fewer units than orders have there is refused."""
        call = _stock_requests.set_stock(
            counts,
            reason=reason,
            validate_only=validate_only,
            refuse_below_allocated=refuse_below_allocated,
        )
        return self._shell.send(call)

    def incoming(
        self, sku: str = "", *, node_id: str = "", with_received: bool = False
    ) -> Iterator[Incoming]:
        """What is expected, the soonest first; `with_received` also what has come."""
        return self._shell.pages(partial(_page, sku, node_id, with_received))

    def set_incoming(
        self, rows: Iterable[Incoming], *, validate_only: bool = False
    ) -> tuple[Incoming, ...]:
        """Announce supply, whole by its id; quantity 0 withdraws what has not come."""
        return self._shell.send(_announce(rows, validate_only))

    def receive_incoming(
        self, incoming_id: str, quantity: int = 0, *, reason: str = ""
    ) -> Cell:
        """Announced units arrived: they are stock, and those who wait are served.
        Without a quantity it is all that was still expected."""
        return self._shell.send(_receive(incoming_id, quantity, reason))


class AsyncSupplyCalls:
    """Calls of `AsyncClient`."""

    _shell: AsyncShell

    async def set_stock(
        self,
        counts: _stock_requests.Cells | Iterable[StockCount],
        *,
        reason: str = "",
        validate_only: bool = False,
        refuse_below_allocated: bool = False,
    ) -> tuple[Cell, ...]:
        """Write absolute counts: {("SKU-1", "nyc-01"): 5}. At most 500, all or none.
        Guarded, a count of fewer units than orders have there is refused."""
        call = _stock_requests.set_stock(
            counts,
            reason=reason,
            validate_only=validate_only,
            refuse_below_allocated=refuse_below_allocated,
        )
        return await self._shell.send(call)

    def incoming(
        self, sku: str = "", *, node_id: str = "", with_received: bool = False
    ) -> AsyncIterator[Incoming]:
        """What is expected, the soonest first; `with_received` also what has come."""
        return self._shell.pages(partial(_page, sku, node_id, with_received))

    async def set_incoming(
        self, rows: Iterable[Incoming], *, validate_only: bool = False
    ) -> tuple[Incoming, ...]:
        """Announce supply, whole by its id; quantity 0 withdraws what has not come."""
        return await self._shell.send(_announce(rows, validate_only))

    async def receive_incoming(
        self, incoming_id: str, quantity: int = 0, *, reason: str = ""
    ) -> Cell:
        """Announced units arrived: they are stock, and those who wait are served.
        Without a quantity it is all that was still expected."""
        return await self._shell.send(_receive(incoming_id, quantity, reason))


def _page(
    sku: str, node_id: str, with_received: bool, page_token: str
) -> Call[tuple[tuple[Incoming, ...], str]]:
    request = pb.ListIncomingRequest(
        sku=sku,
        node_id=node_id,
        include_received=with_received,
        page_size=PAGE_ROWS,
        page_token=page_token,
    )
    parse = reader(
        pb.ListIncomingResponse,
        lambda w: (tuple(map(_read, w.incoming)), w.next_page_token),
    )
    return call_of(_INVENTORY + "ListIncoming", request, parse)


def _announce(
    rows: Iterable[Incoming], validate_only: bool
) -> Call[tuple[Incoming, ...]]:
    request = pb.SetIncomingRequest(
        request_id=new_request_id(),
        incoming=[
            pb.Incoming(
                incoming_id=row.incoming_id,
                sku=row.sku,
                node_id=row.node_id,
                quantity=row.quantity,
                expected_date=date_pb(row.expected_date),
            )
            for row in rows
        ],
        validate_only=validate_only,
    )
    parse = reader(pb.SetIncomingResponse, lambda w: tuple(map(_read, w.incoming)))
    return call_of(_INVENTORY + "SetIncoming", request, parse, mutates=True)


def _receive(incoming_id: str, quantity: int, reason: str) -> Call[Cell]:
    request = pb.ReceiveIncomingRequest(
        request_id=new_request_id(),
        incoming_id=incoming_id,
        quantity=quantity,
        reason=reason,
    )
    parse = reader(pb.ReceiveIncomingResponse, lambda w: _answers.cell(w.cell))
    return call_of(_INVENTORY + "ReceiveIncoming", request, parse, mutates=True)


def _read(wire: pb.Incoming) -> Incoming:
    expected = day(wire.expected_date)
    assert expected is not None, "supply has a day"
    cell = (wire.incoming_id, wire.sku, wire.node_id)
    return Incoming(*cell, wire.quantity, expected, wire.received)
