"""Why an order is moved, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.details import money_text
from allocation.reoptimise.columns import cells_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.details import Money
    from allocation.reoptimise.moves import Move

NAMED_MAX = 3
"""Other orders, or SKUs, that one sentence names."""


def why(move: Move, moves: Sequence[Move], money: Money = money_text) -> str:
    """For example: 1 of CUP from boston instead of albany; costs 0.40 more and makes
    room for ord-2; together with ord-2 it saves 2.10.

    Args:
        moves: all that were found; those of its group are looked at.
    """
    group = [each for each in moves if each.group == move.group]
    others = [each.order_id for each in group if each is not move]
    said = f"{_units_text(move)}; costs {_cost_text(move, money)}"
    if not others:
        return said
    if move.saving_minor <= 0:
        said += f" and makes room for {_names(others)}"
    together = money(sum(each.saving_minor for each in group))
    return f"{said}; together with {_names(others)} it saves {together}"


def _cost_text(move: Move, money: Money) -> str:
    """What is paid; beside it what decided, where rules or prices of units steered."""
    paid = move.before.cost.cash_minor - move.after.cost.cash_minor
    said = _difference(paid, money)
    if paid == move.saving_minor:
        return said
    return f"{said} ({_difference(move.saving_minor, money)} with what only steers)"


def _difference(saving_minor: int, money: Money) -> str:
    if not saving_minor:
        return "the same"
    return f"{money(abs(saving_minor))} {'less' if saving_minor > 0 else 'more'}"


def _units_text(move: Move) -> str:
    before, after = cells_of(move.before), cells_of(move.after)
    came, went = _more(after, before), _more(before, after)
    skus = list(dict.fromkeys(sku for sku, _ in came))
    return "; ".join(
        f"{_from(sku, came)} instead of {_places(sku, went)}"
        for sku in skus[:NAMED_MAX]
    ) + (f"; {len(skus) - NAMED_MAX} SKUs more" if skus[NAMED_MAX:] else "")


def _more(
    these: dict[tuple[str, str], int], those: dict[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """Units of cells beyond those of the other plan."""
    more = {cell: units - those.get(cell, 0) for cell, units in these.items()}
    return {cell: units for cell, units in more.items() if units > 0}


def _from(sku: str, cells: dict[tuple[str, str], int]) -> str:
    units = sum(many for (name, _), many in cells.items() if name == sku)
    return f"{units} of {sku} from {_places(sku, cells)}"


def _places(sku: str, cells: dict[tuple[str, str], int]) -> str:
    return " and ".join(node for name, node in cells if name == sku)


def _names(orders: Sequence[str]) -> str:
    more = len(orders) - NAMED_MAX
    said = ", ".join(orders[:NAMED_MAX])
    return f"{said} and {more} more" if more > 0 else said
