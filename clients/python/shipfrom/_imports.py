"""Imports as a row of bounded streams: any number of rows, one part in memory.

Counts, nodes, items and lanes are absolute, so a part that was cut off is simply sent
again; with all_or_nothing everything must be one stream.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal, TypeVar

from shipfrom import _stock_answers as _answers
from shipfrom._core import IMPORT_DEADLINE_S, Call, new_request_id
from shipfrom._feed_values import Feed
from shipfrom._stock_requests import count_pb, item_pb, lane_pb, node_pb
from shipfrom._stock_values import ImportReport, Item, Lane, Node, StockCount
from shipfrom._wire import reader
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import network_service_pb2 as network_pb

Kind = Literal["stock", "nodes", "items", "lanes"]
Row = StockCount | Node | Item | Lane
Request = inventory_pb.ImportStockRequest | network_pb.ImportNetworkRequest
T = TypeVar("T")
# Small enough to move a progress bar and to keep in memory for a retry.
PART_ROWS_MAX = 10_000
# A file that goes in whole may have a million rows.
WHOLE_DEADLINE_S = 900.0
# The server takes 1,000 rows and 256 KB a message.
MESSAGE_ROWS_MAX = 1_000
MESSAGE_BYTES_MAX = 128 * 1024
NOTHING = ImportReport(0, 0, 0, ())


@dataclass(frozen=True, slots=True)
class Settings:
    """How an import treats bad rows, and whether it only looks."""

    all_or_nothing: bool = False
    validate_only: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One stream of an import: its call, and how many rows it has."""

    call: Call[ImportReport]
    rows: int


def parts(
    kind: Kind, rows: Iterable[Row], settings: Settings, feed: Feed | None = None
) -> Iterator[Part]:
    """The streams of an import, made one by one as they are needed.

    A file that must be seen whole, because all of it goes in or because it is complete
    for its nodes, is one stream.
    """
    waiting = iter(rows)
    promises = feed is not None and bool(feed.complete_for)
    size = None if settings.all_or_nothing or promises else PART_ROWS_MAX
    part = _part(kind, islice(waiting, size))
    while part.rows or promises:
        # Whether more of the file follows is known only when it was read.
        following = _part(kind, islice(waiting, size))
        yield _opened(
            part, _opening(kind, settings, feed, continues=following.rows > 0)
        )
        part, promises = following, False


def _opening(
    kind: Kind, settings: Settings, feed: Feed | None, *, continues: bool
) -> bytes:
    """What the first message of a stream carries beside its rows."""
    message = _empty(kind)
    message.request_id = new_request_id()
    message.all_or_nothing = settings.all_or_nothing
    message.validate_only = settings.validate_only
    if feed is not None and isinstance(message, inventory_pb.ImportStockRequest):
        message.feed.CopyFrom(feed_pb(feed, continues=continues))
    return message.SerializeToString()


def _opened(part: Part, opening: bytes) -> Part:
    """Two messages of protobuf, one behind the other, are one."""
    first, *others = part.call.bodies or (b"",)
    call = replace(part.call, bodies=(opening + first, *others))
    if part.rows > PART_ROWS_MAX:
        call = replace(call, deadline_s=WHOLE_DEADLINE_S)
    return Part(call, part.rows)


def _part(kind: Kind, rows: Iterator[Row]) -> Part:
    count = 0

    def counted() -> Iterator[Row]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    bodies = tuple(
        message.SerializeToString() for message in _messages(kind, counted())
    )
    return Part(_call(kind, bodies), count)


def feed_pb(feed: Feed, *, continues: bool) -> inventory_pb.Feed:
    """A feed on the wire."""
    wire = inventory_pb.Feed(
        source=feed.source,
        sequence=feed.sequence,
        digest=feed.digest,
        take_over=feed.take_over,
        continues=continues,
    )
    if feed.as_of is not None:
        wire.as_of_time.FromDatetime(feed.as_of)
    if feed.complete_for:
        wire.snapshot.node_ids.extend(feed.complete_for)
        wire.snapshot.rows = feed.rows
    return wire


def _call(kind: Kind, bodies: tuple[bytes, ...]) -> Call[ImportReport]:
    if kind == "stock":
        path = "/shipfrom.v1.InventoryService/ImportStock"
        parse = reader(inventory_pb.ImportStockResponse, _answers.stock_report)
    else:
        path = "/shipfrom.v1.NetworkService/ImportNetwork"
        parse = reader(network_pb.ImportNetworkResponse, _answers.network_report)
    return Call(
        path, bodies, parse, mutates=True, streams=True, deadline_s=IMPORT_DEADLINE_S
    )


def _messages(kind: Kind, rows: Iterable[Row]) -> Iterator[Request]:
    message, count, size = _empty(kind), 0, 0
    for row in rows:
        row_bytes = _put(message, row)
        count, size = count + 1, size + row_bytes
        if count == MESSAGE_ROWS_MAX or size >= MESSAGE_BYTES_MAX:
            yield message
            message, count, size = _empty(kind), 0, 0
    if count:
        yield message


def _empty(kind: Kind) -> Request:
    if kind == "stock":
        return inventory_pb.ImportStockRequest()
    return network_pb.ImportNetworkRequest()


def _put(message: Request, row: Row) -> int:
    """Append a row to a message; its size in bytes."""
    if isinstance(message, inventory_pb.ImportStockRequest):
        assert isinstance(row, StockCount)
        return _append(message.rows.append, count_pb(row))
    if isinstance(row, Node):
        return _append(message.nodes.append, node_pb(row))
    if isinstance(row, Item):
        return _append(message.items.append, item_pb(row))
    assert isinstance(row, Lane)
    return _append(message.lanes.append, lane_pb(row))


M = TypeVar(
    "M",
    inventory_pb.StockCount,
    network_pb.Node,
    network_pb.Item,
    network_pb.Lane,
)


def _append(append: Callable[[M], None], row: M) -> int:
    append(row)
    return row.ByteSize()


@dataclass(slots=True)
class Tally:
    """The report of an import that is still running."""

    rows: int = 0
    report: ImportReport = NOTHING

    def add(self, part: Part, answer: ImportReport) -> None:
        """Count one part in; its row numbers become those of the whole input."""
        so_far = self.report
        rows = so_far.rejected_rows
        moved = (replace(row, row=row.row + self.rows) for row in answer.rejected_rows)
        self.report = ImportReport(
            accepted=so_far.accepted + answer.accepted,
            unchanged=so_far.unchanged + answer.unchanged,
            rejected=so_far.rejected + answer.rejected,
            rejected_rows=(*rows, *moved),
            created=so_far.created + answer.created,
            outdated=so_far.outdated + answer.outdated,
            emptied=so_far.emptied + answer.emptied,
            applied=so_far.applied or answer.applied,
        )
        self.rows += part.rows
