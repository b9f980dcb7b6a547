"""A process that holds stock and is killed at a named point; run by test_crash."""

import asyncio
import os
import signal
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from inventory import failpoint
from inventory.stock import Stock
from tests.inventory.sentences import commit, place

HOLDS = 40


def killed(
    forks: ForkServerContext, victim: Callable[..., None], arguments: tuple[Any, ...]
) -> None:
    """Run a process that does not come to its end."""
    process = forks.Process(target=victim, args=arguments)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


def be_killed(ledger_url: str, view_url: str, point: str, nth: int, told: str) -> None:
    """Hold and commit until the point is reached the n-th time.

    The id of each answered hold is written to the file `told` at once: a promise.
    """
    kill_at(point, nth)
    asyncio.run(main(ledger_url, view_url, Path(told)))


async def main(ledger_url: str, view_url: str, told: Path) -> None:
    promises = os.open(told, os.O_WRONLY | os.O_CREAT)
    stock = await Stock.open(ledger_url=ledger_url, view_url=view_url)

    async def buy(number: int) -> None:
        hold_id = f"h{number}"
        lines = (("A", "N0", 1), ("B", "N1", 2))
        await stock.submit(place(hold_id, *lines, request_id=f"place {number}"))
        os.write(promises, f"{hold_id}\n".encode())
        if number % 2:
            await stock.submit(commit(hold_id, request_id=f"commit {number}"))
            os.write(promises, f"order-{hold_id}\n".encode())

    for first in range(0, HOLDS, 8):
        await asyncio.gather(*map(buy, range(first, first + 8)))
    await stock.close()


def kill_at(point: str, nth: int) -> None:
    left = nth

    def hook(name: str) -> None:
        nonlocal left
        if name == point:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    failpoint.hook = hook
