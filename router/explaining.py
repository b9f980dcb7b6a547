"""Explanations as messages, and the one sentence that every plan carries.

A plan's own sentence is made from the plan alone, so that a hold, its replay and its
order say the same years later. Why no other plan is better is worked out only when
somebody asks.
"""

from datetime import date
from functools import lru_cache

from allocation.alternatives import Alternative
from allocation.changes import ChangeKind
from allocation.details import day_text
from allocation.explain import Candidate, Explanation
from allocation.plan import Plan
from allocation.spared import Spared, spared_text
from allocation.status import PlanStatus
from allocation.whynot import WhyNot
from router.messages import write_cost, write_date, write_opportunity, write_plan
from router.money import Currency
from shipfrom.v1 import order_pb2 as pb

NAMED_MAX = 4
"""Nodes named one by one; a person does not read more."""

DAYS_KEPT_MAX = 512
"""Promises reach a year ahead."""

CHANGES = {
    ChangeKind.UNITS: pb.CHANGE_KIND_UNITS,
    ChangeKind.COST: pb.CHANGE_KIND_COST,
    ChangeKind.SHIPMENTS: pb.CHANGE_KIND_SHIPMENTS,
    ChangeKind.DISTANCE: pb.CHANGE_KIND_DISTANCE,
    ChangeKind.PROMISE_BY: pb.CHANGE_KIND_PROMISE_BY,
    ChangeKind.SWITCHED_ON: pb.CHANGE_KIND_SWITCHED_ON,
    ChangeKind.SELECTED: pb.CHANGE_KIND_SELECTED,
    ChangeKind.NOT_EXCLUDED: pb.CHANGE_KIND_NOT_EXCLUDED,
    ChangeKind.TAGGED: pb.CHANGE_KIND_TAGGED,
    ChangeKind.ANY_SERVICE: pb.CHANGE_KIND_ANY_SERVICE,
    ChangeKind.RULE_LIFTED: pb.CHANGE_KIND_RULE_LIFTED,
}
PROOF = {
    PlanStatus.OPTIMAL: "proven best",
    PlanStatus.FEASIBLE: "best found",
}


def summary(plan: Plan, currency: Currency) -> str:
    """For example: "2 shipments: nyc-01 (3 units), chi-01 (1 unit). 11.84 USD, arrives
    Fri 27 Nov, proven best." """
    missing = sum([line.quantity for line in plan.unfilled])
    left = f" {_units(missing)} unfilled." if missing else ""
    shipments = plan.shipments
    if not shipments:
        return f"Nothing ships.{left}"
    named = ", ".join(
        [
            f"{s.node_id} ({_units(sum([line.quantity for line in s.lines]))})"
            for s in shipments[:NAMED_MAX]
        ]
    )
    count = f"{len(shipments)} shipment{'s' if len(shipments) > 1 else ''}"
    more = len(shipments) - NAMED_MAX
    if more > 0:
        named += f", {more} more"
    return (
        f"{count}: {named}. {currency.text(plan.cost.cash_minor)},"
        f" arrives {_day(plan.promise_date)}, {PROOF[plan.status]}.{left}"
    )


def write_explanation(
    explanation: Explanation,
    out: pb.Explanation,
    currency: Currency,
    *,
    order_id: str = "",
) -> None:
    """An explanation; the shipments of an order `order_id` get their ids."""
    plan = explanation.plan
    out.verdict = explanation.verdict
    write_plan(plan, out.plan, currency, verdict=explanation.verdict, order_id=order_id)
    for candidate in explanation.candidates:
        _write_candidate(candidate, out.candidates.add(), currency)
    for exclusion in explanation.exclusions:
        counted = out.exclusions.add()
        counted.reason = exclusion.reason
        counted.nodes = exclusion.nodes
    for other in explanation.alternatives:
        _write_alternative(other, out.alternatives.add(), currency)
    for answer in explanation.counterfactuals:
        _write_counterfactual(answer, out.counterfactuals.add(), currency)
    if explanation.spared is not None:
        _write_spared(explanation.spared, out.spared, currency)
    out.price_list_version = explanation.price_list
    out.network_version = explanation.network_version
    out.replayed = explanation.replayed


def _write_candidate(
    candidate: Candidate, out: pb.Candidate, currency: Currency
) -> None:
    out.node_id = candidate.node_id
    out.distance_km = candidate.distance_km
    out.chosen = candidate.chosen
    out.exclusion = candidate.exclusion
    out.detail = candidate.detail
    out.useful_units = candidate.useful_units
    out.observed, out.threshold = candidate.measured
    if candidate.cost is not None:
        write_cost(candidate.cost, out, currency)
    write_opportunity(candidate.opportunity_minor, out, currency)
    if candidate.promise_date is not None:
        write_date(candidate.promise_date, out.promise_date)


def _write_spared(spared: Spared, out: pb.Spared, currency: Currency) -> None:
    out.sentence = f"{spared_text(spared, currency.text)}."
    out.node_ids.extend(spared.node_ids)
    currency.write(spared.cost_less_minor, out.cost_less)
    for units in spared.units:
        written = out.units.add()
        written.node_id, written.sku, written.units, written.available = units[:4]
        currency.write(units.worth_minor, written.worth)


def _write_alternative(
    other: Alternative, out: pb.Alternative, currency: Currency
) -> None:
    write_plan(other.plan, out.plan, currency, verdict=summary(other.plan, currency))
    out.label = other.label
    currency.write(other.cost_more_minor, out.cost_more)
    out.days_later = other.days_later or 0
    out.unfilled_more = other.unfilled_more


def _write_counterfactual(
    answer: WhyNot, out: pb.Counterfactual, currency: Currency
) -> None:
    out.node_id = answer.node_id
    out.sentence = answer.sentence
    for change in answer.changes:
        written = out.changes.add()
        written.kind = CHANGES[change.kind]
        written.amount = change.amount
        written.value = change.value
        written.sku = change.sku
        written.smallest = change.smallest
    if answer.best is not None:
        said = summary(answer.best, currency)
        write_plan(answer.best, out.best, currency, verdict=said)
    out.worse_in = answer.worse_in
    out.verified = answer.known


@lru_cache(DAYS_KEPT_MAX)
def _day(day: date | None) -> str:
    """As explanations write it; every quote says one, and formatting a day is slow."""
    return day_text(day) if day else "on no day"


def _units(count: int) -> str:
    return f"{count} unit{'s' if count != 1 else ''}"
