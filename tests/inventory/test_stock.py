"""Reads and mutations while the view or the ledger is late, wrong, wiped or gone."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest
import redis

from inventory import errors, failpoint
from inventory.audit import audit
from inventory.books import Change
from inventory.embedded import EmbeddedValkey
from inventory.generation import bump
from inventory.ledger_rows import SNAPSHOT_S
from inventory.packed import generations_of, key_of, pack
from inventory.pusher import merge
from inventory.queries import Figures
from inventory.stock import Stock
from inventory.view import ViewDown
from tests.inventory.sentences import NODES, count, furnish, place, units


@pytest.fixture(autouse=True)
def _no_hook_remains() -> Iterator[None]:
    yield
    failpoint.hook = None


@pytest.fixture
def client(standalone_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(standalone_url) as opened:
        yield opened


async def until(condition: object, *, seconds: float = 5) -> None:
    """Wait for something that happens by itself."""
    assert callable(condition)
    for _ in range(int(seconds / 0.02)):
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never happened")


async def filled(client: redis.Redis, sku: str, *, above: int = 0) -> bytes:
    """The view's value, once it is complete: nobody who reads waits for the fill.

    Args:
        above: the generation before the one that is meant.
    """

    def is_complete() -> bool:
        raw = client.get(key_of(sku))
        if not isinstance(raw, bytes):
            return False
        generation, mark = generations_of(raw)
        return generation == mark > above

    await until(is_complete)
    raw = client.get(key_of(sku))
    assert isinstance(raw, bytes)
    return raw


async def test_reading_has_a_row_per_sku_and_a_column_per_node(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 3), ("B", "N4", 7))

    reading = await stock.read(["B", "unknown", "A", "B"])

    assert reading.skus == ("B", "unknown", "A", "B")
    assert reading.available.tolist() == [
        [0, 0, 0, 0, 7, 0],
        [0, 0, 0, 0, 0, 0],
        [3, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 7, 0],
    ]
    assert not reading.degraded


async def test_concurrent_reads_share_a_round_trip(
    stock: Stock, client: redis.Redis
) -> None:
    skus = [f"S{number}" for number in range(40)]
    await furnish(stock, *((sku, "N0", number) for number, sku in enumerate(skus)))
    await stock.read(skus)
    client.config_resetstat()

    readings = await asyncio.gather(*(stock.read([sku]) for sku in skus))

    assert [int(r.available[0, 0]) for r in readings] == list(range(40))
    assert client.info("commandstats")["cmdstat_mget"]["calls"] <= 2


async def test_missing_sku_is_read_from_the_ledger_once_and_shown(
    stock: Stock, client: redis.Redis
) -> None:
    await furnish(stock, ("A", "N0", 3))
    await stock._pusher.drain()
    client.flushall()

    assert await units(stock, "A", "N0") == 3

    raw = await filled(client, "A")
    generation, mark = generations_of(raw)
    assert raw == pack(generation, mark, [(0, 1, 3)])


async def test_own_writes_are_read_though_the_view_lags(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 10))
    assert await units(stock, "A", "N0") == 10

    def hook(name: str) -> None:
        if name == "pushing":
            raise ViewDown("lost")

    failpoint.hook = hook
    await stock.submit(place("h", ("A", "N0", 4)))

    assert await units(stock, "A", "N0") == 6


async def test_lost_push_is_repeated_by_the_relay(
    stock: Stock, client: redis.Redis
) -> None:
    await furnish(stock, ("A", "N0", 10))
    await units(stock, "A", "N0")
    await stock._pusher.drain()
    await stock.relay()

    def hook(name: str) -> None:
        if name == "pushing":
            raise ViewDown("lost")

    failpoint.hook = hook
    await stock.submit(place("h", ("A", "N0", 4)))
    clock = stock._database.clock
    assert clock is not None
    clock.move(seconds=5)  # type: ignore[attr-defined] # the tests' clock

    assert await stock.relay() == 1

    raw = client.get(key_of("A"))
    assert isinstance(raw, bytes)
    assert raw == pack(*generations_of(raw), [(0, 2, 6)])
    assert await stock.relay() == 0


async def test_refusal_brings_the_truth_into_a_view_that_is_too_high(
    stock: Stock, client: redis.Redis
) -> None:
    await furnish(stock, ("A", "N0", 10))
    await stock.submit(place("h", ("A", "N0", 8)))
    await stock._pusher.drain()
    raw = client.get(key_of("A"))
    generation = generations_of(raw)[0] if isinstance(raw, bytes) else 0
    client.set(key_of("A"), pack(generation, generation, [(0, 1, 10)]))  # rolled back
    assert await units(stock, "A", "N0") == 10

    with pytest.raises(errors.NoStock):
        await stock.submit(place("g", ("A", "N0", 5)))

    assert await units(stock, "A", "N0") == 2


async def test_fresh_read_ignores_a_view_that_is_too_low(
    stock: Stock, client: redis.Redis
) -> None:
    await furnish(stock, ("A", "N0", 10))
    await units(stock, "A", "N0")
    generation, _ = generations_of(await filled(client, "A"))
    client.set(key_of("A"), pack(generation, generation, [(0, 1, 0)]))

    assert await units(stock, "A", "N0") == 0
    reading = await stock.read(["A"], fresh=True)

    assert reading.available[0, 0] == 10


async def test_fresh_read_of_a_view_that_is_up_to_date_reads_no_cell_out(
    stock: Stock, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await furnish(stock, ("A", "N0", 10), ("A", "N1", 4), ("B", "N0", 3))
    await stock.read(["A", "B"])
    await filled(client, "A")
    generation, _ = generations_of(await filled(client, "B"))
    read_out: list[str] = []
    figures = stock._queries.figures

    async def noted(skus: Sequence[str]) -> Figures:
        read_out.extend(skus)
        return await figures(skus)

    monkeypatch.setattr(stock._queries, "figures", noted)
    fresh = await stock.read(["A", "B"], fresh=True)
    assert fresh.available[:, :2].tolist() == [[10, 4], [3, 0]]
    assert read_out == []

    await asyncio.sleep(SNAPSHOT_S)  # what was read for the miss serves that long
    client.set(key_of("B"), pack(generation, generation, []))
    assert (await stock.read(["A", "B"], fresh=True)).available[1, 0] == 3
    assert read_out == ["B"]


async def test_new_generation_makes_the_view_a_miss(
    stock: Stock, client: redis.Redis
) -> None:
    await furnish(stock, ("A", "N0", 10))
    await units(stock, "A", "N0")
    generation, _ = generations_of(await filled(client, "A"))
    client.set(key_of("A"), pack(generation, generation, [(0, 99, 99)]))

    new = await stock._writer.work(lambda c: bump(c, above=generation))
    await stock.ping()

    assert new > generation
    assert await units(stock, "A", "N0") == 10


async def test_view_of_before_a_time_without_one_is_not_believed(
    sqlite_url: str, standalone_url: str
) -> None:
    stock = await Stock.open(ledger_url=sqlite_url, view_url=standalone_url)
    await furnish(stock, ("A", "N0", 10))
    await units(stock, "A", "N0")
    await stock.close()
    stock = await Stock.open(ledger_url=sqlite_url, view_url=None)
    await stock.submit(place("h", ("A", "N0", 4)))
    assert await units(stock, "A", "N0") == 6
    await stock.close()

    stock = await Stock.open(ledger_url=sqlite_url, view_url=standalone_url)

    assert await units(stock, "A", "N0") == 6
    await stock.close()


async def test_node_of_another_router_is_learnt(
    postgres_url: str, standalone_url: str
) -> None:
    first = await Stock.open(ledger_url=postgres_url, view_url=standalone_url)
    second = await Stock.open(ledger_url=postgres_url, view_url=standalone_url)
    await furnish(first, ("A", "N0", 10))

    await second.submit(count(("A", "N1", 5)))
    await second._pusher.drain()

    reading = await first.read(["A"])
    assert reading.available[0, :2].tolist() == [10, 5]
    await first.close()
    await second.close()


async def test_view_killed_under_load_and_back_again(
    tmp_path: Path, sqlite_url: str
) -> None:
    server = EmbeddedValkey(tmp_path / "view", aof=False)
    server.start()
    stock = await Stock.open(ledger_url=sqlite_url, view_url=server.url)
    await furnish(stock, ("A", "N0", 100))
    assert not (await stock.read(["A"])).degraded

    server.kill()
    await stock.submit(place("h", ("A", "N0", 30)))
    reading = await stock.read(["A"])
    assert reading.degraded
    assert reading.available[0, 0] == 70
    assert not (await stock.ping()).view_ok

    server.start()

    async def is_well() -> bool:
        return not (await stock.read(["A"])).degraded

    await until(is_well)
    assert await units(stock, "A", "N0") == 70
    await stock.submit(place("g", ("A", "N0", 30)))
    assert await units(stock, "A", "N0") == 40
    await stock.close()
    report = await audit(sqlite_url, server.url)
    assert report.violations == ()
    server.stop()


async def test_restarted_view_that_lost_pushes_is_brought_up_to_date(
    tmp_path: Path, sqlite_url: str
) -> None:
    """As after a power loss: the values are there, complete, and some seconds old."""
    server = EmbeddedValkey(tmp_path / "view", aof=True)
    server.start()
    stock = await Stock.open(ledger_url=sqlite_url, view_url=server.url)
    await furnish(stock, ("A", "N0", 10), ("B", "N0", 5))
    await stock.read(["A", "B"])
    with redis.Redis.from_url(server.url) as client:
        old = await filled(client, "A")
        await stock.submit(place("h", ("A", "N0", 4)))
        await stock._pusher.drain()
        await stock.relay()
        await stock.close()
        client.set(key_of("A"), old)
    server.stop()
    server.start()

    stock = await Stock.open(ledger_url=sqlite_url, view_url=server.url)

    async def is_up_to_date() -> bool:
        return await units(stock, "A", "N0") == 6

    await until(is_up_to_date)
    await stock.close()
    server.stop()


@pytest.mark.parametrize("shown", [(0, 50, 1), (0, 2, 1)], ids=["newer", "other"])
async def test_view_that_knows_another_ledger_is_a_witness(
    stock: Stock,
    client: redis.Redis,
    caplog: pytest.LogCaptureFixture,
    shown: tuple[int, int, int],
) -> None:
    """After a restore of an older copy, which may have gone on to the same version."""
    await furnish(stock, ("A", "N0", 10))
    await units(stock, "A", "N0")
    generation, _ = generations_of(await filled(client, "A"))
    client.set(key_of("A"), pack(generation, generation, [shown]))

    with caplog.at_level(logging.CRITICAL):
        await stock.submit(place("h", ("A", "N0", 1)))
        await until(lambda: "LEDGER_REGRESSION" in caplog.text)

    async def is_believed_no_longer() -> bool:
        return await units(stock, "A", "N0") == 9

    await until(is_believed_no_longer)
    again, _ = generations_of(await filled(client, "A", above=generation))
    assert again > generation
    assert await stock._queries.generation() == again, "one new life, not several"


async def test_ledger_down_quotes_go_on_and_mutations_say_unavailable(
    postgres: str, postgres_url: str, standalone_url: str
) -> None:
    stock = await Stock.open(ledger_url=postgres_url, view_url=standalone_url)
    await furnish(stock, ("A", "N0", 10))
    await stock.submit(place("h", ("A", "N0", 4)))
    assert await units(stock, "A", "N0") == 6
    before = (await stock.read(["A"])).as_of

    cut_off(postgres, postgres_url, allow=False)
    with pytest.raises(errors.StorageUnavailable) as refusal:
        await stock.submit(place("g", ("A", "N0", 1)))
    assert refusal.value.retry_after is not None
    reading = await stock.read(["A"])
    assert reading.degraded
    assert reading.available[0, 0] == 6
    assert (reading.as_of - before).total_seconds() < 5
    with pytest.raises(errors.StorageUnavailable):
        await stock.read(["never read before"])
    with pytest.raises(errors.StorageUnavailable):
        await stock.order("shop", "o")
    assert not (await stock.ping()).ledger_ok

    cut_off(postgres, postgres_url, allow=True)
    await stock.submit(place("g", ("A", "N0", 1)))
    await stock.ping()
    reading = await stock.read(["A"])
    assert not reading.degraded
    assert reading.available[0, 0] == 5
    await stock.close()


def cut_off(admin_url: str, url: str, *, allow: bool) -> None:
    name = url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {str(allow).lower()}')
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            (name,),
        )


async def test_lost_connection_between_batches_is_not_noticed(
    postgres: str, postgres_url: str
) -> None:
    stock = await Stock.open(ledger_url=postgres_url, view_url=None)
    await furnish(stock, ("A", "N0", 10))
    cut_off(postgres, postgres_url, allow=True)

    await stock.submit(place("h", ("A", "N0", 4)))

    assert await units(stock, "A", "N0") == 6
    await stock.close()


async def test_reader_that_waits_for_a_locked_row_is_refused_without_effect(
    postgres_url: str,
) -> None:
    stock = await Stock.open(ledger_url=postgres_url, view_url=None)
    await furnish(stock, ("A", "N0", 10), ("B", "N0", 10))
    with psycopg.connect(postgres_url) as rival:
        rival.execute("SELECT * FROM cell WHERE sku = 'A' FOR UPDATE")
        blocked, free = await asyncio.gather(
            stock.submit(place("h", ("A", "N0", 1))),
            stock.submit(place("g", ("B", "N0", 1))),
            return_exceptions=True,
        )
    assert isinstance(blocked, errors.StorageUnavailable)
    assert not isinstance(free, BaseException)

    await stock.submit(place("h", ("A", "N0", 1)))
    await stock.close()


async def test_clock_that_jumps_stops_the_reaper(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    stock = await Stock.open(ledger_url=sqlite_url, view_url=None)
    await furnish(stock, ("A", "N0", 10))
    assert await stock.sweep() == 0
    await stock.submit(place("h", ("A", "N0", 1), ttl_s=0.01))
    await stock.submit(place("g", ("A", "N0", 1), ttl_s=600))
    await asyncio.sleep(0.05)
    assert await stock.sweep() == 1
    database = stock._database
    honest = database.now_us
    jumped = honest_plus(honest, 3600)
    type(database).now_us, kept = jumped, type(database).now_us  # type: ignore[method-assign]
    try:
        assert await stock.sweep() == 0
    finally:
        type(database).now_us = kept  # type: ignore[method-assign]
    assert "CLOCK_JUMP" in caplog.text
    await stock.close()


def honest_plus(honest: object, seconds: int) -> object:
    assert callable(honest)

    def jumped(_self: object, connection: object) -> int:
        return int(honest(connection)) + seconds * 1_000_000

    return jumped


async def test_width_is_that_of_all_known_nodes(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 1))

    assert (await stock.read(["A"])).available.shape == (1, len(NODES))


async def test_changes_during_a_push_are_merged_and_the_newest_is_shown(
    stock: Stock, client: redis.Redis
) -> None:
    await furnish(stock, ("A", "N0", 100))
    await units(stock, "A", "N0")

    for number in range(20):
        await stock.submit(place(f"h{number}", ("A", "N0", 1)))
    await stock._pusher.drain()

    raw = client.get(key_of("A"))
    assert isinstance(raw, bytes)
    assert raw == pack(*generations_of(raw), [(0, 21, 80)])


def test_pushes_that_wait_are_merged_by_version() -> None:
    """What waits while the view is told keeps the newest version of each cell."""
    figures = [Change("A", "N0", version, version * 2) for version in (2, 4, 3)]
    waiting: dict[tuple[str, str], Change] = {}

    for figure in figures:
        merge(waiting, figure)

    assert waiting == {("A", "N0"): figures[1]}
