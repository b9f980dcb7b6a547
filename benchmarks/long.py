"""Long orders of the demonstration's stream: how well, how sure, how fast.

Routes the real baskets one after another without a server, each on the stock that the
ones before have left, and tells by size of the basket what the plans fill, what share
is proven optimal, how far the others may be from the optimum, and the processor time of
one decision.

    python -m benchmarks.long [--orders 10000] [--seed 7] [--json build/long.json]
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from allocation.network import Network
from allocation.plan import Plan
from allocation.policy import Policy
from allocation.problem import Problem
from allocation.solve import solve
from allocation.solvers.optimise import warm
from allocation.status import PlanStatus
from benchmarks.demo_figures import percentile
from router.demo.baskets import Basket, draw_baskets
from router.demo.tables import online_retail
from router.demo.world import World, build_world

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
POLICY = Policy(allow_partial=True)
SIZES = ((1, 12), (13, 30), (31, 50), (51, 80), (81, 150), (151, 500))
BPS = 10_000


@dataclass(slots=True)
class Tally:
    """What became of the orders of one size."""

    units: int = 0
    filled: int = 0
    whole: int = 0
    proven: int = 0
    cost_minor: int = 0
    took_ms: list[float] = field(default_factory=list)
    gaps_bps: list[float] = field(default_factory=list)

    def note(self, basket: Basket, plan: Plan, took_ms: float) -> None:
        """Count one order."""
        self.units += sum(line.quantity for line in basket.order.lines)
        self.filled += sum(
            line.quantity for each in plan.shipments for line in each.lines
        )
        self.whole += not plan.unfilled
        self.proven += plan.status is PlanStatus.OPTIMAL
        cost = plan.cost.cash_minor
        self.cost_minor += cost
        self.gaps_bps.append(BPS * (cost - plan.bound_minor) / cost if cost else 0.0)
        self.took_ms.append(took_ms)

    def row(self, lines: str) -> dict[str, float | str]:
        """The figures of the page."""
        orders = len(self.took_ms)
        return {
            "lines": lines,
            "orders": orders,
            "fill_rate": round(self.filled / self.units, 5),
            "whole_share": round(self.whole / orders, 4),
            "cost_mean": round(self.cost_minor / orders / 100, 3),
            "proven_share": round(self.proven / orders, 4),
            "gap_bps_mean": round(float(np.mean(self.gaps_bps)), 1),
            "gap_bps_p99": round(percentile(self.gaps_bps, 0.99), 1),
            "cpu_ms_mean": round(float(np.mean(self.took_ms)), 3),
            "cpu_ms_p99": round(percentile(self.took_ms, 0.99), 3),
        }


class Stream:
    """The demonstration's stock, counted down order by order."""

    def __init__(self, world: World) -> None:
        self._network = Network.compile(world.nodes, world.items, world.lanes)
        self._row = {item.sku: row for row, item in enumerate(world.items)}
        dense = world.stock.dense(len(world.items), len(world.nodes))
        self._stock = dense.astype(np.int64)

    def route(self, basket: Basket) -> tuple[Plan, float]:
        """The plan and the milliseconds of processor time that it took."""
        rows = [self._row[line.sku] for line in basket.order.lines]
        problem = Problem(basket.order, self._network, self._stock[rows], POLICY, NOW)
        start = time.thread_time()
        plan = solve(problem)
        took_ms = (time.thread_time() - start) * 1e3
        for shipment in plan.shipments:
            node = self._network.node_by_id[shipment.node_id].number
            for line in shipment.lines:
                self._stock[self._row[line.sku], node] -= line.quantity
        return plan, took_ms


def measure(orders: int, seed: int) -> list[dict[str, float | str]]:
    """One row for each size of basket."""
    warm()
    stream = Stream(build_world(seed=seed, orders=orders))
    tallies = [Tally() for _ in SIZES]
    for basket in draw_baskets(online_retail(), orders, seed=seed):
        lines = len(basket.order.lines)
        size = next(i for i, (_, most) in enumerate(SIZES) if lines <= most)
        tallies[size].note(basket, *stream.route(basket))
    return [
        tally.row(f"{low}-{high}")
        for (low, high), tally in zip(SIZES, tallies, strict=True)
        if tally.took_ms
    ]


def table(rows: Sequence[dict[str, float | str]]) -> str:
    """The rows as text."""
    names = list(rows[0])
    text = [" ".join(f"{name:>12}" for name in names)]
    text += [" ".join(f"{row[name]:>12}" for name in names) for row in rows]
    return "\n".join(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    options = parser.parse_args(arguments)
    rows = measure(options.orders, options.seed)
    print(table(rows))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        found = {"orders": options.orders, "seed": options.seed, "by_size": rows}
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
