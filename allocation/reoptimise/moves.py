"""From a pool to the moves that are worth their while."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allocation.reoptimise.choice import choose
from allocation.reoptimise.columns import Columns, never
from allocation.reoptimise.growing import grow, learn_beside
from allocation.reoptimise.leaning import groups_of
from allocation.reoptimise.limits import POLISH_MAX
from allocation.reoptimise.pool import pool_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from allocation.plan import Plan
    from allocation.reoptimise.choice import Choice
    from allocation.reoptimise.columns import Column
    from allocation.reoptimise.limits import Limits
    from allocation.reoptimise.pool import Allocated


@dataclass(frozen=True, slots=True)
class Move:
    """An order gets another plan. Costs are those of today, before and after.

    Moves of one `group` lean on each other: all of them are made in one go, or none.
    """

    order_id: str
    before: Plan
    after: Plan
    saving_minor: int
    """Below 0 where an order makes room for others of its group."""
    group: int


@dataclass(frozen=True, slots=True)
class Reoptimised:
    """What to move, group by group, the largest saving first.

    Savings count what the policy weighs: cash, what rules prefer and prices of units.
    """

    moves: tuple[Move, ...]
    left_alone: tuple[str, ...]
    """Orders that were not looked at, because they could not be sent from where they
    are if they were planned now, or are brought to a store, offered, or wait."""

    @property
    def saving_minor(self) -> int:
        """Of all moves together."""
        return sum(move.saving_minor for move in self.moves)


def reoptimise(
    orders: Sequence[Allocated],
    limits: Limits,
    *,
    enough: Callable[[], bool] = never,
) -> Reoptimised:
    """The moves that save the most: never later than promised, never in more
    shipments, nothing that stands made worse for less than the limits ask.

    Pure: the same orders and limits give the same moves.

    Args:
        enough: whether to make do with the plans that are known by now.
    """
    pool = pool_of(orders)
    if not pool.members or not limits.most_moved:
        return Reoptimised((), pool.left_alone)
    columns = Columns(pool, enough=enough)
    learn_beside(columns, columns.standing)
    grow(columns, limits.least_saving_minor)
    chosen = _polished(columns, limits).columns
    worth = [
        group
        for group in groups_of(columns, chosen)
        if _saved(columns, group) >= max(1, limits.least_saving_minor * len(group))
    ]
    worth.sort(key=lambda group: -_saved(columns, group))
    moves = tuple(
        move
        for number, group in enumerate(worth)
        for move in _moves(columns, group, number)
    )
    if sum(move.saving_minor for move in moves) < limits.least_total_minor:
        moves = ()
    return Reoptimised(moves, pool.left_alone)


def _polished(columns: Columns, limits: Limits) -> Choice:
    """The choice among all known plans, and those that fit around it."""
    choice = choose(columns, limits, start=columns.standing)
    for _ in range(POLISH_MAX):
        if not learn_beside(columns, choice.columns):
            break
        choice = choose(columns, limits, start=choice.columns)
    return choice


def _saving(columns: Columns, column: Column) -> int:
    return columns.of[column.member][0].value_minor - column.value_minor


def _saved(columns: Columns, group: Sequence[Column]) -> int:
    return sum(_saving(columns, column) for column in group)


def _moves(columns: Columns, group: Sequence[Column], number: int) -> list[Move]:
    members = columns.pool.members
    return [
        Move(
            members[column.member].order_id,
            members[column.member].standing,
            column.plan,
            _saving(columns, column),
            number,
        )
        for column in group
    ]
