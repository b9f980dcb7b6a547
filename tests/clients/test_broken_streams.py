"""A stream that changes something and breaks: nobody knows what it did."""

import pytest

from shipfrom import AsyncClient, Client, OutcomeUnknown, Unavailable
from shipfrom.v1 import look_ahead_service_pb2, order_service_pb2
from tests.clients.canned_orders import MOVED
from tests.clients.stub_server import Fail, Stub

WAITING = order_service_pb2.ReoptimiseResponse(seconds=2)
LOST = Fail("UNAVAILABLE", message="Socket closed")


def one_request(stub: Stub) -> bool:
    sent = stub.asked(order_service_pb2.ReoptimiseRequest)
    assert len(sent) == 2
    return len({request.request_id for request in sent}) == 1


def test_moves_that_may_have_been_made_are_asked_for_again(stub: Stub) -> None:
    stub.will("Reoptimise", WAITING, LOST)

    with Client(stub.address) as client:
        with pytest.raises(OutcomeUnknown) as caught:
            client.orders.reoptimise()
        stub.will("Reoptimise", WAITING, MOVED)
        found = caught.value.retry()

    assert [move.done for move in found.moves] == [True, False]
    assert one_request(stub)


async def test_the_same_awaited(stub: Stub) -> None:
    stub.will("Reoptimise", WAITING, LOST)

    async with AsyncClient(stub.address) as client:
        with pytest.raises(OutcomeUnknown) as caught:
            await client.orders.reoptimise()
        stub.will("Reoptimise", WAITING, MOVED)
        found = await caught.value.retry()

    assert [move.done for move in found.moves] == [True, False]
    assert one_request(stub)


def test_a_stream_that_changes_nothing_is_no_riddle(stub: Stub) -> None:
    stub.will("SolvePrices", look_ahead_service_pb2.SolvePricesResponse(), LOST)

    with Client(stub.address) as client, pytest.raises(Unavailable):
        client.prices.solve()
