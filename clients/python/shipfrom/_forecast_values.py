"""How many orders are expected, as values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ForecastSource(StrEnum):
    """Who says how many orders come: the last four weeks, or an imported forecast."""

    UNSPECIFIED = "UNSPECIFIED"
    LEARNED = "LEARNED"
    IMPORTED = "IMPORTED"


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """Orders of the whole shop that are expected from `starts_at` on, evenly within so
    many hours: a full hour of an aware moment, or a day in UTC. Without `hours` a
    moment has one and a day 24."""

    starts_at: datetime | date
    orders: float
    hours: int = 0


@dataclass(frozen=True, slots=True)
class ForecastReport:
    """What became of a forecast: hours written, hours that were over when it was made
    (they are no forecast), orders in all that was written."""

    hours: int
    past_hours: int
    orders: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """A forecast tried on past horizons with what was known before each. Errors are
    shares of the orders that came, in basis points; `mean_error_bps` is that of the
    mean of four weeks. `kept_bps` of all prices it is good for."""

    source: ForecastSource
    windows: int
    error_bps: int
    mean_error_bps: int
    kept_bps: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many orders a price list was made for. Its prices are of the share `kept_bps`
    already. `imported_hours` of its horizon were there in an imported forecast, which
    was multiplied by `correction` for what came in the last week. No backtest: there
    was too little to try it on."""

    source: ForecastSource
    orders: float
    kept_bps: int
    imported_hours: int
    correction: float
    backtests: tuple[Backtest, ...]
