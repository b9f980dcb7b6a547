"""What a store does not do in its open hours goes on without it, once."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, text

from shipfrom import CapacitySlot, Node
from shipfrom.testing import Server
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as order_pb
from tests.router.shop import new_id
from tests.router.stores.counter import (
    ZONE,
    Counter,
    assert_books_are_right,
    open_stores,
)


@pytest.fixture
def server() -> Iterator[Server]:
    """One of its own: its clock moves, and every open task with it."""
    with Server(empty=True, valkey=False) as started:
        open_stores(started)
        yield started
        assert_books_are_right(started)


def keep_time(counter: Counter) -> int:
    return counter.server.run(counter.server.app.keep_time())


def due(counter: Counter, name: str, node: str = "nyc") -> datetime:
    keep_time(counter)
    return counter.tasks(node)[name].due_time.ToDatetime(tzinfo=UTC)


def local(text_: str) -> datetime:
    return datetime.fromisoformat(text_).replace(tzinfo=ZoneInfo(ZONE))


def events(counter: Counter, kind: str) -> int:
    """How often others were told."""
    engine = create_engine(counter.server.ledger_url)
    try:
        with engine.connect() as connection:
            found = text("SELECT count(*) FROM outbox WHERE kind = :kind")
            return int(connection.execute(found, {"kind": kind}).scalar_one())
    finally:
        engine.dispose()


def test_a_store_has_fifteen_minutes_to_accept_and_two_hours_to_pack(
    counter: Counter,
) -> None:
    name = counter.ordered({counter.sku(nyc=5): 1})
    assert due(counter, name) == local("2026-11-16 12:15")
    counter.ask("Accept", name)
    assert due(counter, name) == local("2026-11-16 14:00")


def test_minutes_count_while_the_store_is_open(counter: Counter) -> None:
    counter.server.clock.advance(timedelta(hours=7, minutes=50))
    name = counter.ordered({counter.sku(nyc=5): 1})
    assert due(counter, name) == local("2026-11-17 09:05")
    counter.server.clock.advance("13h")
    assert counter.states(name) == [("nyc", "ALLOCATED")]


def test_a_store_that_lets_its_time_pass_is_warned_of_and_loses_the_order(
    counter: Counter,
) -> None:
    sku = counter.sku(nyc=5, chi=5)
    name = counter.ordered({sku: 1})
    keep_time(counter)
    counter.server.clock.advance("11m")
    assert events(counter, "SHIPMENT_LATE") == 0
    counter.server.clock.advance("2m")
    counter.server.clock.advance("1m")
    assert events(counter, "SHIPMENT_LATE") == 1
    assert keep_time(counter) == 0, "it was warned of already"
    assert counter.states(name) == [("nyc", "ALLOCATED")]
    counter.server.clock.advance("1m")
    assert counter.states(name) == [("nyc", "CANCELLED"), ("chi", "ALLOCATED")]
    assert counter.units(sku, "nyc") == (5, 0, 0)
    assert events(counter, "SHIPMENT_TIMED_OUT") == 1
    assert counter.order(name).reroutes == 1


def test_many_routers_move_an_order_once(counter: Counter) -> None:
    """The requests that another router would send are the same ones."""
    app, clock = counter.server.app, counter.server.clock
    books = app.stock.task_books
    by_us = int((clock.now() + timedelta(hours=1)).timestamp() * 1e6)
    move = app._timers.steps.move
    name = counter.ordered({counter.sku(nyc=5, chi=5): 1})
    keep_time(counter)
    (timed,) = counter.server.run(books.overdue(by_us, after=(0, ""), limit=9))

    async def both() -> None:
        await asyncio.gather(move(timed.shipment), move(timed.shipment))

    counter.server.run(both())
    assert len(counter.order(name).shipments) == 2


def test_what_was_accepted_and_is_not_packed_moves_too(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5)
    name = counter.ordered({sku: 1})
    counter.ask("Accept", name)
    begun = counter.ordered({sku: 1})
    counter.picked(begun, {sku: 1})
    keep_time(counter)
    counter.server.clock.advance("2h")
    assert counter.states(name)[-1] == ("chi", "ALLOCATED")
    assert counter.states(begun) == [("nyc", "PICKING")], "it is in their hands"


def test_after_three_moves_a_person_looks(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5, lax=5, phl=5, bkn=5)
    name = counter.ordered({sku: 1})
    for _ in range(4):
        keep_time(counter)
        counter.server.clock.advance("15m")
    assert [state for _, state in counter.states(name)] == ["CANCELLED"] * 4
    assert counter.order(name).state == order_pb.ORDER_STATE_REVIEW


def test_an_unpaid_order_has_no_time_and_is_not_moved(counter: Counter) -> None:
    name = counter.ordered({counter.sku(nyc=5, chi=5): 1})
    keep_time(counter)
    pay = order_pb.ReportPaymentRequest(
        request_id=new_id(),
        order_id=name[:-2],
        payment_id="p1",
        state=order_pb.PAYMENT_STATE_PENDING,
    )
    counter.call("ReportPayment", pay)
    counter.server.clock.advance("1h")
    assert counter.states(name) == [("nyc", "ALLOCATED")]
    later = counter.ordered({counter.sku(nyc=5): 1})
    pay.order_id, pay.request_id = later[:-2], new_id()
    counter.call("ReportPayment", pay)
    assert keep_time(counter) == 1, "of the first one, and it is left alone"
    assert not counter.tasks("nyc")[later].HasField("due_time")


def test_a_pickup_that_nobody_comes_for_is_stock_again(counter: Counter) -> None:
    sku = counter.sku(bkn=5)
    name = counter.pickup({sku: 2})
    counter.picked(name, {sku: 2})
    counter.ask("MarkReady", name)
    counter.server.clock.advance(timedelta(days=7, hours=7, minutes=59))
    assert counter.states(name) == [("bkn", "READY")]
    counter.server.clock.advance("1m")
    assert counter.states(name) == [("bkn", "NO_SHOW")]
    assert counter.units(sku, "bkn") == (5, 0, 0)


def test_a_parcel_that_waits_for_its_carrier_stays(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    name = counter.ordered({sku: 2})
    counter.picked(name, {sku: 2})
    counter.ask("MarkReady", name)
    counter.server.clock.advance("9d")
    assert counter.states(name) == [("nyc", "READY")]


def test_an_offer_ends_and_its_own_node_has_to_send_it(counter: Counter) -> None:
    name = counter.ordered({counter.sku(nyc=5, chi=5): 1})
    counter.ask("OfferShipment", name, node_ids=["chi"], minutes=5)
    counter.server.clock.advance("5m")
    assert name not in counter.tasks("chi")
    assert not counter.tasks("nyc")[name].offered
    assert due(counter, name) == local("2026-11-16 12:20")
    counter.server.clock.advance("15m")
    assert counter.states(name)[-1] == ("chi", "ALLOCATED")


def test_a_centre_is_only_told_to_be_late(counter: Counter) -> None:
    sf = counter.server.client()
    sf.upsert_nodes([Node("hub", postal_code="10001", time_zone=ZONE)])
    name = counter.ordered({counter.sku(hub=5, chi=5): 1})
    assert keep_time(counter) == 0, "not in the first minute"
    counter.server.clock.advance("2m")
    task = counter.tasks("hub")[name]
    assert task.due_time == task.ship_by_time
    counter.server.clock.advance("1d")
    assert counter.states(name) == [("hub", "ALLOCATED")]
    late = counter.call("ListExceptions", order_pb.ListExceptionsRequest())
    assert name in {each.shipment_id for each in late.exceptions}


@pytest.mark.parametrize(
    ("slots", "ship_by"),
    [((), "2026-11-18 15:00"), ((CapacitySlot(time(13), 5),), "2026-11-18 13:00")],
)
def test_a_centre_is_late_against_its_plan_however_many_steps_it_took(
    counter: Counter, slots: tuple[CapacitySlot, ...], ship_by: str
) -> None:
    hub = Node("hub", postal_code="10001", time_zone=ZONE, handling_days=2, slots=slots)
    counter.server.client().upsert_nodes([hub])
    name = counter.ordered({counter.sku(hub=5): 1})
    counter.server.clock.advance("2m")
    assert due(counter, name, "hub") == local(ship_by)

    counter.server.clock.advance("47h")
    counter.ask("Accept", name)
    counter.server.clock.advance("2m")

    assert due(counter, name, "hub") == local(ship_by)
    counter.server.clock.advance("4h")
    late = counter.call("ListExceptions", order_pb.ListExceptionsRequest())
    assert name in {each.shipment_id for each in late.exceptions}


def test_a_store_keeps_its_own_hours(counter: Counter) -> None:

    sf = counter.server.client()
    hours = {"open_from": time(12, 30), "open_until": time(18)}
    sf.upsert_nodes(
        [Node("deli", kind="STORE", postal_code="10002", time_zone=ZONE, **hours)]
    )
    (deli,) = [n for n in sf.nodes() if n.node_id == "deli"]
    assert (deli.open_from, deli.open_until) == (time(12, 30), time(18))
    name = counter.ordered({counter.sku(deli=5): 1})
    assert due(counter, name, "deli") == local("2026-11-16 12:45")
    assert counter.tasks("deli")[name].state == order_pb2.SHIPMENT_STATE_ALLOCATED
