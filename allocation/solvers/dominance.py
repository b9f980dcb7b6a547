"""Which candidates can be left out without losing the optimum.

Candidate d dominates c when it has at least c's useful units of every line, and
opening, carriage, lines and units cost no more there. Then c may go if

* d has the whole target of every line that c serves, so that it can take over c's
  parcel beside its own (one parcel less never costs more), or
* d stands at c's own node and shares its stock, or
* as many other nodes as shipments are allowed dominate c: one of them is always free.

Of equal candidates the smaller index stays. Nothing else is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.solvers.compiled import njit
from allocation.solvers.ordering import rank
from allocation.solvers.parcels import price_of_steps

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers
    from allocation.solvers.parcels import Data, Rates


@njit(borrows=True)
def no_dearer(rates: Rates, one: int, other: int) -> bool:
    """Whether tariff `one` charges no parcel more than tariff `other`."""
    if one < 0 or one == other:
        return True
    if other < 0:
        return False
    mine, theirs = rates.divisor[one], rates.divisor[other]
    return bool(
        rates.base[one] <= rates.base[other]
        and rates.step[one] <= rates.step[other]
        and rates.step_g[one] >= rates.step_g[other]
        and rates.fuel_bps[one] <= rates.fuel_bps[other]
        and rates.residential[one] <= rates.residential[other]
        and (mine == 0 or 0 < theirs <= mine)
    )


@njit()
def digits(data: Data, asked: Integers, counted: Integers) -> Integers:
    """What each candidate has of each line: units if counted, else all (1) or not."""
    have = np.zeros(data.useful.shape, np.int64)
    for candidate in range(data.tariff.size):
        for line in range(asked.size):
            useful = data.useful[candidate, line]
            if counted[line]:
                have[candidate, line] = min(useful, asked[line])
            elif 0 < asked[line] <= useful:
                have[candidate, line] = 1
    return have


@njit(borrows=True)
def _cheaper(data: Data, have: Integers, one: int, other: int) -> bool:
    """Whether `one` dominates `other`; of equals, the smaller index does."""
    if data.fixed[one] > data.fixed[other] or data.line[one] > data.line[other]:
        return False
    for line in range(have.shape[1]):
        if have[one, line] < have[other, line]:
            return False
        if have[other, line] and data.unit[one, line] > data.unit[other, line]:
            return False
    return no_dearer(data.rates, data.tariff[one], data.tariff[other])


@njit(borrows=True)
def _replaces(
    have: Integers, asked: Integers, counted: Integers, one: int, other: int
) -> bool:
    """Whether `one` has the whole target of every counted line that `other` serves."""
    for line in range(counted.size):
        if counted[line] and have[other, line] and have[one, line] < asked[line]:
            return False
    return True


@njit()
def undominated(
    data: Data,
    have: Integers,
    asked: Integers,
    counted: Integers,
    shipments_max: int,
    wanted: Integers,
) -> Integers:
    """The candidates that an optimum may need and those wanted anyway, in order."""
    many = have.shape[0]
    opening = np.empty(many, np.int64)
    for candidate in range(many):
        tariff = data.tariff[candidate]
        opening[candidate] = data.fixed[candidate]
        if tariff >= 0:
            opening[candidate] += price_of_steps(data.rates, tariff, 1)
    serves = _serves(have)
    kept = np.empty(many, np.int64)
    rivals = np.empty(shipments_max, np.int64)
    size = 0
    for candidate in rank(opening.astype(np.float64)):
        if serves[candidate].any() and not _spare(
            data, have, serves, asked, counted, kept[:size], candidate, rivals
        ):
            kept[size] = candidate
            size += 1
    stays = np.zeros(many, np.bool_)
    stays[kept[:size]] = True
    stays[wanted] = True
    return np.flatnonzero(stays)


@njit()
def _serves(have: Integers) -> Integers:
    """The lines of each candidate as bits, 63 a word: most pairs of candidates differ
    there already, which saves looking at their lines one by one."""
    serves = np.zeros((have.shape[0], (have.shape[1] + 62) // 63), np.int64)
    for candidate in range(have.shape[0]):
        for line in range(have.shape[1]):
            if have[candidate, line] > 0:
                serves[candidate, line // 63] |= np.int64(1) << (line % 63)
    return serves


@njit(borrows=True)
def _covers(serves: Integers, one: int, other: int) -> bool:
    for word in range(serves.shape[1]):
        if serves[other, word] & ~serves[one, word]:
            return False
    return True


@njit(borrows=True)
def _among(node: int, nodes: Integers) -> bool:
    found = False
    for known in nodes:
        found |= known == node
    return found


@njit(borrows=True)
def _spare(
    data: Data,
    have: Integers,
    serves: Integers,
    asked: Integers,
    counted: Integers,
    kept: Integers,
    candidate: int,
    rivals: Integers,
) -> bool:
    """Whether the kept candidates make this one superfluous.

    Who does so by itself moves to the front: it is likely to do so again. `rivals` has
    room for as many nodes as shipments.
    """
    found = 0
    for at in range(kept.size):
        other = kept[at]
        covers = _covers(serves, other, candidate)
        if not covers or not _cheaper(data, have, other, candidate):
            continue
        same = data.node[other] == data.node[candidate]
        if same or _replaces(have, asked, counted, other, candidate):
            kept[at], kept[0] = kept[0], other
            return True
        if not _among(data.node[other], rivals[:found]):
            rivals[found] = data.node[other]
            found += 1
            if found == rivals.size:
                return True
    return False
