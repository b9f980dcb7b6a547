"""Refusals that only the wire can give, before or around a flow."""

from collections.abc import Sequence
from datetime import timedelta

from inventory.errors import FieldViolation, InvalidField, Overloaded, Refusal


class UnknownField(InvalidField):
    """A JSON member that the message does not have."""

    reason = "UNKNOWN_FIELD"

    def __init__(self, violations: Sequence[FieldViolation]) -> None:
        super().__init__(violations)


class UnknownMethod(Refusal):
    """No service of this server has that method."""

    reason = "UNKNOWN_METHOD"


class ForeignOrigin(Refusal):
    """A web page of another site sent the call; a browser would carry it blindly."""

    reason = "FOREIGN_ORIGIN"


class MessageTooLarge(Refusal):
    """A message passes the limit of the wire."""

    reason = "MESSAGE_TOO_LARGE"

    def __init__(self, what: str, *, bytes_max: int, next_step: str) -> None:
        super().__init__(
            f"{what} is larger than {bytes_max:,} bytes.",
            next_step=next_step,
            metadata={"bytesMax": str(bytes_max)},
        )


class DeadlinePassed(Refusal):
    """Time ran out while the flow was at work; a mutation may have had its effect."""

    reason = "DEADLINE_EXCEEDED"

    def __init__(self) -> None:
        super().__init__(
            "The deadline passed before the answer was ready; "
            "a mutation may or may not have had its effect.",
            next_step="repeat the call with the same request_id and more time",
        )


class CallCancelled(Refusal):
    """The caller left, or the server stopped waiting."""

    reason = "CANCELLED"

    def __init__(self) -> None:
        super().__init__(
            "The call was cancelled.",
            next_step="repeat the call with the same request_id",
        )


def overloaded(calls_max: int) -> Refusal:
    """Shed a call at the door: nothing was started."""
    return Overloaded(
        f"{calls_max} calls are already in progress here.",
        next_step="repeat the call after a moment",
        metadata={"callsMax": str(calls_max)},
        retry_after=timedelta(milliseconds=100),
    )
