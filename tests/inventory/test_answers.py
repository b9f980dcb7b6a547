"""Answers are kept as they were given, and those of before are still read."""

from dataclasses import replace

import pytest

from inventory.answers import dump, load
from inventory.orders.actions import StepAnswer

PLAIN = StepAnswer("o", "PICKING", "o:1", "PICKING", made=("o:2",), unrouted=1)


@pytest.mark.parametrize(
    "answer",
    [
        PLAIN,
        replace(PLAIN, ended=("o:1",)),
        replace(PLAIN, failed=(("A", 2), ("B", 1))),
        replace(PLAIN, left=(("A", 2),)),
        replace(PLAIN, ended=("o:1",), failed=(("A", 2),), left=(("B", 1),)),
    ],
    ids=["plain", "ended", "failed", "left", "all"],
)
def test_a_steps_answer_is_read_as_it_was_given(answer: StepAnswer) -> None:
    assert load(dump(answer), b"") == replace(answer, replayed=True)


def test_a_steps_answer_of_before_is_still_read() -> None:
    kept = '["step","o","PICKING","o:1","PICKING",["o:2"],1,false]'
    assert load(kept, b"") == replace(PLAIN, replayed=True)
    assert dump(PLAIN) == kept
    kept = '["step","o","PICKING","o:1","PICKING",["o:2"],1,false,[["A",2]],["o:1"]]'
    failed = replace(PLAIN, failed=(("A", 2),), ended=("o:1",))
    assert load(kept, b"") == replace(failed, replayed=True)
    assert dump(failed) == kept
