"""Explanations: the sentence first, then the nodes, then what else was possible."""

from collections.abc import Sequence

from shipfrom._money import Money
from shipfrom._values import Alternative, Counterfactual, Explanation
from shipfrom._why_values import Candidate
from shipfrom.cli.plans import nodes_of
from shipfrom.cli.show import put_text
from shipfrom.cli.table import put_table

# Nodes that were not chosen and could have been; the counts tell of the others.
NEXT_BEST_MAX = 3
_CANDIDATE = ["!node", "#km", "!verdict", "why", "#units", "#cost", "!arrives"]
_OPPORTUNITY = "#opportunity"
_WIDE = ["cost of", "!seen", "!limit"]
_ALTERNATIVE = [
    "instead",
    "ships from",
    "#shipments",
    "#cost",
    "#more",
    "#days later",
    "#unfilled",
]
_CHANGE = ["!node", "!change", "SKU", "!amount", "!smallest"]


def put_explanation(why: Explanation, *, wide: bool = False) -> None:
    """One sentence, the nodes that matter with their reasons, what else was possible.

    Args:
        why: the explanation.
        wide: all its nodes, with their costs by component.
    """
    put_counterfactuals(why.counterfactuals)
    if why.cause:
        put_text(f"Planned again: {why.cause}.")
    put_text(why.verdict)
    shown = why.candidates if wide else _that_matter(why.candidates)
    _put_candidates(shown, wide=wide)
    if why.exclusions:
        counts = ", ".join(f"{e.reason} {e.nodes}" for e in why.exclusions)
        all_of_them = "" if len(shown) == len(why.candidates) else " All: --wide."
        put_text(f"Nodes not used: {counts}.{all_of_them}")
    if why.alternatives:
        put_table(_ALTERNATIVE, map(_alternative, why.alternatives), wide=wide)
    if why.replayed:
        put_text("Replayed: the stored problem gives the same plan again.")


def _put_candidates(shown: Sequence[Candidate], *, wide: bool) -> None:
    """What units are worth to orders expected has a column where any is worth some."""
    ahead = any(each.opportunity_cost is not None for each in shown)
    columns = [*_CANDIDATE, *([_OPPORTUNITY] * ahead), *(_WIDE if wide else ())]
    rows = (
        (
            *_candidate(each),
            *((each.opportunity_cost,) if ahead else ()),
            *(_details(each) if wide else ()),
        )
        for each in shown
    )
    put_table(columns, rows, wide=wide)


def put_counterfactuals(answers: Sequence[Counterfactual]) -> None:
    """Why each node that was asked about is not in the plan, then what would do."""
    for answer in answers:
        put_text(answer.sentence)
    rows = [
        (
            answer.node_id,
            change.kind.lower().replace("_", " "),
            change.sku,
            change.amount,
            change.smallest,
        )
        for answer in answers
        for change in answer.changes
    ]
    if rows:
        put_table(_CHANGE, rows)


def _that_matter(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The chosen nodes, the next best, and the nearest of each other reason.

    The next best is the one that could send most, then the cheapest.
    """
    chosen = [each for each in candidates if each.chosen]
    others = [each for each in candidates if not each.chosen]
    able = [(each, each.cost) for each in others if each.cost is not None]
    able.sort(key=lambda pair: (-pair[0].useful_units, pair[1]))
    best = [each for each, _ in able[:NEXT_BEST_MAX]]
    nearest: dict[str, Candidate] = {}
    for each in others:
        nearest.setdefault(each.exclusion, each)
    told = {each.exclusion for each in best}
    return [*chosen, *best, *(nearest[r] for r in nearest if r not in told)]


def _candidate(candidate: Candidate) -> tuple[object, ...]:
    return (
        candidate.node_id,
        candidate.distance_km,
        "* chosen" if candidate.chosen else candidate.exclusion,
        candidate.detail,
        candidate.useful_units,
        candidate.cost,
        candidate.promise_date,
    )


def _details(candidate: Candidate) -> tuple[object, ...]:
    parts = (f"{p.name.replace('_', ' ')} {p.amount}" for p in candidate.components)
    return ", ".join(parts), candidate.observed, candidate.threshold


def _alternative(other: Alternative) -> tuple[object, ...]:
    return (
        other.label,
        nodes_of(other.plan),
        len(other.plan.shipments),
        other.plan.cost,
        _signed(other.cost_more),
        other.days_later,
        other.plan.unfilled_units or None,
    )


def _signed(amount: Money) -> str:
    return f"{'+' if amount.minor > 0 else ''}{amount}"
