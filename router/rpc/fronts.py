"""Two interchangeable gRPC fronts with the API of grpc.aio behind one setting.

`grpcio` is the reference and the one that speaks TLS. `native` (pygrpc-native: HTTP/2
in Rust, outside the GIL) answers several times the calls per core, on loopback or
behind a proxy that ends TLS. The flows cannot tell them apart; the same wire tests run
on both. Client streams and reflection of the native front go through a grpcio server
behind it, so both fronts are always configured alike.
"""

import os
from collections.abc import Awaitable, Callable
from typing import Any, Literal, cast

# grpcio 1.80 and later poll through an engine that costs a quarter more CPU a call on
# an asyncio server. Read once, when grpcio starts; an operator's own choice wins.
os.environ.setdefault("GRPC_EXPERIMENTS", "-event_engine_listener")

import grpc
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from router.rpc.handlers import (
    ANSWER_BYTES_MAX,
    Core,
    Payloads,
)
from router.rpc.health import Health
from router.rpc.methods import Method
from router.rpc.status import Failure

FrontName = Literal["native", "grpcio"]
Answering = Callable[[Payloads, Any], Awaitable[bytes | None]]

# What grpcio reports when the call has no deadline is centuries away.
_NO_DEADLINE_S = 1e9

# More than a worker takes in (calls_max), so that a busy connection is told OVERLOADED
# with a time to come back and not cut off by HTTP/2 without a word.
STREAMS_MAX = 4_096

# The core refuses what is above its own limit, with details; above this one, gRPC's
# usual limit, the transport does not take the bytes and has no details to send.
RECEIVED_BYTES_MAX = 4 * 1024 * 1024

_OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.max_receive_message_length", RECEIVED_BYTES_MAX),
    # The core refuses larger answers itself, with details; this is the second fence.
    ("grpc.max_send_message_length", ANSWER_BYTES_MAX + 1024),
    ("grpc.max_concurrent_streams", STREAMS_MAX),
    ("grpc.max_metadata_size", 8 * 1024),
    ("grpc.absolute_max_metadata_size", 16 * 1024),
    # A client that vanished without a word is noticed within 80 s.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 0),
    ("grpc.http2.min_ping_interval_without_data_ms", 60_000),
)

# Only grpcio can close connections by age, which spreads them anew over the routers
# behind a balancer that knows connections but not calls.
_AGE_OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.max_connection_age_ms", 30 * 60_000),
    ("grpc.max_connection_age_grace_ms", 30_000),
)


class FrontUnavailable(Exception):
    """The front that the settings ask for cannot be had."""


class Front:
    """One gRPC port with all services, health and reflection."""

    def __init__(
        self,
        name: FrontName,
        core: Core,
        health: Health,
        *,
        share_port: bool = False,
    ) -> None:
        self._server = bare_server(name, share_port=share_port)
        # The native front lets nobody send keys of gRPC's own; RetryInfo says the same.
        services = _add_services(self._server, core, pushback=name == "grpcio")
        add_health: Any = health_pb2_grpc.add_HealthServicer_to_server
        add_health(health, self._server)
        known = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
        reflect: Any = reflection.enable_server_reflection
        reflect((*services, known, reflection.SERVICE_NAME), self._server)

    def listen(
        self, address: str, credentials: grpc.ServerCredentials | None = None
    ) -> int:
        """Bind `address` (host:port, port 0 for a free one) and answer the port."""
        if credentials is None:
            return self._server.add_insecure_port(address)
        return self._server.add_secure_port(address, credentials)

    async def start(self) -> None:
        """Answer calls from here on."""
        await self._server.start()

    async def stop(self, grace_seconds: float) -> None:
        """Take no new calls, give those in progress `grace_seconds`, then cut."""
        await self._server.stop(grace_seconds)


def bare_server(name: FrontName, *, share_port: bool = False) -> aio.Server:
    """A server of that kind with our limits and nothing on it yet."""
    options = [*_OPTIONS, ("grpc.so_reuseport", int(share_port))]
    if name == "grpcio":
        return aio.server(options=[*options, *_AGE_OPTIONS])
    try:
        # By its full name: `from pygrpc_native import aio` recurses for ever in 0.5.0.
        import pygrpc_native.aio as native
    except ImportError as missing:
        raise FrontUnavailable(
            'front = "native" needs the package pygrpc-native: install '
            'shipfrom-server[fast], or set front = "grpcio".'
        ) from missing
    server: aio.Server = native.server(options=options)
    return server


def _add_services(server: aio.Server, core: Core, *, pushback: bool) -> tuple[str, ...]:
    services: dict[str, dict[str, Any]] = {}
    for method in core.methods:
        answering = _answering(core, method, pushback=pushback)
        services.setdefault(method.service, {})[method.name] = _handler(
            method, answering
        )
    for service, handlers in services.items():
        # grpcio looks at the generic handlers, the native front at the registered ones.
        generic = grpc.method_handlers_generic_handler(service, handlers)
        server.add_generic_rpc_handlers((generic,))
        server.add_registered_method_handlers(service, handlers)
    return tuple(services)


def _handler(method: Method, answering: Answering) -> "grpc.RpcMethodHandler[Any, Any]":
    # Bytes in and out: the core decodes, so that a broken message is INVALID_ARGUMENT
    # with the field's path rather than INTERNAL.
    if method.streams_in:
        return grpc.stream_unary_rpc_method_handler(answering)
    if method.streams_out:
        return grpc.unary_stream_rpc_method_handler(answering)
    return grpc.unary_unary_rpc_method_handler(answering)


def _answering(core: Core, method: Method, *, pushback: bool) -> Answering:
    async def handle(payload: Payloads, context: Any) -> bytes | None:
        left: float | None = context.time_remaining()
        if left is not None and left > _NO_DEADLINE_S:
            left = None
        result, call = await core.answer(
            method, payload, seconds_left=left, enforced=True, send=context.write
        )
        if isinstance(result, Failure):
            trailers = result.trailers(pushback=pushback)
            await context.abort(result.code, result.status.message, trailers)
        if call.trailers:
            context.set_trailing_metadata(tuple(call.trailers.items()))
        return None if method.streams_out else cast("bytes", result)

    return handle
