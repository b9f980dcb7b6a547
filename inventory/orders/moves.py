"""Orders that nobody has begun, moved together: who gives up which unit for whom.

A group is decided as one: all of its orders leave their nodes, then all of them get
their new ones, so that two orders may swap the last units of two cells.
"""

from dataclasses import dataclass, replace

from inventory.orders.actions import OrderStep, Reroute
from inventory.requests import RequestKey

REOPTIMISED = "REOPTIMISED"
"""How the cause of such a move begins."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An order and its new nodes; `ver` is the order's as it was when it was planned.

    The shipments that leave are the action's; others of the order stay.
    """

    order_id: str
    ver: int
    action: Reroute

    def step(self, key: RequestKey) -> OrderStep:
        """As a step of this order, under a name of its own in the ledger."""
        own = replace(key, request_id=f"{key.request_id}/{self.order_id}")
        return OrderStep(own, self.order_id, self.action)


@dataclass(frozen=True, slots=True)
class MoveOrders:
    """Groups of orders to move; each group whole or not at all.

    `told` is what the caller is told of the moves, kept with the answer: whoever asks
    again is told the same.
    """

    key: RequestKey
    groups: tuple[tuple[Moved, ...], ...]
    told: str = ""

    @property
    def steps(self) -> tuple[OrderStep, ...]:
        """The moves of all groups."""
        return tuple(m.step(self.key) for group in self.groups for m in group)


@dataclass(frozen=True, slots=True)
class MoveAnswer:
    """What came of it."""

    refused: tuple[tuple[int, str], ...]
    """Groups of which nothing was moved, by number, and why."""
    told: str
    replayed: bool = False
