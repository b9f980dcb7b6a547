"""Ship dates and promise dates around cut-offs, weekends, holidays and clock
changes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.network import Network, Node
from allocation.promise import (
    NEVER,
    REGIONS_MAX,
    Calendar,
    Schedule,
    arrivals,
    day_shift,
    national_holidays,
    ship_day,
)
from tests.allocation.synthetic import LANES, node

WEEKDAYS = (1, 2, 3, 4, 5)
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


def arrival_day(shipped: date, transit_days: int, region_code: str) -> date:
    """So many working days after the ship date, on the same side of the date line."""
    table = arrivals([shipped.toordinal()], region_code, transit_days)
    return date.fromordinal(int(table[0, 1, transit_days]))


def calendar(
    zone: str = "America/New_York",
    *,
    cut_off: time = time(15),
    weekdays: tuple[int, ...] = WEEKDAYS,
    closed: tuple[date, ...] = (),
    region: str = "US",
    handling: int = 0,
) -> Calendar:
    return Calendar(zone, cut_off, weekdays, closed, region, handling)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shipped(of: Calendar, now: str) -> tuple[str, str]:
    found = ship_day(of, utc(now))
    assert found is not None
    return found.day.isoformat(), f"{found.ship_by:%Y-%m-%d %H:%M}"


def test_order_before_cut_off_ships_the_same_day() -> None:
    # 14:59 in New York in winter is 19:59 UTC.
    assert shipped(calendar(), "2026-11-18 19:59") == (
        "2026-11-18",
        "2026-11-18 20:00",
    )


def test_order_at_the_very_cut_off_ships_the_next_working_day() -> None:
    assert shipped(calendar(), "2026-11-18 20:00")[0] == "2026-11-19"


def test_order_after_cut_off_on_friday_ships_on_monday() -> None:
    assert shipped(calendar(), "2026-11-20 20:30")[0] == "2026-11-23"


def test_a_store_that_ships_on_saturday_does() -> None:
    store = calendar(weekdays=(1, 2, 3, 4, 5, 6))

    assert shipped(store, "2026-11-20 20:30")[0] == "2026-11-21"


def test_nothing_ships_on_a_holiday_of_the_nodes_country() -> None:
    # Thanksgiving 2026 is Thursday 26 November; Germany does not know it.
    assert shipped(calendar(), "2026-11-25 21:00")[0] == "2026-11-27"
    german = calendar("Europe/Berlin", region="DE")
    assert shipped(german, "2026-11-25 21:00")[0] == "2026-11-26"


def test_nothing_ships_on_a_closed_date() -> None:
    closed = calendar(closed=(date(2026, 11, 18), date(2026, 11, 19)))

    assert shipped(closed, "2026-11-18 12:00")[0] == "2026-11-20"


def test_handling_days_are_days_on_which_the_node_ships() -> None:
    # Wednesday, Thanksgiving in between, then the weekend.
    slow = calendar(handling=2)

    assert shipped(slow, "2026-11-25 12:00") == ("2026-11-30", "2026-11-30 20:00")


def test_cut_off_keeps_its_local_time_when_the_clock_changes() -> None:
    # Summer time ends on Sunday 1 November 2026.
    assert shipped(calendar(), "2026-10-30 18:59")[1] == "2026-10-30 19:00"
    assert shipped(calendar(), "2026-11-02 18:59")[1] == "2026-11-02 20:00"


def test_cut_off_in_the_hour_that_repeats_is_the_first_one() -> None:
    night = calendar(cut_off=time(1, 30), weekdays=EVERY_DAY)

    assert shipped(night, "2026-11-01 05:29")[1] == "2026-11-01 05:30"
    assert shipped(night, "2026-11-01 05:30")[0] == "2026-11-02"


def test_cut_off_in_the_hour_that_is_skipped_is_as_much_later() -> None:
    # On 8 March 2026 02:30 does not exist in New York: 03:30 summer time, 07:30 UTC.
    night = calendar(cut_off=time(2, 30), weekdays=EVERY_DAY)

    assert shipped(night, "2026-03-08 07:00")[1] == "2026-03-08 07:30"


def test_one_moment_is_before_the_cut_off_in_one_zone_and_after_it_in_another() -> None:
    now = "2026-11-18 21:00"

    assert shipped(calendar(), now)[0] == "2026-11-19"
    assert shipped(calendar("America/Los_Angeles"), now)[0] == "2026-11-18"
    # In Auckland it is Thursday morning already.
    assert shipped(calendar("Pacific/Auckland", region="NZ"), now)[0] == "2026-11-19"


@pytest.mark.parametrize("weekdays", [(), (7,)])
def test_a_node_that_is_closed_too_long_has_no_ship_day(
    weekdays: tuple[int, ...],
) -> None:
    sundays = tuple(date(2026, 11, 15) + timedelta(weeks=n) for n in range(20))
    closed = calendar(weekdays=weekdays, closed=sundays)

    assert ship_day(closed, utc("2026-11-18 12:00")) is None
    table = Schedule.at([closed], utc("2026-11-18 12:00"), 3).arrivals("US")
    assert (table == NEVER).all()


@pytest.mark.parametrize(
    ("ship_date", "days", "region", "arrival"),
    [
        ("2026-11-18", 1, "US", "2026-11-19"),
        ("2026-11-20", 1, "US", "2026-11-23"),
        ("2026-11-21", 1, "US", "2026-11-23"),
        ("2026-11-25", 1, "US", "2026-11-27"),
        ("2026-11-25", 1, "DE", "2026-11-26"),
        ("2026-12-30", 3, "US", "2027-01-05"),
        ("2026-11-22", 0, "US", "2026-11-22"),
    ],
)
def test_carrier_works_monday_to_friday_without_holidays_of_the_destination(
    ship_date: str, days: int, region: str, arrival: str
) -> None:
    assert arrival_day(
        date.fromisoformat(ship_date), days, region
    ) == date.fromisoformat(arrival)


def test_an_unknown_country_has_no_holidays() -> None:
    assert national_holidays("ZZ", 2026) == frozenset()
    assert date(2026, 11, 26) in national_holidays("US", 2026)


@pytest.mark.parametrize(
    ("node_longitude", "destination_longitude", "days"),
    [(-118, 174.8, 1), (174.8, -118, -1), (-74, -118, 0), (0, 174.8, 0)],
)
def test_across_the_date_line_the_destination_has_another_date(
    node_longitude: float, destination_longitude: float, days: int
) -> None:
    assert day_shift(node_longitude, destination_longitude) == days


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["America/New_York", "Pacific/Auckland", "UTC", "Asia/Kolkata"]),
    st.times(),
    st.sets(st.integers(1, 7), min_size=1),
    st.integers(0, 4),
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 made aware
    st.integers(0, 7),
)
def test_the_table_of_a_schedule_says_what_the_calendars_say(
    zone: str,
    cut_off: time,
    weekdays: set[int],
    handling: int,
    now: datetime,
    transit: int,
) -> None:
    mine = calendar(zone, cut_off=cut_off, weekdays=tuple(weekdays), handling=handling)
    aware = now.replace(tzinfo=UTC)
    schedule = Schedule.at([calendar(), mine], aware, 7)
    found = ship_day(mine, aware)
    assert found is not None
    assert schedule.ship_days[1] == found
    assert found.ship_by > aware

    arrival = int(schedule.arrivals("US")[1, 1, transit])

    assert date.fromordinal(arrival) == arrival_day(found.day, transit, "US")
    assert arrival >= found.day.toordinal()


def test_a_schedule_serves_until_the_next_cut_off_and_not_beyond() -> None:
    east, west = node("albany", 0), node("fresno", 1, time_zone="America/Los_Angeles")
    network = Network.compile([east, west], [], LANES)

    morning = network.schedule(utc("2026-11-18 12:00"))

    assert network.schedule(utc("2026-11-18 19:59")) is morning
    later = network.schedule(utc("2026-11-18 20:00"))
    assert later is not morning
    assert later.ship_days[0] != morning.ship_days[0]
    assert later.ship_days[1] == morning.ship_days[1]


def test_schedules_and_their_tables_are_bounded() -> None:
    network = Network.compile([Node("a", 0, 0, 0)], [], LANES)
    for day in range(60):
        schedule = network.schedule(utc("2026-01-01 12:00") + timedelta(days=day))
    for number in range(2 * REGIONS_MAX):
        schedule.arrivals(f"{number}")

    assert len(network._schedules) <= 16
    assert len(schedule._tables) <= REGIONS_MAX
