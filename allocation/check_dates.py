"""The judge of dates: when a shipment is due at its node, and when it arrives."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from allocation.problem import UNLIMITED
from allocation.promise import DAY_SHIFTS, day_shift

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.node import Lane, Node
    from allocation.plan import Shipment
    from allocation.problem import Problem


def dates(
    problem: Problem, node: Node, shipment: Shipment, lane: Lane
) -> Iterator[str]:
    """What is wrong with the dates of a shipment."""
    promised = shipment.promise_date
    arrives = arrival(problem, node, lane)
    if promised.toordinal() != arrives:
        yield f"promised {promised}, ordinal {arrives} is right"
    by = problem.policy.promise_by
    if by is not None and promised > by:
        yield f"arrives {promised}, wanted by {by}"
    calendar = problem.network.tables.calendar.item(node.number)
    ship_day = problem.network.schedule(problem.now).ship_days[calendar]
    if ship_day is None:
        yield "the node never ships"
        return
    due = ship_day.ship_by
    if problem.slots is not None and node.number in problem.slots:
        until = node.slots[problem.slots[node.number]].until
        # Moments of an hour that clocks repeat or leave out are equal only in one zone.
        here = datetime.combine(ship_day.day, until, ZoneInfo(node.time_zone))
        due = here.astimezone(UTC)
    elif node.slots and _counted(problem, node):
        yield "the order goes into none of the node's slots"
    if shipment.ship_by != due:
        yield f"ship_by {shipment.ship_by} is not the node's cut-off or slot, {due}"


def _counted(problem: Problem, node: Node) -> bool:
    """Whether the node's orders are counted: a way back or a test takes no place."""
    return problem.room is not None and problem.room.item(node.number) < UNLIMITED


def arrival(problem: Problem, node: Node, lane: Lane) -> int:
    """The day on which it arrives, as an ordinal."""
    network, where = problem.network, problem.order.destination
    table = network.schedule(problem.now).arrivals(where.region_code)
    shift = DAY_SHIFTS.index(day_shift(node.longitude, where.longitude))
    calendar = network.tables.calendar.item(node.number)
    return table.item(calendar, shift, lane.transit_days)


def too_late(problem: Problem, node: Node, lane: Lane) -> bool:
    """Whether it never leaves, or arrives after the last day allowed."""
    by = problem.policy.promise_by
    calendar = int(problem.network.tables.calendar[node.number])
    if problem.network.schedule(problem.now).ship_days[calendar] is None:
        return True
    return by is not None and arrival(problem, node, lane) > by.toordinal()
