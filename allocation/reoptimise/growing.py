"""New plans for the orders of a pool, where sharing units asks for them.

The program that shares out the units is the method LP with one order of each kind, and
its columns are plans of the very function that decides orders (after Xu, Allgor and
Graves 2009, who free the units of orders that are not picked yet). At the program's
prices every order is planned again; plans that are new join it, until none is.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from allocation.prices.master import Master, Ways
from allocation.reoptimise.columns import taken_by
from allocation.reoptimise.limits import ROUNDS_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from allocation.reoptimise.columns import Column, Columns, Units
    from allocation.reoptimise.pool import Cell


def grow(columns: Columns, fee_minor: int) -> None:
    """Learn the plans that the program asks for; a move must be worth `fee_minor`."""
    program = _Program(columns, fee_minor)
    program.add(chain.from_iterable(columns.of))
    asked: list[Units | None] = [None] * len(columns.of)
    for _ in range(ROUNDS_MAX):
        prices, fresh = program.prices(), []
        for number, by_cell in enumerate(_by_member(columns, prices)):
            if by_cell != asked[number]:
                asked[number] = by_cell
                fresh.append(columns.learn_at(number, by_cell))
        learned = [column for column in fresh if column is not None]
        if not learned:
            return
        program.add(learned)


def learn_beside(columns: Columns, chosen: Sequence[Column]) -> bool:
    """Plan each order around what is chosen for the others; whether any plan is new.

    The program shares units in parts of an order, so that the plan which fits what
    whole orders leave may be one that it never asked for.
    """
    all_taken, learned = taken_by(chosen), False
    for number, column in enumerate(chosen):
        others = {
            cell: units - column.uses.get(cell, 0) for cell, units in all_taken.items()
        }
        learned |= columns.learn_beside(number, others) is not None
    return learned


def _by_member(columns: Columns, prices: Units) -> list[Units]:
    """The prices that each order meets."""
    of_sku: dict[str, list[tuple[Cell, int]]] = {}
    for cell, minor in prices.items():
        of_sku.setdefault(cell[0], []).append((cell, minor))
    return [
        dict(
            chain.from_iterable(
                of_sku.get(line.sku, ()) for line in member.problem.order.lines
            )
        )
        for member in columns.pool.members
    ]


class _Program:
    """The method LP of a pool; money near one suits the simplex."""

    def __init__(self, columns: Columns, fee_minor: int) -> None:
        self._columns, self._fee = columns, fee_minor
        self._cells = list(columns.pool.contested)
        self._number = {cell: number for number, cell in enumerate(self._cells)}
        dearest = [column.value_minor for column in columns.standing]
        self._scale = float(max(1, *dearest))
        self._master = Master(len(columns.of), len(self._cells))
        stock = np.array([*columns.pool.contested.values()], np.int64)
        self._master.expect(np.ones(len(columns.of)), stock)
        self._grown = False

    def add(self, columns: Iterable[Column]) -> None:
        many = list(columns)
        used = [
            (way, self._number[cell], units)
            for way, column in enumerate(many)
            for cell, units in column.uses.items()
        ]
        way, cell, units = np.array(used, np.int64).reshape(-1, 3).T
        order = np.array([column.member for column in many], np.int64)
        cost = np.array([self._cost(column) for column in many]) / self._scale
        self._master.add(Ways(order, cost, way, cell, units))

    def prices(self) -> Units:
        """What one more unit of a cell would save, where it is anything."""
        duals = self._master.solve(after_new_ways=self._grown)
        self._grown = True
        minor = np.rint(duals.price * self._scale).astype(np.int64)
        return {self._cells[at]: int(minor[at]) for at in np.flatnonzero(minor)}

    def _cost(self, column: Column) -> int:
        moved = column is not self._columns.of[column.member][0]
        return column.value_minor + self._fee * moved
