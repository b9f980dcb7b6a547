"""A node as an order's destination: everything of it is collected there."""

from allocation.node import PICKUP, TRANSFER
from router.snapshot import Snapshot
from router.validate import Violations, identifier, nearest
from shipfrom.v1 import order_pb2 as pb

Place = tuple[float, float, str, str, bool, str]
"""Latitude, longitude, postcode, country, whether it is a home, and the node there."""
NOWHERE: Place = (0.0, 0.0, "", "US", False, "")


def place_of_node(
    ship_to: pb.Destination, found: Violations, snapshot: Snapshot
) -> Place:
    """Where the node is; another place beside it would be one too many."""
    name = identifier(ship_to.node_id, "ship_to.node_id", found)
    if ship_to.postal_code or ship_to.HasField("location"):
        found.add("ship_to.node_id", "stands beside a place", "send one of them")
    node = snapshot.nodes.get(name)
    if node is None:
        near = nearest(name, snapshot.node_ids) or "see ListNodes"
        found.add("ship_to.node_id", f"{name} is no node", near)
        return NOWHERE
    if node.disabled or snapshot.network.lane(name, PICKUP, 0) is None:
        wanted = "name one that is enabled and has a lane of the service PICKUP"
        found.add("ship_to.node_id", f"nothing is collected at {name}", wanted)
    code, region = node.postal_code, node.region_code
    return node.latitude, node.longitude, code, region, False, name


def check_service(
    ship_to: pb.Destination, routing: pb.Routing, found: Violations
) -> None:
    """Who collects at a node asks for no service, and nothing else is transferred."""
    asked = routing.service
    if ship_to.node_id and asked:
        said = "is not asked for what is collected at a node"
        found.add("routing.service", said, "leave it out")
    elif asked == TRANSFER:
        said = "brings goods to a node, where they are collected"
        found.add("routing.service", said, "name the node as ship_to.node_id")
