"""A network of 200 nodes with stock for the RPC benchmark, made through the API."""

import uuid
from collections.abc import Iterator
from random import Random
from typing import Any

import grpc

from shipfrom.v1 import checkout_service_pb2 as checkout
from shipfrom.v1 import inventory_service_pb2 as inventory
from shipfrom.v1 import inventory_service_pb2_grpc as inventory_grpc
from shipfrom.v1 import network_service_pb2 as network
from shipfrom.v1 import network_service_pb2_grpc as network_grpc

NODES, SKUS, LINES, STOCKED_SHARE = 200, 300, 3, 0.45
ROWS_A_MESSAGE = 500
# Enough that no run of holds sells a cell out: then it would measure refusals.
UNITS = 1_000_000
SECONDS_MAX = 60.0
POSTCODES = ("10001", "60601", "90001", "30301", "75201", "98101", "33101", "80201")


def fill(address: str, rng: Random) -> None:
    """Write nodes, items, lanes and counts to a running server."""
    with grpc.insecure_channel(address) as channel:
        stubs: tuple[Any, ...] = (
            network_grpc.NetworkServiceStub,
            inventory_grpc.InventoryServiceStub,
        )
        nodes, stock = (made(channel) for made in stubs)
        _network(nodes, rng)
        rows = list(_counts(rng))
        for first in range(0, len(rows), ROWS_A_MESSAGE):
            stock.SetStock(
                inventory.SetStockRequest(
                    request_id=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
                    counts=rows[first : first + ROWS_A_MESSAGE],
                ),
                timeout=SECONDS_MAX,
            )


def quotes(rng: Random, count: int) -> list[checkout.QuoteRequest]:
    """Different quotes of three lines each."""
    return [
        checkout.QuoteRequest(lines=_lines(rng), ship_to=_destination(rng))
        for _ in range(count)
    ]


def hold_bodies(rng: Random, count: int) -> Iterator[bytes]:
    """Holds without end, each with ids of its own, serialised.

    Protobuf lets fields be appended, so an id costs a few bytes and no serialisation.
    """
    orders = [
        checkout.HoldRequest(
            lines=_lines(rng), ship_to=_destination(rng), ttl={"seconds": 3600}
        ).SerializeToString()
        for _ in range(count)
    ]
    run = f"{rng.getrandbits(32):08x}"
    number = 0
    while True:
        number += 1
        name = f"{run}-0000-4000-8000-{number:012x}".encode()
        ids = (
            b"\x0a" + bytes((len(name),)) + name + b"\x12" + bytes((len(name),)) + name
        )
        yield ids + orders[number % count]


def _network(stub: Any, rng: Random) -> None:
    nodes = [_node(number, rng) for number in range(NODES)]
    items = [
        network.Item(sku=f"SKU-{n:04d}", weight_g=rng.randrange(100, 3_000))
        for n in range(SKUS)
    ]
    lanes = [_lane(zone) for zone in range(1, 9)]
    for call, rows in (
        (stub.UpsertNodes, network.UpsertNodesRequest(nodes=nodes)),
        (stub.UpsertItems, network.UpsertItemsRequest(items=items)),
        (stub.UpsertLanes, network.UpsertLanesRequest(lanes=lanes)),
    ):
        rows.request_id = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        call(rows, timeout=SECONDS_MAX)


def _node(number: int, rng: Random) -> network.Node:
    place = {"latitude": rng.uniform(30, 46), "longitude": rng.uniform(-120, -75)}
    return network.Node(
        node_id=f"node-{number:03d}",
        location=place,
        region_code="US",
        time_zone="America/Chicago",
        parcel_handling=_usd(rng.randrange(50, 200)),
        line_handling=_usd(rng.randrange(20, 60)),
    )


def _lane(zone: int) -> network.Lane:
    return network.Lane(
        lane_id=f"ground-{zone}",
        service="GROUND",
        zone=zone,
        distance_km_max=0 if zone == 8 else 300 * zone,
        base=_usd(500 + 60 * zone),
        step=_usd(30 + 5 * zone),
        transit_days=1 + zone // 2,
    )


def _usd(cents: int) -> Any:
    return {
        "currency_code": "USD",
        "units": cents // 100,
        "nanos": cents % 100 * 10_000_000,
    }


def _counts(rng: Random) -> Iterator[inventory.StockCount]:
    for sku in range(SKUS):
        for node in range(NODES):
            if rng.random() < STOCKED_SHARE:
                yield inventory.StockCount(
                    sku=f"SKU-{sku:04d}", node_id=f"node-{node:03d}", on_hand=UNITS
                )


def _lines(rng: Random) -> list[dict[str, Any]]:
    return [
        {"sku": f"SKU-{number:04d}", "quantity": rng.randrange(1, 4)}
        for number in rng.sample(range(SKUS), LINES)
    ]


def _destination(rng: Random) -> dict[str, str]:
    return {"postal_code": rng.choice(POSTCODES), "region_code": "US"}
