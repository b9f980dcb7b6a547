"""Turns are short while somebody wants them, and as they were afterwards."""

import sys

import pytest

from router.turns import SHORT_S, Turns


def test_turns_are_short_until_the_last_one_who_wants_it_has_ended() -> None:
    usual_s = sys.getswitchinterval()
    turns = Turns()
    first, second = turns.short(), turns.short()
    first.__enter__()
    second.__enter__()
    assert sys.getswitchinterval() == pytest.approx(SHORT_S)
    first.__exit__(None, None, None)
    assert sys.getswitchinterval() == pytest.approx(SHORT_S)
    second.__exit__(None, None, None)
    assert sys.getswitchinterval() == pytest.approx(usual_s)


def test_a_block_that_fails_leaves_turns_as_they_were() -> None:
    usual_s = sys.getswitchinterval()
    with pytest.raises(ZeroDivisionError), Turns().short():
        _ = 1 / 0
    assert sys.getswitchinterval() == pytest.approx(usual_s)
