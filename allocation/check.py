"""The judge: says of a plan everything that its problem forbids.

It looks at names, values and dates, never at the arrays the solver worked on; it shares
with the solver only what a parcel costs and when a node ships. A fault is a bug.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from allocation import cost
from allocation.bundles import broken_bundles
from allocation.carriage import lane_price
from allocation.check_dates import arrival, dates, too_late
from allocation.collecting import accepts, wrong_way
from allocation.plan import Cost
from allocation.policy import LineSplit, Objective
from allocation.rules.attempts import attempt_of
from allocation.rules.judge import fees_judged, may_send, rule_violations
from allocation.rules.seen import Trip
from allocation.status import PlanStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.node import Lane, Node
    from allocation.order import Destination
    from allocation.plan import Plan, Shipment
    from allocation.policy import Policy
    from allocation.problem import Problem

EARTH_RADIUS_KM = 6371.0088
DIGITS_KM = 1e-6
"""Two ways to work out a distance differ in the last digits."""
ROUNDING_KM = 0.5 + DIGITS_KM


def violations(problem: Problem, plan: Plan) -> tuple[str, ...]:
    """What is wrong with the plan, in words; () is a plan that may be used."""
    if problem.policy.book is not None:
        attempt = attempt_of(problem, plan)
        return (*violations(attempt, plan), *rule_violations(problem, plan))
    faults = [
        *_books(problem, plan),
        *_limits(problem, plan),
        *_sums(problem, plan),
        *_stock(problem, plan),
        *broken_bundles(problem, plan),
    ]
    for shipment in plan.shipments:
        faults += [
            f"{shipment.node_id}/{shipment.service}: {fault}"
            for fault in _shipment(problem, shipment)
        ]
    return tuple(faults)


def _books(problem: Problem, plan: Plan) -> Iterator[str]:
    """Every ordered unit is shipped or unfilled, once, and nothing else is."""
    units: dict[str, int] = {}
    for shipment in plan.shipments:
        lines = shipment.lines
        if not lines:
            yield f"{shipment.node_id}: a shipment of nothing"
        if len({sku for sku, _ in lines}) < len(lines):
            yield f"{shipment.node_id}: a SKU twice in one shipment"
        for sku, quantity in lines:
            units[sku] = units.get(sku, 0) + quantity
            if quantity < 1:
                yield f"{shipment.node_id}: {quantity} units of {sku}"
    if len({left.sku for left in plan.unfilled}) < len(plan.unfilled):
        yield "a SKU is unfilled twice"
    for left in plan.unfilled:
        units[left.sku] = units.get(left.sku, 0) + left.quantity
        if left.quantity < 1:
            yield f"{left.quantity} units of {left.sku} unfilled"
    wanted = {line.sku: line.quantity for line in problem.order.lines}
    if units != wanted:
        yield f"{units} shipped or unfilled, ordered {wanted}"


def _stock(problem: Problem, plan: Plan) -> Iterator[str]:
    """No cell is asked for more than it has beyond what is kept back."""
    row_of = {line.sku: row for row, line in enumerate(problem.order.lines)}
    taken: dict[str, dict[str, int]] = {}
    for shipment in plan.shipments:
        of_node = taken.setdefault(shipment.node_id, {})
        for sku, quantity in shipment.lines:
            of_node[sku] = of_node.get(sku, 0) + quantity
    for node_id, units_of in taken.items():
        node = problem.network.node_by_id.get(node_id)
        for sku, units in units_of.items():
            row = row_of.get(sku)
            if node is None or row is None:
                yield f"{node_id} or {sku} is unknown"
                continue
            spare = problem.available.item(row, node.number) - problem.policy.keep_back
            if units > spare:
                yield f"{units} units of {sku} from {node_id}, which can give {spare}"


def _limits(problem: Problem, plan: Plan) -> Iterator[str]:
    policy = problem.policy
    if len(plan.shipments) > policy.max_shipments:
        yield f"{len(plan.shipments)} shipments, allowed {policy.max_shipments}"
    if policy.ship_complete and plan.unfilled and plan.shipments:
        yield "part of an order that ships whole or not at all"
    places = [(shipment.node_id, shipment.service) for shipment in plan.shipments]
    if places != sorted(set(places)):
        yield "shipments are not in order of node and service, each once"
    if policy.line_split is not LineSplit.BY_COST and len(plan.shipments) > 1:
        yield from _splits(problem, plan)


def _splits(problem: Problem, plan: Plan) -> Iterator[str]:
    policy = problem.policy
    if policy.line_split is LineSplit.IF_FORCED and plan.objective in _GREEDY:
        return
    parts = Counter(line.sku for each in plan.shipments for line in each.lines)
    missing = {left.sku for left in plan.unfilled}
    for row, line in enumerate(problem.order.lines):
        if parts[line.sku] < 2:
            continue
        if policy.line_split is LineSplit.NEVER:
            yield f"{line.sku} is split"
        elif line.sku not in missing and (whole := _whole_at(problem, plan, row)):
            yield f"{line.sku} is split although {whole} has all of it"


_GREEDY = (Objective.NEAREST, Objective.PRIORITY, Objective.MOST_STOCK)
"""These take each unit from the first node that has it, and so split lines freely."""


def _whole_at(problem: Problem, plan: Plan, row: int) -> str:
    """A node that could have sent the whole line in time, or nothing."""
    spare = problem.available[row] - problem.policy.keep_back
    able = np.flatnonzero(spare >= problem.order.lines[row].quantity).tolist()
    deadline = plan.promise_date if plan.objective is Objective.FASTEST else None
    for node in filter(None, map(problem.network.node_by_number.get, able)):
        if _outcast(node, problem.policy) or _closed(problem, node):
            continue
        for service in problem.network.tables.services:
            lane = _reaching_lane(problem, node, service)
            if lane and not too_late(problem, node, lane):
                arrives = arrival(problem, node, lane)
                km = int(_great_circle_km(node, problem.order.destination) + 0.5)
                soon = deadline is None or arrives <= deadline.toordinal()
                if soon and may_send(problem, row, Trip(node, km, lane, arrives)):
                    return node.node_id
    return ""


def _shipment(problem: Problem, shipment: Shipment) -> Iterator[str]:
    node = problem.network.node_by_id.get(shipment.node_id)
    if node is None:
        return
    yield from filter(None, [_outcast(node, problem.policy), _closed(problem, node)])
    apart_km = _great_circle_km(node, problem.order.destination)
    if abs(shipment.distance_km - apart_km) > ROUNDING_KM:
        yield f"distance {shipment.distance_km} km, measured {apart_km:.1f} km"
    if apart_km > problem.policy.max_distance_km + 2 * DIGITS_KM:
        yield f"{apart_km:.3f} km, allowed {problem.policy.max_distance_km} km"
    yield from wrong_way(problem, shipment)
    lane = problem.network.lane(node.node_id, shipment.service, shipment.distance_km)
    if lane is None or lane.zone != shipment.zone:
        yield f"zone {shipment.zone} is not the lane's"
        return
    yield from dates(problem, node, shipment, lane)
    expected = _cost(problem, node, shipment, lane)
    if shipment.cost != expected:
        yield f"cost {shipment.cost}, recomputed {expected}"


def _outcast(node: Node, policy: Policy) -> str:
    """Why the policy does not let the node ship at all, or nothing."""
    if node.disabled:
        return "node is disabled"
    if policy.only_node_ids and node.node_id not in policy.only_node_ids:
        return "node is not selected"
    if node.node_id in policy.exclude_node_ids:
        return "node is excluded"
    if policy.node_tags and not set(policy.node_tags) & set(node.tags):
        return "node carries no wanted tag"
    return ""


def _closed(problem: Problem, node: Node) -> str:
    """Why the node takes no order at this moment, or nothing."""
    if node.paused_until is not None and problem.now < node.paused_until:
        return f"node is paused until {node.paused_until}"
    if problem.room is not None and problem.room.item(node.number) < 1:
        return "node has no room left on its ship day"
    return ""


def _reaching_lane(problem: Problem, node: Node, service: str) -> Lane | None:
    policy = problem.policy
    apart_km = _great_circle_km(node, problem.order.destination)
    if apart_km > policy.max_distance_km or not accepts(problem, node.node_id, service):
        return None
    return problem.network.lane(node.node_id, service, int(apart_km + 0.5))


def _cost(problem: Problem, node: Node, shipment: Shipment, lane: Lane) -> Cost:
    units = weight_g = volume_cm3 = price_minor = 0
    items, prices = problem.network.item_by_sku, problem.prices
    for sku, quantity in shipment.lines:
        units += quantity
        item = items.get(sku)
        if item:
            weight_g += quantity * item.weight_g
            volume_cm3 += quantity * item.volume_cm3
        if prices is not None:
            price_minor += quantity * _price(problem, node, sku)
    weights = problem.policy.weights
    return Cost(
        lane_price(
            lane,
            weight_g,
            volume_cm3,
            residential=problem.order.destination.residential,
        ),
        node.parcel_handling_minor,
        node.line_handling_minor * len(shipment.lines)
        + node.unit_handling_minor * units,
        (weights.distance_minor_per_100km * shipment.distance_km + 50) // 100,
        cost.lateness_minor(problem.policy, shipment.promise_date.toordinal()),
        *fees_judged(problem, shipment),
        price_minor,
    )


def _price(problem: Problem, node: Node, sku: str) -> int:
    assert problem.prices is not None
    rows = (row for row, line in enumerate(problem.order.lines) if line.sku == sku)
    return sum(int(problem.prices[row, node.number]) for row in rows)


def _sums(problem: Problem, plan: Plan) -> Iterator[str]:
    expected = cost.total([shipment.cost for shipment in plan.shipments])
    if plan.cost != expected:
        yield f"cost {plan.cost} is not the sum of the shipments {expected}"
    if plan.status is PlanStatus.OPTIMAL and plan.bound_minor > plan.cost.cash_minor:
        yield f"lower bound {plan.bound_minor} above cost {plan.cost.cash_minor}"
    if plan.policy_version != problem.policy.version:
        yield f"policy {plan.policy_version}, the problem's is {problem.policy.version}"
    if plan.network_version != problem.network.version:
        yield f"network {plan.network_version} is not the problem's"


def _great_circle_km(node: Node, where: Destination) -> float:
    """Haversine formula."""
    south, north = math.radians(node.latitude), math.radians(where.latitude)
    turn = math.radians(where.longitude - node.longitude)
    half = (
        math.sin((north - south) / 2) ** 2
        + math.cos(south) * math.cos(north) * math.sin(turn / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))
