"""Which solver answers an order: the only door to the solvers.

Most orders end in the kernel; lines that must be split go to the counted states, long
and entangled orders to the search, and what that leaves open to CP-SAT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation import kernel
from allocation.answers import EMPTY, frontier, solutions
from allocation.closing import searched, witnesses
from allocation.counted import split
from allocation.limits import DEFAULT, Limits
from allocation.parcels import Flat, arguments

if TYPE_CHECKING:
    from allocation.instance import Frontier, Instance

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
        return frontier(solutions(instance, rows), considered.tolist())
    bounded: Flat = (*flat, limits.counted_steps, limits.counted_states)
    said, rows, considered = split(*bounded)
    if said > kernel.SOLVED:
        return searched(instance, flat, limits)
    return frontier(solutions(instance, rows), witnesses(instance, considered))


def warm() -> None:
    """Compiled code is loaded with this module, or compiled where none is kept.

    Calling this says so at the place where a process starts: the import of this module
    has done it, in about half a second, or in about a minute for the first time.
    """
