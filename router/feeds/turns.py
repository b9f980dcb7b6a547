"""Imports let others have their turn.

A batch of 500 counts is some ten milliseconds of Python in the writing thread, and the
interpreter takes its lock away from a thread after 5 ms only: a quote that needs the
lock a few times would wait that long each time. While an import runs, a turn is half a
millisecond.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

TURN_S = 0.0005
_running = 0
_usual_s = 0.0


@contextmanager
def short_turns() -> Iterator[None]:
    """Shorten the turns of threads while any import runs in this process."""
    global _running, _usual_s
    if not _running:
        _usual_s = sys.getswitchinterval()
        sys.setswitchinterval(min(TURN_S, _usual_s))
    _running += 1
    try:
        yield
    finally:
        _running -= 1
        if not _running:
            sys.setswitchinterval(_usual_s)
