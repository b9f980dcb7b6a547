"""How far each source has come, and how long the stock lasts: pages for people."""

from inventory.cover import Band, CellCover, Wish
from inventory.feeds.desk import Feeds, Mark
from router.messages import write_time
from router.money import Currency
from router.paging import Key, digest, read_token, write_token
from router.validate import Violations, identifier, page_size, whole
from router.validate import sku as check_sku
from shipfrom.v1 import inventory_service_pb2 as pb

UNDER_DAYS, UNDER_DAYS_MAX = 7, 365
OVER_DAYS, OVER_DAYS_MAX = 60, 3_650
BANDS = {
    pb.COVER_BAND_UNSPECIFIED: "",
    pb.COVER_BAND_UNDER: "UNDER",
    pb.COVER_BAND_FINE: "FINE",
    pb.COVER_BAND_OVER: "OVER",
}
WIRE_BANDS = {Band(word): wire for wire, word in BANDS.items() if word}


async def list_marks(
    request: pb.ListFeedMarksRequest, feeds: Feeds
) -> pb.ListFeedMarksResponse:
    """Marks by node and source."""
    found = Violations()
    rows = page_size(request.page_size, found)
    if request.source:
        identifier(request.source, "source", found)
    found.check()
    asked = digest("ListFeedMarks", request.source, request.node_id)
    after = read_token(request.page_token, asked, kinds=(str, str))
    marks = await feeds.marks(
        source=request.source,
        node_id=request.node_id,
        after=(str(after[0]), str(after[1])) if after else None,
        limit=rows + 1,
    )
    response = pb.ListFeedMarksResponse()
    for mark in marks[:rows]:
        _write_mark(mark, response.marks.add())
    if len(marks) > rows:
        last = marks[rows - 1]
        response.next_page_token = write_token([last.node_id, last.source], asked)
    return response


def _write_mark(mark: Mark, out: pb.FeedMark) -> None:
    out.source = mark.source
    out.node_id = mark.node_id
    out.sequence = mark.sequence
    out.open = mark.is_open
    out.owner = mark.is_owner
    out.digest = mark.digest
    if mark.as_of is not None:
        write_time(mark.as_of, out.as_of_time)
    write_time(mark.at, out.update_time)


async def list_cover(
    request: pb.ListCoverRequest, feeds: Feeds, currency: Currency
) -> pb.ListCoverResponse:
    """Cells with most value at risk first."""
    found = Violations()
    rows, wish = page_size(request.page_size, found), _wish(request, found)
    found.check()
    asked = digest("ListCover", wish)
    after = read_token(request.page_token, asked, kinds=(int, int, str, str))
    place = None
    if after is not None:
        worth, units, sku, node_id = after
        place = int(worth), int(units), str(sku), str(node_id)
    page = await feeds.cover.page(wish, after=place, limit=rows + 1)
    response = pb.ListCoverResponse(window_days=page.window_days)
    for cell in page.cells[:rows]:
        _write_cover(cell, response.cells.add(), currency)
    if len(page.cells) > rows:
        last = page.cells[rows - 1]
        key: Key = [last.worth, last.units, last.sku, last.node_id]
        response.next_page_token = write_token(key, asked)
    return response


def _wish(request: pb.ListCoverRequest, found: Violations) -> Wish:
    under = request.under_days or min(UNDER_DAYS, request.over_days or UNDER_DAYS)
    over = request.over_days or max(OVER_DAYS, under)
    whole(under, "under_days", found, least=1, most=UNDER_DAYS_MAX)
    whole(over, "over_days", found, least=max(1, under), most=OVER_DAYS_MAX)
    if request.sku:
        check_sku(request.sku, "sku", found)
    if request.band not in BANDS:
        found.add("band", "is no known band", "use UNDER, FINE or OVER")
    band = BANDS.get(request.band, "")
    return Wish(under, over, request.node_id, request.sku, band)


def _write_cover(cell: CellCover, out: pb.Cover, currency: Currency) -> None:
    out.sku = cell.sku
    out.node_id = cell.node_id
    out.available = cell.available
    out.sold = cell.sold
    if cell.days is not None:
        out.days = cell.days
    out.band = WIRE_BANDS[cell.band]
    out.units_at_risk = cell.units
    if cell.value:
        currency.write(cell.worth, out.value_at_risk)
