"""What a shipment costs, by component; carriage is priced in `carriage`.

The solvers, the judge and the explanations all charge what stands here, so that a plan
never costs something else than it was chosen for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from allocation.plan import Cost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.node import Node
    from allocation.policy import Policy


def distance_minor(policy: Policy, distance_km: int) -> int:
    """The policy's weight on distance for one shipment, rounded half up."""
    return (policy.weights.distance_minor_per_100km * distance_km + 50) // 100


def lateness_minor(policy: Policy, arrival: int) -> int:
    """The policy's weight on days that the date ordinal `arrival` comes after
    `wanted_by`; nothing without a wish."""
    if policy.wanted_by is None:
        return 0
    days = arrival - policy.wanted_by.toordinal()
    return policy.weights.late_minor_per_day * max(0, days)


class Load(NamedTuple):
    """What one shipment carries: lines, units, grams, cubic centimetres, price."""

    lines: int
    units: int
    weight_g: int
    volume_cm3: int
    price_minor: int


class Added(NamedTuple):
    """What weights and rules of the policy add to one shipment, minor units."""

    distance_minor: int
    late_minor: int
    charges_minor: int = 0
    preference_minor: int = 0


def shipment_cost(load: Load, *, node: Node, shipping_minor: int, added: Added) -> Cost:
    """One shipment's cost by component; handling of units counts with the lines."""
    return Cost(
        shipping_minor,
        node.parcel_handling_minor,
        node.line_handling_minor * load.lines + node.unit_handling_minor * load.units,
        *added,
        load.price_minor,
    )


def total(costs: Sequence[Cost]) -> Cost:
    """The sum, component by component."""
    if len(costs) == 1:
        return costs[0]
    return Cost(*map(sum, zip(*costs, strict=True)))
