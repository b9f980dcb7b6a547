"""The newest figures that this process got from the ledger, until the view has them.

A router must read its own writes even if Redis lags: what the ledger said is merged
over what the view shows, by the rule of the view itself, the larger version.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from inventory.packed import Entry, entry_of

SKUS_MAX = 10_000  # a view that is gone must not fill the memory


class Newest:
    """Figures by SKU and node number, of one generation."""

    def __init__(self) -> None:
        self._generation = 0
        self._by_sku: dict[str, dict[int, tuple[int, int]]] = {}

    def note(self, generation: int, sku: str, entry: Entry) -> bool:
        """Remember a figure of the ledger; whether it was news."""
        if generation < self._generation:
            return False
        if generation > self._generation:
            self._generation = generation
            self._by_sku.clear()
        number, version, available = entry
        known = self._by_sku.setdefault(sku, {})
        if known.get(number, (0, 0))[0] >= version:
            return False
        known[number] = (version, available)
        if len(self._by_sku) > SKUS_MAX:
            del self._by_sku[next(iter(self._by_sku))]
        return True

    def forget(self, generation: int, shown: Mapping[str, Iterable[Entry]]) -> None:
        """Drop figures that the view has now."""
        if generation != self._generation:
            return
        for sku, entries in shown.items():
            known = self._by_sku.get(sku)
            if known is None:
                continue
            for number, version, _ in entries:
                if known.get(number, (0, 0))[0] <= version:
                    known.pop(number, None)
            if not known:
                del self._by_sku[sku]

    def merge(self, sku: str, raw: bytes, row: NDArray[np.int64]) -> None:
        """Write newer figures over a row of available units, `raw` being its source."""
        for number, (version, available) in self._by_sku.get(sku, {}).items():
            if number < len(row) and version > entry_of(raw, number)[0]:
                row[number] = available

    def __contains__(self, sku: str) -> bool:
        return sku in self._by_sku
