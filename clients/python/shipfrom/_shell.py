"""The I/O of both clients and nothing else: one connection, the tries, the pages.

What is sent and when it is sent again is decided in `_core`.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import grpc

from shipfrom._core import CHANNEL_OPTIONS, Call, Tries, address_of
from shipfrom._errors import Error, OutcomeUnknown
from shipfrom._failures import Failure, error_of, failure_of
from shipfrom._imports import Part, Tally
from shipfrom._stock_values import ImportReport

T = TypeVar("T")
Page = Callable[[str], Call[tuple[tuple[T, ...], str]]]
Progress = Callable[[int], None]

if TYPE_CHECKING:
    # Without serializers gRPC moves bytes; its classes are generic only to mypy.
    UnaryUnary = grpc.UnaryUnaryMultiCallable[bytes, bytes]
    StreamUnary = grpc.StreamUnaryMultiCallable[bytes, bytes]
    UnaryStream = grpc.UnaryStreamMultiCallable[bytes, bytes]
    AsyncUnaryStream = grpc.aio.UnaryStreamMultiCallable[bytes, bytes]
    AsyncUnaryUnary = grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]
    AsyncStreamUnary = grpc.aio.StreamUnaryMultiCallable[bytes, bytes]


def _pause_s(
    tries: Tries, error: grpc.RpcError, address: str, again: Callable[[], object]
) -> float:
    """Seconds until the next try, or the final error, which knows how to ask again.

    The error says all that gRPC's own says: callers see one traceback, not two.
    """
    try:
        return tries.pause_s(failure_of(error, address), now_s=time.monotonic())
    except Error as final:
        if isinstance(final, OutcomeUnknown):
            final.bind(again)
        raise final from None


def _broken(call: Call[T], failure: Failure) -> Error:
    """The error of a stream that ended early; what it was to change may be changed."""
    return error_of(failure, unsure=call.mutates and failure.may_have_effect)


class Shell:
    """One connection for synchronous code; safe to share between threads."""

    def __init__(
        self,
        address: str | None,
        *,
        deadline_s: float,
        credentials: grpc.ChannelCredentials | None,
    ) -> None:
        self.address, tls = address_of(address)
        self.deadline_s = deadline_s
        if tls or credentials is not None:
            trusted = credentials or grpc.ssl_channel_credentials()
            self.channel = grpc.secure_channel(self.address, trusted, CHANNEL_OPTIONS)
        else:
            self.channel = grpc.insecure_channel(self.address, CHANNEL_OPTIONS)

    def send(self, call: Call[T]) -> T:
        """The answer of a call, after as many tries as it takes."""
        tries = Tries.of(call, deadline_s=self.deadline_s, now_s=time.monotonic())
        while True:
            try:
                return call.answer(self._try(call, tries.left_s(time.monotonic())))
            except grpc.RpcError as error:
                again = partial(self.send, call)
                pause_s = _pause_s(tries, error, self.address, again)
            time.sleep(pause_s)

    def _try(self, call: Call[T], timeout_s: float) -> bytes:
        if call.streams:
            stream: StreamUnary = self.channel.stream_unary(call.path)
            return stream(iter(call.bodies), timeout=timeout_s)
        unary: UnaryUnary = self.channel.unary_unary(call.path)
        return unary(call.bodies[0], timeout=timeout_s)

    def listen(self, call: Call[T]) -> Iterator[T]:
        """The answers of a call that is answered by a stream, as they come."""
        stream: UnaryStream = self.channel.unary_stream(call.path)
        answers = stream(call.bodies[0], timeout=call.deadline_s or None)
        try:
            for raw in answers:
                yield call.answer(raw)
        except grpc.RpcError as error:
            raise _broken(call, failure_of(error, self.address)) from None
        finally:
            # Without it the server goes on for a caller who has left.
            answers.cancel()

    def pages(self, page: Page[T]) -> Iterator[T]:
        """All rows, a page at a time, as they are asked for."""
        token = ""
        while True:
            rows, token = self.send(page(token))
            yield from rows
            if not token:
                return

    def run_import(
        self, parts: Iterable[Part], progress: Progress | None
    ) -> ImportReport:
        """The parts of an import one after the other; `progress` is told the rows."""
        tally = Tally()
        for part in parts:
            tally.add(part, self.send(part.call))
            if progress is not None:
                progress(tally.rows)
        return tally.report


class AsyncShell:
    """One connection for asyncio; safe to share between tasks of one loop."""

    def __init__(
        self,
        address: str | None,
        *,
        deadline_s: float,
        credentials: grpc.ChannelCredentials | None,
    ) -> None:
        self.address, tls = address_of(address)
        self.deadline_s = deadline_s
        if tls or credentials is not None:
            trusted = credentials or grpc.ssl_channel_credentials()
            self.channel = grpc.aio.secure_channel(
                self.address, trusted, CHANNEL_OPTIONS
            )
        else:
            self.channel = grpc.aio.insecure_channel(self.address, CHANNEL_OPTIONS)

    async def send(self, call: Call[T]) -> T:
        """The answer of a call, after as many tries as it takes."""
        tries = Tries.of(call, deadline_s=self.deadline_s, now_s=time.monotonic())
        while True:
            try:
                raw = await self._try(call, tries.left_s(time.monotonic()))
                return call.answer(raw)
            except grpc.RpcError as error:
                again = partial(self.send, call)
                pause_s = _pause_s(tries, error, self.address, again)
            await asyncio.sleep(pause_s)

    async def _try(self, call: Call[T], timeout_s: float) -> bytes:
        if call.streams:
            stream: AsyncStreamUnary = self.channel.stream_unary(call.path)
            return await stream(iter(call.bodies), timeout=timeout_s)
        unary: AsyncUnaryUnary = self.channel.unary_unary(call.path)
        return await unary(call.bodies[0], timeout=timeout_s)

    async def listen(self, call: Call[T]) -> AsyncGenerator[T, None]:
        """The answers of a call that is answered by a stream, as they come."""
        stream: AsyncUnaryStream = self.channel.unary_stream(call.path)
        answers = stream(call.bodies[0], timeout=call.deadline_s or None)
        try:
            async for raw in answers:
                yield call.answer(raw)
        except grpc.RpcError as error:
            raise _broken(call, failure_of(error, self.address)) from None
        finally:
            # Without it the server goes on for a caller who has left.
            answers.cancel()

    async def pages(self, page: Page[T]) -> AsyncIterator[T]:
        """All rows, a page at a time, as they are asked for."""
        token = ""
        while True:
            rows, token = await self.send(page(token))
            for row in rows:
                yield row
            if not token:
                return

    async def run_import(
        self, parts: Iterable[Part], progress: Progress | None
    ) -> ImportReport:
        """The parts of an import one after the other; `progress` is told the rows."""
        tally = Tally()
        for part in parts:
            tally.add(part, await self.send(part.call))
            if progress is not None:
                progress(tally.rows)
        return tally.report
