"""Prices from sampled futures, and when they are needed.

The fluid program meets every order in its expected number: half an order here, a
third there. Where a cell expects about one unit, that plan is wrong about everything,
because what comes is none, one or two. The randomised program of Talluri and van Ryzin
(1999) draws futures, solves each as if it were known, and takes the mean of the prices.
It also smooths prices that the fluid program leaves open.

A future is a count of each order. It is drawn by the caller: there is no chance in
allocation. A shop draws one by taking recent orders with replacement, as many as it
expects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allocation.prices.demand import Demand
    from allocation.prices.master import Reals
    from allocation.prices.method import MethodProgram
    from allocation.solvers.instance import Integers

THIN_UNITS = 6.0
"""Depth up to which fluid prices are hardly better than none: experiment B at T = 100
has depths of 3 to 6 (one or two units in most cells)."""
DEEP_UNITS = 100.0
"""Above it the number that comes is within a tenth of the number expected: futures cost
many times the work and gain a point or two. Experiment A has depths of 40 to 70 at
T = 1,000 and ten times that at T = 10,000."""
ENOUGH, MANY = 10, 30
"""Futures between the two depths, and on thin stock."""
PRICES_NEED = 1e-4
"""Gap at which a solve for prices may stop."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the orders to come make of the stock."""

    price: Reals
    """(skus, nodes) worth of one more unit, in the money of the demand."""
    cost: float
    """Mean cost of the futures, each served as if it were known."""
    bound: float
    """No policy costs less in the mean of these futures."""
    futures: int
    """How many were drawn; 0: one fluid plan."""


def fluid(program: MethodProgram, expected: Reals, stock: Integers) -> Outlook:
    """Prices of the one plan for the expected number of each order."""
    solved = program.solve(expected, stock, gap=PRICES_NEED)
    return Outlook(solved.price, solved.cost, solved.bound, 0)


def sampled(
    program: MethodProgram, futures: Iterable[Reals], stock: Integers
) -> Outlook:
    """The mean of the prices of some futures, one at least."""
    solved = [program.solve(each, stock, gap=PRICES_NEED) for each in futures]
    return Outlook(
        price=np.mean([each.price for each in solved], axis=0),
        cost=float(np.mean([each.cost for each in solved])),
        bound=float(np.mean([each.bound for each in solved])),
        futures=len(solved),
    )


def depth_units(demand: Demand, expected: Reals, stock: Integers) -> float:
    """Units that the cell of a unit expects to lose, at the median of the units.

    What is expected of a SKU is spread over its cells by their stock.
    """
    book = demand.book
    lines = np.diff(book.line_start)
    times = np.repeat(expected, lines)
    wanted = np.bincount(book.sku, times * book.quantity, stock.shape[0])
    held = stock.sum(axis=1)
    share = np.divide(wanted, held, out=np.zeros(held.size), where=held > 0)
    units = np.minimum(1.0, share)[:, None] * stock
    lost = np.sort(units[units > 0])
    if not lost.size:
        return 0.0
    return float(lost[np.searchsorted(lost.cumsum(), lost.sum() / 2)])


def futures_wanted(depth: float) -> int:
    """How many futures to draw at this depth; 0: the fluid plan will do."""
    if depth <= THIN_UNITS:
        return MANY
    return ENOUGH if depth <= DEEP_UNITS else 0
