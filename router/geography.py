"""Postcodes on the map: where an order goes when it brings no coordinates.

US postcodes come from the package `zipcodes`, read by their first three digits on first
use: opening the whole table costs half a second, one region costs half a millisecond.
872 of its rows, mostly military, sit at 0,0: their place is unknown, not in the Gulf of
Guinea. They fall back to the centre of their region if any other row there is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from zipcodes import _zipcodes

REGION_DIGITS = 3
"""A US postcode's first digits name its sectional centre, a compact area."""


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees. `precise` is False when only the region's centre is known."""

    latitude: float
    longitude: float
    precise: bool = True


@dataclass(slots=True)
class Postcodes:
    """US postcodes, remembered region by region; at most about 930 regions."""

    _points: dict[str, Point] = field(default_factory=dict)
    _regions: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def warm(self) -> None:
        """Unpack the table, so that the first order does not wait for it."""
        self._read("100")

    def find(self, postal_code: str) -> Point | None:
        """The place of a postcode of five digits, or None when nobody knows it."""
        point = self._points.get(postal_code)
        if point is not None:
            return point
        self._read(postal_code[:REGION_DIGITS])
        return self._points.get(postal_code)

    def nearest_known(self, postal_code: str) -> str | None:
        """The known postcode of the same region that is closest as a number."""
        known = self._read(postal_code[:REGION_DIGITS])
        return min(
            known, key=lambda k: (abs(int(k) - int(postal_code)), k), default=None
        )

    def _read(self, region: str) -> tuple[str, ...]:
        """The postcodes of a region whose place is known; fills the memory once."""
        if region not in self._regions:
            points = _points_of(region)
            self._points.update(points)
            self._regions[region] = tuple(points)
        return self._regions[region]


def five_digits(postal_code: str) -> str | None:
    """The five digits of a ZIP or ZIP+4, or None when it is neither."""
    if len(postal_code) == 5 and postal_code.isascii() and postal_code.isdigit():
        return postal_code
    head, dash, tail = postal_code.strip().partition("-")
    if dash and not (len(tail) == 4 and tail.isascii() and tail.isdigit()):
        return None
    return head if len(head) == 5 and head.isascii() and head.isdigit() else None


def _points_of(region: str) -> Mapping[str, Point]:
    rows = _zipcodes.similar_to(region)
    points = {
        row["zip_code"]: Point(float(row["lat"]), float(row["long"]))
        for row in rows
        if _is_known(row)
    }
    if points:
        centre = _centre(points)
        for row in rows:
            points.setdefault(row["zip_code"], centre)
    return points


def _is_known(row: Mapping[str, str]) -> bool:
    return float(row["lat"]) != 0.0 or float(row["long"]) != 0.0


def _centre(points: Mapping[str, Point]) -> Point:
    """Mean of the region's known points; no region crosses the date line."""
    count = len(points)
    return Point(
        round(sum(p.latitude for p in points.values()) / count, 4),
        round(sum(p.longitude for p in points.values()) / count, 4),
        precise=False,
    )
