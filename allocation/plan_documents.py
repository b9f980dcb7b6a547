"""Plans as they are stored in decisions, and read again."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from allocation import cost
from allocation.documents import bundles_of
from allocation.plan import Cost, Plan, PlannedOffer, Shipment, ShipmentLine, Unfilled
from allocation.policy import Objective
from allocation.status import PlanStatus

if TYPE_CHECKING:
    from collections.abc import Mapping


def plan_document(plan: Plan) -> list[object]:
    """The plan as it is stored: numbers, texts and lists of them."""
    return [
        plan.objective,
        plan.status,
        plan.bound_minor,
        plan.policy_version,
        plan.network_version,
        [_shipment(shipment) for shipment in plan.shipments],
        [[u.sku, u.quantity, u.reason, u.rule_id] for u in plan.unfilled],
        [list(plan.relaxed), plan.queue, plan.queue_rule],
    ]


def _shipment(shipment: Shipment) -> list[object]:
    paid = shipment.cost
    return [
        shipment.node_id,
        shipment.service,
        shipment.zone,
        shipment.distance_km,
        [[line.sku, line.quantity] for line in shipment.lines],
        shipment.ship_by.isoformat(),
        shipment.promise_date.isoformat(),
        list(paid),
        *([shipment.to_node] if shipment.to_node else ()),
    ]


def plan_of_document(document: Mapping[str, Any]) -> Plan:
    """The plan of a stored decision, with what its order asked for."""
    *head, shipments, unfilled, (relaxed, queue, queue_rule) = document["plan"]
    objective, status, bound, policy, network = head
    made = tuple(_shipment_of(shipment) for shipment in shipments)
    return Plan(
        Objective(objective),
        made,
        tuple(Unfilled(*left) for left in unfilled),
        cost.total([shipment.cost for shipment in made]),
        PlanStatus(status),
        bound,
        policy,
        network,
        tuple(relaxed),
        queue,
        queue_rule,
        document.get("queue_reason", ""),
        bundles=bundles_of(document["order"]),
        allow_substitutes=document["order"].get("allow_substitutes", False),
        offers=tuple(PlannedOffer(*offer) for offer in document.get("offers", ())),
    )


def _shipment_of(row: list[Any]) -> Shipment:
    node_id, service, zone, distance_km, lines, ship_by, promise, paid, *to_node = row
    return Shipment(
        node_id,
        service,
        zone,
        distance_km,
        tuple(ShipmentLine(*line) for line in lines),
        datetime.fromisoformat(ship_by),
        date.fromisoformat(promise),
        Cost(*paid),
        *to_node,
    )
