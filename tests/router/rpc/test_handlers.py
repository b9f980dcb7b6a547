"""The handler core alone: bounds and deadlines to the millisecond."""

import asyncio
import time
from datetime import timedelta

import pytest
import structlog
from scripted_app import ScriptedApp
from structlog.testing import capture_logs
from test_wire import hold, quote

from router.metrics import ProcessFigures
from router.rpc.handlers import Core
from router.rpc.methods import methods_of
from router.rpc.status import Failure
from router.settings import Settings
from router.worker import Worker


@pytest.fixture(autouse=True)
def told_everything():
    """Lines of every call, as an operator sees them."""
    level = structlog.make_filtering_bound_logger(20)
    structlog.configure(wrapper_class=level)
    yield
    structlog.reset_defaults()


@pytest.fixture
def app():
    return ScriptedApp()


@pytest.fixture
def core(app):
    return Core(methods_of(app.services, ProcessFigures()), log_call_every=0)


def method(core, name):
    return next(method for method in core.methods if method.name == name)


async def answered(core, name, request, *, seconds_left, enforced=True):
    result, _ = await core.answer(
        method(core, name),
        request.SerializeToString(),
        seconds_left=seconds_left,
        enforced=enforced,
    )
    return result


async def test_a_mutation_with_too_little_time_is_refused_before_it_starts(core, app):
    result = await answered(core, "Hold", hold("echo"), seconds_left=0.003)
    assert result.reason == "DEADLINE_TOO_SHORT"
    assert app.started == []


async def test_a_read_may_try_with_any_time(core):
    result = await answered(core, "Quote", quote("echo"), seconds_left=0.003)
    assert not isinstance(result, Failure)


async def test_the_core_ends_a_call_that_no_transport_ends(core):
    started = time.monotonic()
    result = await answered(
        core, "Quote", quote("sleep 5"), seconds_left=0.1, enforced=False
    )
    assert result.reason == "DEADLINE_EXCEEDED"
    assert time.monotonic() - started < 1


async def test_a_call_that_its_front_cancels_at_the_deadline_counts_as_late(core):
    call = asyncio.create_task(
        answered(core, "Quote", quote("sleep 5"), seconds_left=0.05)
    )
    await asyncio.sleep(0.08)
    call.cancel()
    assert (await call).reason == "DEADLINE_EXCEEDED"


async def test_a_drain_waits_for_calls_in_progress_and_refuses_others(core):
    slow = asyncio.create_task(
        answered(core, "Quote", quote("sleep 0.3"), seconds_left=5)
    )
    await asyncio.sleep(0.01)
    drained = asyncio.create_task(core.drained(5))
    await asyncio.sleep(0.01)
    refused = await answered(core, "Quote", quote("echo"), seconds_left=5)
    assert refused.reason == "DRAINING"
    assert refused.retry_after == timedelta(milliseconds=100)
    assert await drained
    assert slow.done()


async def test_a_drain_gives_up_after_its_grace(core):
    slow = asyncio.create_task(
        answered(core, "Quote", quote("sleep 30"), seconds_left=60)
    )
    await asyncio.sleep(0.01)
    assert not await core.drained(0.1)
    slow.cancel()
    await slow


async def test_a_refusal_is_logged_with_its_request_id_and_nothing_private(core):
    request = hold("NO_STOCK")
    request.ship_to.postal_code = "10001"
    with capture_logs() as lines:
        await answered(core, "Hold", request, seconds_left=5)
    [line] = lines
    assert line["request_id"] == request.request_id
    assert (line["event"], line["reason"]) == ("call.refused", "NO_STOCK")
    assert "10001" not in str(line)


async def test_answered_calls_are_logged_one_in_so_many(app):
    core = Core(methods_of(app.services, ProcessFigures()), log_call_every=3)
    with capture_logs() as lines:
        for _ in range(9):
            await answered(core, "Quote", quote("echo"), seconds_left=5)
    assert [line["event"] for line in lines] == ["call.answered"] * 3


async def test_failures_are_counted_by_reason(core):
    await answered(core, "Quote", quote("NO_STOCK"), seconds_left=5)
    await answered(core, "Quote", quote("echo"), seconds_left=5)
    figures = method(core, "Quote").figures
    assert figures.failures == {("FAILED_PRECONDITION", "NO_STOCK"): 1}
    assert sum(figures.counts) == 2


async def test_a_long_call_knows_whether_others_came_meanwhile(core):
    _, import_ = await core.answer(
        method(core, "Quote"),
        quote("echo").SerializeToString(),
        seconds_left=1,
        enforced=True,
    )
    alone = import_.arrived()
    await answered(core, "Quote", quote("echo"), seconds_left=1)
    assert import_.arrived() == alone + 1


async def test_who_has_siblings_never_knows_that_nobody_came(app):
    methods = methods_of(app.services, ProcessFigures())
    for has_siblings in (False, True):
        core = Core(methods, has_siblings=has_siblings)
        _, import_ = await core.answer(
            method(core, "Quote"),
            quote("echo").SerializeToString(),
            seconds_left=1,
            enforced=True,
        )
        assert import_.others_since(import_.arrived()) == has_siblings


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_worker_of_several_has_siblings(app, workers):
    settings = Settings(ledger_url="postgresql://db/stock", workers=workers, port=0)
    assert Worker(app, settings).core._has_siblings == (workers == 2)
