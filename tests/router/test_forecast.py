"""Prices are made for as many orders as are forecast, and only count where that was
good."""

import asyncio
import json
import urllib.request
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from allocation.prices.forecast import Source
from allocation.prices.imported import Imported
from allocation.prices.outlook import NOT_BEATEN
from allocation.prices.published import PriceList
from inventory.operations import RequestKey
from inventory.prices.forecasts import SaidOrders, Told
from inventory.tables import order
from router.lookahead import child, collecting
from router.lookahead.briefing import hour_of, imported_of
from router.lookahead.listing import listed_of, stored_of
from router.simulate import recorded
from router.simulate.recorded import came_before
from shipfrom import Money, Node
from shipfrom.cli.app import run
from shipfrom.testing import Server
from shipfrom.v1 import order_pb2
from tests.router.shop import NODES, Shop, furnish

NEW_YORK = order_pb2.Destination(postal_code="10001")
DAY = timedelta(days=1)
WEEK_H, HORIZON_H = 168, 72


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(empty=True) as started:
        furnish(started)
        dearer = Node("chi", postal_code=NODES["chi"], parcel_handling=Money(10, "USD"))
        started.client().upsert_nodes([dearer])
        yield started


@pytest.fixture(scope="module")
def busy(server: Server) -> Shop:
    """One unit is left in New York, where ten have just been sold; before that 4
    orders an hour came in every other week, and 1 in the weeks between."""
    shop = Shop(server)
    sku = shop.sku(nyc=11, chi=50)
    for _ in range(10):
        shop.commit(shop.hold({sku: 1}, ship_to=NEW_YORK).hold_id)
    now = hour_of(server.clock.now())
    orders = [
        _order(hour, number)
        for hour in range(now - 40 * 24, now)
        for number in range(4 if (now - hour) // WEEK_H % 2 else 1)
    ]

    def write(connection: Connection) -> None:
        connection.execute(insert(order), orders)

    server.run(server.app.stock._writer.work(write))
    return shop


def _order(hour: int, number: int) -> dict[str, object]:
    texts = dict.fromkeys(("customer_ref", "gate", "assignee"), "")
    wholes = dict.fromkeys(
        ("priority", "reroutes", "decisions", "shipments", "ver", "changed_at_us"), 0
    )
    name = f"past-{hour}-{number}"
    at = {"created_at_us": hour * 3_600_000_000}
    ids = {"order_id": name, "owner": "past", "hold_id": name}
    states = {"state": "COMPLETED", "payment": "NONE"}
    return texts | wholes | ids | at | states


def solve(shop: Shop) -> PriceList:
    """What a solve makes, in this process."""
    brief = shop.server.run(shop.server.app.look_ahead.desk.collecting.brief())
    return listed_of(stored_of(brief, child.solve(brief), timedelta(0)))


def told(shop: Shop, made_at: datetime, orders: dict[int, float], name: str) -> None:
    milli = {hour: round(many * 1_000) for hour, many in orders.items()}
    key = RequestKey("me", "I", name, name)
    shop.server.run(
        shop.server.app.stock.prices.forecasts.take(key, Told(milli, made_at))
    )


def said_each_day(shop: Shop) -> None:
    """What comes, said anew each day for four days; said before, it is not heard."""
    now = hour_of(shop.server.clock.now())
    for days in range(12, -1, -1):
        made_at = shop.server.clock.now() - days * DAY
        first = hour_of(made_at)
        hours = range(first, first + 4 * 24)
        week = {at: 4.0 if (now - at) // WEEK_H % 2 else 1.0 for at in hours}
        told(shop, made_at, week, f"day {days}")


def test_a_forecast_that_loses_to_the_mean_has_no_prices_and_says_so(
    busy: Shop,
) -> None:
    made = solve(busy)

    assert made.forecast is not None
    assert made.forecast.source is Source.LEARNED
    assert made.forecast.learned is not None
    assert made.forecast.learned.error_bps > made.forecast.learned.mean_error_bps
    assert (made.cells, made.verdict) == (0, NOT_BEATEN)


def test_an_imported_forecast_that_was_right_gives_them_back(busy: Shop) -> None:
    said_each_day(busy)

    made = solve(busy)

    found = made.forecast
    assert found is not None
    assert (found.source, found.covered_hours) == (Source.IMPORTED, HORIZON_H)
    assert found.imported is not None
    assert found.imported.windows >= 7
    assert found.imported.error_bps < found.imported.mean_error_bps / 4
    assert found.kept_bps == 10_000
    assert made.cells == 1


def test_a_simulation_of_the_ledger_knows_what_was_said_of_its_orders(
    busy: Shop,
) -> None:
    said_each_day(busy)
    now = busy.server.clock.now()
    prices, start = busy.server.app.stock.prices, now - 2 * DAY

    before = busy.server.run(
        came_before(prices, start, end=now, policy_of=lambda _: None)
    )

    hour = hour_of(now)
    assert before.imported.covered(hour, HORIZON_H) == HORIZON_H
    assert before.imported.before(hour_of(start)).covered(hour, HORIZON_H) < HORIZON_H
    assert min(before.by_hour) == hour - 40 * 24, "further back than orders are read"
    assert max(before.by_hour) == hour_of(start) - 1


def test_what_was_said_is_sorted_where_no_call_waits_for_it(
    busy: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_loop: list[bool] = []

    def noted(said: Iterable[SaidOrders]) -> Imported:
        on_loop.append(asyncio._get_running_loop() is not None)
        return imported_of(said)

    for module in (collecting, recorded):
        monkeypatch.setattr(module, "imported_of", noted)
    now, app = busy.server.clock.now(), busy.server.app
    busy.server.run(app.look_ahead.desk.collecting.brief())
    nobody = came_before(app.stock.prices, now, end=now, policy_of=lambda _: None)
    busy.server.run(nobody)

    assert on_loop == [False, False]


def test_a_forecast_comes_in_by_json_and_by_the_command_that_names_wrong_rows(
    busy: Shop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server = busy.server
    monkeypatch.setenv("SHIPFROM_ADDRESS", server.address)
    today = server.clock.now().date()
    file = tmp_path / "plan.csv"
    file.write_text(f"starts_at,orders\n{today},24\n{today}T00:30Z,-1\n")
    assert run(["prices", "forecast", str(file)]) == 1
    err = capsys.readouterr().err
    assert f"{file}:3:1 starts_at: is no full hour" in err
    assert f"{file}:3:2 orders: is out of range" in err

    file.write_text("starts_at,orders,hours\n" + f"{today},1680,168\n")
    assert run(["prices", "forecast", str(file), "--clear"]) == 0
    assert "hours were over" in capsys.readouterr().out
    brief = server.run(server.app.look_ahead.desk.collecting.brief())
    assert brief.forecast is not None
    assert brief.expected == brief.forecast.orders
    assert brief.expected / brief.forecast.factor == pytest.approx(720)

    url = f"http://{server.http_address}/shipfrom.v1.LookAheadService/ImportForecast"
    content = {"requestId": str(uuid.uuid4()), "clear": True}
    with urllib.request.urlopen(url, json.dumps(content).encode()) as answer:
        assert json.loads(answer.read()) == {}
    brief = server.run(server.app.look_ahead.desk.collecting.brief())
    assert brief.forecast is not None
    assert brief.forecast.source is Source.LEARNED
