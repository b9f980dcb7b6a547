"""Nodes, items and lanes: written whole, listed, imported, and decided with at once."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.type.date_pb2 import Date
from google.type.latlng_pb2 import LatLng
from google.type.money_pb2 import Money
from google.type.timeofday_pb2 import TimeOfDay

from shipfrom.testing import Server
from shipfrom.v1 import network_service_pb2 as pb
from tests.router.shop import Shop, new_id, refusal


def usd(units: int, cents: int = 0) -> Money:
    return Money(currency_code="USD", units=units, nanos=cents * 10_000_000)


NODE = pb.Node(
    node_id="full-01",
    kind=pb.NODE_KIND_STORE,
    display_name="Full Store",
    location=LatLng(latitude=40.5, longitude=-74.25),
    postal_code="07001",
    region_code="US",
    time_zone="America/New_York",
    cut_off=TimeOfDay(hours=16, minutes=30),
    open_from=TimeOfDay(hours=8, minutes=15),
    open_until=TimeOfDay(hours=21, minutes=45),
    ship_weekdays=[1, 3, 5],
    closed_dates=[Date(year=2026, month=12, day=24)],
    handling_days=1,
    parcel_handling=usd(1, 50),
    line_handling=usd(0, 25),
    unit_handling=usd(0, 1),
    priority=7,
    tags=["big", "north"],
    disabled=True,
    orders_per_day=120,
)
ITEM = pb.Item(
    sku="FULL-1",
    display_name="Full item",
    weight_g=1200,
    volume_cm3=9000,
    value=usd(19, 99),
    tags=["fragile"],
)
LANE = pb.Lane(
    lane_id="full-2",
    node_id="full-01",
    service="EXPRESS",
    zone=2,
    distance_km_max=400,
    base=usd(7, 15),
    step=usd(0, 36),
    step_g=500,
    transit_days=2,
    fuel_bps=800,
    residential=usd(0, 95),
    volume_divisor=5,
)


@pytest.fixture
def own() -> Iterator[Shop]:
    with Server(empty=True) as server:
        yield Shop(server)


def imported(
    shop: Shop, messages: list[dict[str, Any]], **settings: Any
) -> pb.ImportNetworkResponse:
    settings.setdefault("request_id", new_id())
    first = pb.ImportNetworkRequest(**settings)
    rest = [pb.ImportNetworkRequest(**message) for message in messages]
    return shop.call("ImportNetwork", iter([first, *rest]))


def test_what_is_written_is_listed_field_by_field(own: Shop) -> None:
    nodes = pb.UpsertNodesRequest(request_id=new_id(), nodes=[NODE])
    assert own.call("UpsertNodes", nodes).created == 1
    items = pb.UpsertItemsRequest(request_id=new_id(), items=[ITEM])
    assert own.call("UpsertItems", items).created == 1
    lanes = pb.UpsertLanesRequest(request_id=new_id(), lanes=[LANE])
    assert own.call("UpsertLanes", lanes).created == 1
    assert list(own.call("ListNodes", pb.ListNodesRequest()).nodes) == [NODE]
    assert list(own.call("ListItems", pb.ListItemsRequest()).items) == [ITEM]
    assert list(own.call("ListLanes", pb.ListLanesRequest()).lanes) == [LANE]


def test_a_node_is_written_whole(own: Shop) -> None:
    nodes = pb.UpsertNodesRequest(request_id=new_id(), nodes=[NODE])
    own.call("UpsertNodes", nodes)
    bare = pb.Node(node_id="full-01", postal_code="10001")
    answer = own.call(
        "UpsertNodes", pb.UpsertNodesRequest(request_id=new_id(), nodes=[bare])
    )
    assert (answer.created, answer.updated) == (0, 1)
    (node,) = own.call("ListNodes", pb.ListNodesRequest()).nodes
    assert not node.tags
    assert not node.disabled
    assert node.cut_off.hours == 15
    assert list(node.ship_weekdays) == [1, 2, 3, 4, 5]
    assert node.location.latitude == 40.7484, "from the postcode"


def test_validate_only_counts_and_writes_nothing(own: Shop) -> None:
    request = pb.UpsertNodesRequest(
        request_id=new_id(), nodes=[NODE], validate_only=True
    )
    answer = own.call("UpsertNodes", request)
    assert (answer.created, answer.updated) == (1, 0)
    assert not own.call("ListNodes", pb.ListNodesRequest()).nodes
    request.validate_only = False
    assert own.call("UpsertNodes", request).created == 1, "the id was not consumed"


def test_an_upsert_can_be_repeated_but_not_with_other_rows(own: Shop) -> None:
    request = pb.UpsertItemsRequest(request_id=new_id(), items=[ITEM])
    assert own.call("UpsertItems", request).created == 1
    assert "shipfrom-replayed" not in own.trailers
    assert own.call("UpsertItems", request).created == 1, "the first answer"
    assert own.trailers["shipfrom-replayed"] == "true"
    request.items[0].weight_g = 1
    assert refusal(lambda: own.call("UpsertItems", request)).reason == "ID_REUSED"


def test_an_id_twice_in_one_call_is_refused(own: Shop) -> None:
    request = pb.UpsertItemsRequest(request_id=new_id(), items=[ITEM, ITEM])
    assert "items" in refusal(lambda: own.call("UpsertItems", request)).fields


def test_nodes_are_listed_page_by_page(own: Shop) -> None:
    names = [f"node-{number:02d}" for number in range(7)]
    nodes = [pb.Node(node_id=name, postal_code="10001") for name in names]
    own.call("UpsertNodes", pb.UpsertNodesRequest(request_id=new_id(), nodes=nodes))
    found, token = [], ""
    while not found or token:
        request = pb.ListNodesRequest(page_size=3, page_token=token)
        page = own.call("ListNodes", request)
        found += [node.node_id for node in page.nodes]
        token = page.next_page_token
    assert found == names
    token = own.call("ListNodes", pb.ListNodesRequest(page_size=1)).next_page_token
    foreign = pb.ListItemsRequest(page_token=token)
    assert refusal(lambda: own.call("ListItems", foreign)).reason == (
        "PAGE_TOKEN_MISMATCH"
    )


def test_a_new_node_can_ship_at_once(shop: Shop) -> None:
    request = pb.UpsertNodesRequest(
        request_id=new_id(), nodes=[pb.Node(node_id="bos", postal_code="02108")]
    )
    shop.call("UpsertNodes", request)
    sku = shop.sku(bos=1)
    assert shop.quote({sku: 1}).best.shipments[0].node_id == "bos"


def test_a_write_of_another_router_is_seen_at_the_next_refresh(shop: Shop) -> None:
    app = shop.server.app
    before = app.networks.snapshot

    async def write_behind() -> None:
        from inventory.operations import RequestKey

        key = RequestKey("other", "Upsert:item", new_id(), "x")
        await app.stock.catalogue.upsert(
            key, "item", [("BEHIND-1", {"sku": "BEHIND-1"})]
        )

    shop.server.run(write_behind())
    shop.server.run(app.refresh())
    assert "BEHIND-1" in app.networks.snapshot.items
    assert app.networks.snapshot.network.version != before.network.version


def test_an_import_takes_nodes_items_and_lanes_in_one_stream(own: Shop) -> None:
    lane = pb.Lane(lane_id="own-1", node_id="b", service="GROUND", zone=1)
    answer = imported(
        own,
        [
            {"nodes": [pb.Node(node_id=n, postal_code="10001") for n in ("a", "b")]},
            {"items": [pb.Item(sku="I-1"), pb.Item(sku="I-2", weight_g=-1)]},
            {"lanes": [lane, pb.Lane(lane_id="x", node_id="bb", service="G", zone=1)]},
        ],
    )
    assert (answer.accepted, answer.rejected) == (4, 2)
    assert [(r.row, r.field) for r in answer.rejected_rows] == [
        (4, "weight_g"),
        (6, "node_id"),
    ]
    assert set(own.server.app.networks.snapshot.node_ids) == {"a", "b"}
    assert own.server.app.networks.snapshot.services == ("GROUND",)


def test_an_import_of_all_or_nothing_writes_nothing_with_a_bad_row(own: Shop) -> None:
    bad = [{"items": [pb.Item(sku="I-1"), pb.Item(sku="")]}]
    answer = imported(own, bad, all_or_nothing=True)
    assert (answer.accepted, answer.rejected) == (0, 1)
    assert not own.call("ListItems", pb.ListItemsRequest()).items


def test_an_import_names_an_id_that_came_before(own: Shop) -> None:
    twice = [{"items": [pb.Item(sku="I-1"), pb.Item(sku="I-1")]}]
    answer = imported(own, twice)
    assert (answer.accepted, answer.rejected) == (1, 1)
    assert answer.rejected_rows[0].field == "sku"


def test_a_repeated_import_says_so(own: Shop) -> None:
    asked = new_id()
    for replayed in (None, "true"):
        imported(own, [{"items": [pb.Item(sku="I-1")]}], request_id=asked)
        assert own.trailers.get("shipfrom-replayed") == replayed


def test_a_large_import_goes_in_blocks(own: Shop) -> None:
    parts = [
        {"items": [pb.Item(sku=f"I-{number:05d}") for number in range(at, at + 400)]}
        for at in range(0, 2000, 400)
    ]
    assert imported(own, parts).accepted == 2000
    assert len(own.server.app.networks.snapshot.items) == 2000
