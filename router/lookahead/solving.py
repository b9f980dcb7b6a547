"""A solve in a process of its own: whatever becomes of it, customers are served.

A new process for each solve costs two seconds of its own every few minutes, and leaves
nothing behind: no memory that grows, no state to be repaired. It is started the plain
way and not by the event loop's, which forks, and gRPC complains of each fork.
"""

import asyncio
import pickle
import subprocess
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
    process = _started()
    talk = asyncio.ensure_future(asyncio.to_thread(_talk, process, raw, seconds_max))
    try:
        answer, said = await asyncio.shield(talk)
    except subprocess.TimeoutExpired as late:
        raise SolverDied(f"no prices within {seconds_max:g} s") from late
    finally:
        # Also where nobody waits for the prices any more.
        process.kill()
        await asyncio.wait([talk])
    if process.returncode:
        last = said.decode(errors="replace")[-TOLD_MAX:]
        raise SolverDied(f"the solver ended with {process.returncode}: {last}")
    found = await asyncio.to_thread(pickle.loads, answer)
    assert isinstance(found, Foreseen)
    return found


def _started() -> subprocess.Popen[bytes]:
    """The process, which a signal to the router's terminal does not reach."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
    )


def _talk(
    process: subprocess.Popen[bytes], raw: bytes, seconds_max: float
) -> tuple[bytes, bytes]:
    """What it answers and says; afterwards it is gone."""
    with process:
        try:
            return process.communicate(raw, timeout=seconds_max)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
