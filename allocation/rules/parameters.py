"""What each verb reads of a rule, and what a rule lacks for its verb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.cooling import HOURS_MAX, MINUTES_MAX, REJECTIONS_MAX
from allocation.rules.fields import Scope
from allocation.rules.limits import LIMIT_MAX, LIMIT_MOST
from allocation.rules.words import LimitName, Per, Verb

if TYPE_CHECKING:
    from allocation.rules.condition import Condition
    from allocation.rules.document import Rule

AMOUNT_MAX = 100_000_000
"""A million of a currency with cents: no charge is meant to be larger."""
PERCENT_MAX = 100
OFFERED_MAX = 10
"""Nodes asked at once: each of them has to look."""
OFFER_MINUTES_MAX = 1_440
LOCAL = ("node.local_time", "node.local_weekday")
SPEAKING = (Scope.ORDER, Scope.LINE, Scope.CLOCK)
BOUNDS = {
    "units": LIMIT_MAX,
    "percent": PERCENT_MAX,
    "amount_minor": AMOUNT_MAX,
    "to": LIMIT_MAX,
    "nodes": OFFERED_MAX,
    "minutes": OFFER_MINUTES_MAX,
    "rejections": REJECTIONS_MAX,
    "within_hours": HOURS_MAX,
    "for_minutes": MINUTES_MAX,
}
_AMOUNTS = (Verb.PREFER, Verb.CHARGE, Verb.CREDIT)
PARAMETERS: dict[Verb, tuple[str, ...]] = {
    Verb.ONLY: (),
    Verb.NEVER: (),
    Verb.PREFER: ("amount_minor", "per"),
    Verb.KEEP_BACK: ("units", "percent"),
    Verb.LIMIT: ("limit", "to"),
    Verb.CHARGE: ("amount_minor", "per"),
    Verb.CREDIT: ("amount_minor", "per"),
    Verb.TOGETHER: (),
    Verb.SEND_TO: ("queue", "reason"),
    Verb.OFFER: ("nodes", "minutes"),
    Verb.COOL_OFF: ("rejections", "within_hours", "for_minutes"),
}
"""What each verb reads of a rule; the others stay as they are by default."""
_UNREAD = {
    "units": 0,
    "percent": 0,
    "amount_minor": 0,
    "per": Per.SHIPMENT,
    "limit": None,
    "to": 0,
    "queue": None,
    "reason": "",
    "nodes": 0,
    "minutes": 0,
    "rejections": 0,
    "within_hours": 0,
    "for_minutes": 0,
}


def wanting(rule: Rule) -> str:
    """What a verb lacks, or nothing."""
    for name, unread in _UNREAD.items():
        if name not in PARAMETERS[rule.do] and getattr(rule, name) != unread:
            return f"does not take {name}"
    if rule.do is Verb.KEEP_BACK and bool(rule.units) is bool(rule.percent):
        return "takes units or percent, one of them above 0"
    if rule.do in _AMOUNTS and not rule.amount_minor:
        return "takes an amount above 0"
    if rule.do is Verb.LIMIT and (rule.limit is None or not rule.to):
        return "takes what it limits, and a number above 0"
    if rule.limit is not None and rule.to > LIMIT_MOST[rule.limit]:
        return f"{rule.limit} is at most {LIMIT_MOST[rule.limit]:,}"
    if rule.do is Verb.SEND_TO and rule.queue is None:
        return "takes a queue"
    if rule.do is Verb.OFFER and not rule.nodes:
        return "takes how many nodes are asked, 1 at least"
    if rule.do is Verb.COOL_OFF and not all(rule.terms):
        return "takes rejections, within_hours and for_minutes, each above 0"
    if rule.do is Verb.ONLY and not rule.asks_nodes:
        return "takes a condition on node, lane or cell"
    return _out_of_place(rule)


def _out_of_place(rule: Rule) -> str:
    """A condition that asks for more than the verb can tell apart, or nothing."""
    asked = (*rule.where, *rule.any_of)
    scopes = {condition.scope for condition in asked}
    finer = scopes & {Scope.LINE, Scope.CELL}
    if rule.do in _AMOUNTS and finer and rule.per is not Per.UNIT:
        return "with a condition on line, item or cell is per UNIT"
    if rule.do in (Verb.KEEP_BACK, Verb.COOL_OFF) and Scope.LANE in scopes:
        return "takes no condition on the lane"
    if rule.do in (Verb.TOGETHER, Verb.SEND_TO) and not scopes <= set(SPEAKING):
        return "takes conditions on order, line and clock only"
    if rule.do is Verb.OFFER and not all(map(_is_still, asked)):
        return "takes conditions on order, line and clock, and on what a node is"
    if rule.do is Verb.LIMIT:
        far = rule.limit is LimitName.DISTANCE_KM
        if not scopes <= ({*SPEAKING, Scope.NODE} if far else set(SPEAKING)):
            return "takes conditions on order, line and clock; on nodes for a distance"
    return ""


def _is_still(condition: Condition) -> bool:
    """Whether it asks nothing that changes with hour and distance about a node."""
    if condition.scope is Scope.NODE:
        return condition.field not in LOCAL
    return condition.scope in SPEAKING
