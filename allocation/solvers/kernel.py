"""The exact kernel: the cheapest plan for every number of shipments, in one run.

Layered partition DP over the bitmask of the lines (reference: set partition form of the
per-order problem). G(R) is the cheapest single shipment that carries exactly the lines
R; its cost is a set function, because tariffs charge started weight steps.

    F_1 = G
    F_j(S) = min { G(R) + F_{j-1}(S minus R) : R in S, lowest line of S in R }

What stays unfilled is chosen last and once, on the finished table: fewest units, then
cost, then fewer shipments, then the smaller mask. Ties of G go to the smaller
candidate, ties of a layer to the smaller R. One candidate may not gain by appearing
twice as long as opening a parcel costs at least one minor unit, so that the pooled
minimum is exact for whole lines; lines split by quantity are `counted`.

Compiled by numba: the layers are loops over subsets, which numpy can only unroll into
many small temporary arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.solvers.compiled import njit, returns
from allocation.solvers.instance import INFEASIBLE
from allocation.solvers.parcels import (
    SIGNATURE,
    Data,
    Rates,
)
from allocation.solvers.pooled import Parcels, coverage, parcels, single, sums
from allocation.solvers.targets import targets

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers

LINES_MAX = 12
"""3^12 / 2 pairs a layer take about a millisecond; each further line triples them."""

NOTHING, SOLVED, COUNTED = range(3)
"""What `partition` says: nothing may be sent; solved; some lines must be counted."""


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
            return int(best)
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


@njit()
def _written(
    chosen: Integers, table: Integers, pool: Parcels, asked: Integers
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
        for part in _rebuild(table, pool.least, j, mask):
            rows[row, at] = pool.sender[part]
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
    masks = coverage(data, asked)
    candidate, cost = single(data, asked, masks)
    if candidate >= 0:
        return SOLVED, _one(candidate, cost, asked), np.full(1, candidate, np.int64)
    pool = parcels(data, asked, masks)
    units = sums(asked, np.ones_like(asked))
    full = 0
    for line in range(asked.size):
        full |= int(asked[line] > 0) << line
    table = _layers(pool.least, full, shipments_max)
    chosen = _choice(table, units, full, complete)
    rows = _written(chosen, table, pool, asked)
    return SOLVED, rows, _considered(pool.sender, masks.size)


@njit()
def best_plans(
    data: Data, shipments_max: int, split: int, complete: bool
) -> tuple[int, Integers, Integers]:
    """What `partition` answers, called by compiled code."""
    nothing = np.zeros((0, 2), np.int64), np.zeros(0, np.int64)
    asked, counted = targets(data.quantity, data.useful, split)
    if not asked.any() or (complete and (asked < data.quantity).any()):
        return NOTHING, nothing[0], nothing[1]
    if counted.any():
        return COUNTED, nothing[0], nothing[1]
    return _solved(data, asked, shipments_max, complete)


@njit(returns(0, 2, 1)(*SIGNATURE))
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
    # Copies may be written, as the arrays of `short` may: one compiled kernel for both.
    rates = Rates(
        base.copy(),
        step.copy(),
        step_g.copy(),
        fuel_bps.copy(),
        residential.copy(),
        divisor.copy(),
    )
    data = Data(
        quantity.copy(),
        weight_g.copy(),
        volume_cm3.copy(),
        useful.copy(),
        node.copy(),
        tariff.copy(),
        fixed.copy(),
        line.copy(),
        unit.copy(),
        rates,
    )
    return best_plans(data, shipments_max, split, complete)
