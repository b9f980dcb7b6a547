"""The method LP by column generation, with the exact kernel as the pricing oracle.

A way to serve an order gives each of its lines a node or leaves it unfilled. There are
far too many to list; the kernel finds the one that would improve the program the most,
for all orders in one compiled sweep. At any prices the sweep also proves a bound,

    sum_o w_o * min_m (cash + prices) - sum_c price_c * stock_c  <=  optimum,

so that a solve may stop at a small gap. Ways are kept: the next solve, with other stock
and other expectations, starts from all that are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.prices.master import Master, Reals, Ways
from allocation.solvers.batch import sweep

if TYPE_CHECKING:
    from allocation.prices.demand import Demand
    from allocation.solvers.instance import Integers

ROUNDS_MAX = 200
"""Six to twelve rounds are usual; a solve that needs many more has met a flaw."""


@dataclass(frozen=True, slots=True)
class Solved:
    """Prices of one solve, and what is proven about them."""

    cost: float
    """Of the best mix of the known ways: never below the optimum."""
    bound: float
    """Proven by the sweeps: never above the optimum."""
    price: Reals
    """(skus, nodes) worth of one more unit."""
    rounds: int

    @property
    def gap(self) -> float:
        """Share of the cost that is not proven."""
        return (self.cost - self.bound) / max(1.0, abs(self.cost))


class MethodProgram:
    """The method LP of one demand, solved again and again as stock and time go by.

    Money is in the unit of the demand; stock is (skus, nodes) as everywhere.
    """

    def __init__(self, demand: Demand, shape: tuple[int, int]) -> None:
        self.demand = demand
        self._shape = shape
        self._scale = float(max(1, demand.unfilled_minor.max(initial=0)))
        """Costs near one suit the tolerances of the simplex."""
        self._master = Master(demand.size, shape[0] * shape[1])
        every = np.arange(demand.size)
        none = np.zeros(0, np.int64)
        self._known: list[set[bytes]] = [set() for _ in range(demand.size)]
        self._master.add(
            Ways(every, demand.unfilled_minor / self._scale, none, none, none)
        )
        self._price = np.zeros(shape)

    def solve(self, weight: Reals, stock: Integers, *, gap: float = 1e-9) -> Solved:
        """Prices of the cells when `weight[o]` orders of each kind meet this stock."""
        stock = np.ascontiguousarray(stock, dtype=np.int64)
        self._master.expect(weight, stock)
        wanted = np.flatnonzero(weight > 0)
        bound, learned = self._improve(weight, stock, wanted)
        for rounds in range(1, ROUNDS_MAX + 1):
            duals = self._master.solve(after_new_ways=rounds > 1)
            cost = duals.cost * self._scale
            self._price = duals.price.reshape(self._shape) * self._scale
            proven, learned = self._improve(weight, stock, wanted)
            bound = max(bound, proven)
            if learned == 0 or cost - bound <= gap * max(1.0, abs(cost)):
                break
        return Solved(cost, bound, self._price, rounds)

    def _improve(
        self, weight: Reals, stock: Integers, wanted: Integers
    ) -> tuple[float, int]:
        """The bound at the present prices, and how many ways were learned there."""
        price = np.rint(self._price).astype(np.int64)
        demand = self.demand
        value, sender = sweep(tuple(demand.book), demand.rates, wanted, stock, price)
        learned = self._learn(wanted, value, sender, price)
        return float(weight[wanted] @ value - (price * stock).sum()), learned

    def _learn(
        self, wanted: Integers, value: Integers, sender: Integers, price: Integers
    ) -> int:
        """Add the ways of a sweep that are not known yet."""
        book, kept, lines = self.demand.book, [], []
        at = 0
        for i, order in enumerate(wanted.tolist()):
            start, stop = book.line_start[order], book.line_start[order + 1]
            key = sender[at : at + stop - start].tobytes()
            if key not in self._known[order]:
                self._known[order].add(key)
                kept.append(i)
                lines.append(
                    np.stack(
                        [
                            np.full(stop - start, len(kept) - 1),
                            np.arange(start, stop),
                            sender[at : at + stop - start],
                        ]
                    )
                )
            at += int(stop - start)
        if kept:
            self._add(wanted[kept], value[kept], np.hstack(lines), price)
        return len(kept)

    def _add(
        self, order: Integers, value: Integers, lines: Integers, price: Integers
    ) -> None:
        """Give ways to the master: `lines` has for each line of each way the number of
        the way, the line in the book and its candidate."""
        book = self.demand.book
        way, line, candidate = lines
        node = book.node[book.candidate_start[order[way]] + candidate]
        way, line, node = way[node >= 0], line[node >= 0], node[node >= 0]
        sku, units = book.sku[line], book.quantity[line]
        priced = np.bincount(way, price[sku, node] * units, order.size)
        cash = (value - np.rint(priced).astype(np.int64)) / self._scale
        cell = sku * self._shape[1] + node
        self._master.add(Ways(order, cash, way, cell, units))
