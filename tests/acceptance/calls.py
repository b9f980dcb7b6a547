"""The public gRPC API as the adapter uses it: stubs, and a no apart from a break."""

from collections.abc import Awaitable, Mapping
from typing import Protocol, TypeVar

import grpc
import grpc.aio
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from grpc_status import rpc_status

from shipfrom.v1 import (
    checkout_service_pb2_grpc,
    inventory_service_pb2_grpc,
    network_service_pb2_grpc,
    order_service_pb2_grpc,
    policy_service_pb2_grpc,
    store_service_pb2_grpc,
)

from .schema import Needs

Request = TypeVar("Request", contravariant=True)
Answer = TypeVar("Answer", covariant=True)

DEADLINE_S = 20.0
"""Of one call; a case that hangs fails."""

QUANTITY_FIELDS = ("quantity", "delta", "on_hand")
ERRORS: Mapping[str, str] = {
    "NO_STOCK": "INSUFFICIENT_STOCK",
    "NEGATIVE_STOCK": "NEGATIVE_STOCK",
    "NODE_NOT_FOUND": "NOT_STOCKED_HERE",
    "HOLD_NOT_FOUND": "NOT_RESERVED",
    "HOLD_EXPIRED": "NOT_RESERVED",
    "HOLD_RELEASED": "NOT_RESERVED",
}
"""Our reasons in the file's words; other reasons stay as they are."""


class Server(Protocol):
    """A running Shipfrom whose clock the adapter may move."""

    async def advance(self, seconds: float) -> None:
        """Let time pass for the server."""

    async def settle(self) -> None:
        """Give the server's own background work one turn, as real time would."""


class Refused(Exception):
    """An expected no of the service."""

    def __init__(self, reason: str, *, fields: tuple[str, ...] = ()) -> None:
        super().__init__(f"{reason} {', '.join(fields)}".strip())
        self.reason = reason
        self.fields = fields

    @property
    def error(self) -> str:
        """The refusal in the file's words."""
        if self.reason == "INVALID_FIELD" and any(
            field.endswith(QUANTITY_FIELDS) for field in self.fields
        ):
            return "INVALID_QUANTITY"
        if any(field.startswith("routing.only_node_ids") for field in self.fields):
            return "NOT_STOCKED_HERE"
        return ERRORS.get(self.reason, self.reason)


class Api:
    """Stubs of one channel."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.checkout = checkout_service_pb2_grpc.CheckoutServiceStub(channel)
        self.inventory = inventory_service_pb2_grpc.InventoryServiceStub(channel)
        self.network = network_service_pb2_grpc.NetworkServiceStub(channel)
        self.orders = order_service_pb2_grpc.OrderServiceStub(channel)
        self.stores = store_service_pb2_grpc.StoreServiceStub(channel)
        self.policies = policy_service_pb2_grpc.PolicyServiceStub(channel)


class Method(Protocol[Request, Answer]):
    """A call of a stub."""

    def __call__(self, request: Request, /, *, timeout: float) -> Awaitable[Answer]:
        """Send it."""


async def ask(method: Method[Request, Answer], request: Request) -> Answer:
    """The answer; raises Refused for a refusal and lets everything else break."""
    try:
        return await method(request, timeout=DEADLINE_S)
    except grpc.aio.AioRpcError as failure:
        refused = _refusal(failure)
        if refused is None:
            raise
        raise refused from failure


def _refusal(failure: grpc.aio.AioRpcError) -> Refused | None:
    status = rpc_status.from_call(failure)
    reason, fields = "", []
    for detail in () if status is None else status.details:
        info, bad = ErrorInfo(), BadRequest()
        if detail.Unpack(info):
            reason = info.reason
        elif detail.Unpack(bad):
            fields += [violation.field for violation in bad.field_violations]
    return Refused(reason, fields=tuple(fields)) if reason else None


def needs_if(refused: Refused, field: str, capability: str) -> None:
    """A field of ours that the API refuses by its documented bounds is a gap."""
    ours = [name.startswith(field) for name in refused.fields]
    if refused.reason == "INVALID_FIELD" and ours and all(ours):
        raise Needs(capability) from refused
