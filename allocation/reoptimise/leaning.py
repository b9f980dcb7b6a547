"""Which moves lean on each other: one takes the units that another one gives up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.reoptimise.columns import taken_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.reoptimise.columns import Column, Columns, Units
    from allocation.reoptimise.pool import Cell


def groups_of(columns: Columns, chosen: Sequence[Column]) -> list[list[Column]]:
    """The plans that are new, in groups that do without each other.

    Any of the groups may be left out and the others still find their units: where a
    cell has not enough for all who come unless some go, who comes and who goes is in
    one group.
    """
    moved = [column for column in chosen if column is not columns.of[column.member][0]]
    leader = {column.member: column.member for column in moved}

    def found(member: int) -> int:
        while leader[member] != member:
            member = leader[member]
        return member

    for touched in _tight(columns, moved):
        first = found(touched[0])
        for member in touched[1:]:
            leader[found(member)] = first
            first = found(first)
    groups: dict[int, list[Column]] = {}
    for column in moved:
        groups.setdefault(found(column.member), []).append(column)
    return list(groups.values())


def _change(columns: Columns, column: Column) -> Units:
    """Units of contested cells that an order takes more than now; below 0: less."""
    before = columns.of[column.member][0].uses
    return {
        cell: column.uses.get(cell, 0) - before.get(cell, 0)
        for cell in before.keys() | column.uses.keys()
    }


def _tight(columns: Columns, moved: Sequence[Column]) -> list[list[int]]:
    """For each cell that is not enough for all who come: who comes and who goes."""
    taken = taken_by(columns.standing)
    change: dict[Cell, dict[int, int]] = {}
    for column in moved:
        for cell, more in _change(columns, column).items():
            if more:
                change.setdefault(cell, {})[column.member] = more
    return [
        sorted(by_member)
        for cell, by_member in change.items()
        if sum(more for more in by_member.values() if more > 0)
        > columns.pool.contested[cell] - taken.get(cell, 0)
    ]
