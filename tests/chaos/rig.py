"""A router process and a Valkey of its own that a test may kill and start again."""

import asyncio
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Self

from inventory.audit import AuditReport, audit
from inventory.embedded import EmbeddedValkey

START_SECONDS_MAX = 40.0
SERVE = (
    "import json, sys; from router.cli import serve; "
    "sys.exit(serve(as_json=True, **json.loads(sys.argv[1])))"
)


class Rig:
    """Owns both servers; `address` stays the same over restarts of the router."""

    def __init__(self, directory: Path, *, front: str = "native") -> None:
        self.directory = directory
        self.ledger_url = f"sqlite:///{directory / 'ledger.db'}"
        self.address = ""
        self._front = front
        self._port = 0
        self._router: Process | None = None
        self._view = EmbeddedValkey(directory / "valkey", aof=True)

    async def __aenter__(self) -> Self:
        self._view.start()
        await self.start_router()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill_router()
        self._view.stop()

    @property
    def view_url(self) -> str:
        return self._view.url

    async def start_router(self) -> None:
        """Start it and wait until it says where it listens."""
        settings = {
            "port": self._port,
            "front": self._front,
            "ledger_url": self.ledger_url,
            "redis_url": self._view.url,
            "log_level": "error",
            "drain_notice_s": 0.0,
        }
        command = (sys.executable, "-c", SERVE, json.dumps(settings))
        environment = {k: v for k, v in os.environ.items() if "SHIPFROM_" not in k}
        with (self.directory / "router.log").open("ab") as log:
            self._router = await asyncio.create_subprocess_exec(
                *command, stdout=PIPE, stderr=log, cwd=self.directory, env=environment
            )
        assert self._router.stdout is not None
        async with asyncio.timeout(START_SECONDS_MAX):
            line = await self._router.stdout.readline()
        assert line, (self.directory / "router.log").read_text()
        self.address = json.loads(line)["grpc"]
        self._port = int(self.address.rpartition(":")[2])

    async def kill_router(self) -> None:
        """As a power cut would: no drain, no goodbye."""
        if self._router is not None and self._router.returncode is None:
            self._router.send_signal(signal.SIGKILL)
            await self._router.wait()

    async def kill_view(self, *, wipe: bool) -> None:
        """Kill Valkey; `wipe` also removes its files. Then start it again."""
        self._view.kill()
        if wipe:
            shutil.rmtree(self.directory / "valkey", ignore_errors=True)
        await asyncio.sleep(0.3)
        self._view.start()

    async def audited(self) -> AuditReport:
        """The books as they stand, with the router stopped."""
        await self.kill_router()
        return await audit(self.ledger_url, self._view.url)
