"""Units that are not sent: why, in words, and the command that helps."""

from collections.abc import Mapping, Sequence

import typer

from shipfrom._values import Plan, UnfilledLine
from shipfrom.cli.again import again
from shipfrom.cli.show import day

WHY: Mapping[str, str] = {
    "NO_STOCK": "no node has more in stock",
    "LATE": "from the nodes that have it, it would arrive too late",
    "TOO_FAR": "the nodes that have it are too far away",
    "NO_LANE": "no service reaches there from the nodes that have it",
    "AT_CAPACITY": "the nodes that have it take no more orders that day",
    "DISABLED": "the nodes that have it are switched off",
    "NODE_PAUSED": "the nodes that have it are paused",
    "NOT_SELECTED": "none of the nodes asked for has it, others do",
    "EXCLUDED": "only nodes that were excluded have it",
    "TAG_MISSING": "the nodes that have it carry no wanted tag",
    "RULE": "a rule forbids it",
    "KEPT_BACK": "a rule keeps it back",
    "COOLING_OFF": "the nodes that have it turned down too much lately",
    "CHANNEL_QUOTA": "the nodes that have it keep it for channels",
    "SPLIT_LIMIT": "it would take more shipments or splits than are allowed",
    "SHIP_COMPLETE": "the order ships whole or not at all",
    "KEPT_TOGETHER": "no node has all of what is kept together",
}
# The options that can be in the way; without them the units may be sent.
IN_THE_WAY: Mapping[str, tuple[str, ...]] = {
    "LATE": ("promise_by",),
    "NO_LANE": ("service",),
    "NOT_SELECTED": ("only_node",),
    "EXCLUDED": ("exclude_node",),
    "SPLIT_LIMIT": ("max_shipments", "line_split"),
}


def told(line: UnfilledLine) -> str:
    """For example: SKU-1 x2: no node has more in stock."""
    by = f" (rule {line.rule_id})" if line.rule_id else ""
    why = WHY.get(line.reason, line.reason)
    comes = f", expected {day(line.expected_date)}" if line.expected_date else ""
    return f"{line.sku} x{line.quantity}: {why}{by}{comes}"


def next_of_quote(context: typer.Context, plan: Plan) -> str:
    """What to do with a quote: hold it or what there is, or ask for something else."""
    if not plan.unfilled:
        return again(context, "hold")
    if plan.shipments:
        partly = context.params["allow_partial"]
        return again(context, "hold", plus=() if partly else ("--allow-partial",))
    return _ask_otherwise(context, plan.unfilled)


def _ask_otherwise(context: typer.Context, unfilled: Sequence[UnfilledLine]) -> str:
    reasons = {line.reason for line in unfilled}
    blamed = [name for reason in reasons for name in IN_THE_WAY.get(reason, ())]
    given = [name for name in blamed if context.params.get(name)]
    if given:
        return again(context, "quote", without=given)
    if reasons & {"AT_CAPACITY", "NODE_PAUSED", "COOLING_OFF"}:
        return "shipfrom node list"
    return f"shipfrom stock {unfilled[0].sku}"
