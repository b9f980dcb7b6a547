"""What of a plan waits, and for what: the queues REVIEW and BACKORDER.

A rule (SEND_TO) makes the order wait before it ships, whatever is there: in BACKORDER
it claims no stock at all until the rule lets it go, as a preorder does. Without a rule
it is the policy that keeps what no node can send, instead of refusing the order.
"""

from allocation.order import Order
from allocation.plan import Plan
from allocation.problem import Problem
from allocation.rules.words import Queue
from inventory.operations import HoldLine

NOWHERE = ""
"""The node of units that have none yet."""


def waits_whole(plan: Plan) -> bool:
    """Whether a rule keeps every unit of it back, those that are there too."""
    return plan.queue == Queue.BACKORDER and bool(plan.queue_rule)


def may_wait(plan: Plan) -> bool:
    """Whether the order is taken although units of it are missing.

    A rule that wants an order looked at promises nothing about missing units.
    """
    return plan.queue == Queue.BACKORDER or bool(plan.queue and not plan.queue_rule)


def is_refused(problem: Problem, plan: Plan) -> bool:
    """Whether too little ships, and what is missing may not wait."""
    if may_wait(plan):
        return False
    short = bool(plan.unfilled) and not problem.policy.allow_partial
    return short or not plan.shipments


def waiting_units(order: Order, plan: Plan) -> dict[str, int]:
    """Units by SKU that a hold leaves without a node."""
    if waits_whole(plan):
        return {line.sku: line.quantity for line in order.lines}
    if not may_wait(plan):
        return {}
    return {line.sku: line.quantity for line in plan.unfilled}


def hold_lines(
    order: Order, plan: Plan, claimed: tuple[HoldLine, ...]
) -> tuple[HoldLine, ...]:
    """What a hold sets aside, and the units that it leaves without a node.

    Args:
        claimed: what the plan's shipments take of cells and days.
    """
    waiting = waiting_units(order, plan).items()
    lines = [HoldLine(sku, NOWHERE, units, 0) for sku, units in waiting]
    return tuple(lines) if waits_whole(plan) else (*claimed, *lines)
