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
        for quota in sorted(quotas, key=lambda q: (q.nodes.size, q.name)):
            by_sku[quota.sku] = (*by_sku.get(quota.sku, ()), quota)
        return cls(by_sku)


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
    own = cells.own.copy()
    for quota in kept[0]:
        most = _most(kept, quota, channel, cells.units)
        beyond = cells.taken - np.minimum(cells.taken, own)
        if wanted is None or wanted > most:
            cut = beyond.copy()
            _leave(cut, quota.nodes, most)
            np.subtract(cells.taken, beyond - cut, out=cells.taken)
            beyond = cut
        if quota.channel == channel:
            left = int(kept[2][quota.name][quota.anchor])
            yield WideLeft(cells.row, quota.name, quota.node_id, left, quota.nodes)
            # What it claims of these is nothing to the places around them.
            inside = np.zeros_like(beyond)
            inside[quota.nodes] = beyond[quota.nodes]
            _leave(inside, quota.nodes, left)
            own += inside


def _most(kept: Kept, place: WideQuota, channel: str, units: Units) -> int:
    """Units that orders of the channel may take of the place, beyond what they claim of
    quotas within it."""
    wide, at_nodes, counted = kept
    of_all = sum(
        int(counted[quota.name][quota.anchor]) for quota in wide if place.holds(quota)
    )
    for each in at_nodes:
        within = np.intersect1d(each.nodes, place.nodes)
        of_all += int(counted[each.name][within].sum())
    common = max(0, int(units[place.nodes].sum()) - of_all)
    if place.channel != channel:
        return common
    left = int(counted[place.name][place.anchor])
    return left if place.limits else left + common


def _leave(units: Units, nodes: Units, most: int) -> None:
    """Leave so many units of these nodes in all, at those that have most."""
    fullest = nodes[np.argsort(-units[nodes], kind="stable")]
    before = np.cumsum(units[fullest]) - units[fullest]
    units[fullest] = np.clip(most - before, 0, units[fullest])


def wide_fences(
    cells: Iterable[CellKey],
    wide: WideQuotas,
    by_cell: Mapping[CellKey, tuple[str, ...]],
) -> Iterator[WideFence]:
    """One for each place with a wide quota from which units are taken."""
    seen: set[tuple[str, frozenset[str] | None]] = set()
    for sku, node_id in cells:
        for quota in wide.by_sku.get(sku, ()):
            inside = quota.node_ids is None or node_id in quota.node_ids
            if inside and (sku, quota.node_ids) not in seen:
                seen.add((sku, quota.node_ids))
                yield WideFence(sku, quota.node_ids, _within(quota, wide, by_cell))


def _within(
    place: WideQuota, wide: WideQuotas, by_cell: Mapping[CellKey, tuple[str, ...]]
) -> tuple[CellKey, ...]:
    """The cells that count what is kept within the place."""
    inner = [q for q in wide.by_sku[place.sku] if place.holds(q)]
    return (
        *((quota.name, quota.node_id) for quota in inner),
        *(
            (name, node_id)
            for (sku, node_id), names in by_cell.items()
            if sku == place.sku
            and (place.node_ids is None or node_id in place.node_ids)
            for name in names
        ),
    )
