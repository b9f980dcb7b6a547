"""Units that several nodes keep for a channel together.

A plan names cells, and a wide quota bounds their sum. An order that wants no more than
the sum leaves meets no bound at all; one that wants more is shown that much, at the
nodes that have most, so that whatever it takes fits. Within one another (a tag's nodes
among all nodes) quotas hold all at once; where two tags share some nodes, each is kept
whole against the other's orders, too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from allocation.fence import WideLeft
from inventory.operations import WideFence

Units = NDArray[np.int64]
Counted = Mapping[str, Units]
"""By name of a counting cell: units left by node number."""
CellKey = tuple[str, str]
ByCell = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By SKU and node: names of the cells that count what is kept there."""


class WideQuota(NamedTuple):
    """Units of a SKU for a channel over many nodes; `node_ids` None is all.

    Its cell is at `node_id`, number `anchor`.
    """

    sku: str
    channel: str
    name: str
    node_id: str
    anchor: int
    limits: bool
    node_ids: frozenset[str] | None
    nodes: Units

    def holds(self, other: "WideQuota") -> bool:
        """Whether all nodes of the other are its own."""
        if self.node_ids is None or other.node_ids is None:
            return self.node_ids is None
        return other.node_ids <= self.node_ids


@dataclass(frozen=True, slots=True)
class WideQuotas:
    """The wide quotas by SKU, those of the fewest nodes first."""

    by_sku: Mapping[str, tuple[WideQuota, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, quotas: Iterable[WideQuota]) -> "WideQuotas":
        by_sku: dict[str, tuple[WideQuota, ...]] = {}
        for quota in sorted(quotas, key=_narrowness):
            by_sku[quota.sku] = (*by_sku.get(quota.sku, ()), quota)
        return cls(by_sku)


def _narrowness(quota: WideQuota) -> tuple[int, bool, str]:
    """What lies within another comes before it."""
    return quota.nodes.size, quota.node_ids is None, quota.name


NOWHERE = WideQuotas()


class AtNodes(Protocol):
    """Quotas of a channel that each lie at one node."""

    @property
    def channel(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def nodes(self) -> Units: ...


Kept = tuple[Sequence[WideQuota], Sequence[AtNodes], Counted]
"""The wide quotas of a SKU, those at single nodes, and what each has left."""


class Cells(NamedTuple):
    """The cells of one SKU by node number: what is there, what the order's channel has
    left of quotas at single nodes, and what the order may take, to be lowered."""

    row: int
    units: Units
    own: Units
    taken: Units


def within_wide(
    kept: Kept, channel: str, cells: Cells, *, wanted: int | None
) -> Iterator[WideLeft]:
    """Lower what an order may take of each cell until every sum is within what each
    place leaves; what the order's own channel has left of the wide quotas.

    Args:
        wanted: units that the order wants; None: as many as there are.
    """
    mine: list[tuple[WideQuota, Units]] = []
    for place in kept[0]:
        own = cells.own.copy()
        for quota, inside in mine:
            # What it claims of these is nothing to the places around them; to a place
            # that has only some of them it may be all that is kept there.
            if place.holds(quota):
                own += inside
        common = _common(kept, place, cells.units)
        if place.channel != channel:
            _lower(cells, own, place.nodes, common, wanted=wanted)
            continue
        left = int(kept[2][place.name][place.anchor])
        most = left if place.limits else left + common
        _lower(cells, own, place.nodes, most, wanted=wanted)
        others = [quota for quota, _ in mine if not place.holds(quota)]
        shared = _shared(place, others)
        if sum(int(kept[2][q.name][q.anchor]) for q in others) > common:
            # Units that count for another quota of the channel do not for this one.
            _lower(cells, own, shared, common, wanted=wanted)
        yield WideLeft(cells.row, place.name, place.node_id, left, place.nodes)
        mine.append((place, _claimable(cells, own, place.nodes, shared, left=left)))


def _shared(place: WideQuota, others: Sequence[WideQuota]) -> Units:
    """The nodes of the place that are in one of the others, too."""
    nodes = [quota.nodes for quota in others]
    return np.intersect1d(place.nodes, np.concatenate((place.nodes[:0], *nodes)))


def _claimable(
    cells: Cells, own: Units, nodes: Units, shared: Units, *, left: int
) -> Units:
    """Units that an order surely claims of a quota, by node, if it takes so many."""
    claimed = np.zeros_like(own)
    alone = np.setdiff1d(nodes, shared)
    claimed[alone] = np.maximum(cells.taken - own, 0)[alone]
    _leave(claimed, alone, left)
    return claimed


def _lower(
    cells: Cells, own: Units, nodes: Units, most: int, *, wanted: int | None
) -> None:
    """Lower what an order may take of the nodes, beyond its own, to so many units."""
    if wanted is not None and wanted <= most:
        return
    beyond = np.maximum(cells.taken - own, 0)
    cut = beyond.copy()
    _leave(cut, nodes, most)
    np.subtract(cells.taken, beyond - cut, out=cells.taken)


def _common(kept: Kept, place: WideQuota, units: Units) -> int:
    """Units of the place beyond all that is kept within it."""
    wide, at_nodes, counted = kept
    of_all = sum(
        int(counted[quota.name][quota.anchor]) for quota in wide if place.holds(quota)
    )
    for each in at_nodes:
        within = np.intersect1d(each.nodes, place.nodes)
        of_all += int(counted[each.name][within].sum())
    return max(0, int(units[place.nodes].sum()) - of_all)


def _leave(units: Units, nodes: Units, most: int) -> None:
    """Leave so many units of these nodes in all, at those that have most."""
    fullest = nodes[np.argsort(-units[nodes], kind="stable")]
    before = np.cumsum(units[fullest]) - units[fullest]
    units[fullest] = np.clip(most - before, 0, units[fullest])


def wide_fences(
    cells: Iterable[CellKey],
    wide: WideQuotas,
    by_cell: ByCell,
) -> Iterator[WideFence]:
    """One for each place with a wide quota from which units are taken."""
    seen: set[tuple[str, frozenset[str] | None]] = set()
    for sku, node_id in cells:
        for quota in wide.by_sku.get(sku, ()):
            inside = quota.node_ids is None or node_id in quota.node_ids
            if inside and (sku, quota.node_ids) not in seen:
                seen.add((sku, quota.node_ids))
                yield WideFence(sku, quota.node_ids, _within(quota, wide, by_cell))


def _within(place: WideQuota, wide: WideQuotas, by_cell: ByCell) -> tuple[CellKey, ...]:
    """The cells that count what is kept within the place."""
    inner = [q for q in wide.by_sku[place.sku] if place.holds(q)]
    return (
        *((quota.name, quota.node_id) for quota in inner),
        *(
            (name, node_id)
            for node_id, names in by_cell.get(place.sku, {}).items()
            if place.node_ids is None or node_id in place.node_ids
            for name in names
        ),
    )
