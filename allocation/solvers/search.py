"""Orders with many lines: branch and bound over the sets of opened candidates.

For each number of shipments j in turn, sets of exactly j candidates have to beat the
best plan with fewer; the plan of the greedy rule is the first. While less than the
whole order can be filled, `filling` lists the sets that fill most. Once it is filled
whole, candidates are opened for the rarest line still missing, and a set is cut off
when its bound (see `relaxation`) is no lower than the best cost. Finished sets are
solved exactly by `assign`. A plan is called proven only when every set was cut off or
solved; work is counted, not timed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import types

from allocation.solvers.attempts import (
    CLOSE_STEPS,
    MORE_STEPS,
    OPEN_SETS_MAX,
    Best,
    Effort,
    by_rule,
    close,
    look,
    size_of,
    surely,
)
from allocation.solvers.bounds import waste_bound
from allocation.solvers.compiled import njit, returns
from allocation.solvers.cover import take
from allocation.solvers.filling import SETS_MAX, Filled, fill_on, path_of
from allocation.solvers.greedy import fills_most
from allocation.solvers.instance import INFEASIBLE
from allocation.solvers.opened import ASKED, SAFETY, Order
from allocation.solvers.ordered import Ordered, order_of
from allocation.solvers.parcels import SIGNATURE, Data, Rates
from allocation.solvers.relaxation import Ask, Linear, linear, relax
from allocation.solvers.targets import targets
from allocation.solvers.tree import OPEN, STOP, Ground, Tree, grow, planted, verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.solvers.instance import Integers

    Reals = NDArray[np.float64]

_HOLDERS_A_STEP = 250
"""Candidates that are looked through in the time of one step."""

_ROUNDS = 80
"""Subgradient steps for the bound; later ones gain less than they cost."""


@njit(borrows=True)
def _explore(ground: Ground, tree: Tree, best: Best, effort: Effort) -> None:
    """Depth first over the sets of exactly j candidates, until done or out of work."""
    depth = 0
    grow(ground, tree, 0)
    each = 1 + tree.banned.size // _HOLDERS_A_STEP
    while depth >= 0 and effort.work[0] <= effort.work[1]:
        effort.work[0] += 1
        todo = STOP
        if tree.at[depth] < tree.size[depth]:
            todo = verdict(ground, tree, depth, best.key[1])
        if todo == STOP:
            for i in range(tree.at[depth]):
                tree.banned[tree.child[depth, i]] = False
            depth -= 1
            if depth >= 0:
                tree.at[depth] += 1
            continue
        k = tree.child[depth, tree.at[depth]]
        tree.banned[k] = True
        tree.opened[depth] = k
        if todo == OPEN and depth + 1 < ground.shipments:
            take(ground.cover, tree.need, depth, k)
            depth += 1
            effort.work[0] += each
            grow(ground, tree, depth)
            continue
        if todo == OPEN:
            look(ground.order, tree.opened, best, effort)
        tree.at[depth] += 1


@njit()
def _fill(found: Ordered, j: int, best: Best, effort: Effort) -> bool:
    """Improve the best plan by the sets of exactly j that fill most.

    Returns whether they are all known: then no other set of j is as good. Ends as soon
    as everything is filled.
    """
    order = found.order
    filled = order.lines[ASKED].sum() - best.key[0]
    most = Filled(np.array([filled, 0]), np.zeros((SETS_MAX, j), np.int64))
    path = path_of(order, found.cover, j, filled)
    more = True
    while more and best.key[0] > 0:
        more = fill_on(order, found.cover, path, most, effort.work)
        for i in range(most.size[1]):
            look(order, most.sets[i], best, effort)
        most.size[1] = 0
    return bool(effort.work[0] <= effort.work[1])


@njit(borrows=True)
def _close(order: Order, j: int, best: Best, effort: Effort) -> None:
    """A second look at the sets of exactly j that are still open."""
    for at in range(min(effort.work[2], OPEN_SETS_MAX)):
        enough = effort.work[4] > effort.work[1]
        if not enough and size_of(effort.opened[at]) == j:
            close(order, best, effort, at, CLOSE_STEPS)


@njit()
def _layer(
    found: Ordered, model: Linear, j: int, best: Best, effort: Effort, value: Reals
) -> tuple[float, Reals]:
    """Improve the best plan by sets of exactly j; returns a bound for all of them."""
    order = found.order
    by_rule(order, found.first[:j], best, effort)
    known = True
    if best.key[0] > 0:
        known = _fill(found, j, best, effort)
    if best.key[0] > 0 and known:
        _close(order, j, best, effort)
        sure = surely(best, effort)
        if sure > 0:
            return sure, value
    asked = order.lines[ASKED]
    ask = Ask(j, best.key[0], asked)
    target = float(best.key[1])
    bound, relaxed = relax(model, ask, target, _ROUNDS, value)
    if best.key[0] > 0:
        if not known:
            # Which sets fill most is not known to the end: the proof is lost.
            effort.work[3] = 1
        return max(0.0, bound - SAFETY), relaxed.value
    waste = waste_bound(order, np.arange(order.have.shape[0]), asked)
    bound += waste - SAFETY
    if bound <= best.key[1] - 1:
        rule = fills_most(found.cover, asked, relaxed.rank, j)
        look(order, rule, best, effort)
        base = relaxed.value.sum() + waste
        ground = Ground(order, found.cover, relaxed, base, j)
        _explore(ground, planted(ground), best, effort)
        _close(order, j, best, effort)
        if effort.work[0] <= effort.work[1]:
            bound = max(bound, surely(best, effort))
    return max(0.0, bound), relaxed.value


@njit()
def _searched(
    found: Ordered, shipments_max: int, nodes_max: int
) -> tuple[Integers, Integers, Integers, Integers]:
    order = found.order
    lines = order.have.shape[1]
    best = Best(
        np.zeros(3, np.int64),
        np.zeros(shipments_max, np.int64),
        np.zeros((shipments_max, lines), np.int64),
    )
    best.key[0] = order.lines[ASKED].sum()
    opened = np.full((OPEN_SETS_MAX, shipments_max), -1, np.int64)
    effort = Effort(
        np.array([0, nodes_max, 0, 0, 0]),
        opened,
        np.zeros((OPEN_SETS_MAX, 2), np.int64),
    )
    rows = np.zeros((shipments_max, 2 + shipments_max * (1 + lines)), np.int64)
    notes = np.zeros((shipments_max, 3), np.int64)
    model = linear(order)
    least, value = float(INFEASIBLE), np.zeros(0, np.float64)
    for j in range(1, shipments_max + 1):
        unfilled = best.key[0]
        if j <= order.terms.shape[0]:
            bound, value = _layer(found, model, j, best, effort, value)
            if best.key[0] < unfilled and effort.work[3] == 0:
                # What is known to fill less does not bound what fills more.
                least = float(INFEASIBLE)
            least = min(least, bound)
        rows[j - 1] = _row(order, best, rows.shape[1])
        notes[j - 1, 0] = effort.work[0] <= effort.work[1] and effort.work[3] == 0
        notes[j - 1, 1] = effort.work[2]
        notes[j - 1, 2] = min(best.key[1], np.int64(np.ceil(least)))
    for at in range(min(effort.work[2], OPEN_SETS_MAX)):
        before = best.key[1]
        closed = close(order, best, effort, at, MORE_STEPS)
        if best.key[1] < before:
            for j in range(size_of(opened[at]), shipments_max + 1):
                rows[j - 1] = _row(order, best, rows.shape[1])
        if not closed:
            # One open set is enough to lose the proof: the others can wait.
            break
    return rows, notes, effort.opened, effort.bound


@njit()
def _row(order: Order, best: Best, width: int) -> Integers:
    """The best plan in the form of the kernel's rows."""
    row = np.zeros(width, np.int64)
    if best.key[2] > 0:
        row[0], row[1] = best.key[2], best.key[1]
        each = 1 + order.have.shape[1]
        for parcel in range(best.key[2]):
            at = 2 + parcel * each
            row[at] = best.opened[parcel]
            row[at + 1 : at + each] = best.units[parcel]
    return row


@njit(borrows=True)
def sent_of(row: Integers, lines: int) -> int:
    """Units that the plan of a row sends."""
    sent = 0
    for parcel in range(row[0]):
        at = 3 + parcel * (1 + lines)
        sent += row[at : at + lines].sum()
    return sent


@njit(returns(2, 2, 2, 2, 1)(*SIGNATURE, types.int64))
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

    An order that ships whole or not at all is filled as far as it goes, like any other;
    what does not fill it is no plan. Returns the rows of `kernel.partition`; for each
    row whether the search ended within its work, how many sets were left open until
    then, and a lower bound; the open sets (indices of the last result), their unfilled
    units and bounds; the candidates that dominance has kept.
    """
    rates = Rates(base, step, step_g, fuel_bps, residential, divisor)
    data = Data(
        quantity, weight_g, volume_cm3, useful, node, tariff, fixed, line, unit, rates
    )
    asked, counted = targets(quantity, useful, rule)
    found = order_of(data, asked, counted, shipments_max)
    kept = found.kept
    empty = np.zeros((0, 2), np.int64)
    if kept.size == 0 or (complete and (asked < quantity).any()):
        return empty, empty, empty, empty, kept
    rows, notes, opened, bounds = _searched(found, shipments_max, nodes_max)
    for row in rows:
        if complete and sent_of(row, asked.size) < asked.sum():
            row[:] = 0
        for parcel in range(row[0]):
            at = 2 + parcel * (1 + asked.size)
            row[at] = kept[row[at]]
    return rows, notes, opened, bounds, kept
