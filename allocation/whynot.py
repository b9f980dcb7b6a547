"""A counterfactual in one plain sentence, and its changes as rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from allocation.changes import ChangeKind
from allocation.collecting import opportunity_minor
from allocation.details import day_text, units_text
from allocation.measures import Measure
from allocation.policy import Objective

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.changes import Change
    from allocation.counterfactual import Counterfactual
    from allocation.details import Money
    from allocation.plan import Plan
    from allocation.problem import Problem

_OTHER = {
    ChangeKind.SWITCHED_ON: "were it switched on",
    ChangeKind.SELECTED: "were it among the nodes asked for",
    ChangeKind.NOT_EXCLUDED: "were it not left out",
    ChangeKind.ANY_SERVICE: "by any service",
    ChangeKind.SHIPMENTS: "with one shipment more",
}
_RANKS = {
    Objective.NEAREST: "is farther",
    Objective.PRIORITY: "has less priority",
    Objective.MOST_STOCK: "has less stock",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A change in words; `amount` is the change alone, with its unit."""

    kind: ChangeKind
    amount: str
    value: int
    sku: str
    smallest: bool


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What would have put a node into the plan.

    `known` is False where a stored decision did not keep what the node had: it is then
    taken to have had nothing. `best` is the best plan found that uses the node.
    """

    node_id: str
    sentence: str
    changes: tuple[Told, ...]
    best: Plan | None
    worse_in: str
    known: bool


def told(
    problem: Problem,
    plan: Plan,
    found: Counterfactual,
    *,
    money: Money,
    known: bool = True,
) -> WhyNot:
    """For example: "chicago would be in the plan with 1 more unit of a, or 1.37
    cheaper. The best plan with it costs 12.84, 1.36 more." """
    rows = tuple(
        Told(
            change.kind,
            _amount(problem, change, money),
            change.amount,
            change.name if change.kind is ChangeKind.UNITS else "",
            change.smallest,
        )
        for change in found.changes
    )
    return WhyNot(
        found.node_id,
        _sentence(problem, plan, found, money, known=known),
        rows,
        found.best,
        found.worse_in or "",
        known,
    )


def _sentence(
    problem: Problem, plan: Plan, found: Counterfactual, money: Money, *, known: bool
) -> str:
    node = found.node_id
    if found.chosen:
        return f"{node} is in the plan."
    ways = ", or ".join(_way(problem, change, money) for change in found.changes)
    if not known:
        empty = f"What {node} had then is not kept; counted as empty,"
        if not ways:
            return f"{empty} no single change would put it into the plan."
        return f"{empty} it would be in the plan {ways}."
    said = f"{node} would be in the plan {ways}."
    if not ways:
        out = f" ({found.reason})" if found.reason else ""
        said = f"No single change would put {node} into the plan{out}."
    return f"{said} {_best(plan, found, money)}".rstrip()


def _best(plan: Plan, found: Counterfactual, money: Money) -> str:
    best = found.best
    if best is None or plan.objective is Objective.POLICY:
        # What tiers with tolerances lose in is no single figure.
        return ""
    which = "The best plan" if found.proven else "The best plan found"
    if found.worse_in is None:
        return f"{which} with it is no worse: of equals, one comes first."
    costs = f"{which} with it costs {money(best.cost.cash_minor)}"
    match found.worse_in:
        case Measure.UNFILLED:
            return f"{which} with it leaves {units_text(_unfilled(best))} unfilled."
        case Measure.ARRIVAL:
            assert best.promise_date is not None, "a plan with a node sends something"
            return f"{which} with it arrives {day_text(best.promise_date)}."
        case Measure.SHIPMENTS:
            return f"{which} with it has {len(best.shipments)} shipments."
        case Measure.RANK:
            return f"{costs}, but the node {_RANKS[plan.objective]}."
        case Measure.COST:
            return f"{costs}, {_more(plan, best, money)}."


def _more(plan: Plan, best: Plan, money: Money) -> str:
    """How much more it costs; or less, where its units are worth more than that."""
    more_minor = best.cost.cash_minor - plan.cost.cash_minor
    if more_minor > 0:
        return f"{money(more_minor)} more"
    less = f"{money(-more_minor)} less" if more_minor else "the same"
    worth_minor = opportunity_minor(best) - opportunity_minor(plan)
    if worth_minor <= 0:
        return less
    return (
        f"{less}, but its units are worth {money(worth_minor)} more to orders expected"
    )


def _unfilled(plan: Plan) -> int:
    return sum(line.quantity for line in plan.unfilled)


def _way(problem: Problem, change: Change, money: Money) -> str:
    return " ".join(_words(problem, change, money))


def _words(problem: Problem, change: Change, money: Money) -> Iterator[str]:
    amount = _amount(problem, change, money)
    at_most = "" if change.smallest else "at most "
    match change.kind:
        case ChangeKind.UNITS:
            yield f"with {at_most}{units_text(change.amount, 'more')} of {change.name}"
        case ChangeKind.COST:
            yield f"with a shipment {at_most}{amount} cheaper"
        case ChangeKind.DISTANCE:
            yield f"with {amount} allowed"
        case ChangeKind.PROMISE_BY:
            yield f"if it may arrive {at_most}{amount}"
        case ChangeKind.TAGGED:
            yield f"did it carry the tag {change.name}"
        case ChangeKind.RULE_LIFTED:
            yield f"without the rule {change.name}"
        case other:
            yield _OTHER[other]


def _amount(problem: Problem, change: Change, money: Money) -> str:
    match change.kind:
        case ChangeKind.UNITS:
            return f"+{units_text(change.amount)}"
        case ChangeKind.COST:
            return money(change.amount)
        case ChangeKind.DISTANCE:
            return f"{change.amount:,} km"
        case ChangeKind.SHIPMENTS:
            return "+1 shipment"
        case ChangeKind.PROMISE_BY:
            by = problem.policy.promise_by
            assert by is not None, "without a limit nothing is late"
            days = f"{change.amount} day{'s' if change.amount != 1 else ''} later"
            return f"{days}, {day_text(by + timedelta(days=change.amount))}"
        case ChangeKind.TAGGED | ChangeKind.RULE_LIFTED:
            return change.name
        case _:
            return ""
