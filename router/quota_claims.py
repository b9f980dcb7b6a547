"""What a plan takes of its channel's own units: at the node first, then around it."""

from allocation.plan import Plan
from allocation.problem import Problem
from inventory.operations import HoldLine
from inventory.reserved import quota_sku
from router.quotas import units_taken


def quota_claims(problem: Problem, plan: Plan) -> list[HoldLine]:
    """Lines of the hold that count the quotas down."""
    channel, fence = problem.order.facts.channel, problem.fence
    if fence is None:
        return []
    row_of = {line.sku: row for row, line in enumerate(problem.order.lines)}
    by_id = problem.network.node_by_id
    found, left = [], dict[tuple[int, int], int]()
    for (sku, node_id), units in units_taken(plan).items():
        cell = row_of[sku], by_id[node_id].number
        own = min(units, int(fence.own[cell]))
        left[cell] = units - own
        if own:
            found.append(HoldLine(quota_sku(channel, sku), node_id, own, 0))
    for wide in fence.wide:
        claimed = 0
        for number in wide.nodes.tolist():
            units = min(left.get((wide.row, number), 0), wide.left - claimed)
            claimed += units
            if units:
                left[wide.row, number] -= units
        if claimed:
            found.append(HoldLine(wide.name, wide.node_id, claimed, 0))
    return found
