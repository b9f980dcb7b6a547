"""Prices prove themselves before they decide: the last orders are served with them.

As many of the last orders as are expected come again, one after another, on the stock
of now: once each the cheapest way (what is decided without prices), once steered by the
prices. Prices that made it dearer are not used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.solvers.batch import walk

if TYPE_CHECKING:
    from allocation.prices.demand import Demand
    from allocation.solvers.instance import Integers

WALKED_MAX = 20_000
"""Orders served again; some seconds of work."""
WORSE_BPS = 50
"""Prices may cost so much more in one replay: a single run of orders is chance, too."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the same orders cost in cash, what stayed unfilled at its worth."""

    orders: int
    without_minor: int
    with_minor: int

    @property
    def is_good(self) -> bool:
        """Whether prices did no harm that matters."""
        worse = self.with_minor - self.without_minor
        return worse * 10_000 <= self.without_minor * WORSE_BPS

    @property
    def verdict(self) -> str:
        """In words."""
        share = 100 * abs(self.with_minor - self.without_minor)
        percent = share / max(1, self.without_minor)
        better = self.with_minor <= self.without_minor
        told = f"the last {self.orders} orders on the stock of now cost {percent:.2f} %"
        told += " less with prices" if better else " more with prices"
        return told if self.is_good else f"{told}: no price is used"


def replayed(
    demand: Demand, orders: Integers, stock: Integers, prices: Integers
) -> Replayed:
    """Serve these orders of the demand with and without prices.

    Args:
        orders: numbers in the demand, in order of time.
    """
    stream = np.ascontiguousarray(orders[-WALKED_MAX:], dtype=np.int64)
    stock = np.ascontiguousarray(stock, dtype=np.int64)

    def cash(steered: Integers) -> int:
        told, _ = walk(tuple(demand.book), demand.rates, stream, stock, steered)
        return int((told[:, 0] - told[:, 1]).sum())

    priced = np.ascontiguousarray(prices, dtype=np.int64)
    return Replayed(stream.size, cash(np.zeros_like(priced)), cash(priced))
