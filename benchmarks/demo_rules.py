"""Two simple rules on the demonstration's orders and stock, beside the calls.

In a process of its own and of the lowest priority: it takes what the server and its
client leave idle while they wait for the disk.
"""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from allocation.policy import Policy
from router.demo.baselines import Outcome, nearest_cover, static_nearest, try_rule
from router.demo.baskets import draw_baskets
from router.demo.grocery import basket_set
from router.demo.world import build_world

LOWEST_PRIORITY = 19

Outcomes = dict[str, tuple[Outcome, ...]]


@contextmanager
def playing(baskets: str, orders: int, seed: int) -> Iterator[Future[Outcomes]]:
    """What each rule made of the orders, as soon as it is known."""
    # A forked process would inherit the channels of this one.
    spawn = get_context("spawn")
    with ProcessPoolExecutor(1, spawn, _step_back) as pool:
        yield pool.submit(play, baskets, orders, seed)


def _step_back() -> None:
    os.nice(LOWEST_PRIORITY)


def play(baskets: str, orders: int, seed: int) -> Outcomes:
    """Each rule on a stock of its own."""
    chosen = basket_set(baskets)
    world = build_world(seed=seed, orders=orders, baskets=chosen)
    drawn = draw_baskets(chosen, orders, seed=seed)
    return {
        "nearest": try_rule(world, drawn, static_nearest),
        "nearest_cover": try_rule(world, drawn, nearest_cover(Policy())),
    }
