"""The tree of opened candidates: whom to open next, and what can be cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.compiled import njit
from allocation.opened import ASKED, SAFETY, Order
from allocation.ordering import rank
from allocation.relaxation import Relaxed, value_left_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.instance import Integers

    Reals = NDArray[np.float64]


class Best(NamedTuple):
    """The best plan so far. `key` is unfilled units, cost and shipments."""

    key: Integers
    opened: Integers
    units: Integers


class Ground(NamedTuple):
    """What the search stands on for one number of shipments."""

    order: Order
    relaxed: Relaxed
    base: float
    shipments: int


class Tree(NamedTuple):
    """The path of the depth first search: for each depth the children (with what each
    fills), how many, the current one, and the units still needed there."""

    child: Integers
    gain: Integers
    size: Integers
    at: Integers
    by_gain: Integers
    banned: Integers
    opened: Integers
    need: Integers
    rarity: Integers
    left_out: Reals
    """Unfilled units, and the value that they may take out of the bound."""


@njit()
def planted(order: Order, shipments: int) -> Tree:
    """The empty tree for sets of so many candidates."""
    many = order.have.shape[0]
    need = np.zeros((shipments, order.have.shape[1]), np.int64)
    need[0] = order.lines[ASKED]
    return Tree(
        np.empty((shipments, many), np.int64),
        np.empty((shipments, many), np.int64),
        np.zeros(shipments, np.int64),
        np.zeros(shipments, np.int64),
        np.zeros(shipments, np.bool_),
        np.zeros(many, np.bool_),
        np.zeros(shipments, np.int64),
        need,
        _by_rarity(order),
        np.full(2, -1.0),
    )


@njit()
def _by_rarity(order: Order) -> Integers:
    """Lines from the one that fewest candidates have."""
    holders = np.zeros(order.have.shape[1], np.int64)
    for k in range(order.have.shape[0]):
        for line in range(holders.size):
            holders[line] += order.have[k, line] > 0
    return rank(holders.astype(np.float64))


@njit()
def _holders(ground: Ground, tree: Tree, depth: int, line: int) -> None:
    """Branch on who sends this line (any line: -1), by rising slack."""
    size = 0
    have = ground.order.have
    for k in ground.relaxed.rank:
        if not tree.banned[k] and (line < 0 or have[k, line] > 0):
            tree.child[depth, size] = k
            size += 1
    tree.size[depth] = size


@njit()
def _fillers(ground: Ground, tree: Tree, depth: int, least: int) -> None:
    """Branch on who fills most; nobody below the least gain."""
    size = 0
    have = ground.order.have
    lines = np.flatnonzero(tree.need[depth])
    gain = np.zeros(have.shape[0], np.int64)
    for k in ground.relaxed.rank:
        if tree.banned[k]:
            continue
        for line in lines:
            gain[k] += min(tree.need[depth, line], have[k, line])
        if gain[k] >= least:
            tree.child[depth, size] = k
            size += 1
    child = tree.child[depth, :size].copy()
    order = rank(-gain[child].astype(np.float64))
    for i in range(size):
        tree.child[depth, i] = child[order[i]]
    for i in range(size):
        tree.gain[depth, i] = gain[tree.child[depth, i]]
    tree.size[depth] = size


@njit()
def grow(ground: Ground, tree: Tree, depth: int, best: Best) -> None:
    """List the children of a node."""
    tree.at[depth] = 0
    tree.by_gain[depth] = best.key[0] > 0
    if best.key[0] > 0:
        missing = tree.need[depth].sum() - best.key[0]
        last = depth + 1 == ground.shipments
        _fillers(ground, tree, depth, missing if last else 0)
        return
    for line in tree.rarity:
        if tree.need[depth, line] > 0:
            _holders(ground, tree, depth, line)
            return
    _holders(ground, tree, depth, -1)


@njit()
def _bound(ground: Ground, tree: Tree, depth: int, k: int) -> float:
    """Cost of every finished set that opens k here, from below, if all is sent."""
    slack = ground.relaxed.slack
    bound = ground.base + slack[k]
    for earlier in tree.opened[:depth]:
        bound += slack[earlier]
    left = ground.shipments - depth - 1
    for other in ground.relaxed.rank:
        if left == 0:
            break
        if other != k and not tree.banned[other]:
            bound += slack[other]
            left -= 1
    return float(bound)


@njit()
def _least_unfilled(ground: Ground, tree: Tree, depth: int) -> int:
    """Units that stay unfilled at least below the current child."""
    unfilled = tree.need[depth].sum()
    first = tree.at[depth]
    last = min(tree.size[depth], first + ground.shipments - depth)
    return max(0, int(unfilled - tree.gain[depth, first:last].sum()))


@njit()
def _covers(need: Integers, have: Integers) -> bool:
    missing = 0
    for line in range(need.size):
        missing += max(0, int(need[line] - have[line]))
    return missing == 0


SKIP, STOP, OPEN = range(3)
"""What to do with a child: leave it out; leave it and its later siblings out; open."""


@njit()
def _left_out(ground: Ground, tree: Tree, units: int) -> float:
    """Value that unfilled units may take out of the bound; kept until they change."""
    if tree.left_out[0] != units:
        tree.left_out[0] = units
        tree.left_out[1] = value_left_out(
            ground.relaxed.value, ground.order.lines[ASKED], units
        )
    return float(tree.left_out[1])


@njit()
def verdict(ground: Ground, tree: Tree, depth: int, best: Best) -> int:
    """Whether the current child can lead to a better plan."""
    k = tree.child[depth, tree.at[depth]]
    out = _left_out(ground, tree, best.key[0])
    dear = _bound(ground, tree, depth, k) - out - SAFETY > best.key[1] - 1
    if tree.by_gain[depth]:
        unfilled = _least_unfilled(ground, tree, depth)
        if unfilled > best.key[0]:
            return STOP
        return SKIP if dear and unfilled == best.key[0] else OPEN
    if dear:
        return STOP
    last = depth + 1 == ground.shipments
    if last and not _covers(tree.need[depth], ground.order.have[k]):
        return SKIP
    return OPEN
