"""Least costs of the parcels of opened candidates that are only partly assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.solvers.compiled import njit
from allocation.solvers.instance import INFEASIBLE
from allocation.solvers.opened import (
    BASE,
    DIVISOR,
    FIXED,
    FUEL,
    RESIDENTIAL,
    SAFETY,
    STEP,
    STEP_G,
    VOLUME_CM3,
    WEIGHT_G,
    Order,
    Sending,
    carriage_of,
    gram_rate,
    grams,
    line_cost,
    own_cost,
    settle,
    steps_in,
)

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers
    from allocation.solvers.opened import Choice

ROUND = 0.5
"""Fuel rounded half up may be this much below the exact fuel."""

_SPREAD_MAX = 24
"""Steps spread exactly over the parcels; beyond, each costs the least step at least."""


@njit(borrows=True)
def opening_bound(order: Order, candidate: int) -> float:
    """Cost of opening a parcel before its first gram."""
    terms = order.terms[candidate]
    if terms[STEP_G] == 0:
        return float(terms[FIXED])
    base = terms[BASE] * (1.0 + terms[FUEL] / 10_000)
    return float(terms[FIXED] + base + terms[RESIDENTIAL] - ROUND)


@njit(borrows=True)
def gram_bound(
    order: Order, opened: Integers, sending: Sending, sent: Integers
) -> float:
    """Opening and settled cost with a price of each gram, and the least that is wasted.

    Where all parcels start steps of one size, the grams that they pay and do not carry
    are congruent to the whole weight, and cost at least the cheapest gram price.
    """
    bound = 0.0
    for parcel in range(opened.size):
        candidate = opened[parcel]
        bound += opening_bound(order, candidate)
        for line in range(sent.size):
            units = sending.units[parcel, line]
            if units > 0:
                bound += line_cost(order, candidate, line, units)
                bound += units * grams(order, line) * gram_rate(order, candidate)
    return bound + waste_bound(order, opened, sent)


@njit(borrows=True)
def waste_bound(order: Order, opened: Integers, sent: Integers) -> float:
    """Least price of the grams that the parcels pay and do not carry."""
    cheapest, size, total = np.inf, 0, 0
    for line in range(sent.size):
        total += sent[line] * grams(order, line)
    for candidate in opened:
        step = order.terms[candidate, STEP_G]
        if order.by_volume:
            step *= order.terms[candidate, DIVISOR]
        if step == 0 or (size > 0 and step != size):
            return 0.0
        size = step
        cheapest = min(cheapest, gram_rate(order, candidate))
    return -total % size * cheapest


@njit(borrows=True)
def carriage_bound(
    order: Order, opened: Integers, load: Integers, total: Integers
) -> int:
    """Least carriage of parcels with these loads that together take the total."""
    cost, least, step_g, divisor, taken = 0, INFEASIBLE, 1, 1, 0
    by_volume = True
    for parcel in range(opened.size):
        terms = order.terms[opened[parcel]]
        if terms[STEP_G] == 0:
            least = 0
            continue
        steps = steps_in(order, opened[parcel], load[parcel])
        taken += steps
        cost += carriage_of(order, opened[parcel], steps)
        least = min(least, terms[STEP] + terms[STEP] * terms[FUEL] // 10_000)
        step_g = max(step_g, terms[STEP_G])
        divisor = max(divisor, terms[DIVISOR])
        by_volume &= terms[DIVISOR] > 0
    if least == 0:
        return cost
    needed = (total[0] + step_g - 1) // step_g
    if by_volume:
        each = step_g * divisor
        needed = max(needed, (total[1] + each - 1) // each)
    extra = needed - taken
    if extra <= 0:
        return cost
    if extra > _SPREAD_MAX:
        return int(cost + extra * least)
    return _spread(order, opened, load, extra)


@njit()
def _spread(order: Order, opened: Integers, load: Integers, extra: int) -> int:
    """Least carriage when the parcels start so many steps more, all fuel rounded."""
    best = np.empty(extra + 1, np.int64)
    paid = np.empty(extra + 1, np.int64)
    for parcel in range(opened.size):
        taken = steps_in(order, opened[parcel], load[parcel])
        for more in range(extra + 1):
            paid[more] = carriage_of(order, opened[parcel], taken + more)
        if parcel == 0:
            best[:] = paid
            continue
        # Nobody asks what fewer steps cost once the last parcel has its own.
        fewest = extra if parcel + 1 == opened.size else 0
        for steps in range(extra, fewest - 1, -1):
            least = INFEASIBLE
            for more in range(steps + 1):
                least = min(least, best[steps - more] + paid[more])
            best[steps] = least
    return int(best[extra])


class Root(NamedTuple):
    """What bounds the cost of a sending from all of a set's candidates."""

    bound: int
    grams: float
    total: Integers
    """Grams and cubic centimetres of all that is sent."""


@njit()
def root_of(
    order: Order, opened: Integers, sent: Integers, sending: Sending, choice: Choice
) -> Root:
    """The bound before any item with a choice is placed."""
    weight = (sent * order.lines[WEIGHT_G]).sum()
    total = np.array([weight, (sent * order.lines[VOLUME_CM3]).sum()])
    grams = gram_bound(order, opened, sending, sent)
    bound = own_cost(order, opened, sending) + choice.least[0]
    bound += carriage_bound(order, opened, sending.load, total)
    bound = max(bound, np.int64(np.ceil(grams + choice.rest[0] - SAFETY)))
    return Root(bound, grams, total)


@njit()
def least_cost(order: Order, opened: Integers, sent: Integers) -> int:
    """A bound that holds whichever of them sends stock that they share."""
    sending, choice = settle(order, opened, sent)
    return int(root_of(order, opened, sent, sending, choice).bound)
