"""How good a forecast was: each past horizon again, with what was known before it.

The measure is the weighted absolute percentage error (WAPE): of all orders that came
in the horizons tried, the share by which the forecasts missed. Beside it stands that of
the plain mean of the four weeks before. What a forecast does worse than that mean costs
prices their weight: prices are made for as many orders as are forecast, and so is the
replay that proves them (`guard`), which a wrong number of orders therefore passes.

Prices lose up to two hundredths of what they can save with each hundredth of wrong
volume (docs/lookahead.md), so that the difference counts and not the ratio: twice the
error of a mean that misses by 2 % is a good forecast. The weight falls evenly over ten
hundredths: chance alone makes one or two of a shop of some hundred orders, and moves
prices a little instead of switching them off and on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allocation.prices.volume import DAY, WEEK, WEEKS_MAX, mean_orders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FULL_BPS = 10_000
WINDOWS_MAX = 28
"""Horizons that are tried, the last of each day: every day of the week four times."""
WINDOWS_LEAST = 7
"""Each day of the week once. With fewer nothing is said, and nothing taken away."""
WORSE_BPS_MAX = 1_000
"""So much more error than the mean has, and prices count nothing."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """Errors in ten-thousandths of the orders that came."""

    windows: int
    """Horizons tried; they overlap."""
    error_bps: int
    mean_error_bps: int
    """Of the mean of four weeks, in the same horizons."""

    @property
    def kept_bps(self) -> int:
        """The share of prices that the forecast is good for: all of it where it is as
        good as the mean, nothing where it is much worse."""
        worse = max(0, self.error_bps - self.mean_error_bps)
        return max(0, FULL_BPS - worse * FULL_BPS // WORSE_BPS_MAX)


def history_hours(ahead: int) -> int:
    """So many hours before the present one are looked at."""
    return WEEKS_MAX * WEEK + ahead + (WINDOWS_MAX - 1) * DAY


def lately(by_hour: Mapping[int, int], hour: int) -> dict[int, int]:
    """Orders by hour of the four weeks before an hour."""
    first = hour - WEEKS_MAX * WEEK
    return {at: many for at, many in by_hour.items() if first <= at < hour}


def backtest(
    by_hour: Mapping[int, int],
    hour: int,
    ahead: int,
    forecast: Callable[[int], float | None],
) -> Backtest | None:
    """Try a forecast on the past; None with too few horizons or orders to tell.

    A horizon is tried where four weeks were observed before it.

    Args:
        by_hour: orders by hour since 1970; none before the first key.
        hour: the present one, still under way.
        ahead: hours of a horizon.
        forecast: orders of the horizon that begins with an hour, from nothing that came
            in that hour or later; None where there is no forecast.
    """
    first = min(by_hour, default=hour) + WEEKS_MAX * WEEK
    windows, came, missed, mean_missed = 0, 0, 0.0, 0.0
    for back in range(WINDOWS_MAX):
        start = hour - ahead - back * DAY
        expected = forecast(start) if start >= first else None
        if expected is None:
            continue
        orders = sum(by_hour.get(at, 0) for at in range(start, start + ahead))
        windows += 1
        came += orders
        missed += abs(expected - orders)
        mean_missed += abs(mean_orders(by_hour, start, ahead) - orders)
    if windows < WINDOWS_LEAST or not came:
        return None
    return Backtest(windows, _bps(missed, came), _bps(mean_missed, came))


def _bps(missed: float, came: int) -> int:
    return round(missed * FULL_BPS / came)
