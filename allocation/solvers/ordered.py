"""From the arrays of an Instance to the few of the search: useful candidates only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.solvers.compiled import njit
from allocation.solvers.cover import Cover, cover_of
from allocation.solvers.dominance import digits, undominated
from allocation.solvers.greedy import fills_most
from allocation.solvers.opened import (
    ASKED,
    BASE,
    COUNTED,
    DIVISOR,
    FIXED,
    FUEL,
    LINE,
    NODE,
    RESIDENTIAL,
    STEP,
    STEP_G,
    VOLUME_CM3,
    WEIGHT_G,
    Order,
)

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers
    from allocation.solvers.parcels import Data


class Ordered(NamedTuple):
    """The order of the search, and what it was made from."""

    order: Order
    cover: Cover
    kept: Integers
    """The candidate of each row."""
    first: Integers
    """Rows that the rule of `greedy` opens, in its order."""


@njit()
def order_of(
    data: Data, asked: Integers, counted: Integers, shipments_max: int
) -> Ordered:
    """The order over the candidates that dominance and the greedy rule keep."""
    have = digits(data, asked, counted)
    cover = cover_of(have, asked, counted)
    nearest = np.arange(have.shape[0])
    first = fills_most(cover, asked, nearest, shipments_max)
    kept = undominated(data, have, asked, counted, shipments_max, first)
    have = have[kept]
    for k in range(kept.size):
        for line in range(asked.size):
            if not counted[line]:
                have[k, line] *= asked[line]
    lines = np.empty((4, asked.size), np.int64)
    lines[ASKED], lines[COUNTED] = asked, counted
    lines[WEIGHT_G], lines[VOLUME_CM3] = data.weight_g, data.volume_cm3
    terms = _terms(data, kept)
    order = Order(terms, data.unit[kept], have, lines, _by_volume(lines, terms))
    cover = Cover(cover.has[kept], cover.digit, cover.counted, cover.units[kept])
    for i in range(first.size):
        first[i] = np.flatnonzero(kept == first[i])[0]
    return Ordered(order, cover, kept, first)


@njit()
def _terms(data: Data, kept: Integers) -> Integers:
    terms = np.zeros((kept.size, 9), np.int64)
    for k in range(kept.size):
        row = kept[k]
        tariff = data.tariff[row]
        terms[k, NODE], terms[k, FIXED] = data.node[row], data.fixed[row]
        terms[k, LINE] = data.line[row]
        if tariff >= 0:
            rates = data.rates
            terms[k, BASE], terms[k, STEP] = rates.base[tariff], rates.step[tariff]
            terms[k, STEP_G], terms[k, FUEL] = (
                rates.step_g[tariff],
                rates.fuel_bps[tariff],
            )
            terms[k, RESIDENTIAL] = rates.residential[tariff]
            terms[k, DIVISOR] = rates.divisor[tariff]
    return terms


@njit()
def _by_volume(lines: Integers, terms: Integers) -> bool:
    """Whether volume weighs more than weight at every candidate."""
    weight = (lines[ASKED] * lines[WEIGHT_G]).sum()
    volume = (lines[ASKED] * lines[VOLUME_CM3]).sum()
    for k in range(terms.shape[0]):
        divisor = terms[k, DIVISOR]
        if terms[k, STEP_G] > 0 and (divisor == 0 or volume <= weight * divisor):
            return False
    return True
