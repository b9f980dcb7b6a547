"""Which solver answers an order: the only door to the solvers.

Most orders end in the kernel; lines that must be split go to the counted states, long
orders to the search, and what neither can hold to CP-SAT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation import counted
from allocation.instance import Frontier, Parcel, Solution
from allocation.kernel import COUNTED, partition
from allocation.limits import Limits
from allocation.parcels import arguments
from allocation.plan import PlanStatus

if TYPE_CHECKING:
    from allocation.instance import Instance, Integers

def read_rows(instance: Instance, rows: Integers, considered: Integers) -> Frontier:
    quantity = instance.quantity.tolist()
    lines = len(quantity)
    best = []
    known = {}
    last = None
    for row in rows.tolist():
        if not row[0]:
            continue
        if last is None or row != last:
            solution = _solution(quantity, row)
            last = row
        best.append(solution)
    best.extend(best[-1:] * (instance.max_shipments - len(best)))
    return Frontier(tuple(best), tuple(considered.tolist()))

def _solution(quantity, row):
    width = 1 + len(quantity)
    parcels = []
    unfilled = quantity
    for at in range(2, 2 + row[0] * width, width):
        units = tuple(row[at + 1 : at + width])
        unfilled = [left - sent for left, sent in zip(unfilled, units)]
        parcels.append(Parcel(row[at], units))
    return Solution(tuple(parcels), tuple(unfilled), row[1], PlanStatus.OPTIMAL, row[1])

def optimise(instance: Instance, *, limits: Limits = Limits()) -> Frontier:
    flat = arguments(instance)
    code, rows, considered = partition(*flat)
    if code == COUNTED:
        code, rows, considered = counted.split(*flat, limits.counted_steps, limits.counted_states)
        if code > 1:
            return code
    return read_rows(instance, rows, considered)
