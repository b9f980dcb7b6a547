"""The snapshot of nodes, items and lanes that decisions read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from allocation.documents import canonical, document_of, item_of, lane_of, node_of
from allocation.node import Item, Lane, Node, NodeKind
from allocation.promise import Schedule
from allocation.tables import Tables, compile_tables, zone_order

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Item", "Lane", "Network", "Node", "NodeKind"]

Filter = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]

SCHEDULES_MAX = 16
"""Ship-date tables kept for one snapshot: now, and the moments being replayed."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Nodes, items and lanes at one moment; equal content has an equal `version`.

    `tables` are the arrays that decisions read. The two memos only remember what
    follows from the content, so sharing a snapshot between threads is safe.
    """

    nodes: tuple[Node, ...] = field(repr=False)
    """By node id."""
    items: tuple[Item, ...] = field(repr=False)
    """By SKU."""
    lanes: tuple[Lane, ...] = field(repr=False)
    """By lane id."""
    version: str
    size: int
    """Largest node number plus one: columns of every array by node."""
    tables: Tables = field(repr=False)
    node_by_id: dict[str, Node] = field(repr=False)
    node_by_number: dict[int, Node] = field(repr=False)
    item_by_sku: dict[str, Item] = field(repr=False)
    lanes_by_service: dict[tuple[str, str], tuple[Lane, ...]] = field(repr=False)
    """Lanes of (node id or "", service), nearest zone first."""
    _schedules: list[Schedule] = field(default_factory=list, repr=False)
    filters: dict[Filter, NDArray[np.uint8]] = field(default_factory=dict, repr=False)
    """What the shortlist worked out for a policy's node filter."""
    masks: dict[object, NDArray[np.bool_]] = field(default_factory=dict, repr=False)
    """Which nodes meet a rule's condition."""
    ready: dict[int, object] = field(default_factory=dict, repr=False)
    """Policy documents made ready for this network; see `rules.prepared`."""
    paused: tuple[Node, ...] = field(default=(), repr=False)
    """Nodes with a pause, over or not: `Node.is_paused` tells at a moment."""
    limited: tuple[Node, ...] = field(default=(), repr=False)
    """Nodes that count their orders."""

    @classmethod
    def compile(
        cls,
        nodes: Iterable[Node],
        items: Iterable[Item],
        lanes: Iterable[Lane],
        *,
        version: str = "",
    ) -> Network:
        """Builds the arrays. `version` is the content's digest unless a part of a known
        network is built. Raises ValueError for an id or number used twice."""
        by_id = _unique(nodes, "node_id")
        by_sku = _unique(items, "sku")
        by_lane = _unique(lanes, "lane_id")
        by_number = {node.number: node for node in by_id.values()}
        if len(by_number) < len(by_id) or min(by_number, default=0) < 0:
            raise ValueError("node numbers must be distinct and not negative")
        size = max(by_number, default=-1) + 1
        parts = tuple(by_id.values()), tuple(by_sku.values()), tuple(by_lane.values())
        return cls(
            *parts,
            version or hashlib.sha256(_content(*parts)).hexdigest()[:16],
            size,
            compile_tables(parts[0], parts[2], size),
            by_id,
            by_number,
            by_sku,
            _by_service(parts[2]),
            paused=tuple(node for node in parts[0] if node.paused_until),
            limited=tuple(node for node in parts[0] if node.day_limit),
        )

    def lane(self, node_id: str, service: str, distance_km: int) -> Lane | None:
        """The lane of the nearest zone that reaches; the node's own lanes win."""
        common = self.lanes_by_service.get(("", service), ())
        for lane in self.lanes_by_service.get((node_id, service), common):
            if distance_km <= lane.distance_km_max or not lane.distance_km_max:
                return lane
        return None

    def to_json(self) -> bytes:
        """Canonical content: equal networks give equal bytes."""
        return _content(self.nodes, self.items, self.lanes)

    @classmethod
    def from_json(cls, raw: bytes, *, version: str = "") -> Network:
        """The network of `to_json`. Raises ValueError or TypeError for other
        content."""
        content = json.loads(raw)
        return cls.compile(
            map(node_of, content["nodes"]),
            map(item_of, content["items"]),
            map(lane_of, content["lanes"]),
            version=version,
        )

    def subset(self, numbers: Iterable[int], skus: Iterable[str]) -> Network:
        """The part that decides for these nodes and items, under the same version."""
        keep = set(numbers)
        wanted = set(skus)
        nodes = tuple(node for node in self.nodes if node.number in keep)
        ids = {node.node_id for node in nodes} | {""}
        return Network.compile(
            nodes,
            (item for item in self.items if item.sku in wanted),
            (lane for lane in self.lanes if lane.node_id in ids),
            version=self.version,
        )

    def with_node(self, node: Node) -> Network:
        """The same network, in which one node has other handling costs or tags, or is
        switched on or off: what does not move it nor change its calendar."""
        terms = self.tables.terms.copy()
        terms[node.number, :3] = (
            node.parcel_handling_minor,
            node.line_handling_minor,
            node.unit_handling_minor,
        )
        changed = self.node_by_number | {node.number: node}
        nodes = tuple(changed[each.number] for each in self.nodes)
        return replace(
            self,
            nodes=nodes,
            tables=replace(self.tables, terms=terms),
            node_by_id=self.node_by_id | {node.node_id: node},
            node_by_number=changed,
            filters={},
            masks={},
            ready={},
        )

    def schedule(self, now: datetime) -> Schedule:
        """Ship days of all calendars for an order of this moment."""
        for schedule in reversed(self._schedules):
            if schedule.since <= now < schedule.until:
                return schedule
        schedule = Schedule.at(self.tables.calendars, now, self.tables.transit_max)
        if len(self._schedules) >= SCHEDULES_MAX:
            self._schedules.pop(0)
        self._schedules.append(schedule)
        return schedule


T = TypeVar("T", Node, Item, Lane)


def _unique(values: Iterable[T], name: str) -> dict[str, T]:
    ordered = sorted(values, key=lambda value: str(getattr(value, name)))
    by_id = {str(getattr(value, name)): value for value in ordered}
    if len(by_id) < len(ordered):
        raise ValueError(f"a {name} is used twice")
    return by_id


def _by_service(lanes: tuple[Lane, ...]) -> dict[tuple[str, str], tuple[Lane, ...]]:
    grouped: dict[tuple[str, str], tuple[Lane, ...]] = {}
    for lane in sorted(lanes, key=zone_order):
        key = lane.node_id, lane.service
        grouped[key] = (*grouped.get(key, ()), lane)
    return grouped


def _content(
    nodes: tuple[Node, ...], items: tuple[Item, ...], lanes: tuple[Lane, ...]
) -> bytes:
    return canonical(
        {
            "nodes": [document_of(node) for node in nodes],
            "items": [document_of(item) for item in items],
            "lanes": [document_of(lane) for lane in lanes],
        }
    )
