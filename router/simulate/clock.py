"""Time that passes from order to order."""

from datetime import UTC, datetime


class VirtualClock:
    """The simulated present: it only goes on, and only when told to."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Let time pass."""
        assert instant >= self._now, "simulated time went back"
        self._now = instant.astimezone(UTC)
