"""One real server for all cases of this folder: every replay has names of its own."""

from collections.abc import AsyncIterator

import pytest_asyncio

from .calls import Api, Server
from .service import service


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def served() -> AsyncIterator[tuple[Api, Server]]:
    async with service() as opened:
        yield opened
