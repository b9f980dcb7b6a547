"""What the shop says of an order, for the conditions of rules: checked words."""

from typing import Final

from allocation.order import OrderFacts
from router.validate import ID_MAX, Violations, identifier, text, whole
from shipfrom.v1 import order_pb2 as pb

TAGS_MAX = 16
PRIORITY_MAX = 1_000_000
UNKNOWN: Final = OrderFacts()


def read_facts(facts: pb.OrderFacts, found: Violations) -> OrderFacts:
    """The facts of an order; tags once each, in one order, as their content is one."""
    channel = text(facts.channel, "facts.channel", found, length_max=ID_MAX)
    at = "facts.customer_tier"
    tier = text(facts.customer_tier, at, found, length_max=ID_MAX)
    if len(facts.tags) > TAGS_MAX:
        found.add("facts.tags", "has too many tags", f"send at most {TAGS_MAX}")
    tags = facts.tags[:TAGS_MAX]
    for index, tag in enumerate(tags):
        identifier(tag, f"facts.tags[{index}]", found)
    at = "facts.priority"
    priority = whole(facts.priority, at, found, least=0, most=PRIORITY_MAX)
    return OrderFacts(channel, tier, tuple(sorted(set(tags))), priority)


def facts_content(facts: OrderFacts) -> tuple[object, ...]:
    """In our own deterministic form; nothing for an order of which nothing is said."""
    if facts == UNKNOWN:
        return ()
    return ((facts.channel, facts.customer_tier, facts.tags, facts.priority),)
