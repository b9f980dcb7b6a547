"""Slots of a node's ship day as callers send them, and local times."""

from datetime import time

from google.type.timeofday_pb2 import TimeOfDay

from allocation.slots import SLOTS_MAX, Slot, check_slots
from router.validate import Violations, whole
from shipfrom.v1 import network_service_pb2 as pb

ORDERS_A_DAY_MAX = 1_000_000


def read_slots(
    row: pb.Node, cut_off: time, field: str, found: Violations
) -> tuple[Slot, ...]:
    """The slots of a node's ship day; what is wrong with them is in `found`."""
    slots, at = [], f"{field}slots"
    for index, sent in enumerate(row.slots[: SLOTS_MAX + 1]):
        until = time(sent.until.hours % 24, sent.until.minutes % 60)
        if time_of_day(sent.until) != until:
            found.add(f"{at}[{index}].until", "is no full minute", "use 00:00 to 23:59")
        orders = f"{at}[{index}].orders"
        whole(sent.orders, orders, found, least=1, most=ORDERS_A_DAY_MAX)
        slots.append(Slot(until, max(1, sent.orders)))
    try:
        check_slots(slots, cut_off)
    except ValueError as wrong:
        found.add(at, str(wrong), "send them in their order, until the cut-off")
    if slots and row.orders_per_day:
        found.add(at, "stands beside orders_per_day", "send one of them")
    return tuple(slots)


def time_of_day(sent: TimeOfDay) -> time | None:
    """A local time; None for one that no clock shows."""
    try:
        return time(sent.hours, sent.minutes, sent.seconds)
    except ValueError:
        return None
