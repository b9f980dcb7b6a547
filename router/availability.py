"""Units that could be promised, by SKU and on request by node. Plans nothing."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from inventory.reading import StockReading
from router.bundles import is_bundle, whole_bundles, with_components
from router.messages import write_time
from router.narrowing import NODES_NAMED_MAX
from router.planning import fit
from router.snapshot import Snapshot
from router.validate import Violations, count, nearest, sku, text
from shipfrom.v1 import checkout_service_pb2 as pb

Units = NDArray[np.int64]

SKUS_MAX = 500
SKUS_READ_MAX = 1_000
"""With the components of bundles: each is a row of the network's width."""
ANSWER_CELLS_MAX = 40_000
"""Cells listed by node in one answer: about 25 bytes each, of 1 MB."""


def wanted_skus(request: pb.GetAvailabilityRequest, *, snapshot: Snapshot) -> list[str]:
    """The SKUs asked for, each once. Raises InvalidField."""
    found = Violations()
    count(len(request.skus), "skus", found, most=SKUS_MAX)
    for index, name in enumerate(request.skus[:SKUS_MAX]):
        sku(name, f"skus[{index}]", found)
    text(request.channel, "channel", found)
    if len(request.node_ids) > NODES_NAMED_MAX:
        found.add("node_ids", "has too many nodes", f"send at most {NODES_NAMED_MAX}")
    for index, node_id in enumerate(request.node_ids[:NODES_NAMED_MAX]):
        if node_id not in snapshot.nodes:
            known = nearest(node_id, snapshot.node_ids)
            found.add(f"node_ids[{index}]", "is an unknown node", known)
    listed = len(request.skus) * (len(request.node_ids) or len(snapshot.nodes))
    if request.by_node and listed > ANSWER_CELLS_MAX:
        found.add(
            "skus", "has too many SKUs to list by node", "send fewer, or node_ids"
        )
    read = len(with_components(request.skus, snapshot.items))
    if read > SKUS_READ_MAX:
        found.add("skus", f"come to {read:,} with components of bundles", "send fewer")
    found.check()
    return list(dict.fromkeys(request.skus))


def write_availability(
    request: pb.GetAvailabilityRequest,
    response: pb.GetAvailabilityResponse,
    available: Units,
    *,
    snapshot: Snapshot,
    now: datetime,
) -> None:
    """One row a SKU; by node only where there is something.

    Args:
        available: one row a SKU, each once, then components of bundles, then those that
            count their quotas.
    """
    asked = list(dict.fromkeys(request.skus))
    names = with_components(asked, snapshot.items)
    units = fit(available, snapshot.network.size)
    there, counted = units[: len(names)], units[len(names) :]
    if counted.size:
        left = dict(zip(snapshot.quotas.names(names), counted, strict=True))
        quotas = snapshot.quotas.at(now)
        there, _ = quotas.fenced(names, request.channel, there, left)
    node_ids = sorted(set(request.node_ids)) or snapshot.node_ids
    width = there.shape[1]
    nodes = [snapshot.nodes[node_id] for node_id in node_ids]
    # What a closed node has cannot be promised, named or not.
    open_nodes = [
        n for n in nodes if n.number < width and not n.disabled and not n.is_paused(now)
    ]
    known = [(node.node_id, node.number) for node in open_nodes]
    chosen = there[:, [number for _, number in known]]
    by_name = dict(zip(names, chosen, strict=True))
    sums = chosen.sum(axis=1).tolist()
    for name, total, row in zip(asked, sums, chosen, strict=False):
        item = response.items.add()
        item.sku, item.available, here = name, total, row
        if is_bundle(name, snapshot.items):
            item.available, here = whole_bundles(snapshot.items[name], by_name)
        for at in here.nonzero()[0].tolist() if request.by_node else ():
            node = item.nodes.add()
            node.node_id = known[at][0]
            node.available = int(here[at])


def write_moment(
    response: pb.QuoteResponse | pb.GetAvailabilityResponse, reading: StockReading
) -> None:
    """When the stock was read, and whether it may be old."""
    write_time(reading.as_of, response.as_of_time)
    response.degraded = reading.degraded
