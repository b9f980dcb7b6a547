"""What a condition sees: an order at a moment, and the line, node and lane meant.

Nothing is known of a field that answers None, and a condition on it does not hold,
whatever its operator. The arrays of `masks` hold what these functions say one by one.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from allocation.rules.fields import MINUTES_A_DAY, WEEKDAYS, Op, Scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from allocation.node import Lane, Node
    from allocation.order import Line
    from allocation.problem import Problem
    from allocation.rules.document import Condition, PolicyDocument, Window


Seen = str | int | bool | tuple[str, ...] | None


class Trip(NamedTuple):
    """A node's way to the customer: whole km, a lane of the service, arrival."""

    node: Node
    distance_km: int
    lane: Lane
    arrival: int


class Scene:
    """One order at one moment, under one document."""

    def __init__(self, problem: Problem, document: PolicyDocument) -> None:
        self.problem = problem
        self.document = document
        self.order = problem.order
        self.items = problem.network.item_by_sku
        self._local: dict[str, datetime] = {}

    def local(self, time_zone: str) -> datetime:
        """The moment as a clock there shows it."""
        if time_zone not in self._local:
            there = self.problem.now.astimezone(zone_of(time_zone))
            self._local[time_zone] = there
        return self._local[time_zone]

    @cached_property
    def clock(self) -> datetime:
        """The moment in the policy's time zone."""
        return self.local(self.document.time_zone)

    @cached_property
    def value_minor(self) -> int:
        """Of the order's units, as far as its items are described."""
        return sum(self.line_sum(line, "value_minor") for line in self.order.lines)

    @cached_property
    def weight_g(self) -> int:
        """Of the order's units, as far as its items are described."""
        return sum(self.line_sum(line, "weight_g") for line in self.order.lines)

    def line_sum(self, line: Line, name: str) -> int:
        """A property of the item times the units of the line."""
        item = self.items.get(line.sku)
        return getattr(item, name) * line.quantity if item else 0

    def holds(
        self,
        condition: Condition,
        *,
        line: Line | None = None,
        node: Node | None = None,
        trip: Trip | None = None,
    ) -> bool:
        """Whether the condition holds of what it asks about."""
        return compare(condition.op, self.see(condition, line, node, trip), condition)

    def see_there(self, condition: Condition, time_zone: str) -> Seen:
        """What a clock there shows of the condition's field."""
        return LOCAL[condition.field](self.local(time_zone))

    def see(
        self,
        condition: Condition,
        line: Line | None,
        node: Node | None,
        trip: Trip | None,
    ) -> Seen:
        """What the condition's field is, of the thing that its scope names."""
        name, scope = condition.field, condition.scope
        if scope in (Scope.ORDER, Scope.CLOCK):
            return WHOLE_ORDER[name](self)
        if scope is Scope.LINE:
            assert line is not None, f"{name} asks about a line"
            return OF_LINE[name](self, line)
        if scope is Scope.NODE:
            assert node is not None, f"{name} asks about a node"
            if name in STILL:
                return STILL[name](self.document, node)
            return self.see_there(condition, node.time_zone)
        if scope is Scope.LANE:
            assert trip is not None, f"{name} asks about a lane"
            return OF_LANE[name](self, trip)
        assert line is not None
        assert node is not None
        row = self.order.lines.index(line)
        return int(self.problem.available[row, node.number])


zone_of = cache(ZoneInfo)
"""Time zones by name: the library forgets all but a few, and a country has more."""


def compare(op: Op, seen: Seen, condition: Condition) -> bool:
    """Whether what is seen meets the condition; what is not known does not."""
    if seen is None or seen == () or seen == "":
        return False
    return _COMPARE[op](seen, condition.value)


_COMPARE: dict[Op, Callable[..., bool]] = {
    Op.EQ: lambda seen, value: seen == value,
    Op.NE: lambda seen, value: seen != value,
    Op.IN: lambda seen, values: seen in values,
    Op.NOT_IN: lambda seen, values: seen not in values,
    Op.LT: lambda seen, value: seen < value,
    Op.LTE: lambda seen, value: seen <= value,
    Op.GT: lambda seen, value: seen > value,
    Op.GTE: lambda seen, value: seen >= value,
    Op.BETWEEN: lambda seen, bounds: bounds[0] <= seen < bounds[1],
    Op.STARTS_WITH: lambda seen, value: seen.startswith(value),
    Op.HAS_ANY: lambda seen, values: not set(values).isdisjoint(seen),
    Op.HAS_ALL: lambda seen, values: set(values) <= set(seen),
    Op.IS_SET: lambda seen, value: True,
}


def is_open(windows: tuple[Window, ...], at: datetime) -> bool:
    """Whether the moment lies in one of the windows; no window is always open."""
    return not windows or any(
        WEEKDAYS[at.weekday()] in window.weekdays
        and window.from_minute <= minute_of(at) < window.until_minute
        for window in windows
    )


def minute_of(at: datetime) -> int:
    """Minutes after midnight."""
    minute = at.hour * 60 + at.minute
    assert 0 <= minute < MINUTES_A_DAY
    return minute


def _item(scene: Scene, line: Line, name: str) -> Seen:
    item = scene.items.get(line.sku)
    value: Seen = getattr(item, name) if item else None
    return value


def _days_late(scene: Scene, trip: Trip) -> Seen:
    wanted_by = scene.problem.policy.wanted_by
    return max(0, trip.arrival - wanted_by.toordinal()) if wanted_by else None


WHOLE_ORDER: dict[str, Callable[[Scene], Seen]] = {
    "order.channel": lambda scene: scene.order.facts.channel,
    "order.country": lambda scene: scene.order.destination.region_code,
    "order.postal_code": lambda scene: scene.order.destination.postal_code,
    "order.residential": lambda scene: scene.order.destination.residential,
    "order.value": lambda scene: scene.value_minor,
    "order.units": lambda scene: sum(line.quantity for line in scene.order.lines),
    "order.lines": lambda scene: len(scene.order.lines),
    "order.weight_g": lambda scene: scene.weight_g,
    "order.service": lambda scene: scene.problem.policy.service,
    "order.customer_tier": lambda scene: scene.order.facts.customer_tier,
    "order.tags": lambda scene: scene.order.facts.tags,
    "order.priority": lambda scene: scene.order.facts.priority,
    "clock.date": lambda scene: scene.clock.date().isoformat(),
    "clock.weekday": lambda scene: WEEKDAYS[scene.clock.weekday()],
    "clock.time": lambda scene: minute_of(scene.clock),
}
OF_LINE: dict[str, Callable[[Scene, Line], Seen]] = {
    "line.sku": lambda _, line: line.sku,
    "line.quantity": lambda _, line: line.quantity,
    "line.value": lambda scene, line: scene.line_sum(line, "value_minor"),
    "line.weight_g": lambda scene, line: scene.line_sum(line, "weight_g"),
    "item.tags": lambda scene, line: _item(scene, line, "tags"),
    "item.weight_g": lambda scene, line: _item(scene, line, "weight_g"),
    "item.volume_cm3": lambda scene, line: _item(scene, line, "volume_cm3"),
    "item.value": lambda scene, line: _item(scene, line, "value_minor"),
}
STILL: dict[str, Callable[[PolicyDocument, Node], Seen]] = {
    "node.id": lambda _, node: node.node_id,
    "node.kind": lambda _, node: str(node.kind),
    "node.country": lambda _, node: node.region_code,
    "node.postal_code": lambda _, node: node.postal_code,
    "node.tags": lambda _, node: node.tags,
    "node.group": lambda document, node: tuple(
        group.name
        for group in document.groups
        if node.node_id in group.node_ids or set(group.tags) & set(node.tags)
    ),
    "node.priority": lambda _, node: node.priority,
    "node.time_zone": lambda _, node: node.time_zone,
}
"""What a node is, whatever the order and the hour."""
LOCAL: dict[str, Callable[[datetime], Seen]] = {
    "node.local_time": lambda there: minute_of(there),
    "node.local_weekday": lambda there: WEEKDAYS[there.weekday()],
}
"""What a node's clock shows."""
DISTANCE = "lane.distance_km"
"""The one field of a lane that every lane of a node shares."""
OF_LANE: dict[str, Callable[[Scene, Trip], Seen]] = {
    DISTANCE: lambda _, trip: trip.distance_km,
    "lane.service": lambda _, trip: trip.lane.service,
    "lane.zone": lambda _, trip: trip.lane.zone,
    "lane.transit_days": lambda _, trip: trip.lane.transit_days,
    "lane.days_late": _days_late,
}
