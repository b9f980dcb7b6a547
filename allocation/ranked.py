"""Nearest, priority and most stock: every unit from the first node that has it.

The ranks of the nodes become unit costs and parcels are free, so that the exact optimiser
gives what a greedy walk would, and still honours the limits on shipments. The service of
each shipment is then its cheapest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.compose import Pick, pick_cost
from allocation.cost import FREE
from allocation.instance import Instance, Integers, Split
from allocation.policy import LineSplit, Objective

if TYPE_CHECKING:
    from allocation.problem import Problem
    from allocation.shortlist import Shortlist

PRIORITY_TERM = 3


@dataclass(frozen=True, slots=True)
class Ranked:
    """The instance over nodes instead of candidates.

    `first[i]` is the first candidate of node i; its services follow it directly.
    """

    instance: Instance
    first: Integers
    candidates: int

    def services(self, node: int) -> range:
        """The candidates of the node in row `node` of the instance."""
        last = self.candidates
        if node + 1 < self.first.size:
            last = int(self.first[node + 1])
        return range(int(self.first[node]), last)


def rank(
    problem: Problem, found: Shortlist, instance: Instance, lines: tuple[int, ...]
) -> Ranked:
    """The same demand with ranks for costs; `instance` has one row a candidate and one
    column for each of these lines of the order."""
    node = instance.node
    first = np.flatnonzero(np.diff(node, prepend=-1))
    free = np.zeros(first.size, dtype=np.int64)
    never = problem.policy.line_split is LineSplit.NEVER
    return Ranked(
        replace(
            instance,
            useful=np.ascontiguousarray(instance.useful[first]),
            node=node[first],
            tariff=np.full(first.size, FREE, dtype=np.int64),
            fixed_minor=free,
            line_minor=free,
            unit_minor=_ranks(problem, found, first, lines),
            split=Split.NEVER if never else Split.BY_COST,
        ),
        first,
        node.size,
    )


def _ranks(
    problem: Problem, found: Shortlist, first: Integers, lines: tuple[int, ...]
) -> Integers:
    """(nodes, lines) place of the node for the line, from 0.

    Rows come by distance and node id, so that these decide among equals.
    """
    node, distance_km = found.node[first], found.distance_km[first]
    priority = problem.network.tables.terms[node, PRIORITY_TERM]
    objective = problem.policy.objective
    ranks = np.empty((first.size, len(lines)), dtype=np.int64)
    for column, line in enumerate(lines):
        if objective is Objective.NEAREST:
            order = np.lexsort((priority, distance_km))
        elif objective is Objective.PRIORITY:
            order = np.lexsort((distance_km, priority))
        else:
            order = np.lexsort((priority, -problem.available[line, node]))
        ranks[order, column] = np.arange(first.size)
    return ranks


def cheapest_service(problem: Problem, options: list[Pick]) -> Pick:
    """The same units by the service that costs least, then arrives first."""
    return min(
        options,
        key=lambda pick: (
            pick_cost(problem, pick).cash_minor,
            pick.arrival,
            pick.lane.service,
        ),
    )
