"""What a plan claims: units, days of its nodes, and quotas of its channel."""

from allocation.plan import Plan
from allocation.problem import Problem
from inventory.instants import microseconds
from inventory.operations import HoldLine
from router.capacity import claims
from router.quota_claims import quota_claims


def claimed(problem: Problem, plan: Plan) -> tuple[HoldLine, ...]:
    """The lines of the plan's hold."""
    return (
        *cell_claims(plan),
        *claims(problem, plan),
        *quota_claims(problem, plan),
    )


def cell_claims(plan: Plan) -> tuple[HoldLine, ...]:
    """One claim per cell: two shipments of one node and SKU become one."""
    shipments = list(enumerate(plan.shipments, 1))
    if len({shipment.node_id for _, shipment in shipments}) == len(shipments):
        return tuple(
            [
                HoldLine(sku, shipment.node_id, quantity, number, ship_by_us)
                for number, shipment in shipments
                for ship_by_us in (microseconds(shipment.ship_by),)
                for sku, quantity in shipment.lines
            ]
        )
    claims: dict[tuple[str, str], HoldLine] = {}
    for number, shipment in shipments:
        for line in shipment.lines:
            cell = line.sku, shipment.node_id
            quantity = line.quantity
            if cell in claims:
                quantity += claims[cell].quantity
            ship_by_us = microseconds(shipment.ship_by)
            claims[cell] = HoldLine(*cell, quantity, number, ship_by_us)
    return tuple(claims.values())
