"""The exact kernel beside CP-SAT on the same instances: `python -m benchmarks.kernel`.

Fixed work: order-like instances from a fixed seed. Each cell of lines x candidates is
timed from Instance to Frontier (every number of shipments, so one run of ours stands
beside one CP-SAT run for the largest number alone), and where CP-SAT proves its optimum
the costs must be equal. `--oracle COUNT --seed SEED` compares optima only.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from allocation.solvers.model import Question, answer
from allocation.solvers.optimise import Limits, optimise
from allocation.status import PlanStatus
from benchmarks import decisions
from benchmarks.instances import Shape, order_like
from benchmarks.oracle import compare, value

if TYPE_CHECKING:
    from collections.abc import Callable

    from allocation.solvers.instance import Instance

SEED = 1
LINES = (1, 2, 3, 5, 8, 10, 12)
LONG = ((26, 60), (50, 60), (100, 60))
"""Orders beyond the kernel, for the search, where each node has three of four lines."""
MODEL_CELLS_MAX = 1_600
"""Lines x candidates up to which CP-SAT is asked: above, one model takes seconds."""
BARS_MS = {(3, 200): 0.025, (5, 2_000): 1.0, (10, 2_000): 5.0}
"""3 x 200 at the median, the others at p99: what a quote can afford."""


@dataclass(frozen=True, slots=True)
class Row:
    """Times of one cell; CP-SAT's are 0 where it was not asked."""

    lines: int
    candidates: int
    p50_us: float
    p99_us: float
    model_p50_us: float
    model_p99_us: float
    ratio: float
    proven_share: float
    compared: int


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1e6


def _model_times(instances: list[Instance]) -> tuple[list[float], int]:
    """CP-SAT on the same instances; every proven optimum must be ours."""
    limits = Limits(model_seconds=5.0)
    times, compared = [], 0
    for instance in instances:
        start = time.perf_counter()
        theirs = answer(instance, Question(instance.max_shipments), limits=limits)
        times.append((time.perf_counter() - start) * 1e6)
        ours = optimise(instance).best
        if theirs is None or theirs.status is PlanStatus.OPTIMAL:
            compared += 1
            mine = ours[-1] if ours else None
            if mine is None or mine.status is PlanStatus.OPTIMAL:
                assert value(mine) == value(theirs), "an optimum differs from CP-SAT's"
    return times, compared


def measure(lines: int, candidates: int, *, orders: int, models: int) -> Row:
    """One cell: every order five times, CP-SAT once on the first `models` of them."""
    rng = np.random.default_rng([SEED, lines, candidates])
    services = 2 if candidates >= 200 else 1
    availability = 0.75 if (lines, candidates) in LONG else 0.5
    shape = Shape(lines, candidates, availability, services=services)
    instances = [order_like(rng, shape) for _ in range(orders)]
    optimise(instances[0])
    times = [_timed(partial(optimise, i)) for i in instances for _ in range(5)]
    proven = [optimise(i).best[-1].status is PlanStatus.OPTIMAL for i in instances]
    asked = models if lines * candidates <= MODEL_CELLS_MAX else 0
    theirs, compared = _model_times(instances[:asked])
    p50 = float(np.median(times))
    model_p50 = float(np.median(theirs)) if theirs else 0.0
    return Row(
        lines=lines,
        candidates=candidates,
        p50_us=round(p50, 1),
        p99_us=round(float(np.percentile(times, 99)), 1),
        model_p50_us=round(model_p50, 1),
        model_p99_us=round(float(np.percentile(theirs, 99)), 1) if theirs else 0.0,
        ratio=round(model_p50 / p50, 1),
        proven_share=round(float(np.mean(proven)), 3),
        compared=compared,
    )


def table(rows: list[Row]) -> str:
    """The rows as text."""
    head = f"{'lines':>5} {'cand.':>6} {'p50 us':>9} {'p99 us':>9}"
    head += f" {'CP-SAT p50':>11} {'p99':>10} {'ratio':>8} {'proven':>7}"
    text = [head]
    for row in rows:
        asked = row.model_p50_us > 0
        line = (
            f"{row.lines:>5} {row.candidates:>6} {row.p50_us:>9.1f} {row.p99_us:>9.1f}"
        )
        line += (
            f" {row.model_p50_us:>11.0f} {row.model_p99_us:>10.0f}"
            if asked
            else (f" {'-':>11} {'-':>10}")
        )
        line += f" {row.ratio:>7.0f}x" if asked else f" {'-':>8}"
        text.append(f"{line} {row.proven_share:>7.2f}")
    return "\n".join(text)


def bars(rows: list[Row]) -> list[str]:
    """Each bar, what was reached, and whether that meets it."""
    said = []
    for row in rows:
        bar = BARS_MS.get((row.lines, row.candidates))
        if bar is not None:
            reached = row.p50_us if bar < 0.1 else row.p99_us
            meets = "met" if reached <= bar * 1e3 else "MISSED"
            at = "p50" if bar < 0.1 else "p99"
            said.append(
                f"{row.lines} lines x {row.candidates}: {at} {reached:.1f} us,"
                f" bar {bar * 1e3:.0f} us: {meets}"
            )
    return said


def main() -> int:
    """Measure, or compare with the oracle; non-zero when an optimum differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kernel")
    parser.add_argument("--quick", action="store_true", help="fewer orders and cells")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    parser.add_argument("--oracle", type=int, help="compare so many optima with CP-SAT")
    parser.add_argument("--seed", type=int, default=7, help="seed of the oracle")
    options = parser.parse_args()
    if options.oracle is not None:
        wrong = compare(options.oracle, options.seed)
        print(*wrong, sep="\n", end="\n" if wrong else "")
        return 1 if wrong else 0
    orders, models = (20, 3) if options.quick else (100, 10)
    candidates = (20, 200, 2_000) if options.quick else (20, 50, 200, 1_000, 2_000)
    cells = [(lines, many) for lines in LINES for many in candidates] + list(LONG)
    rows = [measure(*cell, orders=orders, models=models) for cell in cells]
    whole = decisions.run(orders=100 if options.quick else 1_000)
    said = [*bars(rows), *decisions.bars(whole)]
    print(table(rows), decisions.table(whole), *said, sep="\n")
    if options.json:
        found = {
            "seed": SEED,
            "rows": [asdict(row) for row in rows],
            "decisions": [asdict(row) for row in whole],
            "bars": said,
        }
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
