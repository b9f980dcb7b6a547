"""All ways to serve a tiny pool, one by one: the oracle of its best moves."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from allocation.measures import minor_of
from allocation.reoptimise.limits import Limits
from allocation.reoptimise.pool import Allocated, standing
from allocation.solve import solve

Way = tuple[int, np.ndarray]
"""What the policy weighs, and units by line and node."""


def ways_of(order: Allocated) -> list[Way]:
    """How it stands first, then every other node for every line, at its cheapest."""
    now = standing(order)
    assert now is not None
    ways, problem = [(minor_of(now), order.own)], order.problem
    wanted = np.array([line.quantity for line in problem.order.lines])
    policy = replace(problem.policy, max_shipments=len(now.shipments))
    for nodes in product(range(problem.network.size), repeat=wanted.size):
        units = np.zeros_like(order.own)
        units[np.arange(wanted.size), list(nodes)] = wanted
        plan = solve(replace(problem, available=units, policy=policy))
        if not plan.unfilled and (units != order.own).any():
            ways.append((minor_of(plan), units))
    return ways


def most_saved(orders: Sequence[Allocated], limits: Limits) -> int:
    """The best sum of savings less what each move must be worth, over all ways that
    the units of all suffice for."""
    stock: dict[str, np.ndarray] = {}
    for order in orders:
        for row, line in enumerate(order.problem.order.lines):
            stock.setdefault(line.sku, order.problem.available[row].copy())
    for order in orders:
        for row, line in enumerate(order.problem.order.lines):
            stock[line.sku] += order.own[row]
    return _best(orders, [ways_of(order) for order in orders], stock, limits)


def _best(
    orders: Sequence[Allocated],
    ways: list[list[Way]],
    stock: dict[str, np.ndarray],
    limits: Limits,
) -> int:
    best = 0
    for picks in product(*(range(len(each)) for each in ways)):
        moved = sum(pick > 0 for pick in picks)
        if moved > limits.most_moved:
            continue
        worth = -limits.least_saving_minor * moved
        for each, pick in zip(ways, picks, strict=True):
            worth += each[0][0] - each[pick][0]
        if worth > best and _enough(orders, ways, picks, stock):
            best = worth
    return best


def _enough(
    orders: Sequence[Allocated],
    ways: list[list[Way]],
    picks: tuple[int, ...],
    stock: dict[str, np.ndarray],
) -> bool:
    left = {sku: units.copy() for sku, units in stock.items()}
    for order, each, pick in zip(orders, ways, picks, strict=True):
        for row, line in enumerate(order.problem.order.lines):
            left[line.sku] -= each[pick][1][row]
            if (left[line.sku] < 0).any():
                return False
    return True
