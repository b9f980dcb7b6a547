"""Which nodes a stored decision keeps, so that it comes out again.

A network has thousands of nodes, and a decision is kept for every hold.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.fence import keepers
from allocation.policy import Objective
from allocation.problem import UNLIMITED
from allocation.rules.attempts import attempt_of
from allocation.rules.naming import keepers_of
from allocation.rules.siding import has_side
from allocation.shortlist import REASONS, Reason
from allocation.slots import slot_document
from allocation.solve import solve
from allocation.solvers.kernel import LINES_MAX
from allocation.spared import today_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from allocation.plan import Plan
    from allocation.problem import Problem
    from allocation.shortlist import Shortlist
    from allocation.solvers.instance import Integers


NEXT_KEPT = 4
"""Nearest candidates that are kept too, and as many that have most of what is wanted:
what else was possible can then be told."""
NEAR = 200
"""Candidates that are looked at for those."""


def nodes_that_decide(
    problem: Problem, plan: Plan, reasons: np.ndarray[Any, np.dtype[np.uint8]]
) -> list[int]:
    """Numbers of the nodes to keep.

    Those of the plan and of the best one without look-ahead prices, those the solver
    compared, the nearest and fullest candidates,
    and for each unfilled line those that show how much could be sent and why no more.
    Where that may not give the plan again, all nodes with stock.
    """
    by_id, attempt = problem.network.node_by_id, attempt_of(problem, plan)
    numbers = {by_id[shipment.node_id].number for shipment in plan.shipments}
    for solved in attempt.solved.values():
        numbers |= solved.considered_nodes()
        numbers.update(_next(solved.found))
    numbers |= _witnesses(attempt, plan, reasons)
    numbers |= keepers_of(attempt, plan.unfilled) | _of_today(problem)
    if not _certain(attempt, plan) and _replayed(problem, numbers) != plan:
        stocked = np.flatnonzero((problem.available > 0).any(axis=0))
        numbers = set(stocked.tolist()) & set(problem.network.node_by_number)
    return sorted(numbers)


def _next(found: Shortlist) -> set[int]:
    units = found.useful[:NEAR].sum(axis=1)
    most = np.argsort(-units, kind="stable")[:NEXT_KEPT]
    nodes = found.node
    return {*nodes[:NEXT_KEPT].tolist(), *nodes[most].tolist()}


def _of_today(problem: Problem) -> set[int]:
    """Nodes that would send if no other order came: an explanation names those that
    were spared. Of a long order, whose solve takes long, those kept anyway."""
    long = len(problem.order.lines) > LINES_MAX
    today = None if long else today_of(problem)
    by_id = problem.network.node_by_id
    sending = today.plan.shipments if today else ()
    return {by_id[shipment.node_id].number for shipment in sending}


def _certain(problem: Problem, plan: Plan) -> bool:
    """Whether the nodes compared are known to be enough.

    They ask the same of every line (see `closing.witnesses` and `_witnesses`), and each
    node left out is left out by one that stays: the solvers meet the same arrays, and a
    plan that is not proven comes out again like one that is.
    """
    known = plan.objective in (Objective.CHEAPEST, Objective.FEWEST_SHIPMENTS)
    return known and not has_side(problem, ())


def _witnesses(
    problem: Problem, plan: Plan, reasons: np.ndarray[Any, np.dtype[np.uint8]]
) -> set[int]:
    """Of each unfilled line: candidates that have what was asked, the largest first,
    and an eliminated node that stands for the reason."""
    row_of = {line.sku: row for row, line in enumerate(problem.order.lines)}
    found: set[int] = set()
    for left in plan.unfilled:
        row = row_of[left.sku]
        wanted = problem.order.lines[row].quantity
        useful = np.clip(problem.available[row] - problem.policy.keep_back, 0, wanted)
        candidates = np.flatnonzero((useful > 0) & (reasons == 0))
        largest = candidates[np.argsort(-useful[candidates], kind="stable")]
        enough = int(np.searchsorted(np.cumsum(useful[largest]), wanted)) + 1
        found.update(largest[:enough].tolist())
        if left.reason in REASONS:
            code = REASONS.index(Reason(left.reason)) + 1
            found.update(np.flatnonzero((useful > 0) & (reasons == code))[:1].tolist())
        if left.reason == Reason.CHANNEL_QUOTA:
            found.update(np.flatnonzero(keepers(problem, row, reasons))[:1].tolist())
    return found


def _replayed(problem: Problem, numbers: Iterable[int]) -> Plan:
    kept = np.zeros(problem.network.size, dtype=bool)
    kept[list(numbers)] = True
    return solve(replace(problem, available=np.where(kept, problem.available, 0)))


def room_document(problem: Problem, numbers: list[int]) -> dict[str, object]:
    """Room of those nodes that count their orders, and which slots orders go into;
    nothing where none does."""
    if problem.room is None:
        return {}
    left = zip(numbers, problem.room[numbers].tolist(), strict=True)
    rooms = [[node, room] for node, room in left if room < UNLIMITED]
    return {"room": rooms, **slot_document(problem, numbers)}


def room_of(document: Mapping[str, Any], size: int) -> Integers | None:
    """The room that `room_document` wrote, by node number."""
    if "room" not in document:
        return None
    room = np.full(size, UNLIMITED, dtype=np.int64)
    for node, left in document["room"]:
        room[node] = left
    return room
