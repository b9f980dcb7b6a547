"""Time that counts only while a node is open: "15 minutes" said at closing time is
tomorrow morning.

Hours are local, lengths are real: on the night of a clock change an opening may be an
hour shorter or longer than the clock on the wall says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from allocation.promise import HORIZON_DAYS

if TYPE_CHECKING:
    from allocation.node import Node
    from allocation.promise import Calendar


@dataclass(frozen=True, slots=True)
class Hours:
    """The open hours of a node, on the days of its calendar."""

    calendar: Calendar
    opens: time
    closes: time

    @classmethod
    def of(cls, node: Node) -> Hours:
        """When people are there."""
        return cls(node.calendar, node.open_from, node.open_until)

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """From when to when it is open on a day, in UTC; None for a closed day."""
        if not self.calendar.is_open(day):
            return None
        zone = ZoneInfo(self.calendar.time_zone)
        opens, closes = (
            datetime.combine(day, at, zone).astimezone(UTC)
            for at in (self.opens, self.closes)
        )
        return opens, closes

    def first_day(self, start: datetime) -> date:
        """The node's own day at an instant."""
        return start.astimezone(ZoneInfo(self.calendar.time_zone)).date()


def after_open_time(hours: Hours, start: datetime, span: timedelta) -> datetime | None:
    """The instant at which a node was open for `span` since `start`.

    At closing time the span is over only if all of it was used before. None for a node
    that is closed for too long.
    """
    # In UTC: a sum in local time ignores the change of a clock.
    start, left, day = start.astimezone(UTC), span, hours.first_day(start)
    for _ in range(HORIZON_DAYS):
        open_now = hours.on(day)
        if open_now is not None:
            begins = max(start, open_now[0])
            if begins + left <= open_now[1]:
                return begins + left
            left -= max(timedelta(0), open_now[1] - begins)
        day += timedelta(days=1)
    return None


def after_open_days(hours: Hours, start: datetime, days: int) -> datetime | None:
    """Closing time of the last of so many open days after that of `start`."""
    day, left = hours.first_day(start), days
    for _ in range(HORIZON_DAYS):
        day += timedelta(days=1)
        open_then = hours.on(day)
        if open_then is not None:
            left -= 1
            if left == 0:
                return open_then[1]
    return None
