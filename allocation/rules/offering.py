"""Which shipments of a plan a rule has offered to other nodes first.

The plan stays what it is: an offer is made once the order is bought and may be picked.
What the customer comes for stays where it was promised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.node import PICKUP
from allocation.plan import PlannedOffer
from allocation.rules.masks import NodeMasks, when, which
from allocation.rules.prepared import ready
from allocation.rules.words import Verb

if TYPE_CHECKING:
    from allocation.network import Network
    from allocation.plan import Plan, Shipment
    from allocation.rules.document import PolicyDocument
    from allocation.rules.prepared import Prepared
    from allocation.rules.ruling import Ruling

MINUTES = 15
"""Of an offer whose rule names none."""


def offers_of(ruling: Ruling, plan: Plan) -> tuple[PlannedOffer, ...]:
    """For each shipment the first rule that speaks of it and means its node."""
    rules = [each for each in ruling.rules if each.rule.do is Verb.OFFER]
    if not rules:
        return ()
    masks = NodeMasks(ruling.scene)
    found = []
    for number, shipment in enumerate(plan.shipments, 1):
        rule = next((r for r in rules if _means(masks, r, shipment)), None)
        if rule is not None and shipment.service != PICKUP:
            own = rule.rule
            found.append(
                PlannedOffer(number, own.id, own.nodes, own.minutes or MINUTES)
            )
    return tuple(found)


def _means(masks: NodeMasks, rule: Prepared, shipment: Shipment) -> bool:
    """Whether it speaks of a line of the shipment, and means its node."""
    problem = masks.scene.problem
    number = problem.network.node_by_id[shipment.node_id].number
    if not which(masks, rule)[0, number]:
        return False
    speaks = when(masks, rule)
    if speaks.shape[0] == 1:
        return bool(speaks[0, 0])
    skus = {line.sku for line in shipment.lines}
    lines = zip(problem.order.lines, speaks[:, 0].tolist(), strict=True)
    return any(spoken for line, spoken in lines if line.sku in skus)


def nodes_meant(
    document: PolicyDocument, network: Network, rule_id: str = ""
) -> frozenset[str]:
    """Nodes that an OFFER rule means: it has their shipments offered, to each other.

    Args:
        rule_id: of that rule alone.
    """
    found: set[str] = set()
    for each in ready(document, network).rules:
        rule = each.rule
        named = rule_id in ("", rule.id)
        if named and rule.do is Verb.OFFER and rule.enabled:
            found.update(n.node_id for n in network.nodes if each.nodes[0, n.number])
    return frozenset(found)
