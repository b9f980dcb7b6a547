"""The second opinion: CP-SAT solves the same instances, and both must agree.

Instances are drawn by `instances.mixed`: lines split by quantity, caps on shipments,
parcel costs in started steps, services that share a node's stock, scarce stock, ties,
and every tenth order longer than the kernel takes.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from allocation.solvers.model import Question, answer
from allocation.solvers.optimise import Limits, optimise
from allocation.solvers.parcels import price_parcel
from allocation.status import PlanStatus
from benchmarks.instances import mixed

if TYPE_CHECKING:
    from allocation.solvers.instance import Instance, Solution

LONG_EVERY = 10
PATIENT = Limits(
    gap_bps=0, model_cells=10_000, model_seconds=60.0, model_guard_seconds=100.0
)
"""No gap is left open, so that both sides prove what they say."""


def drawn(seed: int, number: int) -> Instance:
    """The instance of this seed and number, the same on every machine."""
    rng = np.random.default_rng([seed, number])
    if number % LONG_EVERY == LONG_EVERY - 1:
        return mixed(rng, lines_min=13, lines_max=16)
    return mixed(rng)


def value(solution: Solution | None) -> tuple[int, int, int] | None:
    """What makes a solution better: unfilled units, cost, shipments."""
    if solution is None or not solution.parcels:
        return None
    return solution.unfilled_units, solution.cost_minor, len(solution.parcels)


def disagreement(instance: Instance, *, every_j: bool = False) -> str:
    """What CP-SAT says otherwise, for the most shipments or for every number; or ''."""
    frontier = optimise(instance, limits=PATIENT)
    first = 1 if every_j else instance.max_shipments
    for j in range(first, instance.max_shipments + 1):
        ours = frontier.best[j - 1] if frontier.best else None
        theirs = answer(instance, Question(j), limits=PATIENT)
        if theirs is not None and theirs.status is not PlanStatus.OPTIMAL:
            return f"CP-SAT gave up with at most {j} shipments"
        if value(ours) != value(theirs):
            return f"{j} shipments: {value(ours)}, but CP-SAT {value(theirs)}"
        if ours is not None and ours.status is not PlanStatus.OPTIMAL:
            return f"{j} shipments: optimal, but only called {ours.status}"
        if (
            ours is not None
            and ours.parcels
            and _cost(instance, ours) != ours.cost_minor
        ):
            return f"{j} shipments: the parcels cost something else"
    return ""


def _cost(instance: Instance, solution: Solution) -> int:
    return sum(price_parcel(instance, p.candidate, p.units) for p in solution.parcels)


def compare(count: int, seed: int) -> list[str]:
    """Every disagreement among so many instances; prints what kinds were drawn."""
    kinds: Counter[str] = Counter()
    wrong = []
    for number in range(count):
        instance = drawn(seed, number)
        kinds[f"split {instance.split.name}"] += 1
        kinds["more than 12 lines"] += instance.quantity.size > 12
        kinds["services share stock"] += bool(
            np.diff(instance.node).min(initial=1) == 0
        )
        kinds["whole or nothing"] += instance.complete
        said = disagreement(instance)
        if said:
            wrong.append(f"seed {seed}, instance {number}: {said}")
    print(f"{count} instances of seed {seed}, {len(wrong)} disagree with CP-SAT")
    print(", ".join(f"{kind} {many}" for kind, many in sorted(kinds.items())))
    return wrong
