"""What carriage costs: the price formula that solvers, judge and explanations share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allocation.node import Lane
    from allocation.solvers.instance import Tariffs

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
