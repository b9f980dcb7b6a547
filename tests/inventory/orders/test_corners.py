"""Corners of an order's life: claims of a day, plans that come late, ids of others."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from inventory import errors
from inventory.orders.actions import (
    Accept,
    Cancel,
    Change,
    Collect,
    Offer,
    OpenReturn,
    Pick,
    Ready,
    Received,
    ReceiveReturn,
    Reroute,
    RouteLine,
    Routes,
    Ship,
)
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.orders.sentences import (
    FIRST,
    ORDER,
    books_are_right,
    cell,
    do,
    found,
    in_one_batch,
    now,
    ordered,
    picked,
    step_on,
    to,
)
from tests.inventory.sentences import commit, count, furnish, place, units

DAY = "~capacity~2026-03-01"


@pytest.fixture
async def stock(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    yield opened
    await opened.close()
    await books_are_right(opened, ledger_url)


async def claims(stock: Stock) -> int:
    """What the order claims of N0's day."""
    open_units = (await now(stock)).book.open_units()
    return sum(row.qty for row in open_units if row.sku == DAY)


async def with_claims(stock: Stock) -> tuple[str, ...]:
    """Two shipments from N0, each with a claim of its day."""
    await ordered(stock, ("A", "N0", 2), (DAY, "N0", 1))
    await stock.submit(count(("B", "N0", 2)))
    lines = RouteLine("B", "N0", 2, 1), RouteLine(DAY, "N0", 1, 0)
    more = Routes(lines, b"d", "CHANGED")
    answer = await do(stock, Change({"B": 2}, "more", {}, more))
    assert await claims(stock) == 2
    return FIRST, *answer.made


async def test_cancelling_frees_two_claims_of_one_day(stock: Stock) -> None:
    await with_claims(stock)
    await do(stock, Cancel(None, "all of it", {}))
    assert await claims(stock) == 0


async def test_rerouting_frees_two_claims_of_one_day(stock: Stock) -> None:
    both = await with_claims(stock)
    await do(stock, Reroute(both, "CLOSED", "storm"))
    assert await claims(stock) == 0


async def test_a_pickup_that_nobody_wanted_frees_the_day(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2), (DAY, "N0", 1))
    await picked(stock)
    await do(stock, Ready(FIRST, code="1"))
    answer = await do(stock, Collect(FIRST, "1", {}))
    assert (answer.shipment_state, answer.state) == ("CANCELLED", "CANCELLED")
    assert await claims(stock) == 0


async def test_a_report_of_nothing_changes_nothing(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await do(stock, Pick(FIRST, (found("A", 2),)))
    answer = await do(stock, Pick(FIRST, (found("A", 0), found("B", 0))))
    assert answer.shipment_state == "PICKING"
    assert await cell(stock, "A", "N0") == (7, 0, 2, 0)


async def test_one_sku_may_be_reported_in_several_lines(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    twice = (found("A", 1), found("A", 1, 1))
    answer = await do(stock, Pick(FIRST, twice, "not found", "SUBTRACT"))
    assert answer.unrouted == 1
    with pytest.raises(errors.WrongState, match="0 of A to pick, 2 were reported"):
        await do(stock, Pick(FIRST, (found("A", 1), found("A", 1))))


async def test_who_picks_has_the_shipment(stock: Stock) -> None:
    """A node without an accept step answers an offer by picking."""
    await ordered(stock, ("A", "N0", 2))
    await do(stock, Offer(FIRST, ("N0", "N1"), due_us=0))
    await do(stock, Pick(FIRST, ()))
    offers = (await now(stock)).book.offers[FIRST]
    assert {o.node: o.state for o in offers.values()} == {"N0": "WON", "N1": "LOST"}


async def test_a_wait_for_new_stock_ends_with_the_last_unit_that_waits(
    stock: Stock,
) -> None:
    await furnish(stock, ("A", "N0", 5))
    lines = ("A", "N0", 2), ("B", "", 3)
    await stock.submit(place("h", *lines, gate="BACKORDER"))
    await stock.submit(commit("h"))
    assert (await now(stock)).order.state == "BACKORDERED"
    answer = await do(stock, Cancel({"B": 3}, "no patience", {}))
    assert answer.state == "ALLOCATED"
    answer = await do(stock, Pick(FIRST, (found("A", 1, 1),), "not found"))
    assert answer.state == "REVIEW"


async def test_a_plan_for_units_that_the_same_change_takes_back_is_refused(
    stock: Stock,
) -> None:
    await ordered(stock, ("A", "N0", 3))
    await stock.submit(count(("A", "N1", 5)))
    await do(stock, Pick(FIRST, (found("A", 1, 2),), "not found"))
    late = Change({"A": 1, "B": 1}, "", {}, to(("A", "N1", 2)))
    with pytest.raises(errors.WrongState, match="2 of A were routed, 0 have no node"):
        await do(stock, late)


async def test_a_cancelled_order_stays_cancelled(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    await do(stock, Cancel(None, "", {}))
    with pytest.raises(errors.WrongState, match="is CANCELLED"):
        await do(stock, Change({"A": 1}, "after all", {}, to(("A", "N0", 1))))


async def test_no_plan_takes_units_from_a_shelf_that_was_found_empty(
    stock: Stock,
) -> None:
    await ordered(stock, ("A", "N0", 3))
    same = Pick(FIRST, (found("A", 1, 2),), "not found", "ZERO", to(("A", "N0", 2)))
    with pytest.raises(errors.NoStock, match="N0 has 0 of A, 2 are needed"):
        await do(stock, same)
    assert await cell(stock, "A", "N0") == (8, 0, 3, 0)


async def test_picked_units_of_others_stay_where_a_new_shipment_finds_nothing(
    stock: Stock,
) -> None:
    """The route and the pick of what it makes come in one batch."""
    await ordered(stock, ("A", "N0", 2))
    await stock.submit(count(("A", "N1", 9)))
    await stock.submit(place("other", ("A", "N1", 4)))
    await stock.submit(commit("other"))
    picked_up = Pick("order-other:1", (found("A", 4),))
    await do(stock, picked_up, order_id="order-other")
    move = Reroute((FIRST,), "CLOSED", "", to(("A", "N1", 2)))
    vain = Pick(f"{ORDER}:2", (found("A", 0, 2),), "not found")
    await in_one_batch(stock, step_on(move), step_on(vain))
    assert await cell(stock, "A", "N1") == (4, 0, 4, 0)


async def shipped(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await picked(stock)
    await do(stock, Ship(FIRST, "UPS", "1"))


ARRIVED = (Received("A", 2, "as new", "RESTOCK"),)


async def test_a_return_fills_a_cell_that_never_was(stock: Stock) -> None:
    """Where the goods came back to is known since they were announced."""
    await shipped(stock)
    await do(stock, OpenReturn("r1", "N3", (("A", 2, "too small"),)))
    await do(stock, ReceiveReturn("r1", "", ARRIVED))
    assert await units(stock, "A", "N3") == 2


async def test_a_return_may_be_announced_and_received_at_once(stock: Stock) -> None:
    await shipped(stock)
    announced = OpenReturn("r1", "N3", (("A", 2, "too small"),))
    arrived = ReceiveReturn("r1", "", ARRIVED)
    await in_one_batch(stock, step_on(announced), step_on(arrived))
    assert await units(stock, "A", "N3") == 2


async def test_a_return_to_a_node_that_is_not_there_is_refused(stock: Stock) -> None:
    await shipped(stock)
    with pytest.raises(errors.NodeNotFound, match="No node nowhere"):
        await do(stock, OpenReturn("r1", "nowhere", (("A", 2, "too small"),)))
    await do(stock, OpenReturn("r1", "N3", (("A", 2, "too small"),)))
    with pytest.raises(errors.NodeNotFound, match="No node nowhere"):
        await do(stock, ReceiveReturn("r1", "nowhere", ARRIVED))
    assert (await now(stock)).book.returns["r1"].state == "OPEN"


async def two_shipped(stock: Stock) -> None:
    await shipped(stock)
    await stock.submit(place("other", ("A", "N0", 1)))
    await stock.submit(commit("other"))
    one = Pick("order-other:1", (found("A", 1),))
    await do(stock, one, order_id="order-other")
    await do(stock, Ship("order-other:1", "UPS", "2"), order_id="order-other")


async def test_a_return_id_of_another_order_is_refused(stock: Stock) -> None:
    await two_shipped(stock)
    await do(stock, OpenReturn("r1", "N3", (("A", 1, "too small"),)))
    same = OpenReturn("r1", "N3", (("A", 1, "too small"),))
    with pytest.raises(errors.IdReused, match="r1 was used before"):
        await do(stock, same, order_id="order-other")


async def test_of_two_orders_with_one_return_id_the_first_has_it(stock: Stock) -> None:
    await two_shipped(stock)
    same = OpenReturn("r1", "N3", (("A", 1, "too small"),))
    rival = step_on(same, "order-other")
    outcomes = await in_one_batch(stock, step_on(same), rival)
    assert isinstance(outcomes[1], errors.IdReused)
    assert "r1" in (await now(stock)).book.returns


async def test_one_request_id_may_serve_two_methods(stock: Stock) -> None:
    """Ids are made for a method each; the books tell the two apart."""
    await ordered(stock, ("A", "N0", 3))
    for method, fewer in (("Cancel", 1), ("Change", 1)):
        step = step_on(Cancel({"A": fewer}, "", {}), request_id="same", method=method)
        await stock.submit(step)
    assert await cell(stock, "A", "N0") == (8, 0, 1, 0)


async def test_one_request_to_two_routers_has_one_answer(postgres_url: str) -> None:
    routers = [
        await Stock.open(ledger_url=postgres_url, view_url=None) for _ in range(2)
    ]
    await furnish(routers[0], ("A", "N0", 100))
    for number in range(20):
        await routers[0].submit(place(f"h{number}", ("A", "N0", 1)))
        await routers[0].submit(commit(f"h{number}"))
        name = f"order-h{number}"
        same = step_on(Accept(f"{name}:1"), name, request_id=f"r{number}")
        answers = await asyncio.gather(*(stock.submit(same) for stock in routers))
        assert sorted(answer.replayed for answer in answers) == [False, True]
    for stock in routers:
        await stock.close()
