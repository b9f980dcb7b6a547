"""Signs of life of work that takes longer than any call may.

A stream says them: proxies cut silent ones.
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from typing import Any, TypeVar

from inventory.errors import Draining
from router.rpc.call import Call

T = TypeVar("T")
SIGN_OF_LIFE_S = 2.0


async def told(
    work: Coroutine[Any, Any, T],
    call: Call,
    *,
    stops: str,
    every_s: float = SIGN_OF_LIFE_S,
) -> AsyncGenerator[tuple[int, T | None], None]:
    """The seconds so far, again and again, and at the end what came of the work.

    Whoever leaves ends the work.

    Args:
        stops: what a server does not do any more that is about to stop.

    Raises:
        Draining: the server is about to stop.
    """
    began, doing = monotonic(), asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({doing}, timeout=every_s))[0]:
            if call.is_ending():
                raise _ending(stops)
            yield int(monotonic() - began), None
        yield int(monotonic() - began), doing.result()
    finally:
        if doing.cancel():
            with suppress(asyncio.CancelledError):
                await doing


def _ending(stops: str) -> Draining:
    return Draining(
        f"This server is about to stop and {stops} any more",
        next_step="call again; another server answers",
        retry_after=timedelta(milliseconds=100),
    )
