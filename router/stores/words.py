"""What a reason does to the shelf and where units go next, in words for an associate.

They are read before somebody confirms, so they say the effect and not its name.
"""

from collections.abc import Mapping
from datetime import date

from allocation.details import day_text, units_text
from allocation.plan import Plan
from inventory.orders.picking import KEEP, SUBTRACT, ZERO
from router.money import Currency
from router.orders.rerouting import REROUTES_MAX
from shipfrom.v1 import store_service_pb2 as pb

EFFECTS = {
    "NOT_FOUND": ZERO,
    "FEWER": SUBTRACT,
    "DAMAGED": SUBTRACT,
    "TOO_BUSY": KEEP,
    "CLOSED": KEEP,
}
"""What each reason tells about the shelf."""
REASONS: dict[int, str] = {
    number: name.removeprefix("REJECT_REASON_")
    for name, number in pb.RejectReason.items()
    if number
}
NODES_NAMED_MAX = 3


def effect_text(reason: str, units: Mapping[str, int], node_id: str) -> str:
    """For example "no effect on stock", or what leaves the books and is counted."""
    effect = EFFECTS[reason]
    if effect == KEEP:
        return "no effect on stock"
    if effect == ZERO:
        named = ", ".join(units)
        return f"sets {named} at {node_id} to 0, beside what is picked; to be counted"
    named = ", ".join(f"{count:,} of {sku}" for sku, count in units.items())
    broken = " as damaged" if reason == "DAMAGED" else ""
    return f"takes {named} at {node_id} off the books{broken}; to be counted"


def route_text(
    plan: Plan | None, *, cost_more_minor: int, is_kept: bool, money: Currency
) -> str:
    """For example: "goes to hoboken, arrives Fri 28 Nov, +3.10 USD"."""
    if plan is None or not plan.shipments:
        return "no other node has it: somebody will look at the order"
    names = list(dict.fromkeys(shipment.node_id for shipment in plan.shipments))
    named = ", ".join(names[:NODES_NAMED_MAX])
    if len(names) > NODES_NAMED_MAX:
        named += f" and {len(names) - NODES_NAMED_MAX} more"
    sign = "" if cost_more_minor < 0 else "+"
    late = "" if is_kept else ", later than promised"
    missing = sum(line.quantity for line in plan.unfilled)
    waits = f"; {units_text(missing)} no other node has" if missing else ""
    return (
        f"goes to {named}, arrives {_day(plan.promise_date)}{late},"
        f" {sign}{money.text(cost_more_minor)}{waits}"
    )


def swap_text(instead: Mapping[str, Mapping[str, int]]) -> str:
    """For example: "1 of TEA-GREEN goes instead of TEA"."""
    said = [
        f"{count} of {sku} {'goes' if count == 1 else 'go'} instead of {missing}"
        for missing, units in instead.items()
        for sku, count in units.items()
    ]
    return " and ".join(said)


def too_often_text() -> str:
    """Where the units go that have been moved too often already."""
    return f"moved {REROUTES_MAX} times already: somebody will look at the order"


def _day(day: date | None) -> str:
    return day_text(day) if day else "some day"
