"""What another plan comes to: more or less money, later or not, what stays behind."""

from collections.abc import Collection
from typing import Protocol

from allocation.plan import Plan
from inventory.orders.reading import WholeOrder
from router.explaining import summary
from router.messages import write_date, write_plan
from router.money import Currency
from router.orders.messages import LIVE_STATES, Plans
from router.orders.rerouting import Need
from shipfrom.v1 import order_service_pb2 as pb


class Shown(Protocol):
    """A plan found just now, or one that a step brought and the ledger kept."""

    @property
    def plan(self) -> Plan:
        """Where the units go."""

    @property
    def kept(self) -> bool:
        """Whether they arrive as promised."""


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
    if found is None:
        for sku, units in need.units.items():
            line = out.unfilled.add()
            line.sku, line.quantity, line.reason = sku, units, "NO_STOCK"
        return
    out.unfilled.extend(out.plan.unfilled)
