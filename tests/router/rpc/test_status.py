"""One table: every refusal has a row, every status an HTTP code."""

import re
from datetime import timedelta

import pytest
from google.rpc import error_details_pb2 as details
from structlog.testing import capture_logs

import router.rpc.refusals
from inventory import errors
from inventory.errors import FieldViolation, InvalidField, Refusal
from router.rpc import status


def refusal_classes(kind=Refusal):
    for below in kind.__subclasses__():
        if below.__module__.split(".")[0] in ("inventory", "router", "allocation"):
            yield below
            yield from refusal_classes(below)


def unpacked(failure, kind):
    for packed in failure.status.details:
        detail = kind()
        if packed.Unpack(detail):
            return detail
    return None


def test_every_refusal_has_a_row():
    missing = {kind.__name__ for kind in refusal_classes() if kind not in status.STATUS}
    assert missing == set()


def test_every_reason_names_one_cause_in_capitals():
    reasons = [kind.reason for kind in status.STATUS]
    assert len(set(reasons)) == len(reasons)
    assert all(re.fullmatch(r"[A-Z][A-Z_]{1,62}", reason) for reason in reasons)


def test_every_status_has_an_http_code():
    assert {status.HTTP[code] for code in status.STATUS.values()}


def test_a_refusal_without_a_row_is_a_bug_and_says_nothing():
    class Forgotten(errors.Refusal):
        reason = "FORGOTTEN"

    failure = status.failure_of(Forgotten("the secret"))
    assert failure.reason == "INTERNAL"
    assert "the secret" not in failure.status.message


def test_details_fit_into_trailers_however_much_is_wrong():
    wrong = [
        FieldViolation(f"lines[{n}].sku", "x" * 500, "y" * 500) for n in range(500)
    ]
    refusal = InvalidField(wrong)
    refusal.metadata |= {"long": "z" * 5_000}
    failure = status.failure_of(refusal)
    assert failure.status.ByteSize() < 6_000
    bad = unpacked(failure, details.BadRequest)
    assert len(bad.field_violations) == status.VIOLATIONS_MAX


def test_a_refusal_keeps_its_own_time_to_come_back():
    busy = errors.Overloaded("Busy.", retry_after=timedelta(seconds=3))
    failure = status.failure_of(busy)
    assert unpacked(failure, details.RetryInfo).retry_delay.seconds == 3
    assert ("grpc-retry-pushback-ms", "3000") in failure.trailers(pushback=True)
    assert len(failure.trailers(pushback=False)) == 1


async def test_an_unexpected_error_is_logged_with_its_traceback():
    async def broken():
        raise ZeroDivisionError("planted")

    with capture_logs() as lines:
        failure = await status.outcome(broken())
    [line] = lines
    info = unpacked(failure, details.ErrorInfo)
    assert line["error_id"] == info.metadata["errorId"]
    assert "planted" in str(line["exc_info"])
    assert "planted" not in str(failure)


@pytest.mark.parametrize(
    ("kind", "http"),
    [
        (errors.OrderNotFound, 404),
        (errors.IdReused, 409),
        (errors.NoStock, 400),
        (errors.StockChanged, 409),
        (errors.StorageUnavailable, 503),
        (errors.DeadlineTooShort, 504),
        (router.rpc.refusals.UnknownMethod, 404),
    ],
)
def test_http_follows_the_status(kind, http):
    assert status.failure_of(kind("no")).http_status == http
