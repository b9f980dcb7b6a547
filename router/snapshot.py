"""The catalogue in memory: what decisions and checks look names up in.

A snapshot is never changed. A newer catalogue makes a new one, off the event loop, and
calls that are under way finish on the one they started with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from allocation.documents import item_of, lane_of
from allocation.network import Item, Network, Node
from inventory.catalogue import CatalogueRows
from router.documents import numbered_node
from router.lookahead.steering import Steering
from router.quotas import NO_QUOTAS, Quotas, quota_rows
from router.record import NO_RECORD, Record


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of the catalogue, compiled. Names are sorted for suggestions."""

    catalogue_version: int
    network: Network
    nodes: Mapping[str, Node]
    items: Mapping[str, Item]
    node_ids: tuple[str, ...]
    skus: tuple[str, ...]
    services: tuple[str, ...]
    quotas: Quotas = NO_QUOTAS
    record: Record = NO_RECORD
    steering: Steering | None = None
    """Prices of stock; None: none is used."""


def compile_snapshot(rows: CatalogueRows, *, now: datetime) -> Snapshot:
    """Compile the catalogue's rows; takes up to a second for a large network.

    Ship dates of this moment are worked out here too: the first time reads the
    calendars of public holidays, for which no customer should wait.
    """
    nodes = [numbered_node(number, row) for number, _, row in rows.nodes]
    network = Network.compile(
        nodes, map(item_of, rows.items.values()), map(lane_of, rows.lanes.values())
    )
    network.schedule(now)
    snapshot = snapshot_of(network, catalogue_version=rows.version)
    numbers = {node.node_id: node.number for node in nodes}
    tags = {node.node_id: node.tags for node in nodes}
    quotas = Quotas.of(quota_rows(rows.quotas), numbers, tags)
    return replace(snapshot, quotas=quotas)


def snapshot_of(network: Network, *, catalogue_version: int = 0) -> Snapshot:
    """A compiled network with the names that orders are checked against."""
    return Snapshot(
        catalogue_version=catalogue_version,
        network=network,
        nodes=network.node_by_id,
        items=network.item_by_sku,
        node_ids=tuple(node.node_id for node in network.nodes),
        skus=tuple(item.sku for item in network.items),
        services=tuple(sorted({lane.service for lane in network.lanes})),
    )
