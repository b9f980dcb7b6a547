"""How many units may wait for stock: limits by cell, and which of them a hold claims.

A limit is stock of a name of the ledger's own (`inventory/reserved.py`), as a day's
orders are. What waits claims it, so many callers cannot exceed it together. A SKU that
no node limits may wait without end.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from allocation.plan import Plan
from allocation.problem import Problem
from inventory.errors import BackorderLimit
from inventory.operations import HoldLine
from inventory.reserved import backorder_sku
from router.queues import waiting_units

Room = Mapping[str, Mapping[str, int]]
"""Units that may still wait, by SKU and node."""


class Limited(Protocol):
    """The stock that counts what waits."""

    async def backorder_room(self, skus: Sequence[str]) -> Room: ...


async def room_claims(
    stock: Limited, problem: Problem, plan: Plan
) -> tuple[HoldLine, ...] | None:
    """What the units that wait claim of limited cells; None where they are too many."""
    units = waiting_units(problem.order, plan)
    if not units:
        return ()
    room = await stock.backorder_room(list(units))
    lines: list[HoldLine] = []
    for sku, wanted in units.items():
        if sku not in room:
            continue
        left = wanted
        for node_id in _nodes(problem):
            part = min(left, room[sku].get(node_id, 0))
            if part > 0:
                lines.append(HoldLine(backorder_sku(sku), node_id, part, 0))
                left -= part
        if left:
            return None
    return tuple(lines)


def too_many(problem: Problem, plan: Plan) -> BackorderLimit:
    """The refusal where limits do not let all units wait."""
    units = waiting_units(problem.order, plan)
    said = ", ".join(f"{count} of {sku}" for sku, count in units.items())
    return BackorderLimit(
        f"{said} would wait, more than the nodes allow",
        next_step="order fewer, or raise a limit with SetBackorderLimits",
        metadata={"waiting": said, "policyVersion": plan.policy_version},
    )


def _nodes(problem: Problem) -> list[str]:
    """Nodes that the order may ship from, the preferred ones first."""
    policy = problem.policy
    found = [
        node
        for node in problem.network.nodes
        if not node.disabled
        and (not policy.only_node_ids or node.node_id in policy.only_node_ids)
        and node.node_id not in policy.exclude_node_ids
    ]
    return [n.node_id for n in sorted(found, key=lambda n: (n.priority, n.number))]
