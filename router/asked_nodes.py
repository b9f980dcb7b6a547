"""The nodes that a caller asks about: why are they not in the plan?"""

from collections.abc import Sequence

from allocation.network import Network
from allocation.node import Node
from router.validate import Violations, nearest

FIELD = "why_not_node_ids"
NODES_ASKED_MAX = 5
"""Each takes up to a dozen solves."""


def asked_nodes(
    node_ids: Sequence[str], network: Network, found: Violations
) -> tuple[Node, ...]:
    """The nodes by these ids, each once; what is wrong goes to `found`."""
    if len(node_ids) > NODES_ASKED_MAX:
        found.add(FIELD, "has too many nodes", f"ask about {NODES_ASKED_MAX} at most")
    nodes: dict[str, Node] = {}
    for index, node_id in enumerate(node_ids[:NODES_ASKED_MAX]):
        node = network.node_by_id.get(node_id)
        if node is None:
            hint = nearest(node_id, tuple(network.node_by_id))
            found.add(f"{FIELD}[{index}]", "is an unknown node", hint)
        else:
            nodes[node_id] = node
    return tuple(nodes.values())
