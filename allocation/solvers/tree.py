"""The tree of opened candidates of an order that can be filled whole: whom to open
next, and what can be cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.solvers.compiled import njit
from allocation.solvers.cover import everything, gain, is_missing
from allocation.solvers.opened import ASKED, SAFETY, Order
from allocation.solvers.ordering import rank

if TYPE_CHECKING:
    from allocation.solvers.cover import Cover, Need
    from allocation.solvers.instance import Integers
    from allocation.solvers.relaxation import Relaxed


class Ground(NamedTuple):
    """What the search stands on for one number of shipments."""

    order: Order
    cover: Cover
    relaxed: Relaxed
    base: float
    shipments: int


class Tree(NamedTuple):
    """The path of the depth first search: for each depth the children, how many, the
    current one, and what is still missing there."""

    child: Integers
    size: Integers
    at: Integers
    banned: Integers
    opened: Integers
    need: Need
    rarity: Integers


@njit()
def planted(ground: Ground) -> Tree:
    """The empty tree for sets of so many candidates."""
    order, shipments = ground.order, ground.shipments
    many = order.have.shape[0]
    return Tree(
        np.empty((shipments, many), np.int64),
        np.zeros(shipments, np.int64),
        np.zeros(shipments, np.int64),
        np.zeros(many, np.bool_),
        np.zeros(shipments, np.int64),
        everything(ground.cover, order.lines[ASKED], shipments + 1),
        _by_rarity(order),
    )


@njit()
def _by_rarity(order: Order) -> Integers:
    """Lines from the one that fewest candidates have."""
    holders = np.zeros(order.have.shape[1], np.int64)
    for k in range(order.have.shape[0]):
        for line in range(holders.size):
            holders[line] += order.have[k, line] > 0
    return rank(holders.astype(np.float64))


@njit(borrows=True)
def grow(ground: Ground, tree: Tree, depth: int) -> None:
    """List the children: who has the rarest missing line, by rising slack."""
    rarest = -1
    for line in tree.rarity:
        if is_missing(ground.cover, tree.need, depth, line):
            rarest = line
            break
    size = 0
    for k in ground.relaxed.rank:
        has = rarest < 0 or ground.order.have[k, rarest] > 0
        if has and not tree.banned[k]:
            tree.child[depth, size] = k
            size += 1
    tree.size[depth], tree.at[depth] = size, 0


@njit(borrows=True)
def _bound(ground: Ground, tree: Tree, depth: int, k: int) -> float:
    """Cost of every finished set that opens k here, from below."""
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


SKIP, STOP, OPEN = range(3)
"""What to do with a child: leave it out; leave it and its later siblings out; open."""


@njit(borrows=True)
def verdict(ground: Ground, tree: Tree, depth: int, cost: int) -> int:
    """Whether the current child can lead to a plan below the cost."""
    k = tree.child[depth, tree.at[depth]]
    if _bound(ground, tree, depth, k) - SAFETY > cost - 1:
        return STOP
    last = depth + 1 == ground.shipments
    missing = tree.need.missing[depth]
    if last and gain(ground.cover, tree.need, depth, k) < missing:
        return SKIP
    return OPEN
