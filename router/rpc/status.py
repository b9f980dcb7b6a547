"""The one table from refusals to statuses, and the one place that catches.

A flow raises; here the raised thing becomes a google.rpc.Status with exactly one
ErrorInfo (AIP-193). A refusal tells the caller what, why and what next. Anything else
is a bug: the log gets the traceback, the caller gets a number to quote.
"""

import asyncio
import secrets
from base64 import b64encode
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any, TypeVar

import grpc
from google.protobuf import any_pb2
from google.protobuf.json_format import MessageToDict
from google.rpc import error_details_pb2, status_pb2

from inventory import errors
from inventory.errors import InvalidField, Refusal
from router import log
from router.rpc import refusals

DOMAIN = "shipfrom"
DETAILS_KEY = "grpc-status-details-bin"
PUSHBACK_KEY = "grpc-retry-pushback-ms"

# Error details travel in trailers, and clients cut those off at 8 KB.
VIOLATIONS_MAX = 16
TEXT_CHARS_MAX = 200
MESSAGE_CHARS_MAX = 800

STATUS: Mapping[type[Refusal], grpc.StatusCode] = MappingProxyType(
    {
        errors.InvalidField: grpc.StatusCode.INVALID_ARGUMENT,
        errors.PageTokenMismatch: grpc.StatusCode.INVALID_ARGUMENT,
        refusals.UnknownField: grpc.StatusCode.INVALID_ARGUMENT,
        errors.EtagRequired: grpc.StatusCode.INVALID_ARGUMENT,
        errors.OrderNotFound: grpc.StatusCode.NOT_FOUND,
        errors.HoldNotFound: grpc.StatusCode.NOT_FOUND,
        errors.NodeNotFound: grpc.StatusCode.NOT_FOUND,
        errors.PolicyNotFound: grpc.StatusCode.NOT_FOUND,
        errors.ShipmentNotFound: grpc.StatusCode.NOT_FOUND,
        errors.ReturnNotFound: grpc.StatusCode.NOT_FOUND,
        errors.PastPointOfNoReturn: grpc.StatusCode.FAILED_PRECONDITION,
        errors.WrongCode: grpc.StatusCode.FAILED_PRECONDITION,
        errors.CodeLocked: grpc.StatusCode.FAILED_PRECONDITION,
        errors.GoldenOrderNotFound: grpc.StatusCode.NOT_FOUND,
        errors.WebhookNotFound: grpc.StatusCode.NOT_FOUND,
        errors.EventNotFound: grpc.StatusCode.NOT_FOUND,
        errors.IdReused: grpc.StatusCode.ALREADY_EXISTS,
        errors.NoStock: grpc.StatusCode.FAILED_PRECONDITION,
        errors.HoldExpired: grpc.StatusCode.FAILED_PRECONDITION,
        errors.HoldReleased: grpc.StatusCode.FAILED_PRECONDITION,
        errors.HoldCommitted: grpc.StatusCode.FAILED_PRECONDITION,
        errors.WrongState: grpc.StatusCode.FAILED_PRECONDITION,
        errors.SubstituteNotAllowed: grpc.StatusCode.FAILED_PRECONDITION,
        errors.IncomingNotFound: grpc.StatusCode.NOT_FOUND,
        errors.NegativeStock: grpc.StatusCode.FAILED_PRECONDITION,
        errors.QuotaTooLarge: grpc.StatusCode.FAILED_PRECONDITION,
        errors.BackorderLimit: grpc.StatusCode.FAILED_PRECONDITION,
        errors.BelowAllocated: grpc.StatusCode.FAILED_PRECONDITION,
        errors.FeedOwned: grpc.StatusCode.FAILED_PRECONDITION,
        errors.NotSimulated: grpc.StatusCode.FAILED_PRECONDITION,
        errors.GateFailed: grpc.StatusCode.FAILED_PRECONDITION,
        errors.NeedsApproval: grpc.StatusCode.FAILED_PRECONDITION,
        errors.EventsGone: grpc.StatusCode.FAILED_PRECONDITION,
        errors.StockChanged: grpc.StatusCode.ABORTED,
        errors.QuoteStale: grpc.StatusCode.ABORTED,
        errors.EtagMismatch: grpc.StatusCode.ABORTED,
        errors.SolveFailed: grpc.StatusCode.ABORTED,
        errors.Overloaded: grpc.StatusCode.RESOURCE_EXHAUSTED,
        refusals.MessageTooLarge: grpc.StatusCode.RESOURCE_EXHAUSTED,
        errors.StorageUnavailable: grpc.StatusCode.UNAVAILABLE,
        errors.OutcomeUnknown: grpc.StatusCode.UNAVAILABLE,
        errors.Draining: grpc.StatusCode.UNAVAILABLE,
        errors.DeadlineTooShort: grpc.StatusCode.DEADLINE_EXCEEDED,
        refusals.DeadlinePassed: grpc.StatusCode.DEADLINE_EXCEEDED,
        refusals.CallCancelled: grpc.StatusCode.CANCELLED,
        refusals.UnknownMethod: grpc.StatusCode.UNIMPLEMENTED,
        refusals.ForeignOrigin: grpc.StatusCode.PERMISSION_DENIED,
    }
)

HTTP: Mapping[grpc.StatusCode, int] = MappingProxyType(
    {
        grpc.StatusCode.INVALID_ARGUMENT: 400,
        grpc.StatusCode.FAILED_PRECONDITION: 400,
        grpc.StatusCode.PERMISSION_DENIED: 403,
        grpc.StatusCode.NOT_FOUND: 404,
        grpc.StatusCode.UNIMPLEMENTED: 404,
        grpc.StatusCode.ALREADY_EXISTS: 409,
        grpc.StatusCode.ABORTED: 409,
        grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
        grpc.StatusCode.CANCELLED: 499,
        grpc.StatusCode.INTERNAL: 500,
        grpc.StatusCode.UNAVAILABLE: 503,
        grpc.StatusCode.DEADLINE_EXCEEDED: 504,
    }
)

# A refusal that names no time still has to say when to come back (RetryInfo).
RETRY_AFTER: Mapping[grpc.StatusCode, timedelta] = MappingProxyType(
    {
        grpc.StatusCode.RESOURCE_EXHAUSTED: timedelta(milliseconds=100),
        grpc.StatusCode.UNAVAILABLE: timedelta(seconds=1),
    }
)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that ended with a status other than OK, ready for any transport."""

    code: grpc.StatusCode
    reason: str
    status: status_pb2.Status
    retry_after: timedelta | None = None

    @property
    def http_status(self) -> int:
        """The HTTP code of the status; a body too large has one of its own."""
        if self.reason == refusals.MessageTooLarge.reason:
            return 413
        return HTTP[self.code]

    def trailers(self, *, pushback: bool) -> tuple[tuple[str, str | bytes], ...]:
        """Trailing metadata: the details, and when gRPC's own retries may come.

        Args:
            pushback: whether the front lets us send gRPC's own retry key.
        """
        details = (DETAILS_KEY, self.status.SerializeToString())
        if self.retry_after is None or not pushback:
            return (details,)
        return (details, (PUSHBACK_KEY, str(_milliseconds(self.retry_after))))

    def to_json(self) -> dict[str, Any]:
        """The error body of a unary Connect answer, with details people can read."""
        return {
            "code": self.code.name.lower(),
            "message": self.status.message,
            "details": [_readable(detail) for detail in self.status.details],
        }


async def outcome(work: Awaitable[Answer]) -> Answer | Failure:
    """What came of the work. Never raises: no handler may lose its call.

    A cancellation that left a handler would leave its client waiting for ever.
    """
    try:
        return await work
    except Refusal as refusal:
        return failure_of(refusal)
    except asyncio.CancelledError:
        return failure_of(refusals.CallCancelled())
    except Exception as bug:
        return _internal(bug)


def failure_of(refusal: Refusal) -> Failure:
    """The status of a refusal."""
    code = STATUS.get(type(refusal))
    if code is None:
        return _internal(refusal)
    retry_after = refusal.retry_after or RETRY_AFTER.get(code)
    details = [_error_info(refusal.reason, refusal.metadata)]
    if isinstance(refusal, InvalidField):
        details.append(_bad_request(refusal))
    if code is grpc.StatusCode.FAILED_PRECONDITION:
        details.append(_precondition(refusal))
    if retry_after is not None:
        details.append(_retry_info(retry_after))
    message = _sentences(refusal.reason, refusal.message, refusal.next_step)
    return Failure(code, refusal.reason, _status(code, message, details), retry_after)


def _internal(bug: Exception) -> Failure:
    error_id = "e_" + secrets.token_hex(8)
    log.get().error("rpc.bug", error_id=error_id, exc_info=bug)
    message = _sentences(
        "INTERNAL",
        "The server failed on its own fault; the log has the details.",
        f"report it with the error id {error_id}",
    )
    details = [_error_info("INTERNAL", {"errorId": error_id})]
    code = grpc.StatusCode.INTERNAL
    return Failure(code, "INTERNAL", _status(code, message, details))


def _sentences(reason: str, message: str, next_step: str) -> str:
    what = f"{reason}: {message}"[:MESSAGE_CHARS_MAX]
    return f"{what}\nNext: {next_step[:MESSAGE_CHARS_MAX]}" if next_step else what


def _status(
    code: grpc.StatusCode, message: str, details: list[any_pb2.Any]
) -> status_pb2.Status:
    return status_pb2.Status(code=code.value[0], message=message, details=details)


def _packed(detail: Any) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(detail)
    return packed


def _error_info(reason: str, metadata: Mapping[str, str]) -> any_pb2.Any:
    clipped = {key: str(value)[:TEXT_CHARS_MAX] for key, value in metadata.items()}
    return _packed(
        error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN, metadata=clipped)
    )


def _bad_request(refusal: InvalidField) -> any_pb2.Any:
    bad_request = error_details_pb2.BadRequest()
    for violation in refusal.violations[:VIOLATIONS_MAX]:
        said = ". ".join(filter(None, (violation.problem, violation.suggestion)))
        bad_request.field_violations.add(
            field=violation.field[:TEXT_CHARS_MAX],
            description=said[:TEXT_CHARS_MAX],
            reason=refusal.reason,
        )
    return _packed(bad_request)


def _precondition(refusal: Refusal) -> any_pb2.Any:
    subject = next(iter(refusal.metadata.values()), "")
    failure = error_details_pb2.PreconditionFailure()
    failure.violations.add(
        type=refusal.reason,
        subject=str(subject)[:TEXT_CHARS_MAX],
        description=refusal.message[:TEXT_CHARS_MAX],
    )
    return _packed(failure)


def _retry_info(retry_after: timedelta) -> any_pb2.Any:
    detail = error_details_pb2.RetryInfo()
    detail.retry_delay.FromTimedelta(retry_after)
    return _packed(detail)


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _readable(detail: any_pb2.Any) -> dict[str, Any]:
    debug = MessageToDict(detail)
    debug.pop("@type")
    return {
        "type": detail.type_url.rpartition("/")[2],
        "value": b64encode(detail.value).decode().rstrip("="),
        "debug": debug,
    }
