"""How much of each line one candidate has to bring: the rule on the data that decides
which lines stay whole and which are counted unit by unit.

* NEVER: a line comes from one candidate and asks for the most that any one can send.
* IF_FORCED: a line that some candidate can send whole stays whole; the others are
  counted.
* BY_COST: a line that some candidate can send only in part is counted; where every
  useful candidate can send all of it, it stays whole.

A whole line is sent by one candidate with its whole target, or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import types

from allocation.solvers.compiled import GRID, ROW, njit, returns
from allocation.solvers.instance import Split

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers

_NEVER = int(Split.NEVER)
_BY_COST = int(Split.BY_COST)


@njit(returns(1, 1)(ROW, GRID, types.int64))
def targets(quantity: Integers, useful: Integers, split: int) -> tuple[Integers, ...]:
    """Units asked of each line, and 1 where the line is counted."""
    asked = quantity.copy()
    counted = np.zeros(quantity.size, np.int64)
    most = np.zeros(quantity.size, np.int64)
    partly = np.zeros(quantity.size, np.bool_)
    # Candidate by candidate, as they lie in memory.
    for candidate in range(useful.shape[0]):
        for line in range(quantity.size):
            units = useful[candidate, line]
            most[line] = max(most[line], units)
            partly[line] |= 0 < units < quantity[line]
    for line in range(quantity.size):
        if split == _NEVER or most[line] == 0:
            asked[line] = most[line]
        elif most[line] < quantity[line] or (split == _BY_COST and partly[line]):
            counted[line] = 1
    return asked, counted
