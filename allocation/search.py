"""Orders with many lines: branch and bound over the sets of opened candidates.

For each number of shipments j in turn, sets of exactly j candidates are opened one
after another and have to beat the best plan with fewer. While the whole order can be
filled, the candidate of the rarest line still open is branched on; otherwise those that
fill most. A set is cut off when it cannot fill as much, or when its bound (see
`relaxation`) is no lower than the best cost. Finished sets are solved exactly by
`assign`. A plan is called proven only when every set was cut off or solved; work is
counted, not timed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import types

from allocation.assign import assign
from allocation.compiled import njit
from allocation.dominance import digits, undominated
from allocation.instance import INFEASIBLE
from allocation.opened import Order, sent_units, shares_stock
from allocation.ordering import rank
from allocation.parcels import SIGNATURE, Data, Rates
from allocation.opened import SAFETY
from allocation.relaxation import Linear, Relaxed, linear, relax, value_left_out
from allocation.targets import can_complete, targets

if TYPE_CHECKING:
    from allocation.instance import Integers

GRID_OUT = types.int64[:, ::1]

OPEN_SETS_MAX = 16
"""Sets whose lines were not assigned to the proof: left for CP-SAT, one by one."""

_ASSIGN_STEPS = 3_000
"""Steps to prove one set: about a millisecond."""

_ROUNDS = 80
"""Subgradient steps for the bound; later ones gain less than they cost."""


class Best(NamedTuple):
    """The best plan so far. `key` is unfilled units, cost and shipments."""

    key: Integers
    opened: Integers
    units: Integers


class Effort(NamedTuple):
    """Work done and allowed, sets left open, and the lowest bound among them."""

    count: Integers
    """work done, work allowed, sets left open."""
    opened: Integers
    bound: Integers


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


@njit()
def _look(order: Order, opened: Integers, best: Best, effort: Effort) -> None:
    """Solve one finished set and keep it if it is better."""
    sent = sent_units(order, opened)
    unfilled = order.asked.sum() - sent.sum()
    if unfilled > best.key[0]:
        return
    cutoff = best.key[1] if unfilled == best.key[0] else INFEASIBLE
    if shares_stock(order, opened):
        _leave(opened, unfilled, effort, 0)
        return
    cost, units, bound, steps = assign(order, opened, sent, cutoff, _ASSIGN_STEPS)
    effort.count[0] += steps
    if steps > _ASSIGN_STEPS:
        _leave(opened, unfilled, effort, bound)
    if cost < INFEASIBLE:
        best.key[0], best.key[1], best.key[2] = unfilled, cost, 0
        best.units[:] = 0
        for parcel in range(opened.size):
            if units[parcel].any():
                best.opened[best.key[2]] = opened[parcel]
                best.units[best.key[2]] = units[parcel]
                best.key[2] += 1


@njit()
def _leave(opened: Integers, unfilled: int, effort: Effort, bound: int) -> None:
    """Note a set that is not solved to the proof, with its fill and bound."""
    at = effort.count[2]
    if at < OPEN_SETS_MAX:
        effort.opened[at, : opened.size] = opened
        effort.bound[at, 0], effort.bound[at, 1] = unfilled, bound
    effort.count[2] += 1


@njit()
def _greedy(ground: Ground, best: Best, effort: Effort) -> None:
    """Open what fills most, then what the relaxation likes best."""
    order, rank = ground.order, ground.relaxed.rank
    need = order.asked.copy()
    opened = np.empty(ground.shipments, np.int64)
    taken = np.zeros(rank.size, np.bool_)
    for i in range(opened.size):
        most, chosen = -1, -1
        for k in rank:
            gain = np.minimum(need, order.have[k]).sum()
            if gain > most and not taken[k]:
                most, chosen = gain, k
        opened[i] = chosen
        taken[chosen] = True
        need = np.maximum(0, need - order.have[chosen])
    _look(order, opened, best, effort)


@njit()
def _by_rarity(order: Order) -> Integers:
    """Lines from the one that fewest candidates have."""
    holders = np.zeros(order.asked.size, np.int64)
    for k in range(order.have.shape[0]):
        for line in range(holders.size):
            holders[line] += order.have[k, line] > 0
    return rank(holders.astype(np.float64))


@njit()
def _holders(
    ground: Ground, tree: Tree, depth: int, line: int
) -> None:
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
def _grow(ground: Ground, tree: Tree, depth: int, best: Best) -> None:
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
    return bound


@njit()
def _least_unfilled(ground: Ground, tree: Tree, depth: int) -> int:
    """Units that stay unfilled at least below the current child."""
    unfilled = tree.need[depth].sum()
    first = tree.at[depth]
    last = min(tree.size[depth], first + ground.shipments - depth)
    return max(0, unfilled - tree.gain[depth, first:last].sum())


@njit()
def _covers(need: Integers, have: Integers) -> bool:
    for line in range(need.size):
        if need[line] > have[line]:
            return False
    return True


SKIP, STOP, OPEN = range(3)
"""What to do with a child: leave it out; leave it and its later siblings out; open."""


@njit()
def _verdict(ground: Ground, tree: Tree, depth: int, best: Best) -> int:
    k = tree.child[depth, tree.at[depth]]
    out = value_left_out(ground.relaxed.value, ground.order.asked, best.key[0])
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


@njit()
def _explore(ground: Ground, tree: Tree, best: Best, effort: Effort) -> None:
    """Depth first over the sets of exactly j candidates, until done or out of work."""
    depth = 0
    _grow(ground, tree, 0, best)
    while depth >= 0 and effort.count[0] <= effort.count[1]:
        effort.count[0] += 1
        verdict = STOP
        if tree.at[depth] < tree.size[depth]:
            verdict = _verdict(ground, tree, depth, best)
        if verdict == STOP:
            for i in range(tree.at[depth]):
                tree.banned[tree.child[depth, i]] = False
            depth -= 1
            if depth >= 0:
                tree.at[depth] += 1
            continue
        k = tree.child[depth, tree.at[depth]]
        tree.banned[k] = True
        tree.opened[depth] = k
        if verdict == OPEN and depth + 1 < ground.shipments:
            for line in range(tree.rarity.size):
                left = tree.need[depth, line] - ground.order.have[k, line]
                tree.need[depth + 1, line] = max(0, left)
            depth += 1
            effort.count[0] += tree.banned.size // 16
            _grow(ground, tree, depth, best)
            continue
        if verdict == OPEN:
            _look(ground.order, tree.opened, best, effort)
        tree.at[depth] += 1


@njit()
def _tree(order: Order, shipments: int) -> Tree:
    many = order.have.shape[0]
    need = np.zeros((shipments, order.asked.size), np.int64)
    need[0] = order.asked
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
    )


@njit()
def _layer(order: Order, model: Linear, j: int, best: Best, effort: Effort) -> float:
    """Improve the best plan by sets of exactly j; returns a bound for all of them."""
    target = float(best.key[1]) if best.key[1] < INFEASIBLE else 2.0 * _dear(model, j)
    rough, relaxed = relax(model, j, target, 1)
    ground = Ground(order, relaxed, relaxed.value.sum(), j)
    _greedy(ground, best, effort)
    if best.key[1] < INFEASIBLE:
        target = float(best.key[1])
    bound, relaxed = relax(model, j, target, _ROUNDS)
    out = value_left_out(relaxed.value, order.asked, best.key[0])
    if best.key[0] > 0 or bound - SAFETY <= best.key[1] - 1:
        ground = Ground(order, relaxed, relaxed.value.sum(), j)
        _explore(ground, _tree(order, j), best, effort)
    return max(0.0, bound - out - SAFETY)


@njit()
def _dear(model: Linear, j: int) -> float:
    """A rough cost of the order, where no plan is known yet."""
    cost = j * model.opening.max()
    for line in range(model.cost.shape[1]):
        cost += model.cost[:, line].max()
    return cost


@njit()
def _order(data: Data, rule: int, shipments_max: int) -> Order:
    asked, counted = targets(data, rule)
    have = digits(data, asked, counted)
    kept = undominated(data, have, asked, counted, shipments_max)
    for line in range(asked.size):
        if not counted[line]:
            have[:, line] *= asked[line]
    return Order(data, kept, have[kept], asked, counted, _by_volume(data, asked, kept))


@njit()
def _by_volume(data: Data, asked: Integers, kept: Integers) -> bool:
    """Whether volume weighs more than weight at every candidate."""
    weight = (asked * data.weight_g).sum()
    volume = (asked * data.volume_cm3).sum()
    for candidate in kept:
        tariff = data.tariff[candidate]
        if tariff >= 0 and volume <= weight * data.rates.divisor[tariff]:
            return False
        if tariff >= 0 and data.rates.divisor[tariff] == 0:
            return False
    return True


@njit()
def _searched(
    order: Order, shipments_max: int, complete: bool, nodes_max: int
) -> tuple[Integers, Integers, Integers, Integers]:
    lines = order.asked.size
    best = Best(
        np.zeros(3, np.int64),
        np.zeros(shipments_max, np.int64),
        np.zeros((shipments_max, lines), np.int64),
    )
    best.key[0] = 0 if complete else order.asked.sum()
    best.key[1] = INFEASIBLE if complete else 0
    opened = np.full((OPEN_SETS_MAX, shipments_max), -1, np.int64)
    effort = Effort(
        np.array([0, nodes_max, 0]), opened, np.zeros((OPEN_SETS_MAX, 2), np.int64)
    )
    rows = np.zeros((shipments_max, 2 + shipments_max * (1 + lines)), np.int64)
    notes = np.zeros((shipments_max, 3), np.int64)
    model = linear(order)
    least = float(INFEASIBLE)
    for j in range(1, shipments_max + 1):
        if j <= order.candidate.size:
            least = min(least, _layer(order, model, j, best, effort))
        rows[j - 1] = _row(order, best, rows.shape[1])
        notes[j - 1, 0] = effort.count[0] <= effort.count[1]
        notes[j - 1, 1] = effort.count[2]
        notes[j - 1, 2] = min(best.key[1], np.int64(np.ceil(least)))
    return rows, notes, effort.opened, effort.bound


@njit()
def _row(order: Order, best: Best, width: int) -> Integers:
    """The best plan in the form of the kernel's rows."""
    row = np.zeros(width, np.int64)
    if best.key[2] > 0:
        row[0], row[1] = best.key[2], best.key[1]
        each = 1 + order.asked.size
        for parcel in range(best.key[2]):
            at = 2 + parcel * each
            row[at] = order.candidate[best.opened[parcel]]
            row[at + 1 : at + each] = best.units[parcel]
    return row


@njit(
    types.Tuple((GRID_OUT, GRID_OUT, GRID_OUT, GRID_OUT, types.int64[::1]))(
        *SIGNATURE, types.int64
    )
)
def search(
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
    nodes_max: int,
) -> tuple[Integers, Integers, Integers, Integers, Integers]:
    """The best plan found for every number of shipments, and what is proven of it.

    Returns the rows of `kernel.partition`; for each row whether the search ended within
    its work, how many sets were left open until then, and a lower bound; the open sets
    (indices of the last result), their unfilled units and bounds; the candidates that
    dominance has kept.
    """
    rates = Rates(base, step, step_g, fuel_bps, residential, divisor)
    data = Data(
        quantity, weight_g, volume_cm3, useful, node, tariff, fixed, line, unit, rates
    )
    order = _order(data, rule, shipments_max)
    empty = np.zeros((0, 2), np.int64)
    if order.candidate.size == 0 or (complete and not can_complete(data, order.asked)):
        return empty, empty, empty, empty, order.candidate
    rows, notes, opened, bounds = _searched(order, shipments_max, complete, nodes_max)
    return rows, notes, opened, bounds, order.candidate
