"""What others expect, by hour: written once, kept as it was said, forgotten in time."""

import uuid
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta

import pytest

from allocation.prices.imported import Imported, Said
from inventory.errors import IdReused
from inventory.instants import microseconds
from inventory.prices.forecasts import KEPT_HOURS, SaidOrders, Taken, Told
from inventory.prices.placed import HOUR_US
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.sentences import key

HOUR = timedelta(hours=1)
DAY = 24 * HOUR
EVER = 10**7


@pytest.fixture
async def one(sqlite_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    """What both databases do alike is tried on one of them."""
    opened = await Stock.open(ledger_url=sqlite_url, view_url=None, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def books(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    yield opened
    await opened.close()


def hour_of(at: datetime) -> int:
    return microseconds(at) // HOUR_US


async def tell(
    books: Stock, made_at: datetime, *rows: int, clears: bool = False
) -> Taken:
    """Thousandths of orders from the hour in which they are told on."""
    named = {hour_of(made_at) + n: milli for n, milli in enumerate(rows)}
    return await books.prices.forecasts.take(key("I"), Told(named, made_at, clears))


def _words(found: Iterable[SaidOrders]) -> Imported:
    return Imported(
        Said(each.hour, each.made_at_us // HOUR_US, each.orders_milli) for each in found
    )


async def said(books: Stock) -> list[SaidOrders]:
    return sorted(await books.prices.forecasts.said(0, EVER, EVER))


async def test_the_last_word_of_a_day_stays_and_so_does_that_of_the_day_before(
    books: Stock, clock: MovableClock
) -> None:
    start = clock.now.replace(hour=9)
    tomorrow = hour_of(start) + 30
    for at, milli in ((start, 1), (start + HOUR, 2), (start + DAY, 3)):
        told = Told({tomorrow: milli, tomorrow + 1: milli}, at)
        await books.prices.forecasts.take(key("I"), told)
    for milli, late in ((4, DAY + HOUR), (5, 2 * HOUR)):
        told = Told({tomorrow: milli}, start + late)
        await books.prices.forecasts.take(key("I"), told)

    found = await said(books)

    words = [(each.hour - tomorrow, each.orders_milli) for each in found]
    assert words == [(0, 5), (0, 4), (1, 2), (1, 3)], "only the hour named is replaced"


async def test_hours_that_were_over_are_no_forecast(
    one: Stock, clock: MovableClock
) -> None:
    now = hour_of(clock.now)
    told = Told({now - 1: 7, now: 8, now + 1: 9}, clock.now)

    taken = await one.prices.forecasts.take(key("I"), told)

    assert taken == Taken(hours=2, past_hours=1, orders_milli=17)
    assert [each.hour for each in await said(one)] == [now, now + 1]


async def test_a_repeat_is_answered_and_writes_nothing(
    one: Stock, clock: MovableClock
) -> None:
    same = key("I", request_id=str(uuid.uuid4()))
    told = Told({hour_of(clock.now) + 50: 8}, clock.now)
    first = await one.prices.forecasts.take(same, told)
    await tell(one, clock.now, *[0] * 60, clears=True)

    assert await one.prices.forecasts.take(same, told) == first
    assert {each.orders_milli for each in await said(one)} == {0}
    other = key("I", request_id=same.request_id, content="other")
    with pytest.raises(IdReused):
        await one.prices.forecasts.take(other, told)


async def test_what_is_to_come_can_be_forgotten_and_the_past_stays(
    one: Stock, clock: MovableClock
) -> None:
    await tell(one, clock.now, 1, 2, 3, 4)
    clock.move(hours=2)
    taken = await tell(one, clock.now, clears=True)

    assert taken == Taken(0, 0, 0)
    assert [each.orders_milli for each in await said(one)] == [1, 2]


async def test_a_year_of_hours_is_written_at_once_and_forgotten_in_time(
    one: Stock, clock: MovableClock
) -> None:
    for _ in range(2):
        taken = await tell(one, clock.now, *range(8_760))
    assert taken.hours == len(await said(one)) == 8_760
    at = microseconds(clock.now)
    second = hour_of(clock.now) + 1
    assert await one.prices.forecasts.said(second, second, EVER) == (
        SaidOrders(second, at, 1),
    )

    clock.move(hours=KEPT_HOURS + 1)
    await tell(one, clock.now, 3)

    found = [each.orders_milli for each in await said(one) if each.hour < second + 1]
    assert found == [1]


async def test_of_what_was_said_before_anybody_looks_ahead_the_last_word_is_read(
    books: Stock, clock: MovableClock
) -> None:
    hour, ahead = hour_of(clock.now) + 30 * 24, 72
    for day in range(30):
        told = Told({hour: day, hour + 24: day}, clock.now + day * DAY)
        await books.prices.forecasts.take(key("I"), told)

    found = await books.prices.forecasts.said(hour, hour + 24, ahead)

    words = {
        at: sorted(e.orders_milli for e in found if e.hour == at)
        for at in (hour, hour + 24)
    }
    assert words == {hour: [26, 27, 28, 29], hour + 24: [27, 28, 29]}
    few, many = _words(found), _words(await said(books))
    for at in (hour, hour + 24):
        for before in range(at - ahead, at + 1):
            assert few.hour(at, before) == many.hour(at, before)
