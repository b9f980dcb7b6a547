"""grpc.health.v1 for this process: is it alive, can it quote, can it hold?

Own code because the servicer of grpcio-health-checking forgets all watchers of a name
when one of them leaves. The name "" is liveness and depends on no store: an outage of
Redis or SQL must not become a storm of restarts.
"""

import asyncio
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

LIVE, QUOTE, HOLD = "", "quote", "hold"

_Status = health_pb2.HealthCheckResponse


class Health(health_pb2_grpc.HealthServicer):
    """What the probes are told; NOT_SERVING for good once the drain has begun."""

    def __init__(self) -> None:
        self._serving = {LIVE: True, QUOTE: False, HOLD: False}
        self._changed = asyncio.Event()
        self._draining = False

    def set(self, name: str, serving: bool) -> None:
        """Say whether `name` works; ignored once the drain has begun."""
        if not self._draining and self._serving[name] != serving:
            self._serving[name] = serving
            self._wake()

    def drain(self) -> None:
        """Tell every probe and watcher that no new calls should come here."""
        self._draining = True
        self._serving = dict.fromkeys(self._serving, False)
        self._wake()

    def is_serving(self, name: str) -> bool:
        """Whether `name` works."""
        return self._serving[name]

    async def Check(self, request: Any, context: Any) -> Any:
        """One probe; an unknown name is NOT_FOUND, as the protocol wants."""
        serving = self._serving.get(request.service)
        if serving is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, "unknown service name")
        return _answer(serving)

    async def Watch(self, request: Any, context: Any) -> None:
        """Every change of a name, from how it stands now."""
        told: object = self
        try:
            while True:
                changed = self._changed
                serving = self._serving.get(request.service)
                if serving is not told:
                    await context.write(_answer(serving))
                    told = serving
                await changed.wait()
        except asyncio.CancelledError:
            # The watcher left, or the server stops: its stream just ends.
            return

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def _answer(serving: bool | None) -> Any:
    if serving is None:
        return _Status(status=_Status.SERVICE_UNKNOWN)
    return _Status(status=_Status.SERVING if serving else _Status.NOT_SERVING)
