"""What one order asks of the routing: the policy narrowed to it, or what is wrong."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from allocation.policy import (
    DISTANCE_KM_MAX,
    KEEP_BACK_MAX,
    SHIPMENTS_MAX,
    LineSplit,
    Objective,
    Policy,
)
from router.routing import Routing
from router.snapshot import Snapshot
from router.validate import Violations, coming_day, identifier, nearest, whole
from shipfrom.v1 import order_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Sequence

NODES_NAMED_MAX = 100
TAGS_NAMED_MAX = 16
SERVICES_NAMED_MAX = 8
"""Services named in a suggestion: a person reads them."""

LIMITS = (
    ("max_shipments", SHIPMENTS_MAX),
    ("max_distance_km", DISTANCE_KM_MAX),
    ("keep_back", KEEP_BACK_MAX),
)

OBJECTIVES = {
    pb.OBJECTIVE_CHEAPEST: Objective.CHEAPEST,
    pb.OBJECTIVE_FASTEST: Objective.FASTEST,
    pb.OBJECTIVE_FEWEST_SHIPMENTS: Objective.FEWEST_SHIPMENTS,
    pb.OBJECTIVE_NEAREST: Objective.NEAREST,
    pb.OBJECTIVE_PRIORITY: Objective.PRIORITY,
    pb.OBJECTIVE_MOST_STOCK: Objective.MOST_STOCK,
    pb.OBJECTIVE_POLICY: Objective.POLICY,
}
SPLITS = {
    pb.LINE_SPLIT_IF_FORCED: LineSplit.IF_FORCED,
    pb.LINE_SPLIT_NEVER: LineSplit.NEVER,
    pb.LINE_SPLIT_BY_COST: LineSplit.BY_COST,
}


def narrow(
    base: Policy,
    routing: pb.Routing,
    found: Violations,
    *,
    snapshot: Snapshot,
    now: datetime,
) -> Policy:
    """The policy, narrowed to what this order asks; unchanged if that is wrong."""
    asked = read_routing(routing, found, snapshot=snapshot, now=now)
    only = asked.only_node_ids or base.only_node_ids
    if set(only) & {*base.exclude_node_ids, *asked.exclude_node_ids}:
        found.add(
            "routing.exclude_node_ids", "names a wanted node", "name it in one list"
        )
    # What is wrong may be out of the policy's own bounds: the caller hears it first.
    return base if found.found else asked.narrow(base)


def read_routing(
    routing: pb.Routing, found: Violations, *, snapshot: Snapshot, now: datetime
) -> Routing:
    """The wishes, checked; limits of 0 ask for nothing."""
    limits = {name: _limit(routing, name, found, most=most) for name, most in LIMITS}
    return Routing(
        objective=_objective(routing, found),
        line_split=_split(routing, found),
        allow_partial=routing.allow_partial,
        node_tags=_tags(routing, found),
        only_node_ids=_nodes(routing, "only_node_ids", found, snapshot),
        exclude_node_ids=_nodes(routing, "exclude_node_ids", found, snapshot),
        service=_service(routing.service, found, snapshot),
        promise_by=_day(routing, "promise_by", found, now),
        wanted_by=_day(routing, "wanted_by", found, now),
        **limits,
    )


def routing_content(routing: pb.Routing) -> tuple[object, ...]:
    """A routing in our own deterministic form, defaults written out."""
    by, wanted = routing.promise_by, routing.wanted_by
    return (
        routing.objective,
        routing.max_shipments,
        routing.max_distance_km,
        routing.allow_partial,
        routing.line_split,
        sorted(set(routing.node_tags)),
        sorted(set(routing.only_node_ids)),
        sorted(set(routing.exclude_node_ids)),
        routing.service,
        (by.year, by.month, by.day),
        (wanted.year, wanted.month, wanted.day),
        routing.keep_back,
    )


def _objective(routing: pb.Routing, found: Violations) -> Objective | None:
    if routing.objective and routing.objective not in OBJECTIVES:
        found.add("routing.objective", "is unknown", "leave it out for the policy's")
    return OBJECTIVES.get(routing.objective)


def _split(routing: pb.Routing, found: Violations) -> LineSplit | None:
    if routing.line_split and routing.line_split not in SPLITS:
        found.add("routing.line_split", "is unknown", "leave it out for the policy's")
    return SPLITS.get(routing.line_split)


def _limit(routing: pb.Routing, name: str, found: Violations, *, most: int) -> int:
    value: int = getattr(routing, name)
    return whole(value, f"routing.{name}", found, least=0, most=most)


def _tags(routing: pb.Routing, found: Violations) -> tuple[str, ...]:
    if len(routing.node_tags) > TAGS_NAMED_MAX:
        found.add("routing.node_tags", "has too many tags", "send at most 16")
    tags = sorted(set(routing.node_tags[:TAGS_NAMED_MAX]))
    for index, tag in enumerate(routing.node_tags[:TAGS_NAMED_MAX]):
        identifier(tag, f"routing.node_tags[{index}]", found)
    return tuple(tags)


def _nodes(
    routing: pb.Routing, name: str, found: Violations, snapshot: Snapshot
) -> tuple[str, ...]:
    """Node ids that exist: a misspelt one would route by accident."""
    node_ids: Sequence[str] = getattr(routing, name)
    if len(node_ids) > NODES_NAMED_MAX:
        found.add(f"routing.{name}", "has too many nodes", "send at most 100")
    for index, node_id in enumerate(node_ids[:NODES_NAMED_MAX]):
        if node_id not in snapshot.nodes:
            field = f"routing.{name}[{index}]"
            found.add(field, "is an unknown node", nearest(node_id, snapshot.node_ids))
    return tuple(sorted(set(node_ids)))


def _service(service: str, found: Violations, snapshot: Snapshot) -> str:
    if service and service not in snapshot.services:
        known = nearest(service, snapshot.services) or _one_of(snapshot.services)
        found.add("routing.service", "is an unknown service", known)
    return service


def _one_of(services: tuple[str, ...]) -> str:
    if not services:
        return "write a lane first: there is no service yet"
    named = ", ".join(services[:SERVICES_NAMED_MAX])
    more = len(services) - SERVICES_NAMED_MAX
    return f"use one of {named}" + (f" or {more} more" if more > 0 else "")


def _day(
    routing: pb.Routing,
    name: Literal["promise_by", "wanted_by"],
    found: Violations,
    now: datetime,
) -> date | None:
    if not routing.HasField(name):
        return None
    return coming_day(getattr(routing, name), f"routing.{name}", found, now=now)
