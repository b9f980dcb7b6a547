"""What a shipment costs: the one price function, and the cost by component.

The solvers, the judge and the explanations all charge what stands here, so that a plan
never costs something else than it was chosen for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from allocation.plan import Cost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.instance import Tariffs
    from allocation.node import Lane, Node
    from allocation.policy import Policy

FREE = -1
"""Tariff of a lane on which carriage costs nothing."""


def parcel_price(tariffs: Tariffs, tariff: int, weight_g: int, volume_cm3: int) -> int:
    """Carriage of one parcel in minor units; 0 on a free lane."""
    if tariff == FREE:
        return 0
    return carriage(
        weight_g,
        volume_cm3,
        base_minor=int(tariffs.base_minor[tariff]),
        step_minor=int(tariffs.step_minor[tariff]),
        step_g=int(tariffs.step_g[tariff]),
        fuel_bps=int(tariffs.fuel_bps[tariff]),
        residential_minor=int(tariffs.residential_minor[tariff]),
        volume_divisor=int(tariffs.volume_divisor[tariff]),
    )


def lane_price(lane: Lane, weight_g: int, volume_cm3: int, *, residential: bool) -> int:
    """What the lane's carrier asks for one parcel to such a destination."""
    if is_free(lane):
        return 0
    return carriage(
        weight_g,
        volume_cm3,
        base_minor=lane.base_minor,
        step_minor=lane.step_minor,
        step_g=lane.step_g,
        fuel_bps=lane.fuel_bps,
        residential_minor=lane.residential_minor if residential else 0,
        volume_divisor=lane.volume_divisor,
    )


def is_free(lane: Lane) -> bool:
    """Whether no parcel costs anything on the lane."""
    return not (lane.base_minor or lane.step_minor or lane.residential_minor)


def carriage(
    weight_g: int,
    volume_cm3: int,
    *,
    base_minor: int,
    step_minor: int,
    step_g: int,
    fuel_bps: int,
    residential_minor: int,
    volume_divisor: int,
) -> int:
    """The price of one parcel, minor units: the formula everything else charges.

    Billable weight is the larger of weight and volume / divisor in whole grams (divisor
    0: weight alone); every started step counts and there is at least one; fuel is a
    share of that in basis points, rounded half up.
    """
    billable_g = weight_g
    if volume_divisor:
        billable_g = max(weight_g, -(-volume_cm3 // volume_divisor))
    steps = max(1, -(-billable_g // step_g))
    charge = base_minor + steps * step_minor
    return charge + (charge * fuel_bps + 5_000) // 10_000 + residential_minor


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


def shipment_cost(
    load: Load, *, node: Node, shipping_minor: int, distance_minor: int, late_minor: int
) -> Cost:
    """One shipment's cost by component; handling of units counts with the lines."""
    return Cost(
        shipping_minor,
        node.parcel_handling_minor,
        node.line_handling_minor * load.lines + node.unit_handling_minor * load.units,
        distance_minor,
        late_minor,
        load.price_minor,
    )


def total(costs: Sequence[Cost]) -> Cost:
    """The sum, component by component."""
    if len(costs) == 1:
        return costs[0]
    return Cost(*map(sum, zip(*costs, strict=True)))
