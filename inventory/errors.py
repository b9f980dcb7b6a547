"""Refusals: expected answers that are not a yes, and what the caller can do about them.

Three kinds of outcome are never mixed. Data (unfilled lines, exclusions) is inside an
answer. A refusal is one of the classes below. Anything else that is raised is a bug.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One wrong field: its proto path, what is wrong with it and what to do."""

    field: str
    problem: str
    suggestion: str = ""


class Refusal(Exception):
    """An expected no.

    Args:
        message: what happened and why, in one sentence.
        next_step: what the caller can do now.
        metadata: every value that the message mentions, for machines; lowerCamelCase.
        retry_after: when the same call is worth repeating.
    """

    reason: ClassVar[str]

    def __init__(
        self,
        message: str,
        *,
        next_step: str = "",
        metadata: Mapping[str, str] | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        self.metadata = dict(metadata or {})
        self.retry_after = retry_after


class InvalidField(Refusal):
    """The request is malformed; `violations` names every wrong field."""

    reason = "INVALID_FIELD"

    def __init__(self, violations: Sequence[FieldViolation]) -> None:
        first = violations[0]
        super().__init__(
            f"{first.field}: {first.problem}",
            next_step=first.suggestion,
            metadata={"field": first.field},
        )
        self.violations = tuple(violations)


class SubstituteNotAllowed(InvalidField):
    """Something stands in for an item that may not, or for a customer who does not want
    it; `violations` names the line."""

    reason = "SUBSTITUTE_NOT_ALLOWED"


class PageTokenMismatch(Refusal):
    """A page token was used with other arguments than those that made it."""

    reason = "PAGE_TOKEN_MISMATCH"


class OrderNotFound(Refusal):
    reason = "ORDER_NOT_FOUND"


class HoldNotFound(Refusal):
    reason = "HOLD_NOT_FOUND"


class NodeNotFound(Refusal):
    reason = "NODE_NOT_FOUND"


class ShipmentNotFound(Refusal):
    reason = "SHIPMENT_NOT_FOUND"


class ReturnNotFound(Refusal):
    reason = "RETURN_NOT_FOUND"


class PastPointOfNoReturn(Refusal):
    """It is too far on its way to be cancelled."""

    reason = "PAST_POINT_OF_NO_RETURN"


class WrongCode(Refusal):
    """The pickup code is another one; the guess was counted."""

    reason = "WRONG_CODE"


class CodeLocked(Refusal):
    """A pickup code was guessed wrong too often."""

    reason = "CODE_LOCKED"


class PolicyNotFound(Refusal):
    reason = "POLICY_NOT_FOUND"


class GoldenOrderNotFound(Refusal):
    reason = "GOLDEN_ORDER_NOT_FOUND"


class WebhookNotFound(Refusal):
    reason = "WEBHOOK_NOT_FOUND"


class EventNotFound(Refusal):
    reason = "EVENT_NOT_FOUND"


class EventsGone(Refusal):
    """A reader asks for the log from where it is not kept: it would miss events."""

    reason = "EVENTS_GONE"


class EtagRequired(Refusal):
    """A change of something that others change too must say what it has read."""

    reason = "ETAG_REQUIRED"


class EtagMismatch(Refusal):
    """Somebody else changed it since it was read."""

    reason = "ETAG_MISMATCH"


class NotSimulated(Refusal):
    """No simulation ran on this very content."""

    reason = "NOT_SIMULATED"


class GateFailed(Refusal):
    """A check, a golden order or a guard rail stands against publishing."""

    reason = "GATE_FAILED"


class NeedsApproval(Refusal):
    """Too few others have approved this very content."""

    reason = "NEEDS_APPROVAL"


class IdReused(Refusal):
    """The same id came with other content."""

    reason = "ID_REUSED"


class NoStock(Refusal):
    """Units are missing. `cells` are the fresh cells that the ledger saw."""

    reason = "NO_STOCK"

    def __init__(
        self,
        message: str,
        *,
        cells: Sequence["FreshCell"] = (),
        next_step: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, next_step=next_step, metadata=metadata)
        self.cells = tuple(cells)


@dataclass(frozen=True, slots=True)
class FreshCell:
    """What the ledger saw in one cell: the truth at `version` of `generation`."""

    sku: str
    node_id: str
    generation: int
    version: int
    available: int


class HoldExpired(Refusal):
    reason = "HOLD_EXPIRED"


class HoldReleased(Refusal):
    reason = "HOLD_RELEASED"


class HoldCommitted(Refusal):
    reason = "HOLD_COMMITTED"


class WrongState(Refusal):
    reason = "WRONG_STATE"


class IncomingNotFound(Refusal):
    """No supply has been announced under this id."""

    reason = "INCOMING_NOT_FOUND"


class NegativeStock(Refusal):
    """A delta would take on_hand below zero."""

    reason = "NEGATIVE_STOCK"


class BelowAllocated(Refusal):
    """A guarded count is smaller than what orders are promised there."""

    reason = "BELOW_ALLOCATED"


class FeedOwned(Refusal):
    """Another source counts this node; two would overwrite each other."""

    reason = "FEED_OWNED"


class QuotaTooLarge(Refusal):
    """Quotas would keep more units of a cell than it has."""

    reason = "QUOTA_TOO_LARGE"


class BackorderLimit(Refusal):
    """More units would wait for stock than the nodes allow."""

    reason = "BACKORDER_LIMIT"


class StockChanged(Refusal):
    """Stock moved under the planner in every round; the same call may succeed now."""

    reason = "STOCK_CHANGED"


class QuoteStale(Refusal):
    """No plan on fresh stock is as good as what the caller accepted."""

    reason = "QUOTE_STALE"


class Overloaded(Refusal):
    """A bound was reached; nothing was started."""

    reason = "OVERLOADED"


class SolveFailed(Refusal):
    """Prices could not be made; those in force stay."""

    reason = "SOLVE_FAILED"


class StorageUnavailable(Refusal):
    """SQL cannot be reached; certainly no effect."""

    reason = "STORAGE_UNAVAILABLE"


class OutcomeUnknown(Refusal):
    """Nobody knows whether it was committed; the same request id gives the truth."""

    reason = "OUTCOME_UNKNOWN"


class Draining(Refusal):
    """This server is about to stop; another one answers."""

    reason = "DRAINING"


class DeadlineTooShort(Refusal):
    """Too little time was left to start; certainly no effect."""

    reason = "DEADLINE_TOO_SHORT"
