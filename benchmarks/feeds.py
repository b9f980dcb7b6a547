"""A file of counts goes in while a shop quotes: how long it takes, what quotes feel.

Server, import, quoting client and Valkey share the machine, as they would in a shop.
Quotes come at a fixed rate, whether or not earlier ones were answered, first alone and
then beside the import: both halves are of one run, on the same network, with the same
quotes. The import is the command that a shop would run, in a process of its own.

    python -m benchmarks.feeds --rows 200000 --json build/feeds.json
"""

import argparse
import asyncio
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import grpc
import uvloop
from grpc import aio

from benchmarks.rpc_world import NODES, fill, quotes
from inventory.embedded import EmbeddedValkey
from shipfrom import Client, Item
from shipfrom.v1 import checkout_service_pb2 as checkout
from shipfrom.v1.checkout_service_pb2_grpc import CheckoutServiceStub

SEED = 7
RATE = 50
"""Quotes a second; a core answers some thousands, so that a shop is busy, not full."""
IDLE_SECONDS, WARM_SECONDS = 15.0, 3.0
SECONDS_MAX_PER_MILLION = 120.0
P99_RATIO_MAX = 2.0
IMPORT = "from shipfrom.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Quotes:
    """What quotes took, in milliseconds."""

    quotes: int
    p50_ms: float
    p99_ms: float
    most_ms: float
    failures: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One run. Processor seconds are of all threads of a process."""

    rows: int
    seconds: float
    rows_per_s: float
    server_cpu_s: float
    import_cpu_s: float
    idle: Quotes
    during: Quotes
    p99_ratio: float
    seconds_per_million: float
    ledger_mb: float


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--json", type=Path, help="also write the figures to a file")
    options = parser.parse_args()
    with ExitStack() as stack:
        figures = uvloop.run(_run(stack, options.rows))
    _print(figures)
    if options.json:
        options.json.write_text(json.dumps(asdict(figures), indent=2) + "\n")


async def _run(stack: ExitStack, rows: int) -> Figures:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    view = stack.enter_context(EmbeddedValkey(folder / "valkey"))
    ledger = folder / "ledger.db"
    server = stack.enter_context(_server(ledger, view.url))
    address = f"127.0.0.1:{server.port}"
    fill(address, Random(SEED))
    file = _file(folder / "stock.csv", address, rows)
    channel = aio.insecure_channel(address)
    shop = _Shop(CheckoutServiceStub(channel))  # type: ignore[no-untyped-call]  # generated
    await shop.quote_for(WARM_SECONDS)
    idle = await shop.quote_for(IDLE_SECONDS)
    cpu_s, started = _cpu_s(server.pid), perf_counter()
    importing = asyncio.create_task(_import(file, address))
    during = await shop.quote_while(importing)
    seconds, import_cpu_s = perf_counter() - started, importing.result()
    await channel.close()
    return Figures(
        rows=rows,
        seconds=seconds,
        rows_per_s=rows / seconds,
        server_cpu_s=_cpu_s(server.pid) - cpu_s,
        import_cpu_s=import_cpu_s,
        idle=idle,
        during=during,
        p99_ratio=during.p99_ms / idle.p99_ms,
        seconds_per_million=seconds / rows * 1e6,
        ledger_mb=_size_mb(ledger),
    )


@dataclass(frozen=True, slots=True)
class _Running:
    pid: int
    port: int


@contextmanager
def _server(ledger: Path, view_url: str) -> Iterator[_Running]:
    orders = {
        "what": "app",
        "front": "native",
        "ledger_url": f"sqlite:///{ledger}",
        "view_url": view_url,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.rpc_server", json.dumps(orders)],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield _Running(process.pid, json.loads(process.stdout.readline())["port"])
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _file(path: Path, address: str, rows: int) -> Path:
    """Counts of new items at every node, as an ERP would export them: by item."""
    rng = Random(SEED)
    names = [f"FEED-{number:06d}" for number in range(-(-rows // NODES))]
    with Client(address, deadline_s=60.0) as client:
        client.import_items(Item(name, weight_g=500) for name in names)
    cells = itertools.product(names, range(NODES))
    with path.open("w") as file:
        file.write("sku,node_id,on_hand\n")
        for name, node in itertools.islice(cells, rows):
            file.write(f"{name},node-{node:03d},{rng.randrange(1, 90)}\n")
    return path


async def _import(file: Path, address: str) -> float:
    """Run the command; its processor seconds."""
    before = os.times()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", IMPORT, "import", "stock", str(file), "--quiet"),
        *("--source", "benchmark", "--sequence", "1", "--address", address),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out
    after = os.times()
    spent = after.children_user - before.children_user
    return spent + after.children_system - before.children_system


class _Shop:
    """Quotes at a fixed rate."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub
        self._asked = itertools.cycle(quotes(Random(SEED), 512))

    async def quote_for(self, seconds: float) -> Quotes:
        """Quote for so long."""
        until = asyncio.create_task(asyncio.sleep(seconds))
        return await self.quote_while(until)

    async def quote_while(self, running: asyncio.Task[Any]) -> Quotes:
        """Quote until something ended."""
        took: list[float] = []
        failures: list[str] = []
        calls: set[asyncio.Task[None]] = set()
        started = perf_counter()
        for number in itertools.count():
            pause = started + number / RATE - perf_counter()
            await asyncio.sleep(max(0.0, pause))
            if running.done():
                break
            call = asyncio.create_task(self._quote(next(self._asked), took, failures))
            calls.add(call)
            call.add_done_callback(calls.discard)
        await asyncio.gather(*calls)
        cuts = statistics.quantiles(took, n=100)
        return Quotes(
            quotes=len(took),
            p50_ms=cuts[49] * 1e3,
            p99_ms=cuts[98] * 1e3,
            most_ms=max(took) * 1e3,
            failures=len(failures),
        )

    async def _quote(
        self, asked: checkout.QuoteRequest, took: list[float], failures: list[str]
    ) -> None:
        started = perf_counter()
        try:
            await self._stub.Quote(asked, timeout=10)
        except grpc.RpcError as error:
            failures.append(str(error))
        took.append(perf_counter() - started)


def _size_mb(ledger: Path) -> float:
    """The file and its log."""
    return sum(f.stat().st_size for f in ledger.parent.glob(f"{ledger.name}*")) / 1e6


def _cpu_s(pid: int) -> float:
    """CPU seconds, user and system, of all threads of a process (Linux)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _print(figures: Figures) -> None:
    print(
        f"{figures.rows:,} rows in {figures.seconds:.1f} s"
        f" ({figures.rows_per_s:,.0f} a second);"
        f" CPU {figures.server_cpu_s:.1f} s server, {figures.import_cpu_s:.1f} s"
        f" import; ledger {figures.ledger_mb:,.0f} MB\n"
    )
    print("quotes   count   p50 ms   p99 ms  most ms  failed")
    for name, half in (("idle", figures.idle), ("during", figures.during)):
        print(
            f"{name:<7} {half.quotes:>6,} {half.p50_ms:>8.2f} {half.p99_ms:>8.2f}"
            f" {half.most_ms:>8.2f} {half.failures:>7}"
        )
    print()
    for name, found, most in (
        (
            "seconds of a million rows",
            figures.seconds_per_million,
            SECONDS_MAX_PER_MILLION,
        ),
        ("p99 of quotes, during against idle", figures.p99_ratio, P99_RATIO_MAX),
    ):
        verdict = "met" if found <= most else "MISSED"
        print(f"{found:7.2f}  at most {most:<6} {verdict:<7} {name}")


if __name__ == "__main__":
    main()
