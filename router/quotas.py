"""Units kept for channels: what an order of each channel may take of each cell.

A quota is a row (channel, SKU, node) and a cell of the ledger under its own name
(`inventory/reserved.py`), whose free units are those that the channel has left. They
are part of what the node has of the SKU and stand in nobody's way but there: an order
of the channel may take them and, where the quota falls through, common stock after
them; every other order leaves them. Orders of SKUs without quotas read and claim
nothing of this.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from allocation.fence import Fence
from allocation.order import Order
from allocation.plan import Plan
from allocation.problem import Problem
from inventory.operations import Fenced, HoldLine
from inventory.reserved import quota_sku

Units = NDArray[np.int64]
CellKey = tuple[str, str]


class QuotaRow(NamedTuple):
    """What is kept for which channel; how many units, the cell of `name` says."""

    sku: str
    node_id: str
    channel: str
    falls_through: bool

    @property
    def name(self) -> str:
        """The cell that counts the units."""
        return quota_sku(self.channel, self.sku)


class ChannelQuota(NamedTuple):
    """Quotas of one channel and SKU: by node number, and where they are the limit."""

    channel: str
    name: str
    nodes: Units
    limits: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Quotas:
    """The quotas of one moment. `by_cell`: the names that count those of a cell."""

    rows: tuple[QuotaRow, ...] = ()
    by_sku: Mapping[str, tuple[ChannelQuota, ...]] = field(default_factory=dict)
    by_cell: Mapping[CellKey, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[QuotaRow], numbers: Mapping[str, int]) -> "Quotas":
        """Index the rows of nodes that have a number."""
        known = tuple(sorted(row for row in rows if row.node_id in numbers))
        by_name: dict[tuple[str, str], list[QuotaRow]] = {}
        by_cell: dict[CellKey, tuple[str, ...]] = {}
        for row in known:
            by_name.setdefault((row.sku, row.channel), []).append(row)
            cell = row.sku, row.node_id
            by_cell[cell] = (*by_cell.get(cell, ()), row.name)
        by_sku: dict[str, tuple[ChannelQuota, ...]] = {}
        for (sku, channel), same in by_name.items():
            nodes = np.array([numbers[row.node_id] for row in same], dtype=np.int64)
            limits = np.array([not row.falls_through for row in same])
            quota = ChannelQuota(channel, same[0].name, nodes, limits)
            by_sku[sku] = (*by_sku.get(sku, ()), quota)
        return cls(known, by_sku, by_cell)

    def names(self, skus: Iterable[str]) -> list[str]:
        """The cells to read beside those of the SKUs."""
        return [quota.name for sku in skus for quota in self.by_sku.get(sku, ())]

    def fenced(
        self, skus: Sequence[str], channel: str, units: Units, counted: Units
    ) -> tuple[Units, Fence]:
        """Units that an order of the channel may take, and what keeps the rest.

        Args:
            units: (SKUs, nodes) what is there.
            counted: one row for each of `names`, in their order.
        """
        row_of = {name: row for row, name in enumerate(self.names(skus))}
        free, own = units.copy(), np.zeros_like(units)
        for row, sku in enumerate(skus):
            for quota in self.by_sku.get(sku, ()):
                left = counted[row_of[quota.name], quota.nodes]
                free[row, quota.nodes] -= left
                if quota.channel == channel:
                    own[row, quota.nodes] = left
            np.maximum(free[row], 0, out=free[row])
            for quota in self.by_sku.get(sku, ()):
                if quota.channel == channel:
                    free[row, quota.nodes[quota.limits]] = 0
        taken = np.minimum(units, free + own)
        return taken, Fence(units - taken, own)


NO_QUOTAS = Quotas()


def quota_rows(documents: Mapping[str, Mapping[str, Any]]) -> Iterator[QuotaRow]:
    """The rows that the catalogue keeps, without those that have ended."""
    for document in documents.values():
        if not document["ended"]:
            cell = document["sku"], document["node_id"]
            yield QuotaRow(*cell, document["channel"], document["falls_through"])


def skus_of(order: Order) -> list[str]:
    """The SKUs of an order, by line."""
    return [line.sku for line in order.lines]


def quota_claims(problem: Problem, plan: Plan) -> list[HoldLine]:
    """What the plan takes of its channel's own units."""
    channel, fence = problem.order.facts.channel, problem.fence
    if fence is None:
        return []
    row_of = {line.sku: row for row, line in enumerate(problem.order.lines)}
    found = []
    for (sku, node_id), units in _taken(plan).items():
        number = problem.network.node_by_id[node_id].number
        own = int(fence.own[row_of[sku], number])
        if own:
            name, claimed = quota_sku(channel, sku), min(units, own)
            found.append(HoldLine(name, node_id, claimed, 0))
    return found


def fences(plan: Plan, quotas: Quotas) -> tuple[Fenced, ...]:
    """The cells of the plan of which units are kept for channels."""
    return tuple(
        Fenced(*cell, quotas.by_cell[cell])
        for cell in _taken(plan)
        if cell in quotas.by_cell
    )


def _taken(plan: Plan) -> dict[CellKey, int]:
    """Units by SKU and node."""
    units: dict[CellKey, int] = {}
    for shipment in plan.shipments:
        for line in shipment.lines:
            cell = line.sku, shipment.node_id
            units[cell] = units.get(cell, 0) + line.quantity
    return units
