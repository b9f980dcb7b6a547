"""Orders that may come, as look-ahead sees them: what they ask for, and what each way
of serving them costs.

There is no model of order types here. An entry is any order: a type of a published
benchmark, or a recent order of the shop that stands for those to come. How many of each
are expected is said apart, as weights, so that one demand serves many futures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from allocation.solvers.batch import Book
from allocation.solvers.kernel import LINES_MAX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.solvers.instance import Integers, Tariffs

UNFILLED = -1
"""Node of the candidate that leaves lines unfilled."""
Columns = Mapping[str, "Integers"]
"""The fields of a `Wanted` by name, of any number of lines."""
_OF_LINES = frozenset(("sku", "quantity", "weight_g", "volume_cm3", "unit_minor"))
"""Fields with an entry for each line, as their last axis."""


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """One order that may come: L lines over N candidates, as in `instance.Instance`.

    The last candidate must be `UNFILLED`; its costs are the penalty.
    """

    sku: Integers
    """(L,) row of the stock."""
    quantity: Integers
    """(L,) whole units, at least one."""
    weight_g: Integers
    volume_cm3: Integers
    node: Integers
    """(N,) column of the stock, `UNFILLED` last."""
    tariff: Integers
    """(N,) row of the tariffs, or -1."""
    fixed_minor: Integers
    line_minor: Integers
    unit_minor: Integers
    """(N, L)"""

    def __post_init__(self) -> None:
        if self.sku.size > LINES_MAX:
            raise ValueError(f"{self.sku.size} lines, the kernel takes {LINES_MAX}")
        if np.unique(self.sku).size < self.sku.size:
            raise ValueError("a SKU stands in two lines: merge them")
        if not self.node.size or self.node[-1] != UNFILLED:
            raise ValueError("the last candidate must leave lines unfilled")
        if self.unit_minor.shape != (self.node.size, self.sku.size):
            raise ValueError(f"unit costs of shape {self.unit_minor.shape}")


def pieces(order: Columns) -> tuple[Wanted, ...]:
    """A long order as orders that the kernel takes, of nearly equal length.

    Each piece pays for its own shipments, so that what a solve says of the cost of such
    orders is no bound any more; prices still count what they ask for.
    """
    lines = order["sku"].size
    many = max(1, -(-lines // LINES_MAX))
    return tuple(
        Wanted(
            **{
                name: values[..., part] if name in _OF_LINES else values
                for name, values in order.items()
            }
        )
        for part in np.array_split(np.arange(lines), many)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Orders one after the other in flat arrays; order o is the o-th `Wanted`."""

    book: Book
    tariffs: Tariffs
    size: int
    rates: Integers = field(init=False)
    """(6, T) the columns of the tariffs."""
    unfilled_minor: Integers = field(init=False)
    """(size,) cost of sending nothing of an order."""

    def __post_init__(self) -> None:
        book, worst = self.book, np.zeros(self.size, np.int64)
        for order in range(self.size):
            lines = slice(book.line_start[order], book.line_start[order + 1])
            last = book.candidate_start[order + 1] - 1
            unit = book.unit[: book.unit_start[order + 1]]
            many = lines.stop - lines.start
            if many:
                each = unit[unit.size - many :] @ book.quantity[lines]
                worst[order] = book.fixed[last] + book.line[last] * many + each
        object.__setattr__(self, "unfilled_minor", worst)
        columns = (
            self.tariffs.base_minor,
            self.tariffs.step_minor,
            self.tariffs.step_g,
            self.tariffs.fuel_bps,
            self.tariffs.residential_minor,
            self.tariffs.volume_divisor,
        )
        object.__setattr__(self, "rates", np.ascontiguousarray(np.vstack(columns)))

    def lines_of(self, order: int) -> slice:
        """Where the lines of an order stand in the book."""
        start = self.book.line_start
        return slice(int(start[order]), int(start[order + 1]))


def demand_of(wanted: Sequence[Wanted], tariffs: Tariffs) -> Demand:
    """The orders in one book. Costs are whole numbers of any one unit of money."""
    book = Book(
        _starts([each.sku.size for each in wanted]),
        _joined([each.sku for each in wanted]),
        _joined([each.quantity for each in wanted]),
        _joined([each.weight_g for each in wanted]),
        _joined([each.volume_cm3 for each in wanted]),
        _starts([each.node.size for each in wanted]),
        _joined([each.node for each in wanted]),
        _joined([each.tariff for each in wanted]),
        _joined([each.fixed_minor for each in wanted]),
        _joined([each.line_minor for each in wanted]),
        _starts([each.unit_minor.size for each in wanted]),
        _joined([each.unit_minor.ravel() for each in wanted]),
    )
    return Demand(book, tariffs, len(wanted))


def _starts(sizes: list[int]) -> Integers:
    return np.fromiter(accumulate(sizes, initial=0), np.int64, len(sizes) + 1)


def _joined(arrays: list[Integers]) -> Integers:
    whole = np.concatenate(arrays) if arrays else np.zeros(0, np.int64)
    return np.ascontiguousarray(whole, dtype=np.int64)
