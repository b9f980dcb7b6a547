"""The first plan of the search, and the only one where its work is over at once.

Opening what fills most covers at least 1 - 1/e of what the same number of shipments can
fill (Nemhauser, Wolsey and Fisher 1978, 10.1007/BF01588971). It is never an answer
alone: the lines are assigned exactly, and the bound of the relaxation stands beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.compiled import njit
from allocation.opened import ASKED, Order

if TYPE_CHECKING:
    from allocation.instance import Integers


@njit()
def fills_most(order: Order, rank: Integers, shipments: int) -> Integers:
    """Candidates that each fill most of what is left; among equals, the best ranked."""
    need = order.lines[ASKED].copy()
    opened = np.empty(shipments, np.int64)
    taken = np.zeros(rank.size, np.bool_)
    for i in range(shipments):
        most, chosen = -1, -1
        for k in rank:
            gain = 0
            for line in range(need.size):
                gain += min(need[line], order.have[k, line])
            if gain > most and not taken[k]:
                most, chosen = gain, k
        opened[i] = chosen
        taken[chosen] = True
        for line in range(need.size):
            need[line] = max(0, need[line] - order.have[chosen, line])
    return opened
