"""A price list made ready for decisions: rows by SKU, columns by node number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from allocation.network import Node
from allocation.prices.published import PriceList, faded

Prices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Steering:
    """What decisions look prices up in."""

    listed: PriceList
    row_of: Mapping[str, int]
    columns: Prices
    """Columns of the list whose node the network has."""
    numbers: Prices
    """And the number of each of these nodes."""

    @classmethod
    def of(cls, listed: PriceList, nodes: Mapping[str, Node]) -> "Steering":
        """The list for a network; prices at nodes that it does not have are left out.

        Args:
            nodes: by node id.
        """
        rows = {sku: row for row, sku in enumerate(listed.skus)}
        known = [
            (column, nodes[node_id].number)
            for column, node_id in enumerate(listed.node_ids)
            if node_id in nodes
        ]
        table = np.array(known, np.int64).reshape(-1, 2)
        return cls(listed, rows, table[:, 0].copy(), table[:, 1].copy())

    def prices(self, skus: Sequence[str], size: int, now: datetime) -> Prices | None:
        """(skus, size) what a unit of each is worth at a moment, by node number; None
        where nothing is worth anything."""
        rows = [(at, self.row_of[s]) for at, s in enumerate(skus) if s in self.row_of]
        share_bps = self.listed.share_bps(now) if rows else 0
        if not share_bps:
            return None
        lines, listed = np.array(rows, np.int64).T
        within = self.numbers < size
        found = self.listed.price_minor[np.ix_(listed, self.columns[within])]
        worth = faded(found, share_bps)
        if not worth.any():
            return None
        wide = np.zeros((len(skus), size), np.int64)
        wide[np.ix_(lines, self.numbers[within])] = worth
        return wide
