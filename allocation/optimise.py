"""Which solver answers an order: the only door to the solvers.

Most orders end in the kernel; lines that must be split go to the counted states, long
orders to the search, and what neither can hold to CP-SAT.
"""

from __future__ import annotations


from typing import TYPE_CHECKING

from allocation import counted
from allocation.instance import Frontier, Parcel, Solution
from allocation.kernel import COUNTED, SOLVED, partition
from allocation.limits import DEFAULT, Limits
from allocation.parcels import arguments
from allocation.plan import PlanStatus

if TYPE_CHECKING:
    from allocation.instance import Instance, Integers

EMPTY = Frontier(())


def optimise(instance: Instance, *, limits: Limits = DEFAULT) -> Frontier:
    """The cheapest solution for every number of shipments, each with what is proven.

    Costs must not be negative, and opening a parcel under a tariff with fuel costs at
    least one minor unit (base, fixed cost or surcharge): see `kernel`.
    """
    if min(instance.useful.shape) == 0 or instance.max_shipments < 1:
        return EMPTY
    flat = arguments(instance)
    if instance.quantity.size <= limits.kernel_lines:
        code, rows, considered = partition(*flat)
        if code == COUNTED:
            bounds = limits.counted_steps, limits.counted_states
            code, rows, considered = counted.split(*flat, *bounds)
        if code <= SOLVED:
            return read(instance, rows, considered)
    return _modelled(instance, limits)


def read(instance: Instance, rows: Integers, considered: Integers) -> Frontier:
    """The rows of a compiled solver (shipments, cost, parcels) as a frontier."""
    quantity = instance.quantity.tolist()
    best: list[Solution] = []
    last: list[int] = []
    for row in rows.tolist():
        best.append(best[-1] if row == last else _solution(quantity, row))
        last = row
    if not best or not best[-1].parcels:
        return EMPTY
    best.extend(best[-1:] * (instance.max_shipments - len(best)))
    return Frontier(tuple(best), tuple(considered.tolist()))


def _solution(quantity: list[int], row: list[int]) -> Solution:
    width = 1 + len(quantity)
    parcels = []
    unfilled = quantity
    for at in range(2, 2 + row[0] * width, width):
        units = row[at + 1 : at + width]
        unfilled = [left - sent for left, sent in zip(unfilled, units, strict=True)]
        parcels.append(Parcel(row[at], tuple(units)))
    cost = row[1]
    return Solution(tuple(parcels), tuple(unfilled), cost, PlanStatus.OPTIMAL, cost)


def _modelled(instance: Instance, limits: Limits) -> Frontier:
    """CP-SAT for the largest number of shipments, then down while the fill holds."""
    from allocation.model import Question, answer

    found = answer(instance, Question(instance.max_shipments), limits=limits)
    if found is None:
        return EMPTY
    best = [found]
    while len(best) < instance.max_shipments:
        best.append(best[-1])
    return Frontier(tuple(reversed(best)), tuple(range(instance.tariff.size)))


def warm() -> None:
    """Load the compiled code, so that the first order does not wait for it."""
    partition
