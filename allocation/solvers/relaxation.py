"""A lower bound on every plan with exactly j shipments, and what each candidate adds.

Started steps are relaxed to a price of each gram (a parcel never pays less), stock to
shares of a line, and each line is given a value v. For any set Y of opened candidates

    cost(Y) >= sum_l v_l + sum_{k in Y} slack_k,
    slack_k = opening_k - sum_l share_kl max(0, v_l - c_kl),

so that the j smallest slacks bound all of them at once, and the slacks bound every set
of the search. Plans that may leave U units unfilled leave out the dearest: the bound is
lowered by the value of these, and the values are chosen so that it is lowered least.
Values are improved by subgradient steps on that bound (the Lagrangian dual of the
location problem with a fixed number of sites: Cornuejols, Fisher and Nemhauser 1977,
10.1287/mnsc.23.8.789). Bounds are floating point, on the safe side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.solvers.bounds import opening_bound
from allocation.solvers.compiled import njit
from allocation.solvers.opened import ASKED, SAFETY, gram_rate, grams, line_cost
from allocation.solvers.ordering import rank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.solvers.instance import Integers
    from allocation.solvers.opened import Order

    Reals = NDArray[np.float64]

_STALE = 6
"""Steps without a better bound after which the step length is halved."""


_SHORT = 1 / 32
"""Step length at which the bound has settled."""


class Linear(NamedTuple):
    """Opening cost of each candidate; cost of the whole of each line; share it has.

    `served[start[k]:start[k + 1]]` are the lines that candidate k has something of: a
    store has few lines of a long order, and nothing else of it need be looked at.
    """

    opening: Reals
    cost: Reals
    share: Reals
    start: Integers
    served: Integers


class Ask(NamedTuple):
    """Plans of exactly so many shipments that leave at most so many units unfilled."""

    shipments: int
    unfilled: int
    asked: Integers


class Relaxed(NamedTuple):
    """Value of each line, slack of each candidate, candidates by rising slack."""

    value: Reals
    slack: Reals
    rank: Integers


@njit()
def linear(order: Order) -> Linear:
    """The order with a price of each gram instead of started steps."""
    shape = order.have.shape
    opening = np.empty(shape[0], np.float64)
    cost = np.zeros(shape, np.float64)
    share = np.zeros(shape, np.float64)
    for k in range(shape[0]):
        opening[k] = opening_bound(order, k)
        rate = gram_rate(order, k)
        for line in range(shape[1]):
            if order.have[k, line] > 0:
                asked = order.lines[ASKED, line]
                cost[k, line] = line_cost(order, k, line, asked)
                cost[k, line] += asked * rate * grams(order, line)
                share[k, line] = order.have[k, line] / asked
    start = np.zeros(shape[0] + 1, np.int64)
    for k in range(shape[0]):
        start[k + 1] = start[k] + (share[k] > 0).sum()
    served = np.empty(start[-1], np.int64)
    for k in range(shape[0]):
        served[start[k] : start[k + 1]] = np.flatnonzero(share[k] > 0)
    return Linear(opening, cost, share, start, served)


@njit(borrows=True)
def _slacks(model: Linear, value: Reals, slack: Reals) -> None:
    """Write the slack of each candidate."""
    for k in range(slack.size):
        saved = 0.0
        for line in model.served[model.start[k] : model.start[k + 1]]:
            saved += model.share[k, line] * max(0.0, value[line] - model.cost[k, line])
        slack[k] = model.opening[k] - saved


@njit()
def _first_values(model: Linear, j: int) -> Reals:
    """Cheapest cost of each line, and an even share of j cheap openings."""
    value = np.full(model.cost.shape[1], np.inf)
    for k in range(model.cost.shape[0]):
        for line in range(value.size):
            if model.share[k, line] > 0:
                value[line] = min(value[line], model.cost[k, line])
    served = max(1, np.isfinite(value).sum())
    for line in range(value.size):
        if np.isfinite(value[line]):
            value[line] += j * model.opening.min() / served
        else:
            value[line] = 0.0
    return value


@njit()
def _smallest(slack: Reals, j: int) -> Integers:
    """Indices of the j smallest slacks."""
    found = np.empty(j, np.int64)
    taken = np.zeros(slack.size, np.bool_)
    for i in range(j):
        best = -1
        for k in range(slack.size):
            if not taken[k] and (best < 0 or slack[k] < slack[best]):
                best = k
        taken[best] = True
        found[i] = best
    return found


@njit()
def relax(
    model: Linear, ask: Ask, target: float, rounds: int, start: Reals
) -> tuple[float, Relaxed]:
    """The best bound found for the plans that are asked for.

    Stops as soon as the bound reaches the target: nothing below it exists. `start` are
    values to begin with; empty: the cheapest of each line.
    """
    value = start.copy() if start.size else _first_values(model, ask.shipments)
    served = value > 0
    best, kept = -np.inf, value.copy()
    slack = np.empty(model.opening.size, np.float64)
    length, stale = 1.0, 0
    for _ in range(rounds):
        _slacks(model, value, slack)
        chosen = _smallest(slack, ask.shipments)
        out, part = value_left_out(value, ask.asked, ask.unfilled)
        bound = value.sum() + slack[chosen].sum() - out
        stale += 1
        if bound > best:
            best, kept, stale = bound, value.copy(), 0
        if best >= target:
            break
        if stale == _STALE:
            length, stale, value = length / 2, 0, kept.copy()
            if length < _SHORT:
                break
            continue
        step = np.where(served, 1.0 - part, 0.0)
        for k in chosen:
            for line in model.served[model.start[k] : model.start[k + 1]]:
                if value[line] > model.cost[k, line]:
                    step[line] -= model.share[k, line]
        norm = (step * step).sum()
        if norm < SAFETY:
            break
        value = np.maximum(0.0, value + length * (target - bound) / norm * step)
    _slacks(model, kept, slack)
    return best, Relaxed(kept, slack, rank(slack))


@njit()
def value_left_out(value: Reals, asked: Integers, units: int) -> tuple[float, Reals]:
    """The most value that so many unfilled units can take out of the bound, and the
    share of each line that they are."""
    share = np.zeros(value.size, np.float64)
    if units == 0:
        return 0.0, share
    each = value / np.maximum(asked, 1)
    left, out = float(units), 0.0
    for line in rank(-each):
        part = min(left, float(asked[line]))
        out += part * each[line]
        left -= part
        share[line] = part / max(1, asked[line])
    return out, share
