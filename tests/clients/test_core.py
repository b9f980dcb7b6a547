"""What is sent again, when, and how a call ends: a table, without any I/O."""

import re
import time
import uuid
from datetime import timedelta

import pytest
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from hypothesis import given
from hypothesis import strategies as st

import shipfrom
from shipfrom import _core, _order_requests, _requests
from shipfrom._core import Call, Tries, new_request_id
from shipfrom._failures import Failure, error_of
from shipfrom._wishes import (
    Accept,
    Destination,
    Line,
    Routing,
)
from shipfrom.v1 import checkout_service_pb2 as pb

NEVER_SENT = "failed to connect to all addresses; last error: refused"


def failure(code: str, reason: str = "", text: str = "", wait_s: float = 0) -> Failure:
    status = status_pb2.Status()
    for detail in (
        error_details_pb2.ErrorInfo(reason=reason, domain="shipfrom"),
        error_details_pb2.RetryInfo(retry_delay=timedelta(seconds=wait_s)),
    ):
        packed = any_pb2.Any()
        packed.Pack(detail)
        if reason:
            status.details.append(packed)
    return Failure(code, text, status)


def tries(*, mutates: bool, deadline_s: float = 100.0) -> Tries:
    return Tries(mutates, deadline_s, random=lambda: 0.5)


RETRIED = [("UNAVAILABLE", ""), ("UNAVAILABLE", "STORAGE_UNAVAILABLE")]
GIVEN_UP = [
    ("DEADLINE_EXCEEDED", ""),
    ("INTERNAL", ""),
    ("RESOURCE_EXHAUSTED", "OVERLOADED"),
    ("ABORTED", "STOCK_CHANGED"),
    ("FAILED_PRECONDITION", "NO_STOCK"),
    ("INVALID_ARGUMENT", "INVALID_FIELD"),
    ("CANCELLED", ""),
]


@pytest.mark.parametrize("mutates", [False, True])
@pytest.mark.parametrize(("code", "reason"), RETRIED)
def test_unavailable_is_sent_again_three_times(
    code: str, reason: str, mutates: bool
) -> None:
    one = tries(mutates=mutates)
    pauses = [one.pause_s(failure(code, reason), now_s=0) for _ in range(3)]
    assert pauses == sorted(pauses)
    with pytest.raises(shipfrom.Error):
        one.pause_s(failure(code, reason), now_s=0)


@pytest.mark.parametrize("mutates", [False, True])
@pytest.mark.parametrize(("code", "reason"), GIVEN_UP)
def test_nothing_but_unavailable_is_sent_again(
    code: str, reason: str, mutates: bool
) -> None:
    with pytest.raises(shipfrom.Error):
        tries(mutates=mutates).pause_s(failure(code, reason), now_s=0)


@pytest.mark.parametrize(
    ("before", "last", "mutates", "kind"),
    [
        # A read never has an unknown outcome.
        ("", ("UNAVAILABLE", ""), False, shipfrom.Unavailable),
        ("", ("DEADLINE_EXCEEDED", ""), False, shipfrom.DeadlineExceeded),
        # A write that may have arrived does, until the ledger answers.
        ("", ("DEADLINE_EXCEEDED", ""), True, shipfrom.OutcomeUnknown),
        ("", ("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED"), True, shipfrom.OutcomeUnknown),
        ("", ("CANCELLED", "CANCELLED"), True, shipfrom.OutcomeUnknown),
        ("", ("INTERNAL", "INTERNAL"), True, shipfrom.OutcomeUnknown),
        ("", ("UNAVAILABLE", "OUTCOME_UNKNOWN"), True, shipfrom.OutcomeUnknown),
        ("lost", ("UNAVAILABLE", "STORAGE_UNAVAILABLE"), True, shipfrom.OutcomeUnknown),
        ("lost", ("RESOURCE_EXHAUSTED", "OVERLOADED"), True, shipfrom.OutcomeUnknown),
        ("lost", ("FAILED_PRECONDITION", "NO_STOCK"), True, shipfrom.NoStock),
        # The server says that nothing was started.
        ("", ("DEADLINE_EXCEEDED", "DEADLINE_TOO_SHORT"), True, shipfrom.Refusal),
        ("", ("RESOURCE_EXHAUSTED", "OVERLOADED"), True, shipfrom.Overloaded),
        ("", ("RESOURCE_EXHAUSTED", ""), True, shipfrom.Refusal),
    ],
)
def test_a_write_that_may_have_happened_ends_as_unknown(
    before: str, last: tuple[str, str], mutates: bool, kind: type[shipfrom.Error]
) -> None:
    one = tries(mutates=mutates)
    if before:
        one.pause_s(failure("UNAVAILABLE", text="Socket closed"), now_s=0)
    one.failed = _core.RETRIES_MAX
    with pytest.raises(shipfrom.Error) as caught:
        one.pause_s(failure(*last), now_s=0)
    assert isinstance(caught.value, kind)


@pytest.mark.parametrize(
    ("text", "reason", "kind"),
    [
        (NEVER_SENT, "", shipfrom.Unavailable),
        ("Socket closed", "", shipfrom.OutcomeUnknown),
        ("", "STORAGE_UNAVAILABLE", shipfrom.StorageUnavailable),
        ("", "DRAINING", shipfrom.Draining),
    ],
)
def test_a_write_that_never_left_is_merely_unavailable(
    text: str, reason: str, kind: type[shipfrom.Error]
) -> None:
    one = tries(mutates=True)
    for _ in range(3):
        one.pause_s(failure("UNAVAILABLE", reason, text), now_s=0)
    with pytest.raises(shipfrom.Error) as caught:
        one.pause_s(failure("UNAVAILABLE", reason, text), now_s=0)
    assert type(caught.value) is kind


def test_no_try_starts_after_the_deadline() -> None:
    one = tries(mutates=False, deadline_s=2.0)
    with pytest.raises(shipfrom.Unavailable):
        one.pause_s(failure("UNAVAILABLE"), now_s=1.99)


def test_the_pause_is_at_least_what_the_server_asks_for() -> None:
    told = failure("UNAVAILABLE", "DRAINING", wait_s=1.5)
    assert tries(mutates=False).pause_s(told, now_s=0) == 1.5


@given(st.floats(0, 1), st.integers(0, 2))
def test_pauses_stay_between_fifty_milliseconds_and_a_second(
    chance: float, failed: int
) -> None:
    one = Tries(False, 100.0, failed=failed, random=lambda: chance)
    assert 0.05 <= one.pause_s(failure("UNAVAILABLE"), now_s=0) <= 1.0


def test_time_left_is_never_read_as_no_limit() -> None:
    assert tries(mutates=False, deadline_s=1.0).left_s(5.0) > 0


def test_a_call_has_its_bytes_and_its_id_before_the_first_send() -> None:
    call = _order_requests.commit("h_1", order_id="", request_id="")
    sent = pb.CommitRequest.FromString(call.bodies[0])
    assert re.fullmatch(r"[0-9a-f-]{36}", sent.request_id)
    assert (sent.hold_id, sent.order_id) == ("h_1", "o_1")
    assert call.mutates


def test_request_ids_are_uuids_in_the_order_of_time() -> None:
    ids = []
    for _ in range(20):
        ids.append(new_request_id())
        time.sleep(0.001)
    assert ids == sorted(ids)
    assert {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in ids} == {
        (4, uuid.RFC_4122)
    }
    assert len({one[-12:] for one in ids}) == 20


def test_an_answer_that_is_no_message_is_a_fault_of_the_server() -> None:
    call = Call("/x", (b"",), pb.CommitResponse.FromString)
    with pytest.raises(shipfrom.ServerFault):
        call.answer(b"\xff\xff\xff")


def test_a_hold_request_says_everything_that_was_asked() -> None:
    order = (
        (Line("A", 2),),
        Destination("10001", residential=True),
        Routing(objective="fewest-shipments", max_shipments=2, line_split="never"),
    )
    call = _requests.hold(
        order,
        accept=Accept(shipfrom.Money(1184, "USD"), None),
        ttl=timedelta(minutes=10),
        hold_id="",
        order_ref="web-1",
    )
    sent = pb.HoldRequest.FromString(call.bodies[0])
    assert re.fullmatch(r"h_[0-9a-z]{26}", sent.hold_id)
    assert [(line.sku, line.quantity) for line in sent.lines] == [("A", 2)]
    assert sent.routing.objective == 3
    assert sent.routing.line_split == 2
    assert (sent.accept.cost_max.units, sent.accept.cost_max.nanos) == (11, 840000000)
    assert not sent.accept.HasField("promise_by")
    assert sent.ttl.seconds == 600
    assert sent.ship_to.residential


@pytest.mark.parametrize(
    ("word", "suggestion"), [("cheepest", "CHEAPEST"), ("zzz", "use one of")]
)
def test_an_unknown_word_is_refused_with_the_nearest(
    word: str, suggestion: str
) -> None:
    with pytest.raises(shipfrom.InvalidField) as caught:
        _requests.quote(
            ({"A": 1}, "10001", Routing(objective=word)), options=True, explain=False
        )
    assert caught.value.violations[0].field == "routing.objective"
    assert suggestion in caught.value.next_step


@pytest.mark.parametrize("quantity", [2**40, 1.5, "two"])
def test_a_quantity_that_does_not_fit_is_refused_before_the_send(
    quantity: object,
) -> None:
    lines = [Line("A", 1), Line("B", quantity)]  # type: ignore[arg-type]  # on purpose
    with pytest.raises(shipfrom.InvalidField, match=r"lines\[1\].quantity"):
        _requests.quote((lines, "10001", Routing()), options=True, explain=False)


@pytest.mark.parametrize(
    ("ttl", "seconds"),
    [("90s", 90), ("10m", 600), ("1h", 3600), (5, 5), (timedelta(seconds=7), 7)],
)
def test_a_ttl_is_read_in_every_form(ttl: str | int | timedelta, seconds: int) -> None:
    assert _core.ttl_of(ttl).total_seconds() == seconds


@pytest.mark.parametrize("ttl", ["10", "m", "1.5h", "-3m", "10 minutes", ""])
def test_a_ttl_that_is_none_is_refused(ttl: str) -> None:
    with pytest.raises(shipfrom.InvalidField, match="ttl"):
        _core.ttl_of(ttl)


def test_a_keep_alive_goes_at_half_the_ttl_for_half_an_hour() -> None:
    pause_s = _core.keep_alive_pause_s
    assert pause_s(600, elapsed_s=0, failed=False) == 300
    assert pause_s(600, elapsed_s=300, failed=True) == 75
    assert pause_s(600, elapsed_s=1800, failed=False) is None


def test_ids_are_ordered_by_time_and_never_the_same() -> None:
    early, late = _core.new_id("h_", now_s=1.0), _core.new_id("h_", now_s=2.0)
    assert early < late
    assert len({_core.new_id("h_", now_s=1.0) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("given", "environment", "expected"),
    [
        (None, "", ("localhost:7350", False)),
        (None, "router:7350", ("router:7350", False)),
        ("a:1", "router:7350", ("a:1", False)),
        ("https://a:1/", "", ("a:1", True)),
        ("http://a:1", "", ("a:1", False)),
    ],
)
def test_the_address_comes_from_the_argument_then_the_environment(
    monkeypatch: pytest.MonkeyPatch,
    given: str | None,
    environment: str,
    expected: tuple[str, bool],
) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", environment)
    assert _core.address_of(given) == expected


def test_a_write_to_a_name_that_nobody_has_certainly_had_no_effect() -> None:
    said = (
        "errors resolving nowhere:7350: [address lookup failed: Domain name not found]"
    )
    failure = Failure("UNAVAILABLE", said, address="nowhere:7350")
    assert not failure.may_have_effect
    error = error_of(failure, unsure=failure.may_have_effect)
    assert isinstance(error, shipfrom.Unavailable)
    assert error.message == (
        "no server answers at nowhere:7350: no machine has this name"
    )
