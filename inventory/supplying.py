"""Supply that is on its way: announced with a date, then received onto a shelf.

It is never stock: what is announced cannot be held. It says when those who wait may be
served, and a receipt turns it into stock in one transaction, so that no unit is ever
both expected and there.
"""

from inventory.books import Books
from inventory.errors import IdReused, IncomingNotFound, Refusal, WrongState
from inventory.operations import ReceiveIncoming, SetIncoming, StockAnswer
from inventory.posting import post, tell
from inventory.supply_rows import IncomingRow

RECEIVE = "RECEIVE"


def announce(books: Books, operation: SetIncoming) -> StockAnswer:
    """Write what will arrive. An id stays with its cell: another one is another supply.

    Raises:
        IdReused: the id was announced for another cell.
    """
    for row in operation.rows:
        known = books.incoming.get(row.incoming_id)
        if known is not None and (known.sku, known.node) != (row.sku, row.node_id):
            raise IdReused(
                f"Supply {row.incoming_id} is {known.sku} for {known.node}",
                next_step="Make a new incoming id for another cell.",
                metadata={"incomingId": row.incoming_id},
            )
    for row in operation.rows:
        known = books.incoming.get(row.incoming_id)
        if known is None:
            at = (row.expected_us, books.now_us)
            fresh = (row.incoming_id, row.sku, row.node_id, 0, 0, *at)
            known = books.incoming[row.incoming_id] = IncomingRow(*fresh)
        known.qty = max(row.quantity, 0 if row.quantity else known.received)
        known.expected_us, known.at_us = row.expected_us, books.now_us
    keys = dict.fromkeys((row.sku, row.node_id) for row in operation.rows)
    return StockAnswer(tuple(books.cells[key].value() for key in keys))


def receive(books: Books, operation: ReceiveIncoming) -> StockAnswer:
    """Put what arrived on the shelf.

    Raises:
        IncomingNotFound: nobody announced it.
        WrongState: nothing of it is expected any more, and no quantity says what came.
    """
    supply = books.incoming.get(operation.incoming_id)
    if supply is None or not supply.qty:
        raise unknown_supply(operation.incoming_id)
    units = operation.quantity or supply.open
    if not units:
        raise WrongState(
            f"Supply {operation.incoming_id} has arrived: {supply.received} units",
            next_step="Say how many more came, or count the cell.",
            metadata={"incomingId": operation.incoming_id},
        )
    cell = books.cells[supply.sku, supply.node]
    post(
        books,
        cell,
        op_id=f"{operation.key.principal}/{operation.key.request_id}",
        kind=RECEIVE,
        actor=operation.key.principal,
        reason=operation.reason or operation.incoming_id,
        on_hand=units,
    )
    supply.received += units
    supply.at_us = books.now_us
    said: dict[str, str | int] = {"incomingId": supply.incoming_id, "sku": supply.sku}
    said |= {"nodeId": supply.node, "quantity": units, "expected": supply.open}
    tell(books, f"{supply.sku}@{supply.node}", "INCOMING_RECEIVED", said)
    return StockAnswer((cell.value(),))


def unknown_supply(incoming_id: str) -> Refusal:
    """Nobody announced it, or it was withdrawn."""
    return IncomingNotFound(
        f"No supply {incoming_id} is announced",
        next_step="Announce it with SetIncoming, or adjust the cell.",
        metadata={"incomingId": incoming_id},
    )
