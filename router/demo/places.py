"""Where the demonstration's parcels go: real US ZIPs, drawn by city population."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import zipcodes
from numpy.typing import NDArray

from allocation.order import Destination
from router.demo.tables import City, cities

PEOPLE_A_ZIP = 25_000
"""A city of n people is spread over the n / 25,000 ZIPs nearest to its centre."""

EARTH_RADIUS_KM = 6371.0088

Degrees = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Zip:
    """A US ZIP and its centre, in degrees."""

    postal_code: str
    latitude: float
    longitude: float


def distance_km(
    latitude: float, longitude: float, latitudes: Degrees, longitudes: Degrees
) -> Degrees:
    """Great-circle distances from one point to many; degrees in, km out."""
    a, b = np.radians(latitude), np.radians(latitudes)
    half = np.sin((b - a) / 2) ** 2
    half += np.cos(a) * np.cos(b) * np.sin(np.radians(longitudes - longitude) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))


@cache
def zips_by_state() -> Mapping[str, tuple[Zip, ...]]:
    """ZIPs that people live in. Rows at 0,0 are bad data; inactive ones are gone."""
    found: dict[str, list[Zip]] = defaultdict(list)
    for row in zipcodes.list_all():  # type: ignore[no-untyped-call]  # no hints
        at = float(row["lat"]), float(row["long"])
        if row["active"] and row["zip_code_type"] == "STANDARD" and at != (0.0, 0.0):
            found[row["state"]].append(Zip(row["zip_code"], *at))
    return {state: tuple(zips) for state, zips in found.items()}


@cache
def _zips_of_cities() -> tuple[tuple[Zip, ...], ...]:
    grid = {
        state: (
            np.array([z.latitude for z in zips]),
            np.array([z.longitude for z in zips]),
        )
        for state, zips in zips_by_state().items()
    }
    return tuple(_nearest_zips(city, *grid[city.state]) for city in cities())


def _nearest_zips(
    city: City, latitudes: Degrees, longitudes: Degrees
) -> tuple[Zip, ...]:
    zips = zips_by_state()[city.state]
    km = distance_km(city.latitude, city.longitude, latitudes, longitudes)
    count = max(1, city.population // PEOPLE_A_ZIP)
    return tuple(zips[i] for i in np.argsort(km, kind="stable")[:count])


def destinations(count: int, rng: np.random.Generator) -> Sequence[Destination]:
    """Draws `count` homes: a city by population, then one of its ZIPs."""
    people = np.array([city.population for city in cities()], dtype=np.float64)
    drawn = rng.choice(len(people), size=count, p=people / people.sum())
    which = rng.random(count)
    zips = _zips_of_cities()
    return [
        _home(zips[city][int(share * len(zips[city]))])
        for city, share in zip(drawn, which, strict=True)
    ]


def _home(zip_code: Zip) -> Destination:
    return Destination(
        latitude=zip_code.latitude,
        longitude=zip_code.longitude,
        postal_code=zip_code.postal_code,
        residential=True,
    )
