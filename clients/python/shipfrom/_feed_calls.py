"""Feeds, documents, incoming orders and the cover of stock, for both clients."""

from collections.abc import AsyncIterator, Iterable, Iterator
from functools import partial

from shipfrom import _feed_requests as _requests
from shipfrom._errors import Refusal
from shipfrom._feed_values import Cover, CoverBand, DeltaReport, FeedMark
from shipfrom._incoming import IncomingOrder, OrdersReport, OrderTally, placings
from shipfrom._shell import AsyncShell, Progress, Shell
from shipfrom._stock_values import StockDelta


class FeedCalls:
    """Calls of `Client`."""

    _shell: Shell

    def import_deltas(
        self,
        rows: Iterable[StockDelta],
        *,
        source: str = "",
        digest: str = "",
        reason: str = "",
        validate_only: bool = False,
        progress: Progress | None = None,
    ) -> DeltaReport:
        """Apply receipts, returns and corrections, each document once and whole. Rows
        without a document are applied once a file if `digest` is the file's hash."""
        tally = _requests.PaperTally()
        for paper in _requests.papers(
            rows,
            source=source,
            digest=digest,
            reason=reason,
            validate_only=validate_only,
        ):
            try:
                tally.add(paper, self._shell.send(paper.call))
            except Refusal as no:
                tally.refuse(paper, no)
            if progress is not None:
                progress(tally.rows)
        return tally.report

    def import_orders(
        self,
        orders: Iterable[IncomingOrder],
        *,
        progress: Progress | None = None,
    ) -> OrdersReport:
        """Hold and commit orders that another system took, one after the other. Their
        ids make the requests', so that placing them again changes nothing."""
        tally = OrderTally()
        for order in orders:
            for placing in placings(order):
                try:
                    self._shell.send(placing.hold)
                    self._shell.send(placing.commit)
                except Refusal as no:
                    if tally.refuse(order, no):
                        continue
                else:
                    tally.placed += 1
                break
            else:
                tally.give_up(order)
            if progress is not None:
                progress(tally.seen)
        return tally.report

    def feed_marks(self, *, source: str = "", node_id: str = "") -> Iterator[FeedMark]:
        """How far each source has gone at each node."""
        return self._shell.pages(partial(_requests.marks_page, source, node_id))

    def cover(
        self,
        *,
        node_id: str = "",
        sku: str = "",
        band: CoverBand | str = "",
        under_days: int = 0,
        over_days: int = 0,
    ) -> Iterator[Cover]:
        """How many days the stock of each cell lasts, most value at risk first. 0 days
        are the server's limits, 7 and 60."""
        return self._shell.pages(
            partial(
                _requests.cover_page,
                node_id=node_id,
                sku=sku,
                band=band,
                under_days=under_days,
                over_days=over_days,
            )
        )


class AsyncFeedCalls:
    """Calls of `AsyncClient`."""

    _shell: AsyncShell

    async def import_deltas(
        self,
        rows: Iterable[StockDelta],
        *,
        source: str = "",
        digest: str = "",
        reason: str = "",
        validate_only: bool = False,
        progress: Progress | None = None,
    ) -> DeltaReport:
        """Apply receipts, returns and corrections, each document once and whole. Rows
        without a document are applied once a file if `digest` is the file's hash."""
        tally = _requests.PaperTally()
        for paper in _requests.papers(
            rows,
            source=source,
            digest=digest,
            reason=reason,
            validate_only=validate_only,
        ):
            try:
                tally.add(paper, await self._shell.send(paper.call))
            except Refusal as no:
                tally.refuse(paper, no)
            if progress is not None:
                progress(tally.rows)
        return tally.report

    async def import_orders(
        self,
        orders: Iterable[IncomingOrder],
        *,
        progress: Progress | None = None,
    ) -> OrdersReport:
        """Hold and commit orders that another system took, one after the other. Their
        ids make the requests', so that placing them again changes nothing."""
        tally = OrderTally()
        for order in orders:
            for placing in placings(order):
                try:
                    await self._shell.send(placing.hold)
                    await self._shell.send(placing.commit)
                except Refusal as no:
                    if tally.refuse(order, no):
                        continue
                else:
                    tally.placed += 1
                break
            else:
                tally.give_up(order)
            if progress is not None:
                progress(tally.seen)
        return tally.report

    def feed_marks(
        self, *, source: str = "", node_id: str = ""
    ) -> AsyncIterator[FeedMark]:
        """How far each source has gone at each node."""
        return self._shell.pages(partial(_requests.marks_page, source, node_id))

    def cover(
        self,
        *,
        node_id: str = "",
        sku: str = "",
        band: CoverBand | str = "",
        under_days: int = 0,
        over_days: int = 0,
    ) -> AsyncIterator[Cover]:
        """How many days the stock of each cell lasts, most value at risk first. 0 days
        are the server's limits, 7 and 60."""
        return self._shell.pages(
            partial(
                _requests.cover_page,
                node_id=node_id,
                sku=sku,
                band=band,
                under_days=under_days,
                over_days=over_days,
            )
        )
