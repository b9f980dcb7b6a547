"""Finished sets of opened candidates: solved, kept as the best plan, or left open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from allocation.assign import assign, in_turn
from allocation.compiled import njit
from allocation.instance import INFEASIBLE
from allocation.opened import ASKED, Order, sent_units, shares_stock

if TYPE_CHECKING:
    from allocation.instance import Integers

OPEN_SETS_MAX = 16
"""Sets whose lines were not assigned to the proof: left for CP-SAT, one by one."""

_ASSIGN_STEPS = 3_000
"""Steps to prove one set: about a millisecond."""

_MORE_STEPS = 40_000
"""Steps for a set that alone stands between the best plan and its proof."""


class Best(NamedTuple):
    """The best plan so far. `key` is unfilled units, cost and shipments."""

    key: Integers
    opened: Integers
    units: Integers


class Effort(NamedTuple):
    """Work done and allowed, sets left open, and the lowest bound among them."""

    work: Integers
    """Work done, work allowed, sets left open, and 1 once a proof is lost."""
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
        _leave(opened, unfilled, effort, 0)
        return
    cost, units, bound, steps = assign(order, opened, sent, cutoff, _ASSIGN_STEPS)
    effort.work[0] += steps
    if bound < min(cost, cutoff):
        _leave(opened, unfilled, effort, bound)
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
def _leave(opened: Integers, unfilled: int, effort: Effort, bound: int) -> None:
    """Note a set that is not solved to the proof, with its fill and bound."""
    at = effort.work[2]
    if at < OPEN_SETS_MAX:
        effort.opened[at, : opened.size] = opened
        effort.bound[at, 0], effort.bound[at, 1] = unfilled, bound
    effort.work[2] += 1


@njit()
def surely(best: Best, effort: Effort, since: int) -> float:
    """A bound for sets that were all cut off, solved, or left open since then."""
    if effort.work[2] > OPEN_SETS_MAX:
        return 0.0
    bound = best.key[1]
    for at in range(since, effort.work[2]):
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
def again(order: Order, best: Best, effort: Effort, at: int) -> bool:
    """Give a set that was left open more steps; whether nothing is left open of it."""
    size = (effort.opened[at] >= 0).sum()
    opened = effort.opened[at, :size]
    unfilled, bound = effort.bound[at]
    if unfilled != best.key[0] or not 0 < bound < best.key[1]:
        return True
    before = best.key[1]
    sent = sent_units(order, opened)
    cost, units, bound, _ = assign(order, opened, sent, before, _MORE_STEPS)
    effort.bound[at, 1] = bound
    if cost < before:
        _keep(best, opened, units, unfilled, cost)
    return bool(bound >= best.key[1])
