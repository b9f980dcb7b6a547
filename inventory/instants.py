"""Instants in the ledger are whole microseconds: both databases compare them alike."""

import asyncio
import time
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


def present() -> datetime:
    """The instant of now, of this host's clock."""
    return datetime.now(UTC)


def monotonic_of(deadline: float | None) -> float | None:
    """An instant of the loop's clock on the monotonic one; it may start elsewhere."""
    if deadline is None:
        return None
    return time.monotonic() + deadline - asyncio.get_running_loop().time()
