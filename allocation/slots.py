"""Parts of a node's ship day that each take so many orders.

What is ordered in the morning may be picked before noon, and hands at a packing table
run out hour by hour. A slot ends at a local time of the ship day; an order goes into
the first one that has not ended and has room, and is due at the node by its end. All
slots of a day leave with the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from allocation.node import Node
    from allocation.problem import Problem

SLOTS_MAX = 24


@dataclass(frozen=True, slots=True)
class Slot:
    """Orders that a node takes for a part of its ship day, which ends at `until`."""

    until: time
    orders: int

    def __post_init__(self) -> None:
        if self.orders < 1:
            raise ValueError("a slot takes at least one order")

    @property
    def name(self) -> str:
        """For example 12:00."""
        return f"{self.until:%H:%M}"

    def ends(self, day: date, time_zone: str) -> datetime:
        """The moment, in UTC."""
        local = datetime.combine(day, self.until, ZoneInfo(time_zone))
        return local.astimezone(UTC)


def check_slots(slots: Sequence[Slot], cut_off: time) -> None:
    """Raises ValueError unless they follow each other until the cut-off at the
    latest."""
    ends = [slot.until for slot in slots]
    if len(slots) > SLOTS_MAX:
        raise ValueError(f"a day has at most {SLOTS_MAX} slots")
    if ends != sorted(set(ends)):
        raise ValueError("slots end one after the other")
    if ends and ends[-1] > cut_off:
        raise ValueError("no slot ends after the cut-off")


def coming_slots(node: Node, day: date, now: datetime) -> Iterator[tuple[int, Slot]]:
    """Slots of the ship day that have not ended, with their places."""
    for place, slot in enumerate(node.slots):
        if slot.ends(day, node.time_zone) > now:
            yield place, slot


def due_at(problem: Problem, node: Node, day: date, cut_off: datetime) -> datetime:
    """When a shipment must be ready: at the end of its slot, else at the cut-off."""
    place = (problem.slots or {}).get(node.number)
    if place is None:
        return cut_off
    return node.slots[place].ends(day, node.time_zone)


def slot_document(problem: Problem, numbers: Sequence[int]) -> dict[str, object]:
    """Which slots orders of these nodes go into; nothing where no node has any."""
    if problem.slots is None:
        return {}
    known = problem.slots
    return {"slots": [[n, known[n]] for n in numbers if n in known]}


def slots_of(document: Mapping[str, Any]) -> dict[int, int] | None:
    """What `slot_document` wrote."""
    return dict(document["slots"]) if "slots" in document else None
