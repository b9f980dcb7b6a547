"""Finished sets of opened candidates: solved, kept as the best plan, or left open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from allocation.solvers.assign import assign, in_turn
from allocation.solvers.bounds import least_cost
from allocation.solvers.compiled import njit
from allocation.solvers.instance import INFEASIBLE
from allocation.solvers.opened import ASKED, Order, sent_units, shares_stock

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers

OPEN_SETS_MAX = 48
"""Sets whose lines were not assigned to the proof: more are not kept apart."""

LOOK_STEPS = 800
"""Steps for a set at first sight: most of the rest is cut off by a better one later."""

CLOSE_STEPS = 3_000
"""Steps to prove a set that is still open at the end of its layer."""

MORE_STEPS = 40_000
"""Steps for a set that alone stands between the best plan and its proof."""


class Best(NamedTuple):
    """The best plan so far. `key` is unfilled units, cost and shipments."""

    key: Integers
    opened: Integers
    units: Integers


class Effort(NamedTuple):
    """Work done and allowed, sets left open, and the lowest bound among them."""

    work: Integers
    """Work done, work allowed, sets left open, 1 once a proof is lost, and the work of
    second looks, which is allowed as much again."""
    opened: Integers
    bound: Integers


@njit()
def look(order: Order, opened: Integers, best: Best, effort: Effort) -> None:
    """Solve one finished set and keep it if it is better."""
    sent = sent_units(order, opened)
    unfilled = order.lines[ASKED].sum() - sent.sum()
    if unfilled > best.key[0]:
        return
    cutoff = best.key[1] if unfilled == best.key[0] else INFEASIBLE
    if shares_stock(order, opened):
        # The bound holds whoever sends the shared stock: most sets end here.
        if least_cost(order, opened, sent) < cutoff:
            _leave(opened, unfilled, best, effort, 0)
        return
    cost, units, bound, steps = assign(order, opened, sent, cutoff, LOOK_STEPS)
    effort.work[0] += steps
    if bound < min(cost, cutoff):
        _leave(opened, unfilled, best, effort, bound)
    if cost < INFEASIBLE:
        _keep(best, opened, units, unfilled, cost)


@njit()
def _keep(
    best: Best, opened: Integers, units: Integers, unfilled: int, cost: int
) -> None:
    best.key[0], best.key[1], best.key[2] = unfilled, cost, 0
    best.units[:] = 0
    for parcel in range(opened.size):
        if units[parcel].any():
            best.opened[best.key[2]] = opened[parcel]
            best.units[best.key[2]] = units[parcel]
            best.key[2] += 1


@njit()
def _leave(
    opened: Integers, unfilled: int, best: Best, effort: Effort, bound: int
) -> None:
    """Note a set that is not solved to the proof, with its fill and bound."""
    if effort.work[2] == OPEN_SETS_MAX:
        _drop_beaten(opened.size, best, effort)
    at = effort.work[2]
    if at < OPEN_SETS_MAX:
        effort.opened[at, : opened.size] = opened
        effort.bound[at, 0], effort.bound[at, 1] = unfilled, bound
    effort.work[2] = min(at, OPEN_SETS_MAX) + 1


@njit(borrows=True)
def size_of(opened: Integers) -> int:
    """How many candidates a set has that was left open; -1 is behind the last."""
    size = 0
    for k in opened:
        size += k >= 0
    return size


@njit()
def _drop_beaten(size: int, best: Best, effort: Effort) -> None:
    """Make room: sets of this size that cannot beat the best plan any more."""
    kept = 0
    for at in range(OPEN_SETS_MAX):
        unfilled, bound = effort.bound[at]
        beaten = unfilled == best.key[0] and bound >= best.key[1]
        beaten |= unfilled > best.key[0]
        if not beaten or size_of(effort.opened[at]) != size:
            effort.opened[kept] = effort.opened[at]
            effort.bound[kept] = effort.bound[at]
            kept += 1
    effort.opened[kept:] = -1
    effort.work[2] = kept


@njit(borrows=True)
def surely(best: Best, effort: Effort) -> float:
    """A bound for a layer whose sets were all cut off, solved or left open."""
    if effort.work[2] > OPEN_SETS_MAX:
        return 0.0
    bound = best.key[1]
    for at in range(effort.work[2]):
        if effort.bound[at, 0] <= best.key[0]:
            bound = min(bound, effort.bound[at, 1])
    return float(bound)


@njit()
def by_rule(order: Order, opened: Integers, best: Best, effort: Effort) -> None:
    """The greedy rule's plan, both as the rule sends it and as well as it can."""
    if opened.size == 0:
        return
    if not shares_stock(order, opened):
        cost, units = in_turn(order, opened)
        unfilled = order.lines[ASKED].sum() - units.sum()
        less = unfilled < best.key[0]
        if less or (unfilled == best.key[0] and cost < best.key[1]):
            _keep(best, opened, units, unfilled, cost)
    look(order, opened, best, effort)


@njit()
def close(order: Order, best: Best, effort: Effort, at: int, steps: int) -> bool:
    """Give a set that was left open more steps; whether nothing is left open of it."""
    size = size_of(effort.opened[at])
    opened = effort.opened[at, :size]
    unfilled, bound = effort.bound[at]
    if unfilled != best.key[0] or not 0 < bound < best.key[1]:
        return True
    before = best.key[1]
    sent = sent_units(order, opened)
    cost, units, bound, taken = assign(order, opened, sent, before, steps)
    effort.work[4] += taken
    effort.bound[at, 1] = bound
    if cost < before:
        _keep(best, opened, units, unfilled, cost)
    return bool(bound >= best.key[1])
