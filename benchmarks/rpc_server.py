"""The servers that `benchmarks.rpc` measures, each a process of its own.

`echo` is the least a gRPC method can do: parse the request, serialise an answer of the
same size as the real one. `empty` does not even that. `app` is Shipfrom itself.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import uvloop
from google.protobuf import empty_pb2

from router import memory
from router.rpc.fronts import FrontName, bare_server
from router.server import running
from router.settings import Settings
from shipfrom.v1 import checkout_service_pb2 as checkout

SERVICE = "benchmark.Echo"


def echo_of(answer: Any) -> Callable[[Any, Any], Awaitable[Any]]:
    """A handler that always gives the same answer."""

    async def handle(request: Any, context: Any) -> Any:
        return answer

    return handle


async def serve_echo(front: FrontName, *, quote_bytes: int, hold_bytes: int) -> None:
    """Serve Quote- and Hold-shaped echoes and an empty one on a bare front."""
    padded = checkout.QuoteResponse(explanation={"verdict": "x" * (quote_bytes - 6)})
    held = checkout.HoldResponse(hold_id="x" * (hold_bytes - 3))
    handlers: dict[str, tuple[Any, Any]] = {
        "Empty": (empty_pb2.Empty, empty_pb2.Empty()),
        "Quote": (checkout.QuoteRequest, padded),
        "Hold": (checkout.HoldRequest, held),
    }
    made = {
        name: grpc.unary_unary_rpc_method_handler(
            echo_of(answer),
            request_deserializer=request.FromString,
            response_serializer=type(answer).SerializeToString,
        )
        for name, (request, answer) in handlers.items()
    }
    server = bare_server(front)
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(SERVICE, made),)
    )
    server.add_registered_method_handlers(SERVICE, made)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    _ready(port)
    await server.wait_for_termination()


async def serve_app(front: FrontName, ledger_url: str, view_url: str) -> None:
    """Serve Shipfrom."""
    settings = Settings(port=0, front=front, ledger_url=ledger_url, log_call_every=0)
    # As `serve` does.
    memory.keep_pages()
    async with running(settings, view_url) as worker:
        memory.forget_the_start()
        _ready(int(worker.addresses.grpc.rpartition(":")[2]))
        await asyncio.Event().wait()


def _ready(port: int) -> None:
    print(json.dumps({"port": port}), flush=True)


def main() -> None:
    """Serve what the one JSON argument says, pinned to its core if it has one."""
    orders = json.loads(sys.argv[1])
    if "core" in orders and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {orders["core"]})
    if orders["what"] == "app":
        uvloop.run(serve_app(orders["front"], orders["ledger_url"], orders["view_url"]))
    else:
        sizes = {name: orders[name] for name in ("quote_bytes", "hold_bytes")}
        uvloop.run(serve_echo(orders["front"], **sizes))


if __name__ == "__main__":
    main()
