"""What a process knows of its two stores, so that no call has to find it out again."""

import time
from dataclasses import dataclass
from datetime import datetime

VIEW_PAUSE_S = 0.25  # after a failure, before the view is asked again


@dataclass(eq=False, slots=True)
class Stores:
    """`ledger_at` is the last good contact with the ledger."""

    ledger_at: datetime
    ledger_ok: bool = True
    view_ok: bool = True
    _view_after_s: float = 0.0

    @property
    def may_ask_view(self) -> bool:
        """Not while it is known to be down: each question would wait for a timeout."""
        return time.monotonic() >= self._view_after_s

    def view_failed(self) -> None:
        self.view_ok = False
        self._view_after_s = time.monotonic() + VIEW_PAUSE_S

    def ledger_answered(self, at: datetime) -> None:
        self.ledger_ok = True
        self.ledger_at = at
