"""Kill -9 under load: nothing answered is lost, nothing is sold twice."""

from pathlib import Path

import pytest

from tests.chaos.story import run


@pytest.mark.timeout(120)
async def test_every_answer_survives_and_the_audit_is_clean(tmp_path: Path) -> None:
    """`make chaos` does it many times over."""
    verdict = await run(tmp_path, faults=["router", "view wiped", "both"], seed=7)
    assert verdict.held > 50
    assert verdict.ordered > 20
    assert verdict.lost == ()
    assert verdict.oversold_units == 0
    assert verdict.violations == ()
