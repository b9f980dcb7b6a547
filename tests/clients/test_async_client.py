"""The asyncio client over a real gRPC connection: the same stories, awaited."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

import shipfrom
from shipfrom import AsyncClient, Money, StockCount
from shipfrom.v1 import checkout_service_pb2 as pb
from shipfrom.v1 import order_service_pb2 as order_pb
from tests.clients.canned import ORDER
from tests.clients.stub_server import Fail, Stay, Stub

LINES = {"SKU-1": 2, "SKU-9": 1}
GONE = Fail("UNAVAILABLE", message="Socket closed")


@pytest.fixture
async def sf(stub: Stub) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(stub.address) as client:
        yield client


async def test_quote_hold_and_commit(stub: Stub, sf: AsyncClient) -> None:
    quote = await sf.quote(LINES, "10001")
    async with await sf.hold(quote, order_id="web-1001") as hold:
        order = await hold.commit()
    assert order.plan.cost == quote.best.cost
    assert stub.attempts == ["Quote", "Hold", "Commit"]


async def test_a_lost_connection_is_tried_again_with_the_same_bytes(
    stub: Stub, sf: AsyncClient
) -> None:
    stub.will("Hold", GONE, GONE)
    await sf.hold(lines=LINES, ship_to="10001")
    sent = stub.asked(pb.HoldRequest)
    assert len(sent) == 3
    assert sent[0] == sent[1] == sent[2]


async def test_refusals_have_their_details(stub: Stub, sf: AsyncClient) -> None:
    stub.will("Hold", Fail("FAILED_PRECONDITION", "NO_STOCK", metadata={"sku": "A"}))
    with pytest.raises(shipfrom.NoStock) as caught:
        await sf.hold(lines=LINES, ship_to="10001")
    assert caught.value.metadata == {"sku": "A"}


async def test_a_block_left_by_an_exception_releases(
    stub: Stub, sf: AsyncClient
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with await sf.hold(lines=LINES, ship_to="10001"):
            _ = 1 / 0
    assert stub.attempts == ["Hold", "ReleaseHold"]


async def test_a_block_left_without_commit_releases_and_warns(
    stub: Stub, sf: AsyncClient
) -> None:
    with pytest.warns(shipfrom.UncommittedHold) as caught:
        async with await sf.hold(lines=LINES, ship_to="10001"):
            pass
    assert stub.attempts == ["Hold", "ReleaseHold"]
    assert caught[0].filename == __file__


async def test_a_cancelled_block_releases(stub: Stub, sf: AsyncClient) -> None:
    held = asyncio.Event()

    async def buy() -> None:
        async with await sf.hold(lines=LINES, ship_to="10001"):
            held.set()
            await asyncio.sleep(60)

    buyer = asyncio.create_task(buy())
    await held.wait()
    buyer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await buyer
    assert stub.attempts == ["Hold", "ReleaseHold"]


async def test_a_commit_cut_off_by_cancel_is_not_released(
    stub: Stub, sf: AsyncClient
) -> None:
    stub.will("Commit", *[GONE] * 4)

    async def buy() -> None:
        async with await sf.hold(lines=LINES, ship_to="10001") as hold:
            await hold.commit()

    buyer = asyncio.create_task(buy())
    await asyncio.to_thread(stub.wait_for, "Commit")
    buyer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await buyer
    assert "ReleaseHold" not in stub.attempts


async def test_an_unknown_commit_is_never_released_and_can_be_asked_again(
    stub: Stub, sf: AsyncClient
) -> None:
    stub.will("Commit", Fail("DEADLINE_EXCEEDED"))
    with pytest.raises(shipfrom.OutcomeUnknown) as caught:
        async with await sf.hold(lines=LINES, ship_to="10001") as hold:
            await hold.commit()
    assert "ReleaseHold" not in stub.attempts
    order = await caught.value.retry()
    assert order.order_id == "web-1001"
    assert hold.state is shipfrom.HoldState.COMMITTED
    first, second = stub.asked(pb.CommitRequest)
    assert first.request_id == second.request_id


async def test_a_long_block_is_kept_alive_until_it_is_left(
    stub: Stub, sf: AsyncClient
) -> None:
    blink = timedelta(milliseconds=40)
    async with await sf.hold(lines=LINES, ship_to="10001", ttl=blink) as hold:
        await asyncio.to_thread(stub.wait_for, "ExtendHold", times=3)
        await hold.commit()
    assert hold._keeper is not None
    assert hold._keeper.done()


async def test_lists_page_by_themselves(sf: AsyncClient) -> None:
    assert [order.order_id async for order in sf.orders()] == ["web-1001"]
    assert [cell.sku async for cell in sf.stock("SKU-1")] == ["SKU-1"]


async def test_an_import_streams(stub: Stub, sf: AsyncClient) -> None:
    rows = [StockCount("SKU-1", "nyc-01", 5), StockCount("SKU-1", "bos-02", 5)]
    assert (await sf.import_stock(rows)).accepted == 2
    assert stub.attempts == ["ImportStock"]


async def test_a_call_ends_within_its_deadline() -> None:
    async with AsyncClient("127.0.0.1:1", deadline_s=0.6) as nobody:
        started = time.monotonic()
        with pytest.raises(shipfrom.Unavailable):
            await nobody.quote(LINES, "10001")
        assert time.monotonic() - started < 1.5


async def test_one_client_serves_many_tasks(sf: AsyncClient) -> None:
    quotes = await asyncio.gather(*(sf.quote(LINES, "10001") for _ in range(32)))
    assert {quote.best.cost for quote in quotes} == {Money(1184, "USD")}


async def test_a_watch_that_nobody_reads_any_more_is_over_for_the_server_too(
    stub: Stub, sf: AsyncClient
) -> None:
    stub.will("WatchOrder", order_pb.WatchOrderResponse(order=ORDER), Stay())
    watched = sf.orders.watch("web-1001")
    assert (await anext(watched)).order_id == "web-1001"
    await watched.aclose()
    await asyncio.to_thread(stub.wait_for, "WatchOrder left")


async def test_a_watch_that_is_cut_off_goes_on_and_says_nothing_twice(
    stub: Stub, sf: AsyncClient
) -> None:
    now = order_pb.WatchOrderResponse(order=ORDER)
    stub.will("WatchOrder", now, GONE, now)
    assert [order.state async for order in sf.orders.watch("x")] == ["ALLOCATED"]
    assert stub.attempts.count("WatchOrder left") == 2
