"""Long and entangled orders: the search, and CP-SAT for what the search leaves open.

The search answers with a plan for every number of shipments and a list of opened sets
that it could not solve to the proof. Sets whose services share the stock of one node
always go to CP-SAT; a gap below `Limits.gap_bps` is reported and not closed, because an
order waits for the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from allocation.solvers.answers import EMPTY, frontier, solutions
from allocation.solvers.attempts import OPEN_SETS_MAX
from allocation.solvers.instance import Solution, Split
from allocation.solvers.search import search
from allocation.solvers.separable import separable
from allocation.status import PlanStatus

if TYPE_CHECKING:
    from allocation.solvers.instance import Frontier, Instance, Integers
    from allocation.solvers.limits import Limits
    from allocation.solvers.parcels import Flat

_BPS = 10_000


@dataclass(frozen=True, slots=True)
class _OpenSet:
    """Candidates that together might beat the plan; the bound of what they can do."""

    candidates: tuple[int, ...]
    unfilled: int
    bound_minor: int

    def may_beat(self, solution: Solution) -> bool:
        if len(self.candidates) == 0 or self.unfilled > solution.unfilled_units:
            return False
        fewer = self.unfilled < solution.unfilled_units
        return fewer or self.bound_minor < solution.cost_minor


def searched(instance: Instance, flat: Flat, limits: Limits) -> Frontier:
    """The frontier of an order that is too long or too entangled for the kernel."""
    easy = separable(instance)
    nodes_max = 0 if easy else limits.search_nodes
    bounded: Flat = (*flat, nodes_max)
    rows, notes, opened, bounds, kept = search(*bounded)
    best = solutions(instance.quantity.tolist(), rows, instance.max_shipments)
    considered = witnesses(instance, kept)
    if easy is not None:
        best = _below(best, notes, easy)
        return frontier(
            best, sorted({*considered, *(p.candidate for p in easy.parcels)})
        )
    if not best:
        return EMPTY
    left = _open_sets(opened, bounds, kept)
    if instance.complete:
        left = [each for each in left if each.unfilled == 0]
    left = _close_shared(instance, best, left, limits)
    best = [
        _judged(solution, note, [s for s in left if len(s.candidates) <= j])
        for j, (solution, note) in enumerate(zip(best, notes.tolist(), strict=True), 1)
    ]
    best[-1] = _close_gap(instance, best[-1], kept, limits)
    return frontier(best, considered)


def _below(best: list[Solution], notes: Integers, easy: Solution) -> list[Solution]:
    """The known best plan, and what is at hand for fewer shipments than it takes."""
    size = len(easy.parcels)
    bounds = notes[:, 2].tolist()
    fewer = [
        replace(solution, status=PlanStatus.FEASIBLE, bound_minor=bound)
        for solution, bound in zip(best[: size - 1], bounds, strict=False)
    ]
    return fewer + [easy] * max(1, len(best) - len(fewer))


def _open_sets(opened: Integers, bounds: Integers, kept: Integers) -> list[_OpenSet]:
    # Mostly there are none, and the search has room for dozens.
    some = opened[:, 0] >= 0
    if not some.any():
        return []
    found, kept_at = [], kept.tolist()
    rows = zip(opened[some].tolist(), bounds[some].tolist(), strict=True)
    for row, (unfilled, bound) in rows:
        candidates = tuple([kept_at[k] for k in row if k >= 0])
        found.append(_OpenSet(candidates, unfilled, bound))
    return found


def _judged(solution: Solution, note: list[int], left: list[_OpenSet]) -> Solution:
    """What is proven of a plan, given the sets that were left open."""
    ended, many, bound = note
    rivals = [s for s in left if s.may_beat(solution)]
    if ended and many <= OPEN_SETS_MAX and not rivals:
        cost = solution.cost_minor
        return replace(solution, status=PlanStatus.OPTIMAL, bound_minor=cost)
    if ended and many <= OPEN_SETS_MAX:
        equal = [s.bound_minor for s in rivals if s.unfilled == solution.unfilled_units]
        bound = min([solution.cost_minor, *equal])
    bound = min(bound, solution.cost_minor)
    return replace(solution, status=PlanStatus.FEASIBLE, bound_minor=bound)


def _close_shared(
    instance: Instance, best: list[Solution], left: list[_OpenSet], limits: Limits
) -> list[_OpenSet]:
    """Solve the sets in which services share stock; `best` is improved in place."""
    still = []
    for rival in left:
        size = len(rival.candidates)
        if rival.bound_minor > 0 or not rival.may_beat(best[size - 1]):
            still.append(rival)
            continue
        found = _modelled(instance, rival.candidates, None, limits)
        if found is None or found.status is not PlanStatus.OPTIMAL:
            still.append(rival)
        for j in range(size, len(best) + 1):
            if found is not None and better(found, best[j - 1]):
                best[j - 1] = found
    return still


def _close_gap(
    instance: Instance, best: Solution, kept: Integers, limits: Limits
) -> Solution:
    """Hand a plan with a large gap to CP-SAT; whatever is better or proven stays."""
    if best.status is PlanStatus.OPTIMAL:
        return best
    gap = best.cost_minor - best.bound_minor
    if gap * _BPS < limits.gap_bps * best.cost_minor:
        return best
    if kept.size * instance.quantity.size > limits.model_cells:
        return best
    found = _modelled(instance, tuple(kept.tolist()), best, limits)
    if found is None:
        return best
    if better(found, best) or found.status is PlanStatus.OPTIMAL:
        return found
    if found.unfilled_units == best.unfilled_units:
        return replace(best, bound_minor=max(best.bound_minor, found.bound_minor))
    return best


def better(one: Solution, other: Solution) -> bool:
    """Fewer unfilled units, then less cost, then fewer shipments."""
    mine = (one.unfilled_units, one.cost_minor, len(one.parcels))
    return mine < (other.unfilled_units, other.cost_minor, len(other.parcels))


def _modelled(
    instance: Instance,
    candidates: tuple[int, ...],
    hint: Solution | None,
    limits: Limits,
) -> Solution | None:
    """CP-SAT on some of the candidates; OR-Tools is only loaded here."""
    from allocation.solvers.model import Question, answer

    question = Question(instance.max_shipments, hint=hint, only=candidates)
    return answer(instance, question, limits=limits)


def witnesses(instance: Instance, kept: Integers) -> list[int]:
    """The kept candidates, and those that decide which lines are counted.

    An order with only these candidates asks the same of every line, so that the same
    solution comes out of it.
    """
    if kept.size == 0:
        return []
    chosen = set(kept.tolist())
    useful, quantity = instance.useful, instance.quantity
    short = useful[kept].max(axis=0) < useful.max(axis=0)
    if short.any():
        chosen.update(useful[:, short].argmax(axis=0).tolist())
    if instance.split is Split.BY_COST:
        partly = (useful > 0) & (useful < quantity)
        lost = partly.any(axis=0) & ~partly[kept].any(axis=0)
        chosen.update(partly[:, lost].argmax(axis=0).tolist())
    return sorted(chosen)
