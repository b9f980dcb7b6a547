import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import field_info_pb2 as _field_info_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ForecastSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FORECAST_SOURCE_UNSPECIFIED: _ClassVar[ForecastSource]
    FORECAST_SOURCE_LEARNED: _ClassVar[ForecastSource]
    FORECAST_SOURCE_IMPORTED: _ClassVar[ForecastSource]
FORECAST_SOURCE_UNSPECIFIED: ForecastSource
FORECAST_SOURCE_LEARNED: ForecastSource
FORECAST_SOURCE_IMPORTED: ForecastSource

class PriceList(_message.Message):
    __slots__ = ("version", "make_time", "fresh_until_time", "faded_time", "share_bps", "horizon", "orders", "futures", "bound", "cells", "verdict", "dearest", "forecast")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    MAKE_TIME_FIELD_NUMBER: _ClassVar[int]
    FRESH_UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    FADED_TIME_FIELD_NUMBER: _ClassVar[int]
    SHARE_BPS_FIELD_NUMBER: _ClassVar[int]
    HORIZON_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    FUTURES_FIELD_NUMBER: _ClassVar[int]
    BOUND_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    DEAREST_FIELD_NUMBER: _ClassVar[int]
    FORECAST_FIELD_NUMBER: _ClassVar[int]
    version: str
    make_time: _timestamp_pb2.Timestamp
    fresh_until_time: _timestamp_pb2.Timestamp
    faded_time: _timestamp_pb2.Timestamp
    share_bps: int
    horizon: _duration_pb2.Duration
    orders: int
    futures: int
    bound: _money_pb2.Money
    cells: int
    verdict: str
    dearest: _containers.RepeatedCompositeFieldContainer[CellPrice]
    forecast: Forecast
    def __init__(self, version: _Optional[str] = ..., make_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., fresh_until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., faded_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., share_bps: _Optional[int] = ..., horizon: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., orders: _Optional[int] = ..., futures: _Optional[int] = ..., bound: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., cells: _Optional[int] = ..., verdict: _Optional[str] = ..., dearest: _Optional[_Iterable[_Union[CellPrice, _Mapping]]] = ..., forecast: _Optional[_Union[Forecast, _Mapping]] = ...) -> None: ...

class Forecast(_message.Message):
    __slots__ = ("source", "orders", "kept_bps", "imported_hours", "correction", "backtests")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    KEPT_BPS_FIELD_NUMBER: _ClassVar[int]
    IMPORTED_HOURS_FIELD_NUMBER: _ClassVar[int]
    CORRECTION_FIELD_NUMBER: _ClassVar[int]
    BACKTESTS_FIELD_NUMBER: _ClassVar[int]
    source: ForecastSource
    orders: float
    kept_bps: int
    imported_hours: int
    correction: float
    backtests: _containers.RepeatedCompositeFieldContainer[Backtest]
    def __init__(self, source: _Optional[_Union[ForecastSource, str]] = ..., orders: _Optional[float] = ..., kept_bps: _Optional[int] = ..., imported_hours: _Optional[int] = ..., correction: _Optional[float] = ..., backtests: _Optional[_Iterable[_Union[Backtest, _Mapping]]] = ...) -> None: ...

class Backtest(_message.Message):
    __slots__ = ("source", "windows", "error_bps", "mean_error_bps", "kept_bps")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    WINDOWS_FIELD_NUMBER: _ClassVar[int]
    ERROR_BPS_FIELD_NUMBER: _ClassVar[int]
    MEAN_ERROR_BPS_FIELD_NUMBER: _ClassVar[int]
    KEPT_BPS_FIELD_NUMBER: _ClassVar[int]
    source: ForecastSource
    windows: int
    error_bps: int
    mean_error_bps: int
    kept_bps: int
    def __init__(self, source: _Optional[_Union[ForecastSource, str]] = ..., windows: _Optional[int] = ..., error_bps: _Optional[int] = ..., mean_error_bps: _Optional[int] = ..., kept_bps: _Optional[int] = ...) -> None: ...

class CellPrice(_message.Message):
    __slots__ = ("sku", "node_id", "price", "counted")
    SKU_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    COUNTED_FIELD_NUMBER: _ClassVar[int]
    sku: str
    node_id: str
    price: _money_pb2.Money
    counted: _money_pb2.Money
    def __init__(self, sku: _Optional[str] = ..., node_id: _Optional[str] = ..., price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., counted: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class GetPriceListRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetPriceListResponse(_message.Message):
    __slots__ = ("price_list",)
    PRICE_LIST_FIELD_NUMBER: _ClassVar[int]
    price_list: PriceList
    def __init__(self, price_list: _Optional[_Union[PriceList, _Mapping]] = ...) -> None: ...

class ListPricesRequest(_message.Message):
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

class ListPricesResponse(_message.Message):
    __slots__ = ("prices", "next_page_token", "version")
    PRICES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    prices: _containers.RepeatedCompositeFieldContainer[CellPrice]
    next_page_token: str
    version: str
    def __init__(self, prices: _Optional[_Iterable[_Union[CellPrice, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., version: _Optional[str] = ...) -> None: ...

class SolvePricesRequest(_message.Message):
    __slots__ = ("validate_only",)
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    validate_only: bool
    def __init__(self, validate_only: _Optional[bool] = ...) -> None: ...

class SolvePricesResponse(_message.Message):
    __slots__ = ("seconds", "price_list")
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    PRICE_LIST_FIELD_NUMBER: _ClassVar[int]
    seconds: int
    price_list: PriceList
    def __init__(self, seconds: _Optional[int] = ..., price_list: _Optional[_Union[PriceList, _Mapping]] = ...) -> None: ...

class ForecastRow(_message.Message):
    __slots__ = ("start_time", "hours", "orders")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    HOURS_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    hours: int
    orders: float
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., hours: _Optional[int] = ..., orders: _Optional[float] = ...) -> None: ...

class ImportForecastRequest(_message.Message):
    __slots__ = ("request_id", "rows", "make_time", "clear", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    MAKE_TIME_FIELD_NUMBER: _ClassVar[int]
    CLEAR_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    rows: _containers.RepeatedCompositeFieldContainer[ForecastRow]
    make_time: _timestamp_pb2.Timestamp
    clear: bool
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., rows: _Optional[_Iterable[_Union[ForecastRow, _Mapping]]] = ..., make_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., clear: _Optional[bool] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class ImportForecastResponse(_message.Message):
    __slots__ = ("hours", "past_hours", "orders")
    HOURS_FIELD_NUMBER: _ClassVar[int]
    PAST_HOURS_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    hours: int
    past_hours: int
    orders: float
    def __init__(self, hours: _Optional[int] = ..., past_hours: _Optional[int] = ..., orders: _Optional[float] = ...) -> None: ...
