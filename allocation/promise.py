"""When a node ships and when the parcel arrives.

A promise is a date, so everything here counts days of calendars: the node's own
(cut-off in its time zone, ship weekdays, closed dates, holidays of its country) up to
the ship date, then the carrier's working days in the country of the destination.

The answer for a calendar changes only when a cut-off passes. So one Schedule serves all
orders until the next cut-off of the network, and a decision pays a table look-up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from holidays import country_holidays, list_supported_countries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.solvers.instance import Integers

HORIZON_DAYS = 120
"""A node that is closed for longer has no ship date at all."""
NEVER = date.max.toordinal()
"""Arrival, as a date ordinal, of what never ships."""
DAY_SHIFTS = (-1, 0, 1)
"""The destination's calendar beside the node's: across the date line it is a day
off."""
REGIONS_MAX = 64
"""Destination countries that one schedule keeps tables for."""
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a node ships; many nodes share one."""

    time_zone: str
    cut_off: time
    ship_weekdays: tuple[int, ...]
    closed_dates: tuple[date, ...]
    region_code: str
    handling_days: int

    def is_open(self, day: date) -> bool:
        return (
            day.isoweekday() in self.ship_weekdays
            and day not in self.closed_dates
            and day not in national_holidays(self.region_code, day.year)
        )

    def cut_off_on(self, day: date) -> datetime:
        """The moment, in UTC. Where the clock repeats an hour, the first one counts;
        where it skips one, the cut-off is as much later."""
        local = datetime.combine(day, self.cut_off, ZoneInfo(self.time_zone))
        return local.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class ShipDay:
    """A node's ship date, its cut-off moment, and the cut-off the order had to make."""

    day: date
    ship_by: datetime
    order_by: datetime


@lru_cache(maxsize=512)
def national_holidays(region_code: str, year: int) -> frozenset[date]:
    """Public holidays of a country; none for a country the package does not know."""
    if region_code not in list_supported_countries():
        return frozenset()
    return frozenset(country_holidays(region_code, years=year))


def ship_day(calendar: Calendar, now: datetime) -> ShipDay | None:
    """The first day on which an order of `now` can leave; None if closed too long.

    An order at the very cut-off is late for it. Handling days are days on which the
    node ships.
    """
    day = now.astimezone(ZoneInfo(calendar.time_zone)).date()
    order_by: datetime | None = None
    left = calendar.handling_days
    for _ in range(HORIZON_DAYS):
        if calendar.is_open(day):
            moment = calendar.cut_off_on(day)
            if order_by is None and moment > now:
                order_by = moment
            elif order_by is not None:
                left -= 1
            if order_by is not None and left == 0:
                return ShipDay(day, moment, order_by)
        day += timedelta(days=1)
    return None


def arrivals(shipped: Sequence[int], region_code: str, transit_max: int) -> Integers:
    """Arrival ordinals, shape (len(shipped), day shifts, transit_max + 1)."""
    days = np.asarray(shipped, dtype=np.int64)[:, None] + np.asarray(DAY_SHIFTS)
    known = np.where(days < NEVER - 1, days, _EPOCH)
    free = _holidays_around(region_code, known)
    moved = np.busday_offset(
        (known - _EPOCH).astype("datetime64[D]")[:, :, None],
        np.arange(transit_max + 1),
        roll="backward",
        holidays=free,
    )
    table = moved.astype(np.int64) + _EPOCH
    # Collected, or delivered the same day: no carrier's calendar has a say.
    table[:, :, 0] = known
    table[days >= NEVER - 1] = NEVER
    return table


def _holidays_around(region_code: str, days: Integers) -> list[date]:
    known = days[days > _EPOCH]
    if not known.size:
        return []
    first = date.fromordinal(int(known.min())).year
    last = date.fromordinal(int(known.max())).year + 1
    years = range(first, last + 1)
    return [day for year in years for day in national_holidays(region_code, year)]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Ship days of all calendars of a network, valid for since <= now < until."""

    since: datetime
    until: datetime
    ship_days: tuple[ShipDay | None, ...]
    transit_max: int
    _tables: dict[str, Integers] = field(default_factory=dict)

    @classmethod
    def at(
        cls, calendars: Sequence[Calendar], now: datetime, transit_max: int
    ) -> Schedule:
        """Works out every calendar once; the next cut-off ends its validity."""
        days = tuple(ship_day(calendar, now) for calendar in calendars)
        tomorrow = now + timedelta(days=1)
        until = min((day.order_by for day in days if day), default=tomorrow)
        return cls(now, min(until, tomorrow), days, transit_max)

    def arrivals(self, region_code: str) -> Integers:
        """Arrival ordinals by (calendar, day shift, transit days)."""
        table = self._tables.get(region_code)
        if table is None:
            if len(self._tables) >= REGIONS_MAX:
                self._tables.clear()
            shipped = [day.day.toordinal() if day else NEVER for day in self.ship_days]
            table = arrivals(shipped, region_code, self.transit_max)
            self._tables[region_code] = table
        return table


def day_shift(node_longitude: float, destination_longitude: float) -> int:
    """How many days the destination's calendar is ahead: one across the date line."""
    apart = destination_longitude - node_longitude
    return int(apart > 180) - int(apart < -180)
