"""Instants in the ledger are whole microseconds: both databases compare them alike."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

Clock = Callable[[], datetime]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
KEPT = 1_024  # the holds of one batch are of one instant


@lru_cache(maxsize=KEPT)
def microseconds(instant: datetime) -> int:
    """Whole microseconds since 1970."""
    return (instant - EPOCH) // MICROSECOND


@lru_cache(maxsize=KEPT)
def instant(value_us: int) -> datetime:
    """The aware UTC instant of a stored count of microseconds."""
    return EPOCH + timedelta(microseconds=value_us)


def now() -> datetime:
    """The instant by this machine's clock, where nobody gave another."""
    return datetime.now(UTC)
