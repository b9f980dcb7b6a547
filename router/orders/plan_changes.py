"""What another plan comes to: more or less money, later or not, what stays behind."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from allocation.codec import plan_of
from allocation.plan import Plan
from inventory.orders.reading import WholeOrder
from router.explaining import summary
from router.messages import write_date, write_plan
from router.money import Currency
from router.orders.messages import LIVE_STATES, Plans
from router.orders.rerouting import Need, missing_of
from shipfrom.v1 import order_service_pb2 as pb


class Shown(Protocol):
    """A plan found just now, or one that a step brought and the ledger kept."""

    @property
    def plan(self) -> Plan:
        """Where the units go."""

    @property
    def kept(self) -> bool:
        """Whether they arrive as promised."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A plan that the ledger kept; `kept` says whether it arrives as promised."""

    plan: Plan
    kept: bool


def shown_of(book: WholeOrder, made: tuple[str, ...], need: Need) -> Kept | None:
    """The plan that a step brought, as it was kept."""
    if not made:
        return None
    number = book.book.shipments[made[0]].decision_no
    kept = next(d for d in book.decisions if d.decision_no == number)
    plan = plan_of(kept.content)
    arrives, wanted = plan.promise_date, need.promise_by
    return Kept(plan, wanted is None or (arrives is not None and arrives <= wanted))


def write_change(
    whole: WholeOrder,
    found: Shown | None,
    out: pb.PlanChange,
    *,
    need: Need,
    leaving: Collection[str],
    money: Currency,
) -> None:
    """The new plan beside the shipments that end with it."""
    plans, rows = Plans(whole), whole.book.shipments
    saved = sum(plans.of(rows[name]).cost.cash_minor for name in leaving)
    plan = found.plan if found else None
    money.write((plan.cost.cash_minor if plan else 0) - saved, out.cost_more)
    out.promise_kept = found.kept if found else not need.units
    days = [
        plans.of(row).promise_date
        for name, row in rows.items()
        if name not in leaving and row.state in LIVE_STATES
    ]
    if plan is not None:
        write_plan(plan, out.plan, money, verdict=summary(plan, money))
        if plan.promise_date is not None:
            days.append(plan.promise_date)
    if days:
        write_date(max(days), out.promise_date)
    _write_missing(found, need, out)


def _write_missing(found: Shown | None, need: Need, out: pb.PlanChange) -> None:
    """What stays without a node; units of another part were not planned at all."""
    told = {line.sku: line for line in out.plan.unfilled}
    out.unfilled.extend(told.values())
    for sku, units in missing_of(found.plan if found else None, need).items():
        if sku not in told:
            line = out.unfilled.add()
            line.sku, line.quantity, line.reason = sku, units, "NO_STOCK"
