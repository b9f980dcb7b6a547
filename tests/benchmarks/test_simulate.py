from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from allocation.rules import examples
from benchmarks.simulate import BASELINE, DRAFTS, policy_of

NEAREST = Path(next(iter(examples.__path__))) / "nearest-first.yaml"


def test_a_policy_is_told_by_its_name_or_by_a_file() -> None:
    assert policy_of("published") is BASELINE
    assert policy_of("lateness") is DRAFTS["lateness"]
    assert policy_of(str(NEAREST)).version == "nearest-first"


def test_a_file_that_is_no_policy_is_refused_with_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("kind: Policy\nname: x\n")

    with pytest.raises(ArgumentTypeError, match="say"):
        policy_of(str(wrong))
    with pytest.raises(ArgumentTypeError, match=r"cannot be read.*give published"):
        policy_of(str(tmp_path / "none.yaml"))
