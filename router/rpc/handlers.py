"""The handler core: what happens to a call, whichever transport brought it.

A transport hands in bytes and the time that
is left; the core admits the call, decodes it, lets the flow answer, encodes the answer
and counts. It is the hot path: a few microseconds a call, each line earns its place.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from time import monotonic

from google.protobuf.message import Message

from inventory.errors import (
    DeadlineTooShort,
    Draining,
    FieldViolation,
    InvalidField,
)
from router import log
from router.rpc.call import Call
from router.rpc.decode import decode
from router.rpc.methods import Method
from router.rpc.refusals import (
    CallCancelled,
    DeadlinePassed,
    MessageTooLarge,
    overloaded,
)
from router.rpc.status import Failure, failure_of, outcome

# One order of 500 lines is about 20 KB; an answer with all options and its explanation
# stays below 1 MB. Larger bytes are never decoded.
REQUEST_BYTES_MAX = 256 * 1024
ANSWER_BYTES_MAX = 1024 * 1024

# Nobody waits longer at a checkout; an abandoned call must not keep its place.
CALL_SECONDS_MAX = 10.0
# An import streams as long as it makes progress, within reason.
STREAM_SECONDS_MAX = 600.0
# One batch of the writer takes about this long: with less, the answer comes too late.
MUTATION_SECONDS_MIN = 0.005

# A drain ends when no call arrived for so long, or has been refusing them for so long.
QUIET_SECONDS = 0.05
QUIET_SECONDS_MAX = 1.0

Payloads = bytes | AsyncIterator[bytes]
Send = Callable[[bytes], Awaitable[None]]
"""Takes one message of an answer that is a stream."""


class Core:
    """Answers the calls of one process, whichever transport brings them.

    Args:
        calls_max: calls in progress before new ones are shed (OVERLOADED).
        deadline_required: refuse a mutation without a deadline instead of giving it
            ten seconds.
        log_call_every: one answered call in so many is logged; refusals always are.
        has_siblings: whether other processes serve the same port.
    """

    def __init__(
        self,
        methods: tuple[Method, ...],
        *,
        calls_max: int = 2_000,
        deadline_required: bool = False,
        log_call_every: int = 1_000,
        has_siblings: bool = False,
    ) -> None:
        self.methods = methods
        self.in_progress = 0
        self.draining = False
        self._arrived = 0
        self._has_siblings = has_siblings
        self._calls_max = calls_max
        self._deadline_required = deadline_required
        self._log_call_every = 1 if log.is_debug() else log_call_every
        self._until_log = self._log_call_every

    async def answer(
        self,
        method: Method,
        payload: Payloads,
        *,
        seconds_left: float | None,
        enforced: bool,
        send: Send | None = None,
    ) -> tuple[bytes | Failure, Call]:
        """Answer one call. Never raises.

        Args:
            payload: the request; several for a client stream. A transport that still
                has to read or translate it hands in an iterator, so that whatever goes
                wrong there is answered like everything else.
            seconds_left: until the caller's deadline; None if it named none.
            enforced: whether the transport ends the call at that deadline itself.
            send: takes the messages of a method that streams out; its answer is empty.
        """
        started = monotonic()
        streams = method.streams_in or method.streams_out
        seconds_max = STREAM_SECONDS_MAX if streams else CALL_SECONDS_MAX
        if seconds_left is None or seconds_left > seconds_max:
            deadline, enforced = started + seconds_max, False
        else:
            deadline = started + seconds_left
        call = Call(
            deadline=deadline,
            is_ending=self.is_draining,
            arrived=self.arrived,
            has_siblings=self._has_siblings,
        )
        self._arrived += 1
        self.in_progress += 1
        try:
            work = self._admitted(
                method, payload, call, seconds_left=seconds_left, send=send
            )
            result = await outcome(work if enforced else _in_time(work, call))
        finally:
            self.in_progress -= 1
        now = monotonic()
        if isinstance(result, Failure) and now > deadline:
            result = _late(result)
        seconds = now - started
        method.figures.observe(seconds)
        self._until_log -= 1
        if type(result) is not bytes or not self._until_log:
            self._note(method, payload, result, ms=seconds * 1000)
        return result, call

    def is_draining(self) -> bool:
        """Whether this server is about to stop."""
        return self.draining

    def arrived(self) -> int:
        """How many calls came since the start."""
        return self._arrived

    async def drained(self, seconds_max: float) -> bool:
        """Refuse new calls, wait for those in progress; whether all of them ended.

        Calls that were on their way when the drain began still deserve our refusal: a
        front that stops would cut them without a word. So wait until none arrives.
        """
        self.draining = True
        began = monotonic()
        while True:
            arrived = self._arrived
            await asyncio.sleep(QUIET_SECONDS)
            waited = monotonic() - began
            quiet = arrived == self._arrived or waited > QUIET_SECONDS_MAX
            if not self.in_progress and quiet:
                return True
            if waited > seconds_max:
                return not self.in_progress

    async def _admitted(
        self,
        method: Method,
        payload: Payloads,
        call: Call,
        *,
        seconds_left: float | None,
        send: Send | None,
    ) -> bytes:
        if self.draining:
            raise _draining()
        if self.in_progress > self._calls_max:
            raise overloaded(self._calls_max)
        if method.mutates:
            self._check_deadline(seconds_left)
        request = await _request(method, payload)
        if not method.streams_out:
            return _encoded(await method.implementation(request, call))
        assert send is not None, "a transport of streams takes their messages"
        async for response in method.implementation(request, call):
            await send(_encoded(response))
        return b""

    def _check_deadline(self, seconds_left: float | None) -> None:
        if seconds_left is None:
            if self._deadline_required:
                raise _deadline_missing()
        elif seconds_left < MUTATION_SECONDS_MIN:
            raise DeadlineTooShort(
                "Too little time is left to write anything; nothing was started.",
                next_step="repeat the call with the same request_id and more time",
                metadata={"secondsMin": str(MUTATION_SECONDS_MIN)},
            )

    def _note(
        self, method: Method, payload: Payloads, result: bytes | Failure, *, ms: float
    ) -> None:
        line = {"rpc": f"{method.service}/{method.name}", "ms": round(ms, 3)}
        if method.mutates and isinstance(payload, bytes):
            line["request_id"] = _request_id(method, payload)
        if isinstance(result, Failure):
            code, reason = result.code.name, result.reason
            method.figures.observe_failure(code, reason)
            log.get().info("call.refused", code=code, reason=reason, **line)
        else:
            log.get().info("call.answered", code="OK", **line)
        if self._until_log <= 0:
            self._until_log = self._log_call_every


def _encoded(response: Message) -> bytes:
    answer = response.SerializeToString()
    if len(answer) > ANSWER_BYTES_MAX:
        raise MessageTooLarge(
            "The answer",
            bytes_max=ANSWER_BYTES_MAX,
            next_step="ask for less at once, for example by a smaller page_size",
        )
    return answer


def _request_id(method: Method, payload: bytes) -> str:
    try:
        return str(getattr(_message(method.request, payload), "request_id", ""))[:64]
    except (InvalidField, MessageTooLarge):
        return ""


async def _request(
    method: Method, payload: Payloads
) -> Message | AsyncIterator[Message]:
    if isinstance(payload, bytes):
        return _message(method.request, payload)
    if method.streams_in:
        return _messages(method.request, payload)
    return _message(method.request, await anext(payload))


async def _messages(
    message_class: type[Message], payloads: AsyncIterator[bytes]
) -> AsyncIterator[Message]:
    async for payload in payloads:
        yield _message(message_class, payload)


def _message(message_class: type[Message], payload: bytes) -> Message:
    if len(payload) > REQUEST_BYTES_MAX:
        raise MessageTooLarge(
            f"The request of {len(payload):,} bytes",
            bytes_max=REQUEST_BYTES_MAX,
            next_step="send less at once; imports take many messages in one stream",
        )
    return decode(message_class, payload)


def _late(failure: Failure) -> Failure:
    # A front cancels the call when its caller's time is over: the time is the reason.
    if failure.reason == CallCancelled.reason:
        return failure_of(DeadlinePassed())
    return failure


async def _in_time(work: Awaitable[bytes], call: Call) -> bytes:
    try:
        async with asyncio.timeout_at(call.deadline) as limit:
            return await work
    except TimeoutError:
        if limit.expired():
            raise DeadlinePassed from None
        raise


def _draining() -> Draining:
    return Draining(
        "This server is about to stop and takes no new calls.",
        next_step="repeat the call with the same request_id; another server answers",
        # Another worker of this port, or another server, is up already.
        retry_after=timedelta(milliseconds=100),
    )


def _deadline_missing() -> InvalidField:
    return InvalidField(
        [
            FieldViolation(
                "grpc-timeout",
                "a mutation needs a deadline",
                f"set one of at most {CALL_SECONDS_MAX:g} s",
            )
        ]
    )
