"""The solver's process: `python -m router.lookahead.child`, started by `solving` only.

A brief comes in, prices go out. It is never faster than what customers wait for: it
gives way to every other process, and the system ends it where it takes too long, also
when nobody waits for it any more.
"""

import os
import pickle
import resource
import sys
import time
from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from allocation.network import Network
from allocation.prices.backtest import FULL_BPS
from allocation.prices.outlook import Foreseen, Recent, foresee
from router.lookahead.brief import Brief

FUTURES_SECONDS = 60.0
"""Of processor time: after that no further future is begun."""
CPU_SECONDS_MAX = 240
NICE = 10


def main() -> None:
    """Read, solve, write."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    # Nobody else writes to this pipe: it is the parent's own brief.
    brief = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps(solve(brief)))


def solve(brief: Brief) -> Foreseen:
    """The prices of a brief."""
    return foresee(recent_of(brief))


def recent_of(brief: Brief) -> Recent:
    """What is foreseen from."""
    return Recent(
        brief.orders,
        Network.from_json(brief.network),
        brief.skus,
        brief.stock,
        now=brief.now,
        expected=brief.expected,
        draws=partial(futures, brief),
        kept_bps=FULL_BPS if brief.forecast is None else brief.forecast.kept_bps,
    )


def futures(brief: Brief, orders: int) -> Iterator[NDArray[np.int64]]:
    """Draws with replacement, the same for the same brief; of one in a hurry no more
    once their time is over."""
    chance = np.random.default_rng(int(brief.now.timestamp()))
    each = brief.expected / max(1, orders)
    until_s = time.process_time() + FUTURES_SECONDS
    yield chance.poisson(each, orders)
    while not brief.is_hurried or time.process_time() < until_s:
        yield chance.poisson(each, orders)


if __name__ == "__main__":
    main()
