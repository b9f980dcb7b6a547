"""A real server for the stories of the router, and a shop with stock to try them on."""

from collections.abc import Iterator

import pytest

from shipfrom.testing import Server
from tests.router.shop import Shop, furnish


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(empty=True) as started:
        furnish(started)
        yield started


@pytest.fixture
def shop(server: Server) -> Shop:
    return Shop(server)
