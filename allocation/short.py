"""Short orders in one compiled call: the candidates, and the cheapest plans over them.

A checkout asks for a handful of lines, and crossing into compiled code costs more than
solving them. So the survey hands its candidates to the kernel without coming back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import types

from allocation.solvers.compiled import GRID, njit
from allocation.solvers.kernel import NOTHING, best_plans
from allocation.solvers.parcels import Data, Rates
from allocation.survey import SURVEY, survey

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers
    from allocation.survey import Asked, Codes, Found, Limits, Point, World

    Rules = tuple[int, int, int]

_types: Any = types


@njit((GRID, _types.UniTuple(types.int64, 3), *SURVEY), keeps_lock=True)
def plan_short(
    tariffs: Integers,
    rules: Rules,
    world: World,
    standing: Codes,
    asked: Asked,
    point: Point,
    limits: Limits,
) -> tuple[Found, int, Integers, Integers]:
    """The arrays of `shortlist.Shortlist`, then what `kernel.partition` says of them.

    `tariffs`: (6, T) the columns of `instance.Tariffs`. `rules`: most shipments,
    `Split`, 1 for complete orders only. The rest as for `survey`.
    """
    found = survey(world, standing, asked, point, limits)
    head, useful, unit, reach = found[:4]
    lines = asked[1]
    shipments_max, split, complete = rules
    quantity = np.minimum(lines[0], reach)
    if complete != 0 and (quantity < lines[0]).any():
        return found, NOTHING, np.zeros((0, 2), np.int64), np.zeros(0, np.int64)
    rates = Rates(
        tariffs[0].copy(),
        tariffs[1].copy(),
        tariffs[2].copy(),
        tariffs[3].copy(),
        tariffs[4].copy(),
        tariffs[5].copy(),
    )
    data = Data(
        quantity,
        lines[1].copy(),
        lines[2].copy(),
        useful,
        head[0],
        head[5],
        head[6],
        head[7],
        unit,
        rates,
    )
    said, rows, considered = best_plans(data, shipments_max, split, complete != 0)
    return found, said, rows, considered
