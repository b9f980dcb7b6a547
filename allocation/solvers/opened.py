"""The cheapest way to send an order from a given set of opened candidates.

With the set fixed every line is sent as far as it can be, and what is open is which of
the opened candidates sends it. Started weight steps tie the lines together, so that a
line may travel at a dearer rate to fill a step that is paid anyway. This module settles
what has no choice; `assign` searches the rest, `bounds` cuts it off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.solvers.compiled import njit
from allocation.solvers.instance import INFEASIBLE
from allocation.solvers.ordering import rank
from allocation.solvers.parcels import charged, started

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.solvers.instance import Integers

    Reals = NDArray[np.float64]

SAFETY = 1e-3
"""Money by which a floating bound is lowered before it may cut anything off."""


NODE, FIXED, LINE, BASE, STEP, STEP_G, FUEL, RESIDENTIAL, DIVISOR = range(9)
"""Columns of `Order.terms`."""

ASKED, COUNTED, WEIGHT_G, VOLUME_CM3 = range(4)
"""Rows of `Order.lines`."""


class Order(NamedTuple):
    """An order over its useful candidates, in few arrays: each costs compile time."""

    terms: Integers
    """What each candidate charges (candidates, 9); step grams 0: carriage is free."""
    unit: Integers
    """Cost of each unit (candidates, lines)."""
    have: Integers
    """Units of each line (candidates, lines)."""
    lines: Integers
    """Units asked, whether counted, grams and cubic centimetres a unit (4, lines)."""
    by_volume: bool
    """Whether the whole order bills by volume rather than by weight."""


@njit(borrows=True)
def carriage(order: Order, candidate: int, load: Integers) -> int:
    """Carriage of a parcel with these grams and cubic centimetres."""
    if order.terms[candidate, STEP_G] == 0:
        return 0
    return carriage_of(order, candidate, steps_in(order, candidate, load))


@njit(borrows=True)
def steps_in(order: Order, candidate: int, load: Integers) -> int:
    """Weight steps that a parcel with this load starts."""
    terms = order.terms[candidate]
    return started(terms[STEP_G], terms[DIVISOR], load[0], load[1])


@njit(borrows=True)
def carriage_of(order: Order, candidate: int, steps: int) -> int:
    """Carriage of a parcel that started so many steps."""
    terms = order.terms[candidate]
    return charged(terms[BASE], terms[STEP], terms[FUEL], terms[RESIDENTIAL], steps)


class Choice(NamedTuple):
    """Lines with a choice, one item for a whole line and one for each counted unit.

    Items are ordered by what a wrong choice costs at least, dearest first.
    """

    line: Integers
    units: Integers
    option: Integers
    """Parcels for each item, cheapest first, -1 behind the last."""
    cost: Reals
    """Cost of the item in each parcel with a price of each gram."""
    rest: Reals
    """Sum of the least of these costs from each item on."""
    least: Integers
    """Sum of the least costs without carriage from each item on."""


class Sending(NamedTuple):
    """Units of each line in each parcel, and grams and cubic centimetres of it."""

    units: Integers
    load: Integers


@njit()
def sent_units(order: Order, opened: Integers) -> Integers:
    """Units of each line that the opened send; a node's stock counts once."""
    sent = np.zeros(order.have.shape[1], np.int64)
    _send(order, opened, sent)
    return sent


@njit(borrows=True)
def _send(order: Order, opened: Integers, sent: Integers) -> None:
    for line in range(sent.size):
        for i in range(opened.size):
            have = order.have[opened[i], line]
            for earlier in range(i):
                if _mates(order, opened[earlier], opened[i]):
                    have = max(0, have - order.have[opened[earlier], line])
            sent[line] += have
        sent[line] = min(sent[line], order.lines[ASKED, line])


@njit(borrows=True)
def _mates(order: Order, one: int, other: int) -> bool:
    return bool(order.terms[one, NODE] == order.terms[other, NODE])


@njit(borrows=True)
def shares_stock(order: Order, opened: Integers) -> bool:
    """Whether two of the opened would spend one node's stock of a counted line."""
    for i in range(opened.size):
        for earlier in opened[:i]:
            if _mates(order, earlier, opened[i]):
                for line in range(order.have.shape[1]):
                    both = order.have[earlier, line] and order.have[opened[i], line]
                    if both and order.lines[COUNTED, line]:
                        return True
    return False


@njit(borrows=True)
def put(order: Order, sending: Sending, parcel: int, line: int, units: int) -> None:
    """Add units of a line to a parcel; a negative number takes them out."""
    sending.units[parcel, line] += units
    sending.load[parcel, 0] += units * order.lines[WEIGHT_G, line]
    sending.load[parcel, 1] += units * order.lines[VOLUME_CM3, line]


@njit(borrows=True)
def line_cost(order: Order, candidate: int, line: int, units: int) -> int:
    """Cost of units of a line in a parcel, without carriage."""
    return int(order.terms[candidate, LINE] + units * order.unit[candidate, line])


@njit()
def settle(order: Order, opened: Integers, sent: Integers) -> tuple[Sending, Choice]:
    """Send what has no choice, and list the rest as items."""
    lines = order.have.shape[1]
    sending = Sending(
        np.zeros((opened.size, lines), np.int64), np.zeros((opened.size, 2), np.int64)
    )
    free = np.zeros(lines, np.int64)
    for line in range(lines):
        total = holders = 0
        for candidate in opened:
            total += order.have[candidate, line]
            holders += order.have[candidate, line] > 0
        if total <= sent[line] or holders == 1:
            for parcel in range(opened.size):
                units = min(order.have[opened[parcel], line], sent[line])
                put(order, sending, parcel, line, units)
        else:
            free[line] = sent[line] if order.lines[COUNTED, line] else 1
    return sending, _choice(order, opened, _sorted_items(order, opened, free))


@njit(borrows=True)
def gram_rate(order: Order, candidate: int) -> float:
    """Carriage of a gram, or of a cubic centimetre if the order bills by volume."""
    terms = order.terms[candidate]
    if terms[STEP_G] == 0:
        return 0.0
    rate = terms[STEP] * (1.0 + terms[FUEL] / 10_000) / terms[STEP_G]
    return float(rate / terms[DIVISOR] if order.by_volume else rate)


@njit(borrows=True)
def grams(order: Order, line: int) -> int:
    """Grams of a unit, or its cubic centimetres if the order bills by volume."""
    return int(order.lines[VOLUME_CM3 if order.by_volume else WEIGHT_G, line])


@njit(borrows=True)
def _item_cost(order: Order, candidate: int, line: int) -> float:
    """Cost of one item; the line's own cost is left out where it is counted."""
    each = gram_rate(order, candidate) * grams(order, line)
    each += order.unit[candidate, line]
    if order.lines[COUNTED, line]:
        return float(each)
    return float(order.terms[candidate, LINE] + order.lines[ASKED, line] * each)


@njit()
def _sorted_items(order: Order, opened: Integers, free: Integers) -> Integers:
    """The line of each item; what is dearest to get wrong comes first."""
    regret = np.zeros(free.size, np.float64)
    for line in range(free.size):
        first = second = np.inf
        for candidate in opened:
            if free[line] > 0 and order.have[candidate, line] > 0:
                cost = _item_cost(order, candidate, line)
                second = min(second, max(first, cost))
                first = min(first, cost)
        if free[line] > 0:
            regret[line] = first - second
    items = np.empty(free.sum(), np.int64)
    size = 0
    for line in rank(regret):
        for _ in range(free[line]):
            items[size] = line
            size += 1
    return items


@njit()
def _choice(order: Order, opened: Integers, item_line: Integers) -> Choice:
    many = item_line.size
    units = np.ones(many, np.int64)
    option = np.full((many, opened.size + 1), -1, np.int64)
    cost = np.full((many, opened.size), np.inf)
    rest = np.zeros(many + 1, np.float64)
    least = np.zeros(many + 1, np.int64)
    for item in range(many - 1, -1, -1):
        line = item_line[item]
        if not order.lines[COUNTED, line]:
            units[item] = order.lines[ASKED, line]
        cheapest = INFEASIBLE
        for parcel in range(opened.size):
            if order.have[opened[parcel], line] > 0:
                cost[item, parcel] = _item_cost(order, opened[parcel], line)
                own = units[item] * order.unit[opened[parcel], line]
                if not order.lines[COUNTED, line]:
                    own += order.terms[opened[parcel], LINE]
                cheapest = min(cheapest, own)
        size = 0
        for parcel in rank(cost[item]):
            if cost[item, parcel] < np.inf:
                option[item, size] = parcel
                size += 1
        rest[item] = rest[item + 1] + cost[item].min()
        least[item] = least[item + 1] + cheapest
    return Choice(item_line, units, option, cost, rest, least)


@njit(borrows=True)
def own_cost(order: Order, opened: Integers, sending: Sending) -> int:
    """Opening, line and unit cost of what is settled, without carriage."""
    cost = 0
    for parcel in range(opened.size):
        cost += order.terms[opened[parcel], FIXED]
        for line in range(order.have.shape[1]):
            units = sending.units[parcel, line]
            if units > 0:
                cost += line_cost(order, opened[parcel], line, units)
    return cost
