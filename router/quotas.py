"""Units kept for channels: what an order of each channel may take of each cell.

A quota is a row (channel, SKU, place) and a cell of the ledger under its own name
(`inventory/reserved.py`), whose free units are those that the channel has left. Its
place is a node, all nodes that carry a tag, or all nodes. They are part of what is
there of the SKU and stand in nobody's way but there: an order of the channel may take
them and, where the quota falls through, common stock after them; every other order
leaves them. Orders of SKUs without quotas read and claim nothing of this.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from allocation.fence import Fence, WideLeft
from allocation.order import Order
from allocation.plan import Plan
from inventory.operations import Fence as Kept
from inventory.operations import Fenced
from inventory.reserved import quota_sku, wide_quota_sku
from router.wide_quotas import (
    NOWHERE,
    ByCell,
    Cells,
    Counted,
    WideQuota,
    WideQuotas,
    wide_fences,
    within_wide,
)

Units = NDArray[np.int64]
CellKey = tuple[str, str]


class QuotaRow(NamedTuple):
    """What is kept for which channel; how many units, the cell of `name` says.

    Of a quota of several nodes `node_id` is one that has that cell; `node_tag` '' is
    all of them. In force from `starts` until before `ends`, in RFC 3339; '' is always.
    """

    sku: str
    node_id: str
    channel: str
    falls_through: bool
    is_wide: bool = False
    node_tag: str = ""
    starts: str = ""
    ends: str = ""

    @property
    def name(self) -> str:
        """The cell that counts the units."""
        if self.is_wide:
            return wide_quota_sku(self.node_tag, self.channel, self.sku)
        return quota_sku(self.channel, self.sku)

    @property
    def place(self) -> tuple[str, ...]:
        """What tells it from other quotas; a node's as it was before there were wide
        ones."""
        if self.is_wide:
            return (self.sku, "", self.channel, self.node_tag)
        return (self.sku, self.node_id, self.channel)

    def is_in_force(self, now: datetime) -> bool:
        """Whether the units are kept at this moment."""
        begun = not self.starts or datetime.fromisoformat(self.starts) <= now
        return begun and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        """Whether they are nobody's any more."""
        return bool(self.ends) and datetime.fromisoformat(self.ends) <= now


class ChannelQuota(NamedTuple):
    """Quotas of one channel and SKU: by node number, and where they are the limit."""

    channel: str
    name: str
    nodes: Units
    limits: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Quotas:
    """The quotas of one moment.

    `by_cell`: by SKU and node the names that count those of a cell. `changes`: the
    moments at which others are in force.
    """

    rows: tuple[QuotaRow, ...] = ()
    by_sku: Mapping[str, tuple[ChannelQuota, ...]] = field(default_factory=dict)
    by_cell: ByCell = field(default_factory=dict)
    wide: WideQuotas = NOWHERE
    numbers: Mapping[str, int] = field(default_factory=dict, repr=False)
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    changes: tuple[datetime, ...] = field(default=(), repr=False)
    _then: dict[int, "Quotas"] = field(default_factory=dict, repr=False)
    """Those of the moment last asked for, by how many changes were before it."""

    @classmethod
    def of(
        cls,
        rows: Iterable[QuotaRow],
        numbers: Mapping[str, int],
        tags: Mapping[str, tuple[str, ...]] | None = None,
    ) -> "Quotas":
        """Index the rows of nodes that have a number."""
        known = tuple(sorted(row for row in rows if row.node_id in numbers))
        by_name: dict[tuple[str, str], list[QuotaRow]] = {}
        by_cell: dict[str, dict[str, tuple[str, ...]]] = {}
        for row in known:
            if not row.is_wide:
                by_name.setdefault((row.sku, row.channel), []).append(row)
                names = by_cell.setdefault(row.sku, {})
                names[row.node_id] = (*names.get(row.node_id, ()), row.name)
        by_sku: dict[str, tuple[ChannelQuota, ...]] = {}
        for (sku, channel), same in by_name.items():
            nodes = np.array([numbers[row.node_id] for row in same], dtype=np.int64)
            limits = np.array([not row.falls_through for row in same])
            quota = ChannelQuota(channel, same[0].name, nodes, limits)
            by_sku[sku] = (*by_sku.get(sku, ()), quota)
        wide = WideQuotas.of(_wide(known, numbers, tags or {}))
        at = {at for row in known for at in (row.starts, row.ends) if at}
        changes = tuple(sorted(map(datetime.fromisoformat, at)))
        return cls(*(known, by_sku, by_cell, wide), numbers, tags or {}, changes)

    def at(self, now: datetime) -> "Quotas":
        """Those that are in force at this moment."""
        if not self.changes:
            return self
        past = bisect_right(self.changes, now)
        if past not in self._then:
            rows = tuple(row for row in self.rows if row.is_in_force(now))
            self._then.clear()
            self._then[past] = Quotas.of(rows, self.numbers, self.tags)
        return self._then[past]

    def names(self, skus: Iterable[str]) -> list[str]:
        """The cells to read beside those of the SKUs."""
        if not self.rows:
            # Most shops keep nothing for channels: no look at any line.
            return []
        found: list[str] = []
        for sku in skus:
            found += [quota.name for quota in self.by_sku.get(sku, ())]
            found += [quota.name for quota in self.wide.by_sku.get(sku, ())]
        return found

    def fenced(
        self,
        skus: Sequence[str],
        channel: str,
        units: Units,
        counted: Counted,
        *,
        wanted: Sequence[int] = (),
    ) -> tuple[Units, Fence]:
        """Units that an order of the channel may take, and what keeps the rest.

        Args:
            units: (SKUs, nodes) what is there.
            counted: what the cell of each name of these SKUs has left by node number.
            wanted: units of each SKU; none: as many as there are.
        """
        free, own = units.copy(), np.zeros_like(units)
        for row, sku in enumerate(skus):
            for quota in self.by_sku.get(sku, ()):
                left = counted[quota.name][quota.nodes]
                free[row, quota.nodes] -= left
                if quota.channel == channel:
                    own[row, quota.nodes] = left
            np.maximum(free[row], 0, out=free[row])
            for quota in self.by_sku.get(sku, ()):
                if quota.channel == channel:
                    free[row, quota.nodes[quota.limits]] = 0
        taken = np.minimum(units, free + own)
        wide: list[WideLeft] = []
        for row, sku in enumerate(skus):
            if sku in self.wide.by_sku:
                inner = self.by_sku.get(sku, ())
                most = wanted[row] if len(wanted) else None
                kept = self.wide.by_sku[sku], inner, counted
                cells = Cells(row, units[row], own[row], taken[row])
                wide += within_wide(kept, channel, cells, wanted=most)
        return taken, Fence(units - taken, own, tuple(wide))


NO_QUOTAS = Quotas()


def quota_rows(documents: Mapping[str, Mapping[str, Any]]) -> Iterator[QuotaRow]:
    """The rows that the catalogue keeps, without those that have ended."""
    for document in documents.values():
        if not document["ended"]:
            said = {name: value for name, value in document.items() if name != "ended"}
            yield QuotaRow(**said)


def skus_of(order: Order) -> list[str]:
    """The SKUs of an order, by line."""
    return [line.sku for line in order.lines]


def fences(plan: Plan, quotas: Quotas) -> tuple[Kept, ...]:
    """The cells of the plan, and the wider places, of which units are kept."""
    if not quotas.rows:
        return ()
    cells = units_taken(plan)
    return (
        *(
            Fenced(sku, node_id, names)
            for sku, node_id in cells
            if (names := quotas.by_cell.get(sku, {}).get(node_id))
        ),
        *wide_fences(cells, quotas.wide, quotas.by_cell),
    )


def units_taken(plan: Plan) -> dict[CellKey, int]:
    """Units by SKU and node."""
    units: dict[CellKey, int] = {}
    for shipment in plan.shipments:
        for line in shipment.lines:
            cell = line.sku, shipment.node_id
            units[cell] = units.get(cell, 0) + line.quantity
    return units


def _wide(
    rows: Iterable[QuotaRow],
    numbers: Mapping[str, int],
    tags: Mapping[str, tuple[str, ...]],
) -> Iterator[WideQuota]:
    """The wide ones among the rows, each with its nodes; those of a tag are looked up
    once."""
    inside: dict[str, tuple[frozenset[str] | None, Units]] = {}
    for row in rows:
        if not row.is_wide:
            continue
        if row.node_tag not in inside:
            ids = frozenset(n for n in numbers if row.node_tag in tags.get(n, ()))
            of_all = sorted(numbers[n] for n in (ids if row.node_tag else numbers))
            nodes = np.array(of_all, dtype=np.int64)
            inside[row.node_tag] = ids if row.node_tag else None, nodes
        ids_or_all, nodes = inside[row.node_tag]
        yield WideQuota(
            row.sku,
            row.channel,
            row.name,
            row.node_id,
            anchor=numbers[row.node_id],
            limits=not row.falls_through,
            node_ids=ids_or_all,
            nodes=nodes,
        )
