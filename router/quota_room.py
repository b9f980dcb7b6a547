"""How many units may be kept for a channel: no more than is there and not kept yet.

A quota fits when it fits its own place and each wider one that has quotas too. What is
there and what is kept is added up once for each place: one request sets hundreds of
quotas, over as many nodes as there are.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from inventory.errors import QuotaTooLarge
from inventory.operations import Cell
from router.quotas import QuotaRow
from router.snapshot import Snapshot

Place = frozenset[str] | None
"""Nodes; None is all of them."""


class Places:
    """The nodes that keep the units of a quota."""

    def __init__(self, snapshot: Snapshot) -> None:
        tagged: defaultdict[str, set[str]] = defaultdict(set)
        for node in snapshot.nodes.values():
            for tag in node.tags:
                tagged[tag].add(node.node_id)
        self._tagged = {tag: frozenset(nodes) for tag, nodes in tagged.items()}

    def of(self, row: QuotaRow) -> Place:
        """All nodes that may send its units."""
        if not row.is_wide:
            return frozenset((row.node_id,))
        return self._tagged.get(row.node_tag, frozenset()) if row.node_tag else None


class Sums(NamedTuple):
    """Units of a place: there, and kept for channels."""

    there: int
    kept: int


@dataclass(slots=True)
class Shelf:
    """One SKU: what is there and kept by node, and what wider places keep."""

    there: dict[str, int] = field(default_factory=dict)
    kept: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    wide: defaultdict[Place, int] = field(default_factory=lambda: defaultdict(int))
    _sums: dict[Place, Sums] = field(default_factory=dict)

    def around(self, place: Place) -> Iterator[Place]:
        """The place, and all that have quotas and hold it, the narrowest first."""
        yield place
        wider = [each for each in self.wide if each != place and holds(each, place)]
        yield from sorted(wider, key=_width)

    def within(self, place: Place) -> Sums:
        """What is there in a place, and kept within it."""
        if place not in self._sums:
            there = self.there if place is None else place & self.there.keys()
            kept = self.kept if place is None else place & self.kept.keys()
            wide = sum(n for inner, n in self.wide.items() if holds(place, inner))
            self._sums[place] = Sums(
                sum(self.there[node] for node in there),
                sum(self.kept[node] for node in kept) + wide,
            )
        return self._sums[place]


def check_room(
    left: Mapping[QuotaRow, int],
    wanted: Mapping[QuotaRow, int],
    cells: Mapping[tuple[str, str], Cell],
    places: Places,
) -> None:
    """Quotas keep what is there; fewer units than before are always possible.

    Args:
        left: units that are kept at this moment by all quotas of these SKUs, those of
            `wanted` among them that are in force.

    Raises:
        QuotaTooLarge: naming the first one.
    """
    shelves = _shelves(left, cells, places)
    for index, (row, units) in enumerate(wanted.items()):
        if row not in left:
            continue  # there may be more by then
        cell = cells.get((row.name, row.node_id))
        before, shelf = cell.available if cell else 0, shelves[row.sku]
        for place in shelf.around(places.of(row)):
            there, kept = shelf.within(place)
            others = kept - units
            if units > max(there - others, before):
                raise _too_large(row, units, index, there=there, kept=others)


def holds(place: Place, other: Place) -> bool:
    """Whether the place has all nodes of the other."""
    return place is None or (other is not None and other <= place)


def _shelves(
    left: Mapping[QuotaRow, int],
    cells: Mapping[tuple[str, str], Cell],
    places: Places,
) -> Mapping[str, Shelf]:
    shelves: defaultdict[str, Shelf] = defaultdict(Shelf)
    for row, units in left.items():
        if row.is_wide:
            shelves[row.sku].wide[places.of(row)] += units
        else:
            shelves[row.sku].kept[row.node_id] += units
    for (name, node_id), cell in cells.items():
        if name in shelves:
            shelves[name].there[node_id] = cell.available
    return shelves


def _width(place: Place) -> tuple[bool, int, list[str]]:
    return place is None, len(place or ()), sorted(place or ())


def _too_large(
    row: QuotaRow, units: int, index: int, *, there: int, kept: int
) -> QuotaTooLarge:
    free = max(0, there - kept)
    return QuotaTooLarge(
        f"{units} of {row.sku} cannot be kept {_where(row)} for {row.channel}:"
        f" {there} are available, {kept} kept for other channels",
        next_step=f"keep at most {free} (units), or count the cell",
        metadata={
            "field": f"quotas[{index}].units",
            "sku": row.sku,
            "nodeId": "" if row.is_wide else row.node_id,
            "channel": row.channel,
            "available": str(there),
            "free": str(free),
            "wanted": str(units),
        },
    )


def _where(row: QuotaRow) -> str:
    if not row.is_wide:
        return f"at {row.node_id}"
    return f"at nodes tagged {row.node_tag}" if row.node_tag else "at all nodes"
