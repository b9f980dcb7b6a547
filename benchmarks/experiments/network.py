"""Ten metros, five centres and what a parcel costs between them.

The setting of Jasin and Sinha (2015), Ma (2023) and Amil, Makhdoumi and Wei (2025).
Populations are metro areas as used there. Money is counted in billionths of a dollar:
whole numbers decide, and nine digits of the published linear programs are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from allocation.prices.demand import UNFILLED, Demand, Wanted, demand_of
from allocation.solvers.instance import Tariffs

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers

Reals = NDArray[np.float64]

DOLLAR = 1_000_000_000
OPENING = 8.759
"""Dollars a shipment; leaving anything unfilled costs two of them."""
UNIT, MILE = 0.423, 0.000541
"""Dollars a unit, and a unit and mile; unfilled units cost twice the farthest one."""

REGIONS = (
    ("New York, NY", 40.6943, -73.9249, 18_680_025),
    ("Los Angeles, CA", 34.1141, -118.4068, 12_531_334),
    ("Chicago, IL", 41.8375, -87.6866, 8_586_888),
    ("Miami, FL", 25.7840, -80.2101, 6_076_316),
    ("Dallas, TX", 32.7935, -96.7667, 5_910_669),
    ("Houston, TX", 29.7860, -95.3885, 5_724_418),
    ("Philadelphia, PA", 40.0077, -75.1339, 5_540_199),
    ("Atlanta, GA", 33.7628, -84.4220, 5_151_496),
    ("Washington, DC", 38.9047, -77.0163, 5_066_973),
    ("Boston, MA", 42.3188, -71.0852, 4_465_966),
)
CENTRES = (
    ("OAK4", 37.7448, -121.3985),
    ("IND1", 39.9797, -86.3833),
    ("AVP3", 41.2776, -75.4973),
    ("CAE1", 33.9114, -81.0501),
    ("DFW7", 32.9709, -97.3348),
)


def miles_between(
    places: tuple[tuple[float, float], ...],
    others: tuple[tuple[float, float], ...],
    *,
    radius: float,
) -> Reals:
    """(places, others) great-circle distances, in the unit of the radius."""
    a, b = np.radians(np.array(places)), np.radians(np.array(others))
    lat = np.sin((a[:, None, 0] - b[None, :, 0]) / 2) ** 2
    lon = np.sin((a[:, None, 1] - b[None, :, 1]) / 2) ** 2
    both = np.cos(a[:, None, 0]) * np.cos(b[None, :, 0]) * lon
    return np.asarray(2 * radius * np.arcsin(np.sqrt(lat + both)))


def metro_miles(*, radius: float, divisor: float = 1.0) -> Reals:
    """(centres, regions) of the ten metros and five centres."""
    centres = tuple((lat, lon) for _, lat, lon in CENTRES)
    regions = tuple((lat, lon) for _, lat, lon, _ in REGIONS)
    return miles_between(centres, regions, radius=radius) / divisor


def metro_shares() -> Reals:
    """Share of the population of each of the ten metros."""
    people = np.array([each[3] for each in REGIONS], dtype=np.float64)
    return np.asarray(people / people.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """One instance of a published benchmark: order types, regions, rates, stock."""

    types: tuple[tuple[int, ...], ...]
    """SKUs of each order type; one unit of each."""
    rates: Reals
    """(types, regions) chance that an arrival is of this type and region."""
    miles: Reals
    """(centres, regions)"""
    carried: NDArray[np.bool_]
    """(skus, centres)"""
    stock: Integers
    """(skus, centres)"""
    periods: int
    """Arrivals, T."""

    @property
    def regions(self) -> int:
        return int(self.miles.shape[1])

    def number(self, kind: int, region: int) -> int:
        """Number of the order of this type and region; rates and counts are in this
        order."""
        return kind * self.regions + region


def unit_costs(miles: Reals) -> Reals:
    """(centres + 1, regions) dollars a unit, the last row for unfilled ones."""
    near = UNIT + MILE * miles
    return np.vstack([near, 2 * near.max(axis=0)])


def demand_for(setting: Setting) -> Demand:
    """Every type in every region as an order that may come."""
    each = np.rint(unit_costs(setting.miles) * DOLLAR).astype(np.int64)
    centres = setting.miles.shape[0]
    node = np.append(np.arange(centres), UNFILLED).astype(np.int64)
    fixed = np.full(centres + 1, round(OPENING * DOLLAR), np.int64)
    fixed[-1] *= 2
    wanted = [
        Wanted(
            sku=np.array(kind, np.int64),
            quantity=np.ones(len(kind), np.int64),
            weight_g=np.zeros(len(kind), np.int64),
            volume_cm3=np.zeros(len(kind), np.int64),
            node=node,
            tariff=np.full(centres + 1, -1, np.int64),
            fixed_minor=fixed,
            line_minor=np.zeros(centres + 1, np.int64),
            unit_minor=np.repeat(each[:, region, None], len(kind), axis=1),
        )
        for kind in setting.types
        for region in range(setting.regions)
    ]
    none = np.zeros(0, np.int64)
    return demand_of(wanted, Tariffs(none, none, none, none, none, none))
