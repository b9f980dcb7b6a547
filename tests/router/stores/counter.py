"""Short forms of what devices in stores ask, so that tests read like sentences."""

import asyncio
from typing import Any

from inventory.audit import audit
from shipfrom.testing import Server
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as order_pb
from shipfrom.v1 import store_service_pb2 as pb
from tests.router.shop import Shop, new_id

ZONE = "America/New_York"
STORES = {"nyc": "10001", "chi": "60601", "lax": "90001", "bkn": "11201"}
"""The nearer to New York, the cheaper. Customers come to Brooklyn."""
DEAR = ("phl", "19104")
"""As near as New York, and dear."""
NOT_FOUND = pb.REJECT_REASON_NOT_FOUND
STATES = order_pb2.ShipmentState


class Counter(Shop):
    """What a store's device asks of one server."""

    def ordered(self, lines: dict[str, int], **fields: Any) -> str:
        """A fresh order; the id of its first shipment."""
        order_id = self.commit(self.hold(lines, **fields).hold_id).order_id
        return f"{order_id}:1"

    def pickup(self, lines: dict[str, int], node: str = "bkn") -> str:
        """The same, and the customer comes for it."""
        routing = order_pb2.Routing(service="PICKUP", only_node_ids=[node])
        return self.ordered(lines, routing=routing)

    def ask(self, method: str, shipment_id: str, **fields: Any) -> Any:
        """One step of a shipment under a fresh id."""
        return self.call(method, self.request(method, shipment_id, **fields))

    def request(self, method: str, shipment_id: str, **fields: Any) -> Any:
        fields.setdefault("request_id", new_id())
        kind = getattr(pb, f"{method}Request")
        return kind(shipment_id=shipment_id, **fields)

    def picked(self, shipment_id: str, found: dict[str, int], **fields: Any) -> Any:
        """Confirm a pick: units found by SKU, `missing` those not found."""
        missing: dict[str, int] = fields.pop("missing", {})
        lines = [
            pb.PickedLine(
                sku=sku, picked=found.get(sku, 0), missing=missing.get(sku, 0)
            )
            for sku in {**found, **missing}
        ]
        return self.ask("ConfirmPick", shipment_id, lines=lines, **fields)

    def tasks(self, node: str, **fields: Any) -> dict[str, pb.Task]:
        request = pb.ListTasksRequest(node_id=node, page_size=1000, **fields)
        return {t.shipment_id: t for t in self.call("ListTasks", request).tasks}

    def order(self, shipment_id: str) -> order_pb.Order:
        name = shipment_id.rpartition(":")[0]
        return self.call("GetOrder", order_pb.GetOrderRequest(order_id=name)).order

    def states(self, shipment_id: str) -> list[tuple[str, str]]:
        """Node and state of every shipment of its order."""
        return [
            (s.node_id, STATES.Name(s.state).removeprefix("SHIPMENT_STATE_"))
            for s in self.order(shipment_id).shipments
        ]

    def units(self, sku: str, node: str) -> tuple[int, int, int]:
        """on_hand, allocated, short."""
        cell = self.cell(sku, node)
        return cell.on_hand, cell.allocated, cell.short


def untimed(answer: Any) -> Any:
    """The same, without the time of the next step, which a timer sets meanwhile."""
    rest = type(answer)()
    rest.CopyFrom(answer)
    rest.task.ClearField("due_time")
    return rest


def open_stores(server: Server) -> None:
    """Stores, carriage by distance, and a counter in Brooklyn."""
    from shipfrom import Lane, Money, Node

    sf = server.client()
    sf.upsert_nodes(
        [
            Node(name, kind="STORE", postal_code=code, time_zone=ZONE)
            for name, code in STORES.items()
        ]
        + [
            Node(
                DEAR[0],
                kind="STORE",
                postal_code=DEAR[1],
                time_zone=ZONE,
                parcel_handling=Money(5_000, "USD"),
            )
        ]
    )
    reaches = ((1, 300, 500, 1), (2, 1500, 700, 3), (3, 0, 900, 5))
    lanes = [
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
    lanes.append(Lane("counter", node_id="bkn", service="PICKUP", zone=1))
    sf.upsert_lanes(lanes)


def assert_books_are_right(server: Server) -> None:
    """Every invariant of the ledger, after whatever the tests did to it."""
    report = asyncio.run(audit(server.ledger_url))
    assert report.violations == ()
    assert report.oversold_units == 0
