"""The orders that somebody else expects, as callers send them: checked, by hour."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise

from google.protobuf.timestamp_pb2 import Timestamp

from inventory.prices.forecasts import Taken, Told
from inventory.requests import RequestKey
from router.messages import EPOCH
from router.request_key import key_of
from router.rpc.call import Call
from router.validate import DAYS_AHEAD_MAX, Violations, whole
from shipfrom.v1 import look_ahead_service_pb2 as pb

ROWS_MAX = 10_000
HOURS_MAX = 10_000
"""In one call; more than a year."""
ROW_HOURS_MAX = 168
ORDERS_MAX = 1_000_000_000
MILLI = 1_000
HOUR_S = 3_600
CLOCKS_APART = timedelta(minutes=5)
"""A forecast may be made so much later than now: the caller's clock runs ahead. It was
made now, then."""


def read_forecast(
    request: pb.ImportForecastRequest, call: Call, now: datetime
) -> tuple[Told, RequestKey]:
    """What was forecast, and the request.

    Raises:
        InvalidField: naming all that is wrong, up to the first hour that comes twice or
            is one too many.
    """
    found = Violations()
    by_hour = _hours(request, found, now)
    made_at = now
    if request.HasField("make_time"):
        latest = now + CLOCKS_APART
        made_at = min(now, _moment(request.make_time, "make_time", found, until=latest))
    # A repeat comes later, so that what is content is what was sent.
    sent = request.make_time.seconds, request.make_time.nanos
    content = sorted(by_hour.items()), sent, request.clear
    key = key_of("ImportForecast", request.request_id, found, call, *content)
    return Told(by_hour, made_at, request.clear), key


def write_taken(taken: Taken, out: pb.ImportForecastResponse) -> None:
    """What became of it."""
    out.hours, out.past_hours = taken.hours, taken.past_hours
    out.orders = taken.orders_milli / MILLI


def _hours(
    request: pb.ImportForecastRequest, found: Violations, now: datetime
) -> Mapping[int, int]:
    """Thousandths of orders by hour since 1970."""
    if len(request.rows) > ROWS_MAX or not (request.rows or request.clear):
        problem = f"has {len(request.rows):,} entries"
        found.add("rows", problem, f"send 1 to {ROWS_MAX:,} in one call")
        return {}
    by_hour: dict[int, int] = {}
    for index, row in enumerate(request.rows):
        field = f"rows[{index}]"
        spread = _spread(row, field, found, now)
        if by_hour.keys() & spread.keys():
            found.add(field, "names an hour twice", "send each hour once")
            # Each further row may be a week of hours, and one is enough to refuse.
            return by_hour
        by_hour |= spread
        if len(by_hour) > HOURS_MAX:
            problem = f"are more than {HOURS_MAX:,} hours"
            found.add("rows", problem, f"send at most {HOURS_MAX:,} hours in one call")
            return by_hour
    return by_hour


def _spread(
    row: pb.ForecastRow, field: str, found: Violations, now: datetime
) -> dict[int, int]:
    """The orders of a row, evenly over its hours and none lost; none of a wrong row."""
    known = len(found.found)
    hours = whole(row.hours or 1, f"{field}.hours", found, least=1, most=ROW_HOURS_MAX)
    latest = now + timedelta(days=DAYS_AHEAD_MAX)
    start = _moment(row.start_time, f"{field}.start_time", found, until=latest)
    if row.start_time.seconds % HOUR_S or row.start_time.nanos:
        problem = "is no full hour"
        found.add(f"{field}.start_time", problem, "send the start of an hour in UTC")
    if not 0 <= row.orders <= ORDERS_MAX:  # nor is it a number then
        found.add(f"{field}.orders", "is out of range", f"use 0 to {ORDERS_MAX:,}")
    if len(found.found) > known:
        return {}
    first, total = int((start - EPOCH).total_seconds()) // HOUR_S, row.orders * MILLI
    return dict(enumerate(_shares(round(total), hours), first))


def _shares(total: int, parts: int) -> Iterable[int]:
    """A whole number in nearly equal parts."""
    ends = [total * part // parts for part in range(max(0, parts) + 1)]
    return (last - first for first, last in pairwise(ends))


def _moment(
    stamp: Timestamp, field: str, found: Violations, *, until: datetime
) -> datetime:
    """An instant up to another one."""
    if 0 < stamp.seconds <= (until - EPOCH).total_seconds():
        return EPOCH + timedelta(
            seconds=stamp.seconds, microseconds=stamp.nanos // 1_000
        )
    problem = "is required" if not stamp.seconds else f"is not before {until:%Y-%m-%d}"
    found.add(field, problem, f"send a moment until {until:%Y-%m-%dT%H:%MZ}")
    return EPOCH
