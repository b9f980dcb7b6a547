"""`client.prices` and `shipfrom prices`: the list, its cells, and a solve."""

import json
from datetime import UTC, datetime, timedelta

import pytest

import shipfrom
from shipfrom import AsyncClient, CellPrice, Client, Money
from shipfrom.cli.app import run
from shipfrom.v1 import look_ahead_service_pb2 as pb
from tests.clients.canned import NOW, usd
from tests.clients.stub_server import Fail, Stub

CELL = pb.CellPrice(sku="SKU-1", node_id="nyc-01", price=usd(400), counted=usd(300))
OTHER = pb.CellPrice(sku="SKU-2", node_id="bos-02", price=usd(90), counted=usd(67))
LISTED = pb.PriceList(
    version="prices-7",
    make_time=NOW,
    fresh_until_time=NOW + timedelta(minutes=15),
    faded_time=NOW + timedelta(hours=1),
    share_bps=7_500,
    horizon=timedelta(days=3),
    orders=1_250,
    futures=30,
    bound=usd(123_456),
    cells=2,
    verdict="recent orders cost 1.2 % less with them",
    dearest=[CELL, OTHER],
)
CURRENT = pb.GetPriceListResponse(price_list=LISTED)
WAITING = pb.SolvePricesResponse(seconds=2)
DONE = pb.SolvePricesResponse(seconds=4, price_list=LISTED)


@pytest.fixture(autouse=True)
def _at_the_stub(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", stub.address)
    monkeypatch.delenv("COLUMNS", raising=False)


def test_the_list_in_force_is_a_value(stub: Stub) -> None:
    stub.will("GetPriceList", CURRENT, pb.GetPriceListResponse())

    with Client(stub.address) as client:
        listed, none = client.prices.current(), client.prices.current()

    assert none is None
    assert listed is not None
    assert (listed.version, listed.share_bps) == ("prices-7", 7_500)
    assert listed.made_at == datetime(2026, 11, 16, 17, tzinfo=UTC)
    assert listed.faded_at - listed.fresh_until == timedelta(minutes=45)
    assert (listed.horizon, listed.bound) == (timedelta(days=3), Money(123_456, "USD"))
    assert listed.dearest[0] == CellPrice(
        "SKU-1", "nyc-01", Money(400, "USD"), Money(300, "USD")
    )


def test_prices_are_read_page_by_page(stub: Stub) -> None:
    stub.will(
        "ListPrices",
        pb.ListPricesResponse(prices=[CELL], next_page_token="more"),
        pb.ListPricesResponse(prices=[OTHER]),
    )

    with Client(stub.address) as client:
        found = list(client.prices.list(sku="SKU-1", node_id="nyc-01"))

    assert [cell.sku for cell in found] == ["SKU-1", "SKU-2"]
    first, second = stub.asked(pb.ListPricesRequest)
    assert (first.sku, first.node_id, first.page_token) == ("SKU-1", "nyc-01", "")
    assert second.page_token == "more"


def test_a_solve_tells_its_seconds_and_gives_the_list(stub: Stub) -> None:
    stub.will("SolvePrices", WAITING, DONE)
    told: list[int] = []

    with Client(stub.address) as client:
        listed = client.prices.solve(validate_only=True, progress=told.append)

    assert (listed.version, told) == ("prices-7", [2])
    [request] = stub.asked(pb.SolvePricesRequest)
    assert request.validate_only


def test_a_solve_that_failed_is_a_refusal_of_its_own(stub: Stub) -> None:
    stub.will("SolvePrices", WAITING, Fail("ABORTED", "SOLVE_FAILED"))

    with Client(stub.address) as client, pytest.raises(shipfrom.SolveFailed):
        client.prices.solve()


async def test_the_same_awaited(stub: Stub) -> None:
    stub.will("GetPriceList", CURRENT)
    stub.will("ListPrices", pb.ListPricesResponse(prices=[CELL, OTHER]))
    stub.will("SolvePrices", WAITING, DONE)
    told: list[int] = []

    async with AsyncClient(stub.address) as client:
        listed = await client.prices.current()
        cells = [cell async for cell in client.prices.list()]
        solved = await client.prices.solve(progress=told.append)

    assert listed == solved
    assert listed is not None
    assert tuple(cells) == listed.dearest
    assert told == [2]


@pytest.mark.parametrize("command", [["prices"], ["prices", "show"]])
def test_the_command_says_what_counts_and_what_is_dearest(
    command: list[str], stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("GetPriceList", CURRENT)
    assert run(command) == 0
    assert capsys.readouterr().out.splitlines() == [
        "prices-7: made 2026-11-16 17:00:00Z from 1,250 recent orders and 30 futures,"
        " 3 days ahead.",
        "Counts 75 % now: in full until 2026-11-16 17:15:00Z, nothing from"
        " 2026-11-16 18:00:00Z.",
        "Recent orders cost 1.2 % less with them.",
        "2 cells have a price; the orders expected cost $1,234.56 at least.",
        "sku    node    price  counts now",
        "\N{BOX DRAWINGS LIGHT HORIZONTAL}" * 32,
        "SKU-1  nyc-01  $4.00       $3.00",
        "SKU-2  bos-02  $0.90       $0.67",
    ]


def test_without_prices_the_command_says_how_to_make_some(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("GetPriceList", pb.GetPriceListResponse())
    assert run(["prices"]) == 0
    assert "Next: shipfrom prices solve" in capsys.readouterr().err


def test_cells_are_listed_as_json_lines(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("ListPrices", pb.ListPricesResponse(prices=[CELL, OTHER]))
    assert run(["prices", "list", "--node", "nyc-01", "--limit", "1", "--json"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["price"] == {"amount": "4.00", "currency": "USD"}
    assert [r.node_id for r in stub.asked(pb.ListPricesRequest)] == ["nyc-01"]


def test_a_dry_run_changes_nothing_and_says_so(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = pb.SolvePricesResponse()
    tried.CopyFrom(DONE)
    tried.price_list.version = ""
    stub.will("SolvePrices", WAITING, tried)
    assert run(["prices", "solve", "--dry-run"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Not in force: made 2026-11-16")
    assert "Counts" not in out
    assert err.splitlines() == ["2 s ...", "Nothing was changed."]
