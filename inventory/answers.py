"""How an answer is kept, so that the same request gets it again.

A hold's or an order's answer is kept without its decision, which lives with the hold.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from inventory.errors import FieldViolation
from inventory.instants import instant, microseconds
from inventory.operations import (
    Answer,
    Cell,
    HoldAnswer,
    HoldState,
    OrderAnswer,
    Skipped,
    StockAnswer,
)
from inventory.orders.actions import StepAnswer
from inventory.orders.moves import MoveAnswer


def dump(answer: Answer) -> str:
    """The stored form: a JSON array whose first value names the kind."""
    if isinstance(answer, HoldAnswer):
        # The one answer of every checkout: written by hand, in a third of the time.
        ids = f"{quoted(answer.hold_id)},{quoted(answer.state)}"
        created = microseconds(answer.created_at)
        expires = microseconds(answer.expires_at)
        return f'["hold",{ids},{quoted(answer.order_ref)},{created},{expires}]'
    if isinstance(answer, OrderAnswer):
        values: list[object] = [
            "order",
            answer.order_id,
            answer.hold_id,
            answer.order_ref,
            answer.state,
            microseconds(answer.created_at),
        ]
    elif isinstance(answer, StepAnswer):
        values = [
            "step",
            answer.order_id,
            answer.state,
            answer.shipment_id,
            answer.shipment_state,
            answer.made,
            answer.unrouted,
            answer.wrong_code,
            *_rare(answer),
        ]
    elif isinstance(answer, MoveAnswer):
        values = ["moves", answer.refused, answer.told]
    else:
        values = ["stock", *_stock_values(answer)]
    return json.dumps(values, separators=(",", ":"))


def load(text: str, decision: bytes) -> Answer:
    """The answer as it was given, marked as replayed."""
    kind, *values = json.loads(text)
    if kind == "hold":
        hold_id, state, order_ref, created, expires = values
        return HoldAnswer(
            hold_id=hold_id,
            state=HoldState(state),
            order_ref=order_ref,
            created_at=instant(created),
            expires_at=instant(expires),
            decision=decision,
            replayed=True,
        )
    if kind == "order":
        order_id, hold_id, order_ref, state, created = values
        return OrderAnswer(
            order_id=order_id,
            hold_id=hold_id,
            order_ref=order_ref,
            state=state,
            created_at=instant(created),
            decision=decision,
            replayed=True,
        )
    if kind == "step":
        return _step_answer(*values)
    if kind == "moves":
        refused, told = values
        return MoveAnswer(tuple((n, why) for n, why in refused), told, replayed=True)
    return _stock_answer(*values)


def _rare(answer: StepAnswer) -> tuple[object, ...]:
    """At the end, and only where there is any: answers of before have none."""
    if answer.left:
        return answer.failed, answer.ended, answer.left
    return (answer.failed, answer.ended) if answer.failed or answer.ended else ()


def _step_answer(
    order_id: str, state: str, shipment_id: str, shipment_state: str, *more: Any
) -> StepAnswer:
    made, unrouted, wrong_code, *rare = more
    failed, ended, left = (*rare, (), (), ())[:3]
    return StepAnswer(
        order_id=order_id,
        state=state,
        shipment_id=shipment_id,
        shipment_state=shipment_state,
        made=tuple(made),
        ended=tuple(ended),
        unrouted=unrouted,
        wrong_code=wrong_code,
        failed=tuple((sku, units) for sku, units in failed),
        left=tuple((sku, units) for sku, units in left),
        replayed=True,
    )


def hold_of(text: str) -> str | None:
    """The hold whose decision belongs to a stored answer."""
    kind, *values = json.loads(text)
    if kind == "hold":
        return str(values[0])
    return str(values[1]) if kind == "order" else None


def replayed(answer: Answer) -> Answer:
    """The same answer, given again."""
    return replace(answer, replayed=True)


def _stock_values(answer: StockAnswer) -> list[object]:
    """Short where nothing is unusual: most answers are cells alone."""
    values: list[object] = [answer.unchanged, list(map(_cell_values, answer.cells))]
    more = answer.created, answer.outdated, answer.skipped
    if any(more) or not answer.is_applied:
        skipped = [
            [place, wrong.field, wrong.problem, wrong.suggestion]
            for place, wrong in answer.skipped
        ]
        values += [answer.created, answer.outdated, skipped, answer.is_applied]
    return values


def _stock_answer(
    unchanged: int,
    cells: Iterable[list[Any]],
    created: int = 0,
    outdated: int = 0,
    *more: Any,
) -> StockAnswer:
    skipped, is_applied = more or ((), True)
    return StockAnswer(
        cells=tuple(Cell(*cell) for cell in cells),
        unchanged=unchanged,
        created=created,
        outdated=outdated,
        skipped=tuple(Skipped(at, FieldViolation(*wrong)) for at, *wrong in skipped),
        is_applied=is_applied,
        replayed=True,
    )


def _cell_values(cell: Cell) -> list[str | int]:
    return [
        cell.sku,
        cell.node_id,
        cell.on_hand,
        cell.held,
        cell.allocated,
        cell.short,
        cell.safety_stock,
        cell.version,
    ]
