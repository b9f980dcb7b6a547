"""An HTTP server inside the worker's own event loop, started and stopped by it."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

_START_POLL_S = 0.002
# Above this many connections in progress new ones are answered 503.
_CONCURRENCY_MAX = 2_000


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the worker, which drains everything in order."""
        yield


class WebServer:
    """One HTTP application on one bound socket.

    Args:
        tls_files: certificate, key and optionally the authorities of client
            certificates; None for plain HTTP.
    """

    def __init__(
        self,
        app: Starlette,
        bound: socket.socket,
        *,
        tls_files: tuple[Path, Path, Path | None] | None = None,
    ) -> None:
        self._bound = bound
        certificate, key, client_ca = tls_files or (None, None, None)
        config = uvicorn.Config(
            app,
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            limit_concurrency=_CONCURRENCY_MAX,
            ssl_certfile=certificate,
            ssl_keyfile=key,
            ssl_ca_certs=str(client_ca) if client_ca else None,
            ssl_cert_reqs=ssl.CERT_REQUIRED if client_ca else ssl.CERT_NONE,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return when connections are taken."""
        self._task = asyncio.create_task(self._server.serve(sockets=[self._bound]))
        while not self._server.started:
            if self._task.done():
                await self._task
            await asyncio.sleep(_START_POLL_S)

    async def stop(self, grace_seconds: float) -> None:
        """Finish the calls in progress, within the grace, and close."""
        self._server.config.timeout_graceful_shutdown = max(1, round(grace_seconds))
        self._server.should_exit = True
        if self._task is not None:
            await self._task


def bind(host: str, port: int, *, share_port: bool) -> socket.socket:
    """A bound socket; `share_port` lets the other workers bind the same one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if share_port:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound
