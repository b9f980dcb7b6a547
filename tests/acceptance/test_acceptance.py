"""The shipped cases, one test each; a skip names the capability that the case needs."""

import pytest

from .__main__ import SHIPPED
from .adapter import replay
from .calls import Api, Server
from .schema import Case, load

CASES = load(SHIPPED)


@pytest.mark.xdist_group("acceptance")
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
async def test_case_goes_as_the_file_says(
    case: Case, served: tuple[Api, Server]
) -> None:
    verdict = await replay(*served, case)
    if verdict.result == "skipped":
        pytest.skip(f"needs {', '.join(verdict.reasons)}")
    assert verdict.reasons == ()
