"""The rule that shops use, as the plan that every answer has to beat.

The nearest candidate that has everything; where there is none, whoever has most of
what is missing, the nearer on a tie, again and again. Opening what fills most covers at
least 1 - 1/e of what the same number of shipments can fill (Nemhauser, Wolsey and
Fisher 1978, 10.1007/BF01588971). It is a start of the search, never its answer alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.solvers.compiled import njit
from allocation.solvers.cover import everything, gain, take

if TYPE_CHECKING:
    from allocation.solvers.cover import Cover
    from allocation.solvers.instance import Integers


@njit()
def fills_most(
    cover: Cover, asked: Integers, rank: Integers, shipments: int
) -> Integers:
    """Candidates that each fill most of what is left; among equals, the best ranked.

    Fewer than the shipments where nobody can add anything.
    """
    need = everything(cover, asked, shipments + 1)
    opened = np.empty(shipments, np.int64)
    for depth in range(shipments):
        most, chosen = 0, -1
        for k in rank:
            filled = gain(cover, need, depth, k)
            if filled > most:
                most, chosen = filled, k
        if chosen < 0:
            return opened[:depth]
        opened[depth] = chosen
        take(cover, need, depth, chosen)
    return opened
