"""Golden orders: real orders with what must stay true of them under any policy.

An order is kept as a problem with its network and stock (`codec.problem_to_json`) and
is solved again under the policy to be checked. Assertions say what matters and not the
plan: a cheaper policy may ship from elsewhere and still keep every promise.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from allocation.codec import problem_from_json, problem_to_json
from allocation.decide import survey
from allocation.details import Money, day_text, money_text
from allocation.documents import canonical
from allocation.plan import Plan
from allocation.policy import LineSplit, Objective, Policy
from allocation.problem import Problem
from allocation.shortlist import REASONS, Reason
from allocation.solve import solve
from router.routing import UNASKED, Routing

VERSION = 1
"""Of the stored form."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A node that must stay out of the plan, for this reason ("" for any)."""

    node_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Assertions:
    """What must be true of the plan; what is None or empty is not asserted."""

    shipments_max: int | None = None
    ships_from_any: tuple[str, ...] = ()
    cost_max_minor: int | None = None
    promise_by: date | None = None
    excluded: tuple[Excluded, ...] = ()


@dataclass(frozen=True, slots=True)
class Golden:
    """One kept order: its problem as JSON, its wishes, and what must stay true."""

    name: str
    problem: bytes
    asserts: Assertions
    routing: Routing = UNASKED


def golden_of(
    name: str, problem: Problem, asserts: Assertions, *, published: Policy
) -> Golden:
    """Keep an order with its stock; `published` is the policy that it was decided by,
    whose difference to the problem's own is what the order asked for."""
    routing = Routing.between(published, problem.policy)
    bare = replace(problem, policy=Policy())
    return Golden(name, problem_to_json(bare), asserts, routing)


def check(
    golden: Golden, policy: Policy, *, money: Money = money_text
) -> tuple[str, ...]:
    """What is no longer true of the order under the policy, in words; () if all is.

    Units that nobody sends fail any golden order: nothing is asserted of what is not
    there.
    """
    stored = problem_from_json(golden.problem)
    problem = replace(stored, policy=golden.routing.narrow(policy))
    plan = solve(problem)
    return tuple(
        f"{golden.name}: {said}" for said in _failures(golden, problem, plan, money)
    )


def _failures(
    golden: Golden, problem: Problem, plan: Plan, money: Money
) -> Iterator[str]:
    asserts = golden.asserts
    if plan.unfilled:
        missing = ", ".join(f"{u.quantity} of {u.sku}" for u in plan.unfilled)
        yield f"{missing} unfilled ({plan.unfilled[0].reason})"
    if not plan.shipments:
        return
    yield from _shipments(asserts, plan)
    cost, most = plan.cost.cash_minor, asserts.cost_max_minor
    if most is not None and cost > most:
        yield f"costs {money(cost)}, at most {money(most)} allowed"
    promised, by = plan.promise_date, asserts.promise_by
    if by is not None and promised is not None and promised > by:
        yield f"arrives {day_text(promised)}, wanted by {day_text(by)}"
    for wanted in asserts.excluded:
        yield from _exclusion(wanted, problem, plan)


def _shipments(asserts: Assertions, plan: Plan) -> Iterator[str]:
    count, most = len(plan.shipments), asserts.shipments_max
    if most is not None and count > most:
        yield f"{count} shipments, at most {most} allowed"
    used = [shipment.node_id for shipment in plan.shipments]
    wanted = asserts.ships_from_any
    if wanted and not set(wanted) & set(used):
        yield f"ships from {', '.join(used)}, not from any of {', '.join(wanted)}"


def _exclusion(wanted: Excluded, problem: Problem, plan: Plan) -> Iterator[str]:
    if any(shipment.node_id == wanted.node_id for shipment in plan.shipments):
        because = (
            f", which {wanted.reason} should keep out"
            if wanted.reason
            else ", where nothing may come from"
        )
        yield f"ships from {wanted.node_id}{because}"
        return
    reason = _reason(problem, wanted.node_id)
    if wanted.reason and reason != wanted.reason:
        yield f"{wanted.node_id} is out for {reason}, not for {wanted.reason}"


def _reason(problem: Problem, node_id: str) -> str:
    """Why the node is not in the plan; a node that held nothing was not kept."""
    node = problem.network.node_by_id.get(node_id)
    if node is None:
        return Reason.NO_STOCK
    code = int(survey(problem).reasons[node.number])
    return REASONS[code - 1] if code else Reason.COSTLIER


def golden_to_json(golden: Golden) -> bytes:
    """Canonical, to be kept in a file or a table."""
    document = {
        "v": VERSION,
        "name": golden.name,
        "problem": json.loads(golden.problem),
        "asserts": _document(golden.asserts),
        "routing": _document(golden.routing),
    }
    return canonical(document)


def golden_from_json(raw: bytes) -> Golden:
    """The golden order of `golden_to_json`. Raises ValueError for another form."""
    document = json.loads(raw)
    if document.get("v") != VERSION:
        raise ValueError(f"golden order of form {document.get('v')}, wanted {VERSION}")
    asserts = document["asserts"]
    asserts["excluded"] = [Excluded(**each) for each in asserts.get("excluded", [])]
    return Golden(
        document["name"],
        canonical(document["problem"]),
        Assertions(**_read(asserts)),
        Routing(**_read(document["routing"])),
    )


def _document(value: Assertions | Routing | Excluded) -> dict[str, object]:
    """Fields that say something; dates in ISO form."""
    found = {spec.name: getattr(value, spec.name) for spec in fields(value)}
    return {name: _plain(here) for name, here in found.items() if here}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Excluded):
        return _document(value)
    return value.isoformat() if isinstance(value, date) else value


_READERS: dict[str, Any] = {
    "objective": Objective,
    "line_split": LineSplit,
    "promise_by": date.fromisoformat,
    "wanted_by": date.fromisoformat,
}


def _read(document: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _READERS[name](value)
        if name in _READERS
        else tuple(value)
        if isinstance(value, list)
        else value
        for name, value in document.items()
    }
