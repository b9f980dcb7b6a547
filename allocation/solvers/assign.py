"""Which opened candidate sends which line: a good start, then a search to the proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.solvers.bounds import carriage_bound, root_of
from allocation.solvers.compiled import njit
from allocation.solvers.instance import INFEASIBLE
from allocation.solvers.opened import (
    ASKED,
    COUNTED,
    FIXED,
    LINE,
    SAFETY,
    Sending,
    carriage,
    line_cost,
    own_cost,
    put,
    settle,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.solvers.instance import Integers
    from allocation.solvers.opened import Choice, Order

    Reals = NDArray[np.float64]

_ITEMS_MAX, _FEWER = 40, 8
"""Where more lines are free a proof is rare: a part of the steps then, in which started
weight steps are filled better."""

_PASSES = 3
"""Rounds of moving single items: further rounds hardly ever find anything."""


@njit(borrows=True)
def _room(
    order: Order, opened: Integers, sending: Sending, parcel: int, line: int
) -> int:
    """Units of a line that the parcel's candidate still has."""
    return int(order.have[opened[parcel], line] - sending.units[parcel, line])


@njit(borrows=True)
def _added(
    order: Order, opened: Integers, sending: Sending, parcel: int, line: int, units: int
) -> int:
    """Cost without carriage of further units of a line in a parcel."""
    cost = units * order.unit[opened[parcel], line]
    if sending.units[parcel, line] == 0:
        cost += order.terms[opened[parcel], LINE]
    return int(cost)


@njit(borrows=True)
def _total(order: Order, opened: Integers, sending: Sending) -> int:
    """The true cost of what is sent; an empty parcel is no shipment."""
    cost = 0
    for parcel in range(opened.size):
        candidate, units = opened[parcel], sending.units[parcel]
        if units.any():
            cost += order.terms[candidate, FIXED]
            cost += carriage(order, candidate, sending.load[parcel])
        for line in range(units.size):
            if units[line] > 0:
                cost += line_cost(order, candidate, line, units[line])
    return cost


@njit()
def in_turn(order: Order, opened: Integers) -> tuple[int, Integers]:
    """Cost and units when each of the opened sends all it can of what is left."""
    lines = order.have.shape[1]
    sending = Sending(
        np.zeros((opened.size, lines), np.int64), np.zeros((opened.size, 2), np.int64)
    )
    left = order.lines[ASKED].copy()
    for parcel in range(opened.size):
        for line in range(lines):
            units = min(left[line], order.have[opened[parcel], line])
            put(order, sending, parcel, line, units)
            left[line] -= units
    return _total(order, opened, sending), sending.units


@njit(borrows=True)
def _put_cheapest(
    order: Order, opened: Integers, sending: Sending, line: int, units: int
) -> int:
    """Put an item where the whole cost grows least; returns that parcel."""
    chosen, least = -1, INFEASIBLE
    for parcel in range(opened.size):
        if _room(order, opened, sending, parcel, line) < units:
            continue
        cost = _added(order, opened, sending, parcel, line, units)
        cost -= carriage(order, opened[parcel], sending.load[parcel])
        put(order, sending, parcel, line, units)
        cost += carriage(order, opened[parcel], sending.load[parcel])
        put(order, sending, parcel, line, -units)
        if cost < least:
            chosen, least = parcel, cost
    put(order, sending, chosen, line, units)
    return chosen


@njit()
def _start(order: Order, opened: Integers, sending: Sending, choice: Choice) -> None:
    """Each item where a gram is cheapest for it, then single moves while they help."""
    at = np.empty(choice.line.size, np.int64)
    for item in range(at.size):
        pick = 0
        line, units = choice.line[item], choice.units[item]
        while _room(order, opened, sending, choice.option[item, pick], line) < units:
            pick += 1
        at[item] = choice.option[item, pick]
        put(order, sending, at[item], line, units)
    for _ in range(_PASSES):
        moved = False
        for item in range(at.size - 1, -1, -1):
            line, units = choice.line[item], choice.units[item]
            put(order, sending, at[item], line, -units)
            before = at[item]
            at[item] = _put_cheapest(order, opened, sending, line, units)
            moved |= at[item] != before
        if not moved:
            return


@njit(borrows=True)
def _next(
    order: Order,
    opened: Integers,
    sending: Sending,
    choice: Choice,
    at: Integers,
    d: int,
) -> int:
    """The next option for item d, -1 if there is none.

    Units of one counted line are alike: they go out in the order of the options.
    """
    line = choice.line[d]
    pick = at[d] + 1
    if d > 0 and choice.line[d - 1] == line:
        pick = max(pick, at[d - 1])
    while choice.option[d, pick] >= 0:
        parcel = choice.option[d, pick]
        if _room(order, opened, sending, parcel, line) >= choice.units[d]:
            return int(pick)
        pick += 1
    return -1


class Path(NamedTuple):
    """Depth first: the option of each item, and what is paid above it."""

    at: Integers
    own: Integers
    """Without carriage."""
    grams: Reals
    """With a price of each gram."""


@njit(borrows=True)
def _step_down(
    order: Order, opened: Integers, sending: Sending, choice: Choice, path: Path, d: int
) -> None:
    """Put item d where its option says, and add up what is paid."""
    line, units = choice.line[d], choice.units[d]
    parcel = choice.option[d, path.at[d]]
    added = _added(order, opened, sending, parcel, line, units)
    path.own[d + 1] = path.own[d] + added
    path.grams[d + 1] = path.grams[d] + choice.cost[d, parcel]
    if order.lines[COUNTED, line] and sending.units[parcel, line] == 0:
        path.grams[d + 1] += order.terms[opened[parcel], LINE]
    put(order, sending, parcel, line, units)


@njit(borrows=True)
def _prove(
    order: Order,
    opened: Integers,
    sending: Sending,
    choice: Choice,
    path: Path,
    total: Integers,
    best: Integers,
    budget: int,
) -> int:
    """Depth first over the items; improves `best` (cost, then the parcel of each item).

    Returns the steps taken; `budget` if they ran out before the proof.
    """
    depth = steps = 0
    while depth >= 0 and steps < budget:
        steps += 1
        if path.at[depth] >= 0:
            parcel = choice.option[depth, path.at[depth]]
            put(order, sending, parcel, choice.line[depth], -choice.units[depth])
        path.at[depth] = _next(order, opened, sending, choice, path.at, depth)
        if path.at[depth] < 0:
            depth -= 1
            continue
        _step_down(order, opened, sending, choice, path, depth)
        if path.grams[depth + 1] + choice.rest[depth + 1] - SAFETY > best[0] - 1:
            continue
        bound = path.own[depth + 1] + choice.least[depth + 1]
        bound += carriage_bound(order, opened, sending.load, total)
        if bound >= best[0]:
            continue
        if depth + 1 < path.at.size:
            depth += 1
        else:
            best[0] = bound
            for item in range(path.at.size):
                best[1 + item] = choice.option[item, path.at[item]]
    return steps


@njit()
def _searched(
    order: Order,
    opened: Integers,
    sending: Sending,
    choice: Choice,
    total: Integers,
    grams: float,
    cutoff: int,
    budget: int,
) -> tuple[Integers, int]:
    """The best choice below the cutoff (cost, parcel of each item or -1), and steps."""
    many = choice.line.size
    path = Path(
        np.full(many, -1, np.int64), np.zeros(many + 1, np.int64), np.zeros(many + 1)
    )
    path.own[0] = own_cost(order, opened, sending)
    path.grams[0] = grams
    best = np.full(1 + many, -1, np.int64)
    best[0] = cutoff
    steps = 0
    if many:
        steps = _prove(order, opened, sending, choice, path, total, best, budget)
    return best, steps


@njit()
def assign(
    order: Order, opened: Integers, sent: Integers, cutoff: int, budget: int
) -> tuple[int, Integers, int, int]:
    """The cheapest sending from these candidates, if it costs less than the cutoff.

    Returns cost (INFEASIBLE: none below the cutoff), units of each parcel and line, a
    lower bound and the steps taken. A bound below both the cost and the cutoff says
    that the proof was not reached.
    """
    sending, choice = settle(order, opened, sent)
    bound, grams, total = root_of(order, opened, sent, sending, choice)
    nothing = np.zeros((0, 0), np.int64)
    if bound >= cutoff:
        return INFEASIBLE, nothing, bound, 1
    if choice.line.size > _ITEMS_MAX:
        budget //= _FEWER
    settled = Sending(sending.units.copy(), sending.load.copy())
    _start(order, opened, sending, choice)
    cost, units = _total(order, opened, sending), sending.units
    if cost <= bound:
        return cost, units, cost, 1
    best, steps = _searched(
        order, opened, settled, choice, total, grams, min(cost, cutoff), budget
    )
    if best[-1] >= 0 and choice.line.size:
        cost, units = best[0], settle(order, opened, sent)[0].units
        for item in range(choice.line.size):
            units[best[1 + item], choice.line[item]] += choice.units[item]
    proven = steps < budget
    if cost >= cutoff:
        return INFEASIBLE, nothing, cutoff if proven else bound, steps + 1
    return cost, units, cost if proven else bound, steps + 1
