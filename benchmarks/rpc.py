"""What a quote and a hold cost over gRPC, beside an echo on the same front.

The server has one core and the load generator another. A quote has three lines over 200
nodes and reads its stock from Valkey; a hold is durable (SQLite, synchronous FULL)
before it is answered. The yardstick is grpcio's own empty echo on the same machine, in
the same run. `python -m benchmarks.rpc` takes three minutes, `--quick` half of one.
"""

import argparse
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
from typing import Any

import grpc
import uvloop

from benchmarks.rpc_load import Bodies, Tally, drive
from benchmarks.rpc_server import SERVICE
from benchmarks.rpc_world import fill, hold_bodies, quotes
from inventory.embedded import EmbeddedValkey
from shipfrom.v1 import checkout_service_pb2 as checkout
from shipfrom.v1 import checkout_service_pb2_grpc as checkout_grpc

CHECKOUT = "shipfrom.v1.CheckoutService"
FRONTS = ("grpcio", "native")
OUTSTANDING, CONNECTIONS = 64, 8
SERVER_CORE, CLIENT_CORE = 0, 1
SEED = 7
BODIES = 512
WARM_SECONDS = 1.0

QUOTE_CPU_MAX, QUOTE_RATE_MIN, HOLD_RATE_MIN = 1.8, 1.5, 0.8
"""Bars: quote on grpcio against its echo; quote and hold on the fast front against
grpcio's empty echo."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One method on one front."""

    front: str
    call: str
    calls_per_s: float
    server_cpu_us: float
    p50_ms: float
    p99_ms: float
    client_busy: float


@dataclass(frozen=True, slots=True)
class Target:
    """A method of a running server, and what to send it."""

    front: str
    call: str
    pid: int
    port: int
    path: str
    bodies: Bodies


@dataclass(frozen=True, slots=True)
class Bar:
    """A promise about ratios, and how it stands."""

    name: str
    ratio: float
    bar: str
    met: bool


def main() -> None:
    """Measure, print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="also write the figures to a file")
    parser.add_argument("--quick", action="store_true", help="one short round")
    options = parser.parse_args()
    rounds, seconds = (1, 1.5) if options.quick else (5, 3.0)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {CLIENT_CORE % (os.cpu_count() or 1)})
    with ExitStack() as stack:
        targets = _targets(stack)
        figures = uvloop.run(measured(targets, rounds=rounds, seconds=seconds))
    bars = _bars(figures)
    _print(figures, bars)
    if options.json:
        found = {
            "figures": [asdict(figure) for figure in figures],
            "bars": [asdict(bar) for bar in bars],
        }
        options.json.write_text(json.dumps(found, indent=2) + "\n")


def _targets(stack: ExitStack) -> list[Target]:
    """Start every server, fill the real ones; what to measure, yardstick first."""
    directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    rng = Random(SEED)
    asked = quotes(rng, BODIES)
    quote_bodies = itertools.cycle([quote.SerializeToString() for quote in asked])
    held = hold_bodies(rng, BODIES)
    found: list[Target] = []
    for front in FRONTS:
        view = stack.enter_context(EmbeddedValkey(directory / front / "valkey"))
        app = stack.enter_context(
            server(
                what="app",
                front=front,
                ledger_url=f"sqlite:///{directory}/{front}/ledger.db",
                view_url=view.url,
            )
        )
        fill(f"127.0.0.1:{app[1]}", Random(SEED))
        sizes = _answer_bytes(app[1], asked[0], next(held))
        echo = stack.enter_context(server(what="echo", front=front, **sizes))
        for call, bodies in (("Quote", quote_bodies), ("Hold", held)):
            send: Bodies = bodies.__next__
            found += [
                Target(front, f"echo {call}", *echo, f"/{SERVICE}/{call}", send),
                Target(front, call, *app, f"/{CHECKOUT}/{call}", send),
            ]
        if front == "grpcio":
            path = f"/{SERVICE}/Empty"
            found.append(Target(front, "empty echo", *echo, path, bytes))
    return found


@contextmanager
def server(**orders: Any) -> Iterator[tuple[int, int]]:
    """A server process on its core: its pid and port."""
    orders["core"] = SERVER_CORE
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.rpc_server", json.dumps(orders)],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield process.pid, json.loads(process.stdout.readline())["port"]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _answer_bytes(
    port: int, quote: checkout.QuoteRequest, hold: bytes
) -> dict[str, int]:
    """Sizes of real answers; also the proof that the calls work at all."""
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        made: Any = checkout_grpc.CheckoutServiceStub
        stub = made(channel)
        quoted = stub.Quote(quote, timeout=30)
        held = stub.Hold(checkout.HoldRequest.FromString(hold), timeout=30)
    assert quoted.best.shipments, "a quote without a plan: a wrong world"
    return {"quote_bytes": quoted.ByteSize(), "hold_bytes": held.ByteSize()}


async def measured(
    targets: list[Target], *, rounds: int, seconds: float
) -> list[Figure]:
    """Every target in turn, again and again, so that a noisy moment hits all alike."""
    for target in targets:
        await run_once(target, WARM_SECONDS)
    found = [
        [await run_once(target, seconds) for target in targets] for _ in range(rounds)
    ]
    return [_median(list(runs)) for runs in zip(*found, strict=True)]


async def run_once(target: Target, seconds: float) -> Figure:
    cpu_s = _cpu_s(target.pid)
    tally = await drive(
        ("127.0.0.1", target.port),
        target.path,
        target.bodies,
        outstanding=OUTSTANDING,
        connections=CONNECTIONS,
        seconds=seconds,
    )
    return _figure(target, tally, _cpu_s(target.pid) - cpu_s)


def _figure(target: Target, tally: Tally, cpu_s: float) -> Figure:
    assert not tally.failures, f"{target.call}: {tally.failures} calls were refused"
    calls = len(tally.latencies_s)
    cuts = statistics.quantiles(tally.latencies_s, n=100)
    return Figure(
        front=target.front,
        call=target.call,
        calls_per_s=calls / tally.seconds,
        server_cpu_us=cpu_s / calls * 1e6,
        p50_ms=cuts[49] * 1e3,
        p99_ms=cuts[98] * 1e3,
        client_busy=tally.client_cpu_s / tally.seconds,
    )


def _median(runs: list[Figure]) -> Figure:
    numbers = {
        name: statistics.median(getattr(run, name) for run in runs)
        for name in ("calls_per_s", "server_cpu_us", "p50_ms", "p99_ms", "client_busy")
    }
    return Figure(front=runs[0].front, call=runs[0].call, **numbers)


def _cpu_s(pid: int) -> float:
    """CPU seconds, user and system, of all threads of a process (Linux)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _bars(figures: list[Figure]) -> list[Bar]:
    by = {(figure.front, figure.call): figure for figure in figures}
    empty = by["grpcio", "empty echo"].calls_per_s
    cpu = by["grpcio", "Quote"].server_cpu_us / by["grpcio", "echo Quote"].server_cpu_us
    quote = by["native", "Quote"].calls_per_s / empty
    hold = by["native", "Hold"].calls_per_s / empty
    return [
        Bar(
            "quote on grpcio, CPU against its echo",
            cpu,
            f"at most {QUOTE_CPU_MAX}",
            cpu <= QUOTE_CPU_MAX,
        ),
        Bar(
            "quote on native, rate against grpcio's empty echo",
            quote,
            f"at least {QUOTE_RATE_MIN}",
            quote >= QUOTE_RATE_MIN,
        ),
        Bar(
            "durable hold on native, rate against grpcio's empty echo",
            hold,
            f"at least {HOLD_RATE_MIN}",
            hold >= HOLD_RATE_MIN,
        ),
    ]


def _print(figures: list[Figure], bars: list[Bar]) -> None:
    print(
        f"{OUTSTANDING} calls outstanding over {CONNECTIONS} connections, server on "
        f"core {SERVER_CORE}, load and Valkey elsewhere, seed {SEED}\n"
    )
    print("front   call          calls/s  server CPU µs   p50 ms   p99 ms  client busy")
    for row in figures:
        print(
            f"{row.front:<7} {row.call:<11} {row.calls_per_s:>9,.0f} "
            f"{row.server_cpu_us:>14.1f} {row.p50_ms:>8.2f} {row.p99_ms:>8.2f} "
            f"{row.client_busy:>11.0%}"
        )
    print()
    for bar in bars:
        verdict = "met" if bar.met else "MISSED"
        print(f"{bar.ratio:6.2f}  {bar.bar:<13} {verdict:<7} {bar.name}")


if __name__ == "__main__":
    main()
