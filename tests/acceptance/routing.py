"""A case's policy in the words of the API: what each strategy is asked as."""

from dataclasses import dataclass

from shipfrom.v1 import order_pb2

from .names import Names
from .schema import Json

SHIPMENTS_MAX = 10
"""The API's own limit; a case that needs more is skipped with that name."""
EARTH_KM = 20_040
"""No limit: nothing is farther. The server's default is a policy of its own."""

OBJECTIVES = {
    "priority": order_pb2.OBJECTIVE_PRIORITY,
    "single_location_first": order_pb2.OBJECTIVE_PRIORITY,
    # A lot that arrives in some days is a node that takes so long to hand over.
    "earliest_eta": order_pb2.OBJECTIVE_FASTEST,
    "nearest": order_pb2.OBJECTIVE_NEAREST,
    "most_stock": order_pb2.OBJECTIVE_MOST_STOCK,
    "fewest_splits": order_pb2.OBJECTIVE_FEWEST_SHIPMENTS,
    "cheapest": order_pb2.OBJECTIVE_CHEAPEST,
    # As the published policy says: its tiers begin with how long stock lasts.
    "weeks_of_supply": order_pb2.OBJECTIVE_UNSPECIFIED,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """One order with the policy that applies to it."""

    order_id: str
    lines: tuple[order_pb2.Line, ...]
    ship_to: order_pb2.Destination
    policy: Json
    keep_back: int = 0

    @property
    def strategy(self) -> str:
        """How the case wants nodes chosen."""
        return str(self.policy.get("strategy", "priority"))

    @property
    def partial(self) -> bool:
        """Whether what exists is enough."""
        return bool(self.policy.get("partial", "reject") == "accept")


def attempts(wish: Wish, names: Names) -> tuple[order_pb2.Routing, ...]:
    """Routings to ask one after the other until one fills the order.

    `single_location_first` is two requests of the caller: everything from one node, and
    only if no node has everything, by priority. In a cascade these are stages of the
    published policy.
    """
    routing = _routing(wish, names)
    if wish.strategy != "single_location_first" or wish.policy.get("rules"):
        return (routing,)
    single = order_pb2.Routing()
    single.CopyFrom(routing)
    single.max_shipments = 1
    single.allow_partial = False
    return (single, routing)


def only_at(node_id: str) -> order_pb2.Routing:
    """Everything from one named node."""
    return order_pb2.Routing(
        objective=order_pb2.OBJECTIVE_PRIORITY,
        max_shipments=1,
        max_distance_km=EARTH_KM,
        only_node_ids=[node_id],
    )


GOVERNED = (
    "rules",
    "min_shipment_value",
    "keep_together",
    "min_location_stock_above",
    "backorder",
)
"""What only a published policy says, beside the strategy `weeks_of_supply`."""


def is_governed(policy: Json) -> bool:
    """Whether a policy has to be published for the order; see `policies`."""
    lasting = policy.get("strategy") == "weeks_of_supply"
    return lasting or any(policy.get(key) for key in GOVERNED)


def _routing(wish: Wish, names: Names) -> order_pb2.Routing:
    """What the order asks. A published policy has the limits and the nodes itself."""
    policy = wish.policy
    routing = order_pb2.Routing(
        objective=OBJECTIVES[wish.strategy],
        allow_partial=wish.partial,
        keep_back=wish.keep_back,
        line_split=order_pb2.LINE_SPLIT_BY_COST,
    )
    if wish.strategy == "earliest_eta":
        routing.line_split = order_pb2.LINE_SPLIT_NEVER
    if policy.get("pickup_location"):
        routing.only_node_ids.append(names.node(policy["pickup_location"]))
    if is_governed(policy):
        return routing
    split = policy.get("split", "allow")
    if split == "no_line_split":
        routing.line_split = order_pb2.LINE_SPLIT_NEVER
    routing.max_shipments = 1 if split == "no_order_split" else SHIPMENTS_MAX
    routing.max_distance_km = int(policy.get("max_km") or EARTH_KM)
    routing.node_tags.extend(map(names.group, policy.get("groups") or ()))
    routing.exclude_node_ids.extend(map(names.node, policy.get("exclude") or ()))
    return routing
