"""The cheapest solution for every number of shipments: which solver answers.

Most orders end in the kernel; lines that must be split go to the counted states, long
and entangled orders to the search, and what that leaves open to CP-SAT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.solvers import kernel
from allocation.solvers.answers import EMPTY, frontier, solutions
from allocation.solvers.closing import searched, witnesses
from allocation.solvers.counted import split
from allocation.solvers.parcels import Flat, arguments

if TYPE_CHECKING:
    from allocation.solvers.instance import Frontier, Instance, Integers, Solution
    from allocation.solvers.limits import Limits


def cheapest(instance: Instance, limits: Limits) -> Frontier:
    """The frontier by unfilled units, cost, shipments; a `side` is not looked at."""
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
