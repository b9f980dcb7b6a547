"""A decision as bytes: small enough to keep for every hold, enough to decide again.

What is stored is the problem cut down to the nodes that matter and the plan. The
network is named by its version and kept once for all decisions. Solving the stored
problem gives the stored plan again, byte for byte.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from allocation import cost
from allocation.decide import survey
from allocation.documents import (
    canonical,
    document_of,
    order_of,
    policy_document,
    policy_of,
)
from allocation.explain import Explanation, exclusion_counts, explain
from allocation.network import Network
from allocation.plan import Cost, Plan, PlanStatus, Shipment, ShipmentLine, Unfilled
from allocation.policy import Objective
from allocation.problem import Problem
from allocation.shortlist import REASONS, Reason
from allocation.solve import solve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allocation.details import Money
    from allocation.instance import Integers

VERSION = 1
"""Of the stored form; a reader refuses any other."""
PLAIN_BYTES_MAX = 1024
"""Up to here a decision is kept as it is: compressing it would save a few hundred bytes
and cost more than writing the rest."""


def dump(problem: Problem, plan: Plan) -> bytes:
    """The stored decision: normally one to a few kilobytes."""
    if not problem.solved:
        # A plan of an earlier solve: what the solver compares is not known any more.
        solve(problem)
    found = survey(problem)
    document = {
        "v": VERSION,
        "network": problem.network.version,
        **_problem(problem, _nodes_that_decide(problem, plan, found.reasons)),
        "exclusions": exclusion_counts(problem, plan, found),
        "plan": _plan(plan),
    }
    text = canonical(document)
    return zlib.compress(text, 1) if len(text) > PLAIN_BYTES_MAX else text


def load(raw: bytes, network: Network) -> tuple[Problem, Plan]:
    """The problem on the nodes that decided, and the plan.

    Raises ValueError for another network than the decision was made on.
    """
    document = _document(raw)
    if document["network"] != network.version:
        raise ValueError(
            f"decision of network {document['network']}, not of {network.version}"
        )
    skus = [line["sku"] for line in document["order"]["lines"]]
    part = network.subset(document["nodes"], skus)
    return _problem_of(document, part), _plan_of(document)


def plan_of(raw: bytes) -> Plan:
    """The plan alone; needs no network."""
    return _plan_of(_document(raw))


def network_version_of(raw: bytes) -> str:
    """Which network `load` needs."""
    return str(_document(raw)["network"])


def explain_stored(
    raw: bytes, network: Network, *, money: Money | None = None
) -> Explanation:
    """The explanation of a stored decision, replayed.

    The counts of exclusions are those of the whole network at that time; the candidates
    are the nodes that decided.
    """
    problem, plan = load(raw, network)
    told = {"money": money} if money else {}
    explanation = explain(
        problem, plan, exclusions=_document(raw)["exclusions"], **told
    )
    return replace(explanation, replayed=solve(problem) == plan)


def problem_to_json(problem: Problem) -> bytes:
    """A problem with everything it needs, to be kept as a file and solved anywhere."""
    stocked = np.flatnonzero((problem.available > 0).any(axis=0)).tolist()
    holding = sorted(set(stocked) & set(problem.network.node_by_number))
    skus = [line.sku for line in problem.order.lines]
    part = problem.network.subset(holding, skus)
    document = {
        "v": VERSION,
        "network": json.loads(part.to_json()),
        "network_version": problem.network.version,
        **_problem(problem, holding),
    }
    return canonical(document)


def problem_from_json(raw: bytes) -> Problem:
    """The problem of `problem_to_json`; its solution is that of the original."""
    document = json.loads(raw)
    _demand_version(document)
    network = Network.from_json(
        canonical(document["network"]), version=document["network_version"]
    )
    return _problem_of(document, network)


def _nodes_that_decide(
    problem: Problem, plan: Plan, reasons: np.ndarray[Any, np.dtype[np.uint8]]
) -> list[int]:
    """Numbers of the nodes to keep.

    Those of the plan, those the solver compared, and for each unfilled line one node
    that stands for the reason. Where that does not give the plan again, all nodes with
    stock.
    """
    by_id = problem.network.node_by_id
    numbers = {by_id[shipment.node_id].number for shipment in plan.shipments}
    for solved in problem.solved.values():
        numbers |= solved.considered_nodes()
    numbers |= _witnesses(problem, plan, reasons)
    if not _certain(plan) and _replayed(problem, numbers) != plan:
        stocked = np.flatnonzero((problem.available > 0).any(axis=0))
        numbers = set(stocked.tolist()) & set(problem.network.node_by_number)
    return sorted(numbers)


def _certain(plan: Plan) -> bool:
    """Whether the nodes compared are known to be enough.

    Where all is filled, they ask the same of every line (see `closing.witnesses`), and
    each node left out is left out by one that stays: the solvers meet the same arrays,
    and a plan that is not proven comes out again like one that is.
    """
    return not plan.unfilled and plan.objective in (
        Objective.CHEAPEST,
        Objective.FEWEST_SHIPMENTS,
    )


def _witnesses(
    problem: Problem, plan: Plan, reasons: np.ndarray[Any, np.dtype[np.uint8]]
) -> set[int]:
    row_of = {line.sku: row for row, line in enumerate(problem.order.lines)}
    found: set[int] = set()
    for left in plan.unfilled:
        if left.reason not in REASONS:
            continue
        code = REASONS.index(Reason(left.reason)) + 1
        holding = problem.available[row_of[left.sku]] > problem.policy.keep_back
        found.update(np.flatnonzero(holding & (reasons == code))[:1].tolist())
    return found


def _replayed(problem: Problem, numbers: Iterable[int]) -> Plan:
    kept = np.zeros(problem.network.size, dtype=bool)
    kept[list(numbers)] = True
    return solve(replace(problem, available=np.where(kept, problem.available, 0)))


def _problem(problem: Problem, numbers: list[int]) -> dict[str, object]:
    prices = problem.prices
    return {
        "order": document_of(problem.order),
        "policy": policy_document(problem.policy),
        "now": problem.now.isoformat(),
        "nodes": numbers,
        "available": problem.available[:, numbers].tolist(),
        "prices": None if prices is None else prices[:, numbers].tolist(),
    }


def _problem_of(document: dict[str, Any], network: Network) -> Problem:
    order = order_of(document["order"])
    shape = len(order.lines), network.size
    numbers = document["nodes"]

    def by_node(rows: list[list[int]]) -> Integers:
        values = np.zeros(shape, dtype=np.int64)
        values[:, numbers] = rows
        return values

    prices = document["prices"]
    return Problem(
        order,
        network,
        by_node(document["available"]),
        policy_of(document["policy"]),
        datetime.fromisoformat(document["now"]),
        None if prices is None else by_node(prices),
    )


def _plan(plan: Plan) -> list[object]:
    return [
        plan.objective,
        plan.status,
        plan.bound_minor,
        plan.policy_version,
        plan.network_version,
        [_shipment(shipment) for shipment in plan.shipments],
        [[left.sku, left.quantity, left.reason] for left in plan.unfilled],
    ]


def _shipment(shipment: Shipment) -> list[object]:
    paid = shipment.cost
    return [
        shipment.node_id,
        shipment.service,
        shipment.zone,
        shipment.distance_km,
        [[line.sku, line.quantity] for line in shipment.lines],
        shipment.ship_by.isoformat(),
        shipment.promise_date.isoformat(),
        [
            paid.shipping_minor,
            paid.parcel_handling_minor,
            paid.line_handling_minor,
            paid.distance_minor,
            paid.lateness_minor,
            paid.price_minor,
        ],
    ]


def _plan_of(document: dict[str, Any]) -> Plan:
    objective, status, bound, policy, network, shipments, unfilled = document["plan"]
    made = tuple(_shipment_of(shipment) for shipment in shipments)
    return Plan(
        Objective(objective),
        made,
        tuple(Unfilled(*left) for left in unfilled),
        cost.total([shipment.cost for shipment in made]),
        PlanStatus(status),
        bound,
        policy,
        network,
    )


def _shipment_of(row: list[Any]) -> Shipment:
    node_id, service, zone, distance_km, lines, ship_by, promise, paid = row
    return Shipment(
        node_id,
        service,
        zone,
        distance_km,
        tuple(ShipmentLine(*line) for line in lines),
        datetime.fromisoformat(ship_by),
        date.fromisoformat(promise),
        Cost(*paid),
    )


def _document(raw: bytes) -> dict[str, Any]:
    text = raw if raw.startswith(b"{") else zlib.decompress(raw)
    document = cast("dict[str, Any]", json.loads(text))
    _demand_version(document)
    return document


def _demand_version(document: dict[str, Any]) -> None:
    if document.get("v") != VERSION:
        raise ValueError(f"stored form {document.get('v')}, wanted {VERSION}")
