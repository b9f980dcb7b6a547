"""What a customer wants, and where it goes."""

from collections.abc import Iterator
from dataclasses import dataclass

LINES_MAX = 500
"""More lines than a person orders; bounds the work of one decision."""
UNITS_MAX = 1_000_000
"""Units of one line; keeps every sum of costs far from overflow."""


@dataclass(frozen=True, slots=True)
class Line:
    """Whole units of one SKU. An order holds each SKU once."""

    sku: str
    quantity: int

    def __post_init__(self) -> None:
        if not self.sku:
            raise ValueError("sku is empty")
        if not 1 <= self.quantity <= UNITS_MAX:
            raise ValueError(
                f"quantity of {self.sku} is {self.quantity}, wanted 1 to {UNITS_MAX}"
            )


@dataclass(frozen=True, slots=True)
class Bundle:
    """Bundles that were asked for. What they are made of are lines of the order."""

    sku: str
    quantity: int
    components: tuple[Line, ...]
    """Units of one bundle."""
    kept_together: bool = False

    def __post_init__(self) -> None:
        if self.quantity < 1 or not self.components:
            raise ValueError(f"bundle {self.sku} is nothing")

    def units(self) -> dict[str, int]:
        """Units of all of them, by SKU."""
        return {part.sku: part.quantity * self.quantity for part in self.components}


@dataclass(frozen=True, slots=True)
class Destination:
    """A point on the map; degrees. `residential` costs what the carrier charges for
    it. `node_id` names the node there where the customer collects everything."""

    latitude: float
    longitude: float
    postal_code: str = ""
    region_code: str = "US"
    residential: bool = False
    node_id: str = ""

    def __post_init__(self) -> None:
        # Written so that a NaN, which compares false to everything, is refused too.
        if not -90 <= self.latitude <= 90:
            raise ValueError(f"latitude is {self.latitude}, wanted -90 to 90")
        if not -180 <= self.longitude <= 180:
            raise ValueError(f"longitude is {self.longitude}, wanted -180 to 180")


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What the shop says of an order, for the conditions of rules; empty: unknown."""

    channel: str = ""
    customer_tier: str = ""
    tags: tuple[str, ...] = ()
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """Lines with distinct SKUs, in the caller's order, and one destination.

    `bundles` says which of the units were asked for as bundles; it adds none.
    `allow_substitutes`: the customer takes something else of an item's list.
    """

    lines: tuple[Line, ...]
    destination: Destination
    facts: OrderFacts = OrderFacts()
    bundles: tuple[Bundle, ...] = ()
    allow_substitutes: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.lines) <= LINES_MAX:
            raise ValueError(
                f"order has {len(self.lines)} lines, wanted 1 to {LINES_MAX}"
            )
        skus = {line.sku for line in self.lines}
        if len(skus) < len(self.lines):
            # Two lines of one SKU would each be promised the same units.
            raise ValueError("order names a SKU twice: merge the lines first")

    def together(self) -> Iterator[tuple[int, ...]]:
        """Places of the lines that a bundle keeps in one shipment, for each bundle.

        An order for a part of another one's units may have some of a bundle only; the
        rest of it travels by itself already.
        """
        for bundle in self.bundles:
            names = bundle.units()
            rows = [row for row, line in enumerate(self.lines) if line.sku in names]
            if bundle.kept_together and len(rows) == len(names):
                yield tuple(rows)
