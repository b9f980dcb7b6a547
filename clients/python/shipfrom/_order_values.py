"""Orders after their commit as values: what is where, what changes, what comes back."""

from dataclasses import dataclass
from datetime import date, datetime

from shipfrom._enums import (
    Disposition,
    ExceptionKind,
    OrderState,
    PaymentState,
    ReturnState,
    ShipmentState,
)
from shipfrom._money import Money
from shipfrom._values import BundleLine, Plan, Shipment, UnfilledLine
from shipfrom._wishes import Line

_ENDED = (ShipmentState.CANCELLED, ShipmentState.NO_SHOW)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Units of one SKU of an order, and where they are.

    `waiting` units have no node, `open` ones are at a node, `sent` ones left it;
    `returned` counts what is announced to come back, or came. `expected_date` is when
    announced supply covers those that wait.
    """

    sku: str
    ordered: int
    cancelled: int = 0
    waiting: int = 0
    open: int = 0
    sent: int = 0
    returned: int = 0
    expected_date: date | None = None
    substituted_by: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """Units that come back, and why; the rest is known once they were received."""

    sku: str
    quantity: int
    reason: str = ""
    received: int = 0
    condition: str = ""
    disposition: Disposition = Disposition.UNSPECIFIED


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """What arrived. Without a disposition, AS_NEW or no condition is stock again."""

    sku: str
    quantity: int
    condition: str = ""
    disposition: Disposition | str = Disposition.UNSPECIFIED


@dataclass(frozen=True, slots=True)
class Return:
    """Goods of an order on their way back; `verdict` says why to this node, once."""

    return_id: str
    order_id: str
    node_id: str
    state: ReturnState
    lines: tuple[ReturnLine, ...]
    created_at: datetime
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """What the payment system said; `amount` is what was captured or refunded."""

    payment_id: str
    state: PaymentState
    reported_at: datetime
    shipment_id: str = ""
    amount: Money | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Order:
    """A committed hold: what was ordered and promised, and what became of it.

    `lines` and `plan` are as they were bought. `shipments` and `line_states` are as
    they are now; of `bundles` they name the components. `promise_date` is the arrival
    of the last shipment now, and `promised_date` the one that the customer was told.
    """

    order_id: str
    hold_id: str
    state: OrderState
    plan: Plan
    lines: tuple[Line, ...]
    created_at: datetime
    order_ref: str = ""
    customer_ref: str = ""
    payment_state: PaymentState = PaymentState.UNSPECIFIED
    assignee: str = ""
    reroutes: int = 0
    shipments: tuple[Shipment, ...] = ()
    line_states: tuple[OrderLine, ...] = ()
    returns: tuple[Return, ...] = ()
    changed_at: datetime | None = None
    promised_date: date | None = None
    promise_date: date | None = None
    payments: tuple[Payment, ...] = ()
    bundles: tuple[BundleLine, ...] = ()
    allow_substitutes: bool = False

    @property
    def cost(self) -> Money:
        """What its shipments cost now; those that ended without a unit cost nothing."""
        kept = (s.cost for s in self.shipments if s.state not in _ENDED)
        return sum(kept, Money(0, self.plan.cost.currency))

    @property
    def units(self) -> int:
        """Units that were ordered and are not cancelled."""
        return sum(line.ordered - line.cancelled for line in self.line_states)

    @property
    def is_late(self) -> bool:
        """Whether it arrives later than what the customer was told."""
        if self.promise_date is None or self.promised_date is None:
            return False
        return self.promise_date > self.promised_date

    @property
    def waiting_units(self) -> int:
        """Units that have no node at present."""
        return sum(line.waiting for line in self.line_states)

    def __repr__(self) -> str:
        return f"Order({self.order_id}, {self.state}, {self.units} units)"


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What other quantities or other nodes come to.

    Attributes:
        plan: where the units that need a node ship from; None where none does.
        cost_more: what the open shipments cost more, less where negative.
        promise_date: arrival of the last shipment, after it.
        promise_kept: False when it arrives later than what was promised.
        unfilled: units that no node can send.
        order: the order after it; None where it was only tried (`dry_run`).
    """

    plan: Plan | None
    cost_more: Money
    promise_date: date | None
    promise_kept: bool
    unfilled: tuple[UnfilledLine, ...]
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class OrderException:
    """An order that needs somebody: why, since when, and what to do next.

    `shipment_id` is empty where it is about the whole order; `risk_percent` is the
    share of the planned time that is used up, for LATE_RISK.
    """

    kind: ExceptionKind
    order_id: str
    shipment_id: str
    assignee: str
    since: datetime
    what: str
    next_step: str
    risk_percent: int = 0
