"""A shop with three stores and a counter, and what their devices ask."""

from collections.abc import Iterator

import pytest

from shipfrom.testing import Server
from tests.router.stores.counter import Counter, assert_books_are_right, open_stores


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(empty=True) as started:
        open_stores(started)
        yield started
        assert_books_are_right(started)


@pytest.fixture
def counter(server: Server) -> Counter:
    return Counter(server)
