"""Small orders written by hand, for tests that say what the answer is."""

import numpy as np
from numpy.typing import ArrayLike

from allocation.solvers.instance import Instance, Integers, Split, Tariffs


def whole(values: ArrayLike) -> Integers:
    return np.ascontiguousarray(values, dtype=np.int64)


def flat_tariff() -> Tariffs:
    """One tariff: 500 to open, 100 for each started kilogram, no fuel."""
    return Tariffs(
        base_minor=whole([500]),
        step_minor=whole([100]),
        step_g=whole([1_000]),
        fuel_bps=whole([0]),
        residential_minor=whole([0]),
        volume_divisor=whole([0]),
    )


def order(
    useful: ArrayLike,
    quantity: ArrayLike,
    *,
    fixed: ArrayLike,
    unit: ArrayLike | None = None,
    node: ArrayLike | None = None,
    tariff: int = -1,
    weight_g: ArrayLike | None = None,
    max_shipments: int = 4,
    split: Split = Split.IF_FORCED,
    complete: bool = False,
) -> Instance:
    """An order on free lanes unless a tariff is given."""
    rows = whole(useful)
    candidates, lines = rows.shape
    return Instance(
        quantity=whole(quantity),
        weight_g=whole(np.full(lines, 100) if weight_g is None else weight_g),
        volume_cm3=whole(np.zeros(lines)),
        useful=rows,
        node=whole(np.arange(candidates) if node is None else node),
        tariff=whole(np.full(candidates, tariff)),
        fixed_minor=whole(fixed),
        line_minor=whole(np.zeros(candidates)),
        unit_minor=whole(np.zeros(rows.shape) if unit is None else unit),
        tariffs=flat_tariff(),
        max_shipments=max_shipments,
        split=split,
        complete=complete,
    )
