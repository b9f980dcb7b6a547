"""The calls of `view_push.lua`: one a SKU, many of them a round trip."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha1
from importlib.resources import files
from itertools import chain, islice
from typing import TypeVar

from inventory.packed import Entry, key_of
from inventory.wires import Command

T = TypeVar("T")

ROUND_TRIP_CALLS = 128  # script calls of one round trip: more would delay the readers
ROUND_TRIP_ENTRIES = 2_048  # entries of one: about 5 ms of the server's time

SCRIPT = files("inventory").joinpath("view_push.lua").read_text()
SCRIPT_SHA = sha1(SCRIPT.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Call:
    """One script call for one SKU. `filled` is -1 except with a fill's last call."""

    sku: str
    generation: int
    mark: int
    filled: int
    entries: tuple[Entry, ...]

    def command(self) -> Command:
        key = key_of(self.sku)
        what = (self.generation, self.mark, self.filled)
        values = chain.from_iterable(self.entries)
        return ("EVALSHA", SCRIPT_SHA, 1, key, *what, *values)


def parts_of(values: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """The values in their order, so many at a time."""
    rest = iter(values)
    while part := tuple(islice(rest, size)):
        yield part


def round_trips(calls: Iterable[Call]) -> Iterator[list[Call]]:
    """The calls in their order, in parts that the server answers well in time."""
    part: list[Call] = []
    entries = 0
    for call in calls:
        entries += len(call.entries)
        if part and (len(part) == ROUND_TRIP_CALLS or entries > ROUND_TRIP_ENTRIES):
            yield part
            part, entries = [], len(call.entries)
        part.append(call)
    if part:
        yield part
