"""Watchers and timers find what they look for, on both databases, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, select

from inventory.errors import StorageUnavailable
from inventory.instants import microseconds
from inventory.orders.actions import Accept, Offer, Pay, Reject
from inventory.orders.tables import shipment
from inventory.orders.task_lookups import Among
from inventory.orders.times import Time
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.orders.sentences import FIRST, do, ordered, picked, to
from tests.inventory.sentences import count

LATE = 1 << 60
Ask = Callable[[Stock], Coroutine[Any, Any, Any]]


@pytest.fixture
async def stock(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    yield opened
    await opened.close()


async def at(stock: Stock, node: str) -> dict[str, int]:
    """Shipments to do at a node, with the versions of their orders."""
    return {m.shipment_id: m.ver for m in await stock.task_books.marks(node)}


async def test_a_node_finds_its_own_shipments_and_what_it_is_asked(
    stock: Stock,
) -> None:
    await ordered(stock, ("A", "N0", 2), ("B", "N1", 1))
    assert await at(stock, "N0") == {FIRST: 0}
    await do(stock, Offer(FIRST, ("N2",), LATE))
    assert await at(stock, "N2") == await at(stock, "N0") == {FIRST: 1}
    await do(stock, Accept(FIRST))
    assert await at(stock, "N2") == {}


async def test_what_left_is_found_by_whoever_had_it_or_was_asked(
    stock: Stock, clock: MovableClock
) -> None:
    await ordered(stock, ("A", "N0", 2))
    await stock.submit(count(("A", "N1", 2)))
    await do(stock, Offer(FIRST, ("N1", "N2"), LATE))
    clock.move(minutes=1)
    began = microseconds(clock())
    await do(stock, Accept(FIRST, "N1", to(("A", "N1", 2))))
    for node in ("N0", "N1", "N2"):
        (left,) = await stock.task_books.left(node, since_us=began)
        assert left.shipment_id == FIRST
    clock.move(minutes=1)
    now_us = microseconds(clock())
    for node in ("N0", "N1", "N2"):
        assert await stock.task_books.left(node, since_us=now_us) == ()


@pytest.mark.parametrize("rest", [[], ["N1"], ["N1", "N5"]], ids=str)
async def test_only_what_may_be_picked_gets_a_time(
    stock: Stock, clock: MovableClock, rest: list[str]
) -> None:
    """Whichever of the two lists is the shorter one."""
    await ordered(stock, ("A", "N0", 2), ("B", "N1", 1))
    books = stock.task_books
    now_us = microseconds(clock())
    here, elsewhere = Among.split(["N0"], rest)
    at_n1 = not rest  # a node that nobody has heard of counts as near
    rows = await books.untimed(here, limit=9)
    assert {row.node for row in rows} == ({"N0", "N1"} if at_n1 else {"N0"})
    assert await books.untimed(elsewhere, before_us=now_us, limit=9) == ()
    rows = await books.untimed(elsewhere, before_us=now_us + 1, limit=9)
    assert {row.node for row in rows} == (set() if at_n1 else {"N1"})
    await do(stock, Pay("p", "PENDING"))
    assert await books.untimed(here, limit=9) == ()
    await do(stock, Pay("q", "AUTHORIZED"))
    await stock.times.set([Time(FIRST, "ALLOCATED", now_us)])
    assert FIRST not in {r.shipment_id for r in await books.untimed(here, limit=9)}


def test_the_shorter_list_names_both_halves() -> None:
    few, many = ["a"], ["b", "c"]
    assert Among.split(few, many) == (Among(few), Among(few, others=True))
    assert Among.split(many, few) == (Among(few, others=True), Among(few))


async def test_times_that_are_over_are_found_page_by_page(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2), ("B", "N1", 1), ("C", "N2", 1))
    for number, due_us in ((1, 30), (2, 10), (3, 20)):
        await stock.times.set([Time(f"order-h:{number}", "ALLOCATED", due_us)])
    await do(stock, Offer("order-h:2", ("N5",), 10))
    books = stock.task_books
    first = await books.overdue(25, after=(0, ""), limit=1)
    assert [(t.shipment.node, t.is_offered) for t in first] == [("N1", True)]
    after = first[0].shipment.due_us, first[0].shipment.shipment_id
    rest = await books.overdue(25, after=after, limit=9)
    assert [(t.shipment.node, t.is_offered) for t in rest] == [("N2", False)]


@pytest.mark.parametrize("rival_s", [0.45, 2.0])
async def test_times_are_set_behind_a_rival_or_in_a_later_round(
    postgres_url: str, clock: MovableClock, rival_s: float
) -> None:
    """A rival's lock is waited for 0.3 s, three times; then the store is busy."""
    stock = await Stock.open(ledger_url=postgres_url, view_url=None, clock=clock)
    await ordered(stock, ("A", "N0", 2))
    engine = create_engine(postgres_url)
    with engine.connect() as rival:
        rival.execute(select(shipment).with_for_update())
        setting = asyncio.create_task(stock.times.set([Time(FIRST, "ALLOCATED", 10)]))
        await asyncio.wait([setting], timeout=rival_s)
        rival.rollback()
    engine.dispose()

    if rival_s > 1:
        with pytest.raises(StorageUnavailable):
            await setting
    else:
        await setting
        assert await stock.task_books.overdue(20, after=(0, ""), limit=9)
    await stock.close()


async def test_a_shipment_in_somebodys_hands_is_never_overdue(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await picked(stock)
    await stock.times.set([Time(FIRST, "PICKING", 10)])
    assert await stock.task_books.overdue(LATE, after=(0, ""), limit=9) == ()


async def test_what_is_rejected_is_nobodys_task(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await do(stock, Reject(FIRST, "TOO_BUSY", "KEEP"))
    assert await at(stock, "N0") == {}


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda stock: stock.task_books.marks("N0"), "shipment_coming (to_node=?)"),
        (
            lambda stock: stock.order_books.tasks("N0", limit=9),
            "shipment_coming (to_node=?)",
        ),
        (
            lambda stock: stock.order_books.late(LATE, limit=9),
            "shipment_coming_by_due (due_us>? AND due_us<?)",
        ),
    ],
    ids=["marks", "tasks", "late"],
)
async def test_what_came_to_stores_long_ago_is_not_looked_through(
    sqlite_url: str, ask: Ask, index: str
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "IN_TRANSIT" in statement:
            asked.append((statement, values))

    stock = await Stock.open(ledger_url=sqlite_url, view_url=None)
    event.listen(Engine, "before_cursor_execute", note)
    await ask(stock)
    event.remove(Engine, "before_cursor_execute", note)
    await stock.close()

    ((statement, values),) = asked
    with create_engine(sqlite_url).connect() as connection:
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        plan = [str(step[-1]) for step in steps]
    assert [step for step in plan if step.endswith(f" INDEX {index}")]
    assert not [step for step in plan if "shipment_to_store" in step]
