"""The number that kept a node out, beside the number it had to meet, in plain words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from allocation.collecting import opportunity_minor
from allocation.node import FOR_GOOD
from allocation.promise import NEVER
from allocation.rules.telling import rest_of, rule_text
from allocation.shortlist import Reason

if TYPE_CHECKING:
    from allocation.node import Node
    from allocation.plan import Plan
    from allocation.problem import Problem

Money = Callable[[int], str]
LINES_NAMED_MAX = 3
"""SKUs named one by one before a detail only counts them."""


class Seen(NamedTuple):
    """What was seen of a node: exact distance, earliest arrival as a date ordinal, what
    one shipment of all it can send costs, how many units that is, and what these are
    worth to orders expected."""

    exact_km: float
    earliest: int
    alone_minor: int | None
    units: int
    opportunity_minor: int = 0


def money_text(minor: int) -> str:
    """Minor units with two decimals; callers who know the currency bring their own."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def day_text(day: date) -> str:
    """For example Tue 24 Nov."""
    return f"{day:%a} {day.day} {day:%b}"


def units_text(count: int, which: str = "") -> str:
    """For example 1 unit, 2 units, 2 more units."""
    one = f"{which} unit".strip()
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def km_text(exact_km: float, *, above: int | None = None) -> str:
    """For example 5,210 km; with the digits that show it is above a limit."""
    seen = f"{exact_km:,.0f}"
    if above is not None and exact_km > above and round(exact_km) <= above:
        seen = f"{exact_km:,.3f}".rstrip("0")
    return f"{seen} km"


def detail_of(
    problem: Problem,
    plan: Plan,
    node: Node,
    *,
    reason: Reason | None,
    seen: Seen,
    money: Money,
) -> str:
    """What was seen and what was wanted; no reason: the node is in the plan."""
    policy = problem.policy
    match reason:
        case None:
            return "in the plan"
        case Reason.DISABLED:
            return "switched off"
        case Reason.NODE_PAUSED:
            return _paused(node)
        case Reason.NOT_SELECTED:
            return f"not among the {len(policy.only_node_ids)} nodes asked for"
        case Reason.EXCLUDED:
            return "asked to be left out"
        case Reason.TAG_MISSING:
            own = ", ".join(node.tags) or "none"
            return f"tags {own}; wanted one of {', '.join(policy.node_tags)}"
        case Reason.RULE | Reason.KEPT_BACK:
            return rule_text(problem, node)
        case Reason.COOLING_OFF:
            return _resting(problem, node)
        case Reason.CHANNEL_QUOTA:
            return _fenced(problem, node)
        case Reason.NO_LANE:
            return f"{policy.service or 'no service'} {_reach(policy.service)}".replace(
                "#", f"{seen.exact_km:.0f}"
            )
        case Reason.TOO_FAR:
            return _beyond(seen.exact_km, policy.max_distance_km)
        case Reason.LATE:
            return _late(seen.earliest, policy.promise_by)
        case Reason.AT_CAPACITY:
            return _full(problem, node)
        case Reason.NO_STOCK:
            return _stock(problem, node)
        case Reason.COSTLIER:
            return _costlier(problem, plan, seen, money)


def _beyond(exact_km: float, limit_km: int) -> str:
    """A distance that is seen to be above the limit."""
    seen = f"{exact_km:.0f}"
    if float(seen) <= limit_km:
        seen = f"{exact_km:.3f}".rstrip("0")
    return f"{seen} km, limit {limit_km} km"


def _reach(service: str) -> str:
    return "does not reach # km" if service else "reaches # km"


def _late(earliest: int, wanted: date | None) -> str:
    if earliest >= NEVER:
        return "closed for longer than promises are made"
    by = f", wanted by {day_text(wanted)}" if wanted else ""
    return f"earliest {day_text(date.fromordinal(earliest))}{by}"


def _paused(node: Node) -> str:
    """For example "paused until Mon 23 Nov 09:30 America/New_York, burst pipe"."""
    assert node.paused_until is not None
    if node.paused_until >= FOR_GOOD:
        until = "until it is resumed"
    else:
        local = node.paused_until.astimezone(ZoneInfo(node.time_zone))
        until = f"until {day_text(local)} {local:%H:%M} {node.time_zone}"
    return ", ".join(filter(None, [f"paused {until}", node.paused_reason]))


def _resting(problem: Problem, node: Node) -> str:
    """For example "3 rejections within 2 hours, cooling off until Mon 23 Nov 09:30
    America/New_York: rule rest"."""
    rule, rest = rest_of(problem, node)
    ends = datetime.fromtimestamp(rest.until_s, ZoneInfo(node.time_zone))
    until = f"until {day_text(ends)} {ends:%H:%M} {node.time_zone}"
    said = rejections_text(rest.rejections, rule.within_hours)
    return f"{said}, cooling off {until}: rule {rule.id}"


def rejections_text(count: int, hours: int) -> str:
    """For example 3 rejections within 2 hours."""
    rejections = f"{count} rejection{'' if count == 1 else 's'}"
    return f"{rejections} within {hours} hour{'' if hours == 1 else 's'}"


def _full(problem: Problem, node: Node) -> str:
    """For example "12 of 12 orders for Mon 23 Nov"."""
    calendar = problem.network.tables.calendar.item(node.number)
    leaves = problem.network.schedule(problem.now).ship_days[calendar]
    assert leaves is not None, "a node that never ships is late before it is full"
    limit, slots = node.day_limit, len(node.slots)
    if slots:
        return f"no room in {slots} slots of {limit} orders for {day_text(leaves.day)}"
    return f"{limit} of {limit} orders for {day_text(leaves.day)}"


def _stock(problem: Problem, node: Node) -> str:
    lines = problem.order.lines
    kept = problem.policy.keep_back
    back = f", {kept} kept back of each" if kept else ""
    if len(lines) > LINES_NAMED_MAX:
        return f"has none of the {len(lines)} lines{back}"
    seen = [
        f"{line.sku} {problem.available[row, node.number]} of {line.quantity}"
        for row, line in enumerate(lines)
    ]
    return f"{', '.join(seen)}{back}"


def _fenced(problem: Problem, node: Node) -> str:
    """For example "SKU-1 3 of 3 kept for channels"."""
    assert problem.fence is not None, "only quotas keep units for channels"
    kept = problem.fence.kept[:, node.number].tolist()
    seen = [
        f"{line.sku} {units} of {units + problem.available.item(row, node.number)}"
        for row, (line, units) in enumerate(zip(problem.order.lines, kept, strict=True))
        if units
    ]
    more = len(seen) - LINES_NAMED_MAX
    named = ", ".join(seen[:LINES_NAMED_MAX]) + (f", {more} more" if more > 0 else "")
    return f"{named} kept for channels"


def _costlier(problem: Problem, plan: Plan, seen: Seen, money: Money) -> str:
    alone_minor = seen.alone_minor
    wanted = sum(line.quantity for line in problem.order.lines)
    if alone_minor is None or seen.units < wanted:
        return f"has {seen.units} of {wanted} units"
    apart = alone_minor - plan.cost.cash_minor
    all_for = f"all {wanted} units for {money(alone_minor)}"
    if apart > 0:
        return f"{all_for}, {money(apart)} more"
    if is_spared(plan, seen):
        less = f"{money(-apart)} less" if apart else "the same"
        worth = money(seen.opportunity_minor)
        return f"{all_for}, {less}; worth {worth} to orders expected"
    return f"{all_for}, the same" if apart == 0 else f"{all_for}; cost is not first"


def is_spared(plan: Plan, seen: Seen) -> bool:
    """Whether a node costs no more than the plan, and only its opportunity more."""
    if seen.alone_minor is None or seen.alone_minor > plan.cost.cash_minor:
        return False
    counted_minor = seen.alone_minor + seen.opportunity_minor
    return counted_minor > plan.cost.cash_minor + opportunity_minor(plan)
