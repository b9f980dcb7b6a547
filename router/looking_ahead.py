"""What stock is worth to the orders expected: shown to people, and made anew."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from allocation.prices.forecast import Forecast, Source
from allocation.prices.published import PriceList
from allocation.prices.shown import CellPrice, dearest, priced_cells
from inventory.errors import NodeNotFound, SolveFailed
from inventory.prices.forecasts import Taken, Told, taken_of
from inventory.requests import RequestKey
from router import living
from router.forecasts import read_forecast, write_taken
from router.lookahead.solving import SolverDied
from router.messages import write_time
from router.money import Currency
from router.paging import digest, read_token, write_token
from router.rpc.call import Call
from router.validate import Violations, nearest, page_size
from router.validate import sku as check_sku
from shipfrom.v1 import look_ahead_service_pb2 as pb

DEAREST = 10
"""Cells that a list is shown with; a person does not read more."""
SIGN_OF_LIFE_S = 2.0
"""A solve takes up to minutes."""


FROM = {
    Source.LEARNED: pb.FORECAST_SOURCE_LEARNED,
    Source.IMPORTED: pb.FORECAST_SOURCE_IMPORTED,
}


class ForecastBooks(Protocol):
    """Where the forecasts of others are kept."""

    async def take(self, key: RequestKey, told: Told) -> Taken:
        """Write one, once for this request."""


class PriceDesk(Protocol):
    """Where prices are kept and made."""

    async def current(self) -> PriceList | None:
        """The list in force; it may have faded."""

    async def solve_now(self, publish: bool) -> PriceList:
        """New prices, in force or only shown."""


@dataclass(frozen=True, slots=True)
class LookAheadService:
    """The stories of prices.

    Args:
        node_ids: the nodes of the network as it is now.
    """

    desk: PriceDesk
    node_ids: Callable[[], Collection[str]]
    currency: Currency
    now: Callable[[], datetime]
    forecasts: ForecastBooks

    async def GetPriceList(
        self, request: pb.GetPriceListRequest, call: Call
    ) -> pb.GetPriceListResponse:
        """The list in force."""
        response = pb.GetPriceListResponse()
        listed = await self.desk.current()
        if listed is not None:
            await self._write_list(listed, response.price_list)
        return response

    async def ListPrices(
        self, request: pb.ListPricesRequest, call: Call
    ) -> pb.ListPricesResponse:
        """Prices by SKU and node."""
        found = Violations()
        rows = page_size(request.page_size, found)
        if request.sku:
            check_sku(request.sku, "sku", found)
        found.check()
        asked = digest("ListPrices", request.sku, request.node_id)
        key = read_token(request.page_token, asked, kinds=(str, str))
        self._check_node(request.node_id)
        response, listed = pb.ListPricesResponse(), await self.desk.current()
        if listed is None:
            return response
        cells = priced_cells(
            listed,
            sku=request.sku,
            node_id=request.node_id,
            after=(str(key[0]), str(key[1])) if key else ("", ""),
        )
        page = await asyncio.to_thread(list, islice(cells, rows + 1))
        share_bps = listed.share_bps(self.now())
        for cell in page[:rows]:
            self._write_cell(cell, share_bps, response.prices.add())
        if len(page) > rows:
            last = page[rows - 1]
            response.next_page_token = write_token([last.sku, last.node_id], asked)
        response.version = listed.version
        return response

    async def SolvePrices(
        self, request: pb.SolvePricesRequest, call: Call
    ) -> AsyncIterator[pb.SolvePricesResponse]:
        """Make prices now; signs of life, then the list."""
        work = self._solved(publish=not request.validate_only)
        steps = living.told(work, call, stops="makes no prices", every_s=SIGN_OF_LIFE_S)
        async with aclosing(steps):
            async for seconds, made in steps:
                response = pb.SolvePricesResponse(seconds=seconds)
                if made is not None:
                    await self._write_list(made, response.price_list)
                yield response

    async def ImportForecast(
        self, request: pb.ImportForecastRequest, call: Call
    ) -> pb.ImportForecastResponse:
        """What somebody else expects, from now on."""
        told, key = read_forecast(request, call, self.now())
        dry = request.validate_only
        taken = taken_of(told) if dry else await self.forecasts.take(key, told)
        response = pb.ImportForecastResponse()
        write_taken(taken, response)
        return response

    async def _solved(self, *, publish: bool) -> PriceList:
        try:
            made = await self.desk.solve_now(publish)
        except SolverDied as died:
            raise SolveFailed(
                f"Prices could not be made: {str(died).splitlines()[0]}",
                next_step="look at the server's log, then call again; the prices in"
                " force stay",
            ) from died
        return made if publish else replace(made, version="")

    def _check_node(self, node_id: str) -> None:
        known = self.node_ids()
        if node_id and node_id not in known:
            raise NodeNotFound(
                f"no node has the id {node_id[:64]!r}",
                next_step=nearest(node_id, sorted(known)) or "see ListNodes",
                metadata={"nodeId": node_id[:64]},
            )

    async def _write_list(self, listed: PriceList, out: pb.PriceList) -> None:
        fresh_until = listed.made_at + listed.fresh_for
        out.version = listed.version
        write_time(listed.made_at, out.make_time)
        write_time(fresh_until, out.fresh_until_time)
        write_time(fresh_until + listed.fades_over, out.faded_time)
        out.share_bps = share_bps = listed.share_bps(self.now())
        out.horizon.seconds = listed.horizon // timedelta(seconds=1)
        out.orders, out.futures = listed.orders, listed.futures
        self.currency.write(listed.bound_minor, out.bound)
        out.cells, out.verdict = listed.cells, listed.verdict
        if listed.forecast is not None:
            _write_forecast(listed.forecast, out.forecast)
        # A large list has millions of cells.
        for cell in await asyncio.to_thread(dearest, listed, DEAREST):
            self._write_cell(cell, share_bps, out.dearest.add())

    def _write_cell(self, cell: CellPrice, share_bps: int, out: pb.CellPrice) -> None:
        out.sku, out.node_id = cell.sku, cell.node_id
        self.currency.write(cell.price_minor, out.price)
        self.currency.write(cell.price_minor * share_bps // 10_000, out.counted)


def _write_forecast(forecast: Forecast, out: pb.Forecast) -> None:
    out.source, out.orders = FROM[forecast.source], forecast.orders
    out.kept_bps, out.imported_hours = forecast.kept_bps, forecast.covered_hours
    out.correction = forecast.factor
    tried = {Source.LEARNED: forecast.learned, Source.IMPORTED: forecast.imported}
    for source, backtest in tried.items():
        if backtest is not None:
            out.backtests.add(
                source=FROM[source],
                windows=backtest.windows,
                error_bps=backtest.error_bps,
                mean_error_bps=backtest.mean_error_bps,
                kept_bps=backtest.kept_bps,
            )
