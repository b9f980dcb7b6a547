"""From the journeys of the demonstration to the figures on its page. Pure.

Costs are compared only over orders that the rules at hand filled whole: a rule that
leaves the dear orders unfilled would look cheap otherwise. Fill rates stand beside.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from benchmarks.demo_load import Journey
from router.demo.baselines import Outcome
from router.demo.baskets import SIZE_LABELS, size_of

CALLS = ("quote_ms", "hold_ms", "commit_ms")
OURS = "shipfrom"

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """What was measured. `seconds` is the time under load, first orders left out."""

    seed: int
    journeys: Sequence[Journey]
    seconds: float
    callers: int
    rules: Mapping[str, Sequence[Outcome]]
    oversold_units: int
    audit_violations: int
    setting: Mapping[str, Any]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(1, ceil(share * len(ordered))) - 1]


def figures_of(run: Run) -> Figures:
    """Every figure of the page, ready for JSON. Money in dollars, synthetic."""
    ours = [outcome_of(journey) for journey in run.journeys]
    rules = {OURS: ours, **run.rules}
    loaded = [journey for journey in run.journeys if not journey.alone]
    whole = _whole(rules, tuple(rules))
    sent = [journey for journey in run.journeys if journey.shipments]
    return {
        "orders": len(run.journeys),
        "seed": run.seed,
        "orders_per_s": round(len(loaded) / run.seconds, 1) if run.seconds else 0.0,
        "seconds": round(run.seconds, 1),
        "loop": f"closed, {run.callers} callers",
        **_latencies(loaded),
        "alone": _latencies([j for j in run.journeys if j.alone]),
        "fill_rate": _fill_rate(ours),
        "shipments_per_order": _mean([outcome.shipments for outcome in ours]),
        "cost_per_order": {name: _dollars(rows, whole) for name, rows in rules.items()},
        "compared_orders": len(whole),
        "rules": {name: _rule(rules, name) for name in rules},
        "proven_optimal_share": _share([journey.proven for journey in sent]),
        "gap_bps_max": max((journey.gap_bps for journey in sent), default=0),
        "oversold_units": run.oversold_units,
        "audit_violations": run.audit_violations,
        "outcomes": dict(Counter(journey.outcome for journey in run.journeys)),
        "replanned_orders": sum(journey.quotes > 1 for journey in run.journeys),
        "by_size": [
            row
            for label in SIZE_LABELS
            if (row := _size(label, run.journeys, rules)) is not None
        ],
        "currency": "USD",
        "rates": "synthetic-us-v1: invented prices, no carrier's tariff",
        **run.setting,
    }


def outcome_of(journey: Journey) -> Outcome:
    """A journey through the server, in the terms of the baselines."""
    return Outcome(
        lines=journey.lines,
        units=journey.units,
        filled_units=journey.filled_units,
        shipments=journey.shipments,
        cost_minor=journey.cost_minor,
    )


def _latencies(journeys: Sequence[Journey]) -> Figures:
    found: Figures = {}
    for call in CALLS:
        took = [ms for journey in journeys for ms in getattr(journey, call)]
        found[call] = {
            "p50": round(percentile(took, 0.50), 2),
            "p99": round(percentile(took, 0.99), 2),
        }
    return found


def _rule(rules: Mapping[str, Sequence[Outcome]], name: str) -> Figures:
    """One rule beside ours: what it filled, and the cost where both filled all."""
    rows = rules[name]
    both = _whole(rules, (OURS, name))
    units = sum(row.filled_units for row in rows)
    return {
        "fill_rate": _fill_rate(rows),
        "complete_share": _share([row.complete for row in rows]),
        "shipments_per_order": _mean([row.shipments for row in rows]),
        "cost_per_unit": round(sum(row.cost_minor for row in rows) / 100 / units, 3)
        if units
        else 0.0,
        "both_whole_orders": len(both),
        "both_whole_cost": _dollars(rows, both),
        "both_whole_cost_shipfrom": _dollars(rules[OURS], both),
    }


def _size(
    label: str, journeys: Sequence[Journey], rules: Mapping[str, Sequence[Outcome]]
) -> Figures | None:
    """The figures of one class of basket sizes, or None when no basket is in it."""
    chosen = [i for i, row in enumerate(journeys) if size_of(row.lines) == label]
    if not chosen:
        return None
    part = {name: [rows[i] for i in chosen] for name, rows in rules.items()}
    ours = [journeys[i] for i in chosen]
    whole = _whole(part, tuple(part))
    return {
        "lines": label,
        "orders": len(chosen),
        "fill_rate": {name: _fill_rate(rows) for name, rows in part.items()},
        "shipments_per_order": {
            name: _mean([row.shipments for row in rows]) for name, rows in part.items()
        },
        "compared_orders": len(whole),
        "cost_per_order": {name: _dollars(rows, whole) for name, rows in part.items()},
        "against_cover": _rule(part, "nearest_cover") if len(part) > 1 else {},
        "proven_optimal_share": _share([row.proven for row in ours if row.shipments]),
        **_latencies([row for row in ours if not row.alone]),
    }


def _whole(
    rules: Mapping[str, Sequence[Outcome]], names: Sequence[str]
) -> tuple[int, ...]:
    """Positions of the orders that all the named rules filled whole."""
    rows = [rules[name] for name in names]
    return tuple(
        i
        for i, row in enumerate(zip(*rows, strict=True))
        if all(o.complete for o in row)
    )


def _dollars(rows: Sequence[Outcome], chosen: Sequence[int]) -> float | None:
    if not chosen:
        return None
    return round(sum(rows[i].cost_minor for i in chosen) / 100 / len(chosen), 2)


def _fill_rate(rows: Sequence[Outcome]) -> float:
    units = sum(row.units for row in rows)
    return round(sum(row.filled_units for row in rows) / units, 5) if units else 0.0


def _mean(values: Sequence[int]) -> float:
    return round(sum(values) / len(values), 3) if values else 0.0


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 5) if values else 0.0
