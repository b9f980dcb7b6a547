"""What becomes of a hold when its block is left, however it is left."""

import warnings
from datetime import timedelta

import pytest

import shipfrom
from shipfrom import Client
from shipfrom.v1 import checkout_service_pb2 as pb
from tests.clients.canned import NOW
from tests.clients.stub_server import NEVER_S, Fail, Stub

LINES = {"SKU-1": 2, "SKU-9": 1}
# Extended after half of it: the tests wait for calls and never for time.
BLINK = timedelta(milliseconds=40)
LOST = Fail("UNAVAILABLE", "OUTCOME_UNKNOWN", retry_after_s=0.05)


def test_a_block_that_commits_releases_nothing(stub: Stub, sf: Client) -> None:
    with sf.hold(lines=LINES, ship_to="10001", order_id="web-1001") as hold:
        order = hold.commit()
    assert order.order_id == "web-1001"
    assert {line.sku: line.quantity for line in order.lines} == LINES
    assert hold.state is shipfrom.HoldState.COMMITTED
    assert stub.attempts == ["Hold", "Commit"]
    [sent] = stub.asked(pb.CommitRequest)
    assert sent.order_id == "web-1001"


def test_a_block_left_by_an_exception_releases_in_silence(
    stub: Stub, sf: Client
) -> None:
    with (
        warnings.catch_warnings(),
        pytest.raises(ZeroDivisionError),
        sf.hold(lines=LINES, ship_to="10001"),
    ):
        _ = 1 / 0
    assert stub.attempts == ["Hold", "ReleaseHold"]


def test_a_block_left_without_commit_releases_and_warns(stub: Stub, sf: Client) -> None:
    with (
        pytest.warns(shipfrom.UncommittedHold, match="h_1 left its block") as caught,
        sf.hold(lines=LINES, ship_to="10001"),
    ):
        pass
    assert stub.attempts == ["Hold", "ReleaseHold"]
    assert caught[0].filename == __file__


def test_a_block_that_released_by_itself_is_left_in_silence(
    stub: Stub, sf: Client
) -> None:
    with sf.hold(lines=LINES, ship_to="10001") as hold:
        hold.release()
    assert stub.attempts == ["Hold", "ReleaseHold"]


def test_an_unknown_commit_is_never_released_and_can_be_asked_again(
    stub: Stub, sf: Client
) -> None:
    stub.will("Commit", LOST, LOST, LOST, LOST)
    with (
        pytest.raises(shipfrom.OutcomeUnknown) as caught,
        sf.hold(lines=LINES, ship_to="10001") as hold,
    ):
        hold.commit(order_id="web-1001")
    assert "ReleaseHold" not in stub.attempts
    order = caught.value.retry()
    assert order.order_id == "web-1001"
    assert hold.state is shipfrom.HoldState.COMMITTED
    sent = stub.asked(pb.CommitRequest)
    assert len(sent) == 5
    assert len({request.request_id for request in sent}) == 1


def test_a_commit_asked_twice_in_the_block_is_one_request(
    stub: Stub, sf: Client
) -> None:
    stub.will("Commit", Fail("DEADLINE_EXCEEDED"))
    with sf.hold(lines=LINES, ship_to="10001") as hold:
        with pytest.raises(shipfrom.OutcomeUnknown):
            hold.commit()
        hold.commit()
    first, second = stub.asked(pb.CommitRequest)
    assert first.request_id == second.request_id


def test_a_commit_says_whose_order_it_is_and_whether_it_is_paid_again_and_again(
    stub: Stub, sf: Client
) -> None:
    stub.will("Commit", *[LOST] * 4)
    with (
        pytest.raises(shipfrom.OutcomeUnknown) as caught,
        sf.hold(lines=LINES, ship_to="10001") as hold,
    ):
        hold.commit(customer_ref="c-7", payment_state="pending")
    order = caught.value.retry()
    assert (order.customer_ref, order.payment_state) == ("c-7", "PENDING")
    sent = stub.asked(pb.CommitRequest)
    assert {(r.customer_ref, r.payment_state) for r in sent} == {("c-7", 1)}
    assert len({request.request_id for request in sent}) == 1


def test_a_commit_that_surely_failed_gives_the_units_back(
    stub: Stub, sf: Client
) -> None:
    stub.will("Commit", *[Fail("UNAVAILABLE", "STORAGE_UNAVAILABLE")] * 4)
    with (
        pytest.raises(shipfrom.StorageUnavailable),
        sf.hold(lines=LINES, ship_to="10001") as hold,
    ):
        hold.commit()
    assert stub.attempts[-1] == "ReleaseHold"


def test_a_hold_that_expired_has_nothing_to_release(stub: Stub, sf: Client) -> None:
    stub.will("Commit", Fail("FAILED_PRECONDITION", "HOLD_EXPIRED"))
    with (
        pytest.raises(shipfrom.HoldExpired),
        sf.hold(lines=LINES, ship_to="10001") as hold,
    ):
        hold.commit()
    assert stub.attempts == ["Hold", "Commit"]
    assert hold.state is shipfrom.HoldState.EXPIRED


def test_a_release_that_fails_does_not_hide_why_the_block_was_left(
    stub: Stub, sf: Client
) -> None:
    stub.will("ReleaseHold", Fail("INTERNAL"))
    with (
        pytest.raises(ZeroDivisionError) as caught,
        sf.hold(lines=LINES, ship_to="10001"),
    ):
        _ = 1 / 0
    assert "could not be released" in caught.value.__notes__[0]


def test_a_long_block_is_kept_alive_until_it_is_left(stub: Stub, sf: Client) -> None:
    with sf.hold(lines=LINES, ship_to="10001", ttl=BLINK) as hold:
        stub.wait_for("ExtendHold", times=3)
        hold.commit()
    assert hold.expires_at == NOW + timedelta(minutes=30)
    assert hold._keeper is not None
    assert not hold._keeper.is_alive()


def test_a_keep_alive_that_is_refused_stops_quietly(stub: Stub, sf: Client) -> None:
    stub.will("ExtendHold", Fail("FAILED_PRECONDITION", "HOLD_EXPIRED"))
    with sf.hold(lines=LINES, ship_to="10001", ttl=BLINK) as hold:
        assert hold._keeper is not None
        hold._keeper.join(NEVER_S)
        assert not hold._keeper.is_alive()
        hold.commit()
    assert stub.attempts == ["Hold", "ExtendHold", "Commit"]


def test_a_keep_alive_that_failed_is_tried_again(stub: Stub, sf: Client) -> None:
    stub.will("ExtendHold", Fail("INTERNAL"))
    with sf.hold(lines=LINES, ship_to="10001", ttl=BLINK) as hold:
        stub.wait_for("ExtendHold", times=2)
        hold.commit()
    assert hold.expires_at == NOW + timedelta(minutes=30)
