"""Instants in the ledger are whole microseconds: both databases compare them alike."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def microseconds(instant: datetime) -> int:
    """Whole microseconds since 1970."""
    return (instant - EPOCH) // MICROSECOND


def instant(value_us: int) -> datetime:
    """The aware UTC instant of a stored count of microseconds."""
    return EPOCH + timedelta(microseconds=value_us)
