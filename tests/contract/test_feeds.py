"""What feeds may rely on: one source a node, rising sequences, counts of a moment."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from inventory import errors
from inventory.feeds.values import Document, Feed
from inventory.instants import microseconds
from inventory.operations import AdjustStock, Count, CountStock, Delta, StockAnswer
from inventory.orders.actions import Pick
from inventory.stock import Stock as SqlStock
from tests.contract.test_ledger import Stock, cell, in_memory, on_sql
from tests.inventory.movable_clock import MovableClock
from tests.inventory.orders.sentences import FIRST, do, found
from tests.inventory.sentences import adjust, commit, count, key, place


@pytest.fixture
async def ledger(ledger_url: str, clock: MovableClock) -> AsyncIterator[SqlStock]:
    """Moments and marks that come back need a ledger with tables."""
    async with on_sql(ledger_url, clock) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgres", "memory"])
async def stock(
    request: pytest.FixtureRequest, clock: MovableClock
) -> AsyncIterator[Stock]:
    if request.param == "memory":
        yield await in_memory(clock)
        return
    async with on_sql(request.getfixturevalue(f"{request.param}_url"), clock) as opened:
        yield opened


def erp(sequence: int = 0, *, digest: str = "", **more: bool) -> Feed:
    return Feed("erp", sequence, digest, **more)


async def told(
    stock: Stock, feed: Feed | None, *counts: Count, whole: bool = True
) -> StockAnswer:
    """Send a file of counts; `whole` also sends its end."""
    operation = CountStock(key(), counts, "feed", feed=feed, wants_cells=False)
    answer = await stock.submit(operation)
    assert isinstance(answer, StockAnswer)
    if feed is not None and whole:
        end = Feed(feed.source, feed.sequence, feed.digest, ends=True)
        await stock.submit(CountStock(key(), (), "feed", feed=end))
    return answer


async def test_a_later_file_is_applied_and_an_older_one_is_not(stock: Stock) -> None:
    await told(stock, erp(5), Count("A", "N0", 20))
    for sequence in (5, 4):
        again = await told(stock, erp(sequence), Count("A", "N0", 7))
        assert again.outdated == 1
    assert (await cell(stock, "A", "N0"))[0] == 20
    assert (await told(stock, erp(6), Count("A", "N0", 8))).outdated == 0
    assert (await cell(stock, "A", "N0"))[0] == 8


async def test_sequences_are_of_a_source_and_a_node(stock: Stock) -> None:
    await told(stock, erp(5), Count("A", "N0", 20))
    counts = Count("A", "N0", 1), Count("A", "N1", 9)
    answer = await told(stock, erp(3), *counts)
    assert answer.outdated == 1
    assert (await cell(stock, "A", "N0"))[0] == 20
    assert (await cell(stock, "A", "N1"))[0] == 9


async def test_a_file_that_was_cut_off_goes_in_again(stock: Stock) -> None:
    await told(stock, erp(5, digest="d"), Count("A", "N0", 20), whole=False)
    answer = await told(stock, erp(5, digest="d"), Count("A", "N0", 20))
    assert (answer.outdated, answer.unchanged) == (0, 1)
    older = await told(stock, erp(4), Count("A", "N0", 7))
    assert older.outdated == 1


async def test_a_sequence_with_another_file_is_a_mix_up(stock: Stock) -> None:
    await told(stock, erp(5, digest="one"), Count("A", "N0", 20))
    with pytest.raises(errors.IdReused, match="another file"):
        await told(stock, erp(5, digest="two"), Count("A", "N0", 7))


async def test_the_last_file_is_known_by_its_digest_where_nothing_is_numbered(
    stock: Stock,
) -> None:
    await told(stock, erp(digest="one"), Count("A", "N0", 20))
    again = await told(stock, erp(digest="one"), Count("A", "N0", 20))
    assert again.outdated == 1
    assert (await told(stock, erp(digest="two"), Count("A", "N0", 21))).outdated == 0
    assert (await told(stock, erp(digest="one"), Count("A", "N0", 20))).outdated == 0
    assert (await cell(stock, "A", "N0"))[0] == 20


async def test_two_sources_never_count_one_node(stock: Stock) -> None:
    await told(stock, erp(1), Count("A", "N0", 20))
    with pytest.raises(errors.FeedOwned) as refused:
        await told(stock, Feed("wms", 1), Count("A", "N1", 2), Count("A", "N0", 4))
    assert refused.value.metadata["owner"] == "erp"
    assert (await cell(stock, "A", "N0"))[0] == 20
    await told(stock, Feed("wms", 1, take_over=True), Count("A", "N0", 4))
    assert (await cell(stock, "A", "N0"))[0] == 4
    with pytest.raises(errors.FeedOwned):
        await told(stock, erp(2), Count("A", "N0", 30))
    await told(stock, Feed("wms", 2), Count("A", "N0", 5))


async def test_of_two_sources_that_come_at_once_one_counts_the_node(
    postgres_url: str, clock: MovableClock
) -> None:
    """Whichever router they ask: the ledger has one owner a node."""
    async with on_sql(postgres_url, clock) as one:
        other = await SqlStock.open(ledger_url=postgres_url, view_url=None, clock=clock)
        outcomes = await asyncio.gather(
            told(one, Feed("erp", 1), Count("A", "N0", 20)),
            told(other, Feed("wms", 1), Count("A", "N0", 4)),
            return_exceptions=True,
        )
        await other.close()
        refused = [o for o in outcomes if isinstance(o, errors.FeedOwned)]
        written = [o for o in outcomes if isinstance(o, StockAnswer)]
        assert (len(refused), len(written)) == (1, 1)
        [owner] = [
            m for m in await one.feeds.marks(node_id="N0", limit=9) if m.is_owner
        ]
        units = {"erp": 20, "wms": 4}[owner.source]
        assert (await cell(one, "A", "N0"))[0] == units


async def test_the_marks_move_with_the_cells_or_not_at_all(stock: Stock) -> None:
    await told(stock, erp(1), Count("A", "N0", 20))
    with pytest.raises(errors.FeedOwned):
        await told(stock, Feed("wms", 9), Count("A", "N0", 4))
    taken = await told(stock, Feed("wms", 8, take_over=True), Count("A", "N0", 4))
    assert taken.outdated == 0


async def test_a_count_of_a_moment_keeps_what_moved_since(
    ledger: SqlStock, clock: MovableClock
) -> None:
    counted = microseconds(clock())
    clock.move(seconds=60)
    await ledger.submit(adjust(("A", "N0", -3)))
    await ledger.submit(adjust(("A", "N0", 1)))
    clock.move(seconds=60)
    await told(ledger, None, Count("A", "N0", 12, as_of_us=counted))
    assert (await cell(ledger, "A", "N0"))[0] == 10
    # The correction itself is no movement: the same count says the same again.
    again = await told(ledger, None, Count("A", "N0", 12, as_of_us=counted))
    assert again.unchanged == 1


async def test_a_moment_is_found_behind_many_entries(
    ledger: SqlStock, clock: MovableClock
) -> None:
    counted = microseconds(clock())
    clock.move(seconds=60)
    for number in range(9):
        await ledger.submit(place(f"h{number}", ("A", "N0", 1)))
    await ledger.submit(commit("h0"))
    for _ in range(70):
        await ledger.submit(adjust(("A", "N0", 1)))
    await told(ledger, None, Count("A", "N0", 5, as_of_us=counted))
    assert await cell(ledger, "A", "N0") == (75, 8, 1, 0)


async def test_a_count_of_a_moment_before_a_stock_take_is_no_news(
    ledger: SqlStock, clock: MovableClock
) -> None:
    counted = microseconds(clock())
    clock.move(seconds=60)
    await ledger.submit(count(("A", "N0", 4)))
    clock.move(seconds=60)
    line = Count("A", "N0", 12, as_of_us=counted)
    answer = await told(ledger, None, line, Count("A", "N1", 9, as_of_us=counted))
    [skipped] = answer.skipped
    assert (skipped.place, skipped.violation.field) == (0, "as_of_time")
    assert "was last counted" in skipped.violation.problem
    assert (await cell(ledger, "A", "N0"))[0] == 4
    assert (await cell(ledger, "A", "N1"))[0] == 9


async def test_a_row_older_than_what_the_feed_delivered_is_no_news(
    ledger: SqlStock, clock: MovableClock
) -> None:
    early = microseconds(clock())
    late = early + 30_000_000
    clock.move(seconds=60)
    # Rows of one file may be of different moments, whatever their order.
    rows = Count("A", "N0", 12, as_of_us=late), Count("B", "N0", 3, as_of_us=early)
    for row in rows:
        answer = await told(ledger, erp(1), row, whole=False)
        assert not answer.skipped
    await told(ledger, erp(1))
    answer = await told(ledger, erp(2), Count("A", "N0", 99, as_of_us=early))
    [skipped] = answer.skipped
    assert "older than what erp delivered of N0" in skipped.violation.problem
    assert (await cell(ledger, "A", "N0"))[0] == 12


async def test_what_left_unseen_is_not_there_either(
    ledger: SqlStock, clock: MovableClock
) -> None:
    counted = microseconds(clock())
    clock.move(seconds=60)
    await ledger.submit(adjust(("A", "N0", -3)))
    await told(ledger, None, Count("A", "N0", 1, as_of_us=counted))
    assert (await cell(ledger, "A", "N0"))[0] == 0


def receipt(document_id: str, units: int, *, content: str = "") -> AdjustStock:
    paper = Document("erp", document_id, content or f"{document_id} {units}")
    return AdjustStock(key(), (Delta("A", "N0", units),), "receipt", paper)


async def test_a_document_is_counted_once_under_any_request_id(stock: Stock) -> None:
    await stock.submit(receipt("GRN-7", 5))
    again = await stock.submit(receipt("GRN-7", 5))
    assert isinstance(again, StockAnswer)
    assert not again.is_applied
    assert (await cell(stock, "A", "N0"))[0] == 15
    with pytest.raises(errors.IdReused, match="other content"):
        await stock.submit(receipt("GRN-7", 6))
    await stock.submit(receipt("GRN-8", 6))
    assert (await cell(stock, "A", "N0"))[0] == 21


async def test_an_import_says_how_many_cells_it_made(stock: Stock) -> None:
    answer = await told(stock, None, Count("A", "N0", 10), Count("C", "N2", 3))
    assert (answer.created, answer.unchanged) == (1, 1)


async def test_an_answer_is_the_same_again_with_all_that_is_unusual(
    ledger: SqlStock, clock: MovableClock
) -> None:
    await told(ledger, erp(5), Count("A", "N0", 20))
    clock.move(minutes=1)
    stale = microseconds(clock()) - 90_000_000
    counts = Count("A", "N0", 1), Count("B", "N1", 2), Count("A", "N1", 2, None, stale)
    asked = key(request_id="r")
    operation = CountStock(asked, counts, "feed", feed=erp(4), wants_cells=False)
    first = await ledger.submit(operation)
    again = await ledger.submit(operation)
    assert isinstance(first, StockAnswer)
    assert isinstance(again, StockAnswer)
    assert (first.outdated, first.created, first.cells) == (1, 1, ())
    assert again.replayed
    assert (again.outdated, again.created) == (1, 1)
    assert again.skipped == first.skipped != ()


async def test_only_a_count_that_is_believed_clears_a_shelf_that_was_found_empty(
    ledger: SqlStock, clock: MovableClock
) -> None:
    early = microseconds(clock())
    clock.move(seconds=60)
    await ledger.submit(place("h", ("A", "N0", 4)))
    await ledger.submit(commit("h"))
    await do(ledger, Pick(FIRST, (found("A", 1, 3),), "not found"))
    stale = Count("A", "N0", 10, as_of_us=early)
    assert (await told(ledger, None, stale)).skipped
    assert list(await ledger.order_books.recounts(["A"])) == [("A", "N0")]
    await told(ledger, None, Count("A", "N0", 1))
    assert await ledger.order_books.recounts(["A"]) == {}


async def test_a_preview_decides_as_the_count_would_and_writes_nothing(
    ledger: SqlStock, clock: MovableClock
) -> None:
    counted = microseconds(clock())
    clock.move(seconds=60)
    await ledger.submit(adjust(("A", "N0", -3)))
    lines = (
        Count("A", "N0", 10, as_of_us=counted),
        Count("B", "N0", 9),
        Count("C", "N2", 1),
    )
    operation = CountStock(key(), lines, "feed", feed=erp(1), wants_cells=False)
    looked = await ledger.feeds.preview(operation)
    assert (looked.created, looked.unchanged, looked.outdated) == (1, 1, 0)
    assert (await cell(ledger, "B", "N0"))[0] == 5
    assert await ledger.feeds.marks(limit=9) == ()
    assert await ledger.submit(operation) == looked
