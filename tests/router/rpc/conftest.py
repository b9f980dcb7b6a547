"""A scripted server on each front."""

import pytest
from wires import FRONTS, WIRES, serving


@pytest.fixture(params=WIRES)
async def wire(request):
    """Both gRPC fronts and JSON, one after the other."""
    async with serving(request.param) as client:
        yield client


@pytest.fixture(params=FRONTS)
async def front(request):
    """Both gRPC fronts."""
    async with serving(request.param) as client:
        yield client
