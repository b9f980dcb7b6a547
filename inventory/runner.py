"""Runs a batch to its end: again after a lost race, and never half.

What may be said after a failure depends on when it came. Before COMMIT was sent
there is certainly no effect. After it nobody knows, and the only way to find out is
to run the same operations again: their ids give the first attempt's answers, if there
was one.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from inventory.books import Change
from inventory.bulk import RowsMoved
from inventory.errors import OutcomeUnknown, Refusal, StorageUnavailable
from inventory.failpoint import failpoint
from inventory.ledger import Decided, Ledger
from inventory.operations import Answer, Operation

T = TypeVar("T")

TRIES = 3  # runs after lost races; then a batch's operations run alone
RESOLVE_S = 2.0  # how long an unknown outcome is looked into, without a deadline
RECONNECT_PAUSE_S = 0.05
RETRY_AFTER = timedelta(seconds=1)

# A rival won: serialization, deadlock, lock timeout.
_RACES = {"40001", "40P01", "55P03"}

log = logging.getLogger(__name__)


class _CommitFailed(Exception):
    """COMMIT was sent and its answer never came."""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What a batch came to; `outcomes` in the order of its operations."""

    outcomes: tuple[Answer | Refusal, ...]
    changes: tuple[Change, ...] = ()
    generation: int = 0
    outbox_ids: tuple[int, ...] = ()


class Runner:
    """The one writing connection of a process, used by one thread only."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database
        self._connection: Connection | None = None

    def close(self) -> None:
        self._drop()

    def run(
        self, operations: Sequence[Operation], *, resolve_s: float = RESOLVE_S
    ) -> BatchResult:
        """Carry a batch out; every operation has its answer or refusal.

        Raises:
            Exception: an operation broke the batch, there was no effect. Whoever asked
                runs the operations one by one, so that only the poison fails.
        """
        try:
            return self._run_together(operations, resolve_s)
        except (StorageUnavailable, OutcomeUnknown) as refusal:
            return BatchResult((refusal,) * len(operations))

    def work(self, job: Callable[[Connection], T]) -> T:
        """Another write as its own transaction, on the same connection.

        A lost race runs the job again, as it does a batch.

        Raises:
            StorageUnavailable: before the commit; there is no effect.
            OutcomeUnknown: at the commit.
        """

        def transaction(connection: Connection) -> tuple[T, bool]:
            self._database.begin(connection)
            return job(connection), True

        try:
            return _race(lambda: self._attempt(transaction), is_alone=True)
        except _CommitFailed as error:
            raise _unknown() from error

    def _run_together(
        self, operations: Sequence[Operation], resolve_s: float
    ) -> BatchResult:
        return _race(
            lambda: self._run_resolved(operations, resolve_s),
            is_alone=len(operations) == 1,
        )

    def _run_resolved(
        self, operations: Sequence[Operation], resolve_s: float
    ) -> BatchResult:
        """One run; an unknown outcome is resolved by running the same ids again."""
        until: float | None = None
        while True:
            try:
                return self._run_once(operations)
            except _CommitFailed as error:
                log.warning("no answer to COMMIT, running the batch again")
                cause: Exception = error
                until = until or time.monotonic() + resolve_s
            except (RowsMoved, DBAPIError, StorageUnavailable) as error:
                if until is None:
                    raise
                cause = error
            if time.monotonic() >= until:
                raise _unknown() from cause
            time.sleep(RECONNECT_PAUSE_S)

    def _run_once(self, operations: Sequence[Operation]) -> BatchResult:
        def job(connection: Connection) -> tuple[Decided, bool]:
            decided = self._ledger.run(connection, operations)
            return decided, decided.is_changed

        decided = self._attempt(job)
        return BatchResult(
            outcomes=decided.outcomes,
            changes=decided.changes,
            generation=decided.generation,
            outbox_ids=() if decided.outbox_id is None else (decided.outbox_id,),
        )

    def _attempt(self, job: Callable[[Connection], tuple[T, bool]]) -> T:
        """Run the job and commit; one quiet reconnect if the connection was stale."""
        try:
            return self._transact(job)
        except StorageUnavailable:
            # Certainly no effect. A restarted database only shows at the next use.
            return self._transact(job)

    def _transact(self, job: Callable[[Connection], tuple[T, bool]]) -> T:
        connection = self._connect()
        is_done = False
        try:
            result, is_changed = job(connection)
            is_done = True
        except DBAPIError as error:
            if _is_lost(error, connection):
                self._drop()
                raise _unavailable() from error
            raise
        finally:
            if not is_done and self._connection is not None:
                self._roll_back(connection)
        if is_changed:
            self._commit(connection)
        else:
            self._roll_back(connection)
        return result

    def _commit(self, connection: Connection) -> None:
        try:
            failpoint("committing")
            self._database.commit(connection)
            failpoint("committed")
        except DBAPIError as error:
            if _is_race(error) and not _is_lost(error, connection):
                self._roll_back(connection)
                raise
            self._drop()
            raise _CommitFailed from error

    def _connect(self) -> Connection:
        if self._connection is None:
            try:
                self._connection = self._database.writer.connect()
            except DBAPIError as error:
                raise _unavailable() from error
        return self._connection

    def _roll_back(self, connection: Connection) -> None:
        try:
            self._database.rollback(connection)
        except DBAPIError:
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def _race(run: Callable[[], T], *, is_alone: bool) -> T:
    """Run it until no rival is faster, at most a few times.

    Args:
        is_alone: nothing else could be run in its place; a race that is lost each time
            means that the store is busy.
    """
    for attempt in range(TRIES):
        try:
            return run()
        except (RowsMoved, DBAPIError) as error:
            if attempt == TRIES - 1 or not _is_race(error):
                if is_alone and _sqlstate(error) in _RACES:
                    raise _unavailable() from error
                raise
    raise AssertionError("every attempt returns or raises")


def _sqlstate(error: BaseException) -> str | None:
    cause = error.orig if isinstance(error, DBAPIError) else None
    return getattr(cause, "sqlstate", None)


def _is_race(error: BaseException) -> bool:
    """A rival was faster; the same batch may well succeed now."""
    if isinstance(error, RowsMoved | IntegrityError):
        return True
    return _sqlstate(error) in _RACES or _sqlite_says(error, "locked")


def _sqlite_says(error: BaseException, word: str) -> bool:
    is_sqlite = isinstance(error, OperationalError) and _sqlstate(error) is None
    return is_sqlite and word in str(error)


def _is_lost(error: BaseException, connection: Connection) -> bool:
    """The store cannot be used: no connection, or a disk that refuses."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if connection.invalidated:
        return True
    return any(
        _sqlite_says(error, word)
        for word in ("disk", "full", "unable to open", "readonly")
    )


def _unavailable() -> Refusal:
    return StorageUnavailable(
        "The ledger cannot be reached; nothing was changed",
        next_step="Send the same request again.",
        retry_after=RETRY_AFTER,
    )


def _unknown() -> Refusal:
    return OutcomeUnknown(
        "The ledger did not say whether it committed",
        next_step="Send the same request again: its id gives the true answer.",
        retry_after=RETRY_AFTER,
    )
