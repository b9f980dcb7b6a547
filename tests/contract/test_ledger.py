"""The ledger's promises, on every database that may be one and in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from inventory import errors, pruning
from inventory.audit import audit
from inventory.catalogue import Upserted
from inventory.memory import MemoryStock
from inventory.opening import OpeningStock
from inventory.operations import (
    Cell,
    Count,
    CountStock,
    HoldAnswer,
    HoldState,
    OrderAnswer,
    StockAnswer,
)
from inventory.stock import Stock as SqlStock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.sentences import (
    NODES,
    adjust,
    commit,
    count,
    extend,
    furnish,
    key,
    place,
    release,
)

Stock = SqlStock | MemoryStock
CELLS = (("A", "N0", 10), ("A", "N1", 3), ("B", "N0", 5))


@asynccontextmanager
async def on_sql(url: str, clock: MovableClock) -> AsyncIterator[SqlStock]:
    opened = await SqlStock.open(ledger_url=url, view_url=None, clock=clock)
    await furnish(opened, *CELLS)
    yield opened
    await opened.close()
    report = await audit(url)
    assert report.violations == ()
    assert report.oversold_units == 0


@pytest.fixture
async def ledger(ledger_url: str, clock: MovableClock) -> AsyncIterator[SqlStock]:
    """For what only a ledger with tables has: entries, a catalogue, lists, an end."""
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


async def in_memory(clock: MovableClock) -> MemoryStock:
    """The same nodes and cells, one of them counted after the opening."""
    *before, after = CELLS
    opening = OpeningStock.of(
        [Cell(sku, node, units, version=1) for sku, node, units in before],
        {name: number for number, name in enumerate(NODES)},
    )
    opened = MemoryStock(opening, clock=clock)
    await opened.submit(count(after))
    return opened


async def cell(stock: Stock, sku: str, node: str) -> tuple[int, int, int, int]:
    (found,) = await stock.cells(sku=sku, node_id=node, limit=1)
    return found.on_hand, found.held, found.allocated, found.short


async def test_hold_sets_every_line_aside(stock: Stock) -> None:
    answer = await stock.submit(place("h", ("A", "N0", 4), ("B", "N0", 5)))

    assert isinstance(answer, HoldAnswer)
    assert answer.state is HoldState.ACTIVE
    assert answer.expires_at - answer.created_at == timedelta(minutes=10)
    assert await cell(stock, "A", "N0") == (10, 4, 0, 0)
    assert await cell(stock, "B", "N0") == (5, 5, 0, 0)


async def test_hold_takes_all_lines_or_none(stock: Stock) -> None:
    with pytest.raises(errors.NoStock) as refusal:
        await stock.submit(place("h", ("A", "N0", 4), ("B", "N0", 6)))

    assert [(c.sku, c.available) for c in refusal.value.cells] == [("A", 10), ("B", 5)]
    assert await cell(stock, "A", "N0") == (10, 0, 0, 0)


async def test_refused_hold_may_be_planned_again_under_the_same_id(
    stock: Stock,
) -> None:
    with pytest.raises(errors.NoStock):
        await stock.submit(place("h", ("A", "N1", 4), request_id="r"))

    answer = await stock.submit(place("h", ("A", "N0", 4), request_id="r"))

    assert not answer.replayed


async def test_hold_never_takes_safety_stock(stock: Stock) -> None:
    counts = (Count("A", "N1", 3, safety_stock=2),)
    await stock.submit(CountStock(key(), counts, reason=""))

    with pytest.raises(errors.NoStock):
        await stock.submit(place("h", ("A", "N1", 2)))


async def test_unknown_cell_has_no_stock(stock: Stock) -> None:
    with pytest.raises(errors.NoStock) as refusal:
        await stock.submit(place("h", ("A", "N5", 1)))

    assert refusal.value.cells[0].available == 0


async def test_same_request_gets_the_first_answer_whatever_the_plan(
    stock: Stock,
) -> None:
    first = await stock.submit(place("h", ("A", "N0", 1), request_id="r"))
    again = await stock.submit(place("h", ("B", "N0", 2), request_id="r"))

    assert isinstance(first, HoldAnswer)
    assert isinstance(again, HoldAnswer)
    assert again.replayed
    assert again.decision == first.decision
    assert again.expires_at == first.expires_at
    assert await cell(stock, "B", "N0") == (5, 0, 0, 0)


async def test_same_request_id_with_other_content_is_refused(stock: Stock) -> None:
    await stock.submit(place("h", ("A", "N0", 1), request_id="r"))

    with pytest.raises(errors.IdReused):
        await stock.submit(place("g", ("A", "N0", 1), request_id="r"))


async def test_same_hold_id_with_other_content_is_refused(stock: Stock) -> None:
    await stock.submit(place("h", ("A", "N0", 1), content="one"))

    with pytest.raises(errors.IdReused):
        await stock.submit(place("h", ("A", "N0", 1), content="two"))


async def test_same_hold_under_a_new_request_id_is_the_same_hold(stock: Stock) -> None:
    await stock.submit(place("h", ("A", "N0", 1), content="one"))
    again = await stock.submit(place("h", ("A", "N0", 1), content="one"))

    assert again.replayed
    assert await cell(stock, "A", "N0") == (10, 1, 0, 0)


async def test_commit_makes_the_order(stock: Stock) -> None:
    await stock.submit(place("h", ("A", "N0", 4), ("A", "N1", 1), ("B", "N0", 2)))

    answer = await stock.submit(commit("h", "o"))

    assert isinstance(answer, OrderAnswer)
    assert (answer.order_id, answer.order_ref) == ("o", "ref-h")
    assert answer.decision == b"decision of h"
    assert await cell(stock, "A", "N0") == (10, 0, 4, 0)
    assert await stock.order("shop", "o") == answer


async def test_commit_again_gives_the_same_order(stock: Stock) -> None:
    await stock.submit(place("h", ("A", "N0", 4)))
    first = await stock.submit(commit("h", "o", request_id="r"))

    same = await stock.submit(commit("h", "o", request_id="r"))
    other = await stock.submit(commit("h", "o"))

    assert isinstance(first, OrderAnswer)
    for again in (same, other):
        assert isinstance(again, OrderAnswer)
        assert again.replayed
        assert again.created_at == first.created_at
    assert await cell(stock, "A", "N0") == (10, 0, 4, 0)


async def test_order_id_of_another_hold_is_refused(stock: Stock) -> None:
    await stock.submit(place("h", ("A", "N0", 1)))
    await stock.submit(place("g", ("A", "N0", 1)))
    await stock.submit(commit("h", "o"))

    with pytest.raises(errors.IdReused):
        await stock.submit(commit("g", "o"))


async def test_second_order_of_one_hold_is_refused(stock: Stock) -> None:
    await stock.submit(place("h", ("A", "N0", 1)))
    await stock.submit(commit("h", "o"))

    with pytest.raises(errors.HoldCommitted):
        await stock.submit(commit("h", "p"))


async def test_release_gives_the_units_back(stock: Stock) -> None:
    await stock.submit(place("h", ("A", "N0", 10)))
    await stock.submit(release("h"))

    assert await cell(stock, "A", "N0") == (10, 0, 0, 0)
    with pytest.raises(errors.HoldReleased):
        await stock.submit(commit("h"))


async def test_release_before_its_hold_buries_it(stock: Stock) -> None:
    answer = await stock.submit(release("h"))
    assert isinstance(answer, HoldAnswer)
    assert answer.state is HoldState.RELEASED

    with pytest.raises(errors.HoldReleased):
        await stock.submit(place("h", ("A", "N0", 1)))
    assert await cell(stock, "A", "N0") == (10, 0, 0, 0)


async def test_another_callers_hold_is_unknown(stock: Stock) -> None:
    await stock.submit(place("h", ("A", "N0", 1)))

    with pytest.raises(errors.HoldNotFound):
        await stock.submit(commit("h", who="stranger"))
    with pytest.raises(errors.HoldNotFound):
        await stock.hold("stranger", "h")
    # Releasing it buries the stranger's own id and reveals nothing.
    await stock.submit(release("h", who="stranger"))
    assert await cell(stock, "A", "N0") == (10, 1, 0, 0)


async def test_extend_never_shortens_and_never_passes_four_hours(
    stock: Stock, clock: MovableClock
) -> None:
    first = await stock.submit(place("h", ("A", "N0", 1), ttl_s=600))
    shorter = await stock.submit(extend("h", 60))
    clock.move(minutes=1)
    longer = await stock.submit(extend("h", 1200))
    most = await stock.submit(extend("h", 4 * 3600))

    assert isinstance(first, HoldAnswer)
    assert isinstance(shorter, HoldAnswer)
    assert isinstance(longer, HoldAnswer)
    assert isinstance(most, HoldAnswer)
    assert shorter.expires_at == first.expires_at
    assert longer.expires_at == first.created_at + timedelta(minutes=21)
    assert most.expires_at == first.created_at + timedelta(hours=4)


async def test_hold_ends_after_its_time_and_not_before(
    stock: Stock, clock: MovableClock
) -> None:
    await stock.submit(place("h", ("A", "N0", 4), ttl_s=600))
    clock.move(seconds=599)
    assert await stock.sweep() == 0
    clock.move(seconds=1)

    assert await stock.sweep() == 1

    assert await cell(stock, "A", "N0") == (10, 0, 0, 0)
    with pytest.raises(errors.HoldExpired):
        await stock.submit(commit("h"))


async def test_what_nobody_can_ask_for_any_more_is_forgotten(
    ledger: SqlStock, clock: MovableClock
) -> None:
    await ledger.submit(place("ended", ("A", "N0", 1), request_id="r"))
    await ledger.submit(place("bought", ("A", "N0", 2)))
    await ledger.submit(commit("bought", "o"))
    await ledger.submit(release("buried"))
    clock.move(minutes=11)
    assert await ledger.sweep() == 1
    clock.move(days=7)
    await ledger.sweep()
    again = place("ended", ("A", "N0", 1), request_id="r")
    assert await ledger.stored_answer(again.key) is None, "answers are kept for a week"

    # The answer is gone, the fate is not; what is asked now is kept for a week again.
    clock.move(days=82, hours=23)
    await ledger.sweep()
    with pytest.raises(errors.HoldExpired):
        await ledger.submit(again)
    await ledger.submit(release("buried"))
    clock.move(hours=2)
    await ledger.sweep()

    for hold_id in ("ended", "buried"):
        with pytest.raises(errors.HoldNotFound):
            await ledger.hold("shop", hold_id)
    assert (await ledger.hold("shop", "bought")).state is HoldState.COMMITTED
    assert (await ledger.order("shop", "o")).decision == b"decision of bought"
    entries = await ledger.entries(sku="A", node_id="N0", limit=10)
    assert [e.kind for e in entries] == ["EXPIRE", "COMMIT", "HOLD", "HOLD", "COUNT"]


async def test_forgetting_goes_on_portion_by_portion_and_the_books_stay_whole(
    ledger: SqlStock,
    ledger_url: str,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pruning, "ROWS_MAX", 2)
    monkeypatch.setattr(pruning, "PORTIONS_MAX", 3)
    for number in range(7):
        await ledger.submit(release(f"h{number}"))
        clock.move(seconds=1)
    clock.move(days=91)

    for _ in range(4):
        await ledger.sweep()
        assert (await audit(ledger_url)).violations == ()

    for number in range(7):
        with pytest.raises(errors.HoldNotFound):
            await ledger.hold("shop", f"h{number}")


async def test_late_commit_before_the_reaper_succeeds(
    stock: Stock, clock: MovableClock
) -> None:
    await stock.submit(place("h", ("A", "N0", 4), ttl_s=600))
    clock.move(hours=1)

    await stock.submit(commit("h", "o"))

    assert await stock.sweep() == 0
    assert await cell(stock, "A", "N0") == (10, 0, 4, 0)


async def test_count_below_what_is_promised_declares_the_gap(stock: Stock) -> None:
    await stock.submit(place("h", ("A", "N0", 8)))

    answer = await stock.submit(count(("A", "N0", 5)))

    assert isinstance(answer, StockAnswer)
    assert answer.cells[0].short == 3
    with pytest.raises(errors.NoStock):
        await stock.submit(place("g", ("A", "N0", 1)))
    await stock.submit(release("h"))
    assert await cell(stock, "A", "N0") == (5, 0, 0, 0)


async def test_count_that_says_the_same_makes_no_entry(ledger: SqlStock) -> None:
    before = await ledger.entries(sku="A", limit=10)
    answer = await ledger.submit(count(("A", "N0", 10), ("A", "N1", 4)))

    assert isinstance(answer, StockAnswer)
    assert answer.unchanged == 1
    assert len(await ledger.entries(sku="A", limit=10)) == len(before) + 1


async def test_late_duplicate_of_a_count_does_not_count_again(stock: Stock) -> None:
    await stock.submit(count(("A", "N0", 10), request_id="r"))
    await stock.submit(adjust(("A", "N0", -2)))

    again = await stock.submit(count(("A", "N0", 10), request_id="r"))

    assert again.replayed
    assert await cell(stock, "A", "N0") == (8, 0, 0, 0)


async def test_adjustment_takes_all_or_none(stock: Stock) -> None:
    with pytest.raises(errors.NegativeStock):
        await stock.submit(adjust(("A", "N0", 5), ("A", "N1", -4)))

    assert await cell(stock, "A", "N0") == (10, 0, 0, 0)


async def test_count_at_an_unknown_node_is_refused(stock: Stock) -> None:
    with pytest.raises(errors.NodeNotFound) as refusal:
        await stock.submit(count(("A", "nowhere", 5)))

    assert refusal.value.metadata == {"nodeId": "nowhere"}


async def test_one_batch_decides_in_the_order_of_arrival(stock: Stock) -> None:
    outcomes = await asyncio.gather(
        stock.submit(place("a", ("A", "N1", 2))),
        stock.submit(place("b", ("A", "N1", 2))),
        stock.submit(release("a")),
        stock.submit(place("c", ("A", "N1", 3))),
        stock.submit(commit("c", "o")),
        stock.submit(release("c")),
        return_exceptions=True,
    )

    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [
        HoldAnswer,
        errors.NoStock,
        HoldAnswer,
        HoldAnswer,
        OrderAnswer,
        errors.HoldCommitted,
    ]
    assert await cell(stock, "A", "N1") == (3, 0, 3, 0)


async def test_two_identical_requests_at_once_have_one_effect(stock: Stock) -> None:
    same = place("h", ("A", "N0", 1), request_id="r")
    first, second = await asyncio.gather(stock.submit(same), stock.submit(same))

    assert [first.replayed, second.replayed] == [False, True]
    assert await cell(stock, "A", "N0") == (10, 1, 0, 0)


async def test_entries_tell_the_whole_story_newest_first(ledger: SqlStock) -> None:
    await ledger.submit(place("h", ("A", "N0", 4)))
    await ledger.submit(commit("h", "o"))

    entries = await ledger.entries(sku="A", node_id="N0", limit=10)

    assert [e.kind for e in entries] == ["COMMIT", "HOLD", "COUNT"]
    assert [e.version for e in entries] == [3, 2, 1]
    older = await ledger.entries(
        sku="A", node_id="N0", before=entries[0].serial, limit=1
    )
    assert older == entries[1:2]


async def test_orders_come_newest_first_and_page(
    ledger: SqlStock, clock: MovableClock
) -> None:
    for name in "abc":
        await ledger.submit(place(name, ("A", "N0", 1)))
        await ledger.submit(commit(name, f"o-{name}"))
        clock.move(seconds=1)

    books = ledger.order_books
    first = await books.listed("shop", limit=2)
    last = first[-1].order
    before = last.created_at_us, last.order_id
    rest = await books.listed("shop", before=before, limit=2)

    found = [whole.order.order_id for whole in first + rest]
    assert found == ["o-c", "o-b", "o-a"]
    assert await books.listed("stranger", limit=2) == ()


async def test_stored_answer_is_found_by_request_and_by_hold(stock: Stock) -> None:
    operation = place("h", ("A", "N0", 1), request_id="r")
    assert await stock.stored_answer(operation.key, hold_id="h") is None
    first = await stock.submit(operation)

    by_request = await stock.stored_answer(operation.key)
    by_hold = await stock.stored_answer(key("Hold", content="h"), hold_id="h")

    assert isinstance(first, HoldAnswer)
    for found in (by_request, by_hold):
        assert isinstance(found, HoldAnswer)
        assert found.replayed
        assert found.decision == first.decision
    with pytest.raises(errors.IdReused):
        await stock.stored_answer(key("Hold", content="other"), hold_id="h")


async def test_hold_that_is_over_is_never_taken_for_another_one(stock: Stock) -> None:
    """Whoever asks in place of the writer gets the writer's words."""
    await stock.submit(release("buried"))
    await stock.submit(place("ended", ("A", "N0", 1)))
    await stock.submit(release("ended"))

    for hold_id in ("buried", "ended"):
        again = place(hold_id, ("A", "N0", 1))
        with pytest.raises(errors.HoldReleased):
            await stock.stored_answer(again.key, hold_id=hold_id)
        with pytest.raises(errors.HoldReleased):
            await stock.submit(again)


async def test_reading_shows_what_may_be_promised_now(stock: Stock) -> None:
    await stock.submit(place("h", ("A", "N0", 4)))
    await stock.submit(count(("A", "N2", 7)))

    reading = await stock.read(["B", "A", "unknown"], fresh=True)

    assert reading.skus == ("B", "A", "unknown")
    assert reading.available[:, :3].tolist() == [[5, 0, 0], [6, 3, 7], [0, 0, 0]]
    assert reading.available.shape == (3, len(NODES))


async def test_extended_hold_ends_by_its_new_time(
    stock: Stock, clock: MovableClock
) -> None:
    await stock.submit(place("h", ("A", "N0", 4), ttl_s=600))
    await stock.submit(extend("h", 1200))
    clock.move(seconds=600)
    assert await stock.sweep() == 0
    assert await cell(stock, "A", "N0") == (10, 4, 0, 0)
    clock.move(seconds=600)

    assert await stock.sweep() == 1
    assert (await stock.hold("shop", "h")).state is HoldState.EXPIRED
    assert await cell(stock, "A", "N0") == (10, 0, 0, 0)


async def test_order_is_found_by_its_hold_and_by_nobody_else(stock: Stock) -> None:
    await stock.submit(place("h", ("A", "N0", 1)))
    assert await stock.order_of_hold("shop", "h") is None
    order = await stock.submit(commit("h", "o"))

    assert await stock.order_of_hold("shop", "h") == order
    assert await stock.order_of_hold("stranger", "h") is None
    with pytest.raises(errors.OrderNotFound):
        await stock.order("stranger", "o")


async def test_catalogue_numbers_nodes_densely_and_answers_again(
    ledger: SqlStock,
) -> None:
    request = key("Upsert", request_id="r", content="two")
    rows = [("N0", {"new": True}), ("M", {"ü": '"quoted" \\ back'})]
    version = await ledger.catalogue.version()

    assert await ledger.catalogue.upsert(request, "node", rows) == Upserted(1, 1)
    again = await ledger.catalogue.upsert(request, "node", rows)
    assert again == Upserted(1, 1, replayed=True)

    loaded = await ledger.catalogue.load()
    assert [number for number, _, _ in loaded.nodes] == list(range(7))
    assert loaded.nodes[6] == (6, "M", rows[1][1])
    assert loaded.nodes[0] == (0, "N0", {"new": True})
    assert loaded.version > version
    with pytest.raises(errors.IdReused):
        await ledger.catalogue.upsert(
            key("Upsert", request_id="r", content="three"), "node", rows
        )


async def test_what_writes_no_document_is_no_news(ledger: SqlStock) -> None:
    request, rows = key("Upsert", request_id="r"), [("N0", {"new": True})]
    version = await ledger.catalogue.version()

    assert await ledger.catalogue.upsert(request, "node", []) == Upserted(0, 0)
    late = await ledger.catalogue.upsert(request, "node", rows)

    assert late == Upserted(0, 0, replayed=True)
    assert await ledger.catalogue.version() == version


async def test_catalogue_pages_documents(ledger: SqlStock) -> None:
    rows = [(f"lane-{n}", {"n": n}) for n in range(5)]
    await ledger.catalogue.upsert(key("Upsert"), "lane", rows)

    page = await ledger.catalogue.page("lane", after="lane-1", limit=2)

    assert page == (("lane-2", {"n": 2}), ("lane-3", {"n": 3}))


async def test_kept_network_is_found_again(ledger: SqlStock) -> None:
    await ledger.catalogue.keep_network("v1", b"\x00network")
    await ledger.catalogue.keep_network("v1", b"\x00network")

    assert await ledger.catalogue.network("v1") == b"\x00network"
    assert await ledger.catalogue.network("v2") is None
