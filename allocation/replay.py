"""A stored decision once more: why it was made, and whether it comes out the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from allocation.codec import counted_exclusions, load
from allocation.counterfactual import why_not
from allocation.details import money_text
from allocation.documents import canonical
from allocation.explain import Explanation, explain
from allocation.plan_documents import plan_document
from allocation.rules.attempts import attempt_of
from allocation.solve import solve
from allocation.whynot import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from allocation.details import Money
    from allocation.network import Network
    from allocation.node import Node
    from allocation.rules.book import RuleBook

_PLAN = (
    "objective",
    "status",
    "bound_minor",
    "policy_version",
    "network_version",
    "shipments",
    "unfilled",
    "rules",
)
_SHIPMENT = (
    "node_id",
    "service",
    "zone",
    "distance_km",
    "lines",
    "ship_by",
    "promise_date",
    "cost",
    "to_node",
)


def difference(raw: bytes, network: Network, book: RuleBook | None = None) -> str:
    """The first thing in which solving the stored problem again gives another plan.

    Empty when the plan is the same, compared as the bytes that are stored of it. Raises
    ValueError for another network or stored form.
    """
    problem, plan = load(raw, network, book)
    stored, now = plan_document(plan), plan_document(solve(problem))
    if canonical(stored) == canonical(now):
        return ""
    return next(_differences(stored, now))


def _differences(stored: list[Any], now: list[Any]) -> Iterator[str]:
    for name, was, has in zip(_PLAN, stored, now, strict=True):
        if name == "shipments" and len(was) == len(has):
            for number, pair in enumerate(zip(was, has, strict=True)):
                yield from _of_shipment(f"shipments[{number}]", *pair)
        elif name == "shipments":
            yield f"shipments: stored {_nodes(was)}, now {_nodes(has)}"
        elif was != has:
            yield f"{name}: stored {was}, now {has}"


def _of_shipment(path: str, stored: list[Any], now: list[Any]) -> Iterator[str]:
    # Only a transfer is stored with where it goes.
    for name, was, has in zip_longest(_SHIPMENT, stored, now, fillvalue=""):
        if was != has:
            yield f"{path}.{name}: stored {was}, now {has}"


def _nodes(shipments: list[Any]) -> str:
    return " + ".join(row[0] for row in shipments) or "nothing"


def explain_stored(
    raw: bytes,
    network: Network,
    book: RuleBook | None = None,
    *,
    why_not_nodes: Sequence[Node] = (),
    money: Money = money_text,
) -> Explanation:
    """The explanation of a stored decision, replayed.

    The counts of exclusions are those of the whole network at that time; candidates and
    alternatives are those of the nodes that decided. A node that was not kept counts as
    empty when it is asked why it is not in the plan.
    """
    problem, plan = load(raw, network, book)
    explanation = explain(
        problem, plan, exclusions=counted_exclusions(raw), money=money
    )
    kept = problem.network.node_by_id
    numbers = [node.number for node in why_not_nodes]
    wider = attempt_of(load(raw, network, book, also=numbers)[0], plan)
    answers = tuple(
        told(
            wider,
            plan,
            why_not(wider, plan, node),
            money=money,
            known=node.node_id in kept,
        )
        for node in why_not_nodes
    )
    return replace(
        explanation, counterfactuals=answers, replayed=solve(problem) == plan
    )
