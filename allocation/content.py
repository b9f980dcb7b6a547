"""Whether the solvers are asked the same: of equal instances the answer is equal."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import numpy as np


def same(one: object, other: object) -> bool:
    """Whether two instances, or parts of them, hold equal numbers in equal shapes.

    Ends at the first difference: policies that ask otherwise mostly differ in a limit.
    """
    if one is other:
        return True
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and np.array_equal(one, other)
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if is_dataclass(one):
        # Limits stand last.
        names = [spec.name for spec in reversed(fields(one))]
        return all(same(getattr(one, name), getattr(other, name)) for name in names)
    return one == other
