"""A clock for tests."""

from datetime import UTC, datetime, timedelta


class MovableClock:
    """Tells the same instant until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)
