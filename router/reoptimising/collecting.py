"""The orders of a pool: which may move, what each would be planned for, what it has."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from allocation.node import PICKUP, TRANSFER
from allocation.reoptimise.pool import Allocated
from inventory.errors import Overloaded, Refusal, StorageUnavailable
from inventory.instants import instant
from inventory.orders.moves import REOPTIMISED
from inventory.orders.reading import WholeOrder
from inventory.orders.routing import freed_units
from inventory.orders.rows import AllocationRow
from router.orders.messages import LIVE_STATES, Plans
from router.orders.moving import MANUAL
from router.orders.rerouting import Need, Rerouter, promised
from router.snapshot import Snapshot
from router.stores.failed import failed_nodes

AT_A_STORE = (PICKUP, TRANSFER)
MOVES_MAX = 3
"""Times that one order is moved for a saving: a node that sees it come and go prints
lists in vain."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order of the pool, and the problem of all its units."""

    whole: WholeOrder
    allocated: Allocated


@dataclass(slots=True)
class Collected:
    """Orders that may move, and why others may not."""

    candidates: dict[str, Candidate]
    left_alone: dict[str, str]


async def collect(rerouter: Rerouter, wholes: Iterable[WholeOrder]) -> Collected:
    """The orders as they would be planned now, all over one network."""
    snapshot, now = rerouter.networks.snapshot, rerouter.now()
    found = Collected({}, {})
    for whole in wholes:
        order_id, why = whole.order.order_id, why_not(whole, snapshot)
        if why:
            found.left_alone[order_id] = why
            continue
        try:
            allocated = await _allocated(rerouter, whole, snapshot, now)
        except (Overloaded, StorageUnavailable):
            raise
        except Refusal as no:
            # One order that cannot be planned keeps no others up, round after round.
            found.left_alone[order_id] = no.message
            continue
        found.candidates[order_id] = Candidate(whole, allocated)
    return found


def why_not(whole: WholeOrder, snapshot: Snapshot) -> str:
    """Why an order is left where it is; empty where it may move."""
    book = whole.book
    live = [s for s in book.shipments.values() if s.state in LIVE_STATES]
    nodes = [snapshot.nodes.get(shipment.node) for shipment in live]
    offers = [o for asked in book.offers.values() for o in asked.values()]
    plans = Plans(whole)
    moved = sum(cause.startswith(REOPTIMISED) for cause in plans.causes.values())
    if not live or any(shipment.state != "ALLOCATED" for shipment in live):
        return "a node has begun it"
    if any(offer.state == "OPEN" for offer in offers):
        return "it is offered to several nodes"
    if len(plans.initial) > 1:
        return "it goes to several places"
    if any(plans.of(shipment).service in AT_A_STORE for shipment in live):
        return "the customer collects it at a store"
    if None in nodes:
        return "it is at a node that is not in the network"
    if snapshot.quotas.names([row.sku for row in open_rows(whole)]):
        # A unit that one channel took of its own must not become another one's.
        return "units of its SKUs are kept for channels"
    if any(node is not None and node.slots for node in nodes):
        return "it has a slot of its node's day"
    if MANUAL in plans.causes.values():
        return "a person chose where it goes"
    if moved >= MOVES_MAX:
        return f"it was moved {moved} times already"
    return ""


async def _allocated(
    rerouter: Rerouter, whole: WholeOrder, snapshot: Snapshot, now: datetime
) -> Allocated:
    rows = open_rows(whole)
    by = promised(whole, {row.shipment_id for row in rows})
    elsewhere = failed_nodes(whole) - {row.node for row in rows}
    need = Need(freed_units(rows), REOPTIMISED, without=elsewhere, promise_by=by)
    wish = await rerouter.wish(whole.decisions[0].content, need)
    wish = replace(wish, policy=replace(wish.policy, promise_by=by))
    problem = await rerouter.problem(wish, snapshot, now, recorded=False)
    own = np.zeros_like(problem.available)
    row_of = {line.sku: row for row, line in enumerate(problem.order.lines)}
    for row in rows:
        own[row_of[row.sku], snapshot.nodes[row.node].number] += row.qty
    plans = Plans(whole)
    live = [s for s in whole.book.shipments.values() if s.state in LIVE_STATES]
    leaves = {
        row.node: (plans.of(row).service, instant(row.ship_by_us))
        for row in live
        if row.ship_by_us
    }
    return Allocated(whole.order.order_id, problem, own, leaves)


def open_rows(whole: WholeOrder) -> list[AllocationRow]:
    """Its units at nodes, without claims of a day."""
    return [row for row in whole.book.open_units() if row.line_no]
