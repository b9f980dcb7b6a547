"""What somebody asks of a re-optimisation, checked."""

from collections.abc import Collection
from dataclasses import dataclass

from allocation.reoptimise.limits import ORDERS_MAX, Limits
from inventory.requests import RequestKey
from router.money import Currency
from router.request_key import key_of
from router.rpc.call import Call
from router.validate import Violations, amount, whole
from shipfrom.v1 import order_service_pb2 as pb

NODES_MAX = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """Which orders, and what a move must be worth.

    Args:
        owner: whose orders; None: anybody's.
        nodes: of orders with a shipment at one of these; none: of any.
        after: the place of the last order that was looked at before, to go on behind.
        is_rehearsal: show the moves, make none.
        is_repeatable: keep the answer also where nothing moves, for whoever asks again.
    """

    key: RequestKey
    limits: Limits
    owner: str | None = None
    nodes: tuple[str, ...] = ()
    after: tuple[int, str] | None = None
    is_rehearsal: bool = False
    is_repeatable: bool = False
    deadline: float | None = None


def asked_of(
    request: pb.ReoptimiseRequest,
    call: Call,
    currency: Currency,
    *,
    nodes: Collection[str],
) -> Asked:
    """What the request asks.

    Args:
        nodes: all that there are.

    Raises:
        InvalidField: it names each wrong field.
    """
    found = Violations()
    names = tuple(request.node_ids)
    if len(names) > NODES_MAX:
        found.add("node_ids", f"has {len(names)} nodes", f"name at most {NODES_MAX}")
    for number, name in enumerate(names[:NODES_MAX]):
        if name not in nodes:
            found.add(f"node_ids[{number}]", f"{name} is no node", "see ListNodes")
    limits = _limits(request, found, currency)
    content = (
        sorted(names),
        limits.least_saving_minor,
        limits.least_total_minor,
        limits.most_moved,
    )
    return Asked(
        key_of("Reoptimise", request.request_id, found, call, *content),
        limits,
        owner=call.principal,
        nodes=names,
        is_rehearsal=request.validate_only,
        is_repeatable=True,
        deadline=call.deadline,
    )


def _limits(
    request: pb.ReoptimiseRequest, found: Violations, currency: Currency
) -> Limits:
    usual = Limits()
    least, total, most = (
        usual.least_saving_minor,
        usual.least_total_minor,
        usual.most_moved,
    )
    if request.HasField("least_saving"):
        least = amount(request.least_saving, "least_saving", found, currency)
    if request.HasField("least_total"):
        total = amount(request.least_total, "least_total", found, currency)
    if request.most_moved:
        asked = request.most_moved
        most = whole(asked, "most_moved", found, least=1, most=ORDERS_MAX)
    return usual if found.found else Limits(least, total, most)
