"""The view's layout and rates: packed string beside hash, reads and pushes per second.

The layout was chosen by what a quote costs the client: one small read and one
vectorised parse. The hash is read in one pipeline, an HGETALL a SKU.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import redis.asyncio as redis
import uvloop

from benchmarks.stock_holds import CALLERS
from inventory.embedded import EmbeddedValkey
from inventory.operations import Count, CountStock, RequestKey
from inventory.packed import Entry, available_of, key_of
from inventory.stock import Stock
from inventory.view import View

GENERATION = 7
SKUS = (1, 5, 50)
NODES = (20, 200, 2_000)
QUOTE_SKUS, QUOTE_NODES = 3, 200


@dataclass(frozen=True, slots=True)
class Layout:
    """Reading `skus` whole rows into one matrix of units; microseconds."""

    layout: str
    skus: int
    nodes: int
    p50_us: float
    p99_us: float
    cpu_us: float


@dataclass(frozen=True, slots=True)
class Rate:
    """Something done from 64 callers; `cpu_us` is the client's, for each."""

    what: str
    per_s: float
    cpu_us: float
    p50_ms: float
    p99_ms: float


def run(*, quick: bool) -> tuple[list[Layout], list[Rate]]:
    """Both halves on one standalone server of our own."""
    with (
        TemporaryDirectory(prefix="shipfrom-bench-") as folder,
        EmbeddedValkey(Path(folder) / "view", aof=False) as server,
    ):
        layouts = uvloop.run(_layouts(server.url, rounds=60 if quick else 400))
        rates = uvloop.run(_rates(server.url, folder, count=5_000 if quick else 40_000))
    return layouts, rates


async def _layouts(url: str, *, rounds: int) -> list[Layout]:
    view = await View.open(url)
    client = redis.Redis.from_url(url)
    found: list[Layout] = []
    for nodes in NODES:
        skus = [f"S{nodes}-{n}" for n in range(max(SKUS))]
        entries: list[Entry] = [(n, 1, n % 50) for n in range(nodes)]
        await view.fill(GENERATION, dict.fromkeys(skus, entries))
        async with client.pipeline(transaction=False) as pipe:
            for sku in skus:
                values = {str(n): f"1:{n % 50}" for n in range(nodes)}
                pipe.hset(f"h:{sku}", mapping=values)  # type: ignore[arg-type] # the stub wants bytes too
            await pipe.execute()
        for count in SKUS:
            ways = {"packed string": _read_packed, "hash": _read_hash}
            for name, way in ways.items():
                few = max(10, rounds // (1 + count * nodes // 2_000 * (name == "hash")))
                found.append(
                    await _layout(name, way, client, skus[:count], nodes, rounds=few)
                )
    await view.close()
    await client.aclose()
    return found


async def _layout(
    name: str,
    way: Callable[..., Awaitable[np.ndarray]],
    client: redis.Redis,
    *what: list[str] | int,
    rounds: int,
) -> Layout:
    skus, nodes = what
    assert isinstance(skus, list)
    assert isinstance(nodes, int)
    expected = np.tile(np.arange(nodes) % 50, (len(skus), 1))
    assert np.array_equal(await way(client, skus, nodes), expected)
    times: list[float] = []
    cpu = time.process_time()
    for _ in range(rounds):
        started = time.perf_counter()
        await way(client, skus, nodes)
        times.append(time.perf_counter() - started)
    cpu = time.process_time() - cpu
    times.sort()
    return Layout(
        layout=name,
        skus=len(skus),
        nodes=nodes,
        p50_us=times[rounds // 2] * 1e6,
        p99_us=times[int(rounds * 0.99)] * 1e6,
        cpu_us=cpu / rounds * 1e6,
    )


async def _read_packed(client: redis.Redis, skus: list[str], nodes: int) -> np.ndarray:
    units = np.zeros((len(skus), nodes), np.int64)
    raws = await client.mget([key_of(sku) for sku in skus])
    for row, raw in zip(units, raws, strict=True):
        assert isinstance(raw, bytes)
        row[:] = available_of(raw)
    return units


async def _read_hash(client: redis.Redis, skus: list[str], nodes: int) -> np.ndarray:
    units = np.zeros((len(skus), nodes), np.int64)
    async with client.pipeline(transaction=False) as pipe:
        for sku in skus:
            pipe.hgetall(f"h:{sku}")
        for row, fields in zip(units, await pipe.execute(), strict=True):
            for node, value in fields.items():
                row[int(node)] = int(value.partition(b":")[2])
    return units


async def _rates(url: str, folder: str, *, count: int) -> list[Rate]:
    stock = await Stock.open(ledger_url=f"sqlite:///{folder}/view.db", view_url=url)
    view = await View.open(url)
    skus = [f"Q{n}" for n in range(100)]
    nodes = [f"N{n}" for n in range(QUOTE_NODES)]
    key = RequestKey("benchmark", "Upsert", "1", "")
    await stock.catalogue.upsert(key, "node", [(name, {}) for name in nodes])
    for sku in skus:
        counts = tuple(Count(sku, name, 50) for name in nodes)
        key = RequestKey("benchmark", "Set", sku, "")
        await stock.submit(CountStock(key, counts, reason="benchmark"))
    await stock.read(skus)
    turn = iter(range(10**9))

    async def quote() -> None:
        n = next(turn) % (len(skus) - QUOTE_SKUS)
        reading = await stock.read(skus[n : n + QUOTE_SKUS])
        assert reading.available[0, 0] == 50

    async def push() -> None:
        n = next(turn)
        await view.push(GENERATION, {f"P{n % 500}": [(n % 20, n + 1, n % 50)]})

    async def push_batch() -> None:
        n = next(turn)
        figures = {f"P{m}": [(n % 20, n + 1, n % 50)] for m in range(64)}
        await view.push(GENERATION, figures)

    title = f"stock.read, {QUOTE_SKUS} SKUs x {QUOTE_NODES} nodes"
    found = [
        await _rate(f"{title}, {CALLERS} callers", quote, count, callers=CALLERS),
        await _rate(f"{title}, 1 caller", quote, count // 10, callers=1),
        await _rate("push of 1 cell, 1 caller", push, count // 10, callers=1),
        await _rate("push of 64 SKUs, 1 caller", push_batch, count // 200, callers=1),
    ]
    await view.close()
    await stock.close()
    return found


async def _rate(
    what: str, do: Callable[[], Awaitable[None]], count: int, *, callers: int
) -> Rate:
    left = iter(range(count))
    times: list[float] = []

    async def caller() -> None:
        for _ in left:
            started = time.perf_counter()
            await do()
            times.append(time.perf_counter() - started)

    cpu, started = time.process_time(), time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    cpu, seconds = time.process_time() - cpu, time.perf_counter() - started
    times.sort()
    return Rate(
        what=what,
        per_s=count / seconds,
        cpu_us=cpu / count * 1e6,
        p50_ms=times[count // 2] * 1000,
        p99_ms=times[int(count * 0.99)] * 1000,
    )
