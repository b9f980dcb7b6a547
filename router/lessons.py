"""What past orders teach of nodes and cells: units not found, days that stock lasts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from allocation.learned import COVER_DAYS_MAX, Learned
from inventory.cover import Sales
from inventory.outcomes import Picks

PRIOR_UNITS = 100
"""A node counts as if so many units had been looked for there before, of which as many
were missing as everywhere: one lost unit says little of a new store."""
BPS = 10_000

Units = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lessons:
    """Units missing by node number, those of any other node, and what sells where."""

    miss_bps: Mapping[int, int] = field(default_factory=dict)
    usual_miss_bps: int = 0
    sold: Mapping[str, tuple[Units, Units]] = field(default_factory=dict)
    """By SKU: node numbers, and units that orders took there in the window."""
    window_days: int = 1

    def of(self, skus: Sequence[str], available: Units) -> Learned:
        """What is known of the nodes of an order's stock, one row a SKU."""
        size = available.shape[1]
        misses = np.full(size, self.usual_miss_bps, dtype=np.int64)
        known = {n: bps for n, bps in self.miss_bps.items() if n < size}
        misses[list(known)] = list(known.values())
        days = np.full(available.shape, COVER_DAYS_MAX, dtype=np.int64)
        for row, sku in enumerate(skus):
            if sku in self.sold:
                nodes, sold = self.sold[sku]
                within = nodes < size
                nodes, sold = nodes[within], sold[within]
                lasts = available[row, nodes] * self.window_days // sold
                days[row, nodes] = np.minimum(lasts, COVER_DAYS_MAX)
        return Learned(misses, days)


NO_LESSONS = Lessons()


def lessons_of(
    picks: Iterable[Picks], sales: Sales, numbers: Mapping[str, int]
) -> Lessons:
    """What the sums teach of nodes that have a number."""
    known = [each for each in picks if each.node_id in numbers]
    found = sum(each.found for each in known)
    missing = sum(each.missing for each in known)
    misses = {
        numbers[each.node_id]: miss_bps(each, found=found, missing=missing)
        for each in known
    }
    usual = _rounded(missing * BPS, found + missing) if found + missing else 0
    rows: dict[str, list[tuple[int, int]]] = {}
    for sku, node_id, units in sales.rows:
        if node_id in numbers and units > 0:
            rows.setdefault(sku, []).append((numbers[node_id], units))
    sold = {
        sku: (table[:, 0].copy(), table[:, 1].copy())
        for sku, cells in rows.items()
        for table in [np.array(cells, dtype=np.int64)]
    }
    return Lessons(misses, usual, sold, sales.window_days)


def miss_bps(node: Picks, *, found: int, missing: int) -> int:
    """Basis points of the units that are not found there: the mean of the Beta
    posterior whose prior is the mean of all nodes, worth PRIOR_UNITS."""
    everywhere = found + missing
    if not everywhere:
        return 0
    missed = node.missing * everywhere + PRIOR_UNITS * missing
    looked_for = (node.found + node.missing + PRIOR_UNITS) * everywhere
    return _rounded(missed * BPS, looked_for)


def _rounded(numerator: int, denominator: int) -> int:
    """Half up."""
    return (2 * numerator + denominator) // (2 * denominator)
