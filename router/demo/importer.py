"""Sends a world to a server through the public streaming calls, as an ERP would."""

from collections.abc import AsyncIterator, Callable, Iterator

from grpc import aio

from inventory.operations import Count
from router.demo.batches import batches, request_id
from router.demo.world import World
from router.documents import write_item, write_lane, write_node
from router.money import Currency
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import network_service_pb2 as network_pb
from shipfrom.v1.inventory_service_pb2_grpc import InventoryServiceStub
from shipfrom.v1.network_service_pb2_grpc import NetworkServiceStub

Tell = Callable[[int, int], None]
"""Called with rows sent and rows in all."""

ROWS_A_MESSAGE = 500
IMPORT_SECONDS_MAX = 300.0


async def import_network(
    channel: aio.Channel, world: World, tell: Tell
) -> network_pb.ImportNetworkResponse:
    """Sends nodes, items and lanes; sending them again changes nothing."""
    stub = NetworkServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
    answer: network_pb.ImportNetworkResponse = await stub.ImportNetwork(
        _network_messages(world, tell), timeout=IMPORT_SECONDS_MAX
    )
    return answer


async def import_stock(
    channel: aio.Channel, world: World, tell: Tell
) -> inventory_pb.ImportStockResponse:
    """Sends every cell's count; nodes must be known to the server by then."""
    stub = InventoryServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
    answer: inventory_pb.ImportStockResponse = await stub.ImportStock(
        _stock_messages(world, tell), timeout=IMPORT_SECONDS_MAX
    )
    return answer


async def _network_messages(
    world: World, tell: Tell
) -> AsyncIterator[network_pb.ImportNetworkRequest]:
    total = len(world.nodes) + len(world.items) + len(world.lanes)
    first = request_id(world.digest(), "network")
    yield network_pb.ImportNetworkRequest(request_id=first, all_or_nothing=True)
    done = 0
    for message, rows in _network_rows(world):
        yield message
        done += rows
        tell(done, total)


def _network_rows(
    world: World,
) -> Iterator[tuple[network_pb.ImportNetworkRequest, int]]:
    currency = Currency()
    for nodes in batches(world.nodes, ROWS_A_MESSAGE):
        message = network_pb.ImportNetworkRequest()
        for node in nodes:
            write_node(node, message.nodes.add(), currency)
        yield message, len(nodes)
    for items in batches(world.items, ROWS_A_MESSAGE):
        message = network_pb.ImportNetworkRequest()
        for item in items:
            write_item(item, message.items.add(), currency)
        yield message, len(items)
    for lanes in batches(world.lanes, ROWS_A_MESSAGE):
        message = network_pb.ImportNetworkRequest()
        for lane in lanes:
            write_lane(lane, message.lanes.add(), currency)
        yield message, len(lanes)


async def _stock_messages(
    world: World, tell: Tell
) -> AsyncIterator[inventory_pb.ImportStockRequest]:
    first = request_id(world.digest(), "stock")
    yield inventory_pb.ImportStockRequest(request_id=first)
    done, counts = 0, list(world.counts())
    for rows in batches(counts, ROWS_A_MESSAGE):
        yield inventory_pb.ImportStockRequest(rows=map(_count, rows))
        done += len(rows)
        tell(done, len(counts))


def _count(count: Count) -> inventory_pb.StockCount:
    return inventory_pb.StockCount(
        sku=count.sku, node_id=count.node_id, on_hand=count.on_hand
    )
