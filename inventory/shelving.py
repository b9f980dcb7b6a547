"""Counts and adjustments: the shelf speaks, the books follow.

A count that contradicts the books is written, not refused: the shelf is the truth about
the shelf, and the gap is declared as `short`. An adjustment is arithmetic on the books,
so it must not take more than they have.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from inventory.books import Books, CellKey, CellRow
from inventory.errors import (
    BelowAllocated,
    FieldViolation,
    IdReused,
    InvalidField,
    NegativeStock,
    NodeNotFound,
)
from inventory.feeds.marking import admit, delivered_until, finish, note_moment
from inventory.feeds.values import Document, Feed
from inventory.operations import (
    AdjustStock,
    Cell,
    Count,
    CountStock,
    Skipped,
    StockAnswer,
)
from inventory.posting import COUNT, PAST_COUNT, post, tell_short
from inventory.tables import QUANTITY_MAX


def count(books: Books, operation: CountStock) -> StockAnswer:
    """Write absolute counts; a count that says what the books say makes no entry.

    Counts of nodes where their source had gone as far before are left out, and so are
    those of a moment before the cell was last counted; a caller who wants the cells
    wants all of them or none.
    """
    keys = [(line.sku, line.node_id) for line in operation.counts]
    _check_once(keys)
    if operation.keeps_promises:
        for line, key in zip(operation.counts, keys, strict=True):
            check_promises(books.cells[key].value(), line.on_hand)
    feed = operation.feed
    stale = {
        place: wrong
        for place, line in enumerate(operation.counts)
        if line.as_of_us and (wrong := _stale(books, line, feed))
    }
    if stale and operation.wants_cells:
        raise InvalidField([_at(place, wrong) for place, wrong in stale.items()])
    outdated = admit(books, feed, [node for _, node in keys]) if feed else set()
    done = _Tally()
    for place, (line, key) in enumerate(zip(operation.counts, keys, strict=True)):
        if line.node_id in outdated:
            done.outdated += 1
        elif place in stale:
            done.skipped.append(Skipped(place, stale[place]))
        else:
            _count(books, operation, line, cell=books.cells[key], done=done)
    if feed is not None and feed.ends:
        finish(books.feeds, feed)
    cells = [books.cells[key].value() for key in keys] if operation.wants_cells else ()
    return StockAnswer(
        tuple(cells),
        unchanged=done.unchanged,
        created=done.created,
        outdated=done.outdated,
        skipped=tuple(done.skipped),
    )


def _at(place: int, wrong: FieldViolation) -> FieldViolation:
    path = f"counts[{place}].{wrong.field}"
    return FieldViolation(path, wrong.problem, wrong.suggestion)


@dataclass(slots=True)
class _Tally:
    """What counts came to."""

    unchanged: int = 0
    created: int = 0
    outdated: int = 0
    skipped: list[Skipped] = field(default_factory=list)


def _count(
    books: Books, operation: CountStock, line: Count, *, cell: CellRow, done: _Tally
) -> None:
    books.feeds.looked_at.add((line.sku, line.node_id))
    counted = line.on_hand
    if line.as_of_us:
        moved = books.feeds.since(line.sku, line.node_id, line.as_of_us).units
        # More may have left than was counted: what nobody saw is not there either.
        counted = min(QUANTITY_MAX, max(0, counted + moved))
        if operation.feed is not None:
            source, moment = operation.feed.source, line.as_of_us
            note_moment(books.feeds, source, line.node_id, moment)
    on_hand = counted - cell.on_hand
    safety = 0 if line.safety_stock is None else line.safety_stock - cell.safety_stock
    if on_hand or safety:
        done.created += not cell.ver
        kind = PAST_COUNT if line.as_of_us else COUNT
        _enter(books, cell, operation, kind=kind, on_hand=on_hand, safety_stock=safety)
    else:
        done.unchanged += 1


def _stale(books: Books, line: Count, feed: Feed | None) -> FieldViolation | None:
    """Why a count of an earlier moment is no news."""
    if feed is not None:
        until = delivered_until(books.feeds, feed.source, line.node_id)
        if line.as_of_us < until:
            said = f"is older than what {feed.source} delivered of {line.node_id}"
            return FieldViolation("as_of_time", said, "leave it out")
    if books.feeds.since(line.sku, line.node_id, line.as_of_us).is_counted:
        said = f"is before {line.sku} at {line.node_id} was last counted"
        return FieldViolation("as_of_time", said, "leave it out, or count it again")
    return None


def adjust(books: Books, operation: AdjustStock) -> StockAnswer:
    """Add to or take from on_hand, all deltas or none; a document's deltas once."""
    keys = [(line.sku, line.node_id) for line in operation.deltas]
    _check_once(keys)
    document = operation.document
    if document is not None and _is_counted(books, document):
        cells = tuple(books.cells[key].value() for key in keys)
        return StockAnswer(cells, is_applied=False)
    for number, line in enumerate(operation.deltas):
        _check_result(number, books.cells[(line.sku, line.node_id)], line.delta)
    for line, key in zip(operation.deltas, keys, strict=True):
        _enter(books, books.cells[key], operation, kind="ADJUST", on_hand=line.delta)
    if document is not None:
        name = document.source, document.document_id
        books.feeds.documents[name] = document.content
        books.feeds.new_documents.append((*name, document.content))
    return StockAnswer(tuple(books.cells[key].value() for key in keys))


def check_promises(cell: Cell, on_hand: int) -> None:
    """Raises BelowAllocated: orders have more units there than were counted."""
    if on_hand < cell.allocated:
        raise BelowAllocated(
            f"{cell.allocated} of {cell.sku} at {cell.node_id} are allocated,"
            f" {on_hand} were counted",
            next_step="Re-route or cancel orders first, or count without the guard.",
            metadata={
                "sku": cell.sku,
                "nodeId": cell.node_id,
                "allocated": str(cell.allocated),
                "onHand": str(on_hand),
            },
        )


def _is_counted(books: Books, document: Document) -> bool:
    """Whether the document was counted before. Raises IdReused for another content."""
    name = document.source, document.document_id
    content = books.feeds.documents.get(name)
    if content is None or content == document.content:
        return content is not None
    raise IdReused(
        f"Document {document.document_id} was counted before with other content",
        next_step="Give a correction a document id of its own.",
        metadata={"documentId": document.document_id, "source": document.source},
    )


def unknown_node(node_id: str) -> NodeNotFound:
    """Stock is counted only at nodes that the catalogue knows."""
    return NodeNotFound(
        f"No node {node_id}",
        next_step="Create the node first.",
        metadata={"nodeId": node_id},
    )


def _check_once(keys: Iterable[CellKey]) -> None:
    listed = list(keys)
    assert len(set(listed)) == len(listed), "an operation names a cell once"


def _check_result(number: int, cell: CellRow, delta: int) -> None:
    result = cell.on_hand + delta
    if result < 0:
        raise NegativeStock(
            f"{cell.node} has {cell.on_hand} of {cell.sku}, {-delta} cannot be taken",
            next_step="Count the cell, or take fewer.",
            metadata={
                "sku": cell.sku,
                "nodeId": cell.node,
                "onHand": str(cell.on_hand),
                "delta": str(delta),
            },
        )
    if result > QUANTITY_MAX:
        raise InvalidField(
            [
                FieldViolation(
                    f"deltas[{number}].delta",
                    f"{cell.sku} at {cell.node} would exceed {QUANTITY_MAX} units",
                    "Check the unit of measure.",
                )
            ]
        )


def _enter(
    books: Books,
    cell: CellRow,
    operation: CountStock | AdjustStock,
    *,
    kind: str,
    on_hand: int,
    safety_stock: int = 0,
) -> None:
    short_before = cell.short
    post(
        books,
        cell,
        op_id=f"{operation.key.principal}/{operation.key.request_id}",
        kind=kind,
        actor=operation.key.principal,
        reason=operation.reason,
        on_hand=on_hand,
        safety_stock=safety_stock,
    )
    tell_short(books, cell, short_before)
