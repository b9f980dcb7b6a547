"""A second opinion on tiers: a plain CP-SAT model, straight from what a plan is.

Data         every parcel that may leave: a node, a service and units of each line, with
             what the price function and the tiers say of it. Small orders only.
Variables    b_p parcel p leaves; f everything is filled; s exactly one parcel leaves.
Constraints  one parcel for each node and service; no line above what is wanted, nor a
             cell above its stock; a line that stays whole is in one parcel; most and
             fewest shipments; shipments a line; ship complete; lines together in whole
             parcels; parcels and the rest worth enough unless f and s.
Objective    tier by tier, the earlier ones within best + tolerance; then unfilled
             units, cost, shipments.

Nothing is shared with the solvers but the price function and the calendar: no
candidates are dropped, no steps of weight are linearised, no sums are packed into one.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from ortools.sat.python import cp_model

from allocation.carriage import lane_price
from allocation.policy import LineSplit
from allocation.promise import DAY_SHIFTS, day_shift
from allocation.rules.document import Tier
from allocation.rules.words import Measure, Verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from allocation.node import Lane, Node
    from allocation.plan import Plan
    from allocation.problem import Problem
    from allocation.rules.document import PolicyDocument

FILLING = (Measure.UNFILLED_UNITS, Measure.UNFILLED_VALUE)
LAST = (
    Tier(Measure.UNFILLED_UNITS),
    Tier(Measure.COST),
    Tier(Measure.SHIPMENTS),
)
"""What decides among plans that all tiers like as well."""
EARTH_RADIUS_KM = 6371.0088


class Sender(NamedTuple):
    """A node by one of its services, and when that arrives."""

    node: Node
    lane: Lane
    distance_km: int
    arrival: int


class Parcel(NamedTuple):
    """A shipment that could be part of a plan: units of every line of the order."""

    sender: Sender
    units: tuple[int, ...]


class Leaf(NamedTuple):
    """A parcel and the variable that says whether it leaves."""

    parcel: Parcel
    leaves: Any


class Demand(NamedTuple):
    """What is asked of each line, and which lines are counted unit by unit."""

    asked: tuple[int, ...]
    counted: tuple[bool, ...]


def document_of(problem: Problem) -> PolicyDocument:
    """The document that decides."""
    assert problem.policy.book is not None, "tiers stand in a document"
    return problem.policy.book.document


def tiers_of(problem: Problem) -> tuple[Tier, ...]:
    """The document's tiers, filling before them where none fills; then what decides
    ties."""
    tiers = document_of(problem).objective
    fills = any(tier.minimise in FILLING for tier in tiers)
    return (*(() if fills else LAST[:1]), *tiers, *LAST)


def most_after(tier: Tier, best: int) -> int:
    """What later tiers may choose from: the smaller of the share and the amount."""
    share = best * tier.tolerance_bps // 10_000
    return best + (share if tier.at_most < 0 else min(share, tier.at_most))


def senders_of(problem: Problem) -> list[Sender]:
    """Whoever may send anything of the order, by every service."""
    found = []
    for node in problem.network.nodes:
        full = problem.room is not None and problem.room[node.number] < 1
        apart_km = _apart_km(problem, node)
        if full or apart_km > document_of(problem).limits.distance_km:
            continue
        for service in problem.network.tables.services:
            lane = problem.network.lane(node.node_id, service, int(apart_km + 0.5))
            if lane is not None:
                arrival = _arrival(problem, node, lane)
                found.append(Sender(node, lane, int(apart_km + 0.5), arrival))
    return found


def demand_of(problem: Problem, senders: Sequence[Sender]) -> Demand:
    """Units that the nodes have together, and the lines that only fill when split."""
    numbers = sorted({sender.node.number for sender in senders})
    asked, counted = [], []
    for row, line in enumerate(problem.order.lines):
        here = [int(problem.available[row, number]) for number in numbers]
        wanted = min(line.quantity, sum(here))
        most = max(here, default=0)
        split = document_of(problem).limits.line_split
        partly = any(0 < units < wanted for units in here)
        by_unit = split is not LineSplit.NEVER and (
            most < wanted or (split is LineSplit.BY_COST and partly)
        )
        asked.append(wanted if by_unit else min(most, wanted))
        counted.append(by_unit)
    return Demand(tuple(asked), tuple(counted))


def parcels_of(
    problem: Problem, senders: Sequence[Sender], demand: Demand
) -> list[Parcel]:
    """Every parcel that may leave, whatever the others are."""
    found = []
    for sender in senders:
        here = problem.available[:, sender.node.number].tolist()
        choices = [
            range(min(units, asked) + 1)
            if by_unit
            else {0, asked if asked <= units else 0}
            for units, asked, by_unit in zip(here, *demand, strict=True)
        ]
        for units in itertools.product(*choices):
            if any(units) and _keeps_together(problem, units):
                found.append(Parcel(sender, units))
    return found


def _keeps_together(problem: Problem, units: tuple[int, ...]) -> bool:
    """Whether lines that a rule keeps together are all in the parcel or none is."""
    for rule in document_of(problem).rules:
        assert rule.do is Verb.TOGETHER, "other rules are judged elsewhere"
        skus = {sku for condition in rule.where for sku in condition.value}
        group = [
            (sent, line.quantity)
            for sent, line in zip(units, problem.order.lines, strict=True)
            if line.sku in skus
        ]
        none = not any(sent for sent, _ in group)
        if len(group) > 1 and not none and any(s < wanted for s, wanted in group):
            return False
    return True


def cost_of(problem: Problem, parcel: Parcel) -> int:
    """What the parcel costs by the price function and the policy's weights."""
    node, lane, distance_km, arrival = parcel.sender
    items = [problem.network.item_by_sku[line.sku] for line in problem.order.lines]
    described = list(zip(parcel.units, items, strict=True))
    carried = lane_price(
        lane,
        sum(units * item.weight_g for units, item in described),
        sum(units * item.volume_cm3 for units, item in described),
        residential=problem.order.destination.residential,
    )
    weights = problem.policy.weights
    return (
        carried
        + node.parcel_handling_minor
        + node.line_handling_minor * sum(units > 0 for units in parcel.units)
        + node.unit_handling_minor * sum(parcel.units)
        + (weights.distance_minor_per_100km * distance_km + 50) // 100
        + weights.late_minor_per_day * _days_late(problem, arrival)
    )


def measured(problem: Problem, measure: Measure, parcel: Parcel) -> int:
    """What one parcel adds to a measure; of a filling one, what it takes off."""
    sender, units = parcel
    items = [problem.network.item_by_sku[line.sku] for line in problem.order.lines]
    match measure:
        case Measure.UNFILLED_UNITS:
            return -sum(units)
        case Measure.UNFILLED_VALUE:
            return -_worth(problem, units)
        case Measure.SHIPMENTS:
            return 1
        case Measure.COST:
            return cost_of(problem, parcel)
        case Measure.LATE_DAYS:
            return _days_late(problem, sender.arrival)
        case Measure.DISTANCE_KM:
            return sender.distance_km
        case Measure.CO2_G:
            # 100 g a tonne and km, of each unit rounded half up.
            grams = [(sender.distance_km * i.weight_g + 5_000) // 10_000 for i in items]
            return sum(each * sent for each, sent in zip(grams, units, strict=True))
        case Measure.COVER:
            return sum(
                sent
                * math.ceil(10_000 / int(problem.available[row, sender.node.number]))
                for row, sent in enumerate(units)
                if sent
            )
        case Measure.PICK_RISK:
            known = problem.learned
            return sum(units) * int(known.miss_bps[sender.node.number]) if known else 0
        case Measure.DAYS_OF_COVER:
            if problem.learned is None:
                return 0
            lasts = problem.learned.cover_days[:, sender.node.number].tolist()
            return sum(n * (365 - days) for n, days in zip(units, lasts, strict=True))
    assert measure is Measure.LOAD
    limit = sender.node.orders_per_day
    if not limit:
        return 0
    room = limit if problem.room is None else int(problem.room[sender.node.number])
    return (limit - room + 1) * 10_000 // limit


def base_of(problem: Problem, measure: Measure) -> int:
    """The measure of sending nothing."""
    quantity = tuple(line.quantity for line in problem.order.lines)
    if measure is Measure.UNFILLED_UNITS:
        return sum(quantity)
    return _worth(problem, quantity) if measure is Measure.UNFILLED_VALUE else 0


def values_of(problem: Problem, parcels: Sequence[Parcel]) -> list[int]:
    """What a plan comes to, tier by tier."""
    return [
        base_of(problem, tier.minimise)
        + sum(measured(problem, tier.minimise, parcel) for parcel in parcels)
        for tier in tiers_of(problem)
    ]


def sent_by(problem: Problem, plan: Plan) -> list[Parcel]:
    """The parcels of a plan, seen as this model sees them."""
    senders = {(s.node.node_id, s.lane.service): s for s in senders_of(problem)}
    skus = [line.sku for line in problem.order.lines]
    return [
        Parcel(
            senders[shipment.node_id, shipment.service],
            tuple(dict(shipment.lines).get(sku, 0) for sku in skus),
        )
        for shipment in plan.shipments
    ]


def best_values(problem: Problem) -> list[int]:
    """The best value of every tier within the tolerances of those before it; empty if
    nothing may be sent."""
    senders = senders_of(problem)
    demand = demand_of(problem, senders)
    parcels = parcels_of(problem, senders, demand)
    model = cp_model.CpModel()
    leaves = [Leaf(parcel, model.new_bool_var("")) for parcel in parcels]
    for fact in (*_bounds(problem, leaves), *_stock(problem, demand, leaves)):
        model.add(fact)
    _demand_worth(model, problem, leaves)
    found: list[int] = []
    for tier in tiers_of(problem):
        total = _total(problem, tier.minimise, leaves)
        model.minimize(total)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        status = solver.solve(model)
        if status == cp_model.INFEASIBLE and not found:
            return []
        assert status == cp_model.OPTIMAL, solver.status_name(status)
        found.append(round(solver.objective_value))
        model.add(total <= most_after(tier, found[-1]))
    return found


def _total(problem: Problem, measure: Measure, leaves: Sequence[Leaf]) -> Any:
    return base_of(problem, measure) + sum(
        measured(problem, measure, parcel) * leaves_now for parcel, leaves_now in leaves
    )


def _bounds(problem: Problem, leaves: Sequence[Leaf]) -> Iterator[Any]:
    """At least one shipment, no more than allowed, each node and service once."""
    yield sum(leaf.leaves for leaf in leaves) >= 1
    most = document_of(problem).limits.shipments_per_order
    yield sum(leaf.leaves for leaf in leaves) <= most
    by_sender: dict[tuple[str, str], list[Any]] = {}
    for (sender, _), leaf in leaves:
        key = sender.node.node_id, sender.lane.service
        by_sender.setdefault(key, []).append(leaf)
    for same in by_sender.values():
        yield sum(same) <= 1


def _stock(problem: Problem, demand: Demand, leaves: Sequence[Leaf]) -> Iterator[Any]:
    """No line beyond what is asked, in no more shipments than allowed, and no cell
    beyond its stock."""
    limits = document_of(problem).limits
    for row, line in enumerate(problem.order.lines):
        carrying = [leaf for leaf in leaves if leaf.parcel.units[row]]
        yield _units(carrying, row) <= demand.asked[row]
        if limits.ship_complete:
            yield _units(carrying, row) == line.quantity
        if limits.shipments_per_line:
            yield sum(leaf.leaves for leaf in carrying) <= limits.shipments_per_line
        by_node: dict[int, list[Leaf]] = {}
        for leaf in carrying:
            by_node.setdefault(leaf.parcel.sender.node.number, []).append(leaf)
        for number, mine in by_node.items():
            yield _units(mine, row) <= int(problem.available[row, number])


def _units(leaves: Sequence[Leaf], row: int) -> Any:
    return sum(parcel.units[row] * leaf for parcel, leaf in leaves)


def _demand_worth(model: Any, problem: Problem, leaves: Sequence[Leaf]) -> None:
    """Parts and what is left are worth enough, unless one part is everything."""
    least = document_of(problem).limits.shipment_value_min_minor
    if not least:
        return
    left = _total(problem, Measure.UNFILLED_UNITS, leaves)
    left_minor = _total(problem, Measure.UNFILLED_VALUE, leaves)
    full, single = model.new_bool_var(""), model.new_bool_var("")
    model.add(left == 0).only_enforce_if(full)
    model.add(sum(leaf.leaves for leaf in leaves) == 1).only_enforce_if(single)
    model.add_implication(single, full)
    model.add(left_minor >= least).only_enforce_if(~full)
    for parcel, leaf in leaves:
        if _worth(problem, parcel.units) < least:
            model.add_implication(leaf, single)


def _worth(problem: Problem, units: Sequence[int]) -> int:
    items = [problem.network.item_by_sku[line.sku] for line in problem.order.lines]
    return sum(item.value_minor * n for item, n in zip(items, units, strict=True))


def _days_late(problem: Problem, arrival: int) -> int:
    wanted_by = problem.policy.wanted_by
    return max(0, arrival - wanted_by.toordinal()) if wanted_by else 0


def _arrival(problem: Problem, node: Node, lane: Lane) -> int:
    network, where = problem.network, problem.order.destination
    table = network.schedule(problem.now).arrivals(where.region_code)
    shift = DAY_SHIFTS.index(day_shift(node.longitude, where.longitude))
    calendar = network.tables.calendar.item(node.number)
    return table.item(calendar, shift, lane.transit_days)


def _apart_km(problem: Problem, node: Node) -> float:
    """Haversine formula."""
    where = problem.order.destination
    south, north = math.radians(node.latitude), math.radians(where.latitude)
    turn = math.radians(where.longitude - node.longitude)
    half = (
        math.sin((north - south) / 2) ** 2
        + math.cos(south) * math.cos(north) * math.sin(turn / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))
