"""From the arrays of an Instance to the few of the search: useful candidates only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.compiled import njit
from allocation.dominance import digits, undominated
from allocation.opened import (
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
    from allocation.instance import Integers
    from allocation.parcels import Data


@njit()
def order_of(
    data: Data, asked: Integers, counted: Integers, shipments_max: int
) -> tuple[Order, Integers]:
    """The order over the candidates that dominance keeps, and these candidates."""
    have = digits(data, asked, counted)
    kept = undominated(data, have, asked, counted, shipments_max)
    for line in range(asked.size):
        if not counted[line]:
            have[:, line] *= asked[line]
    lines = np.empty((4, asked.size), np.int64)
    lines[ASKED], lines[COUNTED] = asked, counted
    lines[WEIGHT_G], lines[VOLUME_CM3] = data.weight_g, data.volume_cm3
    terms = _terms(data, kept)
    by_volume = _by_volume(lines, terms)
    return Order(terms, data.unit[kept], have[kept], lines, by_volume), kept


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
