"""Time counts while the node is open, in its own zone, whatever its clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from allocation.node import Node
from allocation.open_hours import Hours, after_open_days, after_open_time

QUARTER = timedelta(minutes=15)


def store(**fields: object) -> Node:
    given = {"time_zone": "America/New_York", "latitude": 40.0, "longitude": -74.0}
    return Node("nyc", 0, **{**given, **fields})  # type: ignore[arg-type]  # fields


def at(text: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        ("2026-11-16 12:00", "2026-11-16 12:15"),
        ("2026-11-16 07:00", "2026-11-16 09:15"),
        ("2026-11-16 19:45", "2026-11-16 20:00"),
        ("2026-11-16 19:50", "2026-11-17 09:05"),
        ("2026-11-16 20:00", "2026-11-17 09:15"),
        ("2026-11-16 23:59", "2026-11-17 09:15"),
        ("2026-11-20 19:50", "2026-11-23 09:05"),
        ("2026-11-25 19:50", "2026-11-27 09:05"),
    ],
    ids=[
        "open",
        "before-opening",
        "last-minutes",
        "over-night",
        "at-closing",
        "night",
        "weekend",
        "thanksgiving",
    ],
)
def test_fifteen_minutes_count_while_it_is_open(start: str, ends: str) -> None:
    assert after_open_time(Hours.of(store()), at(start), QUARTER) == at(ends)


def test_the_answer_is_in_utc() -> None:
    ends = after_open_time(Hours.of(store()), at("2026-11-16 12:00"), QUARTER)
    assert ends is not None
    assert ends.tzinfo is UTC


def test_the_day_is_the_nodes_own() -> None:
    tokyo = store(time_zone="Asia/Tokyo", region_code="JP")
    start = datetime(2026, 11, 15, 23, 50, tzinfo=UTC)  # Monday 08:50 in Tokyo
    ends = datetime(2026, 11, 16, 0, 15, tzinfo=UTC)
    assert after_open_time(Hours.of(tokyo), start, QUARTER) == ends


@pytest.mark.parametrize(
    ("day", "open_hours"), [("2026-03-29", 3), ("2026-10-25", 5), ("2026-06-14", 4)]
)
def test_a_night_of_the_clock_change_is_as_long_as_it_is(
    day: str, open_hours: int
) -> None:
    night = store(
        time_zone="Europe/Berlin",
        region_code="",
        ship_weekdays=(7,),
        open_from=time(1),
        open_until=time(5),
    )
    start = at(f"{day} 00:00", "Europe/Berlin")
    whole_night = timedelta(hours=open_hours)
    assert after_open_time(Hours.of(night), start, whole_night) == at(
        f"{day} 05:00", "Europe/Berlin"
    )
    longer = after_open_time(Hours.of(night), start, whole_night + QUARTER)
    assert longer is not None
    assert longer - start > timedelta(days=6)


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        ("2026-11-16 10:00", "2026-11-23 20:00"),
        ("2026-11-20 22:00", "2026-11-30 20:00"),
        ("2026-11-21 10:00", "2026-11-30 20:00"),
    ],
    ids=["monday", "before-thanksgiving", "on-a-closed-day"],
)
def test_five_open_days_end_at_closing_time(start: str, ends: str) -> None:
    assert after_open_days(Hours.of(store()), at(start), 5) == at(ends)


def test_a_node_that_is_always_closed_has_no_end() -> None:
    days = tuple(date(2026, 11, 1) + timedelta(days=n) for n in range(200))
    closed = store(closed_dates=days)
    start = at("2026-11-16 10:00")
    assert after_open_time(Hours.of(closed), start, QUARTER) is None
    assert after_open_days(Hours.of(closed), start, 5) is None


def test_a_node_cannot_close_before_it_opens() -> None:
    with pytest.raises(ValueError, match="closes before it opens"):
        store(open_from=time(9), open_until=time(9))
