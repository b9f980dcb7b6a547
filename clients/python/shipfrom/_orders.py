"""Orders after their commit, as `client.orders`."""

import time
from collections.abc import Iterable, Iterator
from functools import partial

from shipfrom import _move_requests
from shipfrom import _order_requests as _requests
from shipfrom._asked import Lines
from shipfrom._core import Call
from shipfrom._enums import OrderState, PaymentState
from shipfrom._errors import Error, OutcomeUnknown
from shipfrom._event_requests import Patience
from shipfrom._money import Money
from shipfrom._move_values import Reoptimised
from shipfrom._order_requests import ReturnLines
from shipfrom._order_values import (
    Order,
    OrderException,
    PlanChange,
    ReceivedLine,
    Return,
)
from shipfrom._shell import Shell


class Orders:
    """Reads orders and changes what may still be changed.

    Each write makes the id of its request, and repeats it by itself; give a
    `request_id` of your own to repeat a write from another process. `dry_run` checks
    and plans as the write would, and changes nothing.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def __call__(
        self, *, state: OrderState | str = "", page_size: int = 0
    ) -> Iterator[Order]:
        """Orders, newest first: `list` in short."""
        return self.list(state=state, page_size=page_size)

    def get(self, order_id: str) -> Order:
        """One order as it is now. Raises OrderNotFound."""
        return self._shell.send(_requests.get(order_id))

    def list(
        self,
        *,
        state: OrderState | str = "",
        customer_ref: str = "",
        page_size: int = 0,
    ) -> Iterator[Order]:
        """Orders, newest first; pages are fetched as they are needed."""
        page = partial(
            _requests.page, state=state, customer_ref=customer_ref, page_size=page_size
        )
        return self._shell.pages(page)

    def watch(self, order_id: str) -> Iterator[Order]:
        """The order now, and again at each change, until it is over.

        A connection that breaks is made again, and nothing is told twice. Raises
        OrderNotFound, and Unavailable when nobody answers for a minute.
        """
        call, at, seen = _requests.watch(order_id), Patience(""), None
        while True:
            try:
                for order in self._shell.listen(call):
                    at.heard("")
                    if order != seen:
                        seen = order
                        yield order
                return
            except Error as error:
                time.sleep(at.pause_s(error))

    def cancel(
        self,
        order_id: str,
        lines: Lines | None = None,
        *,
        reason: str = "",
        request_id: str = "",
        dry_run: bool = False,
    ) -> Order:
        """Give units back, by default all: {"SKU-1": 1} leaves the other lines.

        The order after it, also by `dry_run`. Raises PastPointOfNoReturn, WrongState.
        """
        call = _requests.cancel(
            order_id, lines, reason=reason, request_id=request_id, dry_run=dry_run
        )
        return self._shell.send(call)

    def change(
        self,
        order_id: str,
        lines: Lines,
        *,
        removed: Iterable[str] = (),
        reason: str = "",
        request_id: str = "",
        dry_run: bool = False,
    ) -> PlanChange:
        """Other quantities: {"SKU-1": 3} makes it three; SKUs not named stay.

        Raises PastPointOfNoReturn, WrongState.
        """
        call = _requests.change(
            order_id,
            lines,
            removed=removed,
            reason=reason,
            request_id=request_id,
            dry_run=dry_run,
        )
        return self._shell.send(call)

    def reroute(
        self,
        order_id: str,
        shipment_ids: Iterable[str] = (),
        *,
        only: Iterable[str] = (),
        exclude: Iterable[str] = (),
        reason: str = "",
        request_id: str = "",
        dry_run: bool = False,
    ) -> PlanChange:
        """Other nodes for shipments that nobody has begun, and for units that wait.

        `only` and `exclude` name nodes and need a reason. Raises ShipmentNotFound,
        NoStock, WrongState.
        """
        call = _requests.reroute(
            order_id,
            shipment_ids,
            only=only,
            exclude=exclude,
            reason=reason,
            request_id=request_id,
            dry_run=dry_run,
        )
        return self._shell.send(call)

    def reoptimise(
        self,
        node_ids: Iterable[str] = (),
        *,
        least_saving: Money | None = None,
        least_total: Money | None = None,
        most_moved: int = 0,
        request_id: str = "",
        dry_run: bool = False,
        progress: _move_requests.Waiting | None = None,
    ) -> Reoptimised:
        """Plan orders that nobody has begun again together; move what saves enough.

        In no more shipments and no later than promised. `node_ids`: only orders with a
        shipment there. `progress` is told the seconds so far. Raises Overloaded while
        it is done already.
        """
        call = _move_requests.reoptimise(
            node_ids,
            least_saving=least_saving,
            least_total=least_total,
            most_moved=most_moved,
            request_id=request_id,
            dry_run=dry_run,
        )
        return self._reoptimised(call, progress)

    def _reoptimised(
        self,
        call: Call[_move_requests.Step],
        progress: _move_requests.Waiting | None,
    ) -> Reoptimised:
        found: Reoptimised | None = None
        try:
            for step in self._shell.listen(call):
                if isinstance(step, Reoptimised):
                    found = step
                elif progress is not None:
                    progress(step)
        except OutcomeUnknown as unknown:
            unknown.bind(partial(self._reoptimised, call, progress))
            raise
        assert found is not None, "the last step is what came of it"
        return found

    def report_payment(
        self,
        order_id: str,
        payment_id: str,
        state: PaymentState | str,
        *,
        shipment_id: str = "",
        amount: Money | None = None,
        reference: str = "",
        request_id: str = "",
    ) -> Order:
        """Mirror what the payment system says; `payment_id` is its own id of it."""
        call = _requests.report_payment(
            order_id,
            payment_id,
            state,
            shipment_id=shipment_id,
            amount=amount,
            reference=reference,
            request_id=request_id,
        )
        return self._shell.send(call)

    def review(
        self,
        order_id: str,
        *,
        assignee: str = "",
        approve: bool = False,
        request_id: str = "",
    ) -> Order:
        """Say who takes care of it; `approve` lets it go on."""
        call = _requests.review(
            order_id, assignee=assignee, approve=approve, request_id=request_id
        )
        return self._shell.send(call)

    def exceptions(self) -> Iterator[OrderException]:
        """Orders that need somebody, the longest waiting first."""
        return self._shell.pages(_requests.exceptions_page)

    def create_return(
        self,
        order_id: str,
        lines: ReturnLines,
        *,
        return_id: str = "",
        node_id: str = "",
        request_id: str = "",
    ) -> Return:
        """Announce goods that come back: {"SKU-1": 1}, or ReturnLines with reasons.

        They go to the node whose way back costs least unless one is named.
        """
        call = _requests.create_return(
            order_id,
            lines,
            return_id=return_id,
            node_id=node_id,
            request_id=request_id,
        )
        return self._shell.send(call)

    def receive_return(
        self,
        order_id: str,
        return_id: str,
        lines: Iterable[ReceivedLine],
        *,
        node_id: str = "",
        request_id: str = "",
    ) -> Return:
        """Goods arrived: their condition decides whether they are stock again.

        Raises ReturnNotFound, WrongState.
        """
        call = _requests.receive_return(
            order_id, return_id, lines, node_id=node_id, request_id=request_id
        )
        return self._shell.send(call)
