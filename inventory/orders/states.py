"""Which step a shipment may take when, and what an order's state follows from.

    ALLOCATED -accept-> ACCEPTED -pick-> PICKING -ready-> READY -ship-> SHIPPED
                                                           |    -deliver-> DELIVERED
                                                           |-collect-> COLLECTED
                                                           |-no show-> NO_SHOW
                                                           '-ship to a store->
                                            IN_TRANSIT -receive-> RECEIVED
    RECEIVED: its units are another shipment, ACCEPTED by the store that hands it over.
    CANCELLED: no unit of it is left, whether cancelled, rejected, short or re-routed.

A node that has no accept step picks an ALLOCATED shipment at once.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Step(StrEnum):
    """What happens to a shipment."""

    ACCEPT = "ACCEPT"
    REJECT = "REJECT"
    PICK = "PICK"
    READY = "READY"
    SHIP = "SHIP"
    COLLECT = "COLLECT"
    DELIVER = "DELIVER"
    NO_SHOW = "NO_SHOW"
    CANCEL = "CANCEL"
    REROUTE = "REROUTE"
    RECEIVE = "RECEIVE"


OPEN_STATES = ("ALLOCATED", "ACCEPTED", "PICKING", "READY")
"""States of a shipment that is still at its node."""

FROM: Mapping[Step, tuple[str, ...]] = MappingProxyType(
    {
        Step.ACCEPT: ("ALLOCATED",),
        Step.REJECT: ("ALLOCATED", "ACCEPTED"),
        Step.PICK: ("ALLOCATED", "ACCEPTED", "PICKING"),
        # Said again for a pickup it makes a new code.
        Step.READY: ("PICKING", "READY"),
        Step.SHIP: ("PICKING", "READY"),
        Step.COLLECT: ("READY",),
        Step.DELIVER: ("SHIPPED",),
        Step.NO_SHOW: ("READY",),
        Step.CANCEL: OPEN_STATES,
        Step.REROUTE: ("ALLOCATED", "ACCEPTED"),
        Step.RECEIVE: ("IN_TRANSIT",),
    }
)
"""The states from which each step is allowed; from any other it is refused."""

_RANK = {
    "ALLOCATED": 0,
    "ACCEPTED": 0,
    "PICKING": 1,
    # The customer waits for a store: nothing has left as far as they are concerned.
    "IN_TRANSIT": 1,
    "READY": 2,
    "SHIPPED": 3,
    "COLLECTED": 4,
    "DELIVERED": 4,
}
_STATE_OF_RANK = ("ALLOCATED", "PICKING", "READY", "SHIPPED")
UNPAID = ("PENDING", "FAILED")
SETTLED = ("NONE", "CAPTURED", "REFUNDED")


def is_stopped(payment: str, gate: str) -> bool:
    """Whether nothing of the order may be picked yet."""
    return payment in UNPAID or gate == "REVIEW"


def order_state(
    *, payment: str, gate: str, units: int, waiting: int, shipments: Iterable[str]
) -> str:
    """The state of an order.

    Args:
        units: not cancelled.
        waiting: of these, units without a node.
        shipments: the states of all its shipments.
    """
    live = [state for state in shipments if state in _RANK]
    if not units or not (live or waiting):
        return "CANCELLED"
    if gate == "REVIEW":
        return "REVIEW"
    if payment in UNPAID:
        return "PENDING"
    if waiting:
        return "BACKORDERED" if gate == "BACKORDER" else "REVIEW"
    ranks = [_RANK[state] for state in live]
    if min(ranks) < len(_STATE_OF_RANK):
        begun = min(ranks) == 0 < max(ranks)
        return "PICKING" if begun else _STATE_OF_RANK[min(ranks)]
    if payment in SETTLED:
        return "COMPLETED"
    return "COLLECTED" if set(live) == {"COLLECTED"} else "DELIVERED"
