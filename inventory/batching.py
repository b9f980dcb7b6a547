"""What waits for the ledger, and how each of those who wait gets its answer."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from inventory.errors import DeadlineTooShort, Refusal
from inventory.loading import cell_keys
from inventory.operations import (
    AdjustStock,
    Answer,
    CountStock,
    ExpireHold,
    Operation,
)
from inventory.runner import BatchResult, Outcome

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class Waiting:
    """One operation and everybody who wants its answer."""

    operation: Operation
    deadline: float | None
    futures: list[asyncio.Future[Answer]] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Batch:
    waiting: list[Waiting]
    result: BatchResult | None = None
    took_s: float = 0.0


@dataclass(eq=False, slots=True)
class Job:
    """Another write that must not meet the batches: a callable with its future."""

    run: Callable[[], None]


def is_bulk(operation: Operation) -> bool:
    """Feeds and reapings go last, so that they do not hold up a checkout."""
    return isinstance(operation, ExpireHold | CountStock | AdjustStock)


def weight(operation: Operation) -> int:
    return max(1, len(cell_keys(operation)))


def tell_answer(waiting: Waiting, outcome: Outcome) -> None:
    for future in waiting.futures:
        if future.done():
            continue
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


def woven(late: Sequence[bool], outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """The outcomes of the batch, with a refusal for each operation that came late."""
    remaining = iter(outcomes)
    return tuple(_too_late() if is_late else next(remaining) for is_late in late)


def _too_late() -> Refusal:
    return DeadlineTooShort(
        "Too little time is left to write this; nothing was started",
        next_step="Send the same request again with a longer deadline.",
    )


def succeed(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


def fail(future: asyncio.Future[T], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
