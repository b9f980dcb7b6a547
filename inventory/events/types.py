"""From what the ledger calls a change to the type that its event carries.

One rule, KIND_WORD_WORDS becomes kind.word_words, and the few kinds whose name among
events says more than the ledger's own. The list is for people: the rule needs none.
"""

from collections.abc import Mapping
from types import MappingProxyType

PREFIX, VERSION = "shipfrom", "v1"

_RENAMED: Mapping[str, str] = MappingProxyType(
    {
        # What an older ledger told and nobody read yet.
        "ORDER_COMMITTED": "order.allocated",
        "STOCK_SHORT": "cell.short",
        "CAPACITY_SHORT": "node.capacity_short",
    }
)

KINDS = (
    "HOLD_RELEASED",
    "HOLD_EXPIRED",
    "ORDER_ALLOCATED",
    "ORDER_PENDING",
    "ORDER_REVIEW",
    "ORDER_BACKORDERED",
    "ORDER_PICKING",
    "ORDER_READY",
    "ORDER_SHIPPED",
    "ORDER_COLLECTED",
    "ORDER_DELIVERED",
    "ORDER_COMPLETED",
    "ORDER_CANCELLED",
    "ORDER_CHANGED",
    "ORDER_UNFILLED",
    "ORDER_PROMISE_CHANGED",
    "ORDER_PAYMENT",
    "SHIPMENT_ALLOCATED",
    "SHIPMENT_OFFERED",
    "SHIPMENT_OFFER_ENDED",
    "SHIPMENT_ACCEPTED",
    "SHIPMENT_REJECTED",
    "SHIPMENT_LATE",
    "SHIPMENT_TIMED_OUT",
    "SHIPMENT_REROUTED",
    "SHIPMENT_PICKING",
    "SHIPMENT_SHORT_PICKED",
    "SHIPMENT_SUBSTITUTED",
    "SHIPMENT_READY",
    "SHIPMENT_SHIPPED",
    "SHIPMENT_IN_TRANSIT",
    "SHIPMENT_RECEIVED",
    "SHIPMENT_COLLECTED",
    "SHIPMENT_DELIVERED",
    "SHIPMENT_CANCELLED",
    "SHIPMENT_NO_SHOW",
    "RETURN_CREATED",
    "RETURN_RECEIVED",
    "REFUND_DUE",
    "INCOMING_RECEIVED",
    "STOCK_SHORT",
    "CAPACITY_SHORT",
    "WEBHOOK_DISABLED",
)
"""What the ledger tells, as docs/events.md explains it."""


def type_of(kind: str) -> str:
    """The CloudEvents type of a kind: shipfrom.order.allocated.v1."""
    noun, _, happened = kind.lower().partition("_")
    name = _RENAMED.get(kind, f"{noun}.{happened}" if happened else noun)
    return f"{PREFIX}.{name}.{VERSION}"
