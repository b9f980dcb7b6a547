"""How much can be filled by so many candidates, and by which: branch and bound.

While an order cannot be filled whole, the plan that fills most is better whatever it
costs. A set is cut off when what its next candidates could add one by one is too
little. The sets that fill most are handed out, for `search` to ask what they cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.solvers.compiled import njit
from allocation.solvers.cover import everything, gain, take
from allocation.solvers.opened import ASKED, sent_units, shares_stock
from allocation.solvers.ordering import rank

if TYPE_CHECKING:
    from allocation.solvers.cover import Cover, Need
    from allocation.solvers.instance import Integers
    from allocation.solvers.opened import Order

SETS_MAX = 32
"""Sets that are listed before they are handed out."""

_CELLS_A_STEP = 200
"""Words looked through in the time of one step of the search."""


class Filled(NamedTuple):
    """The most that was filled, and sets that do so."""

    size: Integers
    """Units filled, sets listed."""
    sets: Integers
    """(SETS_MAX, shipments), each in the order of opening."""


class Path(NamedTuple):
    """Where the search stands: for each depth the children by falling gain, how many,
    and the current one; the depth itself, -1 at the end."""

    child: Integers
    gain: Integers
    other: Integers
    """The most that a candidate fills who is not listed there."""
    most: Integers
    """The most that each candidate fills there: what it filled above, or better."""
    size: Integers
    at: Integers
    opened: Integers
    banned: Integers
    depth: Integers
    need: Need


@njit()
def path_of(order: Order, cover: Cover, shipments: int, wanted: int) -> Path:
    """The beginning of a search for sets of so many that fill what is wanted."""
    many = cover.has.shape[0]
    path = Path(
        np.empty((shipments, many), np.int64),
        np.empty((shipments, many), np.int64),
        np.zeros(shipments, np.int64),
        np.full((shipments, many), order.lines[ASKED].sum()),
        np.zeros(shipments, np.int64),
        np.zeros(shipments, np.int64),
        np.zeros(shipments, np.int64),
        np.zeros(many, np.bool_),
        np.zeros(1, np.int64),
        everything(cover, order.lines[ASKED], shipments + 1),
    )
    _grow(cover, path, wanted)
    return path


@njit()
def _grow(cover: Cover, path: Path, wanted: int) -> int:
    """List who could be next: all who fill their part of what is wanted.

    Returns how many had to be looked at: nobody fills more than one depth above.
    """
    depth = path.depth[0]
    left = path.opened.size - depth
    least = max(1, (wanted + left - 1) // left)
    many = cover.has.shape[0]
    found = np.empty(many, np.int64)
    fills = np.empty(many, np.float64)
    size = looked = 0
    for k in range(many):
        most = path.most[max(0, depth - 1), k]
        if most >= least and not path.banned[k]:
            looked += 1
            most = gain(cover, path.need, depth, k)
            if most >= least:
                found[size], fills[size] = k, -most
                size += 1
        path.most[depth, k] = most
    order = rank(fills[:size])
    for i in range(size):
        path.child[depth, i] = found[order[i]]
        path.gain[depth, i] = -fills[order[i]]
    path.size[depth], path.at[depth], path.other[depth] = size, 0, least - 1
    return looked


@njit(borrows=True)
def _enough(path: Path, wanted: int) -> bool:
    """Whether the current child and those after it can fill what is wanted."""
    depth = path.depth[0]
    first, left = path.at[depth], path.opened.size - depth
    last = min(path.size[depth], first + left)
    filled = path.gain[depth, first:last].sum()
    filled += (first + left - last) * path.other[depth]
    return bool(first < last and filled >= wanted)


@njit(borrows=True)
def _back(path: Path) -> None:
    """Leave this depth: nothing more is to be found here."""
    depth = path.depth[0]
    for i in range(path.at[depth]):
        path.banned[path.child[depth, i]] = False
    path.depth[0] -= 1
    if depth > 0:
        path.at[depth - 1] += 1


@njit()
def _note(order: Order, cover: Cover, path: Path, filled: int, most: Filled) -> None:
    """List a set that fills as much as the best; one that fills more begins anew."""
    if cover.counted.size and shares_stock(order, path.opened):
        filled = sent_units(order, path.opened).sum()
    if filled < most.size[0]:
        return
    if filled > most.size[0]:
        most.size[0], most.size[1] = filled, 0
    most.sets[most.size[1]] = path.opened
    most.size[1] += 1


@njit(borrows=True)
def fill_on(
    order: Order, cover: Cover, path: Path, most: Filled, work: Integers
) -> bool:
    """Go on until the list is full or everything is filled; False: that was all.

    Work is counted in `work[0]`, and ends the search where it exceeds `work[1]`.
    """
    total = path.need.missing[0]
    width = cover.has.shape[1] * cover.digit.shape[0] + cover.counted.size
    while path.depth[0] >= 0 and work[0] <= work[1]:
        depth = path.depth[0]
        done = total - path.need.missing[depth]
        if not _enough(path, most.size[0] - done):
            _back(path)
            continue
        k = path.child[depth, path.at[depth]]
        path.opened[depth], path.banned[k] = k, True
        if depth + 1 < path.opened.size:
            take(cover, path.need, depth, k)
            path.depth[0] += 1
            missing = path.need.missing[depth + 1]
            looked = _grow(cover, path, most.size[0] - total + missing)
            work[0] += 1 + looked * width // _CELLS_A_STEP
            continue
        work[0] += 1
        _note(order, cover, path, done + path.gain[depth, path.at[depth]], most)
        path.at[depth] += 1
        if most.size[1] == SETS_MAX or most.size[0] == total:
            return True
    return False
