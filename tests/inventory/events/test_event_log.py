"""One event a change, in one dense order that readers resume and never skip."""

import asyncio
import json

import psycopg
import pytest
import redis
from sqlalchemy import delete, insert, select, update

from inventory.errors import EventNotFound, EventsGone
from inventory.events.log import Event, Position, Wanted
from inventory.events.tables import event
from inventory.stock import Stock
from inventory.tables import outbox
from inventory.view import STREAM
from tests.inventory.movable_clock import MovableClock
from tests.inventory.sentences import commit, count, furnish, place

ANY = Wanted()


async def told(stock: Stock, wanted: Wanted = ANY) -> list[Event]:
    """All events that are kept."""
    page = await stock.events.log.page(None, wanted, limit=10_000)
    return list(page.events)


async def tell(stock: Stock, *subjects: str) -> None:
    """Plain events without a story, in the outbox."""
    rows = [{"key": s, "kind": "ORDER_CHANGED", "payload": "{}"} for s in subjects]
    now_us = 1_772_366_400_000_000
    for row in rows:
        row |= {"at_us": now_us}
    await stock._writer.work(lambda c: c.execute(insert(outbox), rows) and None)


async def test_a_change_is_one_event_with_what_was_told(books: Stock) -> None:
    await furnish(books, ("A", "N0", 10))
    await books.submit(place("h", ("A", "N0", 8)))
    await books.submit(commit("h", "o"))
    await books.submit(count(("A", "N0", 5)))

    assert await books.relay() == 2
    assert await books.relay() == 0

    order, short = await told(books)
    assert (order.sequence, order.type) == (1, "shipfrom.order.allocated.v1")
    assert (order.subject, order.node_id) == ("o", "")
    assert order.data == {"orderId": "o", "holdId": "h"}
    assert order.at == books._clock()
    assert (short.sequence, short.type) == (2, "shipfrom.cell.short.v1")
    assert (short.subject, short.node_id) == ("A@N0", "N0")
    assert short.data == {"sku": "A", "nodeId": "N0", "short": 3}
    assert order.event_id != short.event_id
    assert len(order.event_id) == 28


async def test_readers_resume_and_choose(books: Stock) -> None:
    await furnish(books, ("A", "N0", 10))
    for number in range(4):
        await books.submit(place(f"h{number}", ("A", "N0", 2)))
        await books.submit(commit(f"h{number}", f"o{number}"))
    await books.submit(count(("A", "N0", 5)))
    await books.relay()
    log = books.events.log

    first = await log.page(None, ANY, limit=3)
    second = await log.page(first.until, ANY, limit=3)

    assert [e.sequence for e in first.events + second.events] == [1, 2, 3, 4, 5]
    assert (first.is_last, second.is_last) == (False, True)
    assert second.until == Position.at(second.events[-1])
    assert (await log.page(second.until, ANY, limit=3)).events == ()
    assert [e.subject for e in await told(books, Wanted(subject="o2"))] == ["o2"]
    assert [e.node_id for e in await told(books, Wanted(node_id="N0"))] == ["N0"]
    orders = Wanted(types=("shipfrom.order.*",))
    assert [e.sequence for e in await told(books, orders)] == [1, 2, 3, 4]
    shorts = Wanted(types=("shipfrom.cell.short.v1", "shipfrom.x.y.v1"))
    assert [e.sequence for e in await told(books, shorts)] == [5]
    for wanted in (orders, shorts, Wanted(subject="o2"), Wanted(node_id="N0")):
        every = await told(books)
        assert [e for e in every if wanted.takes(e)] == await told(books, wanted)
    assert await log.find(first.events[0].event_id) == first.events[0]
    with pytest.raises(EventNotFound, match="e_x"):
        await log.find("e_x")


async def test_rival_relays_leave_no_gap_and_no_double(
    rivals: tuple[Stock, ...],
) -> None:
    async def work(number: int, stock: Stock) -> None:
        for turn in range(30):
            await tell(stock, f"o{number}", f"o{number}-{turn}")
            await stock.relay()

    await asyncio.gather(*(work(n, stock) for n, stock in enumerate(rivals)))
    for stock in rivals:
        await stock.relay()

    events = await told(rivals[0])
    assert [e.sequence for e in events] == list(range(1, 181))
    assert len({e.event_id for e in events}) == 180


async def test_a_reader_never_skips_what_commits_later(
    rivals: tuple[Stock, ...], postgres_url: str
) -> None:
    """A transaction that told first commits last: it is read last, not never."""
    stock, *_ = rivals
    late = (
        "INSERT INTO outbox (key, kind, payload, at_us) VALUES ('late', 'X_Y', '{}', 1)"
    )
    with psycopg.connect(postgres_url) as slow:
        slow.execute(late)
        await tell(stock, "early")
        await stock.relay()
        read = await stock.events.log.page(None, ANY, limit=10)
        assert [e.subject for e in read.events] == ["early"]
        slow.commit()
    await stock.relay()

    behind = await stock.events.log.page(read.until, ANY, limit=10)

    assert [e.subject for e in behind.events] == ["late"]


async def test_what_is_not_kept_is_said_and_not_skipped(
    books: Stock, clock: MovableClock
) -> None:
    await tell(books, "a", "b")
    await books.relay()
    behind_one = Position.at((await told(books))[0])
    clock.move(days=91)
    await books._writer.work(
        lambda c: c.execute(update(event).values(at_us=1)) and None
    )
    await tell(books, "c")
    await books.relay()
    young = int(clock().timestamp() * 1_000_000)
    await books._writer.work(
        lambda c: (
            c.execute(update(event).where(event.c.sequence == 3).values(at_us=young))
            and None
        )
    )

    await books.sweep()

    assert [e.subject for e in await told(books)] == ["c"]
    with pytest.raises(EventsGone, match="up to 2 are not kept") as gone:
        await books.events.log.page(behind_one, ANY, limit=10)
    assert gone.value.metadata == {"after": "1", "first": "3", "last": "3"}
    assert (await books.events.log.page(Position(2), ANY, limit=10)).events
    with pytest.raises(EventsGone, match="restored"):
        await books.events.log.page(Position(4), ANY, limit=10)


async def test_a_restored_ledger_is_noticed_by_the_id_at_that_place(
    books: Stock,
) -> None:
    await tell(books, "a", "b")
    await books.relay()
    behind = Position.at((await told(books))[-1])
    another = update(event).where(event.c.sequence == 2)
    await books._writer.work(
        lambda c: c.execute(another.values(event_id="e_" + 26 * "0")) and None
    )

    with pytest.raises(EventsGone, match="restored"):
        await books.events.log.page(behind, ANY, limit=10)

    assert (await books.events.log.page(Position(2), ANY, limit=10)).is_last


async def test_the_stream_has_each_event_once_in_order(
    stock: Stock, standalone_url: str
) -> None:
    await furnish(stock, ("A", "N0", 10))
    await stock.submit(place("h", ("A", "N0", 8)))
    await stock.submit(commit("h", "o"))
    await stock.relay()
    await stock.submit(count(("A", "N0", 5)))
    await stock.relay()
    # A process that died before it wrote down what it had sent.
    mark = "UPDATE event_mark SET sequence = 0 WHERE name = 'stream'"
    await stock._writer.work(lambda c: c.exec_driver_sql(mark) and None)
    await stock.relay()

    with redis.Redis.from_url(standalone_url) as client:
        found = [json.loads(fields[b"event"]) for _, fields in client.xrange(STREAM)]

    order, short = found
    assert order == {
        "specversion": "1.0",
        "id": (await told(stock))[0].event_id,
        "source": "/shipfrom/default",
        "type": "shipfrom.order.allocated.v1",
        "subject": "o",
        "time": "2026-03-01T12:00:00.000000Z",
        "sequence": "00000000000000000001",
        "datacontenttype": "application/json",
        "data": {"orderId": "o", "holdId": "h"},
    }
    assert (short["nodeid"], short["sequence"][-1]) == ("N0", "2")


async def test_a_view_that_was_away_gets_what_it_missed(
    stock: Stock, standalone_url: str
) -> None:
    await tell(stock, "a")
    view, stock._relay._view = stock._relay._view, None
    assert await stock.relay() == 1
    stock._relay._view = view

    await stock.relay()

    with redis.Redis.from_url(standalone_url) as client:
        assert len(client.xrange(STREAM)) == 1


async def test_an_outbox_row_is_filed_once_though_its_row_stays(books: Stock) -> None:
    await tell(books, "a")
    await books.relay()

    assert await books._queries.run(
        lambda c: c.execute(select(outbox.c.published_at_us)).scalar_one()
    )
    await books.relay()
    assert len(await told(books)) == 1
    await books._writer.work(lambda c: c.execute(delete(outbox)) and None)
    await tell(books, "b")
    await books.relay()
    assert [e.subject for e in await told(books)] == ["a", "b"]
