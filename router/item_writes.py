"""What items may name in a write: known ones, and no bundle inside a bundle.

What the row itself tells is checked where it is read; here is what only the other items
and the stock tell.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from allocation.network import Item
from allocation.order import Line
from inventory.operations import Cell
from inventory.stock import Stock
from router.bundles import is_bundle
from router.skus import Skus
from router.snapshot import Snapshot
from router.validate import Violations

CELLS_MAX = 5_000
"""Nodes of the largest networks: an item has no more cells."""


@dataclass(slots=True)
class ItemWrites:
    """The items of one write, and those that there are."""

    stock: Stock
    skus: Skus
    snapshot: Snapshot
    _written: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    _holders: defaultdict[str, set[str]] | None = None

    def note(self, items: Iterable[Item]) -> None:
        """Items that are being written: others may be made of them."""
        self._written.update((item.sku, item.components) for item in items)

    async def check_all(self, items: Sequence[Item | None], found: Violations) -> None:
        """Items of one request, those that can be read, each by its place."""
        self.note(item for item in items if item)
        for index, item in enumerate(items):
            if item:
                await self.check(item, f"items[{index}].", found)

    async def check(self, item: Item, path: str, found: Violations) -> None:
        """Say what keeps the item from naming others, as a bundle above all.

        Raises:
            StorageUnavailable: its stock cannot be read.
        """
        if item.substitutes:
            await self._check_names(item.substitutes, f"{path}substitutes[{{}}]", found)
        if not item.components:
            return
        before = len(found.found)
        names = [part.sku for part in item.components]
        await self._check_names(names, f"{path}components[{{}}].sku", found)
        for holder in sorted(self._holding[item.sku]):
            if item.sku in {part.sku for part in self._parts(holder)}:
                said = f"{item.sku} is a component of {holder}"
                found.add(f"{path}components", said, "a bundle holds no bundle")
                break
        if await self._has_stock(item.sku):
            said = f"{item.sku} has stock of its own or awaits some, a bundle has none"
            found.add(f"{path}components", said, "give the bundle a SKU of its own")
        if len(found.found) == before:
            for part in item.components:
                self._holding[part.sku].add(item.sku)

    async def _check_names(
        self, names: Sequence[str], path: str, found: Violations
    ) -> None:
        """Items that others name are known, and have stock of their own."""
        absent = [name for name in names if not self._is_item(name)]
        unknown = await self.skus.unknown(absent, self.snapshot)
        for index, name in enumerate(names):
            place = path.format(index)
            if self._parts(name):
                found.add(place, "is a bundle", "name what that is made of")
            elif name in unknown:
                near = self.skus.nearest(name, self.snapshot)
                found.add(place, "is an unknown SKU", near or "write its item first")

    def _is_item(self, sku: str) -> bool:
        return sku in self._written or sku in self.snapshot.items

    def _parts(self, sku: str) -> tuple[Line, ...]:
        """What it is made of, as it will be."""
        known = self.snapshot.items.get(sku)
        return self._written.get(sku, known.components if known else ())

    @property
    def _holding(self) -> defaultdict[str, set[str]]:
        """The bundles that each SKU is, or was, a component of."""
        if self._holders is None:
            self._holders = defaultdict(set)
            for item in self.snapshot.items.values():
                for part in item.components:
                    self._holders[part.sku].add(item.sku)
        return self._holders

    async def _has_stock(self, sku: str) -> bool:
        """Whether any unit of it is somewhere or awaited; a bundle may stay one."""
        if is_bundle(sku, self.snapshot.items):
            return False
        cells = await self.stock.cells(sku=sku, limit=CELLS_MAX)
        return any(map(_is_used, cells)) or await self.stock.supply.is_awaited(sku)


def _is_used(cell: Cell) -> bool:
    return bool(cell.on_hand or cell.held or cell.allocated)
