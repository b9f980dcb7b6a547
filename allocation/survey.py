"""The compiled pass of the shortlist: one look at every node, then a sort by distance.

Compiled because a decision has some tens of microseconds: numpy would need some thirty
calls over arrays that are mostly thrown away. Plain loops over the arrays of
`tables.Tables`; the codes are those of `shortlist.Reason`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import types

from allocation.services import UNREACHED, keep_undominated, reaching_services
from allocation.solvers.compiled import GRID, ROW, njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.solvers.instance import Integers

    Floats = NDArray[np.float64]
    Codes = NDArray[np.uint8]
    Signs = NDArray[np.int8]
    Limits = tuple[int, int, int, int, int, int, int, int]
    Point = tuple[float, float, float, float]
    World = tuple[
        Integers,
        Floats,
        Integers,
        Integers,
        Integers,
        Integers,
        Integers,
        Integers,
        Signs,
    ]
    Asked = tuple[Integers, Integers, Integers, Integers]
    Found = tuple[Integers, Integers, Integers, Integers, Codes, Integers]

_types: Any = types

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""
DIGITS_KM = 1e-6
"""A millimetre: a node on the edge of the radius is within it, whatever the digits."""
CODES = {"NO_LANE": 10, "TOO_FAR": 11, "LATE": 12, "AT_CAPACITY": 13, "NO_STOCK": 14}
NO_LANE, TOO_FAR, LATE, AT_CAPACITY, NO_STOCK = CODES.values()
EVERY_SERVICE, WITH_REASONS = 1, 2
NOT_LOOKED_AT = -1


@njit()
def _distance_km(sphere: Floats, node: int, point: Point) -> float:
    """Great circle by the chord, exact for near points too."""
    chord = 0.0
    for axis in range(3):
        chord += (sphere[node, axis] - point[axis]) ** 2
    angle = 2.0 * math.asin(min(1.0, 0.5 * math.sqrt(chord)))
    return EARTH_RADIUS_KM * angle


@njit()
def _day_shift(sphere: Floats, node: int, point: Point) -> int:
    """Index of `promise.DAY_SHIFTS`: across the date line it is another day."""
    apart = point[3] - sphere[node, 3]
    return 1 + int(apart > 180.0) - int(apart < -180.0)


@njit()
def _most_units(available: Integers) -> Integers:
    """The most that each node has of any line."""
    most = np.zeros(available.shape[1], dtype=np.int64)
    # Line by line, as they lie in memory.
    for line in range(available.shape[0]):
        for node in range(most.size):
            most[node] = max(most[node], available[line, node])
    return most


@njit()
def _reason(
    earliest: int, too_far: bool, in_time: bool, full: bool, stocked: bool
) -> int:
    """The first reason that eliminates the node, or 0."""
    if earliest == UNREACHED:
        return NO_LANE
    if too_far:
        return TOO_FAR
    if not in_time:
        return LATE
    if full:
        return AT_CAPACITY
    return 0 if stocked else NO_STOCK


@njit()
def _by_digit(picked: Integers, order: Integers, shift: int) -> Integers:
    """Stable counting sort of rows by one byte of the distance."""
    starts = np.zeros(257, dtype=np.int64)
    for row in order:
        starts[((picked[row, 3] >> shift) & 255) + 1] += 1
    for digit in range(1, 257):
        starts[digit] += starts[digit - 1]
    placed = np.empty_like(order)
    for row in order:
        digit = (picked[row, 3] >> shift) & 255
        placed[starts[digit]] = row
        starts[digit] += 1
    return placed


@njit()
def _by_distance(picked: Integers, count: int) -> Integers:
    """Rows by distance; stable, so that node id and service decide ties. Two bytes hold
    any distance on earth."""
    return _by_digit(picked, _by_digit(picked, np.arange(count), 0), 8)


_LINES_A_PASS = 16
"""Rows of stock that stay in the cache while all candidates are looked up in them."""


@njit()
def _fill(
    picked: Integers,
    order: Integers,
    zones: Integers,
    terms: Integers,
    wanted: Integers,
    available: Integers,
    prices: Integers,
    weights: tuple[int, int, int, int],
) -> tuple[Integers, Integers, Integers, Integers]:
    keep_back, distance_weight, late_weight, wanted_by = weights
    count, lines = order.size, wanted.size
    head = np.empty((8, count), dtype=np.int64)
    useful = np.empty((count, lines), dtype=np.int64)
    unit = np.empty((count, lines), dtype=np.int64)
    reach = np.zeros(lines, dtype=np.int64)
    for place in range(count):
        row = order[place]
        node = picked[row, 0]
        for column in range(5):
            head[column, place] = picked[row, column]
        head[5, place] = zones[picked[row, 2], 1]
        head[6, place] = terms[node, 0]
        if distance_weight:
            head[6, place] += (distance_weight * picked[row, 3] + 50) // 100
        head[6, place] += late_weight * max(0, picked[row, 4] - wanted_by)
        head[7, place] = terms[node, 1]
    for first in range(0, lines, _LINES_A_PASS):
        last = min(first + _LINES_A_PASS, lines)
        for place in range(count):
            node = head[0, place]
            again = place > 0 and node == head[0, place - 1]
            for line in range(first, last):
                here = min(max(available[line, node] - keep_back, 0), wanted[line])
                useful[place, line] = here
                unit[place, line] = terms[node, 2]
                if prices.shape[1] > 0:
                    unit[place, line] += prices[line, node]
                if not again:
                    reach[line] += here
    return head, useful, unit, reach


def _many(*kinds: object) -> Any:
    return _types.Tuple(kinds)


_CODES = _types.Array(types.uint8, 1, "C", readonly=True)
_FLOATS = _types.Array(types.float64, 2, "C", readonly=True)
_SIGNS = _types.Array(types.int8, 2, "C", readonly=True)
_CUBE = _types.Array(types.int64, 3, "C", readonly=True)
SURVEY = (
    _many(ROW, _FLOATS, GRID, ROW, GRID, ROW, ROW, GRID, _SIGNS),
    _CODES,
    _many(_CUBE, GRID, GRID, GRID),
    _types.UniTuple(types.float64, 4),
    _types.UniTuple(types.int64, 8),
)
"""Compiled for these types at import; read-only arrays are as good as writable ones."""


@njit()
def survey(
    world: World, standing: Codes, asked: Asked, point: Point, limits: Limits
) -> Found:
    """The arrays of `shortlist.Shortlist`, in its order.

    `world`: the arrays of `tables.Tables` up to `beats`. `asked`: arrival ordinals by
    calendar, day shift and transit days; (3, L) units wanted, grams and cubic
    centimetres a unit; available units; prices. `point`: see `tables.unit_vector`.
    `limits`: units kept back, km allowed, latest arrival ordinal, service column or -1,
    distance weight per 100 km, lateness weight a day, wanted arrival ordinal, flags.
    `standing`: why a node is left out unseen; AT_CAPACITY is its reason only where the
    survey finds no earlier one.
    """
    walk, sphere, terms, calendar, lane_table, starts, shapes, zones, beats = world
    arrivals, lines, available, prices = asked
    keep_back, km_max, by, service, distance_weight, late_weight = limits[:6]
    wanted_by, flags = limits[6:]
    with_reasons = flags & WITH_REASONS != 0
    size = standing.size if with_reasons else 0
    reasons = standing[:size].copy()
    observed = np.full((size, 2), NOT_LOOKED_AT, dtype=np.int64)
    picked = np.empty((walk.size * lane_table.shape[1], 5), dtype=np.int64)
    lanes = (lane_table, starts, shapes, zones, arrivals)
    most_units = _most_units(available)
    count = 0
    for node in walk:
        stocked = most_units[node] > keep_back
        full = standing[node] == AT_CAPACITY
        if not (with_reasons or (stocked and not full)):
            continue
        if standing[node] != 0 and not full:
            continue
        exact_km = _distance_km(sphere, node, point)
        # Zones and plans count whole km, half up; the allowed km end where they end.
        apart_km = int(exact_km + 0.5)
        shift = _day_shift(sphere, node, point)
        row = (calendar[node], shift)
        end, earliest = reaching_services(
            node, apart_km, lanes, row, (by, service), picked, count
        )
        too_far = exact_km > km_max + DIGITS_KM
        reason = _reason(earliest, too_far, end > count, full, stocked)
        if with_reasons:
            reasons[node] = reason
            observed[node, 0] = apart_km
            observed[node, 1] = earliest
        if reason == 0:
            # A dearer service may win where days cost money.
            if flags & EVERY_SERVICE == 0 and late_weight == 0 and end > count + 1:
                end = keep_undominated(picked, count, end, zones, beats)
            count = end
    order = _by_distance(picked, count)
    weights = (keep_back, distance_weight, late_weight, wanted_by)
    filled = _fill(picked, order, zones, terms, lines[0], available, prices, weights)
    return (*filled, reasons, observed)


@njit(SURVEY)
def survey_nodes(
    world: World, standing: Codes, asked: Asked, point: Point, limits: Limits
) -> Found:
    """`survey`, called from Python."""
    return survey(world, standing, asked, point, limits)
