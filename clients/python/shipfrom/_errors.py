"""Every way in which a call can end without an answer, as one tree.

    Error
    ├── Refusal                     the server said no; `reason` and `metadata` say why
    │   ├── InvalidField            fix the request; `violations` names each one
    │   │   └── SubstituteNotAllowed
    │   ├── PageTokenMismatch
    │   ├── OrderNotFound, HoldNotFound, NodeNotFound
    │   ├── IdReused                make a new id
    │   ├── NoStock                 units are missing
    │   ├── HoldExpired, HoldReleased, HoldCommitted, WrongState
    │   ├── ShipmentNotFound, ReturnNotFound
    │   ├── PastPointOfNoReturn     let it arrive and return it
    │   ├── WrongCode, CodeLocked
    │   ├── NegativeStock, BelowAllocated, BackorderLimit, IncomingNotFound
    │   ├── FeedOwned, QuotaTooLarge
    │   ├── StockChanged            the same call may succeed now
    │   ├── QuoteStale              quote again
    │   ├── PolicyNotFound, GoldenOrderNotFound, EtagRequired
    │   ├── EtagMismatch            read it again
    │   ├── NotSimulated, GateFailed, NeedsApproval
    │   ├── EventNotFound, WebhookNotFound
    │   ├── EventsGone              read anew what you mirror
    │   ├── SolveFailed             prices could not be made; those in force stay
    │   ├── Overloaded              back off for `retry_after`
    │   └── DeadlineTooShort        the same call with more time
    ├── Unavailable                 nobody could answer; certainly no effect
    │   ├── StorageUnavailable
    │   └── Draining
    ├── OutcomeUnknown              it may have happened: `retry()` gives the truth
    ├── DeadlineExceeded            a read took too long
    └── ServerFault                 a bug of the server

The reasons are the server's; one that this release does not know is a plain Refusal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


class Error(Exception):
    """A call that ended without an answer.

    Args:
        message: what happened and why.
        reason: the machine's word for it, for example NO_STOCK.
        next_step: what the caller can do now.
        metadata: every value that the message mentions.
        retry_after: when the same call is worth repeating.
    """

    reason = ""

    def __init__(
        self,
        message: str,
        *,
        reason: str = "",
        next_step: str = "",
        metadata: Mapping[str, str] | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or type(self).reason
        self.next_step = next_step
        self.metadata = dict(metadata or {})
        self.retry_after = retry_after

    def __str__(self) -> str:
        head = f"{self.reason}: {self.message}" if self.reason else self.message
        return f"{head}\nNext: {self.next_step}" if self.next_step else head


class Refusal(Error):
    """An expected no, which the caller can act upon."""


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One wrong field: its path in the request, what is wrong and what to do."""

    field: str
    problem: str
    suggestion: str = ""


class InvalidField(Refusal):
    """The request is malformed; `violations` names every wrong field."""

    reason = "INVALID_FIELD"
    violations: tuple[FieldViolation, ...] = ()

    @classmethod
    def of(cls, violations: Sequence[FieldViolation]) -> "InvalidField":
        """The refusal of a request that has these wrong fields."""
        first = violations[0]
        error = cls(f"{first.field}: {first.problem}", next_step=first.suggestion)
        error.violations = tuple(violations)
        return error


class PageTokenMismatch(Refusal):
    """A page token was used with other arguments than those that made it."""

    reason = "PAGE_TOKEN_MISMATCH"


class OrderNotFound(Refusal):
    """No order has this id."""

    reason = "ORDER_NOT_FOUND"


class HoldNotFound(Refusal):
    """No hold has this id."""

    reason = "HOLD_NOT_FOUND"


class NodeNotFound(Refusal):
    """No node has this id."""

    reason = "NODE_NOT_FOUND"


class IdReused(Refusal):
    """The same id came with other content."""

    reason = "ID_REUSED"


@dataclass(frozen=True, slots=True)
class MissingLine:
    """A line that cannot be filled: units wanted, units there, and why they miss it."""

    sku: str
    wanted: int
    available: int
    reason: str


class NoStock(Refusal):
    """Units are missing; `lines` says which, the first few of many."""

    reason = "NO_STOCK"

    @property
    def lines(self) -> tuple[MissingLine, ...]:
        """The lines that cannot be filled, as far as the server named them."""
        found: list[MissingLine] = []
        while sku := self.metadata.get(f"line{len(found)}Sku"):
            wanted, available, reason = (
                self.metadata.get(f"line{len(found)}{name}", "")
                for name in ("Wanted", "Available", "Reason")
            )
            found.append(MissingLine(sku, _whole(wanted), _whole(available), reason))
        return tuple(found)


class HoldExpired(Refusal):
    """The hold's time is over by the ledger's clock."""

    reason = "HOLD_EXPIRED"


class HoldReleased(Refusal):
    """The units were given back."""

    reason = "HOLD_RELEASED"


class HoldCommitted(Refusal):
    """The hold is an order already."""

    reason = "HOLD_COMMITTED"


class WrongState(Refusal):
    """The thing is not in a state that allows this."""

    reason = "WRONG_STATE"


class NegativeStock(Refusal):
    """A delta would take on_hand below zero."""

    reason = "NEGATIVE_STOCK"


class FeedOwned(Refusal):
    """Another source counts this node; two would overwrite each other."""

    reason = "FEED_OWNED"


class QuotaTooLarge(Refusal):
    """Quotas would keep more units of a cell than it has."""

    reason = "QUOTA_TOO_LARGE"


class StockChanged(Refusal):
    """Stock moved under the planner in every round; the same call may succeed now."""

    reason = "STOCK_CHANGED"


class QuoteStale(Refusal):
    """No plan on fresh stock is as good as what was accepted."""

    reason = "QUOTE_STALE"


class Overloaded(Refusal):
    """A bound was reached; nothing was started."""

    reason = "OVERLOADED"


class DeadlineTooShort(Refusal):
    """Too little time was left to start; certainly no effect."""

    reason = "DEADLINE_TOO_SHORT"


class Unavailable(Error):
    """Nobody could answer; certainly no effect."""

    reason = "UNAVAILABLE"


class StorageUnavailable(Unavailable):
    """The server cannot reach its ledger; certainly no effect."""

    reason = "STORAGE_UNAVAILABLE"


class Draining(Unavailable):
    """This server is about to stop; another one answers."""

    reason = "DRAINING"


class DeadlineExceeded(Error):
    """A read took longer than its deadline."""

    reason = "DEADLINE_EXCEEDED"


class ServerFault(Error):
    """A bug of the server, or a server that speaks another language."""

    reason = "INTERNAL"


class OutcomeUnknown(Error):
    """Nobody knows whether the write happened. Never undo it: `retry()` it."""

    reason = "OUTCOME_UNKNOWN"
    _again: Callable[[], Any] | None = None

    def retry(self) -> Any:
        """Send the same call under the same request id and give its answer.

        The answer is that of the call which raised this (Any: it may be any call); with
        an AsyncClient it is an awaitable of it.
        """
        if self._again is None:
            raise RuntimeError("this error did not come from a client call")
        return self._again()

    def bind(self, again: Callable[[], Any]) -> "OutcomeUnknown":
        """Say how the call is sent again."""
        self._again = again
        return self


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
