"""Goods that a customer collects at a store: its own, and what others bring there.

An order may name a node as its destination. The node hands over what it has (PICKUP);
every other node sends to it, by the service TRANSFER, whose lanes are priced and dated
by the way from node to store. So one plan has both, and chooses the better one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.node import PICKUP, TRANSFER, takes
from allocation.tables import NO_TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.network import Network
    from allocation.order import Order
    from allocation.plan import Plan, Shipment
    from allocation.problem import Problem
    from allocation.solvers.instance import Integers


BROUGHT_MINOR = 1
"""Steers by each unit that is brought: at equal cost, or nearly so, the store's own
shelf is taken."""


def brought_prices(order: Order, network: Network) -> Integers | None:
    """(lines, network.size) what steers to the shelf of the store; None without one."""
    if not order.destination.node_id:
        return None
    prices = np.full((len(order.lines), network.size), BROUGHT_MINOR, dtype=np.int64)
    own = network.node_by_id.get(order.destination.node_id)
    if own is not None:
        prices[:, own.number] = 0
    return prices


def opportunity_minor(plan: Plan) -> int:
    """What the plan's units are worth to the orders to come, of its prices: not what
    only steers to the shelf of a store."""
    return sum(map(opportunity_of, plan.shipments))


def opportunity_of(shipment: Shipment) -> int:
    """The same of one shipment."""
    price_minor = shipment.cost.price_minor
    if not price_minor or not shipment.to_node:
        return price_minor
    units = sum([line.quantity for line in shipment.lines])
    return price_minor - BROUGHT_MINOR * units


def accepts(problem: Problem, node_id: str, service: str) -> bool:
    """Whether the order takes the service from the node."""
    store = problem.order.destination.node_id
    if not store:
        return takes(problem.policy.service, service)
    return service == (PICKUP if node_id == store else TRANSFER)


def wrong_way(problem: Problem, shipment: Shipment) -> Iterator[str]:
    """What the judge says of a shipment's service, and of where it goes."""
    if not accepts(problem, shipment.node_id, shipment.service):
        yield f"service is not {problem.policy.service or 'one that sends'}"
    store = problem.order.destination.node_id
    if shipment.to_node != (store if shipment.service == TRANSFER else ""):
        yield f"goes to {shipment.to_node or 'an address'}"


def lanes_to_store(problem: Problem, every: Integers) -> Integers:
    """The table of lanes, by node and service, with only those that end at the store.

    Args:
        every: all lanes of the network.
    """
    network, store = problem.network, problem.order.destination.node_id
    services = network.tables.services
    found = np.full_like(every, NO_TABLE)
    if TRANSFER in services:
        column = services.index(TRANSFER)
        found[:, column] = every[:, column]
    own = network.node_by_id.get(store)
    if own is not None:
        found[own.number] = NO_TABLE
        if PICKUP in services:
            column = services.index(PICKUP)
            found[own.number, column] = every[own.number, column]
    return found
