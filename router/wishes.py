"""Orders as callers send them: checked, merged and placed on the map.

One pass over a request gives the order, the policy narrowed to what this order asks and
everything that is wrong. It runs for every quote, so it builds paths and suggestions
only when something fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from allocation.order import (
    LINES_MAX,
    UNITS_MAX,
    Bundle,
    Destination,
    Line,
    Order,
    OrderFacts,
)
from allocation.policy import Policy
from router.bundles import Items, bundle_of
from router.collecting import Place, check_service, place_of_node
from router.facts import UNKNOWN, read_facts
from router.geography import Postcodes, five_digits
from router.narrowing import narrow, read_routing
from router.routing import UNASKED, Routing
from router.snapshot import Snapshot
from router.validate import (
    REGION,
    Violations,
    count,
    is_sku,
    position,
    sku_fault,
    text,
    whole,
)
from shipfrom.v1 import order_pb2 as pb
from shipfrom.v1.checkout_service_pb2 import HoldRequest

WEIGHT_G_MAX = 100_000_000
"""100 t an order: beyond it parcels are the wrong model, and prices stay in 64 bits."""
VOLUME_CM3_MAX = 1_000_000_000


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
        wanted, bundles = self._quantities(request.lines, found, snapshot)
        place = self._destination(request.ship_to, found, snapshot)
        policy = self.policy
        check_service(request.ship_to, request.routing, found)
        if request.HasField("routing"):
            policy = narrow(policy, request.routing, found, snapshot=snapshot, now=now)
        facts = _facts(request, found)
        found.check()
        order = _order(wanted, place, facts, bundles)
        if isinstance(request, HoldRequest) and request.allow_substitutes:
            order = replace(order, allow_substitutes=True)
        return Wish(order, policy)

    def under(self, policy: Policy) -> "WishReader":
        """The same checks for orders that meet another policy."""
        return self if policy is self.policy else WishReader(self.postcodes, policy)

    def unmet(
        self,
        request: "Asking",
        found: Violations,
        *,
        snapshot: Snapshot,
        now: datetime,
    ) -> tuple[Order, Routing]:
        """The order and its wishes for a policy that it meets later, in a simulation.

        Raises:
            InvalidField: everything in `found`, what was there before included.
        """
        wanted, bundles = self._quantities(request.lines, found, snapshot)
        place = self._destination(request.ship_to, found, snapshot)
        routing = UNASKED
        check_service(request.ship_to, request.routing, found)
        if request.HasField("routing"):
            routing = read_routing(request.routing, found, snapshot=snapshot, now=now)
        facts = _facts(request, found)
        found.check()
        return _order(wanted, place, facts, bundles), routing

    def _quantities(
        self, lines: Sequence[pb.Line], found: Violations, snapshot: Snapshot
    ) -> tuple[dict[str, int], tuple[Bundle, ...]]:
        """Units by SKU, and the bundles among them: two lines of one SKU, named or
        component, are one demand."""
        if not 0 < len(lines) <= LINES_MAX:
            count(len(lines), "lines", found, most=LINES_MAX)
            lines = lines[:LINES_MAX]
        wanted: dict[str, int] = {}
        bundled: dict[str, int] = {}
        weight_g = volume_cm3 = 0
        items = snapshot.items
        for index, line in enumerate(lines):
            sku, quantity = line.sku, line.quantity
            item = items.get(sku)
            units = bundled if item and item.components else wanted
            total = units[sku] = units.get(sku, 0) + quantity
            if not (quantity > 0 and total <= UNITS_MAX and (item or is_sku(sku))):
                _blame_line(index, line, found)
            elif item is not None and units is wanted:
                weight_g += item.weight_g * quantity
                volume_cm3 += item.volume_cm3 * quantity
        bundles: tuple[Bundle, ...] = ()
        if bundled and not found.found:
            bundles = _explode(bundled, wanted, items, found)
            described = [(items.get(sku), n) for sku, n in wanted.items()]
            weight_g = sum([item.weight_g * n for item, n in described if item])
            volume_cm3 = sum([item.volume_cm3 * n for item, n in described if item])
        if weight_g > WEIGHT_G_MAX or volume_cm3 > VOLUME_CM3_MAX:
            found.add("lines", "weigh over 100 t or 1,000 m3", "split the order")
        return wanted, bundles

    def _destination(
        self, ship_to: pb.Destination, found: Violations, snapshot: Snapshot
    ) -> Place:
        if ship_to.node_id:
            return place_of_node(ship_to, found, snapshot)
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
        return latitude, longitude, postal_code, region, ship_to.residential, ""

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


class Asking(Protocol):
    """What quotes and holds have in common."""

    @property
    def lines(self) -> Sequence[pb.Line]: ...
    @property
    def ship_to(self) -> pb.Destination: ...
    @property
    def routing(self) -> pb.Routing: ...
    @property
    def facts(self) -> pb.OrderFacts: ...
    def HasField(self, name: Literal["ship_to", "routing", "facts"], /) -> bool: ...


def _facts(request: Asking, found: Violations) -> OrderFacts:
    return read_facts(request.facts, found) if request.HasField("facts") else UNKNOWN


def _order(
    wanted: dict[str, int],
    place: Place,
    facts: OrderFacts,
    bundles: tuple[Bundle, ...],
) -> Order:
    lines = tuple([Line(sku, quantity) for sku, quantity in wanted.items()])
    return Order(lines, Destination(*place), facts, bundles)


def _explode(
    bundled: dict[str, int], wanted: dict[str, int], items: Items, found: Violations
) -> tuple[Bundle, ...]:
    """The bundles; their components are added to what is wanted."""
    bundles = tuple(bundle_of(sku, count, items) for sku, count in bundled.items())
    for bundle in bundles:
        for sku, units in bundle.units().items():
            wanted[sku] = wanted.get(sku, 0) + units
            if wanted[sku] > UNITS_MAX:
                said = f"take {sku}, a component of {bundle.sku}, over 1,000,000"
                found.add("lines", said, "split the order")
    if len(wanted) > LINES_MAX:
        said = f"come to {len(wanted)} SKUs with the components of bundles"
        found.add("lines", said, f"order at most {LINES_MAX}")
    return bundles


def _blame_line(index: int, line: pb.Line, found: Violations) -> None:
    """Say what is wrong with a line that failed the quick test."""
    if not is_sku(line.sku):
        found.add(f"lines[{index}].sku", *sku_fault(line.sku))
    field = f"lines[{index}].quantity"
    if 0 < line.quantity <= UNITS_MAX and is_sku(line.sku):
        found.add(field, "takes the SKU's total over 1,000,000", "split the order")
    else:
        whole(line.quantity, field, found, least=1, most=UNITS_MAX)
