"""A stable sort of indices, compiled once: numpy's takes seconds at each use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import types

from allocation.solvers.compiled import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.solvers.instance import Integers


_RUN = 8
"""So many are put in order by insertion: most of what is ranked is as short."""


@njit(types.int64[::1](types.Array(types.float64, 1, "C", readonly=True)))
def rank(values: NDArray[np.float64]) -> Integers:
    """Indices by rising value, equal values in their order (merge sort)."""
    size = values.size
    here = np.arange(size)
    for first in range(0, size, _RUN):
        for at in range(first + 1, min(first + _RUN, size)):
            to = at
            while to > first and values[here[to - 1]] > values[at]:
                here[to] = here[to - 1]
                to -= 1
            here[to] = at
    if size <= _RUN:
        return here
    there = np.empty(size, np.int64)
    width = _RUN
    while width < size:
        for start in range(0, size, 2 * width):
            middle, end = min(start + width, size), min(start + 2 * width, size)
            left, right = start, middle
            for at in range(start, end):
                if left < middle and (
                    right == end or values[here[left]] <= values[here[right]]
                ):
                    there[at] = here[left]
                    left += 1
                else:
                    there[at] = here[right]
                    right += 1
        here, there = there, here
        width *= 2
    return here
