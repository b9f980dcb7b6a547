"""Nearest, priority and most stock: every unit from the first node that has it.

Line by line that is a walk down the ranking, and where the walk keeps the limits on
shipments nothing can be better. Where it does not, the ranks become unit costs and
parcels are free, so that the exact optimiser decides what to give up. The service of
each shipment is then its cheapest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.carriage import FREE
from allocation.compose import Pick, pick_cost
from allocation.policy import LineSplit, Objective
from allocation.solvers.instance import Instance, Integers, Parcel, Split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.problem import Problem
    from allocation.shortlist import Shortlist

PRIORITY_TERM = 3


@dataclass(frozen=True, slots=True)
class Ranked:
    """The demand over nodes instead of candidates; rows by distance and node id.

    `first[i]` is the first candidate of node i; its services follow it directly.
    `orders[l]` are the nodes in the order in which line l asks them.
    """

    instance: Instance
    first: Integers
    candidates: int
    orders: tuple[Integers, ...]

    def services(self, node: int) -> range:
        """The candidates of the node in row `node` of the instance."""
        last = self.candidates
        if node + 1 < self.first.size:
            last = int(self.first[node + 1])
        return range(int(self.first[node]), last)

    def priced(self) -> Instance:
        """The same question with ranks for unit costs."""
        ranks = np.empty_like(self.instance.useful)
        for line, order in enumerate(self.orders):
            ranks[order, line] = np.arange(order.size)
        return replace(self.instance, unit_minor=ranks)


def rank(
    problem: Problem,
    found: Shortlist,
    instance: Instance,
    *,
    lines: tuple[int, ...],
    objective: Objective,
) -> Ranked:
    """`instance` has one row a candidate and a column for each of these lines."""
    first = np.flatnonzero(np.diff(instance.node, prepend=-1))
    free = np.zeros(first.size, dtype=np.int64)
    never = problem.policy.line_split is LineSplit.NEVER
    by_node = replace(
        instance,
        useful=np.ascontiguousarray(instance.useful[first]),
        node=instance.node[first],
        tariff=np.full(first.size, FREE, dtype=np.int64),
        fixed_minor=free,
        line_minor=free,
        split=Split.NEVER if never else Split.BY_COST,
    )
    nodes, distance_km = by_node.node, found.distance_km[first]
    orders = _orders(problem, nodes, distance_km, lines=lines, objective=objective)
    return Ranked(by_node, first, instance.node.size, tuple(orders))


def walk(ranked: Ranked) -> tuple[Parcel, ...] | None:
    """Every line down its order; None where that breaks a limit on shipments, or may
    break one that a rule sets."""
    instance = ranked.instance
    if instance.side is not None:
        return None
    taken = np.zeros_like(instance.useful)
    for line, order in enumerate(ranked.orders):
        wanted, useful = int(instance.quantity[line]), instance.useful[order, line]
        if instance.split is Split.NEVER:
            # All from one node: the first of those that have the most of it.
            best = int(useful.argmax())
            taken[order[best], line] = useful[best]
        else:
            reached = np.minimum(np.cumsum(useful), wanted)
            taken[order, line] = np.diff(reached, prepend=0)
    nodes = np.flatnonzero(taken.any(axis=1))
    whole = bool((taken.sum(axis=0) == instance.quantity).all())
    if nodes.size > instance.max_shipments or (instance.complete and not whole):
        return None
    return tuple(Parcel(int(node), tuple(taken[node].tolist())) for node in nodes)


def _orders(
    problem: Problem,
    node: Integers,
    distance_km: Integers,
    *,
    lines: tuple[int, ...],
    objective: Objective,
) -> Iterator[Integers]:
    """Rows of the nodes, first choice first; their own order decides among equals."""
    priority = problem.network.tables.terms[node, PRIORITY_TERM]
    if objective is Objective.MOST_STOCK:
        for line in lines:
            yield np.lexsort((priority, -problem.available[line, node]))
        return
    near = objective is Objective.NEAREST
    keys = (priority, distance_km) if near else (distance_km, priority)
    order = np.lexsort(keys)
    for _ in lines:
        yield order


def cheapest_service(problem: Problem, options: list[Pick]) -> Pick:
    """The same units by the service that costs least, then arrives first."""
    if len(options) == 1:
        return options[0]
    return min(
        options,
        key=lambda pick: (
            pick_cost(problem, pick).cash_minor,
            pick.arrival,
            pick.lane.service,
        ),
    )
