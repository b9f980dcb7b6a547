"""What follows from a receiver's answer: taken, again later, or never again."""

from collections.abc import Callable
from dataclasses import dataclass
from random import uniform

from inventory.events.deliveries import Due, Tried

# Nine more tries over three days, as Standard Webhooks recommends.
SCHEDULE_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
SPREAD = 0.2  # of each wait, either way: what failed together does not come together
RETRY_AFTER_S_MAX = 86_400.0
PAUSE_S = 5.0
# The receiver, or what stands before it, says of itself that it is not well.
UNWELL = frozenset({429, 502, 503, 504})
GONE = 410

Jitter = Callable[[], float]


def jitter() -> float:
    """A factor around 1."""
    return uniform(1 - SPREAD, 1 + SPREAD)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a receiver answered.

    Args:
        status: of HTTP, 0 if there was no answer.
        said: the beginning of the body, or why there is none.
        retry_after_s: what it asked for.
        is_down: nothing was reached at all.
    """

    status: int
    latency_ms: int
    said: str
    retry_after_s: float = 0.0
    is_down: bool = False


def judged(
    due: Due, heard: Heard, *, schedule_s: tuple[float, ...], jitter: Jitter
) -> Tried:
    """What came of the try, and when the next one is due."""
    facts = (due, heard.status, heard.latency_ms, heard.said)
    if 200 <= heard.status < 300:
        return Tried(*facts)
    if heard.status == GONE:
        return Tried(*facts, disable="its receiver answered 410 Gone")
    if due.tries >= len(schedule_s):
        failed = heard.status or heard.said
        return Tried(
            *facts, disable=f"its receiver failed {due.tries + 1} times: {failed}"
        )
    asked_s = min(heard.retry_after_s, RETRY_AFTER_S_MAX)
    again_s = max(schedule_s[due.tries] * jitter(), asked_s)
    pause_s = asked_s
    if heard.status in UNWELL or heard.is_down:
        pause_s = max(asked_s, min(PAUSE_S, schedule_s[0]) * jitter())
    return Tried(*facts, again_s=again_s, pause_s=pause_s)
