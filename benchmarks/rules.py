"""What rules cost an order: `python -m benchmarks.rules`.

Thirty mixed rules, with conditions on order, lines, clock, nodes, distance, stock and
lanes, on 3,000 nodes of the demonstration and its stock. Each order is turned into the
problem without rules that the solvers see (`allocation.rules.ruling.ruled`), beside the
whole plan of the same order under no rules and under all. Processor time of the thread,
each order's least of several runs, all sizes in turn: what the machine does meanwhile
is not ours, and no size has a busy moment to itself.
"""

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from allocation.order import Destination, Line, Order
from allocation.policy import Policy
from allocation.problem import Problem
from allocation.rules.book import policy_in_force
from allocation.rules.document import Condition, PolicyDocument, Rule, Window
from allocation.rules.fields import Op
from allocation.rules.relaxing import NOTHING
from allocation.rules.ruling import ruled
from allocation.rules.words import LimitName, Per, Queue, Verb
from allocation.solve import solve
from benchmarks.simulate import setting_of
from router.memory import keep_pages
from router.simulate import Setting

SEED = 7
NODES = 3_000
LINES = (1, 3, 5, 10, 15)
"""15: the median of the demonstration's baskets."""
RUNS, PLAN_RUNS = 10, 3
BAR_US = 1_000.0
"""Evaluation at p99, for orders of any of these sizes."""
NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
CITIES = ((40.7, -74.0), (41.8, -87.6), (34.0, -118.2), (33.7, -84.4), (47.6, -122.3))
STORE = Condition("node.kind", Op.EQ, "STORE")
CENTRE = Condition("node.kind", Op.EQ, "CENTRE")
PACIFIC = Condition("node.time_zone", Op.EQ, "America/Los_Angeles")
WORKDAYS = (Window(("MON", "TUE", "WED", "THU", "FRI"), 0, 24 * 60),)


@dataclass(frozen=True, slots=True)
class Row:
    """Microseconds of orders of one size."""

    lines: int
    rules_p50_us: float
    rules_p99_us: float
    plain_p50_us: float
    plain_p99_us: float
    ruled_p50_us: float
    ruled_p99_us: float
    """A whole plan under the rules, the solvers' other answers included."""


def thirty_rules() -> tuple[Rule, ...]:
    """Ten sorts of rules, three of each, mixed as a policy that has grown is."""
    return tuple(
        replace(rule, id=f"{rule.id}-{degree}")
        for degree in (1, 2, 3)
        for rule in (*_forbidding(degree), *_charging(degree), *_others(degree))
    )


def _forbidding(degree: int) -> tuple[Rule, ...]:
    far = Condition("lane.distance_km", Op.GT, 1_000 * degree)
    heavy = Condition("item.weight_g", Op.GT, 1_500 * degree)
    last = Condition("cell.available", Op.LT, degree)
    night = Condition("node.local_time", Op.GTE, 60 * (20 + degree))
    return (
        Rule("far-stores", "No store sends far", Verb.NEVER, (STORE, far)),
        Rule("heavy", "Heavy things leave centres", Verb.ONLY, (heavy, CENTRE)),
        Rule("last-units", "Stores keep their last units", Verb.NEVER, (STORE, last)),
        Rule("night", "No store works at night", Verb.NEVER, (STORE, night)),
    )


def _charging(degree: int) -> tuple[Rule, ...]:
    small = Condition("order.value", Op.LT, 5_000 * degree)
    bulky = Condition("item.volume_cm3", Op.GT, 2_000 * degree)
    quick = Condition("lane.service", Op.EQ, "NEXT_DAY")
    return (
        Rule(
            "centres",
            "A parcel from a centre is worth more",
            Verb.PREFER,
            (CENTRE,),
            weekly=WORKDAYS,
            amount_minor=50 * degree,
        ),
        Rule(
            "bulky",
            "Stores pack bulky things slowly",
            Verb.CHARGE,
            (STORE, bulky, small),
            amount_minor=10 * degree,
            per=Per.UNIT,
        ),
        Rule(
            "quick",
            "The fastest service is a surcharge",
            Verb.CHARGE,
            (quick, PACIFIC),
            amount_minor=30 * degree,
        ),
    )


def _others(degree: int) -> tuple[Rule, ...]:
    dear = Condition("order.value", Op.GT, 100_000 * degree)
    here = Condition("order.country", Op.EQ, "US")
    return (
        Rule("floor", "Shelves keep some", Verb.KEEP_BACK, (STORE,), units=degree),
        Rule(
            "near",
            "Stores send so far at home",
            Verb.LIMIT,
            (STORE, here),
            limit=LimitName.DISTANCE_KM,
            to=4_000 - 500 * degree,
        ),
        Rule("review", "Dear orders wait", Verb.SEND_TO, (dear,), queue=Queue.REVIEW),
    )


def measure(
    sizes: Sequence[int], *, orders: int, setting: Setting, policy: Policy
) -> list[Row]:
    """A row for each number of lines; every order is evaluated and solved anew in
    every run."""
    problems = [_orders(lines, orders, setting, policy) for lines in sizes]
    plain = [[replace(each, policy=Policy()) for each in some] for some in problems]
    rules = _times(problems, lambda problem: ruled(problem, NOTHING), RUNS)
    without = _times(plain, solve, PLAN_RUNS)
    under = _times(problems, solve, PLAN_RUNS)
    measured = zip(sizes, rules, without, under, strict=True)
    return [Row(lines, *first, *then, *last) for lines, first, then, last in measured]


def _orders(lines: int, orders: int, setting: Setting, policy: Policy) -> list[Problem]:
    rng = np.random.default_rng([SEED, lines])
    return [_problem(rng, lines, setting, policy) for _ in range(orders)]


def _problem(
    rng: np.random.Generator, lines: int, setting: Setting, policy: Policy
) -> Problem:
    network, rows = setting.snapshot.network, setting.opening.rows
    picked = rng.choice(sorted(rows), lines, replace=False).tolist()
    wanted = tuple(Line(sku, int(rng.integers(1, 4))) for sku in picked)
    latitude, longitude = CITIES[int(rng.integers(len(CITIES)))]
    where = Destination(latitude + rng.random(), longitude, residential=True)
    available = np.array([rows[sku] for sku in picked], dtype=np.int64)
    return Problem(Order(wanted, where), network, available, policy, NOW)


def _times(
    sizes: Sequence[Sequence[Problem]], work: Callable[[Problem], object], runs: int
) -> list[tuple[float, float]]:
    """Median and 99th percentile over orders of each size; nothing is remembered
    between runs."""
    work(replace(sizes[0][0]))
    # All orders in turn, and again: a busy moment of the machine is over by then.
    rounds = [
        [[_timed(problem, work) for problem in some] for some in sizes]
        for _ in range(runs)
    ]
    found = np.percentile(np.min(rounds, axis=0), [50, 99], axis=1).round(1)
    return [(p50, p99) for p50, p99 in found.T.tolist()]


def _timed(problem: Problem, work: Callable[[Problem], object]) -> float:
    fresh = replace(problem)
    started = time.thread_time_ns()
    work(fresh)
    return (time.thread_time_ns() - started) / 1e3


def table(rows: Sequence[Row]) -> str:
    """The rows as text."""
    head = f"{'lines':>5} {'30 rules p50 us':>16} {'p99':>8}"
    head += f" {'plain plan p50 us':>18} {'p99':>9} {'with rules p50':>15} {'p99':>9}"
    return "\n".join(
        [
            head,
            *(
                f"{row.lines:>5} {row.rules_p50_us:>16.1f} {row.rules_p99_us:>8.1f}"
                f" {row.plain_p50_us:>18.1f} {row.plain_p99_us:>9.1f}"
                f" {row.ruled_p50_us:>15.1f} {row.ruled_p99_us:>9.1f}"
                for row in rows
            ),
        ]
    )


def bar(rows: Sequence[Row]) -> str:
    """The bar, what was reached, and whether that meets it."""
    worst = max(row.rules_p99_us for row in rows)
    said = "met" if worst <= BAR_US else "MISSED"
    return (
        f"30 rules x {NODES:,} nodes: evaluation p99 {worst:.0f} us at most,"
        f" bar {BAR_US:.0f} us: {said}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the figures where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules")
    parser.add_argument("--quick", action="store_true", help="fewer orders")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    options = parser.parse_args(arguments)
    keep_pages()
    setting = setting_of(NODES, seed=SEED)
    document = PolicyDocument("grown", "Thirty rules", rules=thirty_rules())
    policy = policy_in_force(document, "grown")
    orders = 40 if options.quick else 200
    rows = measure(LINES, orders=orders, setting=setting, policy=policy)
    print(table(rows), bar(rows), sep="\n")
    if options.json:
        found = {
            "command": f"python -m benchmarks.rules{' --quick' * options.quick}",
            "seed": SEED,
            "nodes": len(setting.snapshot.network.nodes),
            "rules": len(document.rules),
            "orders": orders,
            "rows": [asdict(row) for row in rows],
            "bar": bar(rows),
            "python": platform.python_version(),
        }
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
