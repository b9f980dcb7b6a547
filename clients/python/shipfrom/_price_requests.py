"""Every call about prices as a value: its bytes, its reader."""

from shipfrom._answers import instant, money
from shipfrom._core import Call
from shipfrom._forecast_requests import forecast_of
from shipfrom._price_values import CellPrice, PriceList
from shipfrom._wire import call_of, reader
from shipfrom.v1 import look_ahead_service_pb2 as pb

PAGE_ROWS = 500
# A solve is ended by the server before.
SOLVE_DEADLINE_S = 600.0
_SERVICE = "/shipfrom.v1.LookAheadService/"

Step = PriceList | int


def current() -> Call[PriceList | None]:
    """The list in force, if there is one."""

    def read(wire: pb.GetPriceListResponse) -> PriceList | None:
        return _price_list(wire.price_list) if wire.HasField("price_list") else None

    parse = reader(pb.GetPriceListResponse, read)
    return call_of(_SERVICE + "GetPriceList", pb.GetPriceListRequest(), parse)


def page(
    sku: str, node_id: str, page_token: str
) -> Call[tuple[tuple[CellPrice, ...], str]]:
    """One page of prices, by SKU and node."""
    request = pb.ListPricesRequest(
        sku=sku, node_id=node_id, page_size=PAGE_ROWS, page_token=page_token
    )
    parse = reader(
        pb.ListPricesResponse,
        lambda w: (tuple(map(_cell, w.prices)), w.next_page_token),
    )
    return call_of(_SERVICE + "ListPrices", request, parse)


def solve(*, validate_only: bool) -> Call[Step]:
    """Make prices now. A stream of steps: seconds, then the list."""
    request = pb.SolvePricesRequest(validate_only=validate_only)

    def read(wire: pb.SolvePricesResponse) -> Step:
        if wire.HasField("price_list"):
            return _price_list(wire.price_list)
        return wire.seconds

    return Call(
        _SERVICE + "SolvePrices",
        (request.SerializeToString(),),
        reader(pb.SolvePricesResponse, read),
        deadline_s=SOLVE_DEADLINE_S,
    )


def _price_list(wire: pb.PriceList) -> PriceList:
    return PriceList(
        version=wire.version,
        made_at=instant(wire.make_time),
        fresh_until=instant(wire.fresh_until_time),
        faded_at=instant(wire.faded_time),
        share_bps=wire.share_bps,
        horizon=wire.horizon.ToTimedelta(),
        orders=wire.orders,
        futures=wire.futures,
        bound=money(wire.bound),
        cells=wire.cells,
        verdict=wire.verdict,
        dearest=tuple(map(_cell, wire.dearest)),
        forecast=forecast_of(wire.forecast) if wire.HasField("forecast") else None,
    )


def _cell(wire: pb.CellPrice) -> CellPrice:
    return CellPrice(wire.sku, wire.node_id, money(wire.price), money(wire.counted))
