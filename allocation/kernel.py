"""The exact kernel: the cheapest plan for every number of shipments, in one run.

Layered partition DP over the bitmask of the lines (reference: set partition form of the
per-order problem). G(R) is the cheapest single shipment that carries exactly the lines
R; its cost is a set function, because tariffs charge started weight steps.

    F_1 = G
    F_j(S) = min { G(R) + F_{j-1}(S minus R) : R in S, lowest line of S in R }

What stays unfilled is chosen last and once, on the finished table: fewest units, then
cost, then fewer shipments, then the smaller mask. Ties of G go to the smaller candidate,
ties of a layer to the smaller R. One candidate may not gain by appearing twice as long
as opening a parcel costs at least one minor unit, so that the pooled minimum is exact
for whole lines; lines split by quantity are `counted`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import types

from allocation.compiled import njit
from allocation.instance import INFEASIBLE
from allocation.parcels import (
    SIGNATURE,
    Data,
    Rates,
    least_opening,
    least_step,
    price,
    price_of_steps,
    steps_of,
)
from allocation.targets import can_complete, targets

if TYPE_CHECKING:
    from allocation.instance import Integers

LINES_MAX = 12
"""3^12 / 2 pairs a layer take about a millisecond; each further line triples them."""

NOTHING, SOLVED, COUNTED = range(3)
"""What `partition` says: nothing may be sent; solved; some lines must be counted."""


@njit()
def _coverage(data: Data, asked: Integers) -> Integers:
    """Mask of the lines that each candidate can send whole."""
    masks = np.zeros(data.tariff.size, np.int64)
    for candidate in range(masks.size):
        mask = 0
        for line in range(asked.size):
            whole = 0 < asked[line] <= data.useful[candidate, line]
            mask |= np.int64(whole) << line
        masks[candidate] = mask
    return masks


@njit()
def _sums(values: Integers, times: Integers) -> Integers:
    """Sum of values * times over each set of lines."""
    sums = np.zeros(1 << values.size, np.int64)
    for line in range(values.size):
        bit = 1 << line
        for mask in range(bit):
            sums[bit + mask] = sums[mask] + values[line] * times[line]
    return sums


@njit()
def _additive(data: Data, candidate: int, asked: Integers) -> int:
    """Cost of all lines from one candidate, without opening and carriage."""
    cost = 0
    for line in range(asked.size):
        if asked[line] > 0:
            cost += data.line[candidate] + data.unit[candidate, line] * asked[line]
    return cost


@njit()
def _least_of_two(data: Data, asked: Integers, weight_g: int) -> int:
    """A bound that no plan with two or more shipments goes below."""
    first = second = rate = INFEASIBLE
    step_g = 1
    for candidate in range(data.tariff.size):
        tariff = data.tariff[candidate]
        opening = data.fixed[candidate] + least_opening(data.rates, tariff)
        second = min(second, max(first, opening))
        first = min(first, opening)
        rate = min(rate, least_step(data.rates, tariff))
        if tariff >= 0:
            step_g = max(step_g, data.rates.step_g[tariff])
    steps = max(2, (weight_g + step_g - 1) // step_g)
    bound = first + second + rate * steps
    for line in range(asked.size):
        if asked[line] > 0:
            bound += _cheapest_line(data, line, asked[line])
    return bound


@njit()
def _cheapest_line(data: Data, line: int, units: int) -> int:
    least = INFEASIBLE
    for candidate in range(data.tariff.size):
        if data.useful[candidate, line] >= units:
            cost = data.line[candidate] + data.unit[candidate, line] * units
            least = min(least, cost)
    return least


@njit()
def _single(data: Data, asked: Integers, masks: Integers) -> tuple[int, int]:
    """The candidate that sends everything cheapest, -1 if none can, and the cost."""
    full = 0
    for line in range(asked.size):
        full |= np.int64(asked[line] > 0) << line
    weight_g = (asked * data.weight_g).sum()
    volume_cm3 = (asked * data.volume_cm3).sum()
    chosen, least = -1, INFEASIBLE
    for candidate in range(masks.size):
        if masks[candidate] == full:
            cost = data.fixed[candidate] + _additive(data, candidate, asked)
            cost += price(data.rates, data.tariff[candidate], weight_g, volume_cm3)
            if cost < least:
                chosen, least = candidate, cost
    if chosen >= 0 and least > _least_of_two(data, asked, weight_g):
        chosen = -1
    return chosen, least


@njit()
def _carriage(data: Data, asked: Integers) -> Integers:
    """Carriage of each set of lines under each used tariff; the last row is free.

    Divisions are slow, and most tariffs share their step: its counts are kept.
    """
    weight_g = _sums(data.weight_g, asked)
    volume_cm3 = _sums(data.volume_cm3, asked)
    rows = data.rates.base.size
    table = np.empty((rows + 1, weight_g.size), np.int64)
    table[rows] = 0
    used = np.zeros(rows + 1, np.bool_)
    for tariff in data.tariff:
        used[tariff] = True
    steps = np.empty(weight_g.size, np.int64)
    kept = -1
    for tariff in range(rows):
        if not used[tariff]:
            continue
        if kept < 0 or not _same_steps(data.rates, kept, tariff):
            for mask in range(steps.size):
                steps[mask] = steps_of(
                    data.rates, tariff, weight_g[mask], volume_cm3[mask]
                )
            kept = tariff
        for mask in range(steps.size):
            table[tariff, mask] = price_of_steps(data.rates, tariff, steps[mask])
    return table


@njit()
def _same_steps(rates: Rates, one: int, other: int) -> bool:
    same = rates.step_g[one] == rates.step_g[other]
    return same and rates.divisor[one] == rates.divisor[other]


@njit()
def _parcels(
    data: Data, asked: Integers, masks: Integers
) -> tuple[Integers, Integers]:
    """G: the cheapest parcel of each set of lines, and the candidate that sends it."""
    carriage = _carriage(data, asked)
    least = np.full(1 << asked.size, INFEASIBLE, np.int64)
    sender = np.full(1 << asked.size, -1, np.int64)
    place = np.zeros(1 << asked.size, np.int64)
    cost = np.zeros(1 << asked.size, np.int64)
    for candidate in range(masks.size):
        size = 1
        cost[0] = data.fixed[candidate]
        for line in range(asked.size):
            if masks[candidate] >> line & 1:
                more = data.line[candidate] + data.unit[candidate, line] * asked[line]
                for i in range(size):
                    place[size + i] = place[i] | 1 << line
                    cost[size + i] = cost[i] + more
                size *= 2
        row = carriage[data.tariff[candidate]]
        for i in range(1, size):
            total = cost[i] + row[place[i]]
            if total < least[place[i]]:
                least[place[i]] = total
                sender[place[i]] = candidate
    return least, sender


@njit()
def _layer(least: Integers, before: Integers, mask: int) -> int:
    """F_j of one set of lines, from G and F_{j-1}."""
    low = mask & -mask
    rest = mask ^ low
    best = INFEASIBLE
    part = rest
    while True:
        best = min(best, least[part | low] + before[rest ^ part])
        if part == 0:
            return best
        part = (part - 1) & rest


@njit()
def _layers(least: Integers, full: int, shipments_max: int) -> Integers:
    """F_j for j up to `shipments_max`; only the sets that the answer can use.

    As soon as the whole order is feasible no other fill counts, so that a later layer
    only needs the sets without the lowest line of the order.
    """
    table = np.full((shipments_max + 1, least.size), INFEASIBLE, np.int64)
    table[1] = least
    whole = least[full] < INFEASIBLE
    rest = full & (full - 1)
    for j in range(2, shipments_max + 1):
        table[j, full] = _layer(least, table[j - 1], full)
        whole |= table[j, full] < INFEASIBLE
        for mask in range(1, least.size):
            if whole and (j == shipments_max or mask & ~rest):
                continue
            if mask & ~full == 0 and mask != full:
                table[j, mask] = _layer(least, table[j - 1], mask)
    return table


@njit()
def _choice(table: Integers, units: Integers, full: int, complete: bool) -> Integers:
    """For each number of shipments at most: how many, which lines. Row 0 is unused."""
    chosen = np.zeros((table.shape[0], 2), np.int64)
    fewest, cost = units[full], INFEASIBLE
    for j in range(1, table.shape[0]):
        chosen[j] = chosen[j - 1]
        for mask in range(full, full - 1 if complete else 0, -1):
            unfilled = units[full] - units[mask & full]
            if mask & ~full or table[j, mask] >= INFEASIBLE or unfilled > fewest:
                continue
            if unfilled < fewest or table[j, mask] < cost:
                fewest, cost = unfilled, table[j, mask]
                chosen[j, 0], chosen[j, 1] = j, mask
            if mask == full:
                break
    return chosen


@njit()
def _rebuild(table: Integers, least: Integers, j: int, mask: int) -> Integers:
    """The sets of lines of the shipments behind F_j(mask): the argmins on the path."""
    parts = np.zeros(j, np.int64)
    for step in range(j, 1, -1):
        low = mask & -mask
        rest = mask ^ low
        part = 0
        while least[part | low] + table[step - 1, rest ^ part] != table[step, mask]:
            part = (part - rest) & rest
        parts[j - step] = part | low
        mask = rest ^ part
    parts[j - 1] = mask
    return parts


class Parcels(NamedTuple):
    """G of each set of lines, and its candidate."""

    least: Integers
    sender: Integers


@njit()
def _written(
    chosen: Integers, table: Integers, parcels: Parcels, asked: Integers
) -> Integers:
    """One row for each j: shipments, cost, then candidate and units of each parcel."""
    lines = asked.size
    shipments = chosen.shape[0] - 1
    rows = np.zeros((shipments, 2 + shipments * (1 + lines)), np.int64)
    for row in range(rows.shape[0]):
        j, mask = chosen[row + 1]
        if j == 0:
            continue
        rows[row, 0], rows[row, 1] = j, table[j, mask]
        at = 2
        for part in _rebuild(table, parcels.least, j, mask):
            rows[row, at] = parcels.sender[part]
            for line in range(lines):
                rows[row, at + 1 + line] = asked[line] * (part >> line & 1)
            at += 1 + lines
    return rows


@njit()
def _one(candidate: int, cost: int, asked: Integers) -> Integers:
    """The answer of one shipment that carries everything."""
    rows = np.zeros((1, 3 + asked.size), np.int64)
    rows[0, 0], rows[0, 1], rows[0, 2] = 1, cost, candidate
    rows[0, 3:] = asked
    return rows


@njit()
def _considered(sender: Integers, candidates: int) -> Integers:
    seen = np.zeros(candidates, np.bool_)
    for candidate in sender:
        if candidate >= 0:
            seen[candidate] = True
    return np.flatnonzero(seen)


@njit()
def _solved(
    data: Data, asked: Integers, shipments_max: int, complete: bool
) -> tuple[int, Integers, Integers]:
    masks = _coverage(data, asked)
    candidate, cost = _single(data, asked, masks)
    if candidate >= 0:
        return SOLVED, _one(candidate, cost, asked), np.full(1, candidate, np.int64)
    least, sender = _parcels(data, asked, masks)
    units = _sums(asked, np.ones_like(asked))
    full = np.int64(0)
    for line in range(asked.size):
        full |= np.int64(asked[line] > 0) << line
    table = _layers(least, full, shipments_max)
    chosen = _choice(table, units, full, complete)
    rows = _written(chosen, table, Parcels(least, sender), asked)
    return SOLVED, rows, _considered(sender, masks.size)


@njit(types.Tuple((types.int64, types.int64[:, ::1], types.int64[::1]))(*SIGNATURE))
def partition(
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
    split: int,
    complete: bool,
) -> tuple[int, Integers, Integers]:
    """The frontier of an order of at most `LINES_MAX` lines, none of them counted.

    Returns what came of it, one row for each number of shipments (shipments, cost, then
    candidate and units of each parcel; a single row holds for every number), and the
    candidates that are the cheapest for some set of lines.
    """
    rates = Rates(base, step, step_g, fuel_bps, residential, divisor)
    data = Data(
        quantity, weight_g, volume_cm3, useful, node, tariff, fixed, line, unit, rates
    )
    nothing = np.zeros((0, 2), np.int64), np.zeros(0, np.int64)
    asked, counted = targets(data, split)
    if not asked.any() or (complete and not can_complete(data, asked)):
        return NOTHING, nothing[0], nothing[1]
    if counted.any():
        return COUNTED, nothing[0], nothing[1]
    return _solved(data, asked, shipments_max, complete)
