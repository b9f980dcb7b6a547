"""Orders as callers send them: checked, merged and placed on the map.

One pass over a request gives the order, the policy narrowed to what this order asks and
everything that is wrong. It runs for every quote, so it builds paths and suggestions
only when something fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, Protocol

from allocation.order import LINES_MAX, UNITS_MAX, Destination, Line, Order
from allocation.policy import (
    DISTANCE_KM_MAX,
    KEEP_BACK_MAX,
    SHIPMENTS_MAX,
    LineSplit,
    Objective,
    Policy,
)
from router.geography import Postcodes, five_digits
from router.snapshot import Snapshot
from router.validate import (
    REGION,
    Violations,
    coming_day,
    count,
    identifier,
    is_sku,
    nearest,
    position,
    text,
    whole,
)
from shipfrom.v1 import order_pb2 as pb

NODES_NAMED_MAX = 100
TAGS_NAMED_MAX = 16
WEIGHT_G_MAX = 100_000_000
"""100 t an order: beyond it parcels are the wrong model, and prices stay in 64 bits."""
VOLUME_CM3_MAX = 1_000_000_000

LIMITS = (
    ("max_shipments", SHIPMENTS_MAX),
    ("max_distance_km", DISTANCE_KM_MAX),
    ("keep_back", KEEP_BACK_MAX),
)

OBJECTIVES = {
    pb.OBJECTIVE_UNSPECIFIED: Objective.CHEAPEST,
    pb.OBJECTIVE_CHEAPEST: Objective.CHEAPEST,
    pb.OBJECTIVE_FASTEST: Objective.FASTEST,
    pb.OBJECTIVE_FEWEST_SHIPMENTS: Objective.FEWEST_SHIPMENTS,
    pb.OBJECTIVE_NEAREST: Objective.NEAREST,
    pb.OBJECTIVE_PRIORITY: Objective.PRIORITY,
    pb.OBJECTIVE_MOST_STOCK: Objective.MOST_STOCK,
}
SPLITS = {
    pb.LINE_SPLIT_UNSPECIFIED: LineSplit.IF_FORCED,
    pb.LINE_SPLIT_IF_FORCED: LineSplit.IF_FORCED,
    pb.LINE_SPLIT_NEVER: LineSplit.NEVER,
    pb.LINE_SPLIT_BY_COST: LineSplit.BY_COST,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What one order asks: lines and destination, and the policy narrowed to it."""

    order: Order
    policy: Policy


@dataclass(frozen=True, slots=True)
class WishReader:
    """Checks orders against the postcodes, the policy and one snapshot's names."""

    postcodes: Postcodes
    policy: Policy

    def read(
        self,
        request: "Asking",
        found: Violations,
        *,
        snapshot: Snapshot,
        now: datetime,
    ) -> Wish:
        """The order of a quote or a hold.

        Raises:
            InvalidField: everything in `found`, what was there before included.
        """
        wanted = self._quantities(request.lines, found, snapshot)
        place = self._destination(request.ship_to, found)
        narrowed: dict[str, Any] = {}
        if request.HasField("routing"):
            narrowed = self._narrow(request.routing, found, snapshot=snapshot, now=now)
        found.check()
        lines = tuple([Line(sku, quantity) for sku, quantity in wanted.items()])
        policy = replace(self.policy, **narrowed) if narrowed else self.policy
        return Wish(Order(lines, Destination(*place)), policy)

    def _quantities(
        self, lines: Sequence[pb.Line], found: Violations, snapshot: Snapshot
    ) -> dict[str, int]:
        """Units by SKU: two lines of one SKU are one demand."""
        if not 0 < len(lines) <= LINES_MAX:
            count(len(lines), "lines", found, most=LINES_MAX)
            lines = lines[:LINES_MAX]
        wanted: dict[str, int] = {}
        weight_g = volume_cm3 = 0
        items = snapshot.items
        for index, line in enumerate(lines):
            sku, quantity = line.sku, line.quantity
            item = items.get(sku)
            total = wanted[sku] = wanted.get(sku, 0) + quantity
            if not (quantity > 0 and total <= UNITS_MAX and (item or is_sku(sku))):
                _blame_line(index, line, found)
            elif item is not None:
                weight_g += item.weight_g * quantity
                volume_cm3 += item.volume_cm3 * quantity
        if weight_g > WEIGHT_G_MAX or volume_cm3 > VOLUME_CM3_MAX:
            found.add("lines", "weigh over 100 t or 1,000 m3", "split the order")
        return wanted

    def _destination(
        self, ship_to: pb.Destination, found: Violations
    ) -> tuple[float, float, str, str, bool]:
        postal_code, region = ship_to.postal_code, ship_to.region_code or "US"
        if region != "US" and not REGION(region):
            found.add(
                "ship_to.region_code",
                "is no country",
                "use two capitals, for example US",
            )
        if ship_to.HasField("location"):
            text(postal_code, "ship_to.postal_code", found, length_max=16)
            latitude, longitude = position(ship_to.location, "ship_to.location", found)
        else:
            latitude, longitude = self._place(postal_code, region, found)
        return latitude, longitude, postal_code, region, ship_to.residential

    def _place(
        self, postal_code: str, region: str, found: Violations
    ) -> tuple[float, float]:
        """The coordinates of a US postcode; another country must send coordinates."""
        field, digits = "ship_to.postal_code", five_digits(postal_code)
        point = self.postcodes.find(digits) if digits and region == "US" else None
        if point is not None:
            return point.latitude, point.longitude
        if not postal_code:
            found.add("ship_to", "has no place", "send a US postcode or coordinates")
        elif region != "US":
            found.add(
                "ship_to.location",
                "is required outside the US",
                "send latitude and longitude",
            )
        elif digits is None:
            found.add(field, "is no ZIP", "send five digits, for example 10001")
        else:
            near = self.postcodes.nearest_known(digits)
            also = f"did you mean {near}? Or " if near else ""
            found.add(field, "has no known place", f"{also}send ship_to.location")
        return 0.0, 0.0

    def _narrow(
        self,
        routing: pb.Routing,
        found: Violations,
        *,
        snapshot: Snapshot,
        now: datetime,
    ) -> dict[str, Any]:
        """What this order asks of the policy; limits of 0 mean the policy's own."""
        base = self.policy
        only = _nodes(routing, "only_node_ids", found, snapshot) or base.only_node_ids
        excluded = _nodes(routing, "exclude_node_ids", found, snapshot)
        excluded = tuple({*base.exclude_node_ids, *excluded})
        if set(only) & set(excluded):
            found.add(
                "routing.exclude_node_ids", "names a wanted node", "name it in one list"
            )
        return {
            "objective": _objective(routing, found),
            "line_split": _split(routing, found),
            "allow_partial": routing.allow_partial or base.allow_partial,
            "node_tags": base.node_tags + _tags(routing, found),
            "only_node_ids": only,
            "exclude_node_ids": tuple(sorted(excluded)),
            "service": _service(routing.service, found, snapshot) or base.service,
            "promise_by": _day(routing, "promise_by", found, now) or base.promise_by,
            "wanted_by": _day(routing, "wanted_by", found, now) or base.wanted_by,
            **{
                name: _limit(routing, name, found, most=most) or getattr(base, name)
                for name, most in LIMITS
            },
        }


class Asking(Protocol):
    """What quotes and holds have in common."""

    @property
    def lines(self) -> Sequence[pb.Line]: ...
    @property
    def ship_to(self) -> pb.Destination: ...
    @property
    def routing(self) -> pb.Routing: ...
    def HasField(self, name: Literal["ship_to", "routing"], /) -> bool: ...


def routing_content(routing: pb.Routing) -> tuple[object, ...]:
    """A routing in our own deterministic form, defaults written out."""
    by, wanted = routing.promise_by, routing.wanted_by
    return (
        routing.objective or pb.OBJECTIVE_CHEAPEST,
        routing.max_shipments,
        routing.max_distance_km,
        routing.allow_partial,
        routing.line_split or pb.LINE_SPLIT_IF_FORCED,
        sorted(set(routing.node_tags)),
        sorted(set(routing.only_node_ids)),
        sorted(set(routing.exclude_node_ids)),
        routing.service,
        (by.year, by.month, by.day),
        (wanted.year, wanted.month, wanted.day),
        routing.keep_back,
    )


def _blame_line(index: int, line: pb.Line, found: Violations) -> None:
    """Say what is wrong with a line that failed the quick test."""
    if not is_sku(line.sku):
        problem = "is not a valid SKU" if line.sku else "is required"
        found.add(f"lines[{index}].sku", problem, "use 1 to 64 printable characters")
    field = f"lines[{index}].quantity"
    if 0 < line.quantity <= UNITS_MAX and is_sku(line.sku):
        found.add(field, "takes the SKU's total over 1,000,000", "split the order")
    else:
        whole(line.quantity, field, found, least=1, most=UNITS_MAX)


def _objective(routing: pb.Routing, found: Violations) -> Objective:
    if routing.objective not in OBJECTIVES:
        found.add("routing.objective", "is unknown", "leave it out for CHEAPEST")
    return OBJECTIVES.get(routing.objective, Objective.CHEAPEST)


def _split(routing: pb.Routing, found: Violations) -> LineSplit:
    if routing.line_split not in SPLITS:
        found.add("routing.line_split", "is unknown", "leave it out for IF_FORCED")
    return SPLITS.get(routing.line_split, LineSplit.IF_FORCED)


def _limit(routing: pb.Routing, name: str, found: Violations, *, most: int) -> int:
    value: int = getattr(routing, name)
    return whole(value, f"routing.{name}", found, least=0, most=most)


def _tags(routing: pb.Routing, found: Violations) -> tuple[str, ...]:
    if len(routing.node_tags) > TAGS_NAMED_MAX:
        found.add("routing.node_tags", "has too many tags", "send at most 16")
    tags = sorted(set(routing.node_tags[:TAGS_NAMED_MAX]))
    for index, tag in enumerate(routing.node_tags[:TAGS_NAMED_MAX]):
        identifier(tag, f"routing.node_tags[{index}]", found)
    return tuple(tags)


def _nodes(
    routing: pb.Routing, name: str, found: Violations, snapshot: Snapshot
) -> tuple[str, ...]:
    """Node ids that exist: a misspelt one would route by accident."""
    node_ids: Sequence[str] = getattr(routing, name)
    if len(node_ids) > NODES_NAMED_MAX:
        found.add(f"routing.{name}", "has too many nodes", "send at most 100")
    for index, node_id in enumerate(node_ids[:NODES_NAMED_MAX]):
        if node_id not in snapshot.nodes:
            field = f"routing.{name}[{index}]"
            found.add(field, "is an unknown node", nearest(node_id, snapshot.node_ids))
    return tuple(sorted(set(node_ids)))


def _service(service: str, found: Violations, snapshot: Snapshot) -> str:
    if service and service not in snapshot.services:
        known = nearest(service, snapshot.services) or "see ListLanes for services"
        found.add("routing.service", "is an unknown service", known)
    return service


def _day(
    routing: pb.Routing,
    name: Literal["promise_by", "wanted_by"],
    found: Violations,
    now: datetime,
) -> date | None:
    if not routing.HasField(name):
        return None
    return coming_day(getattr(routing, name), f"routing.{name}", found, now=now)
