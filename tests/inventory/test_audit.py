"""The audit finds every fault that is planted, and nothing where there is none."""

import sqlite3

import pytest
import redis

from inventory.audit import audit
from inventory.packed import generations_of, key_of, pack
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.sentences import commit, count, furnish, place, release


@pytest.fixture
async def history(sqlite_url: str, standalone_url: str, clock: MovableClock) -> str:
    """A ledger with a bit of everything, at rest."""
    stock = await Stock.open(
        ledger_url=sqlite_url, view_url=standalone_url, clock=clock
    )
    await furnish(stock, ("A", "N0", 10), ("A", "N1", 5), ("B", "N0", 8))
    await stock.submit(place("active", ("A", "N0", 2), ("B", "N0", 1)))
    await stock.submit(place("sold", ("A", "N0", 3)))
    await stock.submit(commit("sold", "o"))
    await stock.submit(place("back", ("A", "N1", 1)))
    await stock.submit(release("back"))
    await stock.submit(release("buried"))
    await stock.submit(place("late", ("B", "N0", 1), ttl_s=1))
    clock.move(minutes=1)
    await stock.sweep()
    await stock.submit(count(("A", "N0", 4)))
    await stock.read(["A", "B"])
    await stock.close()
    return sqlite_url


async def test_clean_history_has_no_violations(
    history: str, standalone_url: str
) -> None:
    report = await audit(history, standalone_url)

    assert report.violations == ()
    assert (report.cells, report.holds, report.orders) == (3, 5, 1)
    assert report.entries == 12
    assert (report.oversold_units, report.view_behind, report.view_checked) == (0, 0, 3)


FAULTS = {
    "UPDATE cell SET held = 1 WHERE sku = 'A' AND node = 'N1'": {"I2"},
    "UPDATE cell SET ver = ver + 1 WHERE sku = 'B'": {"I4"},
    "DELETE FROM entry WHERE serial = 1": {"I1", "I2", "I4"},
    "UPDATE entry SET d_on_hand = d_on_hand + 1 WHERE serial = 2": {"I2"},
    "UPDATE hold SET lines = json_set(lines, '$[0][2]', 99) WHERE hold_id = 'active'": {
        "I2"
    },
    "UPDATE hold SET lines = '[]' WHERE state = 'EXPIRED'": {"I3"},
    "UPDATE hold SET state = 'RELEASED', settled_at_us = 1 WHERE hold_id = 'active'": {
        "I2",
        "I3",
    },
    "INSERT INTO entry (sku, node, cell_ver, op_id, kind, d_on_hand, d_held,"
    " d_allocated, d_short, d_safety, actor, reason, at_us) SELECT sku, node, 99,"
    " op_id, kind, 0, 0, 0, 0, 0, actor, '', 0 FROM entry WHERE kind = 'EXPIRE'": {
        "I3",
        "I4",
    },
    'DELETE FROM "order"': {"I6", "I7"},
    "DELETE FROM order_line": {"I7", "I8"},
    "UPDATE allocation SET state = 'SHORT'": {"I2", "I7", "I8"},
    "DELETE FROM hold WHERE hold_id = 'buried'": {"I6"},
    # As if a hold had been granted when only 4 were there: an earlier count is lowered.
    "UPDATE entry SET d_on_hand = 4 WHERE serial = 1": {"I1", "I2"},
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_planted_fault_is_found(history: str, fault: str) -> None:
    tampered = sqlite3.connect(history.removeprefix("sqlite:///"))
    tampered.execute("PRAGMA ignore_check_constraints = ON")
    assert tampered.execute(fault).rowcount > 0
    tampered.commit()
    tampered.close()

    report = await audit(history)

    assert {violation.invariant for violation in report.violations} == FAULTS[fault]


async def test_oversold_units_are_counted(history: str) -> None:
    tampered = sqlite3.connect(history.removeprefix("sqlite:///"))
    tampered.execute("UPDATE entry SET d_on_hand = 4 WHERE serial = 1")
    tampered.commit()
    tampered.close()

    assert (await audit(history)).oversold_units == 1


async def test_view_that_lags_is_behind_and_not_a_lie(
    history: str, standalone_url: str
) -> None:
    with redis.Redis.from_url(standalone_url) as client:
        raw = client.get(key_of("A"))
        assert isinstance(raw, bytes)
        client.set(key_of("A"), pack(*generations_of(raw), [(0, 2, 8)]))

    report = await audit(history, standalone_url)

    assert report.violations == ()
    assert report.view_behind == 1


@pytest.mark.parametrize("entry", [(0, 5, 3), (0, 2, 9), (0, 77, 1), (5, 1, 0)])
async def test_view_that_lies_is_found(
    history: str, standalone_url: str, entry: tuple[int, int, int]
) -> None:
    with redis.Redis.from_url(standalone_url) as client:
        raw = client.get(key_of("A"))
        assert isinstance(raw, bytes)
        client.set(key_of("A"), pack(*generations_of(raw), [entry]))

    report = await audit(history, standalone_url)

    assert [violation.invariant for violation in report.violations] == ["I5"]


async def test_view_of_another_generation_is_no_lie(
    history: str, standalone_url: str
) -> None:
    with redis.Redis.from_url(standalone_url) as client:
        client.set(key_of("A"), pack(1, 1, [(0, 99, 99)]))

    assert (await audit(history, standalone_url)).violations == ()


async def test_empty_ledger_is_clean(ledger_url: str) -> None:
    stock = await Stock.open(ledger_url=ledger_url, view_url=None)
    report = await audit(ledger_url)
    await stock.close()

    assert report.violations == ()
    assert report.cells == 0
