"""Plans that an order of the pool may have, and what each takes of what is shared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.measures import minor_of
from allocation.required import priced
from allocation.solve import solve
from allocation.status import PlanStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from allocation.plan import Plan
    from allocation.reoptimise.pool import Cell, Member, Pool

Units = dict["Cell", int]


def never() -> bool:
    """As much work as it takes."""
    return False


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A plan of one order of the pool."""

    member: int
    plan: Plan
    value_minor: int
    """What the policy weighs: cash, what rules prefer, and the prices of units."""
    uses: Units
    """Units of contested cells."""
    enters: tuple[int, ...]
    """Nodes with a limit on orders where the order is not yet."""


class Columns:
    """The plans known of each order; the first one is how it stands.

    Args:
        enough: asked before each solve; once it says so, no plan is learned any more.
    """

    def __init__(self, pool: Pool, *, enough: Callable[[], bool] = never) -> None:
        self.pool = pool
        self._enough = enough
        self.of: list[list[Column]] = [
            [_column(pool, number, member.standing)]
            for number, member in enumerate(pool.members)
        ]

    @property
    def standing(self) -> list[Column]:
        """How all orders stand."""
        return [known[0] for known in self.of]

    def learn_at(self, number: int, prices: Mapping[Cell, int]) -> Column | None:
        """The best plan of an order while units of cells have these prices more."""
        if self._enough():
            return None
        problem = self.pool.members[number].problem
        shape = problem.available.shape
        steer = np.zeros(shape, np.int64) if problem.prices is None else problem.prices
        steer = steer.copy()
        for row, node, minor in self._rows(number, prices):
            steer[row, node] += minor
        return self._learn(number, solve(replace(problem, prices=steer)))

    def learn_beside(self, number: int, taken: Mapping[Cell, int]) -> Column | None:
        """The best plan of an order while others have these units."""
        if self._enough():
            return None
        problem = self.pool.members[number].problem
        available = problem.available.copy()
        for row, node, units in self._rows(number, taken):
            available[row, node] -= units
        return self._learn(number, solve(replace(problem, available=available)))

    def _rows(
        self, number: int, cells: Mapping[Cell, int]
    ) -> Sequence[tuple[int, int, int]]:
        lines = self.pool.members[number].problem.order.lines
        row_of = {line.sku: row for row, line in enumerate(lines)}
        return [
            (row_of[sku], node, value)
            for (sku, node), value in cells.items()
            if sku in row_of
        ]

    def _learn(self, number: int, plan: Plan) -> Column | None:
        """The plan as a column, if it may be one and is new."""
        member = self.pool.members[number]
        if not allowed(member, plan):
            return None
        plan = replace(
            priced(member.problem, plan),
            status=PlanStatus.FEASIBLE,
            bound_minor=0,
        )
        if any(plan.shipments == known.plan.shipments for known in self.of[number]):
            return None
        column = _column(self.pool, number, plan)
        self.of[number].append(column)
        return column


def allowed(member: Member, plan: Plan) -> bool:
    """Whether it moves units, and nobody would call it worse than how they stand."""
    now = member.standing
    return (
        not plan.unfilled
        and not plan.queue
        and not plan.offers
        and len(plan.shipments) <= len(now.shipments)
        and len(plan.relaxed) <= len(now.relaxed)
        and cells_of(plan) != cells_of(now)
    )


def cells_of(plan: Plan) -> dict[tuple[str, str], int]:
    """Units by SKU and node."""
    units: dict[tuple[str, str], int] = {}
    for shipment in plan.shipments:
        for sku, many in shipment.lines:
            cell = sku, shipment.node_id
            units[cell] = units.get(cell, 0) + many
    return units


def _column(pool: Pool, number: int, plan: Plan) -> Column:
    member = pool.members[number]
    of_node = member.problem.network.node_by_id
    uses: Units = {}
    for (sku, node_id), units in cells_of(plan).items():
        cell = sku, of_node[node_id].number
        if cell in pool.contested:
            uses[cell] = units
    stays = {shipment.node_id for shipment in member.standing.shipments}
    goes = {shipment.node_id for shipment in plan.shipments} - stays
    enters = sorted(of_node[name].number for name in goes)
    counted = tuple(node for node in enters if node in pool.rooms)
    return Column(number, plan, minor_of(plan), uses, counted)


def taken_by(columns: Sequence[Column]) -> Units:
    """Units of contested cells that these plans take together."""
    units: Units = {}
    for column in columns:
        for cell, many in column.uses.items():
            units[cell] = units.get(cell, 0) + many
    return units
