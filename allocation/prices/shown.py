"""A price list as people read it: cell by cell, in order, or the dearest first."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.prices.published import PriceList


ROWS = 1_000
"""SKUs that are looked at together: a node may have prices of few of them."""


class CellPrice(NamedTuple):
    """What one more unit of a cell is worth, as it was made."""

    sku: str
    node_id: str
    price_minor: int


def priced_cells(
    listed: PriceList,
    *,
    sku: str = "",
    node_id: str = "",
    after: tuple[str, str] = ("", ""),
) -> Iterator[CellPrice]:
    """Cells with a price by SKU, then node, behind a cell; lazily."""
    first = bisect_left(listed.skus, max(sku, after[0]))
    last = bisect_right(listed.skus, sku) if sku else len(listed.skus)
    columns = sorted(range(len(listed.node_ids)), key=listed.node_ids.__getitem__)
    if node_id:
        columns = [each for each in columns if listed.node_ids[each] == node_id]
    for start in range(first, last, ROWS):
        rows = slice(start, min(start + ROWS, last))
        part = listed.price_minor[rows, columns]
        for row, at in np.argwhere(part).tolist():
            cell = listed.skus[start + row], listed.node_ids[columns[at]]
            if cell > after:
                yield CellPrice(*cell, part.item(row, at))


def dearest(listed: PriceList, most: int) -> tuple[CellPrice, ...]:
    """At most so many cells, the highest prices first; of equals, the first SKUs."""
    flat = listed.price_minor.ravel()
    chosen = np.flatnonzero(flat)
    if chosen.size > most:
        least = np.partition(flat, flat.size - most)[flat.size - most]
        above = np.flatnonzero(flat > least)
        equal = np.flatnonzero(flat == least)[: most - above.size]
        chosen = np.concatenate([above, equal])
    width = len(listed.node_ids)
    cells = [
        CellPrice(
            listed.skus[at // width], listed.node_ids[at % width], flat[at].item()
        )
        for at in chosen.tolist()
    ]
    return tuple(sorted(cells, key=lambda c: (-c.price_minor, c.sku, c.node_id)))
