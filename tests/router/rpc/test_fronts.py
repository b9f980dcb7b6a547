"""What only gRPC has, alike on both fronts."""

import asyncio

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from scripted_app import ScriptedApp
from test_wire import HOLD, QUOTE, busy, hold, quote, settled
from wires import CHECKOUT, FRONTS, GrpcWire, serving

from router.rpc.health import HOLD as CAN_HOLD
from router.settings import Settings
from router.worker import Worker

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


async def health_of(wire, name):
    stub = health_pb2_grpc.HealthStub(wire.channel)
    answer = await stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=5)
    return answer.status


async def test_health_names_liveness_quotes_and_holds(front):
    for name in ("", "quote", "hold"):
        assert await health_of(front, name) == SERVING
    with pytest.raises(grpc.aio.AioRpcError) as unknown:
        await health_of(front, "kitchen")
    assert unknown.value.code() is grpc.StatusCode.NOT_FOUND


async def test_liveness_does_not_depend_on_the_stores(front):
    front.app.stock.probe.ledger_ok = False
    await front.worker._sweeper.look()
    assert await health_of(front, "hold") == NOT_SERVING
    assert await health_of(front, "quote") == SERVING
    front.app.stock.probe.view_ok = False
    await front.worker._sweeper.look()
    assert await health_of(front, "quote") == NOT_SERVING
    assert await health_of(front, "") == SERVING


async def test_every_watcher_hears_a_change_even_after_another_left(front):
    stub = health_pb2_grpc.HealthStub(front.channel)
    asked = health_pb2.HealthCheckRequest(service="hold")
    one, other = stub.Watch(asked), stub.Watch(asked)
    assert (await one.read()).status == SERVING
    assert (await other.read()).status == SERVING
    one.cancel()
    await asyncio.sleep(0.05)
    front.worker.health.set(CAN_HOLD, False)
    assert (await asyncio.wait_for(other.read(), 5)).status == NOT_SERVING
    other.cancel()


async def test_reflection_lists_the_services_and_their_files(front):
    stub = reflection_pb2_grpc.ServerReflectionStub(front.channel)
    asked = [
        reflection_pb2.ServerReflectionRequest(list_services=""),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol=CHECKOUT),
    ]
    listed, file = [answer async for answer in stub.ServerReflectionInfo(iter(asked))]
    names = {service.name for service in listed.list_services_response.service}
    assert {CHECKOUT, "grpc.health.v1.Health"} <= names
    assert b"Quote" in file.file_descriptor_response.file_descriptor_proto[0]


async def test_a_cancelled_call_stops_its_flow(front):
    call = front.channel.unary_unary("/" + QUOTE)(
        quote("sleep 30").SerializeToString(), timeout=60
    )
    await busy(front)
    call.cancel()
    await settled(front)


async def test_unknown_fields_of_a_newer_client_are_ignored(front):
    newer = quote("echo").SerializeToString() + b"\xfa\x07\x03abc"
    assert (await front.call(QUOTE, newer, raw=True)).code == "OK"


async def test_a_hundred_connections_are_served(front):
    options = [("grpc.use_local_subchannel_pool", 1)]
    channels = [
        grpc.aio.insecure_channel(front.worker.addresses.grpc, options=options)
        for _ in range(100)
    ]
    payload = quote("echo").SerializeToString()
    calls = [channel.unary_unary("/" + QUOTE)(payload) for channel in channels]
    assert len(await asyncio.gather(*calls)) == 100
    for channel in channels:
        await channel.close()


@pytest.mark.parametrize("name", FRONTS)
async def test_a_drain_under_load_loses_no_call(name):
    app = ScriptedApp()
    worker = Worker(app, Settings(port=0, front=name))
    worker.addresses = await worker.start()
    wire = GrpcWire(worker)
    replies = []

    async def buyer():
        while True:
            reply = await wire.call(HOLD, hold("sleep 0.02"))
            replies.append(reply)
            if reply.code != "OK":
                return

    buyers = [asyncio.create_task(buyer()) for _ in range(32)]
    await asyncio.sleep(0.5)
    await worker.drain(notice_s=0.1)
    await asyncio.gather(*buyers)
    assert {reply.code for reply in replies} == {"OK", "UNAVAILABLE"}
    # Every hold that had its effect was also answered.
    answered = sum(reply.code == "OK" for reply in replies)
    assert answered == len(app.held) > 100
    await wire.close()


@pytest.mark.parametrize("name", FRONTS)
async def test_probes_hear_of_the_drain_before_calls_are_refused(name):
    async with serving(name) as wire:
        drain = asyncio.create_task(wire.worker.drain(notice_s=0.5))
        await asyncio.sleep(0.1)
        assert await health_of(wire, "") == NOT_SERVING
        assert (await wire.call(QUOTE, quote("echo"))).code == "OK"
        await drain
