"""The judge of rules: what of a plan the policy forbids, one shipment line at a time.

It asks the document about the plan's own nodes and lanes and never looks at the arrays
that the solver worked on.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from allocation.plan import ShipmentLine
from allocation.rules.fees import NO_FEES, Fees, fees_of
from allocation.rules.relaxing import relaxations
from allocation.rules.seen import Scene, Trip
from allocation.rules.speaking import means_line, means_node, speaking
from allocation.rules.words import LimitName, Verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from allocation.order import Line
    from allocation.plan import Plan, Shipment
    from allocation.problem import Problem
    from allocation.rules.document import Rule
    from allocation.rules.relaxing import Relaxed


def rule_violations(problem: Problem, plan: Plan) -> tuple[str, ...]:
    """What the rules in force forbid of the plan, in words."""
    book = problem.policy.book
    assert book is not None, "rules come with a book"
    scene = Scene(problem, book.document)
    relaxed = next(r for r in relaxations(book.document) if r.steps == plan.relaxed)
    rules = [rule for _, rule in speaking(scene, relaxed.lifted)]
    least, most = _limits(scene, rules, relaxed)
    faults = [*_togetherness(scene, rules, plan), *_parts(scene, plan, least)]
    faults += _spread(plan, most)
    lines = {line.sku: line for line in problem.order.lines}
    for shipment in plan.shipments:
        trip = _trip(problem, shipment)
        minding = [rule for rule in rules if _minds(scene, rule, trip)]
        for sku, units in shipment.lines:
            here = _line_faults(scene, minding, trip, lines[sku])
            faults += here
            faults += _keeps_back(scene, minding, trip, line=lines[sku], units=units)
    return tuple(faults)


def _minds(scene: Scene, rule: Rule, trip: Trip) -> bool:
    """Whether the rule could have something against a line on this trip."""
    if rule.do not in _MINDING:
        return False
    if rule.by_line:
        return True
    meant = means_node(scene, rule, scene.order.lines[0], trip)
    return meant is not (rule.do is Verb.ONLY)


_MINDING = (Verb.NEVER, Verb.ONLY, Verb.KEEP_BACK, Verb.LIMIT, Verb.COOL_OFF)


def forbids(scene: Scene, rule: Rule, line: Line, trip: Trip) -> bool:
    """Whether the rule keeps the line from travelling so."""
    if rule.do is Verb.NEVER:
        return _means(scene, rule, line, trip)
    if rule.do is Verb.COOL_OFF:
        return _rests(scene, rule, trip) and _means(scene, rule, line, trip)
    if rule.do is not Verb.ONLY or not means_line(scene, rule, line):
        return False
    return not means_node(scene, rule, line, trip)


def _rests(scene: Scene, rule: Rule, trip: Trip) -> bool:
    """Whether, after some rejection, there were too many and the rest lasts."""
    known, now_s = scene.problem.refusals, scene.problem.now.timestamp()
    times = known.by_node.get(trip.node.node_id, ()) if known else ()
    window_s, rest_s = rule.within_hours * 3600, rule.for_minutes * 60
    return any(
        now_s < last + rest_s
        and sum(last - window_s <= each <= last for each in times) >= rule.rejections
        for last in times
    )


def _means(scene: Scene, rule: Rule, line: Line, trip: Trip) -> bool:
    return means_line(scene, rule, line) and means_node(scene, rule, line, trip)


def may_send(problem: Problem, row: int, trip: Trip) -> bool:
    """Whether no rule on lanes forbids a line of the order to travel so."""
    ruling = problem.ruling
    if ruling is None:
        return True
    line = problem.order.lines[row]
    return not any(
        forbids(ruling.scene, each.rule, line, trip) for each in ruling.lane_rules
    )


def fees_judged(problem: Problem, shipment: Shipment) -> Fees:
    """What the rules add to a shipment's cost."""
    if problem.ruling is None:
        return NO_FEES
    sent = dict(shipment.lines)
    units = [sent.get(line.sku, 0) for line in problem.order.lines]
    trip = _trip(problem, shipment)
    return fees_of(problem.ruling.scene, problem.ruling.fee_rules, trip, units)


def _trip(problem: Problem, shipment: Shipment) -> Trip:
    network = problem.network
    node = network.node_by_id[shipment.node_id]
    lane = network.lane(node.node_id, shipment.service, shipment.distance_km)
    assert lane is not None, "a shipment travels on a lane"
    arrival = shipment.promise_date.toordinal()
    return Trip(node, shipment.distance_km, lane, arrival)


def _line_faults(
    scene: Scene, rules: Sequence[Rule], trip: Trip, line: Line
) -> Iterator[str]:
    for rule in rules:
        if forbids(scene, rule, line, trip):
            yield f"rule {rule.id} forbids {line.sku} from {trip.node.node_id}"
        # Plans say whole km, limits end where they end.
        far = rule.limit is LimitName.DISTANCE_KM and trip.distance_km > rule.to + 1
        if far and rule.asks_nodes and _means(scene, rule, line, trip):
            yield f"rule {rule.id} allows {trip.node.node_id} {rule.to} km"


def _keeps_back(
    scene: Scene, rules: Sequence[Rule], trip: Trip, *, line: Line, units: int
) -> Iterator[str]:
    """The first rule that means the cell keeps its units there."""
    for rule in rules:
        if rule.do is not Verb.KEEP_BACK or not means_line(scene, rule, line):
            continue
        if means_node(scene, rule, line, trip):
            row = scene.order.lines.index(line)
            there = int(scene.problem.available[row, trip.node.number])
            kept = -(-there * rule.percent // 100) if rule.percent else rule.units
            if units > there - kept:
                yield f"rule {rule.id} keeps {kept} of {there} {line.sku} back"
            return


def _togetherness(scene: Scene, rules: Sequence[Rule], plan: Plan) -> Iterator[str]:
    for rule in rules:
        if rule.do is not Verb.TOGETHER:
            continue
        skus = {line.sku for line in scene.order.lines if means_line(scene, rule, line)}
        if len(skus) < 2:
            continue
        with_some = [
            shipment
            for shipment in plan.shipments
            if skus & {line.sku for line in shipment.lines}
        ]
        missing = skus & {left.sku for left in plan.unfilled}
        if len(with_some) > 1 or (with_some and missing):
            yield f"rule {rule.id} wants {', '.join(sorted(skus))} in one shipment"


def _limits(scene: Scene, rules: Sequence[Rule], relaxed: Relaxed) -> tuple[int, int]:
    """Least value of a shipment, most shipments of a line: what the last step set, else
    the first rule, else the policy itself."""
    own = scene.document.limits
    found = {
        LimitName.SHIPMENT_VALUE_MIN: own.shipment_value_min_minor,
        LimitName.SHIPMENTS_PER_LINE: own.shipments_per_line,
    }
    for rule in reversed(rules):
        if rule.limit is not None:
            found[rule.limit] = rule.to
    found |= relaxed.limits
    return found[LimitName.SHIPMENT_VALUE_MIN], found[LimitName.SHIPMENTS_PER_LINE]


def _parts(scene: Scene, plan: Plan, least: int) -> Iterator[str]:
    """Shipments, and what is left, that are worth too little to be split off."""
    if len(plan.shipments) > 1 or (plan.shipments and plan.unfilled):
        parts = [list(each.lines) for each in plan.shipments]
        left = [ShipmentLine(each.sku, each.quantity) for each in plan.unfilled]
        for part in filter(None, [*parts, left]):
            worth = sum(_worth(scene, sku) * units for sku, units in part)
            if worth < least:
                yield f"a part of {part} is worth {worth}, at least {least} is wanted"


def _spread(plan: Plan, most: int) -> Iterator[str]:
    """Lines that travel in too many shipments."""
    spread = Counter(line.sku for each in plan.shipments for line in each.lines)
    for sku, shipments in spread.items():
        if most and shipments > most:
            yield f"{sku} travels in {shipments} shipments, allowed {most}"


def _worth(scene: Scene, sku: str) -> int:
    item = scene.items.get(sku)
    return item.value_minor if item else 0
