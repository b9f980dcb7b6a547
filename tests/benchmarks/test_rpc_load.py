"""The load generator counts what the server answered."""

import asyncio

import grpc
import pytest

from benchmarks.rpc_load import drive
from router.rpc.fronts import bare_server


async def served(front, answer):
    async def handle(request, context):
        return await answer(request, context)

    handlers = {"Say": grpc.unary_unary_rpc_method_handler(handle)}
    server = bare_server(front)
    generic = grpc.method_handlers_generic_handler("test.Echo", handlers)
    server.add_generic_rpc_handlers((generic,))
    server.add_registered_method_handlers("test.Echo", handlers)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, port


async def driven(port):
    return await drive(
        ("127.0.0.1", port),
        "/test.Echo/Say",
        lambda: b"hello",
        outstanding=16,
        connections=4,
        seconds=0.3,
    )


@pytest.mark.parametrize("front", ["native", "grpcio"])
async def test_every_answer_is_counted_once(front):
    calls = 0

    async def answer(request, context):
        nonlocal calls
        calls += 1
        assert request == b"hello"
        await asyncio.sleep(0)
        return b"there"

    server, port = await served(front, answer)
    tally = await driven(port)
    await server.stop(None)
    assert tally.failures == 0
    assert len(tally.latencies_s) == calls > 100
    assert all(0 < seconds < 1 for seconds in tally.latencies_s)


@pytest.mark.parametrize("front", ["native", "grpcio"])
async def test_a_refusal_is_no_answer(front):
    async def answer(request, context):
        await context.abort(grpc.StatusCode.ABORTED, "no")

    server, port = await served(front, answer)
    tally = await driven(port)
    await server.stop(None)
    assert tally.latencies_s == []
    assert tally.failures > 10
