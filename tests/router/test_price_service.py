"""Prices over the wire: made, read, explained, and bounded by the policy."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import timedelta

import pytest
from google.protobuf import json_format

import shipfrom
from shipfrom import AsyncClient, Money, Node
from shipfrom.cli.app import run
from shipfrom.testing import Server
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import look_ahead_service_pb2 as pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as order_service_pb
from tests.router.shop import NODES, Shop, furnish, refusal

PITTSBURGH = order_pb2.Destination(postal_code="15222")
"""Ten cents cheaper from New York than from Chicago."""
SPARED = (
    "nyc would have cost 0.10 USD less today; its last unit of {} is worth 2.10 USD to"
    " orders expected."
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(empty=True) as started:
        furnish(started)
        dearer = Node("chi", postal_code=NODES["chi"], parcel_handling=Money(10, "USD"))
        started.client().upsert_nodes([dearer])
        yield started


@pytest.fixture(scope="module")
def sku(server: Server) -> str:
    """One unit is left in New York, where ten were sold; prices know it."""
    shop = Shop(server)
    sku = shop.sku(nyc=11, chi=50)
    here = order_pb2.Destination(postal_code="10001")
    for _ in range(10):
        shop.commit(shop.hold({sku: 1}, ship_to=here).hold_id)
    server.client().prices.solve()
    return sku


def quoted(shop: Shop, sku: str, **asked: object) -> checkout_pb.QuoteResponse:
    return shop.quote({sku: 1}, ship_to=PITTSBURGH, **asked)


def sender(shop: Shop, sku: str) -> str:
    [shipment] = quoted(shop, sku).best.shipments
    return shipment.node_id


def test_prices_that_were_made_are_read_over_grpc(shop: Shop, sku: str) -> None:
    stub = shop.server.client().raw.look_ahead

    listed = stub.GetPriceList(pb.GetPriceListRequest(), timeout=5).price_list
    prices = stub.ListPrices(pb.ListPricesRequest(node_id="nyc"), timeout=5)

    assert (listed.version, listed.orders, listed.cells) == ("prices-1", 10, 1)
    assert listed.share_bps == 10_000
    [cell] = prices.prices
    assert (cell.sku, cell.node_id) == (sku, "nyc")
    assert (cell.price.units, cell.price.nanos) == (2, 100_000_000)
    assert [cell] == list(listed.dearest)


def posted(shop: Shop, method: str, content: object) -> str:
    url = f"http://{shop.server.http_address}/shipfrom.v1.LookAheadService/{method}"
    with urllib.request.urlopen(url, json.dumps(content).encode()) as answer:
        return str(answer.read().decode())


def test_they_are_read_and_tried_over_json_too(shop: Shop, sku: str) -> None:
    prices = json.loads(posted(shop, "ListPrices", {"sku": sku}))
    *_, last = posted(shop, "SolvePrices", {"validateOnly": True}).splitlines()
    listed = json.loads(posted(shop, "GetPriceList", {}))["priceList"]

    assert prices["prices"][0]["nodeId"] == "nyc"
    tried = json_format.ParseDict(json.loads(last), pb.SolvePricesResponse())
    assert (tried.price_list.version, tried.price_list.cells) == ("", 1)
    assert listed["version"] == "prices-1"


async def test_the_client_reads_them_awaited(server: Server, sku: str) -> None:
    async with AsyncClient(server.address) as client:
        listed = await client.prices.current()
        cells = [cell async for cell in client.prices.list(sku=sku)]

    assert listed is not None
    assert (listed.version, tuple(cells)) == ("prices-1", listed.dearest)


def test_the_command_shows_them(
    server: Server,
    sku: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", server.address)
    assert run(["prices"]) == 0
    assert run(["prices", "list", "--node", "nyc"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("prices-1: made ")
    assert out.count(f"{sku}  nyc   $2.10       $2.10") == 2


def test_unknown_nodes_are_refused(shop: Shop) -> None:
    stub = shop.server.client().raw.look_ahead
    request = pb.ListPricesRequest(node_id="nyx")
    refused = refusal(lambda: stub.ListPrices(request, timeout=5))
    assert (refused.reason, refused.metadata) == ("NODE_NOT_FOUND", {"nodeId": "nyx"})


def test_two_solves_at_once_are_one_too_many(server: Server, sku: str) -> None:
    lists = server.app.stock.prices
    assert server.run(lists.take_turn("other", timedelta(minutes=1)))
    try:
        with pytest.raises(shipfrom.Overloaded):
            server.client().prices.solve()
    finally:
        server.run(lists.end_turn("other"))


def test_a_quote_and_its_order_tell_why_the_nearer_node_was_spared(
    shop: Shop, sku: str
) -> None:
    told = quoted(shop, sku, explain=True).explanation
    hold = shop.hold({sku: 1}, ship_to=PITTSBURGH)
    order_id = shop.commit(hold.hold_id).order_id
    request = order_service_pb.ExplainOrderRequest(order_id=order_id)
    stored = shop.call("ExplainOrder", request).explanation

    assert told.spared.sentence == SPARED.format(sku)
    assert told.verdict == f"Ships from chi in 1 shipment: {SPARED.format(sku)}"
    assert stored.spared == told.spared
    assert stored.verdict == told.verdict
    assert stored.replayed
    assert told.price_list_version == stored.price_list_version == "prices-1"
    worth = {row.node_id: row.opportunity_cost.units for row in told.candidates}
    assert worth == {"chi": 0, "nyc": 2, "lax": 0}


def deciding(server: Server, look_ahead: str) -> None:
    """Publish a policy with these words on looking ahead."""
    policies = server.client().policies
    yaml = f"kind: Policy\nname: shop\nsay: A shop\nlook_ahead: {look_ahead}\n"
    made = policies.push(yaml, author="ada")
    policies.publish(made.version, made.etag, author="ada", override_reason="a test")
    server.run(server.app.follow())


@pytest.mark.parametrize(
    ("look_ahead", "node_id"),
    [
        ("{enabled: false}", "nyc"),
        ("{cap: 0.10 USD}", "nyc"),
        ("{cap: 0.11 USD}", "chi"),
        ("{without_tags: [fresh]}", "chi"),
    ],
)
def test_the_policy_says_how_much_prices_count(
    server: Server, sku: str, look_ahead: str, node_id: str
) -> None:
    shop = Shop(server)
    deciding(server, look_ahead)
    assert sender(shop, sku) == node_id


def test_items_with_a_tag_are_decided_for_today_alone(server: Server, sku: str) -> None:
    shop = Shop(server)
    deciding(server, "{without_tags: [fresh]}")
    before = sender(shop, sku)
    server.client().upsert_items([shipfrom.Item(sku, tags=("fresh",))])

    assert (before, sender(shop, sku)) == ("chi", "nyc")
    told = quoted(shop, sku, explain=True).explanation
    assert not told.HasField("spared")
    assert not told.price_list_version
