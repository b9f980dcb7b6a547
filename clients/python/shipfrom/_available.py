"""What could be promised: frozen values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NodeAvailability:
    """Units of one SKU at one node."""

    node_id: str
    available: int


@dataclass(frozen=True, slots=True)
class SkuAvailability:
    """Units of one SKU that could be promised; `nodes` only when asked for."""

    sku: str
    available: int
    nodes: tuple[NodeAvailability, ...] = ()


@dataclass(frozen=True, slots=True)
class Availability:
    """Units that could be promised: `availability["SKU-1"]`, or by iteration."""

    items: tuple[SkuAvailability, ...]
    as_of: datetime
    degraded: bool

    def __getitem__(self, sku: str) -> int:
        for item in self.items:
            if item.sku == sku:
                return item.available
        raise KeyError(sku)

    def __iter__(self) -> Iterator[SkuAvailability]:
        return iter(self.items)
