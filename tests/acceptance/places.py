"""A case's places as nodes: where they stand, how they rank, what they charge."""

from dataclasses import dataclass
from fractions import Fraction
from math import degrees, lcm

from google.type import latlng_pb2, money_pb2

from shipfrom.v1 import network_service_pb2, order_pb2

from .names import Names
from .schema import Case, Json, Needs, every_step

EARTH_RADIUS_KM = 6371.0088
MONEY_MAX = 1_000_000_000
"""Most minor units of one amount of money."""
ORDERS_MAX = 1_000_000
"""Most orders a day that the API lets a node be limited to."""
LEAD_DAYS_MAX = 30
"""Most handling days of a node in the API."""
CHARGED = ("cheapest", "fewest_splits", "weeks_of_supply")
"""Strategies that look at costs, if only to break ties."""
SOMEWHERE = (10.0, 20.0)
"""Where things stand when a case does not care. Not 0,0: the API refuses that."""


@dataclass(frozen=True, slots=True)
class Fees:
    """Minor units a node charges for each shipment and each unit."""

    parcel_minor: int = 0
    unit_minor: int = 0


def nodes(
    case: Case,
    names: Names,
    *,
    strategy: str,
    open_all: bool = False,
    ignoring_capacity: bool = False,
) -> list[network_service_pb2.Node]:
    """Every place as a node; `open_all` opens even those that the case closes.

    A place without room for any order is closed. An ignored capacity is a limit that is
    never reached, so that orders are still counted against the real one.
    """
    fees = _fees(case, strategy)
    found = []
    for rank, place in enumerate(case.ranked(), 1):
        fee = fees.get(place["id"], Fees())
        found.append(
            network_service_pb2.Node(
                node_id=names.node(place["id"]),
                location=_position(case, place),
                # The rank, so that equal priorities keep the order of listing.
                priority=rank,
                tags=_tags(place, names),
                disabled=not open_all and not _is_open(place, ignoring_capacity),
                orders_per_day=_orders_per_day(place, ignoring_capacity),
                parcel_handling=money(fee.parcel_minor),
                unit_handling=money(fee.unit_minor),
                handling_days=_lead_days(place),
            )
        )
    return found


def _tags(place: Json, names: Names) -> list[str]:
    """Groups of a shop are its tags, and so is that customers collect there."""
    groups = [names.group(group) for group in place.get("groups") or ()]
    return [*groups, names.pickup()] if place.get("pickup") else groups


def _lead_days(place: Json) -> int:
    """Days until the place can hand over what it has."""
    days = place.get("eta_days") or 0
    if days not in range(LEAD_DAYS_MAX + 1):
        raise Needs("later_lots")
    return int(days)


def _is_open(place: Json, ignoring_capacity: bool) -> bool:
    full = place.get("capacity") == 0 and not ignoring_capacity
    return bool(place.get("enabled", True)) and not full


def _orders_per_day(place: Json, ignoring_capacity: bool) -> int:
    """The limit of the API; 0 is none."""
    if place.get("capacity") is None:
        return 0
    return ORDERS_MAX if ignoring_capacity else int(place["capacity"])


def destination(case: Case, order: Json, policy: Json) -> order_pb2.Destination:
    """Where an order goes.

    Where distance decides and the case names no point, none is sent: what the service
    makes of that is its own answer.
    """
    point = _point(order.get("dest") or {})
    if point is None and not _given_distances(case):
        by_distance = policy.get("strategy") == "nearest" or policy.get("max_km")
        if by_distance or order.get("dest") == {}:
            return order_pb2.Destination()
    if point is None:
        point = _latlng(*SOMEWHERE)
    return order_pb2.Destination(location=point)


def somewhere() -> latlng_pb2.LatLng:
    """A point for orders whose destination plays no part."""
    return _latlng(*SOMEWHERE)


def check_places(case: Case, policy: Json) -> None:
    """Refuses what the API cannot say about where nodes are."""
    if policy.get("strategy") != "nearest" and not policy.get("max_km"):
        return
    for place in case.places:
        placed = "distance_km" in place or _point(place) is not None
        if place.get("enabled", True) and not placed:
            raise Needs("node_without_coordinates")


def _position(case: Case, place: Json) -> latlng_pb2.LatLng:
    """Coordinates, or a point on the destination's meridian at the given distance."""
    point = _point(place)
    if point is not None and "distance_km" not in place:
        return point
    latitude, longitude = _base(case)
    north = degrees(place.get("distance_km", 0) / EARTH_RADIUS_KM)
    if latitude > 0:
        north = -north
    if not -90 <= latitude + north <= 90:
        raise Needs("distance_beyond_the_pole")
    return _latlng(latitude + north, longitude)


def _base(case: Case) -> tuple[float, float]:
    """The point from which `distance_km` counts: the one destination of the case."""
    points = {
        (asked["dest"]["lat"], asked["dest"]["lon"])
        for asked in (*case.orders(), *case.steps)
        if (asked.get("dest") or {}).get("lat") is not None
    }
    if len(points) > 1 and _given_distances(case):
        raise Needs("distance_by_destination")
    return points.pop() if points else SOMEWHERE


def _given_distances(case: Case) -> bool:
    return any("distance_km" in place for place in case.places)


def _point(place: Json) -> latlng_pb2.LatLng | None:
    if place.get("lat") is None or place.get("lon") is None:
        return None
    return _latlng(place["lat"], place["lon"])


def _latlng(latitude: float, longitude: float) -> latlng_pb2.LatLng:
    return latlng_pb2.LatLng(latitude=latitude, longitude=longitude)


def _fees(case: Case, strategy: str) -> dict[str, Fees]:
    """What nodes charge. Only three strategies look at costs; all carriage is free.

    `cheapest` charges the case's unit costs. `fewest_splits` breaks ties by priority:
    the API's FEWEST_SHIPMENTS breaks them by cost, so a shop says its preference as
    fees, the better node always cheaper to open, then cheaper for each unit. Where the
    weeks of supply are alike, the better node is the cheaper one for each unit, too.
    """
    if strategy == "cheapest":
        return _unit_costs(case)
    if strategy == "weeks_of_supply":
        return {p["id"]: Fees(unit_minor=n) for n, p in enumerate(case.ranked())}
    if strategy == "fewest_splits":
        return _preference(case)
    return {}


def _unit_costs(case: Case) -> dict[str, Fees]:
    """Unit costs as whole numbers, times enough to leave room for ties by priority."""
    costs = {place["id"]: _unit_cost(place) for place in case.places}
    minor = lcm(*(cost.denominator for cost in costs.values()))
    room = len(costs) * _most_units(case) + 1
    fees = {
        place["id"]: Fees(unit_minor=int(costs[place["id"]] * minor * room) + rank)
        for rank, place in enumerate(case.ranked())
    }
    return _within(fees, "finer_unit_costs")


def _unit_cost(place: Json) -> Fraction:
    """The cost of a unit there; the API has one for all SKUs of a node."""
    cells = [cell for cell in place.get("stock", {}).values() if isinstance(cell, dict)]
    given = {str(c["unit_cost"]) for c in cells if c.get("unit_cost") is not None}
    if place.get("unit_cost") is not None:
        given = {str(place["unit_cost"])}
    if len(given) > 1 or any(mark in "".join(given) for mark in "{["):
        raise Needs("unit_cost_by_sku")
    return Fraction(given.pop()) if given else Fraction(0)


def _preference(case: Case) -> dict[str, Fees]:
    """Powers of two: opening the best node of a set outweighs all worse ones."""
    ranked = case.ranked()
    room = len(ranked) * _most_units(case) + 1
    whole = 1 << len(ranked)
    fees = {
        place["id"]: Fees(
            parcel_minor=room * (whole - (whole >> (rank + 1))), unit_minor=rank
        )
        for rank, place in enumerate(ranked)
    }
    return _within(fees, "ties_by_priority")


def _within(fees: dict[str, Fees], capability: str) -> dict[str, Fees]:
    for fee in fees.values():
        if max(fee.parcel_minor, fee.unit_minor) > MONEY_MAX:
            raise Needs(capability)
    return fees


def _most_units(case: Case) -> int:
    """Units of the largest order of the case."""
    orders = [step["order"] for step in every_step(case) if "order" in step]
    sums = [sum(case.units(line["qty"]) for line in o["lines"]) for o in orders]
    return max((abs(units) for units in sums), default=1)


def money(minor: int) -> money_pb2.Money:
    """Minor units of the server's currency."""
    return money_pb2.Money(
        currency_code="USD", units=minor // 100, nanos=minor % 100 * 10_000_000
    )
