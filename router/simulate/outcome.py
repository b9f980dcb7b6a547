"""What became of one order under one policy."""

from dataclasses import dataclass
from datetime import date

from allocation.plan import Cost, Plan, Shipment
from allocation.status import PlanStatus
from router.queues import waits_whole
from router.simulate.orders import SimulatedOrder

NOTHING = Cost()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One order's shipments and cost; `refusal` says why nothing was held.

    `decision` is empty unless it was asked for (`Setting.decisions_of`).
    """

    order_id: str
    units: int
    shipments: tuple[Shipment, ...] = ()
    cost: Cost = NOTHING
    status: PlanStatus | None = None
    promise_date: date | None = None
    late_days: int = 0
    refusal: str = ""
    abandoned: bool = False
    decision: bytes = b""

    @property
    def filled_units(self) -> int:
        """Units that are sent."""
        return sum(line.quantity for each in self.shipments for line in each.lines)

    @property
    def node_ids(self) -> tuple[str, ...]:
        """Where it ships from, a node for each shipment."""
        return tuple(shipment.node_id for shipment in self.shipments)

    def ships_like(self, other: "Outcome") -> bool:
        """Whether the same units leave the same nodes by the same services."""
        return _route(self) == _route(other)


def planned(order: SimulatedOrder, plan: Plan, decision: bytes) -> Outcome:
    """The outcome of a held order; one that a rule keeps back sends nothing."""
    if waits_whole(plan):
        return refused(order, plan.queue)
    promised, wanted = plan.promise_date, order.routing.wanted_by
    late = max(0, (promised - wanted).days) if promised and wanted else 0
    return Outcome(
        order_id=order.order_id,
        units=_units(order),
        shipments=plan.shipments,
        cost=plan.cost,
        status=plan.status,
        promise_date=promised,
        late_days=late,
        abandoned=order.abandoned,
        decision=decision,
    )


def refused(order: SimulatedOrder, reason: str) -> Outcome:
    """The outcome of an order that no acceptable plan was found for."""
    return Outcome(
        order_id=order.order_id,
        units=_units(order),
        refusal=reason,
        abandoned=order.abandoned,
    )


def _units(order: SimulatedOrder) -> int:
    return sum(line.quantity for line in order.order.lines)


def _route(outcome: Outcome) -> list[object]:
    return [(each.node_id, each.service, each.lines) for each in outcome.shipments]
