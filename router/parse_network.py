"""Nodes, items and lanes as callers send them, checked field by field."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shipfrom.v1 import network_service_pb2 as pb

from allocation.network import Item, Lane, Node, NodeKind
from router.geography import Postcodes, five_digits
from router.money import Currency
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

TAGS_MAX = 32
CLOSED_DATES_MAX = 400
WEIGHT_G_MAX = 1_000_000
VOLUME_CM3_MAX = 100_000_000
LOAD_MAX = 1_000_000_000
"""Grams of the heaviest load a lane must be able to price without overflow."""
PRICE_MAX = 1 << 60

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

    def node(self, row: pb.Node, field: str, found: Violations) -> Node:
        """A node; its number is the catalogue's to give, so it is 0 here."""
        latitude, longitude = self._place(row, field, found)
        if row.kind not in KINDS:
            found.add(f"{field}.kind", "is unknown", "use CENTRE, STORE or SUPPLIER")
        priority, handling_days = row.priority, row.handling_days
        whole(priority, f"{field}.priority", found, least=-(10**6), most=10**6)
        whole(handling_days, f"{field}.handling_days", found, least=0, most=60)
        return Node(
            node_id=identifier(row.node_id, f"{field}.node_id", found),
            number=0,
            latitude=latitude,
            longitude=longitude,
            kind=KINDS.get(row.kind, NodeKind.CENTRE),
            display_name=text(row.display_name, f"{field}.display_name", found),
            postal_code=text(
                row.postal_code, f"{field}.postal_code", found, length_max=16
            ),
            region_code=_region(row.region_code, f"{field}.region_code", found),
            time_zone=_zone(row.time_zone, f"{field}.time_zone", found),
            cut_off=_cut_off(row, f"{field}.cut_off", found),
            ship_weekdays=_weekdays(row, f"{field}.ship_weekdays", found),
            closed_dates=_closed(row, f"{field}.closed_dates", found),
            handling_days=handling_days,
            priority=priority,
            tags=_tags(row.tags, f"{field}.tags", found),
            disabled=row.disabled,
            **self._amounts(
                row, field, found, "parcel_handling line_handling unit_handling"
            ),
        )

    def item(self, row: pb.Item, field: str, found: Violations) -> Item:
        """A sellable item."""
        grams, volume = f"{field}.weight_g", f"{field}.volume_cm3"
        return Item(
            sku=sku(row.sku, f"{field}.sku", found),
            display_name=text(row.display_name, f"{field}.display_name", found),
            weight_g=whole(row.weight_g, grams, found, least=0, most=WEIGHT_G_MAX),
            volume_cm3=whole(
                row.volume_cm3, volume, found, least=0, most=VOLUME_CM3_MAX
            ),
            tags=_tags(row.tags, f"{field}.tags", found),
            **self._amounts(row, field, found, "value"),
        )

    def lane(self, row: pb.Lane, field: str, found: Violations) -> Lane:
        """A rate of one service to one zone."""
        node_id = row.node_id
        if node_id:
            identifier(node_id, f"{field}.node_id", found)
        bounds = (
            ("zone", 1, 99),
            ("distance_km_max", 0, 20_100),
            ("step_g", 0, 100_000),
            ("transit_days", 0, 365),
            ("fuel_bps", 0, 100_000),
            ("volume_divisor", 0, 1_000_000),
        )
        numbers = {
            name: whole(
                getattr(row, name), f"{field}.{name}", found, least=least, most=most
            )
            for name, least, most in bounds
        }
        numbers["step_g"] = numbers["step_g"] or 500
        lane = Lane(
            lane_id=identifier(row.lane_id, f"{field}.lane_id", found),
            service=identifier(row.service, f"{field}.service", found),
            node_id=node_id,
            **numbers,
            **self._amounts(row, field, found, "base step residential"),
        )
        _check_price(lane, field, found)
        return lane

    def _amounts(
        self,
        row: pb.Node | pb.Item | pb.Lane,
        field: str,
        found: Violations,
        names: str,
    ) -> dict[str, int]:
        """The named Money fields, in minor units; absent ones cost nothing."""
        return {
            f"{name}_minor": amount(
                getattr(row, name), f"{field}.{name}", found, self.currency
            )
            for name in names.split()
            if row.HasField(name)
        }

    def _place(
        self, row: pb.Node, field: str, found: Violations
    ) -> tuple[float, float]:
        if row.HasField("location"):
            return position(row.location, f"{field}.location", found)
        digits = five_digits(row.postal_code)
        point = digits and self.postcodes.find(digits)
        if point and row.region_code in ("", "US"):
            return point.latitude, point.longitude
        found.add(
            f"{field}.location", "is unknown", "send coordinates or a known US postcode"
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


def _cut_off(row: pb.Node, field: str, found: Violations) -> time:
    if not row.HasField("cut_off"):
        return time(15)
    try:
        return time(row.cut_off.hours, row.cut_off.minutes, row.cut_off.seconds)
    except ValueError:
        found.add(field, "is no time of day", "use 00:00:00 to 23:59:59")
        return time(15)


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


def _check_price(lane: Lane, field: str, found: Violations) -> None:
    """The dearest load must have a price that a 64-bit integer can hold."""
    steps = -(-LOAD_MAX // max(1, lane.step_g))
    price = (lane.base_minor + steps * lane.step_minor) * (10_000 + lane.fuel_bps)
    if price >= PRICE_MAX:
        found.add(f"{field}.step", "is too dear for its step_g", "use a larger step_g")
