"""What a store has to do, and what comes of what it says, as values."""

from dataclasses import dataclass
from datetime import datetime

from shipfrom._enums import ShipmentState
from shipfrom._order_values import PlanChange


@dataclass(frozen=True, slots=True)
class Substitute:
    """What may be picked in place of another item; units that the order may take."""

    sku: str
    available: int
    display_name: str = ""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """Units of one SKU to pick; of these, `picked` already. Lists of tasks say which
    `substitutes` may be picked in its place, the best first."""

    sku: str
    quantity: int
    picked: int = 0
    display_name: str = ""
    substitutes: tuple[Substitute, ...] = ()

    @property
    def left(self) -> int:
        """Units still to pick."""
        return self.quantity - self.picked


@dataclass(frozen=True, slots=True)
class Task:
    """One shipment at a node, or an offer of one.

    `due` is when the present step should be done, `ship_by` the last moment at which it
    keeps the promise. Before it is `released` nothing of it may be picked. A transfer
    goes to the store `destination_node_id`; there it is `incoming`.
    """

    shipment_id: str
    order_id: str
    node_id: str
    state: ShipmentState
    lines: tuple[TaskLine, ...]
    order_ref: str = ""
    offered: bool = False
    pickup: bool = False
    destination_node_id: str = ""
    incoming: bool = False
    released: bool = True
    due: datetime | None = None
    ship_by: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskNews:
    """Tasks that are new or changed; `resume_token` goes on behind them."""

    tasks: tuple[Task, ...]
    resume_token: str


@dataclass(frozen=True, slots=True)
class Rerouted:
    """Where units go that a node does not send.

    Attributes:
        sentence: for example "goes to hoboken, arrives Fri 28 Nov, +3.10 USD".
        stock_effect: what the reason does to the shelf, in words.
        plan_id: names the plan; give it to the write that confirms a dry run.
        differs: whether stock moved since that dry run, so that it came otherwise.
        at_risk: other orders that count on the same units.
    """

    sentence: str
    stock_effect: str
    change: PlanChange
    plan_id: str = ""
    differs: bool = False
    shipment_ids: tuple[str, ...] = ()
    at_risk: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskDone:
    """The task after a step, and what became of units that it does not send.

    `pickup_code` is for the customer who comes for it; `offered_to` names the
    nodes that were asked.
    """

    task: Task
    rerouted: Rerouted | None = None
    pickup_code: str = ""
    offered_to: tuple[str, ...] = ()
