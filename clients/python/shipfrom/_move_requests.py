"""The call that plans orders again together as a value: its bytes, its reader."""

from collections.abc import Callable, Iterable

from shipfrom._answers import money, shipment
from shipfrom._core import Call, new_request_id
from shipfrom._money import Money
from shipfrom._move_values import LeftAlone, OrderMove, Reoptimised
from shipfrom._wire import money_pb, names_of, reader
from shipfrom.v1 import order_service_pb2 as pb

# Hundreds of orders are planned many times over.
DEADLINE_S = 300.0

Step = Reoptimised | int
Waiting = Callable[[int], None]


def reoptimise(
    node_ids: Iterable[str],
    *,
    least_saving: Money | None,
    least_total: Money | None,
    most_moved: int,
    request_id: str,
    dry_run: bool,
) -> Call[Step]:
    """Orders that nobody has begun, planned again together. A stream of steps: seconds,
    then what came of it."""
    request = pb.ReoptimiseRequest(
        request_id=request_id or new_request_id(),
        node_ids=names_of(node_ids),
        least_saving=money_pb(least_saving),
        least_total=money_pb(least_total),
        most_moved=most_moved,
        validate_only=dry_run,
    )

    def read(wire: pb.ReoptimiseResponse) -> Step:
        return _result(wire.result) if wire.HasField("result") else wire.seconds

    return Call(
        "/shipfrom.v1.OrderService/Reoptimise",
        (request.SerializeToString(),),
        reader(pb.ReoptimiseResponse, read),
        mutates=True,
        deadline_s=DEADLINE_S,
    )


def _result(wire: pb.Reoptimisation) -> Reoptimised:
    return Reoptimised(
        moves=tuple(map(_move, wire.moves)),
        left_alone=tuple(LeftAlone(o.order_id, o.reason) for o in wire.left_alone),
        orders_looked_at=wire.orders_looked_at,
        has_more=wire.has_more,
        saving=money(wire.saving),
        verdict=wire.verdict,
    )


def _move(wire: pb.OrderMove) -> OrderMove:
    return OrderMove(
        order_id=wire.order_id,
        before=tuple(map(shipment, wire.before)),
        after=tuple(map(shipment, wire.after)),
        saving=money(wire.saving),
        reason=wire.reason,
        group=wire.group,
        done=wire.done,
        not_done=wire.not_done,
    )
