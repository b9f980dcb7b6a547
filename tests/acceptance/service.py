"""The server that a replay talks to: the real one, in this process, with our clock."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib import import_module

import grpc.aio
from google.type import money_pb2

from shipfrom import testing
from shipfrom.v1 import network_service_pb2

from .calls import Api, Server, ask
from .names import Names

AGAIN = {
    "methodConfig": [
        {
            "name": [{}],
            "retryPolicy": {
                "maxAttempts": 5,
                "initialBackoff": "0.05s",
                "maxBackoff": "1s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}
"""UNAVAILABLE is worth another try, as any gRPC client would; writes keep their ids."""


class MovedServer:
    """A test server behind what the adapter needs of it."""

    def __init__(self, server: testing.Server) -> None:
        self._server = server

    async def advance(self, seconds: float) -> None:
        """Let time pass; the server ends the holds that are over."""
        span = timedelta(seconds=seconds)
        await asyncio.to_thread(self._server.clock.advance, span)

    async def settle(self) -> None:
        """Run the server's reaper, serve who waits and learn, as it does by itself."""
        app = self._server.app
        for work in (app.sweep, app.serve, app.learn):
            await asyncio.to_thread(lambda work=work: self._server.run(work()))


@asynccontextmanager
async def service() -> AsyncIterator[tuple[Api, Server]]:
    """An empty server in which carriage is free: no case says what it costs."""
    # The first import on a machine compiles the solvers: longer than a start may take.
    await asyncio.to_thread(import_module, "router.app")
    server = testing.Server(empty=True)
    await asyncio.to_thread(server.start)
    try:
        options = [("grpc.service_config", json.dumps(AGAIN))]
        async with grpc.aio.insecure_channel(server.address, options) as channel:
            api = Api(channel)
            await _put_free_lane(api)
            yield api, MovedServer(server)
    finally:
        await asyncio.to_thread(server.stop)


async def _put_free_lane(api: Api) -> None:
    free = money_pb2.Money(currency_code="USD")
    lane = network_service_pb2.Lane(
        lane_id="free", service="GROUND", zone=1, base=free, step=free, transit_days=1
    )
    request = network_service_pb2.UpsertLanesRequest(
        request_id=Names("service").request_id("lane"), lanes=[lane]
    )
    await ask(api.network.UpsertLanes, request)
