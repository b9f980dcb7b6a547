"""The server of the demonstration: a real one, in processes of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Timer

from inventory.embedded import EmbeddedValkey

START_SECONDS_MAX = 90.0
"""The first start on a machine compiles the kernel."""
STOP_SECONDS_MAX = 40.0
SHIPFROM = (sys.executable, "-c", "from shipfrom.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and where its books are."""

    address: str
    ledger_url: str
    view_url: str
    front: str
    log: Path


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    """Starts Valkey, SQLite and the router on free ports; stops what it started."""
    folder.mkdir(parents=True, exist_ok=True)
    ledger_url = f"sqlite:///{folder / 'ledger.db'}"
    front = "native" if find_spec("pygrpc_native") else "grpcio"
    log = folder / "server.log"
    with EmbeddedValkey(folder / "view", aof=False) as view, log.open("wb") as words:
        flags = ("--port=0", f"--front={front}", f"--ledger-url={ledger_url}")
        process = subprocess.Popen(
            [*SHIPFROM, "serve", "--json", *flags, f"--redis-url={view.url}"],
            cwd=folder,
            # Nobody has to be told before it goes.
            env={**os.environ, "SHIPFROM_DRAIN_NOTICE_S": "0"},
            stdout=subprocess.PIPE,
            stderr=words,
            text=True,
        )
        try:
            address = _address(process, log)
            yield Server(address, ledger_url, view.url, front, log)
        finally:
            _stop(process)


def _address(process: "subprocess.Popen[str]", log: Path) -> str:
    """Waits for the one line that a ready server prints."""
    assert process.stdout is not None
    too_long = Timer(START_SECONDS_MAX, process.kill)
    too_long.start()
    line = process.stdout.readline()
    too_long.cancel()
    if not line:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise RuntimeError(f"the server did not start:\n{last}")
    return str(json.loads(line)["grpc"])


def _stop(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
