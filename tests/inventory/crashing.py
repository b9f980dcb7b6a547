"""A process that holds stock and is killed at a named point; run by test_crash.

Arguments: ledger URL, view URL, the point, the how-manieth time it is reached. It
writes the id of each answered hold to stdout at once: those are promises.
"""

import asyncio
import os
import signal
import sys

from inventory import failpoint
from inventory.stock import Stock
from tests.inventory.sentences import commit, place

HOLDS = 40


async def main(ledger_url: str, view_url: str) -> None:
    stock = await Stock.open(ledger_url=ledger_url, view_url=view_url)

    async def buy(number: int) -> None:
        hold_id = f"h{number}"
        lines = (("A", "N0", 1), ("B", "N1", 2))
        await stock.submit(place(hold_id, *lines, request_id=f"place {number}"))
        os.write(1, f"{hold_id}\n".encode())
        if number % 2:
            await stock.submit(commit(hold_id, request_id=f"commit {number}"))
            os.write(1, f"order-{hold_id}\n".encode())

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


if __name__ == "__main__":
    _, ledger, view, point, nth = sys.argv
    kill_at(point, int(nth))
    asyncio.run(main(ledger, view))
