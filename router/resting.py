"""Which nodes the policy leaves alone after rejections, for those who look at nodes."""

from datetime import UTC, datetime

from allocation.cooling import Refusals
from allocation.details import rejections_text
from allocation.node import Node
from allocation.policy import Policy
from allocation.rules.document import Condition, PolicyDocument, Rule
from allocation.rules.seen import STILL, compare, zone_of
from allocation.rules.speaking import in_force
from allocation.rules.words import Verb
from router.messages import write_time
from shipfrom.v1 import network_service_pb2 as pb


def write_rest(
    node: Node, out: pb.Node, *, policy: Policy, refusals: Refusals, now: datetime
) -> None:
    """Until when the node rests at the longest, and by which rule.

    A rule may ask about the order, too; then some orders may still be sent from there.
    """
    if policy.book is None or node.node_id not in refusals.by_node:
        return
    document = policy.book.document
    ends = []
    for rule in document.rules:
        if rule.do is Verb.COOL_OFF and _means(rule, document, node, now):
            rest = refusals.resting(rule.terms, now).get(node.node_id)
            if rest is not None:
                ends.append((rest.until_s, rest.rejections, rule))
    if ends:
        until_s, rejections, rule = max(ends, key=lambda end: end[0])
        write_time(datetime.fromtimestamp(until_s, UTC), out.cooling_off_until)
        said = rejections_text(rejections, rule.within_hours)
        out.cooling_off_reason = f"{said}: rule {rule.id}"


def _means(rule: Rule, document: PolicyDocument, node: Node, now: datetime) -> bool:
    """Whether the rule may mean the node, as far as what it is can tell."""

    def holds(condition: Condition) -> bool:
        see = STILL.get(condition.field)
        return see is None or compare(condition.op, see(document, node), condition)

    if not in_force(rule, now, now.astimezone(zone_of(document.time_zone))):
        return False
    return all(map(holds, rule.where)) and (
        not rule.any_of or any(map(holds, rule.any_of))
    )
