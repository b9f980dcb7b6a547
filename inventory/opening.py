"""The stock that simulated policies start from: all read it, none changes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inventory.books import CellKey
from inventory.operations import Cell

Row = NDArray[np.int32]
"""Available units by node number; no cell holds more than a billion."""


@dataclass(frozen=True, slots=True, eq=False)
class OpeningStock:
    """Cells at one moment, and what of them is available by SKU and node number."""

    numbers: Mapping[str, int]
    cells: Mapping[CellKey, Cell]
    rows: Mapping[str, Row]

    @classmethod
    def of(cls, cells: Iterable[Cell], numbers: Mapping[str, int]) -> "OpeningStock":
        """Index the cells; `numbers` are the slots of all nodes, as in the view.

        Raises ValueError for a cell at a node without a number.
        """
        by_key = {(cell.sku, cell.node_id): cell for cell in cells}
        width = max(numbers.values(), default=-1) + 1
        rows: dict[str, Row] = {}
        for (sku, node_id), cell in by_key.items():
            number = numbers.get(node_id)
            if number is None:
                raise ValueError(f"cell of {sku} at {node_id}, which is no node")
            row = rows.get(sku)
            if row is None:
                row = rows[sku] = np.zeros(width, dtype=np.int32)
            row[number] = cell.available
        return cls(dict(numbers), by_key, rows)

    @property
    def width(self) -> int:
        """Columns of a reading: one for every node number."""
        return max(self.numbers.values(), default=-1) + 1
