"""Fixtures of the client's tests: a server that says what it is told, a client."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shipfrom import Client
from tests.clients.stub_server import Stub


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as server:
        yield server


@pytest.fixture
def sf(stub: Stub) -> Iterator[Client]:
    with Client(stub.address) as client:
        yield client


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def save(text: str, *, name: str = "in.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return save
