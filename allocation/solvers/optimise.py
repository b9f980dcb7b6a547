"""The only door to the solvers: the cheapest plans, or what tiers choose among all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.solvers import tiered
from allocation.solvers.cheapest import cheapest
from allocation.solvers.instance import Instance, Split, Tariffs
from allocation.solvers.limits import DEFAULT, Limits

if TYPE_CHECKING:
    from allocation.solvers.instance import Frontier

__all__ = ["Limits", "optimise", "warm"]


def optimise(instance: Instance, *, limits: Limits = DEFAULT) -> Frontier:
    """The best solution for every number of shipments, each with what is proven; of an
    instance with a `side`, the one that its tiers choose.

    Arrays must be contiguous int64 and costs not negative. A tariff that charges fuel
    must cost at least one minor unit to open (base, surcharge or the candidate's fixed
    cost): only then two parcels from one place never cost less than one.
    """
    if instance.side is None:
        return cheapest(instance, limits)
    return tiered.answer(instance, limits)


def warm() -> None:
    """Answer one order of each kind, so that the first caller does not wait.

    Compiled code is loaded with this module in about half a second; where none is kept
    yet, the import compiles it, which takes about a minute once.
    """
    for lines in (1, Limits().kernel_lines + 1):
        for quantity in (1, 2):
            optimise(_smallest(lines, quantity))


def _smallest(lines: int, quantity: int) -> Instance:
    """An order for one unit of stock at one node; a quantity of 2 must be split."""
    one, each = np.ones(1, np.int64), np.ones(lines, np.int64)
    cells = np.ones((1, lines), np.int64)
    return Instance(
        quantity=quantity * each,
        weight_g=each,
        volume_cm3=each,
        useful=cells,
        node=one,
        tariff=0 * one,
        fixed_minor=one,
        line_minor=one,
        unit_minor=cells,
        tariffs=Tariffs(one, one, one, one, one, one),
        max_shipments=1,
        split=Split.IF_FORCED,
        complete=False,
    )
