"""What a flow may know about the call it answers, whichever transport brought it."""

from collections.abc import Callable
from dataclasses import dataclass, field

# Nobody signs in yet: the server listens on loopback, or behind client certificates.
ANONYMOUS = "anonymous"

REPLAYED = "shipfrom-replayed"


def _never() -> bool:
    return False


def _none() -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    Args:
        principal: who asks.
        deadline: instant on the loop's clock (`loop.time()`, which is
            `time.monotonic()`), seconds; None for reads without a limit.
        is_ending: whether the server is about to stop; who answers for minutes looks.
        arrived: how many calls this process got so far.
        has_siblings: whether other processes serve beside it, whose calls it does not
            see.
        trailers: what the front sends beside the answer; the only thing a flow writes.
    """

    principal: str = ANONYMOUS
    deadline: float | None = None
    is_ending: Callable[[], bool] = _never
    arrived: Callable[[], int] = _none
    has_siblings: bool = False
    trailers: dict[str, str] = field(default_factory=dict)

    def others_since(self, known: int) -> bool:
        """Whether others may have come since so many had `arrived`: who can wait lets
        them go first. Siblings share the ledger, so theirs wait for it as well."""
        return self.has_siblings or self.arrived() > known

    def mark_replayed(self) -> None:
        """Tell the caller that this answer was given before (AIP-155)."""
        self.trailers[REPLAYED] = "true"
