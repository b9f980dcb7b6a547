"""Compares an outcome and the state of the cells with what a step expects.

Maps are compared exactly; an empty map or zero equals absence. Keys that the adapter
does not know were found earlier and skip the case.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .outcome import Allocations, Outcome, Units
from .schema import Case, Json

STATES = Mapping[str, Mapping[str, Units]]
"""node -> SKU -> field -> units."""

COUNTS = ("shipments", "removed", "hold_rows", "succeeded", "rejected")
QUANTITIES = ("available", "released", "on_hand", "backordered_qty")
KM_ROUNDED = 0.5
"""The API says whole kilometres."""
SAME_STATUS = {"ok": {"ok", "full"}, "full": {"ok", "full"}}
"""The file calls an accepted promise `ok` and an accepted plan `full`."""


def mismatches(
    case: Case, expect: Json, outcome: Outcome, states: STATES
) -> tuple[str, ...]:
    """Every expectation that does not hold, in words; none when all is as it should."""
    found = [*_words(expect, outcome), *_counts(expect, outcome)]
    found += _maps(case, expect, outcome)
    found += _ranking(expect, outcome)
    if "totals" in expect:
        found += _totals(case, expect["totals"], outcome)
    if "state" in expect:
        found += _states(case, expect["state"], states)
    return tuple(found)


def _words(expect: Json, outcome: Outcome) -> Iterator[str]:
    if "status" in expect:
        wanted = expect["status"]
        if outcome.status not in SAME_STATUS.get(wanted, {wanted}):
            yield _differs("status", wanted, outcome.status)
    if "error" in expect and expect["error"] != outcome.error:
        yield _differs("error", expect["error"], outcome.error)


def _counts(expect: Json, outcome: Outcome) -> Iterator[str]:
    for key in COUNTS:
        if key in expect and expect[key] != getattr(outcome, key):
            yield _differs(key, expect[key], getattr(outcome, key))
    if "picked" in expect:
        wanted = () if expect["picked"] is None else (expect["picked"],)
        if outcome.picked != wanted:
            yield _differs("picked", wanted, outcome.picked)
    if "uses" in expect and sorted(expect["uses"]) != outcome.uses:
        yield _differs("uses", expect["uses"], outcome.uses)


def _maps(case: Case, expect: Json, outcome: Outcome) -> Iterator[str]:
    for key in ("short", "unallocated", "promised"):
        if key in expect:
            wanted = _units(case, expect[key])
            got = getattr(outcome, key)
            if got is None or wanted != _some(got):
                yield _differs(key, wanted, got)
    for key in QUANTITIES:
        if key in expect and case.units(expect[key]) != getattr(outcome, key):
            yield _differs(key, case.units(expect[key]), getattr(outcome, key))
    if "backordered" in expect:
        at = _allocations(case, expect["backordered"])
        if outcome.waits is None or _nodes(outcome.waits) != at:
            yield _differs("backordered", at, outcome.waits)
    for answers in (
        expect.get("allocations_any_of"),
        [expect["allocations"]] if "allocations" in expect else None,
    ):
        good = [_allocations(case, answer) for answer in answers or ()]
        got = outcome.allocations
        if good and (got is None or _nodes(got) not in good):
            yield _differs("allocations", " or ".join(map(str, good)), got)


def _ranking(expect: Json, outcome: Outcome) -> Iterator[str]:
    if "order" in expect and tuple(expect["order"]) != outcome.order:
        yield _differs("order", expect["order"], outcome.order)
    tolerance = expect.get("distance_tolerance_km", KM_ROUNDED)
    got = outcome.distances_km
    for name, wanted in expect.get("distances_km", {}).items():
        if got is None or name not in got or abs(got[name] - wanted) > tolerance:
            yield _differs(f"distances_km {name}", wanted, got)


def _totals(case: Case, expect: Json, outcome: Outcome) -> Iterator[str]:
    plans = outcome.plans or [outcome]
    for sku, fields in expect.items():
        placed = sum(
            units.get(sku, 0)
            for plan in plans
            for units in (plan.allocations or {}).values()
        )
        missing = sum((plan.unallocated or {}).get(sku, 0) for plan in plans)
        waiting = sum((plan.backordered or {}).get(sku, 0) for plan in plans)
        got = {"allocated": placed, "backordered": waiting, "unallocated": missing}
        for field, wanted in fields.items():
            if case.units(wanted) != got.get(field):
                yield _differs(
                    f"totals {sku} {field}", case.units(wanted), got.get(field)
                )


def _states(case: Case, expect: Json, states: STATES) -> Iterator[str]:
    for node, cells in expect.items():
        for sku, fields in cells.items():
            got = states.get(node, {}).get(sku, {})
            for field, wanted in fields.items():
                if case.units(wanted) != got.get(field, 0):
                    what = f"state {node} {sku} {field}"
                    yield _differs(what, case.units(wanted), got.get(field, 0))


def _allocations(case: Case, answer: Json) -> Allocations:
    return _nodes({node: _units(case, units) for node, units in answer.items()})


def _nodes(allocations: Mapping[str, Units]) -> Allocations:
    some = {node: _some(units) for node, units in allocations.items()}
    return {node: units for node, units in some.items() if units}


def _units(case: Case, units: Json) -> Units:
    return _some({sku: case.units(quantity) for sku, quantity in units.items()})


def _some(units: Mapping[str, int]) -> Units:
    return {sku: quantity for sku, quantity in units.items() if quantity}


def _differs(what: str, wanted: Any, got: Any) -> str:
    return f"{what}: expected {wanted}, got {'no such answer' if got is None else got}"
