"""Lines that must be split over nodes: exact, for any parcel cost, by counted states.

A state says how much of the order is sent: one digit a line, 0 or 1 for a line that
travels whole and 0 ... asked for a counted one. Candidates that have all of every
counted line they serve are pooled into one cheapest parcel for each digit vector, as in
the kernel. A node with part of a counted line would spend its stock twice in a pool
(the answer to one line of 4 units, where node A has 2 for 1 and node B 4 for 5, is B),
so limited nodes are added one after another, each from the table before it:

    F_j(S) = min( F_j(S), min { g(u) + F_{j-1}(S - u) : u <= stock of the node } )

Candidates of one limited node share its stock and are combined first; the node sends
one parcel, which is exact if one of its services can take over the parcel of the other.
Where it cannot, or the states are too many, the answer is left to another solver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import types

from allocation.solvers.compiled import njit, returns
from allocation.solvers.dominance import digits, undominated
from allocation.solvers.instance import INFEASIBLE
from allocation.solvers.ordering import rank
from allocation.solvers.parcels import SIGNATURE, Data, Rates
from allocation.solvers.states import (
    Box,
    States,
    apart,
    box_of,
    limited,
    pairs,
    sent,
    states_of,
)
from allocation.solvers.targets import targets

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers

NOTHING, SOLVED, TOO_MANY, APART = range(4)
"""What `split` says: nothing may be sent; solved; too many steps or states; services of
one limited node that may both be needed."""


class Records(NamedTuple):
    """The parcels behind the table: sender, what it sends, the record it stands on.

    Records are only added, so that a limited node added later does not change what an
    earlier record stands on. `size` has one element.
    """

    sender: Integers
    offset: Integers
    parent: Integers
    size: Integers


@njit()
def _rooms(states: States, order: Integers, offset: int) -> Integers:
    """Values left above the digits of a parcel, in the order of the places."""
    rooms = np.empty(order.size, np.int64)
    for place in range(order.size):
        radix = states.radix[order[place]]
        rooms[place] = radix - 1 - offset // states.stride[order[place]] % radix
    return rooms


@njit()
def _relax(states: States, box: Box, before: Integers, after: Integers) -> Integers:
    """One layer: add each parcel of the box to each state with room for it.

    Returns the parcel that made each state better, -1 for none.
    """
    order = rank(states.stride.astype(np.float64))
    picked = np.full(after.size, -1, np.int64)
    at = np.zeros(order.size, np.int64)
    for i in range(box.offset.size):
        offset, cost = box.offset[i], box.cost[i]
        rooms = _rooms(states, order, offset)
        base, place = 0, 0
        while place < order.size:
            for state in range(base, base + rooms[0] + 1):
                total = cost + before[state]
                if total < after[state + offset]:
                    after[state + offset] = total
                    picked[state + offset] = i
            place = 1
            while place < order.size and at[place] == rooms[place]:
                base -= at[place] * states.stride[order[place]]
                at[place] = 0
                place += 1
            if place < order.size:
                at[place] += 1
                base += states.stride[order[place]]
    return picked


@njit()
def _layer(
    states: States, box: Box, cost: Integers, record: Integers, records: Records, j: int
) -> None:
    """Improve F_j by the parcels of a box on top of F_{j-1}, and record how."""
    picked = _relax(states, box, cost[j - 1], cost[j])
    for state in range(picked.size):
        i = picked[state]
        if i >= 0:
            size = records.size[0]
            records.sender[size] = box.sender[i]
            records.offset[size] = box.offset[i]
            records.parent[size] = record[j - 1, state - box.offset[i]]
            record[j, state] = size
            records.size[0] += 1


@njit()
def _groups(data: Data, have: Integers, kept: Integers, limits: Integers) -> Integers:
    """For each candidate: 0 if pooled, the number of its limited node, or -1: out."""
    group = np.full(have.shape[0], -1, np.int64)
    many = 0
    for candidate in kept:
        group[candidate] = 0
    for candidate in kept:
        if limits[candidate] and group[candidate] == 0:
            many += 1
            for other in kept:
                if data.node[other] == data.node[candidate]:
                    group[other] = many
    return group


@njit()
def _work(
    data: Data, states: States, have: Integers, group: Integers, shipments_max: int
) -> float:
    """Steps of all layers; below zero if services of a limited node are apart."""
    total = 1.0
    for radix in states.radix:
        total *= radix
    steps = 0.0
    for number in range(group.max() + 1):
        members = np.flatnonzero(group == number)
        most = np.zeros(have.shape[1], np.int64)
        for candidate in members:
            most = np.maximum(most, have[candidate])
            steps += (have[candidate] + 1).prod()
        steps += shipments_max * (total + pairs(states, most))
        if number > 0 and apart(data, have, members):
            return -1.0
    return steps


@njit()
def _choice(states: States, cost: Integers, complete: bool) -> Integers:
    """For each number of shipments at most: how many, which state. Row 0 is unused."""
    units = np.zeros(cost.shape[1], np.int64)
    for state in range(units.size):
        units[state] = sent(states, state).sum()
    chosen = np.zeros((cost.shape[0], 2), np.int64)
    most, least = 0, INFEASIBLE
    for j in range(1, cost.shape[0]):
        chosen[j] = chosen[j - 1]
        for state in range(units.size - 1, 0, -1):
            if cost[j, state] >= INFEASIBLE or units[state] < most:
                continue
            if complete and state < units.size - 1:
                break
            if units[state] > most or cost[j, state] < least:
                most, least = units[state], cost[j, state]
                chosen[j, 0], chosen[j, 1] = j, state
    return chosen


@njit()
def _written(
    states: States, chosen: Integers, cost: Integers, record: Integers, records: Records
) -> Integers:
    """One row for each j: shipments, cost, then candidate and units of each parcel."""
    lines = states.radix.size
    shipments = chosen.shape[0] - 1
    rows = np.zeros((shipments, 2 + shipments * (1 + lines)), np.int64)
    for row in range(shipments):
        j, state = chosen[row + 1]
        if j == 0:
            continue
        rows[row, 0], rows[row, 1] = j, cost[j, state]
        last = record[j, state]
        for part in range(j):
            at = 2 + part * (1 + lines)
            rows[row, at] = records.sender[last]
            rows[row, at + 1 : at + 1 + lines] = sent(states, records.offset[last])
            last = records.parent[last]
    return rows


@njit()
def _filled(
    data: Data, states: States, have: Integers, group: Integers, shipments_max: int
) -> tuple[Integers, Integers, Records]:
    """The finished table: the pool layer by layer, then each limited node."""
    total = states.radix.prod()
    cost = np.full((shipments_max + 1, total), INFEASIBLE, np.int64)
    cost[0, 0] = 0
    record = np.full(cost.shape, -1, np.int64)
    room = (group.max() + 2) * cost.size
    records = Records(
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.zeros(1, np.int64),
    )
    pool = box_of(data, states, have, np.flatnonzero(group == 0))
    for j in range(1, shipments_max + 1):
        _layer(states, pool, cost, record, records, j)
    for number in range(1, group.max() + 1):
        box = box_of(data, states, have, np.flatnonzero(group == number))
        for j in range(shipments_max, 0, -1):
            _layer(states, box, cost, record, records, j)
    return cost, record, records


@njit()
def _solved(
    data: Data, states: States, have: Integers, group: Integers, most: Integers
) -> tuple[int, Integers, Integers]:
    cost, record, records = _filled(data, states, have, group, most[0])
    chosen = _choice(states, cost, most[1] > 0)
    rows = _written(states, chosen, cost, record, records)
    seen = np.zeros(have.shape[0], np.bool_)
    for sender in records.sender[: records.size[0]]:
        seen[sender] = True
    return SOLVED, rows, np.flatnonzero(seen)


@njit(returns(0, 2, 1)(*SIGNATURE, types.int64, types.int64))
def split(
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
    steps_max: int,
    states_max: int,
) -> tuple[int, Integers, Integers]:
    """The frontier of an order with counted lines, in rows as `kernel.partition`'s."""
    rates = Rates(base, step, step_g, fuel_bps, residential, divisor)
    data = Data(
        quantity, weight_g, volume_cm3, useful, node, tariff, fixed, line, unit, rates
    )
    rows, nobody = np.zeros((0, 2), np.int64), np.zeros(0, np.int64)
    asked, counted = targets(quantity, useful, rule)
    if (complete and (asked < quantity).any()) or not asked.any():
        return NOTHING, rows, nobody
    states = states_of(asked, counted)
    if states.radix.astype(np.float64).prod() > states_max:
        return TOO_MANY, rows, nobody
    have = digits(data, asked, counted)
    none = np.zeros(0, np.int64)
    kept = undominated(data, have, asked, counted, shipments_max, none)
    limits = np.zeros(have.shape[0], np.int64)
    for candidate in kept:
        limits[candidate] = limited(have[candidate], asked, counted)
    group = _groups(data, have, kept, limits)
    work = _work(data, states, have, group, shipments_max)
    if work < 0 or work > steps_max:
        return (APART if work < 0 else TOO_MANY), rows, nobody
    most = np.array([shipments_max, np.int64(complete)])
    return _solved(data, states, have, group, most)
