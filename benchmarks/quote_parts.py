"""What look-ahead prices and explanations add to the server CPU of quotes and holds.

Two servers with the world of `benchmarks.rpc`, one of them with a price on every cell,
are asked in turn, so that a noisy moment hits both alike. Every plan is summed up in
words, and every hold keeps its decision so that it can be explained ever after: both
are timed apart, on orders of the same size. `python -m benchmarks.quote_parts
[--quick]`.
"""

import argparse
import itertools
import json
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

import numpy as np
import uvloop
from rich.console import Console
from rich.table import Table

from allocation.codec import dump
from allocation.prices.stored import Prices, to_bytes
from allocation.problem import Problem
from allocation.solve import solve
from benchmarks.decisions import problems
from benchmarks.rpc import BODIES, CHECKOUT, SEED, Figure, Target, measured, server
from benchmarks.rpc_world import NODES, SKUS, fill, hold_bodies, quotes
from inventory.embedded import EmbeddedValkey
from inventory.instants import microseconds, present
from inventory.prices.lists import StoredPrices
from inventory.stock import Stock
from router.explaining import summary
from router.money import Currency

FRONT = "native"
PRICE_MINOR = 100
"""Everywhere the same: plans stay what they are, and only the work is measured."""
PLAIN, PRICED, HELD = "quote", "quote, every cell priced", "durable hold"
SAID, KEPT = "its summary in words", "its decision kept, to be explained"
MOST = {PRICED: 0.10, SAID: 0.20}
"""Bars: what may be added to the server CPU of a quote."""
LINES, ORDERS = 3, 2_000


@dataclass(frozen=True, slots=True)
class Part:
    """CPU of a call or of a part of it; `share` of what it is a part of or beside."""

    name: str
    server_cpu_us: float
    share: float


def main() -> None:
    """Measure, print a table, write the figures if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quote_parts")
    parser.add_argument("--json", type=Path, help="also write the figures to a file")
    parser.add_argument("--quick", action="store_true", help="one short round")
    options = parser.parse_args()
    rounds, seconds = (1, 1.5) if options.quick else (7, 3.0)
    with ExitStack() as stack:
        targets = _targets(stack)
        figures = uvloop.run(measured(targets, rounds=rounds, seconds=seconds))
    parts = parts_of(figures)
    Console().print(_table(parts))
    if options.json:
        found = {
            "command": "python -m benchmarks.quote_parts",
            "date": f"{present():%Y-%m-%d}",
            "seed": SEED,
            "parts": [asdict(part) for part in parts],
        }
        options.json.write_text(json.dumps(found, indent=2) + "\n")


def parts_of(figures: list[Figure]) -> list[Part]:
    """Calls, and beside or below each what it is compared with."""
    plain_us, held_us, priced_us = (each.server_cpu_us for each in figures)
    said_us, kept_us = explained_us()
    return [
        Part(PLAIN, plain_us, 1.0),
        Part(SAID, said_us, said_us / plain_us),
        Part(PRICED, priced_us, priced_us / plain_us - 1),
        Part(HELD, held_us, 1.0),
        Part(KEPT, kept_us, kept_us / held_us),
    ]


def explained_us() -> tuple[float, float]:
    """CPU microseconds of a plan's summary, and of keeping the decision."""
    orders, currency = problems(LINES, NODES, ORDERS), Currency("USD")
    plans = {id(problem): solve(problem) for problem in orders}
    noted = [replace(problem, recorded=True) for problem in orders]
    plain_us = _cpu_us(orders, solve)
    said_us = _cpu_us(orders, lambda problem: summary(plans[id(problem)], currency))
    kept_us = _cpu_us(noted, lambda problem: dump(problem, solve(problem)))
    return said_us, kept_us - plain_us


def _cpu_us(orders: list[Problem], work: Callable[[Problem], object]) -> float:
    work(orders[0])
    started = time.process_time()
    for problem in orders:
        problem.solved.clear()
        work(problem)
    return (time.process_time() - started) / len(orders) * 1e6


def _targets(stack: ExitStack) -> list[Target]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    rng = Random(SEED)
    asked = itertools.cycle([q.SerializeToString() for q in quotes(rng, BODIES)])
    held, found = hold_bodies(rng, BODIES), list[Target]()
    for name in (PLAIN, PRICED):
        place = folder / str(len(found))
        ledger_url = f"sqlite:///{place}/ledger.db"
        view = stack.enter_context(EmbeddedValkey(place / "valkey"))
        if name == PRICED:
            uvloop.run(_price(ledger_url))
        app = stack.enter_context(
            server(what="app", front=FRONT, ledger_url=ledger_url, view_url=view.url)
        )
        fill(f"127.0.0.1:{app[1]}", Random(SEED))
        found.append(Target(FRONT, name, *app, f"/{CHECKOUT}/Quote", asked.__next__))
        if name == PLAIN:
            hold = f"/{CHECKOUT}/Hold"
            found.append(Target(FRONT, HELD, *app, hold, held.__next__))
    return found


async def _price(ledger_url: str) -> None:
    """Put a list in force that prices every cell of the world to come."""
    price_minor = np.full((SKUS, NODES), PRICE_MINOR, np.int64)
    skus = tuple(f"SKU-{number:04d}" for number in range(SKUS))
    nodes = tuple(f"node-{number:03d}" for number in range(NODES))
    day_s = int(timedelta(days=1).total_seconds())
    made = StoredPrices(
        made_at_us=microseconds(present()),
        fresh_s=day_s,
        fades_s=day_s,
        horizon_s=day_s,
        orders=0,
        futures=0,
        bound_minor=0,
        cells=price_minor.size,
        units=0,
        verdict="made up",
        forecast="",
        body=to_bytes(Prices(skus, nodes, price_minor)),
    )
    stock = await Stock.open(ledger_url=ledger_url, view_url=None)
    try:
        await stock.prices.take_turn("benchmark", timedelta(minutes=1))
        assert await stock.prices.publish("benchmark", made)
    finally:
        await stock.close()


def _table(parts: list[Part]) -> Table:
    table = Table(title=f"{LINES} lines over {NODES} nodes, {FRONT} front")
    for name in ("what", "server CPU µs", "share", "bar"):
        table.add_column(name, justify="left" if name == "what" else "right")
    for part in parts:
        bar = f"{MOST[part.name]:.0%}" if part.name in MOST else ""
        share = "" if part.name in (PLAIN, HELD) else f"{part.share:+.1%}"
        table.add_row(part.name, f"{part.server_cpu_us:,.1f}", share, bar)
    return table


if __name__ == "__main__":
    main()
