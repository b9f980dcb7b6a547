"""How many orders a solve expects, from whom it has that, and how far it is to be
trusted.

An imported forecast knows what no stream of orders tells, a promotion of tomorrow; so
it is used where it covers the horizon. What came corrects it. Where the past shows that
it is good for less than half of the prices that the learned volume is good for, that is
used instead.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from allocation.prices.backtest import FULL_BPS, Backtest, backtest, lately
from allocation.prices.imported import Imported
from allocation.prices.volume import expected_orders

if TYPE_CHECKING:
    from collections.abc import Mapping


GIVES_WAY = 2
"""An imported forecast stays while it keeps one of so many parts of what the learned
one keeps: two that are nearly as good must not change places with every solve."""


class Source(StrEnum):
    """Who says how many orders come."""

    LEARNED = "LEARNED"
    IMPORTED = "IMPORTED"


@dataclass(frozen=True, slots=True)
class Past:
    """What came, by hour since 1970 (none before the first key), and what others had
    said would come."""

    by_hour: Mapping[int, int]
    imported: Imported = field(default_factory=Imported)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Orders of a horizon. An empty backtest: there was too little to try it on."""

    source: Source
    orders: float
    covered_hours: int = 0
    """Of the horizon, those that an imported forecast covers."""
    factor: float = 1.0
    """What the imported one was multiplied by for what came of it lately."""
    learned: Backtest | None = None
    imported: Backtest | None = None

    @property
    def backtest(self) -> Backtest | None:
        """Of the forecast that is used."""
        return self.imported if self.source is Source.IMPORTED else self.learned

    @property
    def kept_bps(self) -> int:
        """The share of prices that it is good for; all of it where nothing is known."""
        return kept_bps(self.backtest)


def kept_bps(tried: Backtest | None) -> int:
    """What a backtest leaves of prices; a new shop has none and keeps all."""
    return FULL_BPS if tried is None else tried.kept_bps


def foretell(past: Past, hour: int, ahead: int) -> Forecast:
    """The orders of the next hours.

    Args:
        hour: the present one, still under way.
        ahead: hours, not above a week.
    """
    covered = past.imported.covered(hour, ahead)
    tried = backtest(past.by_hour, hour, ahead, lambda at: learned(past, at, ahead))
    known = lately(past.by_hour, hour)
    if hour in past.by_hour:
        # The hour under way is known so far; of a new shop it may be all.
        known[hour] = past.by_hour[hour]
    now = expected_orders(known, hour, ahead)
    own = Forecast(Source.LEARNED, now, covered, learned=tried)
    said = past.imported.orders(hour, ahead)
    if said is None:
        return own
    other = backtest(past.by_hour, hour, ahead, lambda at: corrected(past, at, ahead))
    if kept_bps(other) * GIVES_WAY < kept_bps(tried):
        return Forecast(own.source, own.orders, covered, learned=tried, imported=other)
    factor = past.imported.factor(past.by_hour, hour)
    return Forecast(Source.IMPORTED, said * factor, covered, factor, tried, other)


def learned(past: Past, hour: int, ahead: int) -> float:
    """What the four weeks before an hour foretold."""
    return expected_orders(lately(past.by_hour, hour), hour, ahead)


def corrected(past: Past, hour: int, ahead: int) -> float | None:
    """What the imported forecast said before an hour, corrected by what had come by
    then; None where it did not cover the horizon."""
    said = past.imported.orders(hour, ahead, hour)
    if said is None:
        return None
    return said * past.imported.factor(past.by_hour, hour)


def to_text(forecast: Forecast) -> str:
    """What `from_text` reads."""
    return json.dumps(asdict(forecast))


def from_text(text: str) -> Forecast | None:
    """The forecast of `to_text`; None of nothing."""
    if not text:
        return None
    values = json.loads(text)
    for name in ("learned", "imported"):
        values[name] = Backtest(**values[name]) if values[name] else None
    return Forecast(**values | {"source": Source(values["source"])})
