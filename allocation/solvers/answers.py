"""Rows of the compiled solvers (shipments, cost, then parcels) as solutions."""

from __future__ import annotations

from operator import sub
from typing import TYPE_CHECKING

from allocation.solvers.instance import Frontier, Parcel, Solution
from allocation.status import PlanStatus

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers

EMPTY = Frontier(())
"""Nothing can be sent that the instance allows."""


def solution_of(quantity: list[int], row: list[int]) -> Solution:
    """One row as a solution that is proven optimal."""
    width = 1 + len(quantity)
    parcels = []
    unfilled = quantity
    for at in range(2, 2 + row[0] * width, width):
        units = row[at + 1 : at + width]
        unfilled = list(map(sub, unfilled, units))
        parcels.append(Parcel(row[at], tuple(units)))
    if len(parcels) > 1:
        parcels.sort()
    cost = row[1]
    return Solution(tuple(parcels), tuple(unfilled), cost, PlanStatus.OPTIMAL, cost)


def solutions(
    quantity: list[int], rows: Integers, shipments_max: int
) -> list[Solution]:
    """One solution for each number of shipments; equal rows share theirs."""
    best: list[Solution] = []
    last: list[int] = []
    for row in rows.tolist():
        best.append(best[-1] if row == last else solution_of(quantity, row))
        last = row
    if best:
        best.extend(best[-1:] * (shipments_max - len(best)))
    return best


def frontier(best: list[Solution], considered: list[int]) -> Frontier:
    """The frontier; empty where no number of shipments sends anything."""
    if not best:
        return EMPTY
    if not best[-1].parcels:
        return Frontier((), tuple(considered), best[-1].status)
    return Frontier(tuple(best), tuple(considered))
