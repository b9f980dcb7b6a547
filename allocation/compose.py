"""A solver's answer becomes a plan: names, dates, costs by component, what is
unfilled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import sub
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation import cost
from allocation.carriage import lane_price
from allocation.decide import survey
from allocation.fence import keepers
from allocation.node import TRANSFER
from allocation.plan import Cost, Plan, Shipment, ShipmentLine, Unfilled
from allocation.rules.fees import NO_FEES, Fees, fees_of
from allocation.rules.seen import Trip
from allocation.rules.siding import together_of
from allocation.shortlist import ABSENT, CHANNEL_QUOTA, REASONS, Reason, shortlist
from allocation.slots import due_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.node import Lane
    from allocation.policy import Objective
    from allocation.problem import Problem
    from allocation.status import PlanStatus

SPLIT_LIMIT = "SPLIT_LIMIT"
"""Unfilled because the allowed shipments or the splitting of lines end there."""
SHIP_COMPLETE = "SHIP_COMPLETE"
"""Unfilled because another line is and the order ships whole or not at all."""
KEPT_TOGETHER = "KEPT_TOGETHER"
"""Unfilled because no node has all of what belongs in one shipment."""


class Pick(NamedTuple):
    """One shipment by numbers: the node, its lane, and units of each line of the
    order."""

    node: int
    lane: Lane
    distance_km: int
    arrival: int
    units: Sequence[int]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solver found. `bound_minor` bounds cash and price together; None: the cost
    was not what the objective minimised, so that the plan's own cash bounds it."""

    picks: tuple[Pick, ...]
    status: PlanStatus
    bound_minor: int | None


def compose(problem: Problem, answer: Answer, objective: Objective) -> Plan:
    """The plan with shipments by node id and service."""
    made = [_shipment(problem, pick) for pick in answer.picks]
    if len(made) > 1:
        made.sort(key=_place)
    costs = cost.total([shipment.cost for shipment in made])
    bound = costs.cash_minor
    if answer.bound_minor is not None:
        bound = answer.bound_minor - costs.steering_minor
    return Plan(
        objective,
        tuple(made),
        _unfilled(problem, answer.picks),
        costs,
        answer.status,
        bound,
        problem.policy.version,
        problem.network.version,
        bundles=problem.order.bundles,
        allow_substitutes=problem.order.allow_substitutes,
    )


def _place(shipment: Shipment) -> tuple[str, str]:
    return shipment.node_id, shipment.service


def _shipment(problem: Problem, pick: Pick) -> Shipment:
    number, lane, distance_km, arrival, units = pick
    network = problem.network
    calendar = network.tables.calendar.item(number)
    ship_day = network.schedule(problem.now).ship_days[calendar]
    assert ship_day is not None, "a node that never ships is no candidate"
    node = network.node_by_number[number]
    return Shipment(
        node.node_id,
        lane.service,
        lane.zone,
        distance_km,
        tuple(
            [
                ShipmentLine(line.sku, here)
                for line, here in zip(problem.order.lines, units, strict=True)
                if here
            ]
        ),
        due_at(problem, node, ship_day.day, ship_day.ship_by),
        date.fromordinal(arrival),
        pick_cost(problem, pick),
        problem.order.destination.node_id if lane.service == TRANSFER else "",
    )


def pick_cost(problem: Problem, pick: Pick) -> Cost:
    """What the shipment costs, by component."""
    load = _load(problem, pick)
    return cost.shipment_cost(
        load,
        node=problem.network.node_by_number[pick.node],
        shipping_minor=lane_price(
            pick.lane,
            load.weight_g,
            load.volume_cm3,
            residential=problem.order.destination.residential,
        ),
        added=cost.Added(
            cost.distance_minor(problem.policy, pick.distance_km),
            cost.lateness_minor(problem.policy, pick.arrival),
            *_fees(problem, pick),
        ),
    )


def _fees(problem: Problem, pick: Pick) -> Fees:
    if problem.ruling is None:
        return NO_FEES
    node = problem.network.node_by_number[pick.node]
    trip = Trip(node, pick.distance_km, pick.lane, pick.arrival)
    ruling = problem.ruling
    return fees_of(ruling.scene, ruling.fee_rules, trip, pick.units)


def _load(problem: Problem, pick: Pick) -> cost.Load:
    lines = units = weight_g = volume_cm3 = price_minor = 0
    items, prices = problem.network.item_by_sku, problem.prices
    # Most lines travel in another parcel.
    for row in [row for row, here in enumerate(pick.units) if here]:
        line, here = problem.order.lines[row], pick.units[row]
        lines += 1
        units += here
        item = items.get(line.sku)
        if item:
            weight_g += here * item.weight_g
            volume_cm3 += here * item.volume_cm3
        if prices is not None:
            price_minor += here * int(prices[row, pick.node])
    return cost.Load(lines, units, weight_g, volume_cm3, price_minor)


def _unfilled(problem: Problem, picks: Sequence[Pick]) -> tuple[Unfilled, ...]:
    lines = problem.order.lines
    left = [line.quantity for line in lines]
    for pick in picks:
        left = list(map(sub, left, pick.units))
    if not any(left):
        return ()
    reasons = _unfilled_reasons(problem, left)
    return tuple(
        Unfilled(line.sku, units, reason)
        for line, units, reason in zip(lines, left, reasons, strict=True)
        if units
    )


def _unfilled_reasons(problem: Problem, left: Sequence[int]) -> list[str]:
    """For each line: what keeps its missing units from being sent.

    Stock that candidates have and do not send is kept by a limit; stock of eliminated
    nodes by the reason of the one that came nearest to sending; else there is none.
    """
    found, apart = survey(problem), _nowhere_together(problem)
    codes = np.where(found.reasons == ABSENT, 0, found.reasons)
    reasons: list[str] = []
    for row, line in enumerate(problem.order.lines):
        if not left[row]:
            reasons.append("")
            continue
        spare = int(found.reach[row]) - (line.quantity - left[row])
        if spare > 0:
            whole = problem.policy.ship_complete and left[row] == line.quantity
            limit = KEPT_TOGETHER if row in apart else SPLIT_LIMIT
            reasons.append(SHIP_COMPLETE if whole else limit)
            continue
        holds = problem.available[row] > problem.policy.keep_back
        # Reasons are numbered in the order in which nodes are looked at.
        code = int(codes[holds].max(initial=0))
        if not code and keepers(problem, row, codes).any():
            code = CHANNEL_QUOTA
        reasons.append(REASONS[code - 1] if code else Reason.NO_STOCK)
    return reasons


def _nowhere_together(problem: Problem) -> set[int]:
    """Lines that belong in one shipment, and no candidate could send it."""
    groups = together_of(problem)
    if not groups:
        return set()
    useful = shortlist(problem, by=problem.policy.promise_by).useful
    wanted = np.array([line.quantity for line in problem.order.lines])
    has = useful >= wanted
    return {
        row
        for group in groups
        if not has[:, list(group)].all(axis=1).any()
        for row in group
    }
