"""The client for asyncio; `_client` has the same names for synchronous code."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Literal, Self, Unpack

import grpc

from shipfrom import _imports, _order_requests, _requests, _stock_requests
from shipfrom._asked import Lines
from shipfrom._available import Availability
from shipfrom._core import DEADLINE_S, ttl_of
from shipfrom._enums import HoldState, PaymentState
from shipfrom._feed_calls import AsyncFeedCalls
from shipfrom._feed_values import Feed
from shipfrom._hold import AsyncHold
from shipfrom._network import AsyncNetworkCalls
from shipfrom._order_values import Order
from shipfrom._parts import AsyncParts
from shipfrom._placing import AsyncPlacingCalls
from shipfrom._quotas import AsyncQuotaCalls
from shipfrom._raw import Raw
from shipfrom._shell import AsyncShell, Progress
from shipfrom._stock_values import (
    Cell,
    Entry,
    ImportReport,
    StockCount,
    StockDelta,
)
from shipfrom._supply import AsyncSupplyCalls
from shipfrom._values import Explanation, HoldAnswer, Plan, Quote, Replay
from shipfrom._wishes import Accept, Destination, Routing, RoutingFields


class AsyncClient(
    AsyncParts,
    AsyncNetworkCalls,
    AsyncFeedCalls,
    AsyncSupplyCalls,
    AsyncQuotaCalls,
    AsyncPlacingCalls,
):
    """Quotes, holds and commits against a Shipfrom server; share it between tasks.

    Args:
        address: host:port, https://host:port or unix:path. Default: SHIPFROM_ADDRESS,
            else localhost:7350.
        deadline_s: seconds that one call may take, all its tries together.
        credentials: for TLS with certificates of your own.
    """

    def __init__(
        self,
        address: str | None = None,
        *,
        deadline_s: float = DEADLINE_S,
        credentials: grpc.ChannelCredentials | None = None,
    ) -> None:
        secret = credentials
        self._shell = AsyncShell(address, deadline_s=deadline_s, credentials=secret)

    @property
    def address(self) -> str:
        """Where this client's server is."""
        return self._shell.address

    @property
    def raw(self) -> Raw:
        """The generated stubs on this connection, for what the client does not wrap."""
        return Raw(self._shell.channel)

    async def close(self) -> None:
        """Close the connection."""
        await self._shell.channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def availability(
        self,
        skus: Iterable[str],
        *,
        node_ids: Iterable[str] = (),
        by_node: bool = False,
        channel: str = "",
    ) -> Availability:
        """Units an order of the channel could be promised; `by_node`: and where."""
        asked = node_ids, by_node, channel
        return await self._shell.send(_requests.availability(skus, *asked))

    async def quote(
        self,
        lines: Lines,
        ship_to: str | Destination,
        *,
        options: bool = True,
        explain: bool = False,
        why_not: Iterable[str] = (),
        order_ref: str = "",
        **routing: Unpack[RoutingFields],
    ) -> Quote:
        """Where each line would ship from; `why_not` names nodes to explain."""
        order = lines, ship_to, Routing(**routing)
        call = _requests.quote(
            order, order_ref, options=options, explain=explain, why_not=why_not
        )
        return await self._shell.send(call)

    async def hold(
        self,
        quote: Quote | None = None,
        *,
        lines: Lines | None = None,
        ship_to: str | Destination | None = None,
        plan: Plan | None = None,
        accept: Accept | Literal["quote"] | None = "quote",
        ttl: str | int | timedelta = "15m",
        order_id: str = "",
        order_ref: str = "",
        hold_id: str = "",
        **routing: Unpack[RoutingFields],
    ) -> AsyncHold:
        """Set the units of a quote, or of lines and a destination, aside for `ttl`.

        The server plans again on fresh stock and refuses (QuoteStale) what costs more
        or arrives later than the quote's best plan, or than `plan`, one of its options.
        `order_id` is the default of commit. Raises NoStock, QuoteStale, ...
        """
        routed = Routing(**routing) if routing else None
        call = _requests.hold(
            _requests.order_of(quote, lines, ship_to, routing=routed, plan=plan),
            accept=_requests.accept_of(accept, quote, plan),
            ttl=ttl_of(ttl),
            hold_id=hold_id,
            order_ref=_requests.ref_of(quote, order_ref or order_id),
        )

        def handle(answer: HoldAnswer) -> AsyncHold:
            return AsyncHold(self, answer, ttl=ttl_of(ttl), order_id=order_id)

        return await self._shell.send(call.then(handle))

    async def extend(self, hold_id: str, *, ttl: str | int | timedelta) -> datetime:
        """Give a live hold more time, counted from now; its end, never sooner."""
        return await self._shell.send(_requests.extend(hold_id, ttl=ttl_of(ttl)))

    async def release(self, hold_id: str) -> HoldState:
        """Give the units of a hold back; safe to repeat."""
        return await self._shell.send(_requests.release(hold_id))

    async def commit(
        self,
        hold_id: str,
        *,
        order_id: str = "",
        request_id: str = "",
        customer_ref: str = "",
        payment_state: PaymentState | str = "",
    ) -> Order:
        """Turn a hold into an order. The same `request_id` gives the same answer.

        `customer_ref` is the shop's own name for the customer; an order whose
        `payment_state` is PENDING is not picked until it is paid.
        """
        call = _order_requests.commit(
            hold_id,
            order_id=order_id,
            request_id=request_id,
            customer_ref=customer_ref,
            payment_state=payment_state,
        )
        return await self._shell.send(call)

    async def order(self, order_id: str) -> Order:
        """One order with its shipments. Raises OrderNotFound."""
        return await self._shell.send(_order_requests.get(order_id))

    async def explain(
        self,
        order_id: str = "",
        *,
        hold_id: str = "",
        why_not: Iterable[str] = (),
        decision: int = 0,
    ) -> Explanation:
        """Why an order or a hold ships from where it does, solved again as it was.

        `decision` 0 is the hold's; each re-route of the order adds one.
        """
        call = _order_requests.explain(order_id, hold_id, why_not, decision=decision)
        return await self._shell.send(call)

    async def replay(self, order_id: str = "", *, hold_id: str = "") -> Replay:
        """Whether the stored decision comes out the same when it is solved again."""
        return await self._shell.send(_order_requests.replay(order_id, hold_id))

    async def adjust_stock(
        self,
        deltas: _stock_requests.Cells | Iterable[StockDelta],
        *,
        reason: str = "",
        validate_only: bool = False,
        source: str = "",
        document_id: str = "",
    ) -> tuple[Cell, ...]:
        """Add to or take from on_hand. At most 500, all or none; a document once."""
        call = _stock_requests.adjust_stock(
            deltas,
            reason=reason,
            validate_only=validate_only,
            source=source,
            document_id=document_id,
        )
        return await self._shell.send(call)

    def stock(
        self, sku: str = "", *, node_id: str = "", to_be_counted: bool = False
    ) -> AsyncIterator[Cell]:
        """The cells of a SKU, a node, or one of both; or only those where somebody did
        not find what the books say."""
        page = partial(_stock_requests.stock_page, to_be_counted=to_be_counted)
        return self._shell.pages(partial(page, sku, node_id))

    def entries(self, sku: str, *, node_id: str = "") -> AsyncIterator[Entry]:
        """Every change of a SKU's cells, newest first."""
        return self._shell.pages(partial(_stock_requests.entries_page, sku, node_id))

    async def import_stock(
        self,
        rows: Iterable[StockCount],
        *,
        feed: Feed | None = None,
        all_or_nothing: bool = False,
        validate_only: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Write any number of absolute counts; good rows go in, or none. `feed` says
        whose file they are, and whether it names every cell of some nodes."""
        settings = _imports.Settings(all_or_nothing, validate_only)
        parts = _imports.parts("stock", rows, settings, feed)
        return await self._shell.run_import(parts, progress)
