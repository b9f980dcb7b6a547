"""From recent orders and the stock of now to prices: what a shop's look-ahead does.

The recent orders are the futures. Each stands for as many orders to come as are
expected for each that came; drawn with replacement, they are one future. There is no
model of orders, and no chance here: the draws are arguments. What is found serves the
recent orders again before it may decide (`guard`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.prices.asked import both_tariffs, wanted_of
from allocation.prices.demand import Demand, demand_of
from allocation.prices.futures import depth_units, fluid, futures_wanted, sampled
from allocation.prices.guard import WALKED_MAX, replayed
from allocation.prices.method import MethodProgram
from allocation.prices.published import caps, whole
from allocation.problem import Problem
from allocation.rules.attempts import attempts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from allocation.network import Network
    from allocation.order import Order
    from allocation.policy import Policy
    from allocation.prices.futures import Outlook
    from allocation.solvers.instance import Integers

ORDERS_MAX = 5_000
"""Orders that stand for those to come: more would say little more."""
CELLS_MAX = 4_000_000
"""SKUs times nodes of one program; 32 MB an array."""
NO_ORDERS = "no order of late wants units that are there"


@dataclass(frozen=True, slots=True, eq=False)
class Recent:
    """Orders that stand for those to come, and the stock that these will meet."""

    orders: Sequence[tuple[Order, Policy]]
    """In order of time, each with the policy that it would meet."""
    network: Network
    skus: tuple[str, ...]
    stock: Integers
    """(skus, network.size) available units."""
    now: datetime
    expected: float
    """Orders to come."""
    draws: Integers
    """(futures, orders) how many of each may come; at least `futures.MANY` rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Foreseen:
    """Prices, and what is known about them."""

    price_minor: Integers
    """(skus, network.size)"""
    orders: int
    """That were looked at."""
    futures: int
    bound_minor: int
    verdict: str
    is_good: bool = True
    """Whether the orders were served well enough with them; else there are none."""


def foresee(recent: Recent) -> Foreseen:
    """The prices that the orders to come give the units of now."""
    stock = np.ascontiguousarray(recent.stock, dtype=np.int64)
    if stock.size > CELLS_MAX or len(recent.orders) > ORDERS_MAX:
        raise ValueError(f"{stock.size} cells and {len(recent.orders)} orders")
    demand, order = _demand(recent)
    if demand is None or recent.expected <= 0:
        return Foreseen(np.zeros_like(stock), 0, 0, 0, NO_ORDERS)
    found = _solved(recent, demand, order, stock)
    price = whole(found.price, caps(demand, stock))
    tried = replayed(demand, _stream(recent, order), stock, price)
    return Foreseen(
        price if tried.is_good else np.zeros_like(price),
        orders=len(recent.orders),
        futures=found.futures,
        bound_minor=int(max(0.0, found.bound)),
        verdict=tried.verdict,
        is_good=tried.is_good,
    )


def _demand(recent: Recent) -> tuple[Demand | None, Integers]:
    """The orders in pieces that the kernel takes, and the order of each piece."""
    row_of = {sku: row for row, sku in enumerate(recent.skus)}
    pieces = [
        wanted_of(_under_rules(_problem(recent, row_of, *each)), row_of)
        for each in recent.orders
    ]
    lengths = np.array([len(each) for each in pieces], np.int64)
    order = np.repeat(np.arange(lengths.size), lengths)
    flat = [piece for each in pieces for piece in each]
    if not flat:
        return None, order
    return demand_of(flat, both_tariffs(recent.network)), order


def _problem(
    recent: Recent, row_of: Mapping[str, int], order: Order, policy: Policy
) -> Problem:
    """One order, as if it came now."""
    available = np.zeros((len(order.lines), recent.network.size), np.int64)
    for line, wanted in enumerate(order.lines):
        if wanted.sku in row_of:
            available[line] = recent.stock[row_of[wanted.sku]]
    return Problem(order, recent.network, available, policy, recent.now)


def _under_rules(problem: Problem) -> Problem:
    """The problem as all rules of its policy leave it."""
    return problem if problem.policy.book is None else next(attempts(problem))


def _solved(
    recent: Recent, demand: Demand, order: Integers, stock: Integers
) -> Outlook:
    """Prices of one plan or of some futures, as the depth of the stock asks for."""
    program = MethodProgram(demand, (stock.shape[0], stock.shape[1]))
    each = recent.expected / len(recent.orders)
    weight = np.full(demand.size, each)
    many = futures_wanted(depth_units(demand, weight, stock))
    if not many:
        return fluid(program, weight, stock)
    futures = [draw[order].astype(np.float64) for draw in recent.draws[:many]]
    return sampled(program, futures, stock)


def _stream(recent: Recent, order: Integers) -> Integers:
    """Pieces of the last orders, as many as are expected, some more than once."""
    many, last = len(recent.orders), min(WALKED_MAX, max(1, round(recent.expected)))
    times, rest = divmod(last, many)
    pieces = np.arange(order.size)
    return np.concatenate([pieces[order >= many - rest], *[pieces] * times])
