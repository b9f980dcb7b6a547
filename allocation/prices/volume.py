"""How many orders to expect, told from how many came.

Volume is kept apart from what orders are like: a plan that believes in too many orders
spares units for nobody, and that costs more than any other mistake of a forecast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY, WEEK = 24, 168
WEEKS_MAX = 4
"""What is older says little of the week to come."""
PROFILE_ORDERS = 500
"""Fewer would not tell hours of the week apart."""


def expected_orders(by_hour: Mapping[int, int], hour: int, ahead: int) -> float:
    """Orders of the next hours.

    With two weeks of orders: as many as in the last week, spread over the hours of the
    week as in the last four. With less, the mean rate since the first order, which is
    taken to be a day ago at least.

    Args:
        by_hour: orders by hour since 1970; none before the first key.
        hour: the present one, still under way.
        ahead: hours, not above a week.
    """
    if not by_hour:
        return 0.0
    total, observed = sum(by_hour.values()), hour - min(by_hour) + 1
    weeks = min(WEEKS_MAX, (observed - 1) // WEEK)
    if weeks < 2 or total < PROFILE_ORDERS:
        return total * ahead / max(DAY, observed)
    first = hour - weeks * WEEK
    came = [by_hour.get(each, 0) for each in range(first, hour)]
    table = np.array(came, np.float64).reshape(weeks, WEEK)
    share = table[:, :ahead].sum() / max(1.0, table.sum())
    return float(table[-1].sum() * share)


def mean_orders(by_hour: Mapping[int, int], hour: int, ahead: int) -> float:
    """Orders of the next hours if they come as in the mean of the last four weeks,
    whatever the day: what a forecast has to beat."""
    first = hour - WEEKS_MAX * WEEK
    came = sum(many for at, many in by_hour.items() if first <= at < hour)
    return came * ahead / (WEEKS_MAX * WEEK)
