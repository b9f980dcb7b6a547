"""Forecasts on the wire: rows that are sent, and what a price list was made for."""

from collections.abc import Iterable
from datetime import UTC, datetime, time

from shipfrom._answers import words
from shipfrom._core import IMPORT_DEADLINE_S, Call, new_request_id
from shipfrom._forecast_values import (
    Backtest,
    Forecast,
    ForecastReport,
    ForecastRow,
    ForecastSource,
)
from shipfrom._wire import invalid, reader
from shipfrom.v1 import look_ahead_service_pb2 as pb

DAY_HOURS = 24
_SOURCES = words(ForecastSource, pb.ForecastSource, "FORECAST_SOURCE_")


def put(
    rows: Iterable[ForecastRow],
    made_at: datetime | None,
    request_id: str,
    *,
    clear: bool,
    validate_only: bool,
) -> Call[ForecastReport]:
    """Write what is expected."""
    request = pb.ImportForecastRequest(
        request_id=request_id or new_request_id(),
        rows=(_row(row, f"rows[{index}]") for index, row in enumerate(rows)),
        make_time=None if made_at is None else _aware(made_at, "made_at"),
        clear=clear,
        validate_only=validate_only,
    )
    return Call(
        "/shipfrom.v1.LookAheadService/ImportForecast",
        (request.SerializeToString(),),
        reader(
            pb.ImportForecastResponse,
            lambda w: ForecastReport(w.hours, w.past_hours, w.orders),
        ),
        mutates=True,
        deadline_s=IMPORT_DEADLINE_S,
    )


def forecast_of(wire: pb.Forecast) -> Forecast:
    """What a list was made for."""
    return Forecast(
        source=_source(wire.source),
        orders=wire.orders,
        kept_bps=wire.kept_bps,
        imported_hours=wire.imported_hours,
        correction=wire.correction,
        backtests=tuple(map(_backtest, wire.backtests)),
    )


def _row(row: ForecastRow, field: str) -> pb.ForecastRow:
    starts_at, hours = row.starts_at, row.hours
    if not isinstance(starts_at, datetime):
        starts_at = datetime.combine(starts_at, time(), UTC)
        hours = hours or DAY_HOURS
    moment = _aware(starts_at, f"{field}.starts_at")
    return pb.ForecastRow(start_time=moment, orders=row.orders, hours=hours)


def _aware(moment: datetime, field: str) -> datetime:
    if moment.tzinfo is None:
        problem = f"{str(moment)!r} is no moment with a time zone"
        raise invalid(field, problem, "add tzinfo, for example ZoneInfo")
    return moment


def _backtest(wire: pb.Backtest) -> Backtest:
    return Backtest(
        source=_source(wire.source),
        windows=wire.windows,
        error_bps=wire.error_bps,
        mean_error_bps=wire.mean_error_bps,
        kept_bps=wire.kept_bps,
    )


def _source(number: int) -> ForecastSource:
    return _SOURCES.get(number, ForecastSource.UNSPECIFIED)
