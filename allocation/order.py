"""What a customer wants, and where it goes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """Whole units of one SKU. An order holds each SKU once."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Destination:
    """A point on the map; degrees. `residential` costs what the carrier charges for it."""

    latitude: float
    longitude: float
    postal_code: str = ""
    region_code: str = "US"
    residential: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """Lines with distinct SKUs, in the caller's order, and one destination."""

    lines: tuple[Line, ...]
    destination: Destination
