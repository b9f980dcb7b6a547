"""Orders that were planned again together, as values."""

from dataclasses import dataclass

from shipfrom._money import Money
from shipfrom._values import Shipment


@dataclass(frozen=True, slots=True)
class OrderMove:
    """An order that gets other nodes; `before` and `after` at the costs of today.

    `saving` is below zero where it makes room for others of its `group`, all of which
    move or none. `done` says whether they did, and `not_done` why they did not.
    """

    order_id: str
    before: tuple[Shipment, ...]
    after: tuple[Shipment, ...]
    saving: Money
    reason: str
    group: int
    done: bool
    not_done: str = ""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """An order that was not planned again, and why."""

    order_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reoptimised:
    """What came of planning orders again together; `verdict` says it in a sentence.

    `saving` is that of the moves that were made, by `dry_run` of all. `has_more`: there
    are more orders than were looked at.
    """

    moves: tuple[OrderMove, ...]
    left_alone: tuple[LeftAlone, ...]
    orders_looked_at: int
    has_more: bool
    saving: Money
    verdict: str
