"""One process holds together: services, background work, currencies, many servers."""

import uuid
from datetime import timedelta

import pytest

import shipfrom
from router.rpc.methods import service_descriptors
from shipfrom.testing import Server
from tests.router.shop import Shop, hold_request, refusal


def test_every_service_of_the_proto_is_implemented(server: Server) -> None:
    services = server.app.services
    assert set(services) == {s.full_name for s in service_descriptors()}
    for descriptor in service_descriptors():
        for method in descriptor.methods:
            assert callable(getattr(services[descriptor.full_name], method.name))


def test_a_deployment_counts_in_its_own_currency() -> None:
    with Server(currency="JPY", valkey=False) as server:
        sf = server.client()
        quote = sf.quote({"SKU-1": 1}, "10001")
        assert quote.best.cost == shipfrom.Money(500, "JPY")
        with pytest.raises(shipfrom.InvalidField):
            sf.upsert_nodes(
                [
                    shipfrom.Node(
                        "x",
                        postal_code="10001",
                        parcel_handling=shipfrom.Money(100, "USD"),
                    )
                ]
            )


def test_a_test_server_starts_furnished_and_its_clock_waits() -> None:
    with Server() as server:
        sf = server.client()
        hold = sf.hold(lines={"SKU-1": 1}, ship_to="10001", ttl="10m")
        server.clock.advance("11m")
        with pytest.raises(shipfrom.HoldExpired):
            hold.commit()
        server.stock.set("new-01", "SKU-7", 3)
        assert server.stock.available("SKU-7") == 3


def test_servers_of_one_process_do_not_see_each_other() -> None:
    with Server() as one, Server() as other:
        one.stock.set("nyc-01", "SKU-1", 1)
        other.stock.set("nyc-01", "SKU-1", 7)
        assert one.stock.available("SKU-1") == 21
        assert other.stock.available("SKU-1") == 27


def test_the_sweep_ends_holds_and_the_relay_is_quiet(shop: Shop) -> None:
    hold = shop.hold({shop.sku(nyc=1): 1}, ttl=timedelta(seconds=60))
    shop.server._moving.move(timedelta(minutes=2))
    assert shop.server.run(shop.server.app.sweep()) >= 1
    assert refusal(lambda: shop.commit(hold.hold_id)).reason == "HOLD_EXPIRED"
    shop.server.run(shop.server.app.relay())


def test_request_ids_of_different_methods_do_not_meet(shop: Shop) -> None:
    asked = str(uuid.uuid4())
    sku = shop.sku(nyc=1)
    hold = shop.call("Hold", hold_request({sku: 1}, request_id=asked))
    assert shop.commit(hold.hold_id, request_id=asked).hold_id == hold.hold_id
