"""The parent of several workers: spawn, watch, replace, stop.

A worker reads its orders as one JSON line on stdin and answers one line on stdout when
it listens. The open stdin is also its lifeline: when the parent dies, however, the
worker reads the end of the file and drains, so no orphan keeps the port.
"""

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from time import monotonic

from router import log
from router.rpc.web import bind
from router.settings import Settings, SettingsError
from router.worker import Addresses, Ports, ports_of

# The first start on a machine compiles the solvers. One that died is noticed at once.
READY_SECONDS_MAX = 300.0
# A worker that cannot live is not restarted for ever.
RESTARTS_MAX, RESTARTS_WINDOW_S = 5, 60.0
RESTART_PAUSE_S = 0.5


class Supervisor:
    """Keeps `settings.workers` processes alive until told to stop."""

    def __init__(self, settings: Settings, view_url: str | None, *, app: str) -> None:
        self._settings = settings
        self._view_url = view_url
        self._app = app
        self._processes: dict[int, asyncio.subprocess.Process] = {}
        self._restarts: list[float] = []
        self._reserved = [
            bind(settings.host, port, share_port=True)
            for port in (settings.port, settings.http_port)
        ]

    async def run(
        self, stop: asyncio.Event, on_ready: Callable[[Addresses], object]
    ) -> int:
        """Start all workers, keep them, drain them on `stop`; the exit code."""
        # The first worker alone brings the ledger's schema up to date.
        first = await self._spawn(0)
        for index in range(1, self._settings.workers):
            await self._spawn(index)
        on_ready(first)
        watchers = [
            asyncio.create_task(self._keep(index, stop)) for index in self._processes
        ]
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([stopped, *watchers], return_when=asyncio.FIRST_COMPLETED)
        failed = not stop.is_set()
        stop.set()
        await self._stop_all()
        await asyncio.gather(*watchers)
        for reserved in self._reserved:
            reserved.close()
        return 1 if failed else 0

    def kill(self) -> None:
        """End all workers at once."""
        for process in self._processes.values():
            if process.returncode is None:
                process.kill()

    async def _spawn(self, index: int) -> Addresses:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "router.child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # Ctrl-C on a terminal must reach the parent only, which drains in order.
            start_new_session=True,
        )
        self._processes[index] = process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(self._orders(index)).encode() + b"\n")
        try:
            async with asyncio.timeout(READY_SECONDS_MAX):
                line = await process.stdout.readline()
        except TimeoutError:
            line = b""
        if not line:
            self.kill()
            raise SettingsError(f"worker {index} did not start; its log says why")
        return Addresses(**json.loads(line))

    def _orders(self, index: int) -> dict[str, object]:
        own = ports_of(self._settings, index=index)
        grpc, http = (reserved.getsockname()[1] for reserved in self._reserved)
        return {
            "settings": self._settings.model_dump(mode="json"),
            "ports": asdict(Ports(grpc, http, own.metrics)),
            "view_url": self._view_url,
            "app": self._app,
        }

    async def _keep(self, index: int, stop: asyncio.Event) -> None:
        """Replace worker `index` whenever it dies; return when that is hopeless."""
        while True:
            code = await self._processes[index].wait()
            if stop.is_set():
                return
            log.get().error("worker.died", worker=index, exit_code=code)
            if self._is_hopeless():
                log.get().error("server.gives_up", restarts=RESTARTS_MAX)
                return
            await asyncio.sleep(RESTART_PAUSE_S)
            try:
                await self._spawn(index)
            except SettingsError as failed:
                log.get().error("worker.lost", worker=index, why=str(failed))

    def _is_hopeless(self) -> bool:
        now = monotonic()
        self._restarts = [t for t in self._restarts if now - t < RESTARTS_WINDOW_S]
        self._restarts.append(now)
        return len(self._restarts) > RESTARTS_MAX

    async def _stop_all(self) -> None:
        alive = [p for p in self._processes.values() if p.returncode is None]
        for process in alive:
            process.send_signal(signal.SIGTERM)
        limit = self._settings.drain_notice_s + self._settings.drain_grace_s + 10
        waits = [asyncio.create_task(process.wait()) for process in alive]
        if waits:
            await asyncio.wait(waits, timeout=limit)
        self.kill()
        await asyncio.gather(*waits)
