"""Prices are shown page by page, and made anew while the caller waits."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from allocation.prices.backtest import Backtest
from allocation.prices.forecast import Forecast, Source
from allocation.prices.published import PriceList
from inventory.errors import (
    Draining,
    InvalidField,
    NodeNotFound,
    PageTokenMismatch,
    SolveFailed,
)
from inventory.prices.forecasts import Taken, Told, taken_of
from inventory.requests import RequestKey
from router import forecasts, looking_ahead
from router.forecasts import read_forecast
from router.lookahead.solving import SolverDied
from router.looking_ahead import LookAheadService
from router.money import Currency
from router.rpc.call import Call
from shipfrom.v1 import look_ahead_service_pb2 as pb

MADE = datetime(2026, 11, 22, 12, tzinfo=UTC)
LISTED = PriceList(
    version="prices-7",
    made_at=MADE,
    fresh_for=timedelta(minutes=15),
    fades_over=timedelta(minutes=45),
    horizon=timedelta(days=3),
    futures=30,
    bound_minor=123_456,
    price_minor=np.array([[0, 250], [400, 99]], np.int64),
    skus=("SKU-1", "SKU-2"),
    node_ids=("chi", "nyc"),
    orders=1_250,
    units=9,
    verdict="recent orders cost 1.2 % less with them",
)


@dataclass
class Desk:
    """Prices in memory; a solve waits until it is let go."""

    listed: PriceList | None = None
    made: PriceList = LISTED
    released: asyncio.Event = field(default_factory=asyncio.Event)
    left: bool = False
    dies: bool = False

    async def current(self) -> PriceList | None:
        return self.listed

    async def solve_now(self, publish: bool) -> PriceList:
        try:
            await self.released.wait()
        except asyncio.CancelledError:
            self.left = True
            raise
        if publish:
            self.listed = self.made
        if self.dies:
            raise SolverDied("the solver ended with -9: \nno memory")
        return self.made


@dataclass
class Books:
    """Takes every forecast, and remembers under which request."""

    keys: list[RequestKey] = field(default_factory=list)

    async def take(self, key: RequestKey, told: Told) -> Taken:
        self.keys.append(key)
        return taken_of(told)


def service(
    desk: Desk, age: timedelta = timedelta(0), books: Books | None = None
) -> LookAheadService:
    """The service some time after the list was made."""
    nodes, taking = ("chi", "nyc"), books or Books()
    return LookAheadService(desk, lambda: nodes, Currency(), lambda: MADE + age, taking)


async def price_list(desk: Desk, age: timedelta) -> pb.PriceList:
    answer = await service(desk, age).GetPriceList(pb.GetPriceListRequest(), Call())
    return answer.price_list


async def prices(
    desk: Desk, age: timedelta = timedelta(0), **asked: object
) -> pb.ListPricesResponse:
    request = pb.ListPricesRequest(**asked)  # type: ignore[arg-type]  # as given
    return await service(desk, age).ListPrices(request, Call())


def cells(answer: pb.ListPricesResponse) -> list[tuple[str, str, int]]:
    return [(p.sku, p.node_id, p.price.nanos // 10**7) for p in answer.prices]


async def test_a_list_says_from_what_it_is_and_how_long_it_counts() -> None:
    told = await price_list(Desk(LISTED), timedelta(minutes=10))

    assert (told.version, told.share_bps) == ("prices-7", 10_000)
    assert told.make_time.ToDatetime(tzinfo=UTC) == MADE
    fresh = told.fresh_until_time.ToDatetime(tzinfo=UTC)
    faded = told.faded_time.ToDatetime(tzinfo=UTC)
    assert (fresh - MADE, faded - fresh) == (
        timedelta(minutes=15),
        timedelta(minutes=45),
    )
    assert told.horizon.ToTimedelta() == timedelta(days=3)
    assert (told.orders, told.futures, told.cells) == (1_250, 30, 3)
    assert (told.bound.units, told.bound.nanos) == (1_234, 560_000_000)
    assert told.verdict == LISTED.verdict
    assert [(c.sku, c.node_id) for c in told.dearest] == [
        ("SKU-2", "chi"),
        ("SKU-1", "nyc"),
        ("SKU-2", "nyc"),
    ]


async def test_what_counts_falls_while_the_price_stays() -> None:
    told = await price_list(Desk(LISTED), timedelta(minutes=15 + 9))

    assert told.share_bps == 8_000
    assert (told.dearest[0].price.units, told.dearest[0].counted.units) == (4, 3)
    assert told.dearest[0].counted.nanos == 200_000_000
    gone = await price_list(Desk(LISTED), timedelta(hours=1))
    assert (gone.share_bps, gone.dearest[0].counted.units) == (0, 0)


async def test_before_the_first_list_there_is_none_and_no_price() -> None:
    answer = await service(Desk()).GetPriceList(pb.GetPriceListRequest(), Call())

    assert not answer.HasField("price_list")
    assert await prices(Desk()) == pb.ListPricesResponse()


async def test_prices_come_by_sku_and_node_page_by_page() -> None:
    desk = Desk(LISTED)
    first = await prices(desk, page_size=2)
    second = await prices(desk, page_size=2, page_token=first.next_page_token)

    assert cells(first) == [("SKU-1", "nyc", 50), ("SKU-2", "chi", 0)]
    assert cells(second) == [("SKU-2", "nyc", 99)]
    assert (second.next_page_token, second.version) == ("", "prices-7")


async def test_prices_of_a_sku_or_of_a_node() -> None:
    desk = Desk(LISTED)

    assert cells(await prices(desk, sku="SKU-1")) == [("SKU-1", "nyc", 50)]
    assert cells(await prices(desk, node_id="chi")) == [("SKU-2", "chi", 0)]
    assert cells(await prices(desk, sku="unheard-of")) == []


async def test_a_node_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(NodeNotFound) as refused:
        await prices(Desk(LISTED), node_id="nyx")
    assert "nyc" in refused.value.next_step


async def test_wrong_fields_are_named() -> None:
    with pytest.raises(InvalidField) as wrong:
        await prices(Desk(LISTED), sku="~x", page_size=-1)
    assert {each.field for each in wrong.value.violations} == {"sku", "page_size"}
    token = (await prices(Desk(LISTED), page_size=1)).next_page_token
    with pytest.raises(PageTokenMismatch):
        await prices(Desk(LISTED), page_token=token, sku="SKU-1")


async def solved(desk: Desk, *, validate_only: bool) -> list[pb.SolvePricesResponse]:
    request = pb.SolvePricesRequest(validate_only=validate_only)
    found = []
    async for step in service(desk).SolvePrices(request, Call()):
        found.append(step)
        desk.released.set()
    return found


async def test_a_solve_shows_that_it_lives_and_ends_with_the_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looking_ahead, "SIGN_OF_LIFE_S", 0.01)
    desk = Desk()

    first, *_, last = await solved(desk, validate_only=False)

    assert not first.HasField("price_list")
    assert last.price_list.version == "prices-7"
    assert desk.listed is LISTED


async def test_a_solve_that_only_shows_puts_nothing_in_force() -> None:
    desk = Desk()
    desk.released.set()

    [last] = await solved(desk, validate_only=True)

    assert (last.price_list.version, last.price_list.cells) == ("", 3)
    assert desk.listed is None


async def test_a_solver_that_died_is_a_refusal_that_says_so() -> None:
    desk = Desk(dies=True)
    desk.released.set()

    with pytest.raises(SolveFailed, match="the solver ended with -9") as failed:
        await solved(desk, validate_only=True)

    assert "prices in force stay" in failed.value.next_step


async def test_a_server_that_is_about_to_stop_waits_for_no_solve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looking_ahead, "SIGN_OF_LIFE_S", 0.01)
    desk, call = Desk(), Call(is_ending=lambda: True)

    with pytest.raises(Draining):
        await anext(service(desk).SolvePrices(pb.SolvePricesRequest(), call))

    assert desk.left


async def test_nobody_is_solved_for_who_has_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looking_ahead, "SIGN_OF_LIFE_S", 0.01)
    desk = Desk()
    steps = service(desk).SolvePrices(pb.SolvePricesRequest(), Call())
    await anext(steps)

    await steps.aclose()

    assert desk.left


TOMORROW = MADE.replace(hour=0) + timedelta(days=1)
REQUEST_ID = "9e6f3c6a-58b1-4c3e-8f0a-6d1f0f4c2b7a"


async def imported(*rows: pb.ForecastRow, **more: object) -> pb.ImportForecastResponse:
    request = pb.ImportForecastRequest(
        request_id=REQUEST_ID,
        rows=rows,
        **more,  # type: ignore[arg-type]  # as given
    )
    return await service(Desk()).ImportForecast(request, Call())


def row(at: datetime = TOMORROW, orders: float = 24, hours: int = 0) -> pb.ForecastRow:
    return pb.ForecastRow(start_time=at, orders=orders, hours=hours)


@pytest.mark.parametrize(
    ("rows", "field", "problem"),
    [
        ([], "rows", "has 0 entries"),
        ([row()] * 10_001, "rows", "has 10,001 entries"),
        ([row(), pb.ForecastRow(orders=1)], "rows[1].start_time", "is required"),
        ([row(TOMORROW + timedelta(minutes=30))], "rows[0].start_time", "no full hour"),
        ([row(TOMORROW + timedelta(microseconds=1))], "rows[0].start_time", "no full"),
        ([row(TOMORROW + timedelta(days=370))], "rows[0].start_time", "2027-11-23"),
        ([row(), row(hours=169)], "rows[1].hours", "is 169"),
        ([row(orders=-1)], "rows[0].orders", "out of range"),
        ([row(orders=float("nan"))], "rows[0].orders", "out of range"),
        ([row(hours=24), row(TOMORROW + timedelta(hours=23))], "rows[1]", "twice"),
        (
            [row(TOMORROW + timedelta(days=7 * n), hours=168) for n in range(-10, 50)],
            "rows",
            "more than 10,000 hours",
        ),
    ],
)
async def test_a_forecast_that_cannot_be_is_refused_by_its_row(
    rows: list[pb.ForecastRow], field: str, problem: str
) -> None:
    with pytest.raises(InvalidField) as refused:
        await imported(*rows)
    [wrong] = refused.value.violations
    assert wrong.field == field
    assert problem in wrong.problem


async def test_a_repeat_is_known_by_what_was_sent_however_late_it_comes() -> None:
    books, minute = Books(), timedelta(minutes=1)

    async def send(age: timedelta, **more: object) -> str:
        rows = [row()]
        request = pb.ImportForecastRequest(request_id=REQUEST_ID, rows=rows, **more)  # type: ignore[arg-type]
        await service(Desk(), age, books).ImportForecast(request, Call())
        return books.keys[-1].content_hash

    first = await send(minute)
    assert await send(99 * minute) == first
    others = {await send(minute, clear=True), await send(minute, make_time=MADE)}
    assert len(others - {first}) == 2
    tried, last = len(books.keys), await send(minute, validate_only=True)
    assert (len(books.keys), last) == (tried, books.keys[-1].content_hash)


async def test_a_forecast_is_not_made_tomorrow() -> None:
    with pytest.raises(InvalidField, match="make_time"):
        await imported(row(), make_time=MADE + timedelta(minutes=6))


async def test_a_clock_that_runs_ahead_forecasts_now() -> None:
    request = pb.ImportForecastRequest(
        request_id=REQUEST_ID, rows=[row()], make_time=MADE + timedelta(minutes=2)
    )
    told, _ = read_forecast(request, Call(), MADE)
    assert told.made_at == MADE


WEEKS = [row(TOMORROW - timedelta(days=7 * n), hours=168) for n in range(1_000)]


@pytest.mark.parametrize(
    "rows",
    [WEEKS, [row(hours=168)] * 10_000, [pb.ForecastRow(hours=168)] * 10_000],
    ids=["too many hours", "the same hours", "no hours"],
)
def test_rows_that_are_refused_are_not_spread_any_further(
    rows: list[pb.ForecastRow], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody else waits meanwhile: the loop is one."""
    spread: list[int] = []
    shares = forecasts._shares

    def counted(total: int, parts: int) -> Iterable[int]:
        spread.append(parts)
        return shares(total, parts)

    monkeypatch.setattr(forecasts, "_shares", counted)
    request = pb.ImportForecastRequest(request_id=REQUEST_ID, rows=rows)
    with pytest.raises(InvalidField):
        read_forecast(request, Call(), MADE)
    assert sum(spread) <= forecasts.HOURS_MAX + 168


async def test_a_forecast_is_counted_and_nothing_of_it_is_lost() -> None:
    late = MADE - timedelta(hours=2)
    found = await imported(row(late, 1, 3), row(TOMORROW, 100, 7))

    assert (found.hours, found.past_hours) == (8, 2)
    assert found.orders == pytest.approx(100.334)
    forgotten = await imported(clear=True)
    assert (forgotten.hours, forgotten.orders) == (0, 0)


async def test_a_list_says_how_many_orders_it_is_for_and_how_good_that_was() -> None:
    tried = Backtest(28, 1_900, 1_400)
    own = Forecast(Source.IMPORTED, 1_240.5, 72, 0.8, Backtest(28, 700, 1_500), tried)

    told = await price_list(Desk(replace(LISTED, forecast=own)), timedelta(0))

    found = told.forecast
    assert (found.source, found.orders) == (pb.FORECAST_SOURCE_IMPORTED, 1_240.5)
    assert (found.kept_bps, found.imported_hours, found.correction) == (5_000, 72, 0.8)
    learned, other = found.backtests
    assert (learned.source, learned.kept_bps) == (pb.FORECAST_SOURCE_LEARNED, 10_000)
    assert (other.windows, other.error_bps, other.mean_error_bps) == (28, 1_900, 1_400)
    assert not (await price_list(Desk(LISTED), timedelta(0))).HasField("forecast")
