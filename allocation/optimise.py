"""Which solver answers an order: the only door to the solvers.

Most orders end in the kernel; lines that must be split go to the counted states, long
and entangled orders to the search, and what that leaves open to CP-SAT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation import kernel
from allocation.answers import EMPTY, frontier, solutions
from allocation.closing import searched, witnesses
from allocation.counted import split
from allocation.instance import Instance, Split, Tariffs
from allocation.limits import DEFAULT, Limits
from allocation.parcels import Flat, arguments

if TYPE_CHECKING:
    from allocation.instance import Frontier, Integers, Solution

__all__ = ["Limits", "optimise", "warm"]


def optimise(instance: Instance, *, limits: Limits = DEFAULT) -> Frontier:
    """The best solution for every number of shipments, each with what is proven.

    Arrays must be contiguous int64 and costs not negative. A tariff that charges fuel
    must cost at least one minor unit to open (base, surcharge or the candidate's fixed
    cost): only then two parcels from one place never cost less than one.
    """
    if min(instance.useful.shape) == 0 or instance.max_shipments < 1:
        return EMPTY
    flat = arguments(instance)
    if instance.quantity.size > limits.kernel_lines:
        return searched(instance, flat, limits)
    said, rows, considered = kernel.partition(*flat)
    if said != kernel.COUNTED:
        return frontier(_solutions(instance, rows), considered.tolist())
    bounded: Flat = (*flat, limits.counted_steps, limits.counted_states)
    said, rows, considered = split(*bounded)
    if said > kernel.SOLVED:
        return searched(instance, flat, limits)
    return frontier(_solutions(instance, rows), witnesses(instance, considered))


def _solutions(instance: Instance, rows: Integers) -> list[Solution]:
    return solutions(instance.quantity.tolist(), rows, instance.max_shipments)


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
