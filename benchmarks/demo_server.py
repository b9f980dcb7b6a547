"""The server of the demonstration: a real one, in processes of its own."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from inventory.embedded import EmbeddedValkey

START_SECONDS_MAX = 60.0
"""The first start on a machine compiles the kernel."""
STOP_SECONDS_MAX = 20.0
PORT_STEPS = (0, 1_000, 2_000)
"""gRPC, JSON over HTTP and metrics, told by one number."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and where its books are."""

    address: str
    ledger_url: str
    view_url: str
    log: Path


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    """Starts Valkey, SQLite and the router on free ports; stops what it started."""
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    ledger_url = f"sqlite:///{folder / 'ledger.db'}"
    log = folder / "server.log"
    with EmbeddedValkey(folder / "view", aof=False) as view, log.open("wb") as out:
        settings = {
            "SHIPFROM_PORT": str(port),
            "SHIPFROM_FRONT": "native",
            "SHIPFROM_LEDGER_URL": ledger_url,
            "SHIPFROM_REDIS_URL": view.url,
            "SHIPFROM_DATA_DIR": str(folder),
            "SHIPFROM_DRAIN_NOTICE_S": "0",
            "SHIPFROM_LOG_FORMAT": "json",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "router.cli", "serve"],
            env={**os.environ, **settings},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            server = Server(f"127.0.0.1:{port}", ledger_url, view.url, log)
            asyncio.run(_wait_until_serving(server, process))
            yield server
        finally:
            _stop(process)


async def _wait_until_serving(
    server: Server, process: "subprocess.Popen[bytes]"
) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    async with aio.insecure_channel(server.address) as channel:
        health = health_pb2_grpc.HealthStub(channel)  # type: ignore[no-untyped-call]  # generated
        while time.monotonic() < deadline and process.poll() is None:
            try:
                answer = await health.Check(health_pb2.HealthCheckRequest(), timeout=1)
                if answer.status == health_pb2.HealthCheckResponse.SERVING:
                    return
            except aio.AioRpcError:
                pass
            await asyncio.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{_tail(server.log)}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def _free_port() -> int:
    """A port whose two companions are free as well."""
    for _ in range(100):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port + PORT_STEPS[-1] < 65_536 and all(
            _is_free(port + step) for step in PORT_STEPS
        ):
            return port
    raise RuntimeError("no three free ports in a row of thousands")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
