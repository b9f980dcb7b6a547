"""Price lists in the ledger, and the turn of making them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from inventory.prices.lists import KEPT, PriceLists, StoredPrices
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.sentences import commit, furnish, place

MINUTE = timedelta(minutes=1)


def made(cells: int = 1) -> StoredPrices:
    return StoredPrices(
        1, 900, 2_700, 259_200, 5, 30, 777, cells, 9, "fine", "{}", b"body"
    )


@pytest.fixture
async def books(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def rivals(
    postgres_url: str, clock: MovableClock
) -> AsyncIterator[tuple[PriceLists, ...]]:
    """Two processes' price lists on one PostgreSQL."""
    opened = [
        await Stock.open(ledger_url=postgres_url, view_url=None, clock=clock)
        for _ in "ab"
    ]
    yield tuple(each.prices for each in opened)
    for each in opened:
        await each.close()


async def test_a_list_is_read_as_it_was_published(books: Stock) -> None:
    assert await books.prices.newest() is None
    assert await books.prices.newest_version() == 0
    await books.prices.take_turn("me", MINUTE)

    published = await books.prices.publish("me", made())

    assert published is not None
    assert published.version == await books.prices.newest_version() == 1
    assert await books.prices.newest() == published


async def test_the_last_lists_are_kept(books: Stock) -> None:
    await books.prices.take_turn("me", MINUTE)
    for number in range(KEPT + 2):
        await books.prices.publish("me", made(number))

    rows = await books._queries.run(
        lambda c: c.exec_driver_sql(
            "SELECT min(version), count(*) FROM price_list"
        ).one()
    )

    assert tuple(rows) == (3, KEPT)
    newest = await books.prices.newest()
    assert newest is not None
    assert newest.cells == KEPT + 1


async def test_one_holder_has_the_turn_until_it_ends(
    books: Stock, clock: MovableClock
) -> None:
    prices = books.prices
    assert await prices.take_turn("me", MINUTE)
    assert not await prices.take_turn("you", MINUTE)
    clock.move(seconds=50)
    assert await prices.take_turn("me", MINUTE), "its own is made longer"
    clock.move(seconds=50)
    assert not await prices.take_turn("you", MINUTE)
    clock.move(seconds=10)
    assert await prices.take_turn("you", MINUTE)
    await prices.end_turn("me")
    assert not await prices.take_turn("me", MINUTE), "nobody ends another's turn"
    await prices.end_turn("you")
    assert await prices.take_turn("me", MINUTE)


async def test_whoever_lost_its_turn_publishes_nothing(
    books: Stock, clock: MovableClock
) -> None:
    assert await books.prices.publish("me", made()) is None
    await books.prices.take_turn("me", MINUTE)
    clock.move(minutes=1)

    assert await books.prices.publish("me", made()) is None

    assert await books.prices.newest() is None


async def test_of_two_processes_one_has_the_turn(
    rivals: tuple[PriceLists, ...], clock: MovableClock
) -> None:
    """Both ask at once, again and again; the turn passes on when it is over."""
    holders = []
    for _ in range(5):
        took = await asyncio.gather(
            *(each.take_turn(str(n), MINUTE) for n, each in enumerate(rivals))
        )
        assert sum(took) == 1
        holders.append(took.index(True))
        loser = 1 - took.index(True)
        assert await rivals[loser].publish(str(loser), made()) is None
        clock.move(minutes=1)
        assert await rivals[loser].take_turn(str(loser), MINUTE)
        published = await rivals[loser].publish(str(loser), made())
        assert published is not None
        await rivals[loser].end_turn(str(loser))
    assert await rivals[0].newest_version() == await rivals[1].newest_version() == 5


async def test_what_was_ordered_lately(books: Stock, clock: MovableClock) -> None:
    await furnish(books, ("A", "N0", 10))
    start = clock.now
    for number in range(4):
        await books.submit(place(f"h{number}", ("A", "N0", 2)))
        await books.submit(commit(f"h{number}", f"o{number}"))
        clock.move(minutes=40)
    await books.submit(place("never", ("A", "N0", 1)))

    found = await books.prices.lately(start + timedelta(minutes=30), limit=2)

    assert [each.order_id for each in found.orders] == ["o2", "o3"]
    assert found.orders[0].decision == b"decision of h2"
    assert found.orders[1].held_at == start + timedelta(hours=2)
    noon = int(start.timestamp()) // 3600
    assert found.by_hour == {noon: 1, noon + 1: 1, noon + 2: 1}


async def test_orders_are_counted_further_back_than_they_are_read(
    books: Stock, clock: MovableClock
) -> None:
    await furnish(books, ("A", "N0", 10))
    start = clock.now
    for number in range(3):
        await books.submit(place(f"h{number}", ("A", "N0", 2)))
        await books.submit(commit(f"h{number}", f"o{number}"))
        clock.move(minutes=60)

    since = start + timedelta(minutes=90)
    found = await books.prices.lately(since, limit=9, counted_since=start)

    assert [each.order_id for each in found.orders] == ["o2"]
    assert sum(found.by_hour.values()) == 3


async def test_what_was_ordered_until_a_moment(
    books: Stock, clock: MovableClock
) -> None:
    await furnish(books, ("A", "N0", 10))
    start = clock.now
    for number in range(3):
        await books.submit(place(f"h{number}", ("A", "N0", 2)))
        await books.submit(commit(f"h{number}", f"o{number}"))
        clock.move(minutes=40)

    until = start + timedelta(minutes=80)
    found = await books.prices.lately(start, until=until, limit=9)

    assert [each.order_id for each in found.orders] == ["o0", "o1"]
    assert sum(found.by_hour.values()) == 2
