"""Bundles where requests come in: from here on only their components are known.

A line that names a bundle is its components, merged with other lines of the same SKUs.
The order remembers which of its units were asked for as bundles, so that plans, orders
and explanations can say so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from allocation.bundles import names_of
from allocation.network import Item
from allocation.order import Bundle
from inventory.errors import WrongState
from router.validate import Violations, sku
from shipfrom.v1 import order_pb2 as pb
from shipfrom.v1.order_service_pb2 import OrderLine

Units = NDArray[np.int64]
Items = Mapping[str, Item]
SAID_MAX = 3
"""Components named in a suggestion."""


def is_bundle(name: str, items: Items) -> bool:
    """Whether the SKU stands for other ones."""
    item = items.get(name)
    return item is not None and bool(item.components)


def bundle_of(name: str, quantity: int, items: Items) -> Bundle:
    """So many of a bundle, as it is made today."""
    item = items[name]
    return Bundle(name, quantity, item.components, item.kept_together)


def asked_units(lines: Iterable[pb.Line]) -> list[tuple[str, int]]:
    """Units by SKU as the caller names them: what a repeat must say again, whatever
    has become of a bundle since."""
    units: dict[str, int] = {}
    for line in lines:
        units[line.sku] = units.get(line.sku, 0) + line.quantity
    return list(units.items())


def all_names(lines: Iterable[pb.Line], items: Items) -> set[str]:
    """The SKUs of the lines, and the components of their bundles."""
    return set(with_components([line.sku for line in lines], items))


def with_components(names: Sequence[str], items: Items) -> list[str]:
    """The names, then the components of those that are bundles; each once."""
    parts = [
        part.sku for name in names if name in items for part in items[name].components
    ]
    return list(dict.fromkeys([*names, *parts]))


def stocked_sku(name: str, field: str, found: Violations, items: Items) -> str:
    """The name of an item that may have stock of its own."""
    if is_bundle(name, items):
        found.add(
            field, "is a bundle, which has no stock of its own", made_of(name, items)
        )
    return sku(name, field, found)


def made_of(name: str, items: Items) -> str:
    """A suggestion that names the components."""
    parts = [part.sku for part in items[name].components]
    more = ", ..." if len(parts) > SAID_MAX else ""
    return f"name its components: {', '.join(parts[:SAID_MAX])}{more}"


def whole_bundles(item: Item, there: Mapping[str, Units]) -> tuple[int, Units]:
    """How many bundles there are components for, and how many each node has whole.

    Args:
        there: units of each component by node.
    """
    parts = item.components
    here: Units = np.min([there[p.sku] // p.quantity for p in parts], axis=0)
    if item.kept_together:
        return int(here.sum()), here
    return min(int(there[p.sku].sum()) // p.quantity for p in parts), here


def of_units(bundles: Iterable[Bundle], units: Mapping[str, int]) -> tuple[Bundle, ...]:
    """The bundles that some units of an order come to; of one that has lost a component
    nothing is left to keep together."""
    return tuple(
        replace(bundle, quantity=max(1, left_of(bundle, units)))
        for bundle in bundles
        if all(units.get(part.sku) for part in bundle.components)
    )


def left_of(bundle: Bundle, units: Mapping[str, int]) -> int:
    """How many of the bundles that were ordered these units still come to."""
    whole = min(units.get(part.sku, 0) // part.quantity for part in bundle.components)
    return min(bundle.quantity, whole)


def all_left(bundles: Sequence[Bundle], units: Mapping[str, int]) -> list[int]:
    """How many of each bundle these units come to when every unit is in one only.

    Bundles of more units come first: of one that was given up a unit is missing that a
    smaller one may do without.
    """
    rest, left = dict(units), [0] * len(bundles)
    for place in sorted(range(len(bundles)), key=lambda n: -_size(bundles[n])):
        bundle = bundles[place]
        left[place] = left_of(bundle, rest)
        for part in bundle.components:
            rest[part.sku] = rest.get(part.sku, 0) - left[place] * part.quantity
    return left


def _size(bundle: Bundle) -> int:
    return sum(part.quantity for part in bundle.components)


def by_component(asked: Mapping[str, int], bundles: Iterable[Bundle]) -> dict[str, int]:
    """Units that an order gives up, those of its bundles by component."""
    of, units = {bundle.sku: bundle for bundle in bundles}, dict[str, int]()
    for name, count in asked.items():
        parts = {name: count}
        if name in of:
            parts = replace(of[name], quantity=count).units()
        for part, given_up in parts.items():
            units[part] = units.get(part, 0) + given_up
    return units


def check_left(
    asked: Mapping[str, int], bundles: Iterable[Bundle], left: Mapping[str, int]
) -> None:
    """Whether there are so many bundles to give up; units that were ordered by
    themselves are none.

    Args:
        left: units of each SKU that are not cancelled.

    Raises:
        WrongState: more bundles than are left.
    """
    for bundle in bundles:
        wanted, there = asked.get(bundle.sku, 0), left_of(bundle, left)
        if wanted > there:
            raise WrongState(
                f"{there} of {bundle.sku} are left, {wanted} cannot be cancelled",
                next_step="Read the order again, or cancel components.",
                metadata={
                    "sku": bundle.sku,
                    "left": str(there),
                    "wanted": str(wanted),
                },
            )


def write_bundles(bundles: Sequence[Bundle], out: pb.Plan) -> None:
    """The lines that named a bundle, and which shipped and unfilled units are of it."""
    if not bundles:
        return
    for bundle in bundles:
        write_bundle(bundle, out.bundles.add())
    for shipment in out.shipments:
        mark(shipment.lines, bundles)
    mark(out.unfilled, bundles)


def write_bundle(bundle: Bundle, out: pb.BundleLine) -> None:
    """One of them."""
    out.sku, out.quantity = bundle.sku, bundle.quantity
    out.kept_together = bundle.kept_together
    for name, units in bundle.units().items():
        out.components.add(sku=name, quantity=units)


def mark(
    lines: Iterable[pb.ShipmentLine | pb.UnfilledLine | OrderLine], of: Sequence[Bundle]
) -> None:
    """Say of lines which bundles they are a component of."""
    names = names_of(of)
    for line in lines:
        line.bundle_skus.extend(names.get(line.sku, ()))
