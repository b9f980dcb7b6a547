"""Forecasts of others through both clients and the command, and what a list says."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

import shipfrom
from shipfrom import (
    AsyncClient,
    Backtest,
    Client,
    ForecastReport,
    ForecastRow,
    ForecastSource,
)
from shipfrom.cli.app import run
from shipfrom.v1 import look_ahead_service_pb2 as pb
from tests.clients.canned import NOW
from tests.clients.stub_server import Stub
from tests.clients.test_prices import LISTED

LEARNED = pb.Backtest(
    source=pb.FORECAST_SOURCE_LEARNED,
    windows=28,
    error_bps=810,
    mean_error_bps=1_230,
    kept_bps=10_000,
)
IMPORTED = pb.Backtest(
    source=pb.FORECAST_SOURCE_IMPORTED,
    windows=9,
    error_bps=1_500,
    mean_error_bps=1_100,
    kept_bps=6_000,
)
FORECAST = pb.Forecast(
    source=pb.FORECAST_SOURCE_IMPORTED,
    orders=1_240.4,
    kept_bps=6_000,
    imported_hours=72,
    correction=0.8,
    backtests=[LEARNED, IMPORTED],
)
TAKEN = pb.ImportForecastResponse(hours=25, past_hours=3, orders=104.5)
EASTERN = timezone(timedelta(hours=-5))
ROWS = (
    ForecastRow(date(2026, 11, 27), 96),
    ForecastRow(datetime(2026, 11, 28, 9, tzinfo=EASTERN), 8.5),
)


@pytest.fixture(autouse=True)
def _at_the_stub(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", stub.address)
    monkeypatch.delenv("COLUMNS", raising=False)


def listed(forecast: pb.Forecast) -> pb.GetPriceListResponse:
    answer = pb.GetPriceListResponse(price_list=LISTED)
    answer.price_list.forecast.CopyFrom(forecast)
    return answer


def starts(row: pb.ForecastRow) -> tuple[datetime, int, float]:
    return row.start_time.ToDatetime(tzinfo=UTC), row.hours, row.orders


def test_a_day_has_24_hours_and_a_moment_one(stub: Stub) -> None:
    stub.will("ImportForecast", TAKEN)
    made = datetime(2026, 11, 20, tzinfo=UTC)

    with Client(stub.address) as client:
        report = client.prices.import_forecast(ROWS, made_at=made, clear=True)

    assert report == ForecastReport(hours=25, past_hours=3, orders=104.5)
    [sent] = stub.asked(pb.ImportForecastRequest)
    assert [starts(row) for row in sent.rows] == [
        (datetime(2026, 11, 27, tzinfo=UTC), 24, 96),
        (datetime(2026, 11, 28, 14, tzinfo=UTC), 0, 8.5),
    ]
    assert sent.make_time.ToDatetime(tzinfo=UTC) == made
    assert sent.clear
    assert sent.request_id


async def test_the_same_awaited(stub: Stub) -> None:
    stub.will("ImportForecast", TAKEN)
    async with AsyncClient(stub.address) as client:
        report = await client.prices.import_forecast(ROWS, validate_only=True)
    assert report.hours == 25
    [sent] = stub.asked(pb.ImportForecastRequest)
    assert (sent.validate_only, sent.HasField("make_time")) == (True, False)


def test_a_moment_without_a_zone_is_refused_before_it_is_sent(stub: Stub) -> None:
    naive = ForecastRow(datetime(2026, 11, 28, 9), 8)  # noqa: DTZ001  # that is the point
    with Client(stub.address) as client:
        with pytest.raises(shipfrom.InvalidField, match=r"rows\[1\].starts_at"):
            client.prices.import_forecast([ROWS[0], naive])
        with pytest.raises(shipfrom.InvalidField, match="made_at"):
            client.prices.import_forecast(ROWS, made_at=naive.starts_at)  # type: ignore[arg-type]
    assert not stub.asked(pb.ImportForecastRequest)


def test_a_list_says_what_it_was_made_for(stub: Stub) -> None:
    stub.will("GetPriceList", listed(FORECAST))
    with Client(stub.address) as client:
        found = client.prices.current()

    assert found is not None
    assert found.forecast is not None
    assert found.forecast.source is ForecastSource.IMPORTED
    assert (found.forecast.orders, found.forecast.correction) == (1_240.4, 0.8)
    assert (found.forecast.kept_bps, found.forecast.imported_hours) == (6_000, 72)
    learned, _ = found.forecast.backtests
    assert learned == Backtest(ForecastSource.LEARNED, 28, 810, 1_230, 10_000)


def test_the_command_says_how_many_are_expected_and_how_good_that_was(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("GetPriceList", listed(FORECAST))
    assert run(["prices"]) == 0
    assert capsys.readouterr().out.splitlines()[3:7] == [
        "1,240 orders are expected, by the imported forecast times 0.80.",
        "Learned: wrong by 8.1 % in 28 past horizons, the mean of four weeks by 12.3 %;"
        " good for 100 % of prices.",
        "Imported: wrong by 15.0 % in 9 past horizons, the mean of four weeks by"
        " 11.0 %; good for 60 % of prices.",
        "So the prices are 60 % of what a good forecast would make them.",
    ]


def test_the_command_says_what_cannot_be_told_yet(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    own = pb.Forecast(
        source=pb.FORECAST_SOURCE_LEARNED, orders=24, kept_bps=10_000, imported_hours=40
    )
    stub.will("GetPriceList", listed(own))
    assert run(["prices"]) == 0
    assert capsys.readouterr().out.splitlines()[3:6] == [
        "24 orders are expected, by the last four weeks.",
        "How good that is cannot be told yet: too little came before.",
        "The imported forecast has 40 of 72 hours and is not used.",
    ]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.csv"
    path.write_text(
        "day,orders,hours\n2026-11-27,96,\n2026-11-28T09:00-05:00,8.5,1\n", "utf-8"
    )
    return path


def test_the_command_sends_a_file(
    stub: Stub, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("ImportForecast", TAKEN)
    made = "2026-11-20T00:00:00Z"
    assert run(["prices", "forecast", str(file), "--made", made]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "104 orders in 25 hours are expected",
        "3 hours were over when it was made, and were left out",
    ]
    assert err == "Next: shipfrom prices solve --dry-run\n"
    [sent] = stub.asked(pb.ImportForecastRequest)
    assert [row.hours for row in sent.rows] == [24, 1]
    assert sent.make_time.seconds == int(datetime(2026, 11, 20, tzinfo=UTC).timestamp())


def test_the_command_names_the_cells_that_are_wrong_and_sends_nothing(
    stub: Stub, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(
        "starts_at,orders\n2026-11-27T09:00,5\n27.11.2026,5\n2026-11-27,x\n"
    )
    assert run(["prices", "forecast", str(file)]) == 1
    err = capsys.readouterr().err
    assert f"{file}:2:1 starts_at: '2026-11-27T09:00' names no time zone" in err
    assert f"{file}:3:1 starts_at: '27.11.2026' is no moment" in err
    assert f"{file}:4:2 orders: 'x' is no number" in err
    assert "Nothing went in" in err
    assert not stub.asked(pb.ImportForecastRequest)


def test_the_command_needs_a_file_or_nothing_to_expect(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["prices", "forecast"]) == 2
    stub.will("ImportForecast", pb.ImportForecastResponse())
    assert run(["prices", "forecast", "--clear", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hours"] == 0
    [sent] = stub.asked(pb.ImportForecastRequest)
    assert (sent.clear, len(sent.rows)) == (True, 0)
    assert run(["prices", "forecast", str(NOW), "--made", "today"]) == 2
