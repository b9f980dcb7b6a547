"""The fixture `shipfrom_server`: a fresh test server for each test that asks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from shipfrom.testing import Server


@pytest.fixture
def shipfrom_server() -> Iterator["Server"]:
    """The real server in this process, with a clock that moves only when told to."""
    # Imported here: every pytest run of an environment with Shipfrom loads this file.
    from shipfrom.testing import Server

    with Server() as server:
        yield server
