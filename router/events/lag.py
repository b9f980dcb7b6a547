"""Says when events come late: the outbox should be empty within moments."""

from prometheus_client import Gauge

from inventory.events.log import EventLog
from router import log

LATE_S = 5.0
_LAG = Gauge(
    "shipfrom_outbox_lag_seconds", "Age of the oldest row that waits for the log."
)


class Lag:
    """The lag of one process's view of the outbox; told once when it becomes long."""

    def __init__(self, events: EventLog) -> None:
        self._events = events
        self._is_late = False

    async def look(self) -> float:
        """Seconds that the oldest row has waited.

        Raises:
            StorageUnavailable: the ledger cannot be reached.
        """
        lag_s = await self._events.lag_s()
        _LAG.set(lag_s)
        is_late = lag_s > LATE_S
        if is_late and not self._is_late:
            log.get().warning("outbox.late", seconds=round(lag_s, 1))
        self._is_late = is_late
        return lag_s
