"""Nodes, items and lanes as callers send them, checked field by field."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allocation.network import Item, Lane, Node, NodeKind
from allocation.node import DAYS_MAX
from allocation.policy import DISTANCE_KM_MAX
from router.geography import Postcodes, five_digits
from router.money import Currency
from router.parse_items import components, substitutes
from router.parse_slots import ORDERS_A_DAY_MAX, read_slots, time_of_day
from router.validate import (
    REGION,
    Violations,
    amount,
    day,
    identifier,
    position,
    sku,
    text,
    whole,
)
from shipfrom.v1 import network_service_pb2 as pb

TAGS_MAX = 32
CLOSED_DATES_MAX = 400
LOAD_MAX = 1_000_000_000
"""Grams of the heaviest load a lane must be able to price without overflow."""
PRICE_MAX = 1 << 60
STEP_G = 500

NODE_NUMBERS = (
    ("priority", -1_000_000, 1_000_000),
    ("handling_days", 0, DAYS_MAX),
    ("orders_per_day", 0, ORDERS_A_DAY_MAX),
)
TIMES = {"cut_off": time(15), "open_from": time(9), "open_until": time(20)}
"""Local times of a node, where it does not say otherwise."""
OPEN_HOURS = ("open_from", "open_until")
NODE_AMOUNTS = ("parcel_handling", "line_handling", "unit_handling")
ITEM_NUMBERS = (("weight_g", 0, 1_000_000), ("volume_cm3", 0, 100_000_000))
LANE_NUMBERS = (
    ("zone", 1, 99),
    ("distance_km_max", 0, DISTANCE_KM_MAX),
    ("step_g", 0, 100_000),
    ("transit_days", 0, DAYS_MAX),
    ("fuel_bps", 0, 100_000),
    ("volume_divisor", 0, 1_000_000),
)
LANE_AMOUNTS = ("base", "step", "residential")

Row = pb.Node | pb.Item | pb.Lane

KINDS = {
    pb.NODE_KIND_UNSPECIFIED: NodeKind.CENTRE,
    pb.NODE_KIND_CENTRE: NodeKind.CENTRE,
    pb.NODE_KIND_STORE: NodeKind.STORE,
    pb.NODE_KIND_SUPPLIER: NodeKind.SUPPLIER,
}


@dataclass(frozen=True, slots=True)
class NetworkReader:
    """Checks rows of the network against what this deployment knows."""

    postcodes: Postcodes
    currency: Currency

    def node(self, row: pb.Node, field: str, found: Violations) -> Node | None:
        """A node, or None when something was found wrong with it.

        Its number is the catalogue's to give, so it is 0 here.
        """
        before = len(found.found)
        latitude, longitude = self._place(row, field, found)
        if row.kind not in KINDS:
            found.add(f"{field}kind", "is unknown", "use CENTRE, STORE or SUPPLIER")
        values = {
            "node_id": identifier(row.node_id, f"{field}node_id", found),
            "latitude": latitude,
            "longitude": longitude,
            "kind": KINDS.get(row.kind, NodeKind.CENTRE),
            "display_name": text(row.display_name, f"{field}display_name", found),
            "postal_code": _postal_code(row, field, found),
            "region_code": _region(row.region_code, f"{field}region_code", found),
            "time_zone": _zone(row.time_zone, f"{field}time_zone", found),
            "cut_off": _time(row, "cut_off", field, found),
            **_open_hours(row, field, found),
            "slots": read_slots(
                row, _time(row, "cut_off", field, Violations()), field, found
            ),
            "ship_weekdays": _weekdays(row, f"{field}ship_weekdays", found),
            "closed_dates": _closed(row, f"{field}closed_dates", found),
            "tags": _tags(row.tags, f"{field}tags", found),
            "disabled": row.disabled,
            **_numbers(row, field, found, NODE_NUMBERS),
            **self._amounts(row, field, found, NODE_AMOUNTS),
        }
        return None if len(found.found) > before else Node(number=0, **values)

    def item(self, row: pb.Item, field: str, found: Violations) -> Item | None:
        """A sellable item, or None when something was found wrong with it."""
        before = len(found.found)
        values = {
            "sku": sku(row.sku, f"{field}sku", found),
            "display_name": text(row.display_name, f"{field}display_name", found),
            "tags": _tags(row.tags, f"{field}tags", found),
            **_numbers(row, field, found, ITEM_NUMBERS),
            **self._amounts(row, field, found, ("value",)),
            "components": components(row, f"{field}components", found),
            "kept_together": row.kept_together,
            "substitutes": substitutes(row, f"{field}substitutes", found),
        }
        if row.kept_together and not row.components:
            found.add(f"{field}kept_together", "is for bundles", "name its components")
        return None if len(found.found) > before else Item(**values)

    def lane(self, row: pb.Lane, field: str, found: Violations) -> Lane | None:
        """A rate of one service to one zone, or None when something is wrong."""
        before = len(found.found)
        if row.node_id:
            identifier(row.node_id, f"{field}node_id", found)
        values = {
            "lane_id": identifier(row.lane_id, f"{field}lane_id", found),
            "service": identifier(row.service, f"{field}service", found),
            "node_id": row.node_id,
            **_numbers(row, field, found, LANE_NUMBERS),
            **self._amounts(row, field, found, LANE_AMOUNTS),
        }
        values["step_g"] = values["step_g"] or STEP_G
        if len(found.found) == before:
            lane = Lane(**values)
            if _is_priced(lane):
                return lane
            found.add(
                f"{field}step", "is too dear for its step_g", "use a larger step_g"
            )
        return None

    def _amounts(
        self, row: Row, field: str, found: Violations, names: Sequence[str]
    ) -> dict[str, Any]:
        """The named Money fields, in minor units; absent ones cost nothing."""
        return {
            f"{name}_minor": amount(
                getattr(row, name), f"{field}{name}", found, self.currency
            )
            for name in names
            if row.HasField(name)
        }

    def _place(
        self, row: pb.Node, field: str, found: Violations
    ) -> tuple[float, float]:
        if row.HasField("location"):
            return position(row.location, f"{field}location", found)
        digits = five_digits(row.postal_code)
        point = digits and self.postcodes.find(digits)
        if point and row.region_code in ("", "US"):
            return point.latitude, point.longitude
        found.add(
            f"{field}location", "is unknown", "send coordinates or a known US postcode"
        )
        return 0.0, 0.0


def _region(value: str, field: str, found: Violations) -> str:
    if value and not REGION(value):
        found.add(field, "is no country", "use two capitals, for example US")
    return value or "US"


def _zone(value: str, field: str, found: Violations) -> str:
    try:
        ZoneInfo(value or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found.add(field, "is no IANA zone", "use for example America/New_York")
    return value or "UTC"


def _time(row: pb.Node, name: str, prefix: str, found: Violations) -> time:
    if not row.HasField(name):
        return TIMES[name]
    said = time_of_day(getattr(row, name))
    if said is None:
        found.add(f"{prefix}{name}", "is no time of day", "use 00:00:00 to 23:59:59")
    return TIMES[name] if said is None else said


def _open_hours(row: pb.Node, field: str, found: Violations) -> dict[str, time]:
    opens, closes = (_time(row, name, field, found) for name in OPEN_HOURS)
    if opens >= closes:
        found.add(f"{field}open_until", "is not after open_from", "send a later time")
    return dict(zip(OPEN_HOURS, (opens, closes), strict=True))


def _weekdays(row: pb.Node, field: str, found: Violations) -> tuple[int, ...]:
    days = tuple(sorted(set(row.ship_weekdays)))
    if any(not 1 <= d <= 7 for d in days):
        found.add(field, "holds no ISO weekday", "use 1 (Monday) to 7 (Sunday)")
    return days or (1, 2, 3, 4, 5)


def _closed(row: pb.Node, field: str, found: Violations) -> tuple[date, ...]:
    if len(row.closed_dates) > CLOSED_DATES_MAX:
        found.add(field, "has too many days", f"send at most {CLOSED_DATES_MAX}")
        return ()
    days = (day(d, f"{field}[{i}]", found) for i, d in enumerate(row.closed_dates))
    return tuple(sorted(d for d in days if d))


def _tags(values: Sequence[str], field: str, found: Violations) -> tuple[str, ...]:
    if len(values) > TAGS_MAX:
        found.add(field, "has too many tags", f"send at most {TAGS_MAX}")
    for index, value in enumerate(values[:TAGS_MAX]):
        identifier(value, f"{field}[{index}]", found)
    return tuple(sorted(set(values)))


def _numbers(
    row: Row, field: str, found: Violations, bounds: Sequence[tuple[str, int, int]]
) -> dict[str, Any]:
    """Whole numbers by name, each within its bounds."""
    return {
        name: whole(getattr(row, name), f"{field}{name}", found, least=least, most=most)
        for name, least, most in bounds
    }


def _postal_code(row: pb.Node, field: str, found: Violations) -> str:
    return text(row.postal_code, f"{field}postal_code", found, length_max=16)


def _is_priced(lane: Lane) -> bool:
    """Whether the heaviest load has a price that a 64-bit integer can hold."""
    steps = -(-LOAD_MAX // lane.step_g)
    price = (lane.base_minor + steps * lane.step_minor) * (10_000 + lane.fuel_bps)
    return price < PRICE_MAX
