"""Fixtures of the client's tests: a server that says what it is told, a client."""

from collections.abc import Iterator

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
