"""Which candidates CP-SAT need not see: `dominance`, with every tier's measure in it.

A candidate is left out when another one has as much of every line, is no worse in cost
and in each additive measure, and can take its place: it has the whole target of every
counted line, it stands at the same node, or there are as many such nodes as shipments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.solvers.compiled import GRID, njit, returns
from allocation.solvers.dominance import digits, no_dearer
from allocation.solvers.ordering import rank
from allocation.solvers.parcels import SIGNATURE, Data, Rates, price_of_steps
from allocation.solvers.targets import targets

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers


@njit()
def _no_worse(
    have: Integers, opening: Integers, unit: Integers, pair: Integers
) -> bool:
    """Whether pair[0] has as much as pair[1] and measures no more, carriage apart."""
    one, other = pair
    many, lines = have.shape
    for line in range(lines):
        if have[one, line] < have[other, line]:
            return False
    for i in range(opening.shape[0]):
        if opening[i, one] > opening[i, other]:
            return False
    for i in range(unit.shape[0] // many):
        for line in range(lines):
            more = unit[i * many + one, line] > unit[i * many + other, line]
            if more and have[other, line] > 0:
                return False
    return True


@njit()
def _replaces(have: Integers, whole: Integers, pair: Integers) -> bool:
    """Whether pair[0] has the whole target of every line that pair[1] serves."""
    for line in range(whole.size):
        if have[pair[1], line] > 0 and have[pair[0], line] < whole[line]:
            return False
    return True


@njit()
def _kept(
    data: Data,
    have: Integers,
    whole: Integers,
    opening: Integers,
    unit: Integers,
    shipments_max: int,
) -> Integers:
    many = have.shape[0]
    first = data.fixed.astype(np.float64)
    for candidate in range(many):
        if data.tariff[candidate] >= 0:
            first[candidate] += price_of_steps(data.rates, data.tariff[candidate], 1)
    kept = np.empty(many, np.int64)
    size = 0
    pair = np.empty(2, np.int64)
    rivals = np.empty(shipments_max, np.int64)
    for candidate in rank(first):
        pair[1] = candidate
        spare = not have[candidate].any()
        found = 0
        for at in range(size):
            pair[0] = kept[at]
            cheap = no_dearer(data.rates, data.tariff[pair[0]], data.tariff[candidate])
            if spare or not cheap or not _no_worse(have, opening, unit, pair):
                continue
            same = data.node[pair[0]] == data.node[candidate]
            if not (rivals[:found] == data.node[pair[0]]).any():
                rivals[found] = data.node[pair[0]]
                found += 1
            spare = same or found == shipments_max or _replaces(have, whole, pair)
        if not spare:
            kept[size] = candidate
            size += 1
    return np.sort(kept[:size])


@njit(returns(1)(*SIGNATURE, GRID, GRID))
def survivors(
    quantity: Integers,
    weight_g: Integers,
    volume_cm3: Integers,
    useful: Integers,
    node: Integers,
    tariff: Integers,
    fixed: Integers,
    line: Integers,
    unit: Integers,
    base: Integers,
    step: Integers,
    step_g: Integers,
    fuel_bps: Integers,
    residential: Integers,
    divisor: Integers,
    shipments_max: int,
    rule: int,
    complete: bool,
    opening: Integers,
    units: Integers,
) -> tuple[Integers]:
    """The candidates that stay, in their order.

    `opening`: (m, N) each array of a cost of opening or of a line that must be no
    worse; `units`: (t * N, L) those of a unit; both with the cost's own.
    """
    rates = Rates(base, step, step_g, fuel_bps, residential, divisor)
    data = Data(
        quantity, weight_g, volume_cm3, useful, node, tariff, fixed, line, unit, rates
    )
    asked, counted = targets(quantity, useful, rule)
    have = digits(data, asked, counted)
    whole = np.where(counted > 0, asked, np.minimum(asked, 1))
    return (_kept(data, have, whole, opening, units, shipments_max),)
