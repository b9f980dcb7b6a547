"""What may be asked of an order. Each is one `OrderStep`, decided in one transaction.

A step that takes units off a node may bring the plan that sends them from others: it
was solved before, on stock that may have moved since, and is granted or refused whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from inventory.requests import RequestKey


class RouteLine(NamedTuple):
    """Units that a plan sends from a node; plan number 0 claims the node's day."""

    sku: str
    node_id: str
    quantity: int
    plan_no: int
    ship_by_us: int = 0


@dataclass(frozen=True, slots=True)
class Routes:
    """A plan for units that have no node; `decision` is its stored problem and plan."""

    lines: tuple[RouteLine, ...]
    decision: bytes
    cause: str


@dataclass(frozen=True, slots=True)
class Accept:
    """The node will pick it. With offers open, the first one to accept has it.

    A node other than the one that has the units brings the plan that moves them.
    `units` None is everything; what is not named is rejected, as a reject in part is.
    """

    shipment_id: str
    node_id: str = ""
    routes: Routes | None = None
    units: Mapping[str, int] | None = None
    reason: str = ""
    effect: str = "KEEP"


@dataclass(frozen=True, slots=True)
class Reject:
    """The node will not; `effect` says what that tells about its shelf.

    `units` None is everything; where they are a part, the node accepts the rest.
    """

    shipment_id: str
    reason: str
    effect: str
    routes: Routes | None = None
    units: Mapping[str, int] | None = None


class Picked(NamedTuple):
    """What was found of a SKU, what was not, and what of the shelf stands in for it."""

    sku: str
    found: int
    missing: int
    instead: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Pick:
    """Units were picked; missing ones are a short pick with an effect on the shelf."""

    shipment_id: str
    lines: tuple[Picked, ...]
    reason: str = ""
    effect: str = "ZERO"
    routes: Routes | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """Packed; `code` is what the customer says at the counter, '' for a carrier."""

    shipment_id: str
    code: str = ""
    due_us: int = 0


@dataclass(frozen=True, slots=True)
class Ship:
    """Handed to a carrier; `leave_rest` makes a shipment of what is not picked yet.

    `to_node` is the store where the customer collects it, '' for a customer's address,
    and `due_us` when it should be there.
    """

    shipment_id: str
    carrier: str
    tracking: str
    leave_rest: bool = False
    to_node: str = ""
    due_us: int = 0


@dataclass(frozen=True, slots=True)
class Receive:
    """A transfer is at its store; the SKUs are named for the cells that it fills."""

    shipment_id: str
    node_id: str
    skus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collect:
    """Handed over the counter. `lines` None is everything; the rest is put back."""

    shipment_id: str
    code: str
    lines: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Deliver:
    """The carrier says it arrived."""

    shipment_id: str


@dataclass(frozen=True, slots=True)
class NoShow:
    """Nobody came: the units are back on the shelf."""

    shipment_id: str


@dataclass(frozen=True, slots=True)
class Reroute:
    """Shipments leave their nodes for others; `cause` for example TIMED_OUT."""

    shipment_ids: tuple[str, ...]
    cause: str
    reason: str
    routes: Routes | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Units that wait get a node."""

    routes: Routes


@dataclass(frozen=True, slots=True)
class Offer:
    """Several nodes are asked; the first one to accept has it. None ends an offer.

    `rule` is the policy's rule that wants it so, '' where a person does.
    """

    shipment_id: str
    node_ids: tuple[str, ...]
    due_us: int
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Units are not wanted any more.

    `units` None is everything. `until` names for each node the last state of a shipment
    from which units may still be put back.
    """

    units: Mapping[str, int] | None
    reason: str
    until: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """Fewer or more units of some SKUs; more of them need routes, or wait."""

    units: Mapping[str, int]
    reason: str
    until: Mapping[str, str]
    routes: Routes | None = None


@dataclass(frozen=True, slots=True)
class Pay:
    """What the shop's payment system says, mirrored."""

    payment_id: str
    state: str
    shipment_id: str = ""
    amount_minor: int = 0
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Assign:
    """Who takes care of it; `approve` lifts the gate of a review."""

    assignee: str
    approve: bool = False


@dataclass(frozen=True, slots=True)
class Warn:
    """Others are told that the time of a shipment's step is nearly over."""

    shipment_id: str
    state: str
    due_us: int


@dataclass(frozen=True, slots=True)
class OpenReturn:
    """Units of the order will come back to a node: SKU, units, reason."""

    return_id: str
    node_id: str
    lines: tuple[tuple[str, int, str], ...]


class Received(NamedTuple):
    """What came back of a SKU; only disposition RESTOCK makes it stock again."""

    sku: str
    quantity: int
    condition: str
    disposition: str


@dataclass(frozen=True, slots=True)
class ReceiveReturn:
    """A return arrived at its node."""

    return_id: str
    node_id: str
    lines: tuple[Received, ...]


Action = (
    Accept
    | Reject
    | Pick
    | Ready
    | Ship
    | Receive
    | Collect
    | Deliver
    | NoShow
    | Reroute
    | Route
    | Offer
    | Cancel
    | Change
    | Pay
    | Assign
    | Warn
    | OpenReturn
    | ReceiveReturn
)


@dataclass(frozen=True, slots=True)
class OrderStep:
    """One action on one order. `owner` None: of whomever it is (a store's device)."""

    key: RequestKey
    order_id: str
    action: Action
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class StepAnswer:
    """What came of it: the states after it, and units that have no node now."""

    order_id: str
    state: str
    shipment_id: str = ""
    shipment_state: str = ""
    made: tuple[str, ...] = ()
    """Shipments that the routes made."""
    ended: tuple[str, ...] = ()
    """Shipments that have no unit any more."""
    unrouted: int = 0
    wrong_code: bool = False
    """The pickup code was wrong: counted, and nothing else."""
    failed: tuple[tuple[str, int], ...] = ()
    """Units by SKU that the node does not send."""
    left: tuple[tuple[str, int], ...] = ()
    """Units by SKU that the step wanted from a node and that got none."""
    replayed: bool = False
