"""Calls about feeds, documents and the cover of stock: their bytes, their readers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice

from shipfrom._answers import instant, money_or_none, words
from shipfrom._core import Call
from shipfrom._errors import (
    IdReused,
    InvalidField,
    NegativeStock,
    NodeNotFound,
    Refusal,
)
from shipfrom._feed_values import (
    Cover,
    CoverBand,
    DeltaReport,
    FeedMark,
    RefusedDocument,
)
from shipfrom._stock_requests import PAGE_ROWS, Page, adjust_stock
from shipfrom._stock_values import Cell, StockDelta
from shipfrom._wire import call_of, enum_pb, reader
from shipfrom.v1 import inventory_service_pb2 as pb

_INVENTORY = "/shipfrom.v1.InventoryService/"
_BANDS = words(CoverBand, pb.CoverBand, "COVER_BAND_")
# Cells of one call; a document is applied whole or not at all.
DOCUMENT_ROWS_MAX = 500
# What is wrong with one document alone: the others may still go in.
DOCUMENT_REFUSALS = (InvalidField, IdReused, NegativeStock, NodeNotFound)


def marks_page(source: str, node_id: str, page_token: str) -> Call[Page[FeedMark]]:
    """One page of feed marks."""
    request = pb.ListFeedMarksRequest(
        source=source, node_id=node_id, page_size=PAGE_ROWS, page_token=page_token
    )
    parse = reader(
        pb.ListFeedMarksResponse,
        lambda w: (tuple(map(_mark, w.marks)), w.next_page_token),
    )
    return call_of(_INVENTORY + "ListFeedMarks", request, parse)


def _mark(wire: pb.FeedMark) -> FeedMark:
    return FeedMark(
        source=wire.source,
        node_id=wire.node_id,
        sequence=wire.sequence,
        open=wire.open,
        owner=wire.owner,
        digest=wire.digest,
        as_of=instant(wire.as_of_time) if wire.HasField("as_of_time") else None,
        updated_at=instant(wire.update_time),
    )


def cover_page(
    page_token: str,
    *,
    node_id: str,
    sku: str,
    band: CoverBand | str,
    under_days: int,
    over_days: int,
) -> Call[Page[Cover]]:
    """One page of covers, most at risk first."""
    request = pb.ListCoverRequest(
        node_id=node_id,
        sku=sku,
        band=enum_pb(band, CoverBand, "band", "COVER_BAND_"),
        under_days=under_days,
        over_days=over_days,
        page_size=PAGE_ROWS,
        page_token=page_token,
    )
    parse = reader(
        pb.ListCoverResponse,
        lambda w: (tuple(map(_cover, w.cells)), w.next_page_token),
    )
    return call_of(_INVENTORY + "ListCover", request, parse)


def _cover(wire: pb.Cover) -> Cover:
    worth = wire.value_at_risk if wire.HasField("value_at_risk") else None
    return Cover(
        sku=wire.sku,
        node_id=wire.node_id,
        available=wire.available,
        sold=wire.sold,
        days=wire.days if wire.HasField("days") else None,
        band=_BANDS.get(wire.band, CoverBand.UNSPECIFIED),
        units_at_risk=wire.units_at_risk,
        value_at_risk=money_or_none(worth) if worth is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of a file: its call, and where its rows begin."""

    document_id: str
    call: Call[bool]
    row: int
    rows: int


def papers(
    deltas: Iterable[StockDelta],
    *,
    source: str,
    digest: str,
    reason: str,
    validate_only: bool,
) -> Iterator[Paper]:
    """Documents of a file of deltas, one after the other.

    Rows of one document stand together. Rows without one are cut into parts that are
    named by the file's hash, so that the same file is applied once.
    """
    row, part = 1, 0
    for document_id, rows in groupby(deltas, lambda delta: delta.document_id):
        waiting = iter(rows)
        size = None if document_id else DOCUMENT_ROWS_MAX
        while chunk := tuple(islice(waiting, size)):
            part += not document_id
            name = document_id or (f"{digest[:40]}/{part}" if digest else "")
            call = adjust_stock(
                chunk,
                reason=reason,
                validate_only=validate_only,
                source=source if name else "",
                document_id=name,
            )
            yield Paper(name, _applied(call), row, len(chunk))
            row += len(chunk)


def _applied(call: Call[tuple[Cell, ...]]) -> Call[bool]:
    applied = reader(pb.AdjustStockResponse, lambda w: w.applied)
    return Call(call.path, call.bodies, applied, mutates=True)


@dataclass(slots=True)
class PaperTally:
    """The report of a file of deltas that is still running."""

    applied: int = 0
    known: int = 0
    rows: int = 0
    refused: list[RefusedDocument] = field(default_factory=list)

    def add(self, paper: Paper, applied: bool) -> None:
        """Count a document in."""
        self.rows += paper.rows
        self.applied += applied
        self.known += not applied

    def refuse(self, paper: Paper, no: Refusal) -> None:
        """Note why a document was refused; the others go on. Raises what is no answer
        to this document."""
        if not isinstance(no, DOCUMENT_REFUSALS):
            raise no
        self.rows += paper.rows
        for field_path, problem, suggestion in _wrong(no):
            place = _row_of(field_path)
            self.refused.append(
                RefusedDocument(
                    paper.row + place,
                    paper.row,
                    paper.rows,
                    paper.document_id,
                    field_path.rpartition(".")[2],
                    problem,
                    suggestion,
                )
            )

    @property
    def report(self) -> DeltaReport:
        """What came of it so far."""
        refused = tuple(self.refused)
        return DeltaReport(self.applied, self.known, self.rows, refused)


def _wrong(no: Refusal) -> Iterator[tuple[str, str, str]]:
    if isinstance(no, InvalidField) and no.violations:
        for one in no.violations:
            yield one.field, one.problem, one.suggestion
    else:
        yield "", no.message, no.next_step


def _row_of(path: str) -> int:
    """The index in deltas[3].sku; 0 where the whole document is meant."""
    inside = path.partition("[")[2].partition("]")[0]
    return int(inside) if inside.isdigit() else 0
