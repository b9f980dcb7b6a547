"""What a case needs and this release's API does not have, found by reading the case.

A case is skipped with these names before anything is sent: the adapter never fills a
gap of the API with logic of its own. Words that are not known here are gaps, too, so
that a case which says more than the adapter understands is never passed by accident.
"""

from collections.abc import Iterable, Iterator

from .policies import gaps, stages
from .schema import Case, Json, Needs, every_step

SUPPORTED = {
    *("ttl", "geo", "distance", "cost", "unit_cost", "groups"),
    *("safety_stock", "idempotency", "concurrency", "partial", "split"),
    *("rule_engine", "shipment_threshold", "keep_together", "node_stock_threshold"),
    *("pickup", "capacity", "backorder", "batch_promise", "inbound_lots"),
    *("guarded_stock_update", "backorder_fill", "backorder_limit"),
    "weeks_of_supply",
}
"""Names in `requires` that the API covers; what else a case says is checked, too."""

UNITS_MAX = 1_000_000
"""Most units of one line in the API."""

MISSING_OPS = {
    "repair": "repair",
    "reconcile": "reconcile",
    "delete_stock": "delete_stock",
}
MISSING_EXPECTATION = {
    "events": "events",
    "counters": "repair",
    "rows": "reconcile",
}

STRATEGIES = {
    "priority",
    "nearest",
    "most_stock",
    "single_location_first",
    "fewest_splits",
    "cheapest",
    "earliest_eta",
    "weeks_of_supply",
}
BY_STOCK = {"most_stock", "weeks_of_supply"}
"""Strategies that look at how much there is of what is asked for."""
SPLITS = {"allow", "no_line_split", "no_order_split"}
PARTIALS = {"reject", "accept"}
POLICY = {
    *("strategy", "partial", "split", "groups", "exclude", "max_km"),
    *("safety_stock", "ignore_capacity", "pickup_location", "min_shipment_value"),
    *("keep_together", "rules", "min_location_stock_above", "backorder"),
}
SETUP = {"locations", "policy", "allocations", "holds", "skus"}
# Capacity is orders a day: 0 is none, null is no limit.
PLACE = {
    *("id", "name", "priority", "enabled", "stock", "groups", "lat", "lon"),
    *("distance_km", "unit_cost", "pickup", "weekly_sales", "eta_days", "capacity"),
}
# Backorderable counts only where a policy or step allows it.
STOCK = {"on_hand", "status", "safety_stock", "backorderable", "unit_cost"}
SKU = {"tracked", "price"}
ROW = {"order", "location", "sku", "qty"}
STEPS: dict[str, set[str]] = {
    "quote": {"order"},
    "commit": {"order"},
    "hold": {"order", "ttl_s"},
    "extend_hold": {"order_id", "ttl_s"},
    "release_hold": {"order_id"},
    "tick": {"seconds"},
    "sweep": set(),
    "reserve_at": {"order_id", "location", "sku", "qty", "allow_backorder"},
    "reserve_batch_at": {"order_id", "entries"},
    "adjust": {"location", "sku", "delta", "set_on_hand", "floor", "guard_allocated"},
    "ship": {"order_id", "items"},
    "release": {"order_id", "items", "location"},
    "return": {"location", "sku", "qty", "restock", "order_id"},
    "set_reserved": {"order_id", "location", "sku", "qty"},
    "move": {"order_id", "from", "to", "sku", "qty"},
    "promise": {"sku", "demands"},
    "available": {"sku", "locations", "raw"},
    "parallel": {"ops"},
    "rules_pick": {"locations", "rankings", "default"},
    "rank": {"sku", "dest", "radius_km", "pickup_only"},
}
COPIES = {"times", "same_order"}
ANY_STEP = {"op", "expect", "policy", "key", "note", *COPIES}
ROUTED = {"quote", "commit", "hold", "rank"}
"""Steps that a policy bears on."""
COUNTED = {*ROUTED, "release_hold", "parallel", "tick", "sweep"}
"""Steps that mean the same for a place with a capacity as for others."""
CAPACITY_MAX = 1_000_000
EXPECTATION = {
    *("status", "error", "allocations", "allocations_any_of", "unallocated", "short"),
    *("totals", "shipments", "uses", "state", "available", "removed", "hold_rows"),
    *("succeeded", "rejected", "backordered", "picked", "released", "promised"),
    *("on_hand", "backordered_qty", "order", "distances_km", "distance_tolerance_km"),
}
STATE = {"on_hand", "allocated", "held", "available", "short", "safety_stock"}


def needs(case: Case) -> tuple[str, ...]:
    """Names of the missing capabilities, each once, in the order of the case."""
    found = [name for name in case.requires if name not in SUPPORTED]
    found += _setup(case)
    for step in case.steps:
        found += [f"{key} outside parallel" for key in COPIES if key in step]
    for step in every_step(case):
        found += _step(case, step)
    return tuple(dict.fromkeys(found))


def _setup(case: Case) -> Iterator[str]:
    setup = case.setup
    yield from _unknown("set-up", setup, SETUP)
    yield from _policy(case, case.policy)
    for place in case.places:
        yield from _place(case, place)
    for sku in setup.get("skus", {}).values():
        yield from _unknown("sku", sku, SKU)
        if not sku.get("tracked", True):
            yield "untracked"
    if any(place.get("capacity") is not None for place in case.places):
        yield from _capacity(case)
    for row in setup.get("allocations", ()):
        yield from _unknown("allocation", row, ROW)
    for row in setup.get("holds", ()):
        yield from _unknown("hold", row, {*ROW, "expires_in_s"})


def _place(case: Case, place: Json) -> Iterator[str]:
    yield from _unknown("location", place, PLACE)
    if isinstance(place.get("weekly_sales"), dict):
        yield "weekly_sales_by_sku"
    for cell in place.get("stock", {}).values():
        if not isinstance(cell, dict):
            cell = {"on_hand": cell}
        yield from _unknown("stock", cell, STOCK)
        if cell.get("on_hand", 0) < 0:
            yield "negative_on_hand"
        if cell.get("status", "in_stock") not in ("in_stock", "out_of_stock"):
            yield f"stock status {cell['status']}"


def _capacity(case: Case) -> Iterator[str]:
    """Orders of before the limit are not counted, nor is who ships by name."""
    for place in case.places:
        limit = place.get("capacity")
        if limit is not None and limit not in range(CAPACITY_MAX + 1):
            yield f"capacity of {limit}"
    before = [key for key in ("allocations", "holds") if case.setup.get(key)]
    ops = {step["op"] for step in every_step(case)} - COUNTED
    yield from (f"capacity beside {what}" for what in (*before, *sorted(ops)))


def _step(case: Case, step: Json) -> Iterator[str]:
    op = step.get("op", "")
    if op in MISSING_OPS:
        yield MISSING_OPS[op]
    elif op not in STEPS:
        yield f"op {op}"
    else:
        known = {*STEPS[op], *ANY_STEP}
        yield from _unknown(op, step, known)
        yield from _asked(case, step)
        if step.get("policy") and op not in ROUTED:
            yield f"policy of {op}"
    if op == "rules_pick" and "locations" not in step:
        yield "rules_pick without locations"
    yield from _policy(case, step.get("policy", {}))
    if op in ROUTED:
        yield from _routed(case, step)
    if op == "rank":
        yield from _ranked(case, step)
    yield from _expectation(step.get("expect", {}))


def _asked(case: Case, step: Json) -> Iterator[str]:
    order = step.get("order", {})
    yield from _unknown("order", order, {"id", "lines", "dest"})
    for dest in (order.get("dest"), step.get("dest")):
        yield from _unknown("dest", dest or {}, {"lat", "lon"})
    for line in (*order.get("lines", ()), *step.get("entries", ())):
        yield from _unknown("line", line, {"sku", "qty", "location"})
        yield from _whole(case, line["qty"])


def _routed(case: Case, step: Json) -> Iterator[str]:
    """What the policy of the case and the step together need for this order."""
    policy = {**case.policy, **step.get("policy", {})}
    missing = list(gaps(policy, step.get("order", {}).get("lines", ())))
    yield from missing
    if policy.get("rules") and not missing:
        for stage in stages(policy):
            yield from _policy(case, {k: v for k, v in stage.items() if k != "name"})
    collected = [p for p in case.places if p["id"] == policy.get("pickup_location")]
    if policy.get("pickup_location") and not collected:
        yield "pickup_elsewhere"
    if any(place.get("pickup") is False for place in collected):
        yield "pickup_where_nobody_collects"


def _ranked(case: Case, step: Json) -> Iterator[str]:
    """What is asked of a ranking that no quote can be asked."""
    policy = {**case.policy, **step.get("policy", {})}
    if policy.get("strategy") in BY_STOCK and "sku" not in step:
        yield "ranks_by_stock_of_no_sku"
    if (step.get("radius_km") or 0) % 1:
        yield "fractional_radius"
    if step.get("pickup_only") and policy.get("groups"):
        # A quote asks for nodes with one of several tags, not with two of them.
        yield "ranks_of_pickup_in_groups"


def _policy(case: Case, policy: Json) -> Iterator[str]:
    yield from _unknown("policy", policy, POLICY)
    strategy = policy.get("strategy", "priority")
    if strategy not in STRATEGIES:
        yield f"strategy {strategy}"
    if policy.get("split", "allow") not in SPLITS:
        yield f"split {policy['split']}"
    if policy.get("partial", "reject") not in PARTIALS:
        yield f"partial {policy['partial']}"
    if policy.get("max_km") and policy["max_km"] % 1:
        yield "fractional_radius"


def _expectation(expect: Json) -> Iterator[str]:
    for key in expect:
        if key in MISSING_EXPECTATION:
            yield MISSING_EXPECTATION[key]
        elif key not in EXPECTATION:
            yield f"expectation {key}"
    if expect.get("backordered_qty"):
        yield "move_of_what_waits"
    for cells in expect.get("state", {}).values():
        for cell in cells.values():
            yield from _unknown("state", cell, STATE)
            if cell.get("on_hand", 0) < 0:
                yield "negative_on_hand"


def _whole(case: Case, quantity: float) -> Iterator[str]:
    try:
        if case.units(quantity) > UNITS_MAX:
            yield f"more_than_{UNITS_MAX}_units"
    except Needs as need:
        yield need.capability


def _unknown(what: str, given: Json, known: Iterable[str]) -> Iterator[str]:
    yield from (f"{what} field {key}" for key in given if key not in known)
