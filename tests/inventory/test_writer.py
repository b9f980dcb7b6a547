"""The combining writer: bounds, joining, poison, deadlines, unknown outcomes."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from sqlalchemy.exc import OperationalError

from inventory import errors, failpoint
from inventory.operations import HoldAnswer
from inventory.runner import RESOLVE_S
from inventory.stock import Stock
from tests.inventory.sentences import count, furnish, place, release


@pytest.fixture(autouse=True)
def _no_hook_remains() -> Iterator[None]:
    yield
    failpoint.hook = None


@pytest.fixture
async def stock(sqlite_url: str) -> AsyncIterator[Stock]:
    """Without a view: nothing but the test's own operations reaches the writer."""
    opened = await Stock.open(ledger_url=sqlite_url, view_url=None)
    yield opened
    failpoint.hook = None
    await opened.close()


def failing_at(point: str, *, times: int) -> Callable[[str], None]:
    """Raises a lost connection the first `times` times that the point is reached."""
    left = times

    def hook(name: str) -> None:
        nonlocal left
        if name == point and left > 0:
            left -= 1
            raise OperationalError("COMMIT", None, sqlite3.OperationalError("gone"))

    return hook


async def held(stock: Stock) -> int:
    (cell,) = await stock.cells(sku="A", node_id="N0", limit=1)
    return cell.held


async def test_concurrent_holds_share_a_transaction(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 100))
    batches = 0

    def hook(name: str) -> None:
        nonlocal batches
        batches += name == "begun"

    failpoint.hook = hook
    await asyncio.gather(
        *(stock.submit(place(f"h{n}", ("A", "N0", 1))) for n in range(50))
    )

    assert batches <= 2
    assert await held(stock) == 50


async def test_refusals_write_nothing(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 1))
    commits = 0

    def hook(name: str) -> None:
        nonlocal commits
        commits += name == "committing"

    failpoint.hook = hook
    with pytest.raises(errors.NoStock):
        await stock.submit(place("h", ("A", "N0", 2)))

    assert commits == 0


async def test_poison_is_found_and_its_neighbours_succeed(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 10))
    poison = place("p", ("A", "N0", 1), ("A", "N0", 1))  # names a cell twice

    outcomes = await asyncio.gather(
        stock.submit(place("a", ("A", "N0", 1))),
        stock.submit(poison),
        stock.submit(place("b", ("A", "N0", 1))),
        return_exceptions=True,
    )

    assert [type(o) for o in outcomes] == [HoldAnswer, AssertionError, HoldAnswer]
    assert await held(stock) == 2


@pytest.mark.parametrize("point", ["committing", "committed"])
async def test_lost_commit_is_resolved_by_running_the_same_ids_again(
    stock: Stock, point: str
) -> None:
    """`committing`: it never arrived; `committed`: only its answer was lost."""
    await furnish(stock, ("A", "N0", 10))
    failpoint.hook = failing_at(point, times=1)

    answers = await asyncio.gather(
        *(stock.submit(place(f"h{n}", ("A", "N0", 1))) for n in range(5))
    )

    assert all(isinstance(answer, HoldAnswer) for answer in answers)
    assert await held(stock) == 5


@pytest.mark.parametrize(("point", "effect"), [("committing", 0), ("committed", 1)])
async def test_outcome_that_stays_unknown_is_said_so_and_told_later(
    stock: Stock, point: str, effect: int
) -> None:
    await furnish(stock, ("A", "N0", 10))
    operation = place("h", ("A", "N0", 1), request_id="r")
    soon = asyncio.get_running_loop().time() + RESOLVE_S

    def hook(name: str) -> None:
        if (name in ("committing", "begun") and seen) or name == point:
            seen.append(name)
            raise OperationalError(name, None, sqlite3.OperationalError("disk I/O"))

    seen: list[str] = []
    failpoint.hook = hook
    with pytest.raises(errors.OutcomeUnknown):
        await stock.submit(operation, deadline=soon)
    failpoint.hook = None

    assert await held(stock) == effect
    answer = await stock.submit(operation)
    assert answer.replayed is bool(effect)
    assert await held(stock) == 1


async def test_store_that_fails_before_commit_has_no_effect(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 10))

    def hook(name: str) -> None:
        if name == "cells_written":
            raise OperationalError(name, None, sqlite3.OperationalError("disk I/O"))

    failpoint.hook = hook
    with pytest.raises(errors.StorageUnavailable) as refusal:
        await stock.submit(place("h", ("A", "N0", 1)))
    failpoint.hook = None

    assert refusal.value.retry_after is not None
    assert await held(stock) == 0
    await stock.submit(place("h", ("A", "N0", 1)))


async def test_deadline_too_close_starts_nothing(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 10))
    now = asyncio.get_running_loop().time()

    with pytest.raises(errors.DeadlineTooShort):
        await stock.submit(place("h", ("A", "N0", 1)), deadline=now)

    assert await held(stock) == 0


async def test_full_queue_refuses_and_says_when_to_come_again(
    sqlite_url: str,
) -> None:
    stock = await Stock.open(ledger_url=sqlite_url, view_url=None, queue_max=100)
    await furnish(stock, ("A", "N0", 1000))
    failpoint.hook = lambda name: time.sleep(0.05) if name == "begun" else None

    outcomes = await asyncio.gather(
        *(stock.submit(place(f"h{n}", ("A", "N0", 1))) for n in range(500)),
        return_exceptions=True,
    )

    refused = [o for o in outcomes if isinstance(o, errors.Overloaded)]
    assert 0 < len(refused) < 400
    assert all(refusal.retry_after for refusal in refused)
    assert await held(stock) == 500 - len(refused)
    await stock.close()


async def test_cancelled_while_queued_is_never_done(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 10))
    failpoint.hook = lambda name: time.sleep(0.05) if name == "begun" else None
    first = asyncio.create_task(stock.submit(place("a", ("A", "N0", 1))))
    await asyncio.sleep(0.02)
    queued = asyncio.create_task(stock.submit(place("b", ("A", "N0", 1))))
    await asyncio.sleep(0)
    queued.cancel()
    await first

    assert await held(stock) == 1


async def test_cancelled_in_a_batch_runs_to_its_end(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 10))
    failpoint.hook = lambda name: time.sleep(0.05) if name == "begun" else None
    task = asyncio.create_task(stock.submit(place("a", ("A", "N0", 1), request_id="r")))
    await asyncio.sleep(0.02)
    task.cancel()
    failpoint.hook = None

    again = await stock.submit(place("a", ("A", "N0", 1), request_id="r"))

    assert isinstance(again, HoldAnswer)
    assert await held(stock) == 1


async def test_closing_finishes_what_was_accepted(sqlite_url: str) -> None:
    stock = await Stock.open(ledger_url=sqlite_url, view_url=None)
    await furnish(stock, ("A", "N0", 100))
    tasks = [
        asyncio.create_task(stock.submit(place(f"h{n}", ("A", "N0", 1))))
        for n in range(80)
    ]
    await asyncio.sleep(0)

    await stock.close()

    for task in tasks:
        assert isinstance(await task, HoldAnswer)
    with pytest.raises(errors.Draining):
        await stock.submit(release("h0"))


async def test_checkouts_overtake_feeds(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 100))
    failpoint.hook = lambda name: time.sleep(0.02) if name == "begun" else None
    finished: list[str] = []

    async def do(name: str, operation: object) -> None:
        await stock.submit(operation)  # type: ignore[arg-type] # either kind
        finished.append(name)

    feeds = [
        do("feed", count(*((f"S{n}-{m}", "N1", 5) for m in range(300))))
        for n in range(4)
    ]
    await asyncio.gather(*feeds, do("hold", place("h", ("A", "N0", 1))))

    assert finished.index("hold") <= 1
