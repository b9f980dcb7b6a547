"""What is told of a re-optimisation, and how it is kept for whoever asks again."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence

from allocation.reoptimise.moves import Move
from allocation.reoptimise.telling import why
from inventory.orders.moves import MoveAnswer
from router.messages import write_shipment
from router.money import Currency
from router.reoptimising.planning import NOT_AS_IT_STANDS, Planned
from shipfrom.v1 import order_service_pb2 as pb


def reasons_of(planned: Planned, currency: Currency) -> dict[str, str]:
    """Why each order moves, in words."""
    moves = planned.moves
    return {move.order_id: why(move, moves, currency.text) for move in moves}


def written(
    planned: Planned,
    left_alone: Mapping[str, str],
    reasons: Mapping[str, str],
    *,
    looked_at: int,
    currency: Currency,
) -> pb.Reoptimisation:
    """Every move, none of them made yet."""
    response = pb.Reoptimisation(orders_looked_at=looked_at)
    for move in planned.moves:
        _write_move(move, reasons[move.order_id], response.moves.add(), currency)
    unplanned = dict.fromkeys(planned.left_alone, NOT_AS_IT_STANDS)
    for order_id, reason in sorted({**left_alone, **unplanned}.items()):
        response.left_alone.add(order_id=order_id, reason=reason)
    return response


def _write_move(move: Move, reason: str, out: pb.OrderMove, currency: Currency) -> None:
    out.order_id, out.reason, out.group = move.order_id, reason, move.group
    for shipment in move.before.shipments:
        write_shipment(shipment, out.before.add(), currency)
    for shipment in move.after.shipments:
        write_shipment(shipment, out.after.add(), currency)
    currency.write(move.saving_minor, out.saving)


def packed(response: pb.Reoptimisation) -> str:
    """The moves as they are kept with the ledger's answer."""
    return b64encode(response.SerializeToString(deterministic=True)).decode()


def came_of(answer: MoveAnswer, currency: Currency) -> pb.Reoptimisation:
    """The moves that were kept, with what the ledger made of each."""
    response = pb.Reoptimisation.FromString(b64decode(answer.told))
    refused = dict(answer.refused)
    for move in response.moves:
        move.done = move.group not in refused
        move.not_done = refused.get(move.group, "")
    conclude(response, [m for m in response.moves if m.done], currency, made=True)
    return response


def conclude(
    response: pb.Reoptimisation,
    counted: Sequence[pb.OrderMove],
    currency: Currency,
    *,
    made: bool,
) -> None:
    """What the counted moves save, and one sentence of it.

    Args:
        made: whether anything was to be moved at all.
    """
    saving = sum(currency.minor(move.saving) for move in counted)
    currency.write(saving, response.saving)
    looked_at = response.orders_looked_at
    orders = f"{looked_at} order{'' if looked_at == 1 else 's'}"
    said = f"Nothing to move: no saving among {orders} is large enough."
    if not looked_at:
        said = "Nothing to move: there is no order that nobody has begun."
    if response.moves:
        verb = "moved and save" if made else "would move and save"
        said = f"{len(counted)} of {orders} {verb} {currency.text(saving)}."
    kept = len(response.moves) - len(counted)
    if kept:
        said += f" {kept} stayed: somebody was faster, or units were gone."
    if response.has_more:
        said += " There are more orders: name nodes to look at others."
    response.verdict = said
