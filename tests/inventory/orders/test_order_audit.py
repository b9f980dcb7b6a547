"""The audit finds every fault that is planted in an order's life."""

import sqlite3

import pytest

from inventory.audit import audit
from inventory.orders.actions import (
    Cancel,
    Deliver,
    Offer,
    OpenReturn,
    Pick,
    Ready,
    Receive,
    Ship,
)
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.orders.sentences import FIRST, do, found, ordered, picked
from tests.inventory.sentences import commit, furnish, place

DAY = "~capacity~2026-03-01"
ASKED, GONE, TAKEN = "order-asked", "order-gone", "order-taken"


@pytest.fixture
async def history(sqlite_url: str, clock: MovableClock) -> str:
    """Orders that are on offer, cancelled, being packed, delivered, on their way to a
    store, and there."""
    stock = await Stock.open(ledger_url=sqlite_url, view_url=None, clock=clock)
    await ordered(stock, ("A", "N0", 3), ("B", "N1", 1))
    await picked(stock)
    await do(stock, Ship(FIRST, "UPS", "1"))
    await do(stock, Deliver(FIRST))
    await do(stock, OpenReturn("r", "N0", (("A", 2, "too small"),)))
    await furnish(stock, (DAY, "N1", 9))
    for name in ("asked", "gone", "taken"):
        await stock.submit(place(name, ("B", "N1", 1), (DAY, "N1", 1)))
        await stock.submit(commit(name))
    await do(stock, Offer(f"{ASKED}:1", ("N1", "N2"), due_us=0), order_id=ASKED)
    await do(stock, Cancel(None, "", {}), order_id=GONE)
    await do(stock, Pick(f"{TAKEN}:1", (found("B", 1),)), order_id=TAKEN)
    await do(stock, Ready(f"{TAKEN}:1"), order_id=TAKEN)
    for name in ("moving", "came"):
        await stock.submit(place(name, ("B", "N1", 1)))
        await stock.submit(commit(name))
        leg, of = f"order-{name}:1", f"order-{name}"
        await do(stock, Pick(leg, (found("B", 1),)), order_id=of)
        await do(stock, Ship(leg, "van", "", to_node="N0"), order_id=of)
    await do(stock, Receive("order-came:1", "N0", ("B",)), order_id="order-came")
    await stock.close()
    return sqlite_url


async def test_orders_that_went_right_have_no_violations(history: str) -> None:
    assert (await audit(history)).violations == ()


FAULTS = {
    "UPDATE \"order\" SET state = 'SHIPPED' WHERE order_id = 'order-taken'": (
        "order-taken is SHIPPED, they say READY"
    ),
    "UPDATE \"order\" SET payment = 'PENDING' WHERE order_id = 'order-asked'": (
        "order-asked is ALLOCATED, they say PENDING"
    ),
    "UPDATE \"order\" SET gate = 'REVIEW' WHERE order_id = 'order-asked'": (
        "order-asked is ALLOCATED, they say REVIEW"
    ),
    "UPDATE \"order\" SET state = 'ALLOCATED' WHERE order_id = 'order-gone'": (
        "order-gone is ALLOCATED, they say CANCELLED"
    ),
    "UPDATE shipment SET state = 'READY' WHERE shipment_id = 'order-h:2'": (
        "order-h is PICKING, they say READY"
    ),
    "UPDATE shipment SET state = 'SHIPPED' WHERE shipment_id = 'order-taken:1'": (
        "units are claimed for a shipment that has left or is over: order-taken#1"
    ),
    "UPDATE allocation SET state = 'ALLOCATED' WHERE allocation_id = 'order-gone#2'": (
        "a node's day is claimed for a shipment that was cancelled: order-gone#2"
    ),
    "UPDATE shipment SET state = 'READY' WHERE shipment_id = 'order-gone:1'": (
        "a shipment at its node has no units: order-gone:1"
    ),
    "UPDATE shipment SET node = 'N5' WHERE shipment_id = 'order-h:1'": (
        "units are not at their shipment's node, or not of its order: order-h#1"
    ),
    "UPDATE shipment SET order_id = 'order-gone' WHERE shipment_id = 'order-h:1'": (
        "units are not at their shipment's node, or not of its order: order-h#1"
    ),
    "UPDATE order_line SET unrouted = -1 WHERE order_id = 'order-gone'": (
        "fewer than no units of an order line wait or are cancelled: order-gone line 1"
    ),
    "UPDATE return_line SET qty = 4": "more comes back than left: order-h A",
    "UPDATE goods_return SET order_id = 'order-gone'": (
        "more comes back than left: order-gone A"
    ),
    "UPDATE shipment SET to_node = '' WHERE shipment_id = 'order-moving:1'": (
        "a transfer on its way has no units, or no store: order-moving:1"
    ),
    "UPDATE allocation SET state = 'SHIPPED' WHERE allocation_id = 'order-came#1'": (
        "a transfer was received and its units are still on their way: order-came#1"
    ),
    "UPDATE \"order\" SET state = 'SHIPPED' WHERE order_id = 'order-moving'": (
        "order-moving is SHIPPED, they say PICKING"
    ),
    "UPDATE offer SET state = 'WON'": "several nodes won one shipment: order-asked:1",
    "UPDATE shipment SET state = 'ACCEPTED' WHERE shipment_id = 'order-asked:1'": (
        "a shipment is offered that somebody has, or nobody will: order-asked:1 to N1"
    ),
    "UPDATE idempotency SET answer = replace(answer, 'order-taken', 'order-lost')"
    " WHERE answer LIKE '[\"step\"%'": (
        "a step of order order-lost was answered, which is not there"
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_planted_fault_is_found(history: str, fault: str) -> None:
    tampered = sqlite3.connect(history.removeprefix("sqlite:///"))
    tampered.execute("PRAGMA ignore_check_constraints = ON")
    assert tampered.execute(fault).rowcount > 0
    tampered.commit()
    tampered.close()

    said = "; ".join(v.what for v in (await audit(history)).violations)

    assert FAULTS[fault] in said
