"""Counted states: how much of each line is sent, and the parcels that add to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.solvers.compiled import njit
from allocation.solvers.instance import INFEASIBLE
from allocation.solvers.ordering import rank
from allocation.solvers.parcels import Data, price

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers


class States(NamedTuple):
    """The digits: how many values each has, its place, the units of one step of it."""

    radix: Integers
    stride: Integers
    each: Integers


class Box(NamedTuple):
    """Parcels of one limited node, or of the pool: what is sent, cost and candidate."""

    offset: Integers
    cost: Integers
    sender: Integers


@njit()
def states_of(asked: Integers, counted: Integers) -> States:
    """Lines with most values get the smallest places, so that inner loops are long."""
    radix = np.where(counted > 0, asked, np.minimum(asked, 1)) + 1
    stride = np.zeros(asked.size, np.int64)
    place = 1
    for line in rank(-radix.astype(np.float64)):
        stride[line] = place
        place = min(place * radix[line], INFEASIBLE)
    return States(radix, stride, np.where(counted > 0, 1, asked))


@njit()
def pairs(states: States, have: Integers) -> float:
    """Transitions of a node with these digits, in one layer."""
    pairs = 1.0
    for line in range(have.size):
        values = have[line] + 1
        pairs *= values * states.radix[line] - values * have[line] / 2
    return pairs


@njit()
def limited(have: Integers, asked: Integers, counted: Integers) -> bool:
    """Whether a candidate has only a part of a counted line."""
    for line in range(have.size):
        if counted[line] and 0 < have[line] < asked[line]:
            return True
    return False


@njit()
def _takes_over(data: Data, have: Integers, one: int, other: int) -> bool:
    """Whether `one` can carry what `other` carries beside its own, at no more cost."""
    if (have[one] < have[other]).any() or (data.unit[one] > data.unit[other]).any():
        return False
    if data.line[one] > data.line[other]:
        return False
    mine, theirs = data.tariff[one], data.tariff[other]
    if mine < 0 or mine == theirs:
        return True
    rates = data.rates
    if theirs < 0 or data.fixed[other] + rates.base[theirs] < 1:
        return False
    return bool(
        rates.step[mine] <= rates.step[theirs]
        and rates.step_g[mine] == rates.step_g[theirs]
        and rates.fuel_bps[mine] <= rates.fuel_bps[theirs]
        and rates.divisor[mine] == rates.divisor[theirs]
    )


@njit()
def apart(data: Data, have: Integers, group: Integers) -> bool:
    """Whether two services of a node may both be needed in one plan."""
    for one in group:
        for other in group:
            if (
                one < other
                and not _takes_over(data, have, one, other)
                and not _takes_over(data, have, other, one)
            ):
                return True
    return False


@njit()
def box_of(data: Data, states: States, have: Integers, group: Integers) -> Box:
    """The cheapest parcel of a group for each digit vector that one of it can send."""
    size = 1
    for candidate in group:
        size = max(size, (have[candidate] + 1).prod())
    total = (states.radix).prod()
    scratch = np.empty((4, size), np.int64)
    cost = np.full(total, INFEASIBLE, np.int64)
    sender = np.full(total, -1, np.int64)
    for candidate in group:
        many = _parcels_of(data, states, have, candidate, scratch)
        tariff = data.tariff[candidate]
        for i in range(1, many):
            at = scratch[0, i]
            paid = scratch[1, i]
            paid += price(data.rates, tariff, scratch[2, i], scratch[3, i])
            if paid < cost[at]:
                cost[at], sender[at] = paid, candidate
    offset = np.flatnonzero(sender >= 0)
    return Box(offset, cost[offset], sender[offset])


@njit()
def _parcels_of(
    data: Data, states: States, have: Integers, candidate: int, scratch: Integers
) -> int:
    """Offset, cost without carriage, grams and volume of a candidate's parcels."""
    scratch[:, 0] = 0
    scratch[1, 0] = data.fixed[candidate]
    size = 1
    for line in range(states.radix.size):
        for digit in range(1, have[candidate, line] + 1):
            units = digit * states.each[line]
            more = data.line[candidate] + units * data.unit[candidate, line]
            for i in range(size):
                at = digit * size + i
                scratch[0, at] = scratch[0, i] + digit * states.stride[line]
                scratch[1, at] = scratch[1, i] + more
                scratch[2, at] = scratch[2, i] + units * data.weight_g[line]
                scratch[3, at] = scratch[3, i] + units * data.volume_cm3[line]
        size *= have[candidate, line] + 1
    return size


@njit()
def sent(states: States, state: int) -> Integers:
    """Units of each line in a state."""
    return state // states.stride % states.radix * states.each
