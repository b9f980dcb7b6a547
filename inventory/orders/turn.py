"""One step on one order, while it is carried out on a batch's copy of the books."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inventory.books import Books, CellRow
from inventory.errors import ShipmentNotFound, WrongState
from inventory.orders.actions import OrderStep
from inventory.orders.rows import AllocationRow, OrderBook, ShipmentRow
from inventory.orders.states import FROM, Step, is_stopped
from inventory.posting import post, tell, tell_short

Facts = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Turn:
    """The books, the order and who asked. Checks first, then changes."""

    books: Books
    book: OrderBook
    operation: OrderStep
    failed: Counter[str] = field(default_factory=Counter)
    """Units by SKU that the node says in this step that it does not send."""
    left: Counter[str] = field(default_factory=Counter)
    """Units by SKU that this step wanted from a node and that got none."""

    @property
    def actor(self) -> str:
        """Who asked."""
        return self.operation.key.principal

    @property
    def _op_id(self) -> str:
        """Names the step in the ledger; a request id is its method's own."""
        key = self.operation.key
        return f"{key.principal}/{key.method}/{key.request_id}"

    def cell(self, sku: str, node: str) -> CellRow:
        """A cell of the order or of its new plan; the batch has locked it."""
        return self.books.cells[sku, node]

    def post(self, cell: CellRow, kind: str, reason: str = "", **deltas: int) -> None:
        """Change a cell by an entry of this step."""
        was_short = cell.short
        post(
            self.books,
            cell,
            op_id=self._op_id,
            kind=kind,
            actor=self.actor,
            reason=reason,
            **deltas,
        )
        tell_short(self.books, cell, was_short)

    def tell(self, kind: str, facts: Facts | None = None) -> None:
        """An event of the order, for others."""
        order = self.book.order
        said: dict[str, str | int] = {"orderId": order.order_id}
        if order.customer_ref:
            said["customerRef"] = order.customer_ref
        tell(self.books, order.order_id, kind, {**said, **(facts or {})})

    def tell_shipment(
        self, shipment: ShipmentRow, kind: str, facts: Facts | None = None
    ) -> None:
        """An event of one shipment."""
        about = {"shipmentId": shipment.shipment_id, "nodeId": shipment.node}
        self.tell(f"SHIPMENT_{kind}", {**about, **(facts or {})})

    def note_outcome(
        self, shipment: ShipmentRow, kind: str, *, found: int = 0, missing: int = 0
    ) -> None:
        """What came of the shipment at its node, for whoever learns from it."""
        row = (shipment.node, kind, shipment.shipment_id, found, missing)
        self.books.effects.outcomes.append((*row, self.books.now_us))

    def shipment(self, shipment_id: str, step: Step) -> ShipmentRow:
        """The shipment, in a state from which the step is allowed."""
        shipment = self.book.shipments.get(shipment_id)
        if shipment is None:
            raise unknown_shipment(shipment_id)
        if shipment.state not in FROM[step]:
            raise wrong_state(shipment, step)
        return shipment

    def check_released(self) -> None:
        """Nothing is picked before it is paid for, or while somebody looks at it."""
        order = self.book.order
        if is_stopped(order.payment, order.gate):
            why = "it is under review" if order.gate else "it is not paid yet"
            raise WrongState(
                f"Order {order.order_id} may not be picked: {why}",
                next_step="Wait until the order is released.",
                metadata={"orderId": order.order_id, "state": order.state},
            )

    def enter(self, shipment: ShipmentRow, state: str, **facts: str | int) -> None:
        """The shipment's new state, told to others; its timer starts anew."""
        shipment.state = state
        shipment.due_us = 0
        shipment.changed_at_us = self.books.now_us
        self.tell_shipment(shipment, state, facts)


def by_cell(rows: Iterable[AllocationRow]) -> dict[tuple[str, str], int]:
    """Units by SKU and node: an operation enters a cell once."""
    units: dict[tuple[str, str], int] = {}
    for row in rows:
        units[row.sku, row.node] = units.get((row.sku, row.node), 0) + row.qty
    return units


def unknown_shipment(shipment_id: str) -> ShipmentNotFound:
    """The same words whether it never was or belongs to another node."""
    return ShipmentNotFound(
        f"No shipment {shipment_id}",
        next_step="Check the shipment id.",
        metadata={"shipmentId": shipment_id},
    )


def wrong_state(shipment: ShipmentRow, step: Step) -> WrongState:
    """What the shipment is, and from which states the step is possible."""
    wanted = " or ".join(FROM[step])
    return WrongState(
        f"Shipment {shipment.shipment_id} is {shipment.state};"
        f" {step.lower().replace('_', ' ')} needs {wanted}",
        next_step="Read the shipment again.",
        metadata={
            "shipmentId": shipment.shipment_id,
            "state": shipment.state,
            "step": step.value,
        },
    )
