"""Where units go that a node does not send, told alike before the step and after it."""

from collections.abc import Collection
from dataclasses import dataclass

from allocation.plan import Plan
from inventory.orders.reading import WholeOrder
from router.money import Currency
from router.orders.plan_changes import Shown, write_change
from router.orders.rerouting import REROUTES_MAX, Need
from router.paging import digest
from router.stores.failed import Failed, units_failed
from router.stores.words import (
    effect_text,
    route_text,
    swap_text,
    too_often_text,
)
from shipfrom.v1 import store_service_pb2 as pb


@dataclass(frozen=True, slots=True)
class Telling:
    """Says where the units go, before the step or after it."""

    book: WholeOrder
    failed: Failed
    need: Need
    money: Currency
    moved: int
    """How often the order was, before this step."""

    def into(
        self,
        out: pb.RejectResponse | pb.AcceptResponse | pb.ConfirmPickResponse,
        plan: Shown | None,
        *,
        leaving: Collection[str],
        made: tuple[str, ...] = (),
    ) -> None:
        """Fill `rerouted`; it stays unset where no unit is missing."""
        missing = units_failed(self.book, self.failed)
        if not missing:
            return
        told = out.rerouted
        write_change(
            *(self.book, plan, told.change),
            need=self.need,
            leaving=leaving,
            money=self.money,
        )
        more = self.money.minor(told.change.cost_more)
        kept = told.change.promise_kept
        shown = plan.plan if plan else None
        told.sentence = swap_text(self.failed.instead)
        if self.need.units:
            told.sentence = route_text(
                shown, cost_more_minor=more, is_kept=kept, money=self.money
            )
            if plan is None and self.moved >= REROUTES_MAX:
                told.sentence = too_often_text()
            if self.failed.instead:
                told.sentence += f"; {swap_text(self.failed.instead)}"
        node = self.book.book.shipments[self.failed.shipment_id].node
        told.stock_effect = effect_text(self.failed.reason, missing, node)
        told.shipment_ids.extend(made)
        told.plan_id = plan_id(shown)


def plan_id(plan: Plan | None) -> str:
    """The same for plans that send the same units from the same nodes, as dear and as
    soon."""
    if plan is None:
        return "none"
    return digest(
        [
            (s.node_id, s.service, sorted(s.lines), s.promise_date.isoformat())
            for s in plan.shipments
        ],
        plan.cost.cash_minor,
    )[:16]
