"""Orders give up their units and get each other's, in one transaction or not at all."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from multiprocessing.context import ForkServerContext
from random import Random

import pytest

from inventory.orders.actions import Accept
from inventory.orders.moves import MoveAnswer, MoveOrders
from inventory.stock import Stock
from tests.inventory.crashing import killed
from tests.inventory.movable_clock import MovableClock
from tests.inventory.orders.moving_crash import (
    be_killed,
    move,
    moved,
    swap,
    two_with_the_last_units,
)
from tests.inventory.orders.sentences import (
    books_are_right,
    cell,
    do,
    in_one_batch,
    now,
    step_on,
)
from tests.inventory.sentences import commit, count, furnish, key, place


@pytest.fixture
async def stock(sqlite_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    async with right_afterwards(sqlite_url, clock) as opened:
        yield opened


@pytest.fixture
async def either(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    """On both databases, what their locks and searches have a part in."""
    async with right_afterwards(ledger_url, clock) as opened:
        yield opened


@asynccontextmanager
async def right_afterwards(url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=url, view_url=None, clock=clock)
    yield opened
    await opened.close()
    await books_are_right(opened, url)


async def nodes_of(stock: Stock, order_id: str) -> list[str]:
    """Where its units are."""
    book = (await now(stock, order_id)).book
    return sorted(row.node for row in book.open_units() if row.line_no)


async def test_two_orders_swap_the_last_units_of_two_nodes(either: Stock) -> None:
    await two_with_the_last_units(either)

    answer = await move(either, await swap(either))

    assert (answer.refused, answer.replayed) == ((), False)
    assert await nodes_of(either, "order-x") == ["N1"]
    assert await nodes_of(either, "order-y") == ["N0"]
    for node in ("N0", "N1"):
        assert await cell(either, "A", node) == (1, 0, 1, 0)


async def test_what_is_moved_is_told_and_is_no_failed_try(stock: Stock) -> None:
    await two_with_the_last_units(stock)
    await move(stock, await swap(stock))

    whole = await now(stock, "order-x")
    assert [d.cause for d in whole.decisions] == ["", "REOPTIMISED"]
    assert (whole.order.state, whole.order.reroutes) == ("ALLOCATED", 0)
    ended, made = whole.book.shipments.values()
    assert (ended.state, made.state, made.node) == ("CANCELLED", "ALLOCATED", "N1")


async def test_asked_again_it_tells_the_same_and_moves_nothing(stock: Stock) -> None:
    await two_with_the_last_units(stock)
    group = await swap(stock)
    first = await move(stock, group, request_id="r", told="who went where")
    again = await move(stock, group, request_id="r", told="something else")

    assert (again.replayed, again.told) == (True, first.told)
    assert await nodes_of(stock, "order-x") == ["N1"]


async def test_an_order_accepted_meanwhile_keeps_its_whole_group(stock: Stock) -> None:
    await two_with_the_last_units(stock)
    group = await swap(stock)
    await do(stock, Accept("order-y:1"), order_id="order-y")

    answer = await move(stock, group)

    said = "Order order-y has changed since its move was planned"
    assert answer.refused == ((0, said),)
    assert await nodes_of(stock, "order-x") == ["N0"]


async def test_who_accepts_in_the_same_moment_wins(either: Stock) -> None:
    await two_with_the_last_units(either)
    asked = MoveOrders(key("Move"), (await swap(either),))
    accept = step_on(Accept("order-x:1"), "order-x")
    outcome, _ = await in_one_batch(either, asked, accept)

    assert isinstance(outcome, MoveAnswer)
    assert [number for number, _ in outcome.refused] == [0]
    assert await nodes_of(either, "order-x") == ["N0"]


async def test_a_group_that_lacks_a_unit_leaves_the_others_alone(stock: Stock) -> None:
    await two_with_the_last_units(stock)
    await stock.submit(count(("B", "N0", 1), ("B", "N1", 1), ("B", "N2", 0)))
    await stock.submit(place("z", ("B", "N0", 1)))
    await stock.submit(commit("z"))
    none_there = await moved(stock, "order-z", ("B", "N2", 1))

    answer = await move(stock, (none_there,), await swap(stock))

    assert answer.refused == ((0, "N2 has 0 of B, 1 are needed"),)
    assert await nodes_of(stock, "order-z") == ["N0"]
    assert await nodes_of(stock, "order-x") == ["N1"]


async def test_nobody_moves_more_than_an_order_has_or_an_order_that_is_not(
    stock: Stock,
) -> None:
    await two_with_the_last_units(stock)
    await stock.submit(count(("A", "N2", 9)))
    more = await moved(stock, "order-x", ("A", "N2", 2))
    unknown = replace(more, order_id="order-q")

    answer = await move(stock, (more,), (unknown,))

    said = "2 of A were routed, 1 have no node", "No order order-q"
    assert answer.refused == tuple(enumerate(said))


async def test_orders_that_nobody_has_begun_are_found_the_oldest_first(
    either: Stock, clock: MovableClock
) -> None:
    await two_with_the_last_units(either)
    clock.move(seconds=1)
    await do(either, Accept("order-x:1"), order_id="order-x")
    await either.submit(count(("A", "N2", 3)))
    await bought(either, "z", {"A": "N2"})
    await either.submit(place("unpaid", ("A", "N2", 1)))
    unpaid = replace(commit("unpaid"), payment="PENDING")
    await either.submit(unpaid)

    found = [
        [
            whole.order.order_id
            for whole in await either.order_books.allocated(**asked, limit=9)  # type: ignore[arg-type]
        ]
        for asked in (
            {},
            {"nodes": ["N2", "N0"]},
            {"owner": "other"},
            {"after": (0, "order-y")},
        )
    ]
    # Accepting is no state of an order of its own; no shipment of x is untouched.
    assert found == [["order-y", "order-z"], ["order-z"], [], ["order-y", "order-z"]]
    first = await either.order_books.allocated(limit=1)
    last = first[0].order.changed_at_us, first[0].order.order_id
    (then,) = await either.order_books.allocated(after=last, limit=9)
    assert then.order.order_id == "order-z"


async def test_any_exchange_is_granted_where_the_units_are_enough(
    sqlite_url: str,
) -> None:
    stock = await Stock.open(ledger_url=sqlite_url, view_url=None, linger_ms=0)
    granted = Counter[bool]()
    for seed in range(8):
        granted += await exchanged(stock, Random(seed), tag=f"s{seed}")
        await books_are_right(stock, sqlite_url)
    await stock.close()
    assert min(granted[True], granted[False]) > 2


At = dict[str, str]
"""The node of an order's unit of each SKU."""


async def exchanged(stock: Stock, draw: Random, *, tag: str) -> Counter[bool]:
    """Four orders over three nodes go where chance sends them, in two groups."""
    skus, nodes = (f"{tag}A", f"{tag}B"), ("N0", "N1", "N2")
    free = {(sku, node): draw.randint(2, 4) for sku in skus for node in nodes}
    await furnish(stock, *((*where, units) for where, units in free.items()))
    has: dict[str, At] = {}
    for number in range(4):
        at = {s: draw.choice([n for n in nodes if free[s, n]]) for s in skus}
        await bought(stock, f"{tag}-{number}", at)
        has[f"order-{tag}-{number}"] = at
        free = {(s, n): units - (at[s] == n) for (s, n), units in free.items()}
    goes = {name: {s: draw.choice(nodes) for s in skus} for name in has}
    groups = [list(has)[:2], list(has)[2:]]
    asked = [[await moved(stock, o, *cells(goes[o])) for o in g] for g in groups]
    refused = dict((await move(stock, *map(tuple, asked))).refused)
    said: Counter[bool] = Counter()
    for number, group in enumerate(groups):
        left = {
            (s, n): free[s, n]
            + sum((has[o][s] == n) - (goes[o][s] == n) for o in group)
            for s, n in free
        }
        is_enough = min(left.values()) >= 0
        assert (number not in refused) == is_enough, (tag, number)
        free = left if is_enough else free
        for name in group:
            there = goes[name] if is_enough else has[name]
            assert await nodes_of(stock, name) == sorted(there.values())
        said[is_enough] += 1
    return said


async def bought(stock: Stock, name: str, at: At) -> None:
    await stock.submit(place(name, *cells(at)))
    await stock.submit(commit(name))


def cells(at: At) -> list[tuple[str, str, int]]:
    return [(sku, node, 1) for sku, node in at.items()]


@pytest.mark.parametrize("point", ["orders_written", "committed"])
async def test_killed_swap_is_whole_or_never_was(
    sqlite_url: str, standalone_url: str, forks: ForkServerContext, point: str
) -> None:
    stock = await Stock.open(ledger_url=sqlite_url, view_url=standalone_url)
    await two_with_the_last_units(stock)
    group = await swap(stock)
    await stock.close()

    arguments = (sqlite_url, standalone_url, point)
    await asyncio.to_thread(killed, forks, be_killed, arguments)

    stock = await Stock.open(ledger_url=sqlite_url, view_url=standalone_url)
    is_there = point == "committed"
    assert await nodes_of(stock, "order-x") == ["N1" if is_there else "N0"]
    assert await nodes_of(stock, "order-y") == ["N0" if is_there else "N1"]
    assert (await move(stock, group, request_id="swap")).replayed == is_there
    assert await nodes_of(stock, "order-x") == ["N1"]
    await stock.close()
    await books_are_right(stock, sqlite_url)
