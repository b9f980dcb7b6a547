"""Steps of a shipment that need no plan: ready, and out of the door."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from allocation.open_hours import Hours, after_open_days
from allocation.plan import Shipment
from inventory.instants import microseconds
from inventory.orders import actions
from inventory.orders.actions import Action, StepAnswer
from inventory.orders.reading import WholeOrder
from inventory.requests import RequestKey
from router.orders.messages import Plans, units_of
from router.orders.rerouting import Rerouter
from router.request_key import key_of
from router.rpc.call import Call
from router.stores.part import units_named
from router.stores.pickup import (
    check_carried,
    check_pickup,
    is_pickup,
    new_code,
    wrong_code,
)
from router.stores.tasks import TaskList
from router.validate import ID_MAX, Violations, identifier, text
from shipfrom.v1 import store_service_pb2 as pb

COLLECT_DAYS = 5
"""Open days that a pickup waits at the counter."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What an associate says of a shipment."""

    rerouter: Rerouter
    tasks: TaskList
    now: Callable[[], datetime]

    async def ready(
        self, request: pb.MarkReadyRequest, call: Call
    ) -> pb.MarkReadyResponse:
        """Packed; a pickup gets its code."""
        asked = _Asked.of("MarkReady", request, Violations(), call)
        book, planned = await self._read(asked.name)
        code = new_code() if is_pickup(planned) else ""
        due_us = self._collect_by(planned) if code else microseconds(planned.ship_by)
        action = actions.Ready(asked.name, code, due_us)
        after, _ = await self._take(asked, book, action, call)
        response = pb.MarkReadyResponse(
            pickup_code=after.book.shipments[asked.name].code
        )
        self._write(after, asked.name, response)
        return response

    async def hand_over(
        self, request: pb.HandOverRequest, call: Call
    ) -> pb.HandOverResponse:
        """To whoever knows the code. Raises WrongCode, CodeLocked."""
        found = Violations()
        code = text(request.pickup_code.strip(), "pickup_code", found, length_max=16)
        if not code:
            found.add("pickup_code", "is required", "ask the customer for it")
        units = units_named(request.lines, found, least=0)
        content = (code, sorted(units.items()) if units else None)
        asked = _Asked.of("HandOver", request, found, call, *content)
        book, planned = await self._read(asked.name)
        check_pickup(book.book.shipments[asked.name], planned)
        action = actions.Collect(asked.name, code, units)
        after, answer = await self._take(asked, book, action, call)
        if answer.wrong_code:
            raise wrong_code(after.book.shipments[asked.name])
        response = pb.HandOverResponse()
        self._write(after, asked.name, response)
        return response

    async def shipped(
        self, request: pb.MarkShippedRequest, call: Call
    ) -> pb.MarkShippedResponse:
        """A carrier has it."""
        found = Violations()
        carrier = text(request.carrier, "carrier", found, length_max=ID_MAX)
        number = text(
            request.tracking_number, "tracking_number", found, length_max=ID_MAX
        )
        rest = [request.leave_rest] if request.leave_rest else []
        asked = _Asked.of("MarkShipped", request, found, call, carrier, number, *rest)
        book, planned = await self._read(asked.name)
        check_carried(book.book.shipments[asked.name], planned)
        there = datetime.combine(planned.promise_date, time.max, UTC)
        action = actions.Ship(
            asked.name,
            carrier,
            number,
            leave_rest=request.leave_rest,
            to_node=planned.to_node,
            due_us=microseconds(there) if planned.to_node else 0,
        )
        after, _ = await self._take(asked, book, action, call)
        response = pb.MarkShippedResponse()
        self._write(after, asked.name, response)
        return response

    async def received(
        self, request: pb.ReceiveTransferRequest, call: Call
    ) -> pb.ReceiveTransferResponse:
        """A transfer is at its store, which hands it over as a shipment of its own."""
        asked = _Asked.of("ReceiveTransfer", request, Violations(), call)
        book, _ = await self._read(asked.name)
        row = book.book.shipments[asked.name]
        skus = tuple(units_of(book.book, row))
        action = actions.Receive(asked.name, row.to_node, skus)
        after, answer = await self._take(asked, book, action, call)
        response = pb.ReceiveTransferResponse()
        self._write(after, answer.made[0], response)
        return response

    async def delivered(
        self, request: pb.MarkDeliveredRequest, call: Call
    ) -> pb.MarkDeliveredResponse:
        """It arrived."""
        asked = _Asked.of("MarkDelivered", request, Violations(), call)
        book, _ = await self._read(asked.name)
        after, _ = await self._take(asked, book, actions.Deliver(asked.name), call)
        response = pb.MarkDeliveredResponse()
        self._write(after, asked.name, response)
        return response

    async def uncollected(
        self, request: pb.MarkUncollectedRequest, call: Call
    ) -> pb.MarkUncollectedResponse:
        """Nobody came."""
        asked = _Asked.of("MarkUncollected", request, Violations(), call)
        book, planned = await self._read(asked.name)
        check_pickup(book.book.shipments[asked.name], planned)
        after, _ = await self._take(asked, book, actions.NoShow(asked.name), call)
        response = pb.MarkUncollectedResponse()
        self._write(after, asked.name, response)
        return response

    async def _read(self, shipment_id: str) -> tuple[WholeOrder, Shipment]:
        book = await self.rerouter.stock.order_books.of_shipment(shipment_id)
        return book, Plans(book).of(book.book.shipments[shipment_id])

    async def _take(
        self, asked: "_Asked", book: WholeOrder, action: Action, call: Call
    ) -> tuple[WholeOrder, StepAnswer]:
        """The order after the step."""
        answer = await self.rerouter.take(
            asked.key, book, action, deadline=call.deadline
        )
        if answer.replayed:
            call.mark_replayed()
        return (await self._read(asked.name))[0], answer

    def _write(self, after: WholeOrder, name: str, out: Any) -> None:
        self.tasks.write(after, after.book.shipments[name], out.task)

    def _collect_by(self, planned: Shipment) -> int:
        node = self.rerouter.networks.snapshot.nodes.get(planned.node_id)
        if node is None:
            return 0
        ends = after_open_days(Hours.of(node), self.now(), COLLECT_DAYS)
        return microseconds(ends) if ends else 0


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which shipment, and the key of the request."""

    name: str
    key: RequestKey

    @classmethod
    def of(
        cls, method: str, request: Any, found: Violations, call: Call, *content: object
    ) -> "_Asked":
        name = identifier(request.shipment_id, "shipment_id", found)
        key = key_of(method, request.request_id, found, call, name, *content)
        return cls(name, key)
