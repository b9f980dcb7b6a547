"""Small pools: orders that came one after the other, and took what was best then."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from allocation.network import Item, Network
from allocation.order import Destination, Line, Order
from allocation.plan import Plan
from allocation.policy import LineSplit, Policy
from allocation.problem import Problem
from allocation.reoptimise.columns import cells_of
from allocation.reoptimise.moves import Move
from allocation.reoptimise.pool import Allocated, pool_of
from allocation.solve import solve
from tests.allocation.synthetic import (
    LANES,
    NEW_YORK,
    NOON_FRIDAY,
    node,
)

BUFFALO = Destination(42.9, -78.9, "14201")
CHICAGO = Destination(41.8, -87.7, "60601")
OKLAHOMA = Destination(35.5, -97.5, "73101")
DENVER = Destination(39.8, -104.9, "80201")
WHOLE_LINES = Policy(line_split=LineSplit.NEVER)
SKUS = ("cup", "plate", "bowl")
NODES = ("albany", "chicago", "denver")


def network(
    nodes: Sequence[str] = NODES,
    changes: Mapping[str, Mapping[str, object]] | None = None,
) -> Network:
    made = [
        node(name, number, **(changes or {}).get(name, {}))
        for number, name in enumerate(nodes)
    ]
    items = [Item(sku, weight_g=900, volume_cm3=500) for sku in SKUS]
    return Network.compile(made, items, LANES)


def asked(
    over: Network,
    wanted: Mapping[str, int],
    *,
    to: Destination = NEW_YORK,
    policy: Policy = WHOLE_LINES,
) -> Problem:
    """A problem that sees no stock yet."""
    lines = tuple(Line(sku, units) for sku, units in wanted.items())
    none = np.zeros((len(lines), over.size), np.int64)
    return Problem(Order(lines, to), over, none, policy, NOON_FRIDAY)


def units_at(problem: Problem, plan: Plan) -> np.ndarray:
    """(lines, nodes) units of a plan."""
    units = np.zeros_like(problem.available)
    row_of = {line.sku: row for row, line in enumerate(problem.order.lines)}
    for (sku, node_id), many in cells_of(plan).items():
        units[row_of[sku], problem.network.node_by_id[node_id].number] = many
    return units


def shown(problem: Problem, stock: Mapping[str, np.ndarray]) -> Problem:
    units = np.array([stock[line.sku] for line in problem.order.lines])
    return replace(problem, available=units)


def one_after_the_other(
    problems: Sequence[Problem],
    stock: Mapping[str, Sequence[int]],
    *,
    arrived: Mapping[str, Sequence[int]] | None = None,
) -> list[Allocated]:
    """Each order takes the best plan of its moment and keeps its promise; `arrived` is
    stock that came when all had theirs. Orders that could not be filled are dropped."""
    left = {sku: np.array(units, np.int64) for sku, units in stock.items()}
    taken = []
    for problem in problems:
        plan = solve(shown(problem, left))
        if plan.unfilled:
            continue
        units = units_at(problem, plan)
        for row, line in enumerate(problem.order.lines):
            left[line.sku] = left[line.sku] - units[row]
        policy = replace(problem.policy, promise_by=plan.promise_date)
        taken.append((replace(problem, policy=policy), units))
    for sku, more in (arrived or {}).items():
        left[sku] = left[sku] + np.array(more, np.int64)
    return [
        Allocated(f"ord-{number}", shown(problem, left), units)
        for number, (problem, units) in enumerate(taken, 1)
    ]


def drawn(seed: int, *, orders: int = 4, lines_max: int = 2) -> list[Allocated]:
    """Orders of here and there over three nodes with little stock, and a late van."""
    rng, over = np.random.default_rng(seed), network()
    problems = []
    for _ in range(orders):
        skus = rng.permutation(SKUS)[: int(rng.integers(1, lines_max + 1))]
        most = 2 if lines_max > 1 else 1
        wanted = {str(sku): int(rng.integers(1, most + 1)) for sku in skus}
        where = [NEW_YORK, CHICAGO, DENVER][int(rng.integers(3))]
        problems.append(asked(over, wanted, to=where))
    stock = {sku: rng.integers(0, 4, over.size) for sku in SKUS}
    van = {sku: rng.integers(0, 2, over.size) for sku in SKUS}
    return one_after_the_other(problems, stock, arrived=van)


def stock_of(orders: Sequence[Allocated]) -> dict[tuple[str, str], int]:
    """What is free, and what the orders have."""
    free: dict[tuple[str, str], int] = {}
    own: Counter[tuple[str, str]] = Counter()
    for order in orders:
        for row, line in enumerate(order.problem.order.lines):
            for place in order.problem.network.nodes:
                cell = line.sku, place.node_id
                free[cell] = int(order.problem.available[row, place.number])
                own[cell] += int(order.own[row, place.number])
    return {cell: units + own[cell] for cell, units in free.items()}


def used(orders: Sequence[Allocated], moves: Sequence[Move]) -> Counter:
    """Units of every cell after these moves."""
    moved = {move.order_id: move.after for move in moves}
    units: Counter[tuple[str, str]] = Counter()
    for member in pool_of(orders).members:
        units.update(cells_of(moved.get(member.order_id, member.standing)))
    return units
