"""A shop with three stores and a counter, and what their devices ask."""

from collections.abc import Iterator

import pytest

from shipfrom.testing import Server
from tests.router.stores.counter import Counter, open_stores


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(empty=True) as started:
        open_stores(started)
        yield started


@pytest.fixture
def counter(server: Server) -> Counter:
    return Counter(server)
