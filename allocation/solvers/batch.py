"""Many orders in one compiled call, each answered by the exact kernel.

Look-ahead asks the kernel for the cheapest way of serving hundreds of orders at the
same prices (`sweep`), and replays a stream of orders on falling stock (`walk`).
Crossing into compiled code for each of them would cost more than the answers; the
kernel itself is `kernel.best_plans`, as for a quote.

Lines ship whole from one candidate. A candidate whose node is -1 stands for leaving
lines unfilled: it has every unit, and what it costs is the penalty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import types

from allocation.solvers.compiled import GRID, ROW, njit, returns
from allocation.solvers.instance import Split
from allocation.solvers.kernel import best_plans
from allocation.solvers.parcels import Data, Rates

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers

Rows = tuple[Any, ...]
"""The arrays of a `Book`, one by one, as compiled code takes them."""

_types: Any = types
_BOOK = _types.UniTuple(ROW, 12)
_NEVER = int(Split.NEVER)


class Book(NamedTuple):
    """Orders, one after the other: order o has the lines line_start[o] … and the
    candidates candidate_start[o] …; the costs of its units are row by row from
    unit_start[o], a row for each candidate and a column for each line."""

    line_start: Integers
    """(O + 1,)"""
    sku: Integers
    """Row of the stock, of each line."""
    quantity: Integers
    weight_g: Integers
    volume_cm3: Integers
    candidate_start: Integers
    """(O + 1,)"""
    node: Integers
    """Column of the stock, of each candidate; -1: unfilled."""
    tariff: Integers
    fixed: Integers
    line: Integers
    unit_start: Integers
    """(O + 1,)"""
    unit: Integers


@njit()
def _rates(rates: Integers) -> Rates:
    return Rates(
        rates[0].copy(),
        rates[1].copy(),
        rates[2].copy(),
        rates[3].copy(),
        rates[4].copy(),
        rates[5].copy(),
    )


@njit()
def _useful(
    book: Book, order: int, stock: Integers, least: Integers
) -> tuple[Integers, Integers]:
    """Units that each candidate can send of each line, and none or all of them."""
    a, b = book.line_start[order], book.line_start[order + 1]
    c, d = book.candidate_start[order], book.candidate_start[order + 1]
    useful = np.zeros((d - c, b - a), np.int64)
    for k in range(d - c):
        node = book.node[c + k]
        for i in range(b - a):
            if node < 0 or stock[book.sku[a + i], node] >= least[a + i]:
                useful[k, i] = book.quantity[a + i]
    return useful, book.quantity[a:b].copy()


@njit()
def _priced(book: Book, order: int, prices: Integers) -> Integers:
    """What each unit costs, its opportunity price included."""
    a, b = book.line_start[order], book.line_start[order + 1]
    c, d = book.candidate_start[order], book.candidate_start[order + 1]
    unit = np.empty((d - c, b - a), np.int64)
    at = book.unit_start[order]
    for k in range(d - c):
        node = book.node[c + k]
        for i in range(b - a):
            unit[k, i] = book.unit[at]
            at += 1
            if node >= 0:
                unit[k, i] += prices[book.sku[a + i], node]
    return unit


@njit()
def _senders(rows: Integers, lines: int) -> Integers:
    """The candidate of each line in the last row of `best_plans`."""
    sender = np.full(lines, -1, np.int64)
    last = rows[rows.shape[0] - 1]
    for parcel in range(last[0]):
        at = 2 + parcel * (1 + lines)
        for i in range(lines):
            if last[at + 1 + i] > 0:
                sender[i] = last[at]
    return sender


@njit()
def _cheapest(
    book: Book,
    rates: Rates,
    order: int,
    stock: Integers,
    least: Integers,
    prices: Integers,
) -> tuple[int, Integers]:
    """Cost with prices of the cheapest way to serve one order, and its candidates."""
    a, b = book.line_start[order], book.line_start[order + 1]
    c, d = book.candidate_start[order], book.candidate_start[order + 1]
    if a == b:
        return 0, np.zeros(0, np.int64)
    useful, quantity = _useful(book, order, stock, least)
    data = Data(
        quantity,
        book.weight_g[a:b].copy(),
        book.volume_cm3[a:b].copy(),
        useful,
        book.node[c:d].copy(),
        book.tariff[c:d].copy(),
        book.fixed[c:d].copy(),
        book.line[c:d].copy(),
        _priced(book, order, prices),
        rates,
    )
    _, rows, _ = best_plans(data, min(b - a, d - c), _NEVER, True)
    return int(rows[rows.shape[0] - 1, 1]), _senders(rows, b - a)


@njit(returns(1, 1)(_BOOK, GRID, ROW, GRID, GRID))
def sweep(
    book: Rows, rates: Integers, orders: Integers, stock: Integers, prices: Integers
) -> tuple[Integers, Integers]:
    """The cheapest way to serve each of some orders, all from the same stock.

    A cell is usable as soon as it has a unit: a linear program may use a part of a way.
    Returns the cost of each order with prices, and the candidates of all their lines.
    """
    read = Book(*book)
    columns = _rates(rates)
    least = np.ones_like(read.quantity)
    value = np.zeros(orders.size, np.int64)
    lines = 0
    for order in orders:
        lines += read.line_start[order + 1] - read.line_start[order]
    sender = np.empty(lines, np.int64)
    at = 0
    for i in range(orders.size):
        value[i], chosen = _cheapest(read, columns, orders[i], stock, least, prices)
        sender[at : at + chosen.size] = chosen
        at += chosen.size
    return value, sender


@njit(returns(2, 2)(_BOOK, GRID, ROW, GRID, GRID))
def walk(
    book: Rows, rates: Integers, orders: Integers, stock: Integers, prices: Integers
) -> tuple[Integers, Integers]:
    """Serve orders one after another, each the cheapest way from what is left.

    Returns for each its cost with prices, the prices in it, its shipments and its lines
    unfilled, (orders, 4), and the stock that is left.
    """
    read = Book(*book)
    columns = _rates(rates)
    left = stock.copy()
    told = np.zeros((orders.size, 4), np.int64)
    used = np.zeros(read.node.size, np.bool_)
    for at in range(orders.size):
        order = orders[at]
        a, c = read.line_start[order], read.candidate_start[order]
        told[at, 0], chosen = _cheapest(
            read, columns, order, left, read.quantity, prices
        )
        for i in range(chosen.size):
            node, sku = read.node[c + chosen[i]], read.sku[a + i]
            if node < 0:
                told[at, 3] += 1
                continue
            left[sku, node] -= read.quantity[a + i]
            told[at, 1] += prices[sku, node] * read.quantity[a + i]
            told[at, 2] += int(not used[c + chosen[i]])
            used[c + chosen[i]] = True
        used[c : read.candidate_start[order + 1]] = False
    return told, left
