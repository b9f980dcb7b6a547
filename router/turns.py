"""How long a thread of this process may keep the interpreter while others wait.

The writer of a long import is busy without a pause. Whenever a quote's thread waits for
anything it loses its turn, and by default gets the next one five milliseconds later: a
dozen such waits are what the slowest quotes beside an import are made of. Shorter turns
cost the import a little, and are not needed without one.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

SHORT_S = 0.0005


@dataclass(slots=True)
class Turns:
    """Of one interpreter: how many want short turns, and what is usual."""

    wanted: int = 0
    usual_s: float = 0.0

    @contextmanager
    def short(self) -> Iterator[None]:
        """Short turns until the block ends, the last one of those that overlap."""
        if not self.wanted:
            self.usual_s = sys.getswitchinterval()
            sys.setswitchinterval(SHORT_S)
        self.wanted += 1
        try:
            yield
        finally:
            self.wanted -= 1
            if not self.wanted:
                sys.setswitchinterval(self.usual_s)


TURNS = Turns()
