"""The life of a hold: placed once, settled once.

    (none)  --place-->   ACTIVE  --commit-->   COMMITTED   held units become allocated
       |                    |----release-->  RELEASED    units are free again
       |                    '----expire-->   EXPIRED     only after expires_at
       '-------release-->  RELEASED                      a tombstone without lines

Expiry is permission to reap, not a state: a commit that is late but comes before the
reaper succeeds, because the units are still set aside.
"""

from collections.abc import Iterable
from datetime import timedelta

from inventory.books import Books, CellKey, CellRow, HoldKey, HoldRow, LineRow
from inventory.errors import (
    HoldCommitted,
    HoldExpired,
    HoldNotFound,
    HoldReleased,
    IdReused,
    NoStock,
    Refusal,
)
from inventory.fencing import check_fences, quota_keys
from inventory.instants import MICROSECOND, instant
from inventory.operations import (
    CommitHold,
    ExpireHold,
    ExtendHold,
    HoldAnswer,
    HoldState,
    OrderAnswer,
    PlaceHold,
    ReleaseHold,
    RequestKey,
)
from inventory.ordering import open_order, order_answer
from inventory.posting import post, tell

HOLD_AGE_MAX = timedelta(hours=4)  # a forgotten hold must not starve a cell for a day


def place(books: Books, operation: PlaceHold) -> HoldAnswer:
    """Set all units aside, or none; the refusal names every fresh cell."""
    owner, hold_id = key = (operation.key.principal, operation.hold_id)
    known = books.holds.get(key)
    if known is not None:
        return placed_before(known, operation.key)
    cells = _cells(books, operation)
    hold = HoldRow(
        owner=owner,
        hold_id=hold_id,
        state=HoldState.ACTIVE,
        request_hash=operation.key.content_hash,
        order_ref=operation.order_ref,
        created_at_us=books.now_us,
        expires_at_us=books.now_us + operation.ttl // MICROSECOND,
        settled_at_us=None,
        settled_by=None,
        settle_op=None,
        lines=tuple(map(LineRow._make, operation.lines)),
        decision=operation.decision,
        gate=operation.gate,
        priority=operation.priority,
    )
    books.holds[key] = books.changed_holds[key] = hold
    op_id = f"{owner}/{hold_id}"
    claims = (line for line in hold.lines if line.node)
    for line, cell in zip(claims, cells, strict=True):
        post(books, cell, op_id=op_id, kind="HOLD", actor=owner, held=line.qty)
    return hold_answer(hold)


def _cells(books: Books, operation: PlaceHold) -> list[CellRow]:
    """The cells of the lines, each with enough units."""
    claims = [line for line in operation.lines if line.node_id]
    keys = [(line.sku, line.node_id) for line in claims]
    assert len(set(keys)) == len(keys), "a hold names a cell once"
    cells = [books.cell(key) for key in keys]
    for line, cell in zip(claims, cells, strict=True):
        free = cell.free
        if line.quantity > free:
            raise NoStock(
                f"{line.node_id} has {max(0, free)} of {line.sku},"
                f" {line.quantity} are needed",
                cells=books.fresh(_seen(keys, operation)),
                next_step="Quote again: the plan was made on older stock.",
                metadata={
                    "sku": line.sku,
                    "nodeId": line.node_id,
                    "available": str(max(0, free)),
                    "wanted": str(line.quantity),
                },
            )
    if operation.fenced:
        check_fences(books, operation, _seen(keys, operation))
    return cells


def _seen(keys: list[CellKey], operation: PlaceHold) -> Iterable[CellKey]:
    """The cells that a refusal shows, each once."""
    return dict.fromkeys([*keys, *quota_keys(operation.fenced)])


def placed_before(hold: HoldRow, key: RequestKey) -> HoldAnswer:
    """The hold id is known under another request id (or was released unseen)."""
    if hold.state is HoldState.RELEASED or hold.state is HoldState.EXPIRED:
        raise settled(hold)
    if hold.request_hash != key.content_hash:
        raise IdReused(
            f"Hold id {hold.hold_id} was used before with other content",
            next_step="Make a new hold id for a new hold.",
            metadata={"holdId": hold.hold_id},
        )
    return hold_answer(hold, replayed=True)


def commit(books: Books, operation: CommitHold) -> OrderAnswer:
    """Turn the hold into an order: its held units become allocated."""
    key = (operation.key.principal, operation.hold_id)
    hold = _known(books, key)
    if hold.state is HoldState.COMMITTED:
        order = books.order_of[key]
        if order.order_id != operation.order_id:
            raise settled(hold)
        return order_answer(order, hold, replayed=True)
    if hold.state is not HoldState.ACTIVE:
        raise settled(hold)
    if operation.order_id in books.orders:
        raise IdReused(
            f"Order id {operation.order_id} belongs to another hold",
            next_step="Make a new order id for a new order.",
            metadata={"orderId": operation.order_id},
        )
    _settle(books, hold, HoldState.COMMITTED, by=hold.owner)
    order = open_order(books, hold, operation)
    facts: dict[str, str | int] = {"orderId": order.order_id, "holdId": hold.hold_id}
    if order.customer_ref:
        facts["customerRef"] = order.customer_ref
    tell(books, order.order_id, f"ORDER_{order.state}", facts)
    return order_answer(order, hold)


def release(books: Books, operation: ReleaseHold) -> HoldAnswer:
    """Give the units back; an unknown id is buried, so that it never comes alive."""
    key = (operation.key.principal, operation.hold_id)
    hold = books.holds.get(key)
    if hold is None:
        hold = books.holds[key] = books.changed_holds[key] = _tombstone(books, key)
        return hold_answer(hold)
    if hold.state is HoldState.RELEASED:
        return hold_answer(hold, replayed=True)
    if hold.state is not HoldState.ACTIVE:
        raise settled(hold)
    _settle(books, hold, HoldState.RELEASED, by=hold.owner)
    tell(books, hold.hold_id, "HOLD_RELEASED", {"holdId": hold.hold_id})
    return hold_answer(hold)


def extend(books: Books, operation: ExtendHold) -> HoldAnswer:
    """Move the expiry later, never earlier and never past the greatest age."""
    hold = _known(books, (operation.key.principal, operation.hold_id))
    if hold.state is not HoldState.ACTIVE:
        raise settled(hold)
    wanted_us = books.now_us + operation.ttl // MICROSECOND
    latest_us = hold.created_at_us + HOLD_AGE_MAX // MICROSECOND
    hold.expires_at_us = max(hold.expires_at_us, min(wanted_us, latest_us))
    books.changed_holds[(hold.owner, hold.hold_id)] = hold
    return hold_answer(hold)


def expire(books: Books, operation: ExpireHold) -> HoldAnswer:
    """End a hold whose time is over; anything else is a no-op, as reapers compete."""
    hold = _known(books, (operation.principal, operation.hold_id))
    due = hold.expires_at_us <= books.now_us
    if hold.state is HoldState.ACTIVE and due:
        _settle(books, hold, HoldState.EXPIRED, by="reaper")
        tell(books, hold.hold_id, "HOLD_EXPIRED", {"holdId": hold.hold_id})
    return hold_answer(hold)


def hold_answer(hold: HoldRow, *, replayed: bool = False) -> HoldAnswer:
    """The hold as it stands."""
    return HoldAnswer(
        hold_id=hold.hold_id,
        state=hold.state,
        order_ref=hold.order_ref,
        created_at=instant(hold.created_at_us),
        expires_at=instant(hold.expires_at_us),
        decision=hold.decision,
        replayed=replayed,
    )


def settled(hold: HoldRow) -> Refusal:
    """The refusal that says how the hold ended."""
    facts = {"holdId": hold.hold_id, "state": hold.state.value}
    match hold.state:
        case HoldState.COMMITTED:
            return HoldCommitted(
                f"Hold {hold.hold_id} is already an order", metadata=facts
            )
        case HoldState.RELEASED:
            return HoldReleased(
                f"Hold {hold.hold_id} was released",
                next_step="Place a new hold.",
                metadata=facts,
            )
        case _:
            return HoldExpired(
                f"Hold {hold.hold_id} expired at"
                f" {instant(hold.expires_at_us).isoformat(timespec='seconds')}",
                next_step="Place a new hold.",
                metadata=facts,
            )


def _known(books: Books, key: HoldKey) -> HoldRow:
    hold = books.holds.get(key)
    if hold is None:
        raise unknown_hold(key[1])
    return hold


def unknown_hold(hold_id: str) -> HoldNotFound:
    """The same words whether the hold never was or belongs to another owner."""
    return HoldNotFound(
        f"No hold {hold_id}",
        next_step="Check the hold id, or place a hold.",
        metadata={"holdId": hold_id},
    )


def _tombstone(books: Books, key: HoldKey) -> HoldRow:
    owner, hold_id = key
    return HoldRow(
        owner=owner,
        hold_id=hold_id,
        state=HoldState.RELEASED,
        request_hash="",
        order_ref="",
        created_at_us=books.now_us,
        expires_at_us=books.now_us,
        settled_at_us=books.now_us,
        settled_by=owner,
        settle_op="RELEASE",
        lines=(),
        decision=b"",
    )


_SETTLE_KIND = {
    HoldState.COMMITTED: "COMMIT",
    HoldState.RELEASED: "RELEASE",
    HoldState.EXPIRED: "EXPIRE",
}


def _settle(books: Books, hold: HoldRow, state: HoldState, *, by: str) -> None:
    kind, op_id = _SETTLE_KIND[state], f"{hold.owner}/{hold.hold_id}"
    hold.state = state
    hold.settled_at_us = books.now_us
    hold.settled_by = by
    hold.settle_op = kind
    books.changed_holds[(hold.owner, hold.hold_id)] = hold
    for line in hold.lines:
        if not line.node:
            continue
        post(
            books,
            books.cells[(line.sku, line.node)],
            op_id=op_id,
            kind=kind,
            actor=by,
            held=-line.qty,
            allocated=line.qty if state is HoldState.COMMITTED else 0,
        )
