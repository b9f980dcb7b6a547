"""Whether the solvers are asked the same."""

from dataclasses import fields, replace

import numpy as np
import pytest

from allocation.content import same
from allocation.solvers.instance import (
    Instance,
    Measure,
    Side,
    Split,
    Tariffs,
    TierArrays,
)
from tests.allocation.orders import order

TIER = TierArrays(Measure.ADDITIVE, fixed=np.array([1, 2]))
SIDE = Side(np.array([4, 5]), together=((0, 1),), tiers=(TIER,))


def asked() -> Instance:
    return replace(order([[1, 2], [3, 0]], [2, 1], fixed=[5, 6]), side=SIDE)


INSTANCE = asked()


def other(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value + 1
    if isinstance(value, Split):
        return Split.NEVER
    if isinstance(value, Tariffs):
        return replace(value, fuel_bps=value.fuel_bps + 1)
    if isinstance(value, Side):
        tier = replace(TIER, fixed=TIER.fixed + 1)
        return replace(value, tiers=(tier,))
    return not value if isinstance(value, bool) else value + 1  # type: ignore[operator]


def test_equal_questions_are_the_same() -> None:
    assert same(asked(), INSTANCE)


@pytest.mark.parametrize("name", [spec.name for spec in fields(Instance)])
def test_no_two_questions_that_differ_are_taken_for_one(name: str) -> None:
    changed = replace(INSTANCE, **{name: other(getattr(INSTANCE, name))})

    assert not same(changed, INSTANCE)


def test_same_numbers_in_another_shape_are_another_question() -> None:
    flat = replace(INSTANCE, useful=INSTANCE.useful.reshape(1, 4))

    assert not same(flat, INSTANCE)
