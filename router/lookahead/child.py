"""The solver's process: `python -m router.lookahead.child`, started by `solving` only.

A brief comes in, prices go out. It is never faster than what customers wait for: it
gives way to every other process, and the system ends it where it takes too long, also
when nobody waits for it any more.
"""

import os
import pickle
import resource
import sys

import numpy as np

from allocation.network import Network
from allocation.prices.futures import MANY
from allocation.prices.outlook import Foreseen, Recent, foresee
from router.lookahead.brief import Brief

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
    """The prices of a brief; the same brief gives the same prices."""
    many = len(brief.orders)
    chance = np.random.default_rng(int(brief.now.timestamp()))
    draws = chance.poisson(brief.expected / max(1, many), (MANY, many))
    network = Network.from_json(brief.network)
    return foresee(
        Recent(
            brief.orders,
            network,
            brief.skus,
            brief.stock,
            now=brief.now,
            expected=brief.expected,
            draws=draws,
        )
    )


if __name__ == "__main__":
    main()
