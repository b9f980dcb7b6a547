"""`python -m benchmarks.stock`: what stock costs, each figure beside its baseline.

Fixed work: the view's layouts, its reads and pushes, and durable holds through the
combining writer beside one transaction an order. Every run checks its result; ratios
are what carries over to other machines.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import stock_disk, stock_holds, stock_view
from benchmarks.stock_holds import Holds
from benchmarks.stock_view import Layout, Rate

# What each ratio is meant to reach on any machine.
BARS = {
    "SQLite FULL, spread: writer / baseline": 8.0,
    "SQLite FULL: hot cell / spread": 0.8,
    "PostgreSQL, spread: writer / baseline": 5.0,
    "PostgreSQL: hot cell / spread": 0.8,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, print the tables, and write the JSON if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stock")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    parser.add_argument("--json", type=Path, help="also write the figures to a file")
    options = parser.parse_args(arguments)
    console = Console()
    layouts, rates = stock_view.run(quick=options.quick)
    console.print(_layouts(layouts), _rates(rates))
    holds = stock_holds.run(quick=options.quick)
    console.print(_holds(holds))
    sync_us = stock_disk.fdatasync_us()
    for line in _verdicts(layouts, holds, sync_us):
        console.print(line)
    if options.json:
        figures = {
            "layouts": [asdict(one) for one in layouts],
            "rates": [asdict(one) for one in rates],
            "holds": [asdict(one) for one in holds],
            "ratios": ratios(holds),
            "bars": BARS,
            "fdatasync_us": sync_us,
        }
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


def ratios(holds: Sequence[Holds]) -> dict[str, float]:
    """Writer over baseline for each store and case, and hot over spread."""
    rate = {(h.store, h.case, h.way): h.orders_per_s for h in holds}
    found: dict[str, float] = {}
    for store in dict.fromkeys(h.store for h in holds):
        for case in ("spread", "hot cell"):
            writer, bare = rate[store, case, "writer"], rate[store, case, "baseline"]
            found[f"{store}, {case}: writer / baseline"] = writer / bare
        hot, spread = (rate[store, case, "writer"] for case in ("hot cell", "spread"))
        found[f"{store}: hot cell / spread"] = hot / spread
    return found


def _layouts(layouts: Sequence[Layout]) -> Table:
    table = Table(title="Reading SKUs x nodes into one matrix, one caller, µs")
    for name in ("SKUs", "nodes", "packed p50", "p99", "CPU"):
        table.add_column(name, justify="right")
    for name in ("hash p50", "p99", "CPU", "hash / packed CPU"):
        table.add_column(name, justify="right")
    pairs = zip(layouts[::2], layouts[1::2], strict=True)
    for packed, hashed in pairs:
        sides = [
            f"{x:,.0f}"
            for s in (packed, hashed)
            for x in (s.p50_us, s.p99_us, s.cpu_us)
        ]
        share = f"{hashed.cpu_us / packed.cpu_us:.1f}x"
        table.add_row(str(packed.skus), str(packed.nodes), *sides, share)
    return table


def _rates(rates: Sequence[Rate]) -> Table:
    table = Table(title="The view from one process")
    table.add_column("what")
    for name in ("per s", "client CPU µs", "p50 ms", "p99 ms"):
        table.add_column(name, justify="right")
    for r in rates:
        figures = (f"{r.per_s:,.0f}", f"{r.cpu_us:.1f}")
        table.add_row(r.what, *figures, f"{r.p50_ms:.2f}", f"{r.p99_ms:.2f}")
    return table


def _holds(holds: Sequence[Holds]) -> Table:
    table = Table(title=f"Durable holds, {stock_holds.CALLERS} callers")
    for name in ("store", "case", "way"):
        table.add_column(name)
    for name in ("orders/s", "CPU µs", "p50 ms", "p99 ms"):
        table.add_column(name, justify="right")
    for h in holds:
        rates = (f"{h.orders_per_s:,.0f}", f"{h.cpu_us:.0f}")
        waits = (f"{h.p50_ms:.1f}", f"{h.p99_ms:.1f}")
        table.add_row(h.store, h.case, h.way, *rates, *waits)
    return table


def _verdicts(
    layouts: Sequence[Layout], holds: Sequence[Holds], sync_us: float
) -> list[str]:
    worst = max(
        hashed.cpu_us / packed.cpu_us
        for packed, hashed in zip(layouts[::2], layouts[1::2], strict=True)
    )
    return [
        f"A hash costs up to {worst:.0f} times the client CPU of a packed string.",
        f"A bare fdatasync of 4 KiB takes {sync_us:.0f} µs here (median): the dearer it"
        " is, the more a batch gains.",
        *(f"{what}: {_beside_bar(what, r)}" for what, r in ratios(holds).items()),
    ]


def _beside_bar(what: str, ratio: float) -> str:
    bar = BARS.get(what)
    if bar is None:
        return f"{ratio:.1f}"
    return f"{ratio:.1f}, bar {bar:g}: {'met' if ratio >= bar else 'missed'}"


if __name__ == "__main__":
    main()
