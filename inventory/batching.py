"""What waits for the ledger, and how each of those who wait gets its answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from inventory.errors import DeadlineTooShort, Refusal
from inventory.loading import cell_keys
from inventory.operations import (
    AdjustStock,
    Answer,
    CountStock,
    ExpireHold,
    MoveOrders,
    Operation,
    ReceiveIncoming,
    SetIncoming,
)

Outcome = Answer | BaseException


@dataclass(eq=False, slots=True)
class Waiting:
    """One operation and everybody who wants its answer."""

    operation: Operation
    deadline: float | None
    futures: list[asyncio.Future[Answer]] = field(default_factory=list)

    @property
    def is_unwanted(self) -> bool:
        """Whether everybody went away while it was queued."""
        return all(future.cancelled() for future in self.futures)

    def tell(self, outcome: Outcome) -> None:
        """Give everybody the answer, the refusal or the error."""
        for future in self.futures:
            if future.done():
                continue
            if isinstance(outcome, BaseException):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)


def is_bulk(operation: Operation) -> bool:
    """Feeds, reapings and moves go last, so that they do not hold up a checkout."""
    feeds = CountStock | AdjustStock | SetIncoming | ReceiveIncoming
    return isinstance(operation, ExpireHold | MoveOrders | feeds)


def weight(operation: Operation) -> int:
    """Cells that an operation names, at least one."""
    return max(1, len(cell_keys(operation)))


def in_time(batch: Sequence[Waiting], *, soonest: float) -> list[Waiting]:
    """Those whose deadline is not before `soonest`, an instant of time.monotonic()."""
    return [w for w in batch if w.deadline is None or w.deadline >= soonest]


def too_late() -> Refusal:
    """The refusal of an operation whose caller would not wait for the commit."""
    return DeadlineTooShort(
        "Too little time is left to write this; nothing was started",
        next_step="Send the same request again with a longer deadline.",
    )
