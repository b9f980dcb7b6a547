"""Which node carries what: invented stock with the shape of a retailer's.

Centres hold nearly all of the units and few of them hold the whole range: popular SKUs
are in most centres, the tail in a handful, so long orders need more than one node.
Stores hold a thin slice of the popular SKUs near the customers. Units follow the
expected demand of a number of orders, times a luck of its own for each SKU, so that
some SKUs run short before the end and most do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from router.demo.places import distance_km
from router.demo.tables import Site, Sku, cities

HEAD_SKUS = 600
"""Only these are found in stores."""

CARRIED_HEAD, CARRIED_TAIL = 0.90, 0.12
"""Share of the centres that carry the most and the least popular SKU."""

COVER_MEDIAN, COVER_SPREAD = 1.45, 0.30
"""Centre units over expected demand: median, and sigma of its logarithm."""

STORE_SKUS = {"LARGE": 24, "SMALL": 8}
FLAGSHIP_EVERY, FLAGSHIP_SKUS = 12, 120
"""Every twelfth store ships from a wider range."""

STORE_UNITS_MEAN = 2

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class StockTable:
    """Cells as three columns of equal length, sorted by SKU, then node."""

    sku: Integers
    node: Integers
    on_hand: Integers

    def __len__(self) -> int:
        return len(self.sku)

    def dense(self, skus: int, nodes: int) -> NDArray[np.int32]:
        """Units as a table of shape (skus, nodes)."""
        table = np.zeros((skus, nodes), dtype=np.int32)
        table[self.sku, self.node] = self.on_hand
        return table


def place_stock(
    sites: Sequence[Site],
    skus: Sequence[Sku],
    *,
    expected: Mapping[str, float],
    rng: np.random.Generator,
) -> StockTable:
    """Stocks the nodes; `skus` are most popular first, `expected` is their demand."""
    centres = [i for i, site in enumerate(sites) if site.size == "CENTRE"]
    stores = [i for i, site in enumerate(sites) if site.size != "CENTRE"]
    cells = _centre_cells([sites[i] for i in centres], skus, expected=expected, rng=rng)
    shelves = _store_cells([sites[i] for i in stores], skus, rng=rng)
    table = np.concatenate(
        [
            np.column_stack([cells[0], np.array(centres)[cells[1]], cells[2]]),
            np.column_stack([shelves[0], np.array(stores)[shelves[1]], shelves[2]]),
        ]
    ).astype(np.int64)
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    return StockTable(table[:, 0], table[:, 1], table[:, 2])


def _centre_cells(
    sites: Sequence[Site],
    skus: Sequence[Sku],
    *,
    expected: Mapping[str, float],
    rng: np.random.Generator,
) -> tuple[Integers, Integers, Integers]:
    rank = np.linspace(0.0, 1.0, len(skus))
    share = CARRIED_HEAD * (CARRIED_TAIL / CARRIED_HEAD) ** rank
    count = np.maximum(2, rng.binomial(len(sites), share))
    order = np.argsort(rng.random((len(skus), len(sites))), axis=1)
    carried = np.argsort(order, axis=1) < count[:, None]
    weight = carried * _people_near(sites)
    weight /= weight.sum(axis=1, keepdims=True)
    units = np.array([expected.get(sku.sku, 0.0) for sku in skus])
    luck = COVER_MEDIAN * np.exp(COVER_SPREAD * rng.standard_normal(len(skus)))
    on_hand = np.maximum(1, np.ceil((units * luck)[:, None] * weight)).astype(np.int64)
    sku, node = np.nonzero(carried)
    return sku, node, on_hand[sku, node]


def _people_near(sites: Sequence[Site]) -> NDArray[np.float64]:
    """People whose nearest site this is; a floor keeps quiet regions stocked."""
    latitudes = np.array([site.latitude for site in sites])
    longitudes = np.array([site.longitude for site in sites])
    people = np.zeros(len(sites))
    for city in cities():
        km = distance_km(city.latitude, city.longitude, latitudes, longitudes)
        people[int(np.argmin(km))] += city.population
    return people + float(people.mean()) / 4


def _store_cells(
    sites: Sequence[Site], skus: Sequence[Sku], *, rng: np.random.Generator
) -> tuple[Integers, Integers, Integers]:
    head = np.array([sku.orders for sku in skus[:HEAD_SKUS]], dtype=np.float64)
    wanted = np.array([_range_of(i, site) for i, site in enumerate(sites)])
    wanted = np.minimum(wanted, len(head))
    # Weighted draw without replacement: the largest log(u) / w (Efraimidis, Spirakis).
    keys = np.log(rng.random((len(sites), len(head)))) / head
    carried = np.argsort(np.argsort(-keys, axis=1), axis=1) < wanted[:, None]
    store, sku = np.nonzero(carried)
    return sku, store, 1 + rng.poisson(STORE_UNITS_MEAN - 1, size=len(sku))


def _range_of(position: int, site: Site) -> int:
    if position % FLAGSHIP_EVERY == 0:
        return FLAGSHIP_SKUS
    return STORE_SKUS[site.size]
