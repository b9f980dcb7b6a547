"""Carries one step out: the order's rows, the cells and the events, or nothing."""

from inventory.books import Books
from inventory.errors import WrongState
from inventory.ordering import unknown_order
from inventory.orders.actions import (
    Accept,
    Action,
    Assign,
    Cancel,
    Change,
    Collect,
    Deliver,
    NoShow,
    Offer,
    OpenReturn,
    OrderStep,
    Pay,
    Pick,
    Ready,
    Receive,
    ReceiveReturn,
    Reject,
    Reroute,
    Route,
    Ship,
    StepAnswer,
    Warn,
)
from inventory.orders.cancelling import cancel, change
from inventory.orders.leaving import collect, deliver, no_show, ready, ship
from inventory.orders.picking import accept, pick, reject
from inventory.orders.receiving import receive
from inventory.orders.returning import open_return, receive_return
from inventory.orders.routing import offer, reroute, route
from inventory.orders.rows import OrderBook
from inventory.orders.turn import Turn
from inventory.orders.waits import give_room_back


def step(books: Books, operation: OrderStep) -> StepAnswer:
    """The order after the step.

    Raises:
        OrderNotFound, ShipmentNotFound, WrongState, PastPointOfNoReturn, NoStock: and
            nothing changed.
    """
    book = books.order_books.get(operation.order_id)
    if book is None or operation.owner not in (None, book.order.owner):
        raise unknown_order(operation.order_id)
    turn = Turn(books, book, operation)
    before = ended(book)
    return settle(turn, _carry_out(turn, operation.action), before)


def settle(turn: Turn, made: tuple[str, ...] | None, before: set[str]) -> StepAnswer:
    """The order's own state after what was done to it, and what came of it.

    Args:
        before: its shipments that were over already.
    """
    books, book = turn.books, turn.book
    give_room_back(turn)
    order = book.order
    if order.gate == "BACKORDER" and not book.waiting:
        order.gate = ""
    if book.settle_state():
        turn.tell(f"ORDER_{order.state}")
    order.ver += 1
    order.changed_at_us = books.now_us
    books.changed_orders[order.order_id] = book
    name = getattr(turn.operation.action, "shipment_id", "")
    shipment = book.shipments.get(name)
    return StepAnswer(
        order_id=order.order_id,
        state=order.state,
        shipment_id=name,
        shipment_state=shipment.state if shipment else "",
        made=made or (),
        ended=tuple(sorted(ended(book) - before)),
        unrouted=book.waiting,
        wrong_code=made is None,
        failed=tuple(turn.failed.items()),
        left=tuple(turn.left.items()),
    )


def ended(book: OrderBook) -> set[str]:
    """Shipments that have no unit any more."""
    return {n for n, row in book.shipments.items() if row.state == "CANCELLED"}


def _carry_out(turn: Turn, action: Action) -> tuple[str, ...] | None:
    """The shipments that were made; None for a wrong pickup code."""
    match action:
        case Accept():
            return accept(turn, action)
        case Reject():
            return reject(turn, action)
        case Pick():
            return pick(turn, action)
        case Reroute():
            return reroute(turn, action)
        case Route():
            return route(turn, action)
        case Change():
            return change(turn, action)
        case Receive():
            return receive(turn, action)
        case Collect():
            return () if collect(turn, action) else None
        case _:
            _carry_out_quietly(turn, action)
            return ()


def _carry_out_quietly(turn: Turn, action: Action) -> None:
    """Steps that never make a shipment."""
    match action:
        case Ready():
            ready(turn, action)
        case Ship():
            ship(turn, action)
        case Deliver():
            deliver(turn, action)
        case NoShow():
            no_show(turn, action)
        case Cancel():
            cancel(turn, action)
        case Offer():
            offer(turn, action)
        case OpenReturn():
            open_return(turn, action)
        case ReceiveReturn():
            receive_return(turn, action)
        case Pay():
            _pay(turn, action)
        case Assign():
            _assign(turn, action)
        case Warn():
            _warn(turn, action)
        case _:
            raise AssertionError(f"no step for {type(action).__name__}")


def _pay(turn: Turn, action: Pay) -> None:
    """Mirror what the shop's payment system says; a known event says nothing new."""
    book, order = turn.book, turn.book.order
    if action.payment_id in book.payments:
        return
    book.payments.add(action.payment_id)
    order.payment = action.state
    turn.books.effects.payments.append(
        (
            order.order_id,
            action.payment_id,
            action.state,
            action.shipment_id,
            action.amount_minor,
            action.reference,
            turn.books.now_us,
        )
    )
    turn.tell("ORDER_PAYMENT", {"state": action.state, "paymentId": action.payment_id})


def _assign(turn: Turn, action: Assign) -> None:
    """Somebody takes care of it; approving ends a review."""
    order = turn.book.order
    if action.approve and order.gate != "REVIEW":
        raise WrongState(
            f"Order {order.order_id} waits for no review: it is {order.state}",
            next_step="Read the order again.",
            metadata={"orderId": order.order_id, "state": order.state},
        )
    order.assignee = action.assignee
    if action.approve:
        order.gate = ""


def _warn(turn: Turn, action: Warn) -> None:
    """Only of the step that the caller has seen: a late timer tells nothing."""
    shipment = turn.book.shipments.get(action.shipment_id)
    seen = action.state, action.due_us
    if shipment is not None and (shipment.state, shipment.due_us) == seen:
        turn.tell_shipment(shipment, "LATE", {"dueUs": action.due_us})
