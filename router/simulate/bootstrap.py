"""How sure a paired difference is: the percentile bootstrap.

Orders are resampled, not days or stock: the interval says how much the mean depends on
which orders happened to come. Efron and Tibshirani, An Introduction to the Bootstrap
(1993), chapter 13.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from router.simulate.figures import DIGITS

RESAMPLES = 2_000
COVERED_PERCENT = (2.5, 97.5)
CELLS_MAX = 2_000_000
"""Draws held at once: some tens of megabytes, whatever the number of orders."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Draft minus baseline, the mean over pairs of orders, with a 95 % interval."""

    mean: float
    low: float
    high: float
    orders: int

    @property
    def is_certain(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0


def paired(
    differences: Mapping[str, Sequence[float]], *, seed: int
) -> dict[str, Difference]:
    """The difference of each measure; all of them are of the same orders."""
    values = np.array(list(differences.values()), dtype=np.float64)
    orders = values.shape[1] if values.ndim == 2 else 0
    if not orders:
        return {name: Difference(0.0, 0.0, 0.0, 0) for name in differences}
    means = _resampled(values, np.random.default_rng(seed))
    low, high = np.percentile(means, COVERED_PERCENT, axis=1)
    rows = np.round(np.array([values.mean(axis=1), low, high]).T, DIGITS).tolist()
    return {
        name: Difference(mean, least, most, orders)
        for name, (mean, least, most) in zip(differences, rows, strict=True)
    }


def _resampled(
    values: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Means of the resamples, shape (measures, RESAMPLES)."""
    measures, orders = values.shape
    means = np.empty((measures, RESAMPLES))
    rows = max(1, CELLS_MAX // orders)
    for start in range(0, RESAMPLES, rows):
        stop = min(RESAMPLES, start + rows)
        drawn = rng.integers(0, orders, size=(stop - start, orders), dtype=np.int32)
        for measure in range(measures):
            means[measure, start:stop] = values[measure][drawn].mean(axis=1)
    return means
