"""Kill -9 under load: nothing answered is lost, nothing is sold twice."""

from pathlib import Path

import pytest

from tests.chaos.story import run


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "faults",
    [["router", "router", "router"], ["view wiped", "view", "both"]],
    ids=["router killed three times", "redis killed and wiped, then both"],
)
async def test_every_answer_survives_and_the_audit_is_clean(
    tmp_path: Path, faults: list[str]
) -> None:
    verdict = await run(tmp_path, faults=faults, seed=7)
    assert verdict.held > 50
    assert verdict.ordered > 20
    assert verdict.lost == ()
    assert verdict.oversold_units == 0
    assert verdict.violations == ()
