"""What becomes of an order and its stock, step by step, in one transaction each."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import create_engine, insert

from inventory import errors
from inventory.events.log import Wanted
from inventory.orders.actions import (
    Accept,
    Assign,
    Cancel,
    Change,
    Collect,
    Deliver,
    NoShow,
    Offer,
    OpenReturn,
    Pay,
    Pick,
    Ready,
    Receive,
    Received,
    ReceiveReturn,
    Reject,
    Reroute,
    Route,
    Ship,
)
from inventory.orders.tables import cell_flag
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.orders.sentences import (
    FIRST,
    ORDER,
    books_are_right,
    cell,
    do,
    found,
    now,
    ordered,
    picked,
    to,
)
from tests.inventory.sentences import commit, count, furnish, place, units


@pytest.fixture
async def stock(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    yield opened
    await opened.close()
    await books_are_right(opened, ledger_url)


async def test_from_the_shelf_to_the_door(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    assert (await do(stock, Accept(FIRST))).shipment_state == "ACCEPTED"
    assert (await do(stock, Pick(FIRST, (found("A", 2),)))).state == "PICKING"
    assert (await do(stock, Ready(FIRST))).state == "READY"
    assert await cell(stock, "A", "N0") == (7, 0, 2, 0)
    assert (await do(stock, Ship(FIRST, "UPS", "1Z"))).state == "SHIPPED"
    assert await cell(stock, "A", "N0") == (5, 0, 0, 0)
    assert (await do(stock, Deliver(FIRST))).state == "COMPLETED"


async def test_an_order_is_as_far_as_its_last_shipment(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 1), ("B", "N1", 1))
    await picked(stock, "order-h:1")
    assert (await now(stock)).order.state == "PICKING"
    await do(stock, Ship("order-h:1", "UPS", "1"))
    assert (await now(stock)).order.state == "PICKING"
    await picked(stock, "order-h:2")
    await do(stock, Ship("order-h:2", "UPS", "2"))
    assert (await now(stock)).order.state == "SHIPPED"


async def test_units_not_found_leave_the_books_and_ship_from_elsewhere(
    stock: Stock,
) -> None:
    await ordered(stock, ("A", "N0", 3))
    await stock.submit(count(("A", "N1", 4)))
    await do(stock, Accept(FIRST))
    answer = await do(
        stock,
        Pick(FIRST, (found("A", 1, 2),), "not found", "ZERO", to(("A", "N1", 2))),
    )
    assert (answer.made, answer.unrouted) == (("order-h:2",), 0)
    # One is in the associate's hand; the shelf is empty, whatever the books said.
    assert await cell(stock, "A", "N0") == (1, 0, 1, 0)
    assert await cell(stock, "A", "N1") == (4, 0, 2, 0)
    assert list(await stock.order_books.recounts(["A"])) == [("A", "N0")]
    await stock.submit(count(("A", "N0", 6)))
    assert await stock.order_books.recounts(["A"]) == {}


async def test_an_empty_shelf_puts_other_orders_at_risk(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await stock.submit(place("other", ("A", "N0", 3)))
    await stock.submit(commit("other"))
    await do(stock, Pick(FIRST, (found("A", 0, 2),), "not found"))
    assert await cell(stock, "A", "N0") == (0, 0, 3, 3)
    assert await stock.order_books.at_risk("A", "N0") == ("order-other",)


async def test_fewer_than_booked_leaves_the_rest_of_the_shelf(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    await do(stock, Pick(FIRST, (found("A", 1, 2),), "two broke", "SUBTRACT"))
    assert await cell(stock, "A", "N0") == (6, 0, 1, 0)
    assert await units(stock, "A", "N0") == 5


async def test_units_without_another_node_wait_for_a_person(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    answer = await do(stock, Pick(FIRST, (found("A", 1, 2),), "not found"))
    assert (answer.state, answer.unrouted) == ("REVIEW", 2)
    await stock.submit(count(("A", "N2", 2)))
    answer = await do(stock, Route(to(("A", "N2", 2))))
    assert (answer.state, answer.unrouted) == ("PICKING", 0)


async def test_a_plan_on_stock_that_is_gone_changes_nothing(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    await stock.submit(count(("A", "N1", 1)))
    pick = Pick(FIRST, (found("A", 1, 2),), "", "ZERO", to(("A", "N1", 2)))
    with pytest.raises(errors.NoStock) as no:
        await do(stock, pick)
    assert [(c.node_id, c.available) for c in no.value.cells] == [("N1", 1)]
    assert (await now(stock)).order.state == "ALLOCATED"
    assert await cell(stock, "A", "N0") == (8, 0, 3, 0)


async def test_a_rejected_shipment_goes_to_another_node(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await stock.submit(count(("A", "N1", 2)))
    answer = await do(stock, Reject(FIRST, "too busy", "KEEP", to(("A", "N1", 2))))
    assert (answer.shipment_state, answer.state) == ("CANCELLED", "ALLOCATED")
    assert await cell(stock, "A", "N0") == (7, 0, 0, 0)
    assert await cell(stock, "A", "N1") == (2, 0, 2, 0)


async def test_a_rejection_may_say_that_the_shelf_is_empty(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await do(stock, Reject(FIRST, "not found", "ZERO"))
    assert await cell(stock, "A", "N0") == (0, 0, 0, 0)


async def test_part_is_rejected_and_the_rest_accepted(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    await stock.submit(count(("A", "N1", 2)))
    part = Reject(FIRST, "too busy", "KEEP", to(("A", "N1", 2)), {"A": 2})
    answer = await do(stock, part)
    assert (answer.shipment_state, answer.made) == ("ACCEPTED", ("order-h:2",))
    assert answer.failed == (("A", 2),)
    assert await cell(stock, "A", "N0") == (8, 0, 1, 0)
    assert await cell(stock, "A", "N1") == (2, 0, 2, 0)


async def test_what_is_accepted_of_an_empty_shelf_is_there(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    part = Accept(FIRST, units={"A": 1}, reason="not found", effect="ZERO")
    answer = await do(stock, part)
    assert (answer.shipment_state, answer.unrouted) == ("ACCEPTED", 2)
    assert await cell(stock, "A", "N0") == (1, 0, 1, 0)


@pytest.mark.parametrize(
    "said",
    [
        Accept("order-g:1", units={"A": 2}, reason="not found", effect="ZERO"),
        Reject("order-g:1", "not found", "ZERO", units={"A": 2}),
    ],
)
async def test_an_empty_shelf_leaves_what_others_have_picked(
    stock: Stock, said: Accept | Reject
) -> None:
    await ordered(stock, ("A", "N0", 3))
    await picked(stock)
    await stock.submit(place("g", ("A", "N0", 4)))
    await stock.submit(commit("g"))
    await do(stock, said, order_id="order-g")
    assert await cell(stock, "A", "N0") == (5, 0, 5, 0)


async def test_a_count_takes_the_mark_away_however_many_there_are(
    stock: Stock, ledger_url: str
) -> None:
    marks = [
        {"sku": f"A{n}", "node": "N9", "order_id": "o", "reason": "", "at_us": n}
        for n in range(600)
    ]
    engine = create_engine(ledger_url)
    with engine.begin() as connection:
        connection.execute(insert(cell_flag), marks)
    engine.dispose()
    await ordered(stock, ("Z", "N0", 2))
    await do(stock, Reject(FIRST, "not found", "ZERO"))

    await stock.submit(count(("Z", "N0", 3)))

    assert await stock.order_books.recounts(["Z"]) == {}
    assert len(await stock.order_books.recounts([m["sku"] for m in marks])) == 600


async def test_all_of_it_is_no_part(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    answer = await do(stock, Reject(FIRST, "too busy", "KEEP", units={"A": 3}))
    assert (answer.shipment_state, answer.unrouted) == ("CANCELLED", 3)


async def test_no_more_is_rejected_than_there_is(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    for named in ({"A": 4}, {"B": 1}):
        for part in (
            Reject(FIRST, "too busy", "KEEP", units=named),
            Accept(FIRST, units=named, reason="too busy"),
        ):
            with pytest.raises(errors.WrongState, match="were named"):
                await do(stock, part)
    assert (await now(stock)).book.shipments[FIRST].state == "ALLOCATED"


async def test_who_accepts_a_part_has_it_and_nobody_else(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    await stock.submit(count(("A", "N1", 3)))
    await do(stock, Offer(FIRST, ("N1",), due_us=0))
    await do(stock, Accept(FIRST, units={"A": 1}, reason="too busy"))
    with pytest.raises(errors.WrongState):
        await do(stock, Accept(FIRST, "N1", to(("A", "N1", 1))))


async def test_the_same_request_has_one_effect(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    pick = Pick(FIRST, (found("A", 1, 2),), "not found")
    first = await do(stock, pick, request_id="r")
    again = await do(stock, pick, request_id="r")
    assert again.replayed
    assert again.unrouted == first.unrouted
    assert await cell(stock, "A", "N0") == (1, 0, 1, 0)


async def test_a_customer_without_the_code_gets_nothing(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await picked(stock)
    await do(stock, Ready(FIRST, code="123456"))
    for _ in range(5):
        answer = await do(stock, Collect(FIRST, "000000"))
        assert answer.wrong_code
        assert answer.shipment_state == "READY"
    with pytest.raises(errors.CodeLocked):
        await do(stock, Collect(FIRST, "123456"))
    await do(stock, Ready(FIRST, code="654321"))
    assert (await do(stock, Collect(FIRST, "654321"))).state == "COMPLETED"
    assert await cell(stock, "A", "N0") == (5, 0, 0, 0)


async def test_what_is_left_at_the_counter_is_stock_again(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    await picked(stock)
    await do(stock, Ready(FIRST, code="1"))
    await do(stock, Collect(FIRST, "1", {"A": 2}))
    assert await cell(stock, "A", "N0") == (6, 0, 0, 0)
    assert (await now(stock)).book.lines[1].cancelled == 1


async def test_nobody_came(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    await picked(stock)
    await do(stock, Ready(FIRST, code="1"))
    assert (await do(stock, NoShow(FIRST))).state == "CANCELLED"
    assert await cell(stock, "A", "N0") == (8, 0, 0, 0)


async def test_cancelling_takes_what_nobody_has_touched_first(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 4))
    await do(stock, Pick(FIRST, (found("A", 1),)))
    await do(stock, Cancel({"A": 3}, "fewer", {"N0": "PICKING"}))
    assert await cell(stock, "A", "N0") == (9, 0, 1, 0)
    answer = await do(stock, Cancel(None, "none", {"N0": "PICKING"}))
    assert (answer.state, answer.shipment_state) == ("CANCELLED", "")
    assert await cell(stock, "A", "N0") == (9, 0, 0, 0)


async def test_beyond_the_point_of_no_return_nothing_is_cancelled(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2), ("B", "N1", 1))
    await picked(stock)
    with pytest.raises(errors.PastPointOfNoReturn, match="order-h:1 at N0 is PICKING"):
        await do(stock, Cancel(None, "changed my mind", {}))
    assert (await do(stock, Cancel({"B": 1}, "", {}))).state == "PICKING"


async def test_changing_gives_back_and_takes_in_one_step(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 3))
    await furnish(stock, ("B", "N1", 2))
    change = Change({"A": 1, "B": 2}, "other things", {}, to(("B", "N1", 2)))
    answer = await do(stock, change)
    assert answer.made == ("order-h:2",)
    assert await cell(stock, "A", "N0") == (8, 0, 1, 0)
    assert await cell(stock, "B", "N1") == (2, 0, 2, 0)


async def test_several_are_asked_and_the_first_has_it(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await stock.submit(count(("A", "N1", 2), ("A", "N2", 2)))
    await do(stock, Offer(FIRST, ("N0", "N1", "N2"), due_us=0))
    won = await do(stock, Accept(FIRST, "N1", to(("A", "N1", 2))))
    assert (await now(stock)).book.shipments[won.made[0]].state == "ACCEPTED"
    for late in (Accept(FIRST, "N2", to(("A", "N2", 2))), Accept(FIRST, "N0")):
        with pytest.raises(errors.WrongState):
            await do(stock, late)
    assert await cell(stock, "A", "N0") == (7, 0, 0, 0)
    assert await cell(stock, "A", "N2") == (2, 0, 0, 0)


async def test_a_shipment_that_nobody_began_moves_whole(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await stock.submit(count(("A", "N1", 2)))
    moved = Reroute((FIRST,), "TIMED_OUT", "", to(("A", "N1", 2)))
    assert (await do(stock, moved)).state == "ALLOCATED"
    whole = await now(stock)
    assert [d.cause for d in whole.decisions] == ["", "TEST"]
    assert whole.order.reroutes == 1


async def test_nothing_is_picked_before_it_is_paid(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await do(stock, Pay("p1", "PENDING"))
    assert (await now(stock)).order.state == "PENDING"
    with pytest.raises(errors.WrongState, match="not paid"):
        await do(stock, Accept(FIRST))
    await do(stock, Pay("p2", "AUTHORIZED"))
    await do(stock, Pay("p1", "PENDING"))  # a late duplicate says nothing new
    assert (await do(stock, Accept(FIRST))).state == "ALLOCATED"


async def sent_to(stock: Stock, store: str) -> None:
    """Three of A, picked at N0, are on their way."""
    await ordered(stock, ("A", "N0", 3))
    await do(stock, Accept(FIRST))
    for units_found in (1, 2):
        await do(stock, Pick(FIRST, (found("A", units_found),)))
    await do(stock, Ship(FIRST, "van", "", to_node=store))


async def test_what_goes_to_a_store_is_collected_there(stock: Stock) -> None:
    await furnish(stock, ("A", "N1", 1))
    await sent_to(stock, "N1")
    assert (await now(stock)).order.state == "PICKING"
    assert await cell(stock, "A", "N0") == (5, 0, 0, 0)
    assert await cell(stock, "A", "N1") == (1, 0, 0, 0)
    answer = await do(stock, Receive(FIRST, "N1", ("A",)))
    assert (answer.shipment_state, answer.made) == ("RECEIVED", ("order-h:2",))
    # The store has four, and one of them to sell.
    assert await cell(stock, "A", "N1") == (4, 0, 3, 0)
    await do(stock, Pick("order-h:2", (found("A", 3),)))
    await do(stock, Ready("order-h:2", code="1"))
    assert (await do(stock, Collect("order-h:2", "1"))).state == "COMPLETED"
    assert await cell(stock, "A", "N1") == (1, 0, 0, 0)


async def test_what_nobody_collects_is_stock_of_the_store(stock: Stock) -> None:
    await furnish(stock, ("B", "N1", 1))
    await sent_to(stock, "N1")
    await do(stock, Receive(FIRST, "N1", ("A",)))
    await do(stock, Pick("order-h:2", (found("A", 3),)))
    await do(stock, Ready("order-h:2", code="1"))
    assert (await do(stock, NoShow("order-h:2"))).state == "CANCELLED"
    assert await cell(stock, "A", "N1") == (3, 0, 0, 0)
    assert await cell(stock, "A", "N0") == (5, 0, 0, 0)


async def test_a_transfer_is_received_once_and_by_its_store(stock: Stock) -> None:
    await furnish(stock, ("A", "N1", 1), ("A", "N2", 1))
    await sent_to(stock, "N1")
    for wrong in (Receive(FIRST, "N2", ("A",)), Receive(FIRST, "N1", ("B",))):
        with pytest.raises(errors.WrongState, match="goes to N1 with A"):
            await do(stock, wrong)
    arrived = Receive(FIRST, "N1", ("A",))
    first = await do(stock, arrived, request_id="r")
    again = await do(stock, arrived, request_id="r")
    assert (again.replayed, again.made) == (True, first.made)
    with pytest.raises(errors.WrongState):
        await do(stock, arrived)
    assert await cell(stock, "A", "N1") == (4, 0, 3, 0)


async def test_what_is_on_its_way_to_a_store_cannot_come_back_yet(stock: Stock) -> None:
    await furnish(stock, ("A", "N1", 1))
    await sent_to(stock, "N1")
    with pytest.raises(errors.WrongState, match="0 of A can come back"):
        await do(stock, OpenReturn("r1", "N1", (("A", 1, "too small"),)))
    with pytest.raises(errors.PastPointOfNoReturn, match="IN_TRANSIT"):
        await do(stock, Cancel(None, "", {"N0": "READY"}))
    await do(stock, Receive(FIRST, "N1", ("A",)))
    assert (await do(stock, Cancel(None, "", {}))).state == "CANCELLED"


async def test_goods_come_back_once(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await picked(stock)
    await do(stock, Ship(FIRST, "UPS", "1"))
    await do(stock, OpenReturn("r1", "N1", (("A", 2, "too small"),)))
    with pytest.raises(errors.WrongState, match="0 of A can come back"):
        await do(stock, OpenReturn("r2", "N1", (("A", 1, "again"),)))
    arrived = (Received("A", 2, "as new", "RESTOCK"),)
    await do(stock, ReceiveReturn("r1", "N1", arrived))
    assert await cell(stock, "A", "N1") == (2, 0, 0, 0)
    with pytest.raises(errors.WrongState):
        await do(stock, ReceiveReturn("r1", "N1", arrived))


async def test_somebody_takes_care_of_it(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await do(stock, Assign("ada"))
    assert (await now(stock)).order.assignee == "ada"
    with pytest.raises(errors.WrongState, match="waits for no review"):
        await do(stock, Assign("ada", approve=True))


async def test_orders_are_found_by_customer_and_need(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 2))
    await do(stock, Pick(FIRST, (found("A", 0, 2),), "not found"))
    (need,) = await stock.order_books.in_need(limit=5)
    assert need.order.order_id == ORDER
    assert await stock.order_books.tasks("N0", limit=5) == ()
    assert await stock.order_books.listed("shop", states=["REVIEW"], limit=5) != ()


async def test_who_is_told_to_come_is_told_where_and_what_to_say(stock: Stock) -> None:
    await ordered(stock, ("A", "N0", 1))
    await picked(stock)
    await do(stock, Ready(FIRST, code="123456"))
    await stock.relay()
    page = await stock.events.log.page(None, Wanted(), limit=50)
    (ready,) = [e for e in page.events if e.type == "shipfrom.shipment.ready.v1"]
    assert (ready.data["pickup"], ready.data["code"]) == ("N0", "123456")
