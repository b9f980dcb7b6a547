"""`python -m benchmarks.offers`: one shipment, several nodes that want it, one winner.

Each race is an order of one unit that four nodes are asked to take. All accept at once,
in random order, every request twice, as devices do that saw no answer; the node that
has the unit just accepts, the others bring the plan that moves it. Afterwards the
ledger's own rows are counted and the books are audited.
"""

import argparse
import asyncio
import json
import os
import random
import shlex
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop
from rich.console import Console
from rich.table import Table

from inventory.audit import audit
from inventory.errors import Refusal
from inventory.operations import (
    CommitHold,
    Count,
    CountStock,
    HoldLine,
    PlaceHold,
    RequestKey,
)
from inventory.orders.actions import Accept, Offer, OrderStep, RouteLine, Routes
from inventory.stock import Stock

NODES = ("N0", "N1", "N2", "N3")
HOME, SKU = NODES[0], "S"
AT_ONCE = 32
"""Races that are run side by side."""


@dataclass(frozen=True, slots=True)
class Race:
    """Who was told that the shipment is theirs, and how long each accept took."""

    winners: tuple[str, ...]
    contradicted: int
    waits_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a number of races came to.

    `contradicted`: nodes that were told yes and no for one request sent twice.
    """

    store: str
    races: int
    accepts: int
    winners: dict[str, int]
    without_winner: int
    with_several: int
    contradicted: int
    violations: int
    accepts_per_s: float
    p50_ms: float
    p99_ms: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Run on SQLite, print the table, write the JSON if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.offers")
    parser.add_argument("--races", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path, help="also write the figures to a file")
    given = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="shipfrom-bench-") as folder:
        url = f"sqlite:///{folder}/ledger.db"
        verdict = uvloop.run(measured(url, races=given.races, seed=given.seed))
    Console().print(_table(verdict))
    if given.json:
        found = {
            "command": shlex.join(["python", "-m", "benchmarks.offers", *sys.argv[1:]]),
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "cores": os.cpu_count(),
            "seed": given.seed,
            **asdict(verdict),
        }
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(found, indent=2) + "\n")
    assert is_good(verdict), "every race has one winner"


def is_good(verdict: Verdict) -> bool:
    """One winner each, one answer each, and the books are right."""
    lost = verdict.without_winner + verdict.with_several + verdict.contradicted
    return not lost and not verdict.violations


async def measured(url: str, *, races: int, seed: int, routers: int = 1) -> Verdict:
    """Races through as many writers as there are routers, then the audit."""
    stocks = [await Stock.open(ledger_url=url, view_url=None) for _ in range(routers)]
    await _furnish(stocks[0], races)
    started = time.perf_counter()
    run = await _run(stocks, races, random.Random(seed))
    seconds = time.perf_counter() - started
    for stock in stocks:
        await stock.close()
    report = await audit(url)
    waits_s = sorted(wait_s for race in run for wait_s in race.waits_s)
    return Verdict(
        store=url.partition(":")[0],
        races=len(run),
        accepts=len(waits_s),
        winners=dict(Counter(race.winners[0] for race in run if race.winners)),
        without_winner=sum(not race.winners for race in run),
        with_several=sum(len(race.winners) > 1 for race in run),
        contradicted=sum(race.contradicted for race in run),
        violations=len(report.violations),
        accepts_per_s=len(waits_s) / seconds,
        p50_ms=waits_s[len(waits_s) // 2] * 1000,
        p99_ms=waits_s[int(len(waits_s) * 0.99)] * 1000,
    )


async def _furnish(stock: Stock, units: int) -> None:
    rows = [(node, {"name": node}) for node in NODES]
    await stock.catalogue.upsert(_key("Upsert", "nodes"), "node", rows)
    counts = tuple(Count(SKU, node, units) for node in NODES)
    await stock.submit(CountStock(_key("SetStock", "cells"), counts, "benchmark"))


async def _run(stocks: Sequence[Stock], races: int, rng: random.Random) -> list[Race]:
    names, run = iter(range(races)), list[Race]()

    async def runner() -> None:
        for number in names:
            run.append(await _race(stocks, f"o{number}", rng))

    await asyncio.gather(*(runner() for _ in range(AT_ONCE)))
    return run


async def _race(stocks: Sequence[Stock], name: str, rng: random.Random) -> Race:
    """Place, commit, offer; then everybody at once."""
    stock, line = rng.choice(stocks), HoldLine(SKU, HOME, 1, 1)
    hold = PlaceHold(
        key=_key("Hold", name),
        hold_id=name,
        order_ref=name,
        ttl=timedelta(minutes=15),
        lines=(line,),
        decision=b"",
    )
    await stock.submit(hold)
    await stock.submit(CommitHold(_key("Commit", name), name, name))
    asked = Offer(f"{name}:1", NODES, due_us=0)
    await stock.submit(OrderStep(_key("Offer", name), name, asked))
    devices = [*NODES, *NODES]
    rng.shuffle(devices)
    outcomes = await asyncio.gather(
        *(_accept(rng.choice(stocks), name, node) for node in devices)
    )
    told = list(zip(devices, (is_won for is_won, _ in outcomes), strict=True))
    won = {node for node, is_won in told if is_won}
    contradicted = sum(node in won and not is_won for node, is_won in told)
    return Race(tuple(sorted(won)), contradicted, tuple(wait for _, wait in outcomes))


async def _accept(stock: Stock, name: str, node: str) -> tuple[bool, float]:
    """Whether the node has it now, and how long it took to know."""
    move = Routes((RouteLine(SKU, node, 1, 1),), b"", "OFFER")
    action = Accept(f"{name}:1", node, None if node == HOME else move)
    started = time.perf_counter()
    try:
        await stock.submit(OrderStep(_key("Accept", f"{name} {node}"), name, action))
    except Refusal:
        return False, time.perf_counter() - started
    return True, time.perf_counter() - started


def _key(method: str, request_id: str) -> RequestKey:
    return RequestKey("benchmark", method, request_id, "0" * 64)


def _table(verdict: Verdict) -> Table:
    offered = f"{verdict.races:,} shipments offered to {len(NODES)} nodes each"
    table = Table(title=f"{offered}, {verdict.store}: who won")
    for name in (*NODES, "none", "several", "yes+no", "audit"):
        table.add_column(name, justify="right")
    for name in ("/s", "p50 ms", "p99 ms"):
        table.add_column(name, justify="right")
    won = [f"{verdict.winners.get(node, 0):,}" for node in NODES]
    lost = verdict.without_winner, verdict.with_several, verdict.contradicted
    waits = f"{verdict.p50_ms:.1f}", f"{verdict.p99_ms:.1f}"
    wrong = map(str, (*lost, verdict.violations))
    table.add_row(*won, *wrong, f"{verdict.accepts_per_s:,.0f}", *waits)
    return table


if __name__ == "__main__":
    main()
