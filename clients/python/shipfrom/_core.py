"""The client without its I/O: what to send, when to send it again, how a call ends.

A `Call` is bytes from the start, so every retry is the same request with the same id;
the two shells only move bytes. Only UNAVAILABLE is sent again (AIP-194).
"""

import os
import random
import re
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

from google.protobuf.message import DecodeError

from shipfrom._errors import FieldViolation, InvalidField
from shipfrom._failures import Failure, error_of

DEFAULT_ADDRESS = "localhost:7350"
DEADLINE_S = 2.0
# An import of one part may wait for thousands of rows to be written.
IMPORT_DEADLINE_S = 120.0
RETRIES_MAX = 3
PAUSE_S_MIN, PAUSE_S_MAX = 0.05, 1.0
# A block that runs longer is more likely stuck than busy: its units go back to sale.
KEEP_ALIVE_S_MAX = 30 * 60.0
# Ours are the only retries; and a server that comes back is found within the pauses.
CHANNEL_OPTIONS = (
    ("grpc.enable_retries", 0),
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.initial_reconnect_backoff_ms", 50),
    ("grpc.min_reconnect_backoff_ms", 50),
    ("grpc.max_reconnect_backoff_ms", 1000),
)

T = TypeVar("T")
U = TypeVar("U")
_TTL = re.compile(r"(\d+)\s*([smh])")
_TTL_UNIT_S = {"s": 1, "m": 60, "h": 3600}
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One call: `bodies` has one message, or all messages of a client stream."""

    path: str
    bodies: tuple[bytes, ...]
    parse: Callable[[bytes], T]
    mutates: bool = False
    streams: bool = False
    deadline_s: float = 0.0

    def answer(self, raw: bytes) -> T:
        """The parsed answer; bytes that are no answer are a fault of the server."""
        try:
            return self.parse(raw)
        except DecodeError as error:
            raise error_of(Failure("INTERNAL", str(error)), unsure=False) from error

    def then(self, make: Callable[[T], U]) -> "Call[U]":
        """The same call, its answer made into something else."""
        return Call(
            self.path,
            self.bodies,
            lambda raw: make(self.parse(raw)),
            mutates=self.mutates,
            streams=self.streams,
            deadline_s=self.deadline_s,
        )


@dataclass(slots=True)
class Tries:
    """The tries of one call within one deadline; instants are monotonic seconds."""

    mutates: bool
    deadline_at_s: float
    failed: int = 0
    unsure: bool = False
    random: Callable[[], float] = field(default=random.random)

    @classmethod
    def of(cls, call: Call[T], *, deadline_s: float, now_s: float) -> "Tries":
        """The tries that a call has from now on."""
        return cls(call.mutates, now_s + (call.deadline_s or deadline_s))

    def left_s(self, now_s: float) -> float:
        """Seconds that the next try may take; never 0, which gRPC reads as no limit."""
        return max(0.001, self.deadline_at_s - now_s)

    def pause_s(self, failure: Failure, *, now_s: float) -> float:
        """Seconds until the next try. Raises the final error when there is none."""
        self.unsure = self.mutates and (self.unsure or failure.may_have_effect)
        pause_s = self._jitter_s(failure)
        spent = self.failed >= RETRIES_MAX or now_s + pause_s >= self.deadline_at_s
        if failure.code != "UNAVAILABLE" or spent:
            raise error_of(failure, unsure=self.unsure)
        self.failed += 1
        return pause_s

    def _jitter_s(self, failure: Failure) -> float:
        """Full jitter under a ceiling that triples; at least what the server asks."""
        ceiling_s: float = min(PAUSE_S_MAX, 0.15 * 3**self.failed)
        pause_s = PAUSE_S_MIN + self.random() * (ceiling_s - PAUSE_S_MIN)
        return max(pause_s, failure.retry_after_s)


def keep_alive_pause_s(ttl_s: float, *, elapsed_s: float, failed: bool) -> float | None:
    """Seconds until the next extension of a hold whose block runs; None to stop.

    Half of the ttl, so that one lost extension costs nothing; sooner after a failure.
    """
    if elapsed_s >= KEEP_ALIVE_S_MAX:
        return None
    return ttl_s / (8 if failed else 2)


def ttl_of(ttl: str | int | timedelta) -> timedelta:
    """Read "90s", "10m", "1h", seconds or a timedelta. Raises InvalidField."""
    if isinstance(ttl, timedelta):
        return ttl
    if isinstance(ttl, int):
        return timedelta(seconds=ttl)
    match = _TTL.fullmatch(ttl.strip())
    if match is None:
        raise _wrong("ttl", f"{ttl!r} is no time to live", "write 90s, 10m or 1h")
    return timedelta(seconds=int(match[1]) * _TTL_UNIT_S[match[2]])


def _wrong(field_path: str, problem: str, suggestion: str) -> InvalidField:
    return InvalidField.of([FieldViolation(field_path, problem, suggestion)])


def new_request_id() -> str:
    """The id of one write, the same on every retry (AIP-155): a UUID4 in form.

    Its first 48 bits are the time and only 74 are chance, so that ids of one moment are
    neighbours in the ledger's index and a commit writes few pages.
    """
    millis = int(time.time() * 1000)
    chance = secrets.randbits(74)
    number = millis << 80 | 4 << 76 | (chance >> 62) << 64 | 2 << 62
    return str(uuid.UUID(int=number | chance & (1 << 62) - 1))


def new_id(prefix: str, now_s: float | None = None) -> str:
    """A time-ordered id: prefix and 26 characters (48 bits of time, 80 of chance)."""
    millis = int((time.time() if now_s is None else now_s) * 1000)
    number = (millis << 80) | secrets.randbits(80)
    digits = (_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))
    return prefix + "".join(digits)


def order_id_for(hold_id: str) -> str:
    """The order id when the caller has none: the same for every commit of one hold."""
    return f"o_{hold_id[2:]}" if hold_id.startswith("h_") else hold_id


def address_of(address: str | None) -> tuple[str, bool]:
    """The target and whether it is TLS: argument, else SHIPFROM_ADDRESS, else local."""
    text = address or os.environ.get("SHIPFROM_ADDRESS") or DEFAULT_ADDRESS
    if text.startswith("https://"):
        return text.removeprefix("https://").rstrip("/"), True
    return text.removeprefix("http://").rstrip("/"), False
