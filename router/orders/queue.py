"""The one queue of orders that need somebody: why, since when, what to do next.

It is read from the orders themselves, so nothing can be in trouble and not be listed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from inventory.instants import instant, microseconds
from inventory.orders.reading import WholeOrder
from inventory.orders.rows import ShipmentRow
from inventory.orders.states import OPEN_STATES
from inventory.stock import Stock
from router.messages import write_time
from router.paging import Key, digest, read_token, write_token
from router.rpc.call import Call
from router.validate import Violations, page_size
from shipfrom.v1 import order_service_pb2 as pb

RISK_PERCENT = 80
"""Of a step's planned time: from then on somebody should look."""
LATE_MAX = 200
"""Late shipments on the first page; more than a person helps in a shift."""
AHEAD_US = 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class ExceptionQueue:
    """Lists what needs somebody."""

    stock: Stock
    now: Callable[[], datetime]

    async def list_page(
        self, request: pb.ListExceptionsRequest, call: Call
    ) -> pb.ListExceptionsResponse:
        """What is late first, then what waits, the longest first."""
        found = Violations()
        rows = page_size(request.page_size, found)
        found.check()
        asked = digest("ListExceptions", call.principal)
        key = read_token(request.page_token, asked, kinds=(int, str))
        books, response = self.stock.order_books, pb.ListExceptionsResponse()
        if key is None:
            now_us = microseconds(self.now())
            for whole in await books.late(now_us + AHEAD_US, limit=LATE_MAX):
                response.exceptions.extend(_late(whole, now_us))
        after = (int(key[0]), str(key[1])) if key else None
        needy = await books.in_need(after=after, limit=rows + 1)
        for whole in needy[:rows]:
            response.exceptions.append(_need(whole))
        if len(needy) > rows:
            last = needy[rows - 1].order
            ends: Key = [last.changed_at_us, last.order_id]
            response.next_page_token = write_token(ends, asked)
        return response


def _need(whole: WholeOrder) -> pb.OrderException:
    order = whole.order
    kind, what, next_step = _why(whole)
    said = pb.OrderException(
        kind=kind,
        order_id=order.order_id,
        assignee=order.assignee,
        what=what,
        next_step=next_step,
    )
    write_time(instant(order.changed_at_us), said.since_time)
    return said


def _why(whole: WholeOrder) -> tuple[pb.ExceptionKind, str, str]:
    order = whole.order
    name = order.order_id
    if order.gate == "REVIEW":
        approve = f"shipfrom order review {name} --approve"
        return pb.EXCEPTION_KIND_REVIEW, "a rule wants it looked at", approve
    if order.state == "PENDING":
        paid = f"payment is {order.payment}"
        return pb.EXCEPTION_KIND_PAYMENT, paid, "wait, or cancel the order"
    waiting = {line.sku: line.unrouted for line in whole.book.lines.values()}
    said = ", ".join(f"{units} of {sku}" for sku, units in waiting.items() if units)
    is_short = any(row.state == "SHORT" for row in whole.book.allocations.values())
    kind = pb.EXCEPTION_KIND_SHORT if is_short else pb.EXCEPTION_KIND_UNFILLED
    again = f"shipfrom order reroute {name} --dry-run"
    return kind, f"{said} without a node", again


def _late(whole: WholeOrder, now_us: int) -> Iterator[pb.OrderException]:
    for shipment in whole.book.shipments.values():
        is_ours = shipment.state in OPEN_STATES or shipment.state == "IN_TRANSIT"
        if not is_ours or not shipment.due_us:
            continue
        percent = used_percent(shipment, now_us)
        if percent < RISK_PERCENT:
            continue
        over = now_us >= shipment.due_us
        kind = pb.EXCEPTION_KIND_TIMED_OUT if over else pb.EXCEPTION_KIND_LATE_RISK
        due = instant(shipment.due_us).isoformat(timespec="minutes")
        said = pb.OrderException(
            kind=kind,
            order_id=shipment.order_id,
            shipment_id=shipment.shipment_id,
            assignee=whole.order.assignee,
            what=f"{shipment.state} {_where(shipment)}, due {due}",
            next_step=_what_then(shipment),
            risk_percent=min(100, percent),
        )
        write_time(instant(shipment.changed_at_us), said.since_time)
        yield said


def _where(shipment: ShipmentRow) -> str:
    if shipment.state == "IN_TRANSIT":
        return f"to {shipment.to_node}"
    return f"at {shipment.node}"


def _what_then(shipment: ShipmentRow) -> str:
    """The command for a shipment that is late."""
    if shipment.state == "IN_TRANSIT":
        return f"shipfrom store receive {shipment.shipment_id}"
    name = shipment.shipment_id
    return f"shipfrom order reroute {shipment.order_id} --shipment {name} --dry-run"


def used_percent(shipment: ShipmentRow, now_us: int) -> int:
    """Share of the present step's planned time that is used up."""
    planned = max(1, shipment.due_us - shipment.changed_at_us)
    return max(0, now_us - shipment.changed_at_us) * 100 // planned
