"""Whole decisions: shortlist and kernel together, and the plan with names and judge.

A network of one service with eight zones; each node has 45 % of the lines in plenty, so
that nearly every node is a candidate.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

import numpy as np

from allocation.decide import decide
from allocation.network import Network
from allocation.node import Item, Lane, Node
from allocation.order import Destination, Line, Order
from allocation.policy import Policy
from allocation.problem import Problem
from allocation.solve import solve

SEED = 7
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
CELLS = tuple((lines, nodes) for nodes in (200, 2_000) for lines in (1, 3, 5, 10, 12))
BARS_MS = {(5, 2_000): 1.0, (10, 2_000): 5.0}
"""Most that shortlist and kernel together may take at p99."""
SKUS, STOCKED_SHARE = 300, 0.45
CITIES = ((40.7, -74.0), (41.8, -87.6), (34.0, -118.2), (33.7, -84.4))


@dataclass(frozen=True, slots=True)
class Decision:
    """Times of one size, microseconds: to the frontier, and to the judged plan."""

    lines: int
    nodes: int
    decide_p50_us: float
    decide_p99_us: float
    solve_p50_us: float
    solve_p99_us: float


def run(*, orders: int) -> list[Decision]:
    """Every size; `orders` different ones of each, each decided anew."""
    found = []
    for lines, nodes in CELLS:
        asked = problems(lines, nodes, orders)
        decided = _times(asked, lambda problem: decide(problem, None))
        solved = _times(asked, solve)
        found.append(Decision(lines, nodes, *decided, *solved))
    return found


def table(rows: list[Decision]) -> str:
    """The rows as text."""
    head = f"{'lines':>5} {'nodes':>6} {'shortlist+kernel p50 us':>24} {'p99':>8}"
    text = [f"{head} {'whole plan p50 us':>18} {'p99':>8}"]
    text += [
        f"{row.lines:>5} {row.nodes:>6} {row.decide_p50_us:>24.1f}"
        f" {row.decide_p99_us:>8.1f} {row.solve_p50_us:>18.1f} {row.solve_p99_us:>8.1f}"
        for row in rows
    ]
    return "\n".join(text)


def bars(rows: list[Decision]) -> list[str]:
    """Each bar, what was reached, and whether that meets it."""
    return [
        f"{row.lines} lines x {row.nodes} nodes, shortlist and kernel: p99"
        f" {row.decide_p99_us:.0f} us, bar {bar * 1e3:.0f} us:"
        f" {'met' if row.decide_p99_us <= bar * 1e3 else 'MISSED'}"
        for row in rows
        if (bar := BARS_MS.get((row.lines, row.nodes))) is not None
    ]


def _times(
    problems: list[Problem], work: Callable[[Problem], object]
) -> tuple[float, float]:
    """Median and 99th percentile of one call; nothing is remembered between calls."""
    times = []
    for problem in problems:
        problem.solved.clear()
        started = time.perf_counter()
        work(problem)
        times.append((time.perf_counter() - started) * 1e6)
    p50, p99 = np.percentile(times, [50, 99])
    return round(float(p50), 1), round(float(p99), 1)


def problems(lines: int, nodes: int, orders: int) -> list[Problem]:
    """Different orders of one size over one network."""
    rng = Random(SEED)
    network = _network(nodes, rng)
    draw = np.random.default_rng(SEED)
    return [
        Problem(
            _order(lines, rng),
            network,
            1_000 * (draw.random((lines, nodes)) < STOCKED_SHARE).astype(np.int64),
            Policy(),
            NOW,
        )
        for _ in range(orders)
    ]


def _order(lines: int, rng: Random) -> Order:
    wanted = tuple(
        Line(f"SKU-{number:04d}", rng.randrange(1, 4))
        for number in rng.sample(range(SKUS), lines)
    )
    return Order(wanted, Destination(*rng.choice(CITIES)))


def _network(nodes: int, rng: Random) -> Network:
    return Network.compile(
        [_node(number, rng) for number in range(nodes)],
        [Item(f"SKU-{n:04d}", weight_g=rng.randrange(100, 3_000)) for n in range(SKUS)],
        [_lane(zone) for zone in range(1, 9)],
    )


def _node(number: int, rng: Random) -> Node:
    return Node(
        node_id=f"node-{number:04d}",
        number=number,
        latitude=rng.uniform(30, 46),
        longitude=rng.uniform(-120, -75),
        time_zone="America/Chicago",
        parcel_handling_minor=rng.randrange(50, 200),
        line_handling_minor=rng.randrange(20, 60),
    )


def _lane(zone: int) -> Lane:
    return Lane(
        f"ground-{zone}",
        "GROUND",
        zone,
        distance_km_max=0 if zone == 8 else 300 * zone,
        base_minor=500 + 60 * zone,
        step_minor=30 + 5 * zone,
        transit_days=1 + zone // 2,
    )
