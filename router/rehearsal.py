"""What a server inside a test is made of: a clock that waits, a Valkey to share.

Used by `shipfrom.testing`. The Valkey is a real process; starting one for each test
would cost more than the tests, so servers share it and get a database each.
"""

import atexit
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import redis

from inventory.embedded import EmbeddedValkey

DATABASES = 16
"""Databases of one Valkey: so many servers of one process may share it at a time."""


class MovableClock:
    """Time that moves only when told to."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The present, aware and in UTC."""
        with self._lock:
            return self._now

    def move(self, span: timedelta) -> None:
        """Let time pass without anybody noticing yet."""
        with self._lock:
            self._now += span


class SharedValkey:
    """One Valkey process for all servers of this process, a database each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._url = ""
        self._free = set(range(DATABASES))

    @contextmanager
    def database(self, wanted: bool = True) -> Iterator[str | None]:
        """The URL of an empty database; None when none is wanted."""
        if not wanted:
            yield None
            return
        with self._lock:
            self._url = self._url or self._start()
            number = self._free.pop()
        url = f"{self._url}?db={number}"
        try:
            with redis.Redis.from_url(url) as client:
                client.flushdb()
            yield url
        finally:
            with self._lock:
                self._free.add(number)

    def _start(self) -> str:
        directory = Path(tempfile.mkdtemp(prefix="shipfrom-valkey-"))
        atexit.register(shutil.rmtree, directory, ignore_errors=True)
        valkey = EmbeddedValkey(directory, aof=False)
        valkey.start()
        atexit.register(valkey.stop)
        return valkey.url


shared_valkey = SharedValkey()
