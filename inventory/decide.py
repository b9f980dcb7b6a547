"""The decision of one operation on the batch's copy of the books. Pure, no SQL.

Each function first checks everything and then changes everything, so a refused
operation leaves no trace. `holding` has the life of a hold, `shelving` counts and
adjustments.
"""

from inventory import answers
from inventory.books import Books, StoredAnswer
from inventory.errors import IdReused
from inventory.holding import commit, expire, extend, place, release
from inventory.operations import (
    AdjustStock,
    Answer,
    CommitHold,
    CountStock,
    ExpireHold,
    ExtendHold,
    Operation,
    PlaceHold,
    ReceiveIncoming,
    ReleaseHold,
    RequestKey,
    SetIncoming,
)
from inventory.orders.actions import OrderStep
from inventory.orders.moves import MoveOrders
from inventory.orders.moving import move_orders
from inventory.orders.steps import step
from inventory.shelving import adjust, count
from inventory.supplying import announce, receive


def decide(books: Books, operation: Operation) -> Answer:
    """Carry the operation out on the copy, or raise the refusal.

    A request id that was answered before gets that answer again; only answers of
    operations that had an effect are kept, refusals are decided anew each time.
    """
    if isinstance(operation, ExpireHold):
        return expire(books, operation)
    earlier = stored_answer(books, operation.key)
    if earlier is not None:
        return earlier
    answer = _carry_out(books, operation)
    _keep(books, operation.key, answer)
    return answer


def _carry_out(books: Books, operation: Operation) -> Answer:
    match operation:
        case PlaceHold():
            return place(books, operation)
        case CommitHold():
            return commit(books, operation)
        case ReleaseHold():
            return release(books, operation)
        case ExtendHold():
            return extend(books, operation)
        case CountStock():
            return count(books, operation)
        case AdjustStock():
            return adjust(books, operation)
        case SetIncoming():
            return announce(books, operation)
        case ReceiveIncoming():
            return receive(books, operation)
        case OrderStep():
            return step(books, operation)
        case MoveOrders():
            return move_orders(books, operation)
        case ExpireHold():
            return expire(books, operation)


def stored_answer(books: Books, key: RequestKey) -> Answer | None:
    """What this request was answered before, if it was."""
    stored = books.answers.get((key.principal, key.method, key.request_id))
    if stored is None:
        return None
    check_content(key, stored.request_hash)
    if stored.answer is not None:
        return answers.replayed(stored.answer)
    assert stored.text is not None
    return answers.load(stored.text, _decision(books, key.principal, stored.text))


def check_content(key: RequestKey, request_hash: str) -> None:
    """The same id must carry the same content."""
    if key.content_hash != request_hash:
        raise IdReused(
            f"Request id {key.request_id} was used before with other content",
            next_step="Make a new request id for a new request.",
            metadata={"requestId": key.request_id, "method": key.method},
        )


def _decision(books: Books, owner: str, text: str) -> bytes:
    hold_id = answers.hold_of(text)
    hold = books.holds.get((owner, hold_id)) if hold_id else None
    return hold.decision if hold else b""


def _keep(books: Books, key: RequestKey, answer: Answer) -> None:
    place_of = (key.principal, key.method, key.request_id)
    books.answers[place_of] = StoredAnswer(key.content_hash, None, answer)
    if not books.are_written:
        return
    books.effects.answers.append(
        (*place_of, key.content_hash, answers.dump(answer), books.now_us)
    )
