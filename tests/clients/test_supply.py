"""Supply by the SDK, in both its forms, and by commands, on the real server."""

import json
from collections.abc import Iterator
from datetime import date

import pytest

from shipfrom import (
    AsyncClient,
    BelowAllocated,
    Client,
    IdReused,
    Incoming,
    IncomingNotFound,
)
from shipfrom.cli.app import run
from shipfrom.testing import Server
from shipfrom.v1 import inventory_service_pb2 as inventory_pb

SOON, LATE = date(2030, 1, 2), date(2030, 2, 1)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(valkey=False) as started:
        yield started


@pytest.fixture
def sf(server: Server) -> Client:
    return server.client()


def test_supply_is_announced_listed_and_received(sf: Client) -> None:
    row = Incoming("po-1", "SKU-1", "nyc-01", 5, LATE)
    soon = Incoming("po-2", "SKU-1", "nyc-01", 3, SOON)
    assert sf.set_incoming([row, soon]) == (row, soon)
    assert list(sf.incoming("SKU-1")) == [soon, row]
    before = sf.receive_incoming("po-1", 2).on_hand
    assert sf.receive_incoming("po-1", reason="the rest").on_hand == before + 3
    assert list(sf.incoming(node_id="nyc-01")) == [soon]
    assert [r.received for r in sf.incoming("SKU-1", with_received=True)] == [0, 5]
    assert next(sf.entries("SKU-1")).reason == "the rest"
    with pytest.raises(IncomingNotFound):
        sf.receive_incoming("po-none")
    with pytest.raises(IdReused):
        sf.set_incoming([Incoming("po-1", "SKU-2", "nyc-01", 5, LATE)])


async def test_the_async_client_says_the_same(server: Server) -> None:
    row = Incoming("po-3", "SKU-2", "nyc-01", 5, SOON)
    async with AsyncClient(server.address) as sf:
        await sf.set_incoming([row], validate_only=True)
        assert [each async for each in sf.incoming("SKU-2")] == []
        await sf.set_incoming([row])
        assert [each async for each in sf.incoming("SKU-2")] == [row]
        before = (await sf.receive_incoming("po-3", 1)).on_hand
        assert (await sf.receive_incoming("po-3")).on_hand == before + 4


def test_a_guarded_count_keeps_what_orders_have(sf: Client) -> None:
    sku = "SKU-2"
    sf.set_stock({(sku, "nyc-01"): 5})
    with sf.hold(lines={sku: 4}, ship_to="10001") as hold:
        node_id = hold.commit().plan.shipments[0].node_id
    there = next(iter(sf.stock(sku, node_id=node_id))).on_hand
    for only in (True, False):
        with pytest.raises(BelowAllocated, match=f"4 of {sku}"):
            sf.set_stock(
                {(sku, node_id): 3}, refuse_below_allocated=True, validate_only=only
            )
    assert next(iter(sf.stock(sku, node_id=node_id))).on_hand == there
    assert sf.set_stock({(sku, node_id): 3})[0].short == 1


def test_a_limit_of_what_may_wait_is_written(
    server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.client().set_backorder_limits({("SKU-1", "nyc-01"): 7}, reason="a test")
    wire = server.client().raw.inventory
    request = inventory_pb.GetStockRequest(sku="SKU-1", node_id="nyc-01")
    assert wire.GetStock(request, timeout=9).cells[0].backorder_limit == 7
    monkeypatch.setenv("SHIPFROM_ADDRESS", server.address)
    assert run(["incoming", "limit", "SKU-1=9", "--node", "nyc-01"]) == 0
    assert "At most 9 of SKU-1 wait for nyc-01" in capsys.readouterr().out
    assert wire.GetStock(request, timeout=9).cells[0].backorder_limit == 9


async def test_the_async_client_writes_limits(server: Server) -> None:
    server.client().set_stock({("SKU-2", "nyc-01"): 5})
    async with AsyncClient(server.address) as sf:
        await sf.set_backorder_limits({("SKU-2", "nyc-01"): 3})
    request = inventory_pb.GetStockRequest(sku="SKU-2", node_id="nyc-01")
    wire = server.client().raw.inventory
    assert wire.GetStock(request, timeout=9).cells[0].backorder_limit == 3


def test_supply_by_commands(
    server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", server.address)
    on = ["--node", "nyc-01", "--on", "2030-01-02"]
    assert run(["incoming", "set", "po-9", "SKU-1=20", *on]) == 0
    said = capsys.readouterr()
    assert "20 of SKU-1 are expected at nyc-01 on 2030-01-02" in said.out
    assert "Next: shipfrom incoming receive po-9" in said.err
    assert run(["incoming", "list", "SKU-1"]) == 0
    assert "2030-01-02" in capsys.readouterr().out
    assert run(["incoming", "receive", "po-9", "--quantity", "5", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["node_id"] == "nyc-01"
    assert run(["incoming", "list", "SKU-1", "--json"]) == 0
    *_, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert (last["incoming_id"], last["received"]) == ("po-9", 5)
    assert run(["incoming", "receive", "po-none"]) == 1
    assert "INCOMING_NOT_FOUND" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["SKU-1", "2030-01-02"], ["SKU-1=2", "soon"]])
def test_what_is_no_supply_is_told_before_it_is_sent(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    units, on = wrong
    code = run(["incoming", "set", "po-9", units, "--node", "nyc-01", "--on", on])
    assert code == 2
    assert "Next: write" in capsys.readouterr().err
