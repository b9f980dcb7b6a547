"""Calls that must go alike on both gRPC fronts and on JSON."""

import asyncio
import time
from uuid import uuid4

import pytest
from google.rpc import error_details_pb2 as details
from wires import CHECKOUT, INVENTORY, WIRES, serving

from inventory.errors import InvalidField
from router.rpc import refusals, status
from shipfrom.v1 import checkout_service_pb2 as checkout
from shipfrom.v1 import inventory_service_pb2 as inventory

QUOTE, HOLD = CHECKOUT + "/Quote", CHECKOUT + "/Hold"
IMPORT = INVENTORY + "/ImportStock"

# Those come only from the rim itself, below, and have their own tests.
OF_THE_RIM = {refusals.CallCancelled, refusals.UnknownMethod, refusals.ForeignOrigin}
REASONS = sorted(kind.reason for kind in status.STATUS if kind not in OF_THE_RIM)


def quote(script):
    return checkout.QuoteRequest(lines=[{"sku": script, "quantity": 1}])


def hold(script):
    return checkout.HoldRequest(request_id=str(uuid4()), hold_id="h1", order_ref=script)


async def test_a_call_is_answered(wire):
    reply = await wire.call(QUOTE, quote("echo"))
    assert reply.code == "OK"
    assert reply.answer.degraded


async def test_every_refusal_keeps_its_status_and_details(wire):
    for reason in REASONS:
        await refused_as(wire, reason)


async def refused_as(wire, reason):
    kind = next(kind for kind in status.STATUS if kind.reason == reason)
    reply = await wire.call(QUOTE, quote(reason))
    assert reply.code == status.STATUS[kind].name
    [info] = reply.detail(details.ErrorInfo)
    assert (info.reason, info.domain) == (reason, "shipfrom")
    assert reply.message.startswith(reason + ": ")
    assert "\nNext: " in reply.message
    named = bool(reply.detail(details.BadRequest))
    assert named == issubclass(kind, InvalidField)
    again = bool(reply.detail(details.RetryInfo))
    assert again == (reply.code in {"RESOURCE_EXHAUSTED", "UNAVAILABLE"})
    broken = bool(reply.detail(details.PreconditionFailure))
    assert broken == (reply.code == "FAILED_PRECONDITION")


async def test_a_wrong_field_is_named_with_its_path_and_a_suggestion(wire):
    reply = await wire.call(QUOTE, quote("INVALID_FIELD"))
    [bad] = reply.detail(details.BadRequest)
    [violation] = bad.field_violations
    assert violation.field == "lines[0].sku"
    assert violation.description == "is unknown. did you mean B?"


async def test_an_overload_says_when_to_come_back(wire):
    reply = await wire.call(QUOTE, quote("retry"))
    [info] = reply.detail(details.RetryInfo)
    assert info.retry_delay.ToMilliseconds() == 250
    if "http-status" not in reply.headers:
        pushback = reply.headers.get("grpc-retry-pushback-ms", "250")
        assert pushback == "250"


async def test_a_bug_shows_a_number_and_no_details(wire, capsys):
    reply = await wire.call(QUOTE, quote("bug"))
    assert reply.code == "INTERNAL"
    [info] = reply.detail(details.ErrorInfo)
    assert info.metadata["errorId"].startswith("e_")
    assert "secret-of-the-house" not in str(reply)


async def test_a_cancellation_inside_the_server_leaves_no_caller_waiting(wire):
    reply = await wire.call(QUOTE, quote("cancel"))
    assert reply.code == "CANCELLED"
    [info] = reply.detail(details.ErrorInfo)
    assert info.reason == "CANCELLED"


async def test_a_replayed_answer_is_marked(wire):
    reply = await wire.call(QUOTE, quote("replayed"))
    assert reply.headers["shipfrom-replayed"] == "true"
    assert "shipfrom-replayed" not in (await wire.call(QUOTE, quote("echo"))).headers


async def test_a_deadline_ends_a_call(wire):
    started = time.monotonic()
    reply = await wire.call(QUOTE, quote("sleep 5"), seconds=0.2)
    assert reply.code == "DEADLINE_EXCEEDED"
    assert time.monotonic() - started < 2
    await settled(wire)


async def test_the_flow_sees_the_callers_deadline(wire):
    before = time.monotonic()
    reply = await wire.call(QUOTE, quote("deadline"), seconds=3.0)
    left = float(reply.answer.explanation.verdict) - before
    assert 2.5 < left < 3.5


@pytest.mark.parametrize("asked", [None, 60.0])
async def test_no_call_gets_more_than_ten_seconds(wire, asked):
    before = time.monotonic()
    reply = await wire.call(QUOTE, quote("deadline"), seconds=asked)
    assert 9.0 < float(reply.answer.explanation.verdict) - before < 10.5


@pytest.mark.parametrize("name", WIRES)
async def test_a_mutation_without_a_deadline_is_refused_where_settings_say_so(name):
    async with serving(name, deadline_required=True) as wire:
        refused = await wire.call(HOLD, hold("echo"), seconds=None)
        assert refused.code == "INVALID_ARGUMENT"
        assert "grpc-timeout" in refused.message
        assert wire.app.held == []
        assert (await wire.call(HOLD, hold("echo"))).code == "OK"
        assert (await wire.call(QUOTE, quote("echo"), seconds=None)).code == "OK"


async def test_a_client_stream_is_read_to_its_end(wire):
    rows = [{"sku": "A", "node_id": "n", "on_hand": 1}] * 3
    messages = [inventory.ImportStockRequest(rows=rows)] * 4
    reply = await wire.stream(IMPORT, messages)
    assert reply.answer.accepted == 12


async def test_a_refusal_inside_a_client_stream_ends_it(wire):
    good, bad = ([{"sku": sku, "node_id": "n"}] for sku in ("A", "bad"))
    messages = [inventory.ImportStockRequest(rows=rows) for rows in (good, bad, good)]
    reply = await wire.stream(IMPORT, messages)
    assert reply.code == "NOT_FOUND"


async def test_an_unknown_method_is_unimplemented(wire):
    reply = await wire.call(CHECKOUT + "/Steal", b"{}", raw=True)
    assert reply.code == "UNIMPLEMENTED"


async def test_a_request_beyond_256_kb_is_refused(wire):
    reply = await wire.call(QUOTE, quote("x" * 300_000))
    assert reply.code == "RESOURCE_EXHAUSTED"
    assert refused_for(reply) == "MESSAGE_TOO_LARGE"
    assert "larger than 262,144 bytes" in reply.message
    assert wire.app.started == []
    assert (await wire.call(QUOTE, quote("echo"))).code == "OK"


async def test_one_large_message_of_a_stream_is_refused_with_details(wire):
    messages = [
        inventory.ImportStockRequest(rows=[{"sku": "A" * size, "node_id": "n"}])
        for size in (10, 300_000)
    ]
    reply = await wire.stream(IMPORT, messages)
    assert reply.code == "RESOURCE_EXHAUSTED"
    assert refused_for(reply) == "MESSAGE_TOO_LARGE"


async def test_a_request_of_many_megabytes_is_refused_and_leaves_the_server_well(wire):
    # The transport of gRPC throws the bytes away itself and has no details to give.
    reply = await wire.call(QUOTE, quote("x" * 9_000_000))
    assert reply.code == "RESOURCE_EXHAUSTED"
    assert wire.app.started == []
    assert (await wire.call(QUOTE, quote("echo"))).code == "OK"


async def test_an_answer_beyond_1_mb_is_refused_with_details(wire):
    reply = await wire.call(QUOTE, quote("big 1100000"))
    assert reply.code == "RESOURCE_EXHAUSTED"
    [info] = reply.detail(details.ErrorInfo)
    assert info.reason == "MESSAGE_TOO_LARGE"
    assert (await wire.call(QUOTE, quote("big 1000000"))).code == "OK"


@pytest.mark.parametrize("name", WIRES)
async def test_calls_beyond_the_bound_are_shed(name):
    async with serving(name, calls_max=1) as wire:
        slow = asyncio.create_task(wire.call(QUOTE, quote("sleep 0.5")))
        await busy(wire)
        shed = await wire.call(QUOTE, quote("echo"))
        assert shed.code == "RESOURCE_EXHAUSTED"
        [info] = shed.detail(details.ErrorInfo)
        assert info.reason == "OVERLOADED"
        assert (await slow).code == "OK"


async def test_text_that_is_not_utf_8_is_refused_by_its_field(wire):
    if type(wire).__name__ == "JsonWire":
        reply = await wire.call(QUOTE, b'{"lines":[{"sku":"\xff"}]}', raw=True)
        assert "body" in reply.message
    else:
        line = b"\x0a\x02\xff\xfe"
        good = b"\x0a\x03\x0a\x01A"
        broken = good + b"\x0a" + bytes([len(line)]) + line
        reply = await wire.call(QUOTE, broken, raw=True)
        assert "lines[1].sku" in reply.message
    assert reply.code == "INVALID_ARGUMENT"


def refused_for(reply):
    [info] = reply.detail(details.ErrorInfo)
    return info.reason


async def settled(wire):
    """No call may be left over once its caller is gone."""
    for _ in range(200):
        if not wire.worker.core.in_progress:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("a call is still in progress")


async def busy(wire):
    """The server is at work on a call."""
    for _ in range(200):
        if wire.worker.core.in_progress:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("no call arrived")
