"""From a failed gRPC call to an exception of our tree.

google.rpc details travel in a trailer as a google.rpc.Status; its messages come with
googleapis-common-protos, so grpcio-status is not needed.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import grpc
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2

from shipfrom._errors import (
    DeadlineExceeded,
    Error,
    FieldViolation,
    InvalidField,
    OutcomeUnknown,
    Refusal,
    ServerFault,
    Unavailable,
)
from shipfrom._reasons import BY_REASON

DETAILS_KEY = "grpc-status-details-bin"
DOMAIN = "shipfrom"
# Reasons and bare codes after which a write may still have happened.
_OPEN_REASONS = frozenset(
    {"OUTCOME_UNKNOWN", "DEADLINE_EXCEEDED", "CANCELLED", "INTERNAL"}
)
_OPEN_CODES = frozenset(
    {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "INTERNAL", "UNKNOWN"}
)
# Codes that only a server gives which has looked at the stored answers of this id.
_DECIDED = frozenset(
    {
        "INVALID_ARGUMENT",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "FAILED_PRECONDITION",
        "ABORTED",
    }
)
# gRPC says these only when no connection was there to send the request on.
_NEVER_SENT = (
    "failed to connect to all addresses",
    "errors resolving",
    "DNS resolution failed",
)
# Part of what gRPC says of a connection that failed, in plain words.
_NOBODY = {
    "errors resolving": "no machine has this name",
    "DNS resolution failed": "no machine has this name",
    "Trying to connect an http1": "a server of plain HTTP listens there;"
    " gRPC has a port of its own, the JSON port - 1000",
    "SETTINGS frame": "what listens there does not speak gRPC",
    "andshake": "the TLS handshake failed",
    "Connection refused": "nothing listens there",
    "No such file": "there is no such socket",
    "Connection reset": "what listens there ends the connection",
    "imed out": "no answer in time, a firewall may drop the connection",
    "unreachable": "no way leads there",
}
_NEXT = "\nNext: "

D = TypeVar("D", bound=Message)


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed try: the gRPC status by name, its text and its google.rpc.Status."""

    code: str
    message: str = ""
    status: status_pb2.Status = field(default_factory=status_pb2.Status)
    address: str = ""

    @property
    def never_sent(self) -> bool:
        """Whether no connection was there to send the request on."""
        return any(said in self.message for said in _NEVER_SENT)

    def detail(self, kind: type[D]) -> D | None:
        """The detail of one type; each type is there at most once (AIP-193)."""
        for packed in self.status.details:
            found = kind()
            if packed.Unpack(found):
                return found
        return None

    @property
    def reason(self) -> str:
        """Our server's word for it; empty when something else failed."""
        info = self.detail(error_details_pb2.ErrorInfo)
        return info.reason if info is not None and info.domain == DOMAIN else ""

    @property
    def may_have_effect(self) -> bool:
        """Whether a write may have happened all the same."""
        if self.reason:
            return self.reason in _OPEN_REASONS
        return self.code in _OPEN_CODES and not self.never_sent

    @property
    def retry_after_s(self) -> float:
        """Seconds that the server asks to wait; 0 when it does not say."""
        info = self.detail(error_details_pb2.RetryInfo)
        return info.retry_delay.ToTimedelta().total_seconds() if info else 0.0


def failure_of(error: grpc.RpcError, address: str = "") -> Failure:
    """Read what gRPC raised, from either face (sync or aio) of the library."""
    assert isinstance(error, grpc.Call | grpc.aio.AioRpcError)
    status = status_pb2.Status()
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS_KEY and isinstance(value, bytes):
            status = _read_status(value)
    return Failure(error.code().name, error.details() or "", status, address)


def _read_status(raw: bytes) -> status_pb2.Status:
    try:
        return status_pb2.Status.FromString(raw)
    except DecodeError:
        # A proxy's trailer is no reason to hide the error itself.
        return status_pb2.Status()


def error_of(failure: Failure, *, unsure: bool) -> Error:
    """The exception of a call that is given up; `unsure`: it may have had effect."""
    if unsure and failure.code not in _DECIDED:
        return _with_details(OutcomeUnknown, failure, reason=OutcomeUnknown.reason)
    if failure.reason:
        kind = BY_REASON.get(failure.reason, Refusal)
        return _with_details(kind, failure, reason=failure.reason)
    return _without_details(failure)


def _with_details(kind: type[Error], failure: Failure, *, reason: str) -> Error:
    message, _, next_step = failure.message.partition(_NEXT)
    message = message.removeprefix(f"{failure.reason}: ")
    info = failure.detail(error_details_pb2.ErrorInfo)
    wait = failure.retry_after_s
    error = kind(
        message,
        reason=reason,
        next_step=next_step,
        metadata=dict(info.metadata) if info else {},
        retry_after=timedelta(seconds=wait) if wait else None,
    )
    if isinstance(error, InvalidField):
        error.violations = _violations_of(failure)
    if isinstance(error, OutcomeUnknown):
        error.next_step = "ask again with the same request id: retry(); never undo it"
    return error


def _violations_of(failure: Failure) -> tuple[FieldViolation, ...]:
    found = failure.detail(error_details_pb2.BadRequest)
    return tuple(
        FieldViolation(v.field, *_problem_and_suggestion(v.description))
        for v in (found.field_violations if found else ())
    )


def _problem_and_suggestion(description: str) -> tuple[str, str]:
    # The server writes "what is wrong. what to do".
    problem, _, suggestion = description.partition(". ")
    return problem, suggestion


_BARE: dict[str, tuple[type[Error], str]] = {
    "UNAVAILABLE": (
        Unavailable,
        "start a server with `shipfrom dev`, or name a running one by SHIPFROM_ADDRESS",
    ),
    "DEADLINE_EXCEEDED": (DeadlineExceeded, "ask again with a longer deadline_s"),
    "UNIMPLEMENTED": (ServerFault, "check that the address is a Shipfrom server"),
    "RESOURCE_EXHAUSTED": (Refusal, "send less at once, or wait and ask again"),
}


def _without_details(failure: Failure) -> Error:
    """What gRPC itself, a proxy or a bug of the server said."""
    kind, next_step = _BARE.get(
        failure.code, (ServerFault, "look into the server's log for this call")
    )
    message = failure.message or "no answer"
    if failure.never_sent:
        raw = message.rpartition("last error: ")[2]
        why = next((plain for said, plain in _NOBODY.items() if said in raw), raw)
        message = f"no server answers at {failure.address}: {why}"
    reason = failure.code if kind is Refusal else ""
    return kind(message, reason=reason, next_step=next_step)
