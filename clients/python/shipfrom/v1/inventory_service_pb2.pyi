import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import field_info_pb2 as _field_info_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.type import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CoverBand(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COVER_BAND_UNSPECIFIED: _ClassVar[CoverBand]
    COVER_BAND_UNDER: _ClassVar[CoverBand]
    COVER_BAND_FINE: _ClassVar[CoverBand]
    COVER_BAND_OVER: _ClassVar[CoverBand]
COVER_BAND_UNSPECIFIED: CoverBand
COVER_BAND_UNDER: CoverBand
COVER_BAND_FINE: CoverBand
COVER_BAND_OVER: CoverBand

class Cell(_message.Message):
    __slots__ = ("sku", "node_id", "on_hand", "held", "allocated", "short", "safety_stock", "available", "version", "backorder_limit", "backordered", "recount")
    SKU_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    ON_HAND_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    ALLOCATED_FIELD_NUMBER: _ClassVar[int]
    SHORT_FIELD_NUMBER: _ClassVar[int]
    SAFETY_STOCK_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    BACKORDER_LIMIT_FIELD_NUMBER: _ClassVar[int]
    BACKORDERED_FIELD_NUMBER: _ClassVar[int]
    RECOUNT_FIELD_NUMBER: _ClassVar[int]
    sku: str
    node_id: str
    on_hand: int
    held: int
    allocated: int
    short: int
    safety_stock: int
    available: int
    version: int
    backorder_limit: int
    backordered: int
    recount: Recount
    def __init__(self, sku: _Optional[str] = ..., node_id: _Optional[str] = ..., on_hand: _Optional[int] = ..., held: _Optional[int] = ..., allocated: _Optional[int] = ..., short: _Optional[int] = ..., safety_stock: _Optional[int] = ..., available: _Optional[int] = ..., version: _Optional[int] = ..., backorder_limit: _Optional[int] = ..., backordered: _Optional[int] = ..., recount: _Optional[_Union[Recount, _Mapping]] = ...) -> None: ...

class Recount(_message.Message):
    __slots__ = ("reason", "order_id", "since_time")
    REASON_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    SINCE_TIME_FIELD_NUMBER: _ClassVar[int]
    reason: str
    order_id: str
    since_time: _timestamp_pb2.Timestamp
    def __init__(self, reason: _Optional[str] = ..., order_id: _Optional[str] = ..., since_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class StockCount(_message.Message):
    __slots__ = ("sku", "node_id", "on_hand", "safety_stock", "as_of_time")
    SKU_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    ON_HAND_FIELD_NUMBER: _ClassVar[int]
    SAFETY_STOCK_FIELD_NUMBER: _ClassVar[int]
    AS_OF_TIME_FIELD_NUMBER: _ClassVar[int]
    sku: str
    node_id: str
    on_hand: int
    safety_stock: int
    as_of_time: _timestamp_pb2.Timestamp
    def __init__(self, sku: _Optional[str] = ..., node_id: _Optional[str] = ..., on_hand: _Optional[int] = ..., safety_stock: _Optional[int] = ..., as_of_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SetStockRequest(_message.Message):
    __slots__ = ("request_id", "counts", "reason", "validate_only", "refuse_below_allocated")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    REFUSE_BELOW_ALLOCATED_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    counts: _containers.RepeatedCompositeFieldContainer[StockCount]
    reason: str
    validate_only: bool
    refuse_below_allocated: bool
    def __init__(self, request_id: _Optional[str] = ..., counts: _Optional[_Iterable[_Union[StockCount, _Mapping]]] = ..., reason: _Optional[str] = ..., validate_only: _Optional[bool] = ..., refuse_below_allocated: _Optional[bool] = ...) -> None: ...

class SetStockResponse(_message.Message):
    __slots__ = ("cells",)
    CELLS_FIELD_NUMBER: _ClassVar[int]
    cells: _containers.RepeatedCompositeFieldContainer[Cell]
    def __init__(self, cells: _Optional[_Iterable[_Union[Cell, _Mapping]]] = ...) -> None: ...

class StockDelta(_message.Message):
    __slots__ = ("sku", "node_id", "delta")
    SKU_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    sku: str
    node_id: str
    delta: int
    def __init__(self, sku: _Optional[str] = ..., node_id: _Optional[str] = ..., delta: _Optional[int] = ...) -> None: ...

class AdjustStockRequest(_message.Message):
    __slots__ = ("request_id", "deltas", "reason", "validate_only", "source", "document_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DELTAS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    deltas: _containers.RepeatedCompositeFieldContainer[StockDelta]
    reason: str
    validate_only: bool
    source: str
    document_id: str
    def __init__(self, request_id: _Optional[str] = ..., deltas: _Optional[_Iterable[_Union[StockDelta, _Mapping]]] = ..., reason: _Optional[str] = ..., validate_only: _Optional[bool] = ..., source: _Optional[str] = ..., document_id: _Optional[str] = ...) -> None: ...

class AdjustStockResponse(_message.Message):
    __slots__ = ("cells", "applied")
    CELLS_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    cells: _containers.RepeatedCompositeFieldContainer[Cell]
    applied: bool
    def __init__(self, cells: _Optional[_Iterable[_Union[Cell, _Mapping]]] = ..., applied: _Optional[bool] = ...) -> None: ...

class Feed(_message.Message):
    __slots__ = ("source", "sequence", "digest", "take_over", "continues", "as_of_time", "snapshot")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    TAKE_OVER_FIELD_NUMBER: _ClassVar[int]
    CONTINUES_FIELD_NUMBER: _ClassVar[int]
    AS_OF_TIME_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    source: str
    sequence: int
    digest: str
    take_over: bool
    continues: bool
    as_of_time: _timestamp_pb2.Timestamp
    snapshot: Snapshot
    def __init__(self, source: _Optional[str] = ..., sequence: _Optional[int] = ..., digest: _Optional[str] = ..., take_over: _Optional[bool] = ..., continues: _Optional[bool] = ..., as_of_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., snapshot: _Optional[_Union[Snapshot, _Mapping]] = ...) -> None: ...

class Snapshot(_message.Message):
    __slots__ = ("node_ids", "rows")
    NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    node_ids: _containers.RepeatedScalarFieldContainer[str]
    rows: int
    def __init__(self, node_ids: _Optional[_Iterable[str]] = ..., rows: _Optional[int] = ...) -> None: ...

class ImportStockRequest(_message.Message):
    __slots__ = ("request_id", "all_or_nothing", "validate_only", "rows", "feed")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ALL_OR_NOTHING_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    FEED_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    all_or_nothing: bool
    validate_only: bool
    rows: _containers.RepeatedCompositeFieldContainer[StockCount]
    feed: Feed
    def __init__(self, request_id: _Optional[str] = ..., all_or_nothing: _Optional[bool] = ..., validate_only: _Optional[bool] = ..., rows: _Optional[_Iterable[_Union[StockCount, _Mapping]]] = ..., feed: _Optional[_Union[Feed, _Mapping]] = ...) -> None: ...

class RejectedRow(_message.Message):
    __slots__ = ("row", "field", "problem", "suggestion")
    ROW_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    SUGGESTION_FIELD_NUMBER: _ClassVar[int]
    row: int
    field: str
    problem: str
    suggestion: str
    def __init__(self, row: _Optional[int] = ..., field: _Optional[str] = ..., problem: _Optional[str] = ..., suggestion: _Optional[str] = ...) -> None: ...

class ImportStockResponse(_message.Message):
    __slots__ = ("accepted", "unchanged", "rejected", "rejected_rows", "outdated", "created", "emptied", "applied")
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    REJECTED_ROWS_FIELD_NUMBER: _ClassVar[int]
    OUTDATED_FIELD_NUMBER: _ClassVar[int]
    CREATED_FIELD_NUMBER: _ClassVar[int]
    EMPTIED_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    accepted: int
    unchanged: int
    rejected: int
    rejected_rows: _containers.RepeatedCompositeFieldContainer[RejectedRow]
    outdated: int
    created: int
    emptied: int
    applied: bool
    def __init__(self, accepted: _Optional[int] = ..., unchanged: _Optional[int] = ..., rejected: _Optional[int] = ..., rejected_rows: _Optional[_Iterable[_Union[RejectedRow, _Mapping]]] = ..., outdated: _Optional[int] = ..., created: _Optional[int] = ..., emptied: _Optional[int] = ..., applied: _Optional[bool] = ...) -> None: ...

class GetStockRequest(_message.Message):
    __slots__ = ("sku", "node_id", "page_size", "page_token", "to_be_counted")
    SKU_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TO_BE_COUNTED_FIELD_NUMBER: _ClassVar[int]
    sku: str
    node_id: str
    page_size: int
    page_token: str
    to_be_counted: bool
    def __init__(self, sku: _Optional[str] = ..., node_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., to_be_counted: _Optional[bool] = ...) -> None: ...

class GetStockResponse(_message.Message):
    __slots__ = ("cells", "next_page_token")
    CELLS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    cells: _containers.RepeatedCompositeFieldContainer[Cell]
    next_page_token: str
    def __init__(self, cells: _Optional[_Iterable[_Union[Cell, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Entry(_message.Message):
    __slots__ = ("sku", "node_id", "version", "kind", "operation_id", "delta_on_hand", "delta_held", "delta_allocated", "delta_short", "delta_safety_stock", "actor", "reason", "create_time")
    SKU_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    DELTA_ON_HAND_FIELD_NUMBER: _ClassVar[int]
    DELTA_HELD_FIELD_NUMBER: _ClassVar[int]
    DELTA_ALLOCATED_FIELD_NUMBER: _ClassVar[int]
    DELTA_SHORT_FIELD_NUMBER: _ClassVar[int]
    DELTA_SAFETY_STOCK_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    sku: str
    node_id: str
    version: int
    kind: str
    operation_id: str
    delta_on_hand: int
    delta_held: int
    delta_allocated: int
    delta_short: int
    delta_safety_stock: int
    actor: str
    reason: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, sku: _Optional[str] = ..., node_id: _Optional[str] = ..., version: _Optional[int] = ..., kind: _Optional[str] = ..., operation_id: _Optional[str] = ..., delta_on_hand: _Optional[int] = ..., delta_held: _Optional[int] = ..., delta_allocated: _Optional[int] = ..., delta_short: _Optional[int] = ..., delta_safety_stock: _Optional[int] = ..., actor: _Optional[str] = ..., reason: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListEntriesRequest(_message.Message):
    __slots__ = ("sku", "node_id", "page_size", "page_token")
    SKU_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    sku: str
    node_id: str
    page_size: int
    page_token: str
    def __init__(self, sku: _Optional[str] = ..., node_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListEntriesResponse(_message.Message):
    __slots__ = ("entries", "next_page_token")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[Entry]
    next_page_token: str
    def __init__(self, entries: _Optional[_Iterable[_Union[Entry, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Incoming(_message.Message):
    __slots__ = ("incoming_id", "sku", "node_id", "quantity", "expected_date", "received")
    INCOMING_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_DATE_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_FIELD_NUMBER: _ClassVar[int]
    incoming_id: str
    sku: str
    node_id: str
    quantity: int
    expected_date: _date_pb2.Date
    received: int
    def __init__(self, incoming_id: _Optional[str] = ..., sku: _Optional[str] = ..., node_id: _Optional[str] = ..., quantity: _Optional[int] = ..., expected_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., received: _Optional[int] = ...) -> None: ...

class SetIncomingRequest(_message.Message):
    __slots__ = ("request_id", "incoming", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INCOMING_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    incoming: _containers.RepeatedCompositeFieldContainer[Incoming]
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., incoming: _Optional[_Iterable[_Union[Incoming, _Mapping]]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class SetIncomingResponse(_message.Message):
    __slots__ = ("incoming",)
    INCOMING_FIELD_NUMBER: _ClassVar[int]
    incoming: _containers.RepeatedCompositeFieldContainer[Incoming]
    def __init__(self, incoming: _Optional[_Iterable[_Union[Incoming, _Mapping]]] = ...) -> None: ...

class ListIncomingRequest(_message.Message):
    __slots__ = ("sku", "node_id", "include_received", "page_size", "page_token")
    SKU_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    sku: str
    node_id: str
    include_received: bool
    page_size: int
    page_token: str
    def __init__(self, sku: _Optional[str] = ..., node_id: _Optional[str] = ..., include_received: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListIncomingResponse(_message.Message):
    __slots__ = ("incoming", "next_page_token")
    INCOMING_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    incoming: _containers.RepeatedCompositeFieldContainer[Incoming]
    next_page_token: str
    def __init__(self, incoming: _Optional[_Iterable[_Union[Incoming, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ReceiveIncomingRequest(_message.Message):
    __slots__ = ("request_id", "incoming_id", "quantity", "reason")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INCOMING_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    incoming_id: str
    quantity: int
    reason: str
    def __init__(self, request_id: _Optional[str] = ..., incoming_id: _Optional[str] = ..., quantity: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class ReceiveIncomingResponse(_message.Message):
    __slots__ = ("incoming", "cell")
    INCOMING_FIELD_NUMBER: _ClassVar[int]
    CELL_FIELD_NUMBER: _ClassVar[int]
    incoming: Incoming
    cell: Cell
    def __init__(self, incoming: _Optional[_Union[Incoming, _Mapping]] = ..., cell: _Optional[_Union[Cell, _Mapping]] = ...) -> None: ...

class ListFeedMarksRequest(_message.Message):
    __slots__ = ("source", "node_id", "page_size", "page_token")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    source: str
    node_id: str
    page_size: int
    page_token: str
    def __init__(self, source: _Optional[str] = ..., node_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class FeedMark(_message.Message):
    __slots__ = ("source", "node_id", "sequence", "open", "owner", "digest", "as_of_time", "update_time")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    AS_OF_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    source: str
    node_id: str
    sequence: int
    open: bool
    owner: bool
    digest: str
    as_of_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, source: _Optional[str] = ..., node_id: _Optional[str] = ..., sequence: _Optional[int] = ..., open: _Optional[bool] = ..., owner: _Optional[bool] = ..., digest: _Optional[str] = ..., as_of_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListFeedMarksResponse(_message.Message):
    __slots__ = ("marks", "next_page_token")
    MARKS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    marks: _containers.RepeatedCompositeFieldContainer[FeedMark]
    next_page_token: str
    def __init__(self, marks: _Optional[_Iterable[_Union[FeedMark, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListCoverRequest(_message.Message):
    __slots__ = ("node_id", "sku", "band", "under_days", "over_days", "page_size", "page_token")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    BAND_FIELD_NUMBER: _ClassVar[int]
    UNDER_DAYS_FIELD_NUMBER: _ClassVar[int]
    OVER_DAYS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    sku: str
    band: CoverBand
    under_days: int
    over_days: int
    page_size: int
    page_token: str
    def __init__(self, node_id: _Optional[str] = ..., sku: _Optional[str] = ..., band: _Optional[_Union[CoverBand, str]] = ..., under_days: _Optional[int] = ..., over_days: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class Cover(_message.Message):
    __slots__ = ("sku", "node_id", "available", "sold", "days", "band", "units_at_risk", "value_at_risk")
    SKU_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    SOLD_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    BAND_FIELD_NUMBER: _ClassVar[int]
    UNITS_AT_RISK_FIELD_NUMBER: _ClassVar[int]
    VALUE_AT_RISK_FIELD_NUMBER: _ClassVar[int]
    sku: str
    node_id: str
    available: int
    sold: int
    days: int
    band: CoverBand
    units_at_risk: int
    value_at_risk: _money_pb2.Money
    def __init__(self, sku: _Optional[str] = ..., node_id: _Optional[str] = ..., available: _Optional[int] = ..., sold: _Optional[int] = ..., days: _Optional[int] = ..., band: _Optional[_Union[CoverBand, str]] = ..., units_at_risk: _Optional[int] = ..., value_at_risk: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class ListCoverResponse(_message.Message):
    __slots__ = ("cells", "next_page_token", "window_days")
    CELLS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    WINDOW_DAYS_FIELD_NUMBER: _ClassVar[int]
    cells: _containers.RepeatedCompositeFieldContainer[Cover]
    next_page_token: str
    window_days: int
    def __init__(self, cells: _Optional[_Iterable[_Union[Cover, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., window_days: _Optional[int] = ...) -> None: ...

class Quota(_message.Message):
    __slots__ = ("sku", "node_id", "channel", "left", "held", "taken", "falls_through", "node_tag", "every_node", "start_time", "end_time")
    SKU_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    LEFT_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    TAKEN_FIELD_NUMBER: _ClassVar[int]
    FALLS_THROUGH_FIELD_NUMBER: _ClassVar[int]
    NODE_TAG_FIELD_NUMBER: _ClassVar[int]
    EVERY_NODE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    sku: str
    node_id: str
    channel: str
    left: int
    held: int
    taken: int
    falls_through: bool
    node_tag: str
    every_node: bool
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, sku: _Optional[str] = ..., node_id: _Optional[str] = ..., channel: _Optional[str] = ..., left: _Optional[int] = ..., held: _Optional[int] = ..., taken: _Optional[int] = ..., falls_through: _Optional[bool] = ..., node_tag: _Optional[str] = ..., every_node: _Optional[bool] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class QuotaSetting(_message.Message):
    __slots__ = ("sku", "node_id", "channel", "units", "falls_through", "node_tag", "every_node", "start_time", "end_time")
    SKU_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    FALLS_THROUGH_FIELD_NUMBER: _ClassVar[int]
    NODE_TAG_FIELD_NUMBER: _ClassVar[int]
    EVERY_NODE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    sku: str
    node_id: str
    channel: str
    units: int
    falls_through: bool
    node_tag: str
    every_node: bool
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, sku: _Optional[str] = ..., node_id: _Optional[str] = ..., channel: _Optional[str] = ..., units: _Optional[int] = ..., falls_through: _Optional[bool] = ..., node_tag: _Optional[str] = ..., every_node: _Optional[bool] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SetQuotasRequest(_message.Message):
    __slots__ = ("request_id", "quotas", "reason", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    QUOTAS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    quotas: _containers.RepeatedCompositeFieldContainer[QuotaSetting]
    reason: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., quotas: _Optional[_Iterable[_Union[QuotaSetting, _Mapping]]] = ..., reason: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class SetQuotasResponse(_message.Message):
    __slots__ = ("quotas",)
    QUOTAS_FIELD_NUMBER: _ClassVar[int]
    quotas: _containers.RepeatedCompositeFieldContainer[Quota]
    def __init__(self, quotas: _Optional[_Iterable[_Union[Quota, _Mapping]]] = ...) -> None: ...

class ListQuotasRequest(_message.Message):
    __slots__ = ("sku", "node_id", "channel", "page_size", "page_token")
    SKU_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    sku: str
    node_id: str
    channel: str
    page_size: int
    page_token: str
    def __init__(self, sku: _Optional[str] = ..., node_id: _Optional[str] = ..., channel: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListQuotasResponse(_message.Message):
    __slots__ = ("quotas", "next_page_token")
    QUOTAS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    quotas: _containers.RepeatedCompositeFieldContainer[Quota]
    next_page_token: str
    def __init__(self, quotas: _Optional[_Iterable[_Union[Quota, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class BackorderLimit(_message.Message):
    __slots__ = ("sku", "node_id", "units")
    SKU_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    sku: str
    node_id: str
    units: int
    def __init__(self, sku: _Optional[str] = ..., node_id: _Optional[str] = ..., units: _Optional[int] = ...) -> None: ...

class SetBackorderLimitsRequest(_message.Message):
    __slots__ = ("request_id", "limits", "reason")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    limits: _containers.RepeatedCompositeFieldContainer[BackorderLimit]
    reason: str
    def __init__(self, request_id: _Optional[str] = ..., limits: _Optional[_Iterable[_Union[BackorderLimit, _Mapping]]] = ..., reason: _Optional[str] = ...) -> None: ...

class SetBackorderLimitsResponse(_message.Message):
    __slots__ = ("limits",)
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    limits: _containers.RepeatedCompositeFieldContainer[BackorderLimit]
    def __init__(self, limits: _Optional[_Iterable[_Union[BackorderLimit, _Mapping]]] = ...) -> None: ...
