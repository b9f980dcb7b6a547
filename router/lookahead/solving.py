"""A solve in a process of its own: whatever becomes of it, customers are served.

A new process for each solve costs two seconds of its own every few minutes, and leaves
nothing behind: no memory that grows, no state to be repaired.
"""

import asyncio
import pickle
import sys

from allocation.prices.outlook import Foreseen
from router.lookahead.brief import Brief

SECONDS_MAX = 240.0
"""A solve of as many orders as there may be takes about a minute of a quiet core."""
TOLD_MAX = 2_000
"""Characters of what a process that died had to say."""
COMMAND = (sys.executable, "-m", "router.lookahead.child")


class SolverDied(Exception):
    """The solver's process ended without prices; the text has its last words."""


async def solved(brief: Brief, *, seconds_max: float = SECONDS_MAX) -> Foreseen:
    """The prices of a brief.

    Raises:
        SolverDied: it ended without them, or was ended because it took too long.
    """
    raw = await asyncio.to_thread(pickle.dumps, brief)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=pipe, stdout=pipe, stderr=pipe
    )
    try:
        async with asyncio.timeout(seconds_max):
            answer, said = await process.communicate(raw)
    except TimeoutError as late:
        raise SolverDied(f"no prices within {seconds_max:g} s") from late
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        last = said.decode(errors="replace")[-TOLD_MAX:]
        raise SolverDied(f"the solver ended with {process.returncode}: {last}")
    found = await asyncio.to_thread(pickle.loads, answer)
    assert isinstance(found, Foreseen)
    return found
