"""Compiled: which services of one node reach a destination in time, and which
matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.solvers.compiled import njit
from allocation.tables import CHEAPER, SAME

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from allocation.solvers.instance import Integers

    Signs = NDArray[np.int8]
    Lanes = tuple[Integers, Integers, Integers, Integers, Integers]

UNREACHED = 1 << 40
"""Earliest arrival, as a date ordinal, where no zone of any service reaches."""


@njit()
def _step(zones: Integers, first: int, end: int, distance_km: int) -> int:
    """How many zones of the table are too near."""
    row = first
    while row < end and distance_km > zones[row, 0]:
        row += 1
    return row - first


@njit()
def _beats(
    picked: Integers, mine: int, other: int, zones: Integers, beats: Signs
) -> bool:
    """Whether no parcel would take `other` with `mine` there."""
    code = beats[zones[picked[mine, 2], 1] + 1, zones[picked[other, 2], 1] + 1]
    if code == SAME:
        sooner = picked[other, 4] - picked[mine, 4]
        return bool(sooner > 0 or (sooner == 0 and mine < other))
    return bool(code == CHEAPER)


@njit()
def keep_undominated(
    picked: Integers, first: int, last: int, zones: Integers, beats: Signs
) -> int:
    """Drops services that never beat another one of the node; the new end."""
    best = first
    for other in range(first + 1, last):
        if _beats(picked, other, best, zones, beats):
            best = other
    alone = True
    for other in range(first, last):
        if other != best and not _beats(picked, best, other, zones, beats):
            alone = False
    if alone:
        # The usual end: one service is the cheapest for every parcel.
        picked[first] = picked[best]
        return first + 1
    end = first
    for mine in range(first, last):
        kept = True
        for other in range(first, last):
            if other != mine and _beats(picked, other, mine, zones, beats):
                kept = False
        # Written over dropped rows only: what beats them is still there.
        if kept:
            picked[end] = picked[mine]
            end += 1
    return end


@njit()
def reaching_services(
    node: int,
    distance_km: int,
    lanes: Lanes,
    arrival_row: tuple[int, int],
    wish: tuple[int, int],
    picked: Integers,
    end: int,
) -> tuple[int, int]:
    """Writes the services that arrive in time; the new end, and the earliest arrival of
    any that reaches.

    `arrival_row`: calendar and day shift. `wish`: latest arrival, service column or -1.
    """
    lane_table, table_start, table_shape, zones, arrivals = lanes
    by, service = wish
    earliest = UNREACHED
    shape = -1
    step = 0
    for column in range(lane_table.shape[1]):
        table = lane_table[node, column]
        if table < 0 or (service >= 0 and service != column):
            continue
        first, last = table_start[table], table_start[table + 1]
        if table_shape[table] != shape:
            shape = table_shape[table]
            step = _step(zones, first, last, distance_km)
        row = first + step
        if row == last:
            continue
        arrival = arrivals[arrival_row[0], arrival_row[1], zones[row, 2]]
        earliest = min(earliest, arrival)
        if arrival <= by:
            picked[end, 0] = node
            picked[end, 1] = column
            picked[end, 2] = row
            picked[end, 3] = distance_km
            picked[end, 4] = arrival
            end += 1
    return end, earliest
