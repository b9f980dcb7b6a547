"""A shop on a real server: short calls, fresh names, and what a refusal says."""

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from shipfrom.testing import Server
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import network_service_pb2 as network_pb
from shipfrom.v1 import order_pb2

SECONDS_MAX = 10.0
NODES = {"nyc": "10001", "chi": "60601", "lax": "90001"}
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Refused:
    """What a caller learns from a refusal."""

    code: str
    reason: str
    message: str
    metadata: dict[str, str]
    fields: dict[str, str]
    """Description by field path."""
    retry_after_s: float


@dataclass(slots=True)
class Shop:
    """Calls to one server, and names that no other test uses."""

    server: Server
    trailers: dict[str, str] = field(default_factory=dict)

    @property
    def stubs(self) -> tuple[Any, ...]:
        raw = self.server.client().raw
        return (
            raw.checkout,
            raw.orders,
            raw.inventory,
            raw.network,
            raw.policies,
            raw.stores,
        )

    def sku(self, **on_hand: int) -> str:
        """A new SKU with these units by node."""
        name = f"SKU-{next(_numbers):05d}"
        self.items(name)
        if on_hand:
            self.count(name, **on_hand)
        return name

    def items(self, *skus: str) -> None:
        """Items with these names."""
        request = network_pb.ImportNetworkRequest(request_id=new_id())
        request.items.extend(network_pb.Item(sku=sku, weight_g=300) for sku in skus)
        self.call("ImportNetwork", iter([request]))

    def count(self, sku: str, **on_hand: int) -> None:
        """Write absolute counts."""
        counts = [
            inventory_pb.StockCount(sku=sku, node_id=node, on_hand=units)
            for node, units in on_hand.items()
        ]
        self.call(
            "SetStock",
            inventory_pb.SetStockRequest(request_id=new_id(), counts=counts),
        )

    def call(self, method: str, request: Any, *, seconds: float = SECONDS_MAX) -> Any:
        """One RPC; the trailers of the last answer are in `trailers`."""
        stub = next(s for s in self.stubs if hasattr(s, method))
        answer, call = getattr(stub, method).with_call(request, timeout=seconds)
        self.trailers = {key: value for key, value in call.trailing_metadata() or ()}
        return answer

    def quote(self, lines: dict[str, int], **fields: Any) -> checkout_pb.QuoteResponse:
        fields.setdefault("ship_to", order_pb2.Destination(postal_code="10001"))
        return self.call(
            "Quote", checkout_pb.QuoteRequest(lines=lines_of(lines), **fields)
        )

    def hold(self, lines: dict[str, int], **fields: Any) -> checkout_pb.HoldResponse:
        return self.call("Hold", hold_request(lines, **fields))

    def commit(self, hold_id: str, **fields: Any) -> checkout_pb.CommitResponse:
        fields.setdefault("request_id", new_id())
        return self.call("Commit", checkout_pb.CommitRequest(hold_id=hold_id, **fields))

    def release(self, hold_id: str) -> checkout_pb.ReleaseHoldResponse:
        request = checkout_pb.ReleaseHoldRequest(request_id=new_id(), hold_id=hold_id)
        return self.call("ReleaseHold", request)

    def available(self, sku: str) -> int:
        request = checkout_pb.GetAvailabilityRequest(skus=[sku])
        return self.call("GetAvailability", request).items[0].available

    def cell(self, sku: str, node_id: str) -> inventory_pb.Cell:
        request = inventory_pb.GetStockRequest(sku=sku, node_id=node_id)
        return self.call("GetStock", request).cells[0]


def new_id() -> str:
    return str(uuid.uuid4())


def lines_of(lines: dict[str, int]) -> list[order_pb2.Line]:
    return [order_pb2.Line(sku=sku, quantity=units) for sku, units in lines.items()]


def hold_request(lines: dict[str, int], **fields: Any) -> checkout_pb.HoldRequest:
    fields.setdefault("request_id", new_id())
    fields.setdefault("hold_id", f"h-{next(_numbers):05d}")
    fields.setdefault("ship_to", order_pb2.Destination(postal_code="10001"))
    return checkout_pb.HoldRequest(lines=lines_of(lines), **fields)


def refusal(work: Callable[[], object]) -> Refused:
    """The refusal of a call that must fail."""
    with pytest.raises(grpc.RpcError) as caught:
        work()
    error = caught.value
    assert isinstance(error, grpc.Call)
    status = status_pb2.Status()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status.ParseFromString(value)
    info = error_details_pb2.ErrorInfo()
    bad = error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    for detail in status.details:
        for kind in (info, bad, retry):
            detail.Unpack(kind)
    return Refused(
        code=error.code().name,
        reason=info.reason,
        message=status.message,
        metadata=dict(info.metadata),
        fields={v.field: v.description for v in bad.field_violations},
        retry_after_s=retry.retry_delay.ToTimedelta().total_seconds(),
    )


def furnish(server: Server) -> None:
    """Three nodes and one carrier service."""
    from shipfrom import Lane, Money, Node

    sf = server.client()
    sf.upsert_nodes([Node(name, postal_code=code) for name, code in NODES.items()])
    reaches = ((1, 300, 500, 1), (2, 1500, 700, 3), (3, 0, 900, 5))
    sf.upsert_lanes(
        [
            Lane(
                f"ground-{zone}",
                service="GROUND",
                zone=zone,
                distance_km_max=reach,
                base=Money(base, "USD"),
                transit_days=days,
            )
            for zone, reach, base, days in reaches
        ]
    )
