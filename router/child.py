"""A spawned worker: `python -m router.child`, started by `router.supervisor` only."""

import asyncio
import json
import signal
import sys
from dataclasses import asdict
from typing import Any

import uvloop

from router import log, memory
from router.server import open_app
from router.settings import Settings
from router.worker import Addresses, Ports, Worker


def main() -> None:
    """Read the orders, serve, drain when told to or when the parent is gone."""
    orders: dict[str, Any] = json.loads(sys.stdin.readline())
    settings = Settings(**orders["settings"])
    log.configure(settings.log_level, settings.log_format)
    memory.keep_pages()
    uvloop.run(_run(settings, orders))


async def _run(settings: Settings, orders: dict[str, Any]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    lifeline = await _open_stdin()
    app = await open_app(orders["app"], settings, orders["view_url"])
    try:
        worker = Worker(app, settings, ports=Ports(**orders["ports"]))
        memory.forget_the_start()
        _tell(await worker.start())
        orphaned = asyncio.create_task(lifeline.read())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([orphaned, stopped], return_when=asyncio.FIRST_COMPLETED)
        notice_s = settings.drain_notice_s if stop.is_set() else 0.0
        await worker.drain(notice_s=notice_s, grace_s=settings.drain_grace_s)
        for task in (orphaned, stopped):
            task.cancel()
    finally:
        await app.close()


async def _open_stdin() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    return reader


def _tell(addresses: Addresses) -> None:
    sys.stdout.write(json.dumps(asdict(addresses)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
