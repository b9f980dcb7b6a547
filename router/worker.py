"""One server process: an application, its fronts, its background loops, its end.

The end is the hard part. Probes hear NOT_SERVING first, then balancers get time to
notice, then new calls are refused with UNAVAILABLE while those in progress finish, and
only then do the ports close and the writer commit its last batch.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Protocol, Self

import grpc

from router import log
from router.metrics import ProcessFigures, exposition
from router.rpc.bridge import bridge, metrics_app
from router.rpc.fronts import Front
from router.rpc.handlers import Core
from router.rpc.health import Health
from router.rpc.methods import methods_of
from router.rpc.web import WebServer, bind
from router.settings import Settings, SettingsError
from router.sweeper import Sweeper, Swept

# After the core has drained, a transport has only its last bytes to send.
CLOSE_GRACE_S = 1.0


class Application(Swept, Protocol):
    """What a worker serves; `router.app.App` in production."""

    @property
    def services(self) -> Mapping[str, object]: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """The three ports of a worker; 0 picks a free one."""

    grpc: int
    http: int
    metrics: int


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a worker listens, as host:port."""

    grpc: str
    http: str
    metrics: str


class Worker:
    """Serves an application until it is drained.

    Args:
        ports: instead of those of the settings, when a parent picked them.
    """

    def __init__(
        self, app: Application, settings: Settings, *, ports: Ports | None = None
    ) -> None:
        self.figures = ProcessFigures()
        self.health = Health()
        self._app = app
        self._settings = settings
        self._ports = ports or ports_of(settings)
        self._share = settings.workers > 1
        self.core = Core(
            methods_of(app.services, self.figures),
            calls_max=settings.calls_max,
            deadline_required=settings.deadline_required,
            log_call_every=settings.log_call_every,
            has_siblings=self._share,
        )
        self._front = Front(
            settings.front, self.core, self.health, share_port=self._share
        )
        self._sweeper = Sweeper(app, self.health, self.figures, rng=Random())
        self._webs: list[WebServer] = []

    async def start(self) -> Addresses:
        """Listen everywhere; the answer names the ports."""
        addresses = self._listen()
        await self._sweeper.look()
        await self._front.start()
        for web in self._webs:
            await web.start()
        self._sweeper.start()
        return addresses

    async def drain(self, *, notice_s: float = 0.0, grace_s: float = 25.0) -> None:
        """End in order, losing no call that was taken. The application stays open."""
        self.health.drain()
        await asyncio.sleep(notice_s)
        if not await self.core.drained(grace_s):
            log.get().warning("drain.cut", calls=self.core.in_progress)
        await asyncio.gather(
            self._front.stop(CLOSE_GRACE_S),
            *(web.stop(CLOSE_GRACE_S) for web in self._webs),
        )
        await self._sweeper.stop()

    async def __aenter__(self) -> Self:
        self.addresses = await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.drain()

    def _listen(self) -> Addresses:
        host, settings = self._settings.host, self._settings
        try:
            grpc_port = self._front.listen(
                _address(host, self._ports.grpc), _credentials(settings)
            )
            http = bind(host, self._ports.http, share_port=self._share)
            metrics = bind("127.0.0.1", self._ports.metrics, share_port=False)
        except (OSError, RuntimeError) as taken:
            raise SettingsError(
                f"cannot listen on {host}, ports {self._ports.grpc}, "
                f"{self._ports.http}, {self._ports.metrics}: {taken}. "
                "Choose others with --port, 0 for free ones"
            ) from taken
        self._webs = [
            WebServer(
                bridge(self.core, self.health), http, tls_files=_tls_files(settings)
            ),
            WebServer(
                metrics_app(lambda: exposition(self.figures), self.health), metrics
            ),
        ]
        return Addresses(
            grpc=_address(host, grpc_port),
            http=_address(host, http.getsockname()[1]),
            metrics=_address("127.0.0.1", metrics.getsockname()[1]),
        )


def ports_of(settings: Settings, *, index: int = 0) -> Ports:
    """The ports of worker number `index`: shared, but each its own for metrics."""
    metrics = settings.metrics_port and settings.metrics_port + index
    return Ports(settings.port, settings.http_port, metrics)


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _tls_files(settings: Settings) -> tuple[Path, Path, Path | None] | None:
    if settings.tls_cert_file is None or settings.tls_key_file is None:
        return None
    return settings.tls_cert_file, settings.tls_key_file, settings.tls_client_ca_file


def _credentials(settings: Settings) -> grpc.ServerCredentials | None:
    files = _tls_files(settings)
    if files is None:
        return None
    certificate, key, client_ca = files
    return grpc.ssl_server_credentials(
        [(key.read_bytes(), certificate.read_bytes())],
        root_certificates=client_ca.read_bytes() if client_ca else None,
        require_client_auth=client_ca is not None,
    )
