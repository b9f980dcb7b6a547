"""The demonstration: real baskets routed end to end, and a page worth reading.

Starts a real server (embedded Valkey, SQLite that syncs every commit), imports the
demonstration's network and stock through the public streams, lets a separate client
process take the baskets through Quote, Hold and Commit, and replays two simple rules on
the same orders, stock and rates. Then fifty stores take their tasks, some reject or do
not find what the books promise. While the books are audited, two policies are simulated
on the last orders, one is published and taken back.

    python -m benchmarks.demo [--orders 10000] [--seed 7] [--json build/demo.json]
                              [--svg docs/demo.svg]
"""

import argparse
import asyncio
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from grpc import aio
from rich.console import Console

from benchmarks.demo_bars import bar_of, bars_on
from benchmarks.demo_figures import Figures, Run, figures_of
from benchmarks.demo_load import CALLERS, Journey
from benchmarks.demo_page import picture, show
from benchmarks.demo_policies import second_act
from benchmarks.demo_rules import playing
from benchmarks.demo_server import Server, running_server
from benchmarks.demo_stores import third_act
from inventory.audit import AuditReport, audit
from router.demo.grocery import BASKET_SETS, basket_set
from router.demo.importer import import_network, import_stock
from router.demo.world import World, build_world
from shipfrom.v1 import order_pb2, order_service_pb2
from shipfrom.v1.order_service_pb2_grpc import OrderServiceStub

EXPLAINED_LINES = range(3, 9)
"""An order of this many lines fits on the page."""

NEXT = """Try next
  {shipfrom} dev                                   a server of your own, with demo data
  {shipfrom} quote --to 10001 85123A=2 22423=1     where would these ship from?
  {shipfrom} hold --to 10001 85123A=2 22423=1      set them aside; then: commit HOLD
  {shipfrom} explain last                          why from there?
  {python} -m benchmarks.demo --seed 8 --orders 20000
  make test"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the demonstration; 0 if nothing was oversold and the books are right."""
    options = _options(arguments)
    # Leaving by an exception stops the servers and removes their folder.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    console = Console(width=None if sys.stdout.isatty() else 130)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="shipfrom-demo-") as folder:
        figures, explained = _run(options, console, Path(folder))
    figures["total_seconds"] = round(time.perf_counter() - started, 1)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(figures, indent=2) + "\n")
    show(console, figures, explained)
    if options.svg:
        options.svg.parent.mkdir(parents=True, exist_ok=True)
        options.svg.write_text(picture(figures, explained))
    console.rule()
    console.print(_next_commands(), highlight=False, markup=False)
    console.print(
        f"\nThese figures: {options.json}. Took {figures['total_seconds']:.0f} s.",
        highlight=False,
    )
    return 1 if figures["oversold_units"] or figures["audit_violations"] else 0


def _next_commands() -> str:
    """The commands as they can be typed here, be it in a bare clone or installed."""
    folder = Path(sys.executable).parent
    if Path.cwd() in folder.parents:
        near = folder.relative_to(Path.cwd())
        python, shipfrom = str(near / "python"), str(near / "shipfrom")
        return NEXT.format(python=python, shipfrom=shipfrom)
    return NEXT.format(python="python", shipfrom="shipfrom")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--callers", type=int, default=CALLERS)
    parser.add_argument("--baskets", choices=BASKET_SETS, default=BASKET_SETS[0])
    parser.add_argument("--json", type=Path, default=Path("build/demo.json"))
    parser.add_argument("--svg", type=Path, help="save the page as a picture too")
    return parser.parse_args(arguments)


def _run(
    options: argparse.Namespace, console: Console, folder: Path
) -> tuple[Figures, order_pb2.Explanation | None]:
    console.print(f"Building the world, seed {options.seed}")
    out = folder / "journeys.json"
    with (
        _client(options, out) as client,
        _world(options) as built,
        running_server(folder) as server,
    ):
        world = built.result()
        console.print(
            f"  {len(world.nodes):,} nodes, {len(world.items):,} SKUs, "
            f"{len(world.stock):,} cells, world {world.digest()}"
        )
        imported_s = _import(server, world, console)
        with playing(options.baskets, options.orders, options.seed) as rules:
            _shop(client, server, options, console)
            ended_at = datetime.now(UTC)
            journeys, seconds = _journeys(out)
            stores = _stores(server, journeys, options.seed, console)
            act, report = _rules_and_audit(server, ended_at, console)
            explained = asyncio.run(_explain(server, journeys))
            outcomes = rules.result()
    run = Run(
        seed=options.seed,
        journeys=journeys,
        seconds=seconds,
        callers=options.callers,
        rules=outcomes,
        oversold_units=report.oversold_units,
        audit_violations=len(report.violations),
        setting=_setting(world, options.baskets, report)
        | {"import_s": imported_s, "policies": act, "stores": stores},
    )
    return figures_of(run), explained


@contextmanager
def _world(options: argparse.Namespace) -> Iterator["Future[World]"]:
    """Built while the server starts."""
    baskets = basket_set(options.baskets)
    with ThreadPoolExecutor(1) as thread:
        wanted = {"seed": options.seed, "orders": options.orders}
        yield thread.submit(build_world, baskets=baskets, **wanted)


def _import(server: Server, world: World, console: Console) -> dict[str, float]:
    took: dict[str, float] = {}
    with bars_on(console) as bars:
        for name, send in (("network", import_network), ("stock", import_stock)):
            tell = bar_of(bars, f"Importing {name}")
            start = time.perf_counter()
            answer = asyncio.run(
                _with_channel(server, partial(_send, send, world, tell))
            )
            took[name] = round(time.perf_counter() - start, 2)
            if answer.rejected:
                raise RuntimeError(f"{name}: {answer.rejected_rows[0]}")
    console.print(f"  durable after {took['network']} s and {took['stock']} s")
    return took


async def _send(
    send: Callable[..., Coroutine[Any, Any, Any]],
    world: World,
    tell: Callable[[int, int], None],
    channel: aio.Channel,
) -> Any:
    return await send(channel, world, tell)


async def _with_channel(
    server: Server, use: Callable[[aio.Channel], Coroutine[Any, Any, Any]]
) -> Any:
    async with aio.insecure_channel(server.address) as channel:
        return await use(channel)


@contextmanager
def _client(
    options: argparse.Namespace, out: Path
) -> Iterator["subprocess.Popen[str]"]:
    """The client process; it draws its baskets while the server imports the stock."""
    names = ("orders", "seed", "callers", "baskets")
    command = [sys.executable, "-m", "benchmarks.demo_load", f"--out={out}"]
    command += [f"--{name}={getattr(options, name)}" for name in names]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as client:
        try:
            yield client
        finally:
            client.terminate()


def _shop(
    client: "subprocess.Popen[str]",
    server: Server,
    options: argparse.Namespace,
    console: Console,
) -> None:
    """Lets the client process run; its only word to us is how far it is."""
    assert client.stdin is not None
    assert client.stdout is not None
    with bars_on(console) as bars:
        tell = bar_of(bars, "Quote, Hold, Commit")
        tell(0, options.orders)
        client.stdin.write(f"{server.address}\n")
        client.stdin.flush()
        for line in client.stdout:
            tell(int(line), options.orders)
    if client.wait():
        raise RuntimeError(f"the client process ended with {client.returncode}")


def _stores(
    server: Server, journeys: Sequence[Journey], seed: int, console: Console
) -> dict[str, Any]:
    """A day in the stores that have the most to do."""
    committed = [journey.order_id for journey in journeys if journey.order_id]
    with bars_on(console) as bars:
        tell = bar_of(bars, "A day in the stores")
        use = partial(third_act, committed, seed, tell)
        played: dict[str, Any] = asyncio.run(_with_channel(server, use))
    return played


def _rules_and_audit(
    server: Server, ended_at: datetime, console: Console
) -> tuple[dict[str, Any], AuditReport]:
    """Rules change no stock: they are tried while the books are read."""
    console.print("Auditing the books")
    with bars_on(console) as bars, ThreadPoolExecutor(1) as thread:
        audited = thread.submit(asyncio.run, _audit(server))
        tell = bar_of(bars, "Simulating policies")
        act = second_act(server.address, ended_at, tell)
        return act, audited.result()


def _journeys(out: Path) -> tuple[list[Journey], float]:
    result = json.loads(out.read_text())
    return [Journey(**row) for row in result["journeys"]], result["seconds"]


async def _audit(server: Server) -> AuditReport:
    return await audit(server.ledger_url, server.view_url)


async def _explain(
    server: Server, journeys: Sequence[Journey]
) -> order_pb2.Explanation | None:
    """Explains a short order that needed two nodes, or what comes closest."""
    committed = [journey for journey in journeys if journey.order_id]
    if not committed:
        return None
    told = min(committed, key=_hard_to_tell)
    async with aio.insecure_channel(server.address) as channel:
        stub = OrderServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
        answer = await stub.ExplainOrder(
            order_service_pb2.ExplainOrderRequest(order_id=told.order_id), timeout=30
        )
    explanation: order_pb2.Explanation = answer.explanation
    return explanation


def _hard_to_tell(journey: Journey) -> tuple[bool, bool, int]:
    """A few lines, two shipments, early: an order that explains itself on one page."""
    short = journey.lines in EXPLAINED_LINES
    return not short, journey.shipments != 2, journey.number


def _setting(world: World, baskets: str, report: AuditReport) -> dict[str, Any]:
    return {
        "world": world.digest(),
        "baskets": baskets,
        "nodes": len(world.nodes),
        "skus": len(world.items),
        "cells": len(world.stock),
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "audit": {
            "cells": report.cells,
            "holds": report.holds,
            "orders": report.orders,
            "entries": report.entries,
        },
    }


if __name__ == "__main__":
    sys.exit(main())
