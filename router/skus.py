"""Is this SKU known? An item without stock is sold out; a name nobody knows is a typo.

A SKU is known when the catalogue has an item for it, or when any cell of it was ever
counted. Items are in memory and units show in the reading, so only a SKU without both
costs a look at the ledger, and what was found is remembered for a while.
"""

import time
from collections.abc import Iterable, Sequence

from allocation.order import Order
from inventory.errors import StorageUnavailable
from inventory.reading import StockReading
from inventory.stock import Stock
from router.snapshot import Snapshot
from router.validate import Violations, nearest

SEEN_MAX = 100_000
"""SKUs without an item that are remembered; beyond it the memory starts again."""
UNKNOWN_MAX = 10_000
UNKNOWN_SECONDS = 1.0
"""How long a name stays unknown: its first count may arrive meanwhile."""


class Skus:
    """Which SKUs have stock without being items."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._seen: set[str] = set()
        self._unknown: dict[str, float] = {}

    def note(self, skus: Iterable[str]) -> None:
        """Remember SKUs that have cells."""
        if len(self._seen) > SEEN_MAX:
            self._seen.clear()
        self._seen.update(skus)

    async def check_lines(
        self, order: Order, reading: StockReading, snapshot: Snapshot
    ) -> None:
        """Raise InvalidField for lines whose SKU nobody knows."""
        items = snapshot.items
        suspects = [line.sku for line in order.lines if line.sku not in items]
        if suspects:
            skus = [line.sku for line in order.lines]
            # With bundles the lines of the order are not those of the request.
            path = "lines" if order.bundles else "lines[{}].sku"
            await self.check(skus, path, reading, snapshot=snapshot)

    async def check(
        self, skus: list[str], path: str, reading: StockReading, *, snapshot: Snapshot
    ) -> None:
        """Raise InvalidField for SKUs that nobody knows; `path` takes the index."""
        found = Violations()
        for index, sku in enumerate(skus):
            if sku in snapshot.items or sku in self._seen:
                continue
            if reading.available[index].any() or await self._has_cell(sku):
                self.note((sku,))
                continue
            known = self.nearest(sku, snapshot) or "write its item or count it first"
            field = path.format(index)
            which = "" if field != path else f"{sku} "
            found.add(field, f"{which}is an unknown SKU", known)
        found.check()

    async def unknown(self, skus: Sequence[str], snapshot: Snapshot) -> set[str]:
        """Those of many SKUs that nobody knows."""
        names = {name for name in skus if name not in snapshot.items}
        suspects = sorted(names - self._seen)
        if not suspects:
            return set()
        reading = await self._stock.read(suspects)
        found = set()
        for sku, units in zip(suspects, reading.available, strict=True):
            if units.any() or await self._has_cell(sku):
                self.note((sku,))
            else:
                found.add(sku)
        return found

    def nearest(self, sku: str, snapshot: Snapshot) -> str:
        """A suggestion naming the known SKU closest to a misspelt one, or ''."""
        return nearest(sku, snapshot.skus) or nearest(sku, sorted(self._seen))

    async def _has_cell(self, sku: str) -> bool:
        """Whether any cell of the SKU was ever counted; True when nobody can tell."""
        now = time.monotonic()
        if self._unknown.get(sku, 0.0) > now:
            return False
        try:
            cells = await self._stock.cells(sku=sku, limit=1)
        except StorageUnavailable:
            return True
        if not cells:
            if len(self._unknown) > UNKNOWN_MAX:
                self._unknown.clear()
            self._unknown[sku] = now + UNKNOWN_SECONDS
        return bool(cells)
