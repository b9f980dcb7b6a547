"""The orders that may move, and the units that they may have: all of them together.

A unit that one of them has may go to another one, so that every order is shown what is
free and what all of them have. What is free is the least that any of them is shown: a
channel that may not have the units of another one leaves them alone for all.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.problem import UNLIMITED
from allocation.reoptimise.limits import ORDERS_MAX
from allocation.solve import solve

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from allocation.plan import Plan, Shipment
    from allocation.problem import Problem
    from allocation.solvers.instance import Integers

Cell = tuple[str, int]
"""A SKU, and the number of a node."""


@dataclass(frozen=True, slots=True, eq=False)
class Allocated:
    """An order whose units have nodes where nobody has begun.

    Args:
        problem: those units, as they would be planned now. `available` is what is free
            beside what the order has; `policy.promise_by` is the promised day: without
            one, the day on which it would arrive from where it is.
        own: (lines, network.size) units that it has at each node.
        leaves: by node, the service and the latest moment at which it leaves there. An
            order that would leave later, or by another service, if it were placed now
            is not what it would cost now: it has no price to be compared with. A node
            that is not named may leave as it likes.
    """

    order_id: str
    problem: Problem
    own: Integers
    leaves: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.own.shape != self.problem.available.shape:
            raise ValueError(f"own units of shape {self.own.shape}")
        wanted = [line.quantity for line in self.problem.order.lines]
        if self.own.sum(axis=1).tolist() != wanted:
            raise ValueError(f"{self.order_id} has other units than it asks for")


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """An order of the pool; `problem` is shown the units of all of them."""

    order_id: str
    problem: Problem
    standing: Plan
    """What it costs today to send everything from where it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Orders that may move and what they share.

    A cell is `contested` if they could ask it for more than there is; no other cell can
    be asked too much, and no other one needs a row in a program. `rooms` are orders
    that nodes with a limit still take.
    """

    members: tuple[Member, ...]
    left_alone: tuple[str, ...]
    """Orders that could not be sent from where they are, if they were planned now: they
    keep what they have."""
    contested: Mapping[Cell, int]
    rooms: Mapping[int, int]


def pool_of(orders: Sequence[Allocated]) -> Pool:
    """Those of the orders that may move, with their units given back."""
    if len(orders) > ORDERS_MAX:
        raise ValueError(f"{len(orders)} orders, a pool has at most {ORDERS_MAX}")
    if len({id(order.problem.network) for order in orders}) > 1:
        raise ValueError("the orders of a pool are planned over one network")
    found = [(order, standing(order)) for order in orders]
    moving = [(order, plan) for order, plan in found if plan is not None]
    units = _units_of(order for order, _ in moving)
    members = tuple(
        Member(order.order_id, given_back(order, plan, units), plan)
        for order, plan in moving
    )
    return Pool(
        members,
        tuple(order.order_id for order, plan in found if plan is None),
        _contested(members, units),
        _rooms(order for order, _ in moving),
    )


def standing(order: Allocated) -> Plan | None:
    """The plan of today that sends every unit from where it is, or None.

    None also where it would not leave as it does, as after a cut-off; for what a rule
    would send to wait or offer to others; and for what is brought to a store: there a
    customer or an associate was told more than a day.
    """
    problem, kept = order.problem, order.problem.policy.keep_back
    if problem.order.destination.node_id:
        return None
    here = np.where(order.own > 0, order.own + kept, 0)
    plan = solve(replace(problem, available=here, room=None))
    if plan.unfilled or plan.queue or plan.offers:
        return None
    return (
        plan if all(_leaves_so(sent, order.leaves) for sent in plan.shipments) else None
    )


def _leaves_so(sent: Shipment, leaves: Mapping[str, tuple[str, datetime]]) -> bool:
    service, at = leaves.get(sent.node_id, (sent.service, sent.ship_by))
    return sent.service == service and sent.ship_by <= at


def spare_units(order: Allocated) -> Integers:
    """Free units that the order may have beside its own."""
    kept = order.problem.policy.keep_back
    return np.maximum(0, order.problem.available - kept)


def _units_of(orders: Iterable[Allocated]) -> dict[str, Integers]:
    """By SKU and node: what is free for all of them, and what they have."""
    free: dict[str, Integers] = {}
    own: dict[str, Integers] = {}
    for order in orders:
        spare = spare_units(order)
        for row, line in enumerate(order.problem.order.lines):
            known = free.get(line.sku)
            free[line.sku] = (
                spare[row] if known is None else np.minimum(known, spare[row])
            )
            own[line.sku] = own.get(line.sku, 0) + order.own[row]
    return {sku: units + own[sku] for sku, units in free.items()}


def given_back(order: Allocated, plan: Plan, units: Mapping[str, Integers]) -> Problem:
    """The problem on the units of all, never for more shipments or a later day."""
    problem, day = order.problem, order.problem.policy.promise_by or plan.promise_date
    shown = np.array([units[line.sku] for line in problem.order.lines])
    most = len(plan.shipments)
    policy = replace(problem.policy, max_shipments=most, promise_by=day)
    room = problem.room
    if room is not None:
        # Where it is already, it has its place.
        room = np.where(order.own.any(axis=0), UNLIMITED, room)
    available = shown + policy.keep_back
    return replace(problem, available=available, policy=policy, room=room)


def _contested(
    members: Sequence[Member], units: Mapping[str, Integers]
) -> dict[Cell, int]:
    asked: dict[str, int] = {}
    for member in members:
        for line in member.problem.order.lines:
            asked[line.sku] = asked.get(line.sku, 0) + line.quantity
    return {
        (sku, int(node)): int(there[node])
        for sku, there in units.items()
        for node in np.flatnonzero((there > 0) & (there < asked[sku]))
    }


def _rooms(orders: Iterable[Allocated]) -> dict[int, int]:
    """Orders that each node with a limit still takes, the least that one is shown."""
    rooms: dict[int, int] = {}
    for order in orders:
        if order.problem.room is None:
            continue
        limited = np.flatnonzero(order.problem.room < UNLIMITED)
        for node in limited.tolist():
            room = max(0, int(order.problem.room[node]))
            rooms[node] = min(rooms.get(node, room), room)
    return rooms
