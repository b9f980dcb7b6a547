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

from allocation.compiled import njit
from allocation.instance import Split

if TYPE_CHECKING:
    from allocation.instance import Integers
    from allocation.parcels import Data

_NEVER = int(Split.NEVER)
_BY_COST = int(Split.BY_COST)


@njit()
def targets(data: Data, split: int) -> tuple[Integers, Integers]:
    """Units asked of each line, and 1 where the line is counted."""
    lines = data.quantity.size
    asked = data.quantity.copy()
    counted = np.zeros(lines, np.int64)
    for line in range(lines):
        most = 0
        partly = False
        for candidate in range(data.tariff.size):
            useful = data.useful[candidate, line]
            most = max(most, useful)
            partly |= 0 < useful < asked[line]
        if split == _NEVER or most == 0:
            asked[line] = most
        elif most < asked[line] or (split == _BY_COST and partly):
            counted[line] = 1
    return asked, counted


@njit()
def can_complete(data: Data, asked: Integers) -> bool:
    """Whether the targets ask for every unit of the order."""
    for line in range(asked.size):
        if asked[line] < data.quantity[line]:
            return False
    return True
