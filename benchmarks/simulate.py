"""How long a simulation takes: real baskets through the checkout under two policies.

The demonstration's centres and as many of its stores as make up the wanted nodes, its
stock, and one order a minute. Two drafts: `shipments` allows two shipments where the
published policy allows four, which asks the solvers something else of every order;
`lateness` makes late days cheaper, which matters to few orders, as most changes of
rules do: what the solvers were asked for the published policy they are not asked again.

    python -m benchmarks.simulate [--orders 10000] [--nodes 200] [--seed 7]
                                  [--baseline FILE] [--draft shipments]
                                  [--json build/simulate.json]

Either policy may also be a file of the rules language, such as
allocation/rules/examples/cost-first.yaml. The digest is that of the whole report:
the same seed gives the same one, however fast.
"""

import argparse
import asyncio
import hashlib
import json
import platform
import shlex
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.table import Table

from allocation.network import Network
from allocation.policy import Policy, Weights
from allocation.rules.book import policy_in_force
from allocation.rules.written import Unreadable, read
from allocation.solvers.optimise import warm
from inventory.opening import OpeningStock
from inventory.operations import Cell
from router.demo.baskets import draw_baskets
from router.demo.tables import centres, online_retail, stores
from router.demo.world import build_world
from router.memory import forget_the_start, keep_pages
from router.money import Currency
from router.routing import Routing
from router.simulate import (
    Progress,
    Report,
    Setting,
    SimulatedOrder,
    report_to_json,
    simulate,
)
from router.snapshot import snapshot_of

BAR_SECONDS, BAR_ORDERS, BAR_NODES = 30.0, 10_000, 200
"""So many orders under two policies on one core, with bootstrap and report."""
START = datetime(2026, 11, 16, 14, tzinfo=UTC)
BETWEEN = timedelta(minutes=1)
WANTED_DAYS = 7
BASELINE = Policy(version="published", max_shipments=4)
DRAFTS = {
    "shipments": replace(BASELINE, version="draft", max_shipments=2),
    "lateness": replace(
        BASELINE, version="draft", weights=Weights(late_minor_per_day=300)
    ),
}
NAMED = {"published": BASELINE, **DRAFTS}


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of the processor in one run; wall seconds beside them."""

    orders: int
    nodes: int
    cpu_seconds: float
    wall_seconds: float

    @property
    def orders_per_second(self) -> float:
        """Orders, each under both policies."""
        return self.orders / self.cpu_seconds

    @property
    def ms_per_policy(self) -> float:
        """Of one order under one policy."""
        return 1e3 * self.cpu_seconds / self.orders / 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print, and say whether the bar was met."""
    asked = _arguments(arguments)
    console = Console()
    setting = setting_of(asked.nodes, seed=asked.seed)
    orders = orders_of(asked.orders, seed=asked.seed)
    keep_pages()
    warm()
    with _bars(console) as bars:
        task = bars.add_task("orders", total=len(orders))
        steps = simulate(setting, orders, baseline=asked.baseline, draft=asked.draft)
        report, timing = asyncio.run(
            timed(steps, len(setting.snapshot.network.nodes), bars, task)
        )
    show(report, timing, console)
    if asked.json:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        command = shlex.join(sys.argv[1:] if arguments is None else arguments)
        document = _document(report, timing, command)
        asked.json.write_text(json.dumps(document, indent=2) + "\n")
    return 0


async def timed(
    steps: AsyncIterator[Progress | Report], nodes: int, bars: Bars, task: TaskID
) -> tuple[Report, Timing]:
    """The report and what it took, from the first order to the report."""
    # As a server does: what is there before the first order is not gone through again.
    forget_the_start()
    cpu, wall = time.process_time(), time.perf_counter()
    async for step in steps:
        if isinstance(step, Progress):
            bars.update(task, completed=step.done)
        else:
            report = step
    spent = time.process_time() - cpu, time.perf_counter() - wall
    return report, Timing(report.orders, nodes, *spent)


def setting_of(nodes: int, *, seed: int) -> Setting:
    """The demonstration's world, cut down to its centres and some stores."""
    world = build_world(seed=seed)
    first, last = len(centres()), len(centres()) + len(stores())
    some = max(1, nodes - first)
    picked = [*range(first), *(first + i * (last - first) // some for i in range(some))]
    number = {position: slot for slot, position in enumerate(picked[:nodes])}
    chosen = [replace(world.nodes[p], number=slot) for p, slot in number.items()]
    table = world.stock
    rows = zip(
        table.sku.tolist(), table.node.tolist(), table.on_hand.tolist(), strict=True
    )
    cells = [
        Cell(world.items[sku].sku, world.nodes[node].node_id, units)
        for sku, node, units in rows
        if node in number
    ]
    network = Network.compile(chosen, world.items, world.lanes)
    numbers = {node.node_id: node.number for node in chosen}
    return Setting(snapshot_of(network), OpeningStock.of(cells, numbers))


def orders_of(count: int, *, seed: int) -> list[SimulatedOrder]:
    """Real baskets, one a minute; each may be sent in part and is wanted in a week."""
    baskets = draw_baskets(online_retail(), count, seed=seed)
    moments = [START + number * BETWEEN for number in range(count)]
    return [
        SimulatedOrder(
            f"{basket.order_ref}-{number}",
            at,
            basket.order,
            Routing(
                allow_partial=True,
                wanted_by=(at + timedelta(days=WANTED_DAYS)).date(),
            ),
        )
        for number, (basket, at) in enumerate(zip(baskets, moments, strict=True))
    ]


def show(report: Report, timing: Timing, console: Console) -> None:
    """The time, the bar, and the report's first table."""
    size = f"{timing.orders:,} orders x 2 policies on {timing.nodes} nodes"
    console.print(
        f"{size}: {timing.cpu_seconds:.1f} s of one core ({timing.wall_seconds:.1f} s"
        f" on the clock), {timing.orders_per_second:,.0f} orders/s,"
        f" {timing.ms_per_policy:.2f} ms an order and policy",
        highlight=False,
    )
    if (timing.orders, timing.nodes) == (BAR_ORDERS, BAR_NODES):
        said = "met" if timing.cpu_seconds <= BAR_SECONDS else "MISSED"
        console.print(f"bar {BAR_SECONDS:.0f} s: {said}", highlight=False)
    console.print(_table(report))
    console.print(
        f"{report.changed_orders:,} of {report.orders:,} orders ship differently;"
        f" report {_digest(report)}",
        highlight=False,
    )


def _table(report: Report) -> Table:
    table = Table("", "published", "draft", "difference an order (95 %)")
    money = Currency().text
    before, after, differ = report.baseline, report.draft, report.differences
    cost, parts = differ["cost_minor"], differ["shipments"]
    fill, late = differ["fill_rate"], differ["late_share"]
    rows = (
        (
            "cost an order",
            money(round(before.cost_minor_per_order)),
            money(round(after.cost_minor_per_order)),
            f"{cost.mean / 100:+.3f} ({cost.low / 100:+.3f} to {cost.high / 100:+.3f})",
        ),
        (
            "shipments an order",
            f"{before.shipments_per_order:.3f}",
            f"{after.shipments_per_order:.3f}",
            f"{parts.mean:+.3f} ({parts.low:+.3f} to {parts.high:+.3f})",
        ),
        (
            "units filled",
            f"{before.fill_rate:.2%}",
            f"{after.fill_rate:.2%}",
            f"{fill.mean:+.2%} ({fill.low:+.2%} to {fill.high:+.2%})",
        ),
        (
            "orders late",
            f"{before.late_share:.2%}",
            f"{after.late_share:.2%}",
            f"{late.mean:+.2%} ({late.low:+.2%} to {late.high:+.2%})",
        ),
        (
            "km a shipment, mean / p95",
            f"{before.distance_km_mean:.0f} / {before.distance_km_p95:,}",
            f"{after.distance_km_mean:.0f} / {after.distance_km_p95:,}",
            "",
        ),
    )
    for row in rows:
        table.add_row(*row)
    return table


def policy_of(name: str) -> Policy:
    """A policy by its name here, or read from a file of the rules language."""
    if name in NAMED:
        return NAMED[name]
    coins = Currency()
    try:
        text = Path(name).read_text()
        document = read(text, currency=coins.code, exponent=coins.exponent)
    except OSError as error:
        raise argparse.ArgumentTypeError(
            f"{name} cannot be read ({error.strerror}); give {', '.join(NAMED)} or a"
            " file of a policy"
        ) from error
    except Unreadable as error:
        raise argparse.ArgumentTypeError(f"{name}: {error}") from error
    return policy_in_force(document, document.name)


def _digest(report: Report) -> str:
    return hashlib.sha256(report_to_json(report)).hexdigest()[:16]


def _document(report: Report, timing: Timing, command: str) -> dict[str, object]:
    content = json.loads(report_to_json(report))
    del content["changed"]
    return {
        "timing": {
            **asdict(timing),
            "orders_per_second": round(timing.orders_per_second, 1),
            "ms_per_policy": round(timing.ms_per_policy, 3),
            "bar_seconds": BAR_SECONDS,
            "python": platform.python_version(),
        },
        "command": f"python -m benchmarks.simulate {command}".strip(),
        "report_sha256": _digest(report),
        "report": content,
    }


def _bars(console: Console) -> Bars:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Bars(*columns, TimeRemainingColumn(), console=console)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate")
    parser.add_argument("--orders", type=int, default=BAR_ORDERS)
    parser.add_argument("--nodes", type=int, default=BAR_NODES)
    parser.add_argument("--seed", type=int, default=7)
    kind = f"{', '.join(NAMED)} or a file"
    parser.add_argument("--baseline", type=policy_of, default=BASELINE, help=kind)
    parser.add_argument("--draft", type=policy_of, default="shipments", help=kind)
    parser.add_argument("--json", type=Path, default=None, help="write the figures")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
