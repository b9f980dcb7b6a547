"""Which opened candidate sends which line: a good start, then depth first to the proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.compiled import njit
from allocation.instance import INFEASIBLE
from allocation.opened import carriage_bound, own_cost, put, settle
from allocation.parcels import price

if TYPE_CHECKING:
    from allocation.instance import Integers
    from allocation.opened import Choice, Order, Sending

_PASSES = 3
"""Rounds of moving single items: further rounds hardly ever find anything."""


@njit()
def _room(
    order: Order, opened: Integers, sending: Sending, parcel: int, line: int
) -> int:
    """Units of a line that the parcel's candidate still has."""
    return order.have[opened[parcel], line] - sending.units[parcel, line]


@njit()
def _added(
    order: Order, opened: Integers, sending: Sending, parcel: int, line: int, units: int
) -> int:
    """Cost without carriage of further units of a line in a parcel."""
    row = order.candidate[opened[parcel]]
    cost = units * order.data.unit[row, line]
    if sending.units[parcel, line] == 0:
        cost += order.data.line[row]
    return cost


@njit()
def _carriage(order: Order, opened: Integers, sending: Sending, parcel: int) -> int:
    tariff = order.data.tariff[order.candidate[opened[parcel]]]
    load = sending.load[parcel]
    return price(order.data.rates, tariff, load[0], load[1])


@njit()
def _total(order: Order, opened: Integers, sending: Sending) -> int:
    """The true cost of what is sent; an empty parcel is no shipment."""
    cost = 0
    for parcel in range(opened.size):
        row = order.candidate[opened[parcel]]
        units = sending.units[parcel]
        if units.any():
            cost += order.data.fixed[row] + (units * order.data.unit[row]).sum()
            cost += order.data.line[row] * (units > 0).sum()
            cost += _carriage(order, opened, sending, parcel)
    return cost


@njit()
def _put_cheapest(
    order: Order, opened: Integers, sending: Sending, line: int, units: int
) -> int:
    """Put an item where the whole cost grows least; returns that parcel."""
    chosen, least = -1, INFEASIBLE
    for parcel in range(opened.size):
        if _room(order, opened, sending, parcel, line) < units:
            continue
        cost = _added(order, opened, sending, parcel, line, units)
        cost -= _carriage(order, opened, sending, parcel)
        put(order, sending, parcel, line, units)
        cost += _carriage(order, opened, sending, parcel)
        put(order, sending, parcel, line, -units)
        if cost < least:
            chosen, least = parcel, cost
    put(order, sending, chosen, line, units)
    return chosen


@njit()
def _start(order: Order, opened: Integers, sending: Sending, choice: Choice) -> None:
    """Heaviest item first to where it is cheapest, then single moves while they help."""
    at = np.empty(choice.line.size, np.int64)
    for item in range(at.size):
        at[item] = _put_cheapest(
            order, opened, sending, choice.line[item], choice.units[item]
        )
    for _ in range(_PASSES):
        moved = False
        for item in range(at.size):
            line, units = choice.line[item], choice.units[item]
            put(order, sending, at[item], line, -units)
            before = at[item]
            at[item] = _put_cheapest(order, opened, sending, line, units)
            moved |= at[item] != before
        if not moved:
            return


@njit()
def _next(
    order: Order, opened: Integers, sending: Sending, choice: Choice, at: Integers, d: int
) -> int:
    """The next parcel for item d, or the number of parcels if there is none.

    Units of one counted line are alike: they are handed out in the order of the parcels.
    """
    line = choice.line[d]
    parcel = at[d] + 1
    if d > 0 and choice.line[d - 1] == line:
        parcel = max(parcel, at[d - 1])
    while (
        parcel < opened.size
        and _room(order, opened, sending, parcel, line) < choice.units[d]
    ):
        parcel += 1
    return parcel


@njit()
def _prove(
    order: Order,
    opened: Integers,
    sending: Sending,
    choice: Choice,
    total: Integers,
    best: Integers,
    budget: int,
) -> int:
    """Depth first over the items; improves `best` (cost, then the parcel of each item).

    Returns the steps taken; `budget` if they ran out before the proof.
    """
    at = np.full(choice.line.size, -1, np.int64)
    paid = np.zeros(choice.line.size + 1, np.int64)
    paid[0] = own_cost(order, opened, sending)
    depth = steps = 0
    while depth >= 0 and steps < budget:
        steps += 1
        line, units = choice.line[depth], choice.units[depth]
        if at[depth] >= 0:
            put(order, sending, at[depth], line, -units)
        at[depth] = _next(order, opened, sending, choice, at, depth)
        if at[depth] == opened.size:
            at[depth] = -1
            depth -= 1
            continue
        more = _added(order, opened, sending, at[depth], line, units)
        put(order, sending, at[depth], line, units)
        paid[depth + 1] = paid[depth] + more
        bound = paid[depth + 1] + choice.least[depth + 1]
        bound += carriage_bound(order, opened, sending.load, total)
        if bound >= best[0]:
            continue
        if depth + 1 < at.size:
            depth += 1
        else:
            best[0] = bound
            best[1:] = at
    return steps


@njit()
def assign(
    order: Order, opened: Integers, sent: Integers, cutoff: int, budget: int
) -> tuple[int, Integers, int, int]:
    """The cheapest sending from these candidates, if it costs less than the cutoff.

    Returns cost (INFEASIBLE: none below the cutoff), units of each parcel and line, a
    lower bound and the steps taken; the bound equals the cost unless the budget ended.
    """
    sending, choice = settle(order, opened, sent)
    total = np.array([(sent * order.data.weight_g).sum(), (sent * order.data.volume_cm3).sum()])
    bound = own_cost(order, opened, sending) + choice.least[0]
    bound += carriage_bound(order, opened, sending.load, total)
    nothing = np.zeros((0, 0), np.int64)
    if bound >= cutoff:
        return INFEASIBLE, nothing, bound, 1
    settled = sending.units.copy(), sending.load.copy()
    _start(order, opened, sending, choice)
    cost, units = _total(order, opened, sending), sending.units.copy()
    if cost <= bound:
        return cost, units, cost, 1
    sending.units[:], sending.load[:] = settled[0], settled[1]
    best = np.full(1 + choice.line.size, -1, np.int64)
    best[0] = min(cost, cutoff)
    steps = 1
    if choice.line.size:
        steps += _prove(order, opened, sending, choice, total, best, budget)
    if best.size > 1 and best[1] >= 0:
        cost, units = best[0], settled[0]
        for item in range(choice.line.size):
            units[best[1 + item], choice.line[item]] += choice.units[item]
    proven = steps <= budget
    if cost >= cutoff:
        return INFEASIBLE, nothing, cutoff if proven else bound, steps
    return cost, units, cost if proven else bound, steps
