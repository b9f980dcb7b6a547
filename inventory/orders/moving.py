"""Groups of orders leave their nodes and get others, each group in one go."""

from collections import Counter
from collections.abc import Sequence

from inventory.books import Books, CellKey
from inventory.errors import NoStock, Refusal, WrongState
from inventory.ordering import unknown_order
from inventory.orders.actions import Reroute
from inventory.orders.moves import MoveAnswer, Moved, MoveOrders
from inventory.orders.routing import (
    apply_routes,
    check_units,
    freed_units,
    leave,
)
from inventory.orders.states import Step
from inventory.orders.steps import ended, settle
from inventory.orders.turn import Turn
from inventory.requests import RequestKey


def move_orders(books: Books, operation: MoveOrders) -> MoveAnswer:
    """Move every group that still can be; the others stay as they are, and why."""
    refused = []
    for number, group in enumerate(operation.groups):
        try:
            _move(books, operation.key, group)
        except Refusal as no:
            refused.append((number, no.message))
    return MoveAnswer(tuple(refused), operation.told)


def _move(books: Books, key: RequestKey, group: Sequence[Moved]) -> None:
    """
    Raises:
        Refusal: and nothing of the group was changed.
    """
    turns = [(_turn(books, moved, key), moved.action) for moved in group]
    _check_cells(books, turns)
    before = [ended(turn.book) for turn, _ in turns]
    for turn, action in turns:
        leave(turn, action)
    for (turn, action), was in zip(turns, before, strict=True):
        settle(turn, apply_routes(turn, action.routes), was)


def _turn(books: Books, moved: Moved, key: RequestKey) -> Turn:
    """The turn of one order, which is as it was when its move was planned."""
    book = books.order_books.get(moved.order_id)
    if book is None:
        raise unknown_order(moved.order_id)
    if book.order.ver != moved.ver:
        raise WrongState(
            f"Order {moved.order_id} has changed since its move was planned",
            next_step="Plan again.",
            metadata={"orderId": moved.order_id, "state": book.order.state},
        )
    turn = Turn(books, book, moved.step(key))
    for name in moved.action.shipment_ids:
        turn.shipment(name, Step.REROUTE)
    rows = [
        row
        for name in moved.action.shipment_ids
        for row in book.of_shipment(name, "ALLOCATED")
    ]
    check_units(turn, moved.action.routes, freed_units(rows))
    return turn


def _check_cells(books: Books, turns: Sequence[tuple[Turn, Reroute]]) -> None:
    """Whether what is free, with what all of them give up, is enough for all of them.

    Raises:
        NoStock: it is not, or somebody took units meanwhile.
    """
    given: Counter[CellKey] = Counter()
    wanted: Counter[CellKey] = Counter()
    for turn, action in turns:
        leaving = set(action.shipment_ids)
        for row in turn.book.open_units():
            if row.shipment_id in leaving:
                given[row.sku, row.node] += row.qty
        for line in action.routes.lines if action.routes else ():
            wanted[line.sku, line.node_id] += line.quantity
    for (sku, node), units in wanted.items():
        there = books.cell((sku, node)).free + given[sku, node]
        if units > there:
            raise NoStock(
                f"{node} has {max(0, there)} of {sku}, {units} are needed",
                next_step="Plan again.",
                metadata={"sku": sku, "nodeId": node},
            )
