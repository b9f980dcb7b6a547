"""A hold in the caller's hands: the block that gives units back unless they are bought.

Leaving by exception releases; leaving without commit releases and warns. After a
commit whose outcome is unknown nothing is released: that could undo a paid order.
"""

import asyncio
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Protocol, Self, TypedDict, Unpack

from shipfrom._core import keep_alive_pause_s, new_request_id, ttl_of
from shipfrom._enums import HoldState, PaymentState
from shipfrom._errors import Error, OutcomeUnknown, Refusal, Unavailable
from shipfrom._order_values import Order
from shipfrom._values import HoldAnswer, Plan

# What a refusal says about the hold itself.
_ENDED_BY = {
    "HOLD_EXPIRED": HoldState.EXPIRED,
    "HOLD_RELEASED": HoldState.RELEASED,
    "HOLD_COMMITTED": HoldState.COMMITTED,
}


class UncommittedHold(UserWarning):
    """A hold block ended without commit: its units went back to sale."""


class Said(TypedDict):
    """What a caller says of the order that a hold becomes."""

    order_id: str
    customer_ref: str
    payment_state: PaymentState | str


class HoldFacts:
    """What a hold is and when it must be released; shared by both clients, no I/O."""

    def __init__(self, answer: HoldAnswer, *, ttl: timedelta, order_id: str) -> None:
        self.hold_id: str = answer.hold_id
        self.plan: Plan = answer.plan
        self.state: HoldState = answer.state
        self.created_at: datetime = answer.created_at
        self.expires_at: datetime = answer.expires_at
        self.order_id = order_id
        self.ttl = ttl
        self._unsure = False
        # The same commit asked twice is one request, whoever retries it.
        self._commit_request_ids: dict[tuple[str, ...], str] = {}

    def _commit_request_id(self, *content: str) -> str:
        return self._commit_request_ids.setdefault(content, new_request_id())

    @contextmanager
    def _committing(self) -> Iterator[None]:
        """Unsure until a clear yes or no: a cut-off commit must not be released."""
        self._unsure = True
        try:
            yield
        except (Refusal, Unavailable) as no:
            self._unsure = False
            self.state = _ENDED_BY.get(no.reason, self.state)
            raise
        self._unsure = False
        self.state = HoldState.COMMITTED

    def _is_ours(self) -> bool:
        """Whether the units are certainly still only set aside."""
        return self.state is HoldState.ACTIVE and not self._unsure

    def _report(self, leaving: BaseException | None, failed: Error | None) -> None:
        """Tell about a release that the caller did not ask for."""
        what = f"could not be released: {failed.message}" if failed else "was released"
        if leaving is None:
            message = f"hold {self.hold_id} left its block without commit and {what}"
            # Three frames up: this, __exit__, and the block itself.
            warnings.warn(message, UncommittedHold, stacklevel=3)
        elif failed is not None:
            leaving.add_note(f"hold {self.hold_id} {what}; it ends {self.expires_at}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.hold_id}, {self.state}, {self.plan!r})"


class _Holds(Protocol):
    def commit(
        self, hold_id: str, *, request_id: str, **said: Unpack[Said]
    ) -> Order: ...
    def extend(self, hold_id: str, *, ttl: timedelta) -> datetime: ...
    def release(self, hold_id: str) -> HoldState: ...


class Hold(HoldFacts):
    """Units set aside until `expires_at`; use it as a `with` block."""

    def __init__(
        self, client: _Holds, answer: HoldAnswer, *, ttl: timedelta, order_id: str
    ) -> None:
        super().__init__(answer, ttl=ttl, order_id=order_id)
        self._client = client
        self._left = threading.Event()
        self._keeper: threading.Thread | None = None

    def commit(
        self,
        *,
        order_id: str = "",
        customer_ref: str = "",
        payment_state: PaymentState | str = "",
    ) -> Order:
        """Turn the hold into an order. Raises HoldExpired, OutcomeUnknown, ...

        `customer_ref` is the shop's own name for the customer; an order whose
        `payment_state` is PENDING is not picked until it is paid.
        """
        said = Said(
            order_id=order_id or self.order_id,
            customer_ref=customer_ref,
            payment_state=payment_state,
        )
        request_id = self._commit_request_id(*map(str, said.values()))
        try:
            with self._committing():
                return self._client.commit(self.hold_id, request_id=request_id, **said)
        except OutcomeUnknown as unknown:
            unknown.bind(partial(self.commit, **said))
            raise

    def extend(self, ttl: str | int | timedelta | None = None) -> datetime:
        """More time, counted from now; the end, which is never sooner than before."""
        longer = self.ttl if ttl is None else ttl_of(ttl)
        self.expires_at = self._client.extend(self.hold_id, ttl=longer)
        return self.expires_at

    def release(self) -> HoldState:
        """Give the units back."""
        self.state = self._client.release(self.hold_id)
        return self.state

    def _keep_alive(self) -> None:
        started_s, failed = time.monotonic(), False
        ttl_s = self.ttl.total_seconds()
        while True:
            elapsed_s = time.monotonic() - started_s
            pause_s = keep_alive_pause_s(ttl_s, elapsed_s=elapsed_s, failed=failed)
            if pause_s is None or self._left.wait(pause_s) or not self._is_ours():
                return
            try:
                self.extend()
                failed = False
            except Refusal:
                # Expired or at its cap: the commit will say so.
                return
            except Error:
                failed = True

    def __enter__(self) -> Self:
        self._keeper = threading.Thread(target=self._keep_alive, daemon=True)
        self._keeper.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        leaving: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._left.set()
        if self._keeper is not None:
            self._keeper.join()
        if not self._is_ours():
            return
        failed = None
        try:
            self.release()
        except Error as error:
            failed = error
        self._report(leaving, failed)


class _AsyncHolds(Protocol):
    async def commit(
        self, hold_id: str, *, request_id: str, **said: Unpack[Said]
    ) -> Order: ...
    async def extend(self, hold_id: str, *, ttl: timedelta) -> datetime: ...
    async def release(self, hold_id: str) -> HoldState: ...


class AsyncHold(HoldFacts):
    """Units set aside until `expires_at`; use it as an `async with` block."""

    def __init__(
        self, client: _AsyncHolds, answer: HoldAnswer, *, ttl: timedelta, order_id: str
    ) -> None:
        super().__init__(answer, ttl=ttl, order_id=order_id)
        self._client = client
        self._keeper: asyncio.Task[None] | None = None

    async def commit(
        self,
        *,
        order_id: str = "",
        customer_ref: str = "",
        payment_state: PaymentState | str = "",
    ) -> Order:
        """Turn the hold into an order. Raises HoldExpired, OutcomeUnknown, ...

        `customer_ref` is the shop's own name for the customer; an order whose
        `payment_state` is PENDING is not picked until it is paid.
        """
        said = Said(
            order_id=order_id or self.order_id,
            customer_ref=customer_ref,
            payment_state=payment_state,
        )
        request_id = self._commit_request_id(*map(str, said.values()))
        try:
            with self._committing():
                return await self._client.commit(
                    self.hold_id, request_id=request_id, **said
                )
        except OutcomeUnknown as unknown:
            unknown.bind(partial(self.commit, **said))
            raise

    async def extend(self, ttl: str | int | timedelta | None = None) -> datetime:
        """More time, counted from now; the end, which is never sooner than before."""
        longer = self.ttl if ttl is None else ttl_of(ttl)
        self.expires_at = await self._client.extend(self.hold_id, ttl=longer)
        return self.expires_at

    async def release(self) -> HoldState:
        """Give the units back."""
        self.state = await self._client.release(self.hold_id)
        return self.state

    async def _keep_alive(self) -> None:
        started_s, failed = time.monotonic(), False
        ttl_s = self.ttl.total_seconds()
        while True:
            elapsed_s = time.monotonic() - started_s
            pause_s = keep_alive_pause_s(ttl_s, elapsed_s=elapsed_s, failed=failed)
            if pause_s is None:
                return
            await asyncio.sleep(pause_s)
            if not self._is_ours():
                return
            try:
                await self.extend()
                failed = False
            except Refusal:
                # Expired or at its cap: the commit will say so.
                return
            except Error:
                failed = True

    async def __aenter__(self) -> Self:
        self._keeper = asyncio.create_task(self._keep_alive())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        leaving: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait({self._keeper})
        if not self._is_ours():
            return
        failed = None
        try:
            await self.release()
        except Error as error:
            failed = error
        self._report(leaving, failed)
