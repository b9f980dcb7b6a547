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
    by_number: Prices
    """(rows + 1, node numbers) the list's prices; the last row is of all other SKUs."""

    @classmethod
    def of(cls, listed: PriceList, nodes: Mapping[str, Node]) -> "Steering":
        """The list for a network; prices at nodes that it does not have are left out.

        Args:
            nodes: by node id.
        """
        known = [
            (column, nodes[node_id].number)
            for column, node_id in enumerate(listed.node_ids)
            if node_id in nodes
        ]
        columns, numbers = np.array(known, np.int64).reshape(-1, 2).T
        rows = len(listed.skus)
        table = np.zeros((rows + 1, int(numbers.max(initial=-1)) + 1), np.int64)
        table[:rows, numbers] = listed.price_minor[:, columns]
        return cls(listed, {sku: row for row, sku in enumerate(listed.skus)}, table)

    def prices(self, skus: Sequence[str], size: int, now: datetime) -> Prices | None:
        """(skus, size) what a unit of each is worth at a moment, by node number; None
        where nothing is worth anything."""
        share_bps = self.listed.share_bps(now)
        if not share_bps:
            return None
        row_of = self.row_of
        found = self.by_number[[row_of.get(sku, -1) for sku in skus], :size]
        worth = faded(found, share_bps)
        if not worth.any():
            return None
        if worth.shape[1] == size:
            return np.ascontiguousarray(worth)
        wide = np.zeros((len(skus), size), np.int64)
        wide[:, : worth.shape[1]] = worth
        return wide
