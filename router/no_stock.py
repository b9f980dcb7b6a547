"""The refusal of an order that cannot be filled: per line why, and what would help.

Units may be missing, or be there and kept from going by a limit. The words differ: a
caller who reads "5 wanted, 900 available" must learn what keeps the 900 back.
"""

from collections.abc import Callable, Mapping

from allocation.compose import KEPT_TOGETHER, SHIP_COMPLETE, SPLIT_LIMIT
from allocation.details import day_text
from allocation.plan import Plan, Unfilled
from allocation.policy import LineSplit, Policy
from allocation.problem import Problem
from allocation.shortlist import Reason
from inventory.errors import NoStock

MISSING_NAMED_MAX = 8
"""Lines named in a refusal; error details travel in small trailers."""


def no_stock(problem: Problem, plan: Plan) -> NoStock:
    """Say of the plan's unfilled lines why they are not sent."""
    wanted = {line.sku: line.quantity for line in problem.order.lines}
    there = _available_units(problem)
    missing = plan.unfilled[:MISSING_NAMED_MAX]
    said = [
        _line(u, wanted[u.sku], there=there[u.sku], policy=problem.policy)
        for u in missing
    ]
    more = len(plan.unfilled) - len(missing)
    message = "; ".join(said) + (f"; and {more} lines more" if more > 0 else "")
    metadata = {"policyVersion": plan.policy_version}
    for index, line in enumerate(missing):
        metadata[f"line{index}Sku"] = line.sku
        metadata[f"line{index}Wanted"] = str(wanted[line.sku])
        metadata[f"line{index}Available"] = str(there[line.sku])
        metadata[f"line{index}Reason"] = line.reason
        if line.reason == Reason.CHANNEL_QUOTA:
            metadata[f"line{index}Kept"] = str(_kept_units(problem, line.sku))
        if line.rule_id:
            metadata[f"line{index}Rule"] = line.rule_id
    return NoStock(
        f"{message} (policy {plan.policy_version})",
        next_step=_advice(plan, problem.policy),
        metadata=metadata,
    )


def _line(missing: Unfilled, wanted: int, *, there: int, policy: Policy) -> str:
    """For example: SKU-1 x5 wanted, 900 available, but they would arrive after ..."""
    seen = f"{missing.sku} x{wanted} wanted, {there:,} available"
    why = _WHY.get(missing.reason)
    if missing.reason == KEPT_TOGETHER and missing.rule_id:
        return f"{seen}, but rule {missing.rule_id} keeps it with what no node has too"
    if missing.reason in _BY_RULE:
        return f"{seen}, but rule {missing.rule_id} {_BY_RULE[missing.reason]}"
    if why is not None:
        return f"{seen}, but {why(policy)}"
    if policy.keep_back and there:
        return f"{seen}, of which each node keeps {policy.keep_back:,} back"
    return seen


def _late(policy: Policy) -> str:
    if policy.promise_by is None:
        return "at nodes that are closed for longer than promises are made"
    return f"they would arrive after {day_text(policy.promise_by)}"


def _split(policy: Policy) -> str:
    most = policy.max_shipments
    shipments = f"{most} shipment{'s' if most > 1 else ''}"
    never = policy.line_split is LineSplit.NEVER
    rule = " without splitting a line" if never else ""
    return f"no more of them fit into {shipments}{rule}"


def _no_lane(policy: Policy) -> str:
    return f"{policy.service or 'no service'} {_reaches(policy)} from where they are"


def _reaches(policy: Policy) -> str:
    return "does not reach the destination" if policy.service else "reaches there"


_WHY: Mapping[str, Callable[[Policy], str]] = {
    Reason.LATE: _late,
    Reason.TOO_FAR: lambda policy: f"farther away than {policy.max_distance_km:,} km",
    Reason.NO_LANE: _no_lane,
    Reason.DISABLED: lambda _: "at nodes that are switched off",
    Reason.NODE_PAUSED: lambda _: "at nodes that are paused",
    Reason.AT_CAPACITY: lambda _: (
        "at nodes that take no more orders for their next ship day"
    ),
    Reason.NOT_SELECTED: lambda _: "not at the nodes asked for",
    Reason.EXCLUDED: lambda _: "at nodes that were excluded",
    Reason.TAG_MISSING: lambda policy: (
        f"at nodes without a wanted tag ({', '.join(policy.node_tags)})"
    ),
    Reason.CHANNEL_QUOTA: lambda _: "the rest is kept for channels",
    SPLIT_LIMIT: _split,
    SHIP_COMPLETE: lambda _: "the order ships whole or not at all",
    KEPT_TOGETHER: lambda _: "no node has all of what is kept together",
}
_BY_RULE: Mapping[str, str] = {
    Reason.RULE: "forbids the nodes that have them",
    Reason.KEPT_BACK: "keeps them back",
    Reason.COOLING_OFF: "lets the nodes that have them rest after rejections",
}
_ADVICE: Mapping[str, str] = {
    Reason.RULE: "lift the rule, or let a step of `relax` do so",
    Reason.KEPT_BACK: "keep fewer units back, or let a step of `relax` do so",
    Reason.COOLING_OFF: "wait, or let a step of `relax` lift the rule",
    Reason.LATE: "allow a later day (routing.promise_by)",
    Reason.TOO_FAR: "raise routing.max_distance_km",
    Reason.NO_LANE: "ask for another routing.service, or write a lane that reaches",
    Reason.DISABLED: "enable a node that has them",
    Reason.NODE_PAUSED: "resume a node that has them (ResumeNode)",
    Reason.AT_CAPACITY: "raise a node's orders_per_day, or order again after its"
    " cut-off",
    Reason.NOT_SELECTED: "ask for more nodes (routing.only_node_ids)",
    Reason.EXCLUDED: "exclude fewer nodes (routing.exclude_node_ids)",
    Reason.TAG_MISSING: "ask for other tags (routing.node_tags)",
    Reason.CHANNEL_QUOTA: "order for a channel that has units left, or keep fewer"
    " (SetQuotas)",
    SPLIT_LIMIT: "allow more shipments (routing.max_shipments) or splits of a line"
    " (routing.line_split)",
    KEPT_TOGETHER: "let them travel apart (kept_together of a bundle, or the rule)",
}


def _advice(plan: Plan, policy: Policy) -> str:
    """What would help against each reason, then what helps against any."""
    reasons = dict.fromkeys(line.reason for line in plan.unfilled)
    helps = [_ADVICE[reason] for reason in reasons if reason in _ADVICE]
    if not helps and (plan.shipments or SHIP_COMPLETE in reasons):
        helps.append("order fewer units")
    if plan.shipments and not policy.allow_partial:
        helps.append("set routing.allow_partial")
    return ", or ".join(helps) or "order something else, or wait for stock"


def _kept_units(problem: Problem, sku: str) -> int:
    assert problem.fence is not None, "only quotas keep units for channels"
    row = [line.sku for line in problem.order.lines].index(sku)
    return int(problem.fence.kept[row].sum())


def _available_units(problem: Problem) -> dict[str, int]:
    sums: list[int] = problem.available.sum(axis=1).tolist()
    return {
        line.sku: units for line, units in zip(problem.order.lines, sums, strict=True)
    }
