"""What the service answered to one step, in the file's names and whole units."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from shipfrom.v1 import order_pb2, order_service_pb2

from .names import Names

Units = dict[str, int]
Allocations = dict[str, Units]


@dataclass(slots=True)
class Outcome:
    """Fields that the step cannot answer stay None and match no expectation."""

    status: str | None = None
    error: str | None = None
    allocations: Allocations | None = None
    unallocated: Units | None = None
    short: Units | None = None
    backordered: Units | None = None
    """Units that wait with the order."""
    waits: Allocations | None = None
    """The same by the place whose limit lets them wait."""
    shipments: int | None = None
    available: int | None = None
    removed: int | None = None
    hold_rows: int | None = None
    succeeded: int | None = None
    rejected: int | None = None
    picked: tuple[str, ...] | None = None
    """The location that was picked, if there was any."""
    released: int | None = None
    promised: Units | None = None
    """Units that each demand of a batch got."""
    on_hand: int | None = None
    backordered_qty: int | None = None
    """Of a move: what is there, and what waits there."""
    order: tuple[str, ...] | None = None
    """Places of a ranking, the best first."""
    distances_km: Units | None = None
    """From where a ranking was asked, by place."""
    plans: list["Outcome"] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether the answer was no."""
        return self.status == "rejected"

    @property
    def uses(self) -> list[str] | None:
        """Nodes of the plan, sorted."""
        return None if self.allocations is None else sorted(self.allocations)


def planned(plan: order_pb2.Plan, names: Names) -> Outcome:
    """A plan that counts: full, or partial where units stay unfilled."""
    allocations: Allocations = {}
    for shipment in plan.shipments:
        units = allocations.setdefault(names.read(shipment.node_id), {})
        for line in shipment.lines:
            sku = names.read(line.sku)
            units[sku] = units.get(sku, 0) + line.quantity
    missing = unfilled(plan, names)
    waiting = missing if plan.queue == "BACKORDER" else {}
    status = "backordered" if waiting else "partial" if missing else "full"
    return Outcome(
        status=status,
        allocations=allocations,
        unallocated={} if waiting else missing,
        backordered=waiting,
        waits=_waits(plan.unfilled, names),
        shipments=len(plan.shipments),
    )


def _waits(
    lines: Iterable[order_pb2.UnfilledLine] | Iterable[order_service_pb2.OrderLine],
    names: Names,
) -> Allocations:
    """Units that wait, by the place whose limit lets them."""
    found: Allocations = {}
    for line in lines:
        for wait in line.waits:
            units, sku = found.setdefault(names.read(wait.node_id), {}), line.sku
            units[names.read(sku)] = wait.quantity
    return found


def ordered(
    plan: order_pb2.Plan, order: order_service_pb2.Order, names: Names
) -> Outcome:
    """A plan that was committed, with what waits of it."""
    outcome = planned(plan, names)
    outcome.waits = _waits(order.line_states, names)
    return outcome


def unfilled(plan: order_pb2.Plan, names: Names) -> Units:
    """Units that no node can send, by SKU."""
    missing: Units = {}
    for line in plan.unfilled:
        sku = names.read(line.sku)
        missing[sku] = missing.get(sku, 0) + line.quantity
    return missing


def rejected(error: str, short: Units | None = None) -> Outcome:
    """All or nothing, and it was nothing."""
    return Outcome(
        status="rejected",
        error=error,
        allocations={},
        unallocated=short,
        short=short,
        shipments=0,
    )
