"""From recent orders and the stock of now to prices: what a shop's look-ahead does.

The recent orders are the futures. Each stands for as many orders to come as are
expected for each that came; drawn with replacement, they are one future. There is no
model of orders, and no chance here: the draws are arguments. What is found serves the
recent orders again before it may decide (`guard`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.prices.asked import both_tariffs, wanted_of
from allocation.prices.backtest import FULL_BPS
from allocation.prices.demand import Demand, Wanted, demand_of
from allocation.prices.futures import (
    ENOUGH,
    MANY,
    depth_units,
    fluid,
    futures_wanted,
    sampled,
)
from allocation.prices.guard import WALKED_MAX, replayed
from allocation.prices.method import MethodProgram
from allocation.prices.published import caps, faded, whole
from allocation.problem import Problem
from allocation.rules.attempts import attempts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from allocation.network import Network
    from allocation.order import Order
    from allocation.policy import Policy
    from allocation.prices.futures import Outlook
    from allocation.prices.master import Reals
    from allocation.solvers.instance import Integers

ORDERS_MAX = 5_000
"""Orders that are looked at."""
SOLVED_MAX = {MANY: 800, ENOUGH: 2_000, 0: 4_000}
"""Orders that stand for those to come, by the number of futures. Where stock is thin, a
future of 800 takes one to three seconds of a core, and one of twice as many eight times
as long; deep stock is solved faster, and more orders tell its demand better."""
CELLS_MAX = 4_000_000
"""SKUs times nodes of one program; 32 MB an array."""
NOT_BEATEN = (
    "the mean of four weeks would have forecast orders better, so that prices count"
    " nothing"
)
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
    draws: Callable[[int], Iterable[Integers]]
    """Futures of so many orders, each with (orders,) how many of each come: one at
    least. Where they end early, prices are the mean of fewer."""
    kept_bps: int = FULL_BPS
    """The share of the prices that the forecast is good for."""


class _Asked(NamedTuple):
    """Orders in pieces that the kernel takes."""

    demand: Demand
    order: Integers
    """Of each piece."""
    orders: int


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
    """The prices that the orders to come give the units of now.

    Raises ValueError for more orders or cells than a solve may have.
    """
    stock, many = np.ascontiguousarray(recent.stock, np.int64), len(recent.orders)
    if stock.size > CELLS_MAX or many > ORDERS_MAX:
        raise ValueError(f"{stock.size} cells and {many} orders")
    pieces = _pieces(recent)
    if not any(pieces) or recent.expected <= 0:
        return Foreseen(np.zeros_like(stock), 0, 0, 0, NO_ORDERS)
    if recent.kept_bps <= 0:
        return Foreseen(np.zeros_like(stock), many, 0, 0, NOT_BEATEN)
    every = _asked(pieces, recent)
    futures = futures_wanted(depth_units(every.demand, *_expected(recent, every)))
    step = -(-many // SOLVED_MAX[futures])
    own = _asked(pieces[::step], recent) if any(pieces[::step]) else every
    found = _solved(recent, own, futures)
    full = whole(found.price, caps(own.demand, stock))
    price = faded(full, recent.kept_bps)
    # Spread over the window, so that both sorts are alike.
    others = [each for at, each in enumerate(pieces) if at % step]
    proof = _asked(others, recent) if any(others) else own
    stream = _stream(proof, recent.expected)
    tried = replayed(proof.demand, stream, stock, price)
    return Foreseen(
        price if tried.is_good else np.zeros_like(price),
        orders=many,
        futures=found.futures,
        bound_minor=int(max(0.0, found.bound)),
        verdict=tried.verdict,
        is_good=tried.is_good,
    )


def _pieces(recent: Recent) -> list[tuple[Wanted, ...]]:
    """Each order in pieces that the kernel takes; none where nobody can send any."""
    row_of = {sku: row for row, sku in enumerate(recent.skus)}
    return [
        wanted_of(_under_rules(_problem(recent, row_of, *each)), row_of)
        for each in recent.orders
    ]


def _asked(pieces: Sequence[tuple[Wanted, ...]], recent: Recent) -> _Asked:
    """Some of the orders as one demand."""
    lengths = np.array([len(each) for each in pieces], np.int64)
    flat = [piece for each in pieces for piece in each]
    demand = demand_of(flat, both_tariffs(recent.network))
    return _Asked(demand, np.repeat(np.arange(lengths.size), lengths), len(pieces))


def _expected(recent: Recent, asked: _Asked) -> tuple[Reals, Integers]:
    """How many of each piece are expected, and the stock that they meet."""
    each = recent.expected / asked.orders
    stock = np.ascontiguousarray(recent.stock, dtype=np.int64)
    return np.full(asked.demand.size, each), stock


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


def _solved(recent: Recent, asked: _Asked, futures: int) -> Outlook:
    """Prices of one plan, or of some futures."""
    weight, stock = _expected(recent, asked)
    program = MethodProgram(asked.demand, (stock.shape[0], stock.shape[1]))
    if not futures:
        return fluid(program, weight, stock)
    drawn = islice(recent.draws(asked.orders), futures)
    counts = (each[asked.order].astype(np.float64) for each in drawn)
    return sampled(program, counts, stock)


def _stream(asked: _Asked, expected: float) -> Integers:
    """Pieces of the last orders, as many as are expected, some more than once."""
    last = min(WALKED_MAX, max(1, round(expected)))
    times, rest = divmod(last, asked.orders)
    pieces = np.arange(asked.order.size)
    newest = pieces[asked.order >= asked.orders - rest]
    return np.concatenate([newest, *[pieces] * times])
