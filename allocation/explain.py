"""Why the plan is what it is: one sentence, the nodes with their reasons, the others.

Worked out only when somebody asks, from the problem and the plan alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from allocation.alternatives import alternatives
from allocation.compose import Pick, pick_cost
from allocation.counterfactual import why_not
from allocation.details import Seen, detail_of, money_text
from allocation.measured import Measured, measured
from allocation.rules.attempts import attempt_of
from allocation.rules.by_lane import candidates
from allocation.shortlist import (
    ABSENT,
    REASONS,
    Reason,
    Shortlist,
    distances_km,
)
from allocation.spared import look_ahead_prices, spared_of, spared_text, today_of
from allocation.verdict import verdict
from allocation.whynot import told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from allocation.alternatives import Alternative
    from allocation.details import Money
    from allocation.node import Node
    from allocation.plan import Cost, Plan
    from allocation.problem import Problem
    from allocation.solvers.instance import Integers
    from allocation.spared import Spared, Today
    from allocation.whynot import WhyNot

CANDIDATES_MAX = 50
"""Rows of an explanation: more than a person reads."""

__all__ = ["Candidate", "ExclusionCount", "Explanation", "explain", "verdict"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One node of an explanation.

    `exclusion` is empty for a node the plan ships from; `measured` is the value that
    decided and its limit. `cost` is that of the cheapest single shipment of all it
    could send, by component; None where it can send nothing. `opportunity_minor` is
    what these units are worth to orders expected: it counts and is never paid.
    """

    node_id: str
    distance_km: int
    chosen: bool
    exclusion: str
    detail: str
    measured: Measured
    cost: Cost | None
    useful_units: int
    promise_date: date | None
    opportunity_minor: int = 0


@dataclass(frozen=True, slots=True)
class ExclusionCount:
    """How many nodes fell out for one reason."""

    reason: str
    nodes: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """`replayed`: the plan came out again when its stored problem was solved anew.
    `counterfactuals`: one for each node that was asked about. `spared`: what
    look-ahead prices changed; None where they did not decide. `price_list`: which ones
    counted, "" if none did."""

    verdict: str
    plan: Plan
    candidates: tuple[Candidate, ...]
    exclusions: tuple[ExclusionCount, ...]
    alternatives: tuple[Alternative, ...]
    network_version: str
    counterfactuals: tuple[WhyNot, ...] = ()
    replayed: bool = False
    spared: Spared | None = None
    price_list: str = ""


def explain(
    problem: Problem,
    plan: Plan,
    *,
    why_not_nodes: Sequence[Node] = (),
    exclusions: Mapping[str, int] | None = None,
    money: Money = money_text,
) -> Explanation:
    """Chosen nodes first, then the nearest; `exclusions` replaces the counts where the
    problem knows only some nodes of its network. `why_not_nodes` are asked why they
    are not in the plan."""
    today = today_of(problem)
    spared = spared_of(problem, plan, today) if today else None
    problem = attempt_of(problem, plan)
    found = candidates(problem, by=problem.policy.promise_by, with_reasons=True)
    counts = (
        exclusion_counts(problem, plan, found) if exclusions is None else exclusions
    )
    order = [reason for reason in Reason if reason in counts]
    return Explanation(
        verdict(
            *_as_paid(problem, plan, today),
            money=money,
            all_nodes=exclusions is None,
            spared=spared_text(spared, money) if spared else "",
        ),
        plan,
        _candidates(problem, plan, found, money),
        tuple(ExclusionCount(reason, counts[reason]) for reason in order),
        alternatives(
            problem,
            plan,
            all_nodes=exclusions is None,
            today=today.counted if today else None,
        ),
        problem.network.version,
        tuple(
            told(problem, plan, why_not(problem, plan, node), money=money)
            for node in why_not_nodes
        ),
        spared=spared,
        price_list=problem.price_list,
    )


def _as_paid(problem: Problem, plan: Plan, today: Today | None) -> tuple[Problem, Plan]:
    """What a sentence about costs is made of: no prices where they changed nothing."""
    if today is None or today.counted.shipments != plan.shipments:
        return problem, plan
    return attempt_of(today.problem, today.plan), today.plan


def exclusion_counts(
    problem: Problem, plan: Plan, found: Shortlist | None = None
) -> dict[str, int]:
    """Nodes by the reason that kept them out of the plan."""
    if found is None:
        found = candidates(problem, by=problem.policy.promise_by, with_reasons=True)
    codes = np.bincount(found.reasons, minlength=ABSENT + 1).tolist()
    counts = {reason.value: n for reason, n in zip(REASONS, codes[1:], strict=False)}
    chosen = {shipment.node_id for shipment in plan.shipments}
    counts[Reason.COSTLIER] = codes[0] - len(chosen)
    return {reason: nodes for reason, nodes in counts.items() if nodes}


def _candidates(
    problem: Problem, plan: Plan, found: Shortlist, money: Money
) -> tuple[Candidate, ...]:
    chosen = {shipment.node_id for shipment in plan.shipments}
    apart_km = distances_km(problem.network, problem.order.destination)
    worth = look_ahead_prices(problem)
    nodes = sorted(
        problem.network.nodes,
        key=lambda node: (node.node_id not in chosen, apart_km[node.number]),
    )
    return tuple(
        _candidate(
            problem,
            plan,
            found,
            node=node,
            exact_km=float(apart_km[node.number]),
            chosen=node.node_id in chosen,
            money=money,
            worth=worth,
        )
        for node in nodes[:CANDIDATES_MAX]
    )


def _candidate(
    problem: Problem,
    plan: Plan,
    found: Shortlist,
    *,
    node: Node,
    exact_km: float,
    chosen: bool,
    money: Money,
    worth: Integers | None,
) -> Candidate:
    code = int(found.reasons[node.number])
    reason = REASONS[code - 1] if code else Reason.COSTLIER
    picks = [(pick_cost(problem, pick), pick) for pick in _alone(problem, found, node)]
    cost, best = min(picks, default=(None, None), key=lambda pair: pair[0].cash_minor)
    earliest = int(found.observed[node.number, 1])
    units = sum(best.units) if best else 0
    opportunity_minor = _opportunity(worth, best)
    alone_minor = cost.cash_minor if cost else None
    seen = Seen(exact_km, earliest, alone_minor, units, opportunity_minor)
    numbers = Measured()
    if not chosen:
        numbers = measured(problem, plan, node, reason=reason, seen=seen, money=money)
    return Candidate(
        node.node_id,
        int(exact_km + 0.5),
        chosen,
        "" if chosen else reason,
        detail_of(
            problem,
            plan,
            node,
            reason=None if chosen else reason,
            seen=seen,
            money=money,
        ),
        numbers,
        cost,
        units,
        date.fromordinal(best.arrival) if best else None,
        opportunity_minor,
    )


def _opportunity(worth: Integers | None, pick: Pick | None) -> int:
    """What the units of a shipment are worth to orders expected."""
    if worth is None or pick is None:
        return 0
    return int(worth[:, pick.node] @ np.asarray(pick.units, np.int64))


def _alone(problem: Problem, found: Shortlist, node: Node) -> list[Pick]:
    """One shipment of everything the node can send, by each service that stayed."""
    rows = np.flatnonzero(found.node == node.number).tolist()
    return [
        Pick(
            node.number,
            found.lane(problem.network, row),
            int(found.distance_km[row]),
            int(found.arrival[row]),
            found.useful[row].tolist(),
        )
        for row in rows
    ]
