"""The data files of the demonstration, read as they are.

Origin and terms of every file are in `data/README.md` and `data/NOTICE`.
"""

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

WHOLESALE_PACK = 12
"""The retailer sells to shops: a dozen there is one unit for a household."""


@dataclass(frozen=True, slots=True)
class Site:
    """A node's place on the map. `size` is CENTRE, LARGE or SMALL (store)."""

    node_id: str
    city: str
    state: str
    postal_code: str
    latitude: float
    longitude: float
    time_zone: str
    size: str


@dataclass(frozen=True, slots=True)
class City:
    """A city and how many people want parcels there."""

    name: str
    state: str
    latitude: float
    longitude: float
    population: int


@dataclass(frozen=True, slots=True)
class Sku:
    """A SKU, in how many real orders it is, and its median price in minor units."""

    sku: str
    orders: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class RawBasket:
    """One real order as the file has it: SKUs are distinct, quantities the file's."""

    order_ref: str
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class BasketSet:
    """Real orders in the order of their arrival, and their SKUs, most ordered first.

    `pack` units of the file count as one (a dozen in wholesale).
    """

    name: str
    skus: tuple[Sku, ...]
    baskets: tuple[RawBasket, ...]
    pack: int


def _rows(name: str) -> Iterator[Sequence[str]]:
    raw = (files("router.demo") / "data" / name).read_bytes()
    text = gzip.decompress(raw) if name.endswith(".gz") else raw
    reader = csv.reader(io.StringIO(text.decode()))
    next(reader)
    return reader


def _site(row: Sequence[str], size: str) -> Site:
    node_id, city, state, postal_code, latitude, longitude, time_zone = row[:7]
    return Site(
        node_id,
        city,
        state,
        postal_code,
        latitude=float(latitude),
        longitude=float(longitude),
        time_zone=time_zone,
        size=size,
    )


@cache
def centres() -> tuple[Site, ...]:
    """Fulfilment centres, in a fixed order."""
    return tuple(_site(row, "CENTRE") for row in _rows("centres.csv"))


@cache
def stores() -> tuple[Site, ...]:
    """Stores by id; ids say nothing about any company."""
    return tuple(_site(row, row[7]) for row in _rows("stores.csv.gz"))


@cache
def cities() -> tuple[City, ...]:
    """City data: GeoNames (geonames.org), CC BY 4.0."""
    return tuple(
        City(name, state, float(latitude), float(longitude), int(population))
        for name, state, latitude, longitude, population in _rows("cities.csv.gz")
    )


@cache
def online_retail() -> BasketSet:
    """Orders of a UK gift retailer; the data was given by Daqing Chen."""
    skus = tuple(
        Sku(sku, int(orders), round(float(price) * 100))
        for sku, orders, price in _rows("skus.csv.gz")
    )
    lines: dict[str, list[tuple[str, int]]] = {}
    for order_ref, sku, quantity in _rows("baskets.csv.gz"):
        lines.setdefault(order_ref, []).append((sku, int(quantity)))
    baskets = tuple(RawBasket(ref, tuple(rows)) for ref, rows in lines.items())
    return BasketSet("onlineretail", skus, baskets, WHOLESALE_PACK)
