"""The demonstration's world: nodes, items, lanes and stock, from one seed.

Places, baskets and prices are real; rates, weights, stock and destinations are invented
by code. The same seed gives the same world, byte for byte.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import time

import numpy as np

from allocation.network import Item, Lane, Node, NodeKind
from inventory.operations import Count
from router.demo.baskets import units_an_order
from router.demo.rates import lanes
from router.demo.stocking import StockTable, place_stock
from router.demo.tables import BasketSet, Site, Sku, centres, online_retail, stores

SEED = 7
ORDERS = 10_000

SMALL_CENTRES, SMALL_STORES, SMALL_SKUS = 12, 48, 2_000


@dataclass(frozen=True, slots=True)
class World:
    """All that a router must know before the first order.

    Nodes are in the order of their ids, as an empty catalogue numbers them: node number
    = position. Centres come first, so that SKUs of the tail have a short stock view.
    """

    seed: int
    nodes: tuple[Node, ...]
    items: tuple[Item, ...]
    lanes: tuple[Lane, ...]
    stock: StockTable

    def counts(self) -> Iterator[Count]:
        """The stock as counts, SKU by SKU."""
        table = self.stock
        for sku, node, on_hand in zip(
            table.sku.tolist(), table.node.tolist(), table.on_hand.tolist(), strict=True
        ):
            yield Count(self.items[sku].sku, self.nodes[node].node_id, on_hand)

    def digest(self) -> str:
        """Names the world's content, so that two runs can be told to be alike."""
        rows: tuple[Node | Item | Lane, ...] = (*self.nodes, *self.items, *self.lanes)
        plain = [asdict(row) for row in rows]
        digest = hashlib.sha256(json.dumps(plain, default=str).encode())
        for column in (self.stock.sku, self.stock.node, self.stock.on_hand):
            digest.update(column.astype("<i8").tobytes())
        return digest.hexdigest()[:16]


def build_world(
    *,
    seed: int = SEED,
    small: bool = False,
    orders: int = ORDERS,
    baskets: BasketSet | None = None,
) -> World:
    """Builds the world with stock for about `orders` orders.

    Args:
        seed: names the world.
        small: for development: 60 nodes and the 2,000 most ordered SKUs.
        orders: how many orders of average demand the centres are stocked for.
        baskets: whose SKUs to carry. Default: Online Retail.
    """
    rng = np.random.default_rng([seed, 0])
    wanted = baskets or online_retail()
    skus = wanted.skus[:SMALL_SKUS] if small else wanted.skus
    sites = _few_sites() if small else (*centres(), *stores())
    demand = {sku: orders * rate for sku, rate in units_an_order(wanted).items()}
    return World(
        seed=seed,
        nodes=tuple(_node(number, site) for number, site in enumerate(sites)),
        items=tuple(_item(sku) for sku in skus),
        lanes=lanes(),
        stock=place_stock(sites, skus, expected=demand, rng=rng),
    )


def _few_sites() -> Sequence[Site]:
    """Sites all along the full lists, so that the small map spans the country too."""
    return (
        *(centres()[i * len(centres()) // SMALL_CENTRES] for i in range(SMALL_CENTRES)),
        *(stores()[i * len(stores()) // SMALL_STORES] for i in range(SMALL_STORES)),
    )


def _node(number: int, site: Site) -> Node:
    centre = site.size == "CENTRE"
    return Node(
        node_id=site.node_id,
        number=number,
        latitude=site.latitude,
        longitude=site.longitude,
        kind=NodeKind.CENTRE if centre else NodeKind.STORE,
        display_name=f"{site.city}, {site.state}",
        postal_code=site.postal_code,
        time_zone=site.time_zone,
        cut_off=time(16) if centre else time(14),
        ship_weekdays=(1, 2, 3, 4, 5) if centre else (1, 2, 3, 4, 5, 6),
        parcel_handling_minor=110 if centre else 120,
        line_handling_minor=15 if centre else 25,
        priority=0 if centre else 1,
        tags=("centre",) if centre else ("store",),
    )


def _item(sku: Sku) -> Item:
    """Weight and volume are synthetic: dearer items weigh more, give or take a hash."""
    digest = hashlib.sha256(sku.sku.encode()).digest()
    heavy, bulky = digest[0] / 255, digest[1] / 255
    weight_g = round(40 + 20 * sku.price_minor**0.5 * (0.5 + heavy))
    return Item(
        sku=sku.sku,
        weight_g=min(weight_g, 20_000),
        volume_cm3=round(min(weight_g, 20_000) * (2 + 6 * bulky)),
        value_minor=sku.price_minor,
    )
