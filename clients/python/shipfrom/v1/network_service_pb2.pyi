import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import field_info_pb2 as _field_info_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.type import latlng_pb2 as _latlng_pb2
from google.type import money_pb2 as _money_pb2
from google.type import timeofday_pb2 as _timeofday_pb2
from shipfrom.v1 import inventory_service_pb2 as _inventory_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class NodeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NODE_KIND_UNSPECIFIED: _ClassVar[NodeKind]
    NODE_KIND_CENTRE: _ClassVar[NodeKind]
    NODE_KIND_STORE: _ClassVar[NodeKind]
    NODE_KIND_SUPPLIER: _ClassVar[NodeKind]
NODE_KIND_UNSPECIFIED: NodeKind
NODE_KIND_CENTRE: NodeKind
NODE_KIND_STORE: NodeKind
NODE_KIND_SUPPLIER: NodeKind

class Node(_message.Message):
    __slots__ = ("node_id", "kind", "display_name", "location", "postal_code", "region_code", "time_zone", "cut_off", "ship_weekdays", "closed_dates", "handling_days", "parcel_handling", "line_handling", "priority", "tags", "disabled", "unit_handling", "orders_per_day", "paused_until", "paused_reason", "open_from", "open_until", "cooling_off_until", "cooling_off_reason", "slots")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    POSTAL_CODE_FIELD_NUMBER: _ClassVar[int]
    REGION_CODE_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    CUT_OFF_FIELD_NUMBER: _ClassVar[int]
    SHIP_WEEKDAYS_FIELD_NUMBER: _ClassVar[int]
    CLOSED_DATES_FIELD_NUMBER: _ClassVar[int]
    HANDLING_DAYS_FIELD_NUMBER: _ClassVar[int]
    PARCEL_HANDLING_FIELD_NUMBER: _ClassVar[int]
    LINE_HANDLING_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    DISABLED_FIELD_NUMBER: _ClassVar[int]
    UNIT_HANDLING_FIELD_NUMBER: _ClassVar[int]
    ORDERS_PER_DAY_FIELD_NUMBER: _ClassVar[int]
    PAUSED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    PAUSED_REASON_FIELD_NUMBER: _ClassVar[int]
    OPEN_FROM_FIELD_NUMBER: _ClassVar[int]
    OPEN_UNTIL_FIELD_NUMBER: _ClassVar[int]
    COOLING_OFF_UNTIL_FIELD_NUMBER: _ClassVar[int]
    COOLING_OFF_REASON_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    kind: NodeKind
    display_name: str
    location: _latlng_pb2.LatLng
    postal_code: str
    region_code: str
    time_zone: str
    cut_off: _timeofday_pb2.TimeOfDay
    ship_weekdays: _containers.RepeatedScalarFieldContainer[int]
    closed_dates: _containers.RepeatedCompositeFieldContainer[_date_pb2.Date]
    handling_days: int
    parcel_handling: _money_pb2.Money
    line_handling: _money_pb2.Money
    priority: int
    tags: _containers.RepeatedScalarFieldContainer[str]
    disabled: bool
    unit_handling: _money_pb2.Money
    orders_per_day: int
    paused_until: _timestamp_pb2.Timestamp
    paused_reason: str
    open_from: _timeofday_pb2.TimeOfDay
    open_until: _timeofday_pb2.TimeOfDay
    cooling_off_until: _timestamp_pb2.Timestamp
    cooling_off_reason: str
    slots: _containers.RepeatedCompositeFieldContainer[CapacitySlot]
    def __init__(self, node_id: _Optional[str] = ..., kind: _Optional[_Union[NodeKind, str]] = ..., display_name: _Optional[str] = ..., location: _Optional[_Union[_latlng_pb2.LatLng, _Mapping]] = ..., postal_code: _Optional[str] = ..., region_code: _Optional[str] = ..., time_zone: _Optional[str] = ..., cut_off: _Optional[_Union[_timeofday_pb2.TimeOfDay, _Mapping]] = ..., ship_weekdays: _Optional[_Iterable[int]] = ..., closed_dates: _Optional[_Iterable[_Union[_date_pb2.Date, _Mapping]]] = ..., handling_days: _Optional[int] = ..., parcel_handling: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., line_handling: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., priority: _Optional[int] = ..., tags: _Optional[_Iterable[str]] = ..., disabled: _Optional[bool] = ..., unit_handling: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., orders_per_day: _Optional[int] = ..., paused_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., paused_reason: _Optional[str] = ..., open_from: _Optional[_Union[_timeofday_pb2.TimeOfDay, _Mapping]] = ..., open_until: _Optional[_Union[_timeofday_pb2.TimeOfDay, _Mapping]] = ..., cooling_off_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cooling_off_reason: _Optional[str] = ..., slots: _Optional[_Iterable[_Union[CapacitySlot, _Mapping]]] = ...) -> None: ...

class CapacitySlot(_message.Message):
    __slots__ = ("until", "orders")
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    until: _timeofday_pb2.TimeOfDay
    orders: int
    def __init__(self, until: _Optional[_Union[_timeofday_pb2.TimeOfDay, _Mapping]] = ..., orders: _Optional[int] = ...) -> None: ...

class Item(_message.Message):
    __slots__ = ("sku", "display_name", "weight_g", "volume_cm3", "value", "tags", "components", "kept_together", "substitutes")
    SKU_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_G_FIELD_NUMBER: _ClassVar[int]
    VOLUME_CM3_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    KEPT_TOGETHER_FIELD_NUMBER: _ClassVar[int]
    SUBSTITUTES_FIELD_NUMBER: _ClassVar[int]
    sku: str
    display_name: str
    weight_g: int
    volume_cm3: int
    value: _money_pb2.Money
    tags: _containers.RepeatedScalarFieldContainer[str]
    components: _containers.RepeatedCompositeFieldContainer[Component]
    kept_together: bool
    substitutes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, sku: _Optional[str] = ..., display_name: _Optional[str] = ..., weight_g: _Optional[int] = ..., volume_cm3: _Optional[int] = ..., value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., tags: _Optional[_Iterable[str]] = ..., components: _Optional[_Iterable[_Union[Component, _Mapping]]] = ..., kept_together: _Optional[bool] = ..., substitutes: _Optional[_Iterable[str]] = ...) -> None: ...

class Component(_message.Message):
    __slots__ = ("sku", "quantity")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class Lane(_message.Message):
    __slots__ = ("lane_id", "node_id", "service", "zone", "distance_km_max", "base", "step", "step_g", "transit_days", "fuel_bps", "residential", "volume_divisor")
    LANE_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    ZONE_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_KM_MAX_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    STEP_G_FIELD_NUMBER: _ClassVar[int]
    TRANSIT_DAYS_FIELD_NUMBER: _ClassVar[int]
    FUEL_BPS_FIELD_NUMBER: _ClassVar[int]
    RESIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    VOLUME_DIVISOR_FIELD_NUMBER: _ClassVar[int]
    lane_id: str
    node_id: str
    service: str
    zone: int
    distance_km_max: int
    base: _money_pb2.Money
    step: _money_pb2.Money
    step_g: int
    transit_days: int
    fuel_bps: int
    residential: _money_pb2.Money
    volume_divisor: int
    def __init__(self, lane_id: _Optional[str] = ..., node_id: _Optional[str] = ..., service: _Optional[str] = ..., zone: _Optional[int] = ..., distance_km_max: _Optional[int] = ..., base: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., step: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., step_g: _Optional[int] = ..., transit_days: _Optional[int] = ..., fuel_bps: _Optional[int] = ..., residential: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., volume_divisor: _Optional[int] = ...) -> None: ...

class UpsertNodesRequest(_message.Message):
    __slots__ = ("request_id", "nodes", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    nodes: _containers.RepeatedCompositeFieldContainer[Node]
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., nodes: _Optional[_Iterable[_Union[Node, _Mapping]]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class UpsertNodesResponse(_message.Message):
    __slots__ = ("created", "updated")
    CREATED_FIELD_NUMBER: _ClassVar[int]
    UPDATED_FIELD_NUMBER: _ClassVar[int]
    created: int
    updated: int
    def __init__(self, created: _Optional[int] = ..., updated: _Optional[int] = ...) -> None: ...

class ListNodesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListNodesResponse(_message.Message):
    __slots__ = ("nodes", "next_page_token")
    NODES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[Node]
    next_page_token: str
    def __init__(self, nodes: _Optional[_Iterable[_Union[Node, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpsertItemsRequest(_message.Message):
    __slots__ = ("request_id", "items", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    items: _containers.RepeatedCompositeFieldContainer[Item]
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., items: _Optional[_Iterable[_Union[Item, _Mapping]]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class UpsertItemsResponse(_message.Message):
    __slots__ = ("created", "updated")
    CREATED_FIELD_NUMBER: _ClassVar[int]
    UPDATED_FIELD_NUMBER: _ClassVar[int]
    created: int
    updated: int
    def __init__(self, created: _Optional[int] = ..., updated: _Optional[int] = ...) -> None: ...

class ListItemsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListItemsResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Item]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[Item, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpsertLanesRequest(_message.Message):
    __slots__ = ("request_id", "lanes", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LANES_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    lanes: _containers.RepeatedCompositeFieldContainer[Lane]
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., lanes: _Optional[_Iterable[_Union[Lane, _Mapping]]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class UpsertLanesResponse(_message.Message):
    __slots__ = ("created", "updated")
    CREATED_FIELD_NUMBER: _ClassVar[int]
    UPDATED_FIELD_NUMBER: _ClassVar[int]
    created: int
    updated: int
    def __init__(self, created: _Optional[int] = ..., updated: _Optional[int] = ...) -> None: ...

class ListLanesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListLanesResponse(_message.Message):
    __slots__ = ("lanes", "next_page_token")
    LANES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    lanes: _containers.RepeatedCompositeFieldContainer[Lane]
    next_page_token: str
    def __init__(self, lanes: _Optional[_Iterable[_Union[Lane, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class PauseNodeRequest(_message.Message):
    __slots__ = ("request_id", "node_id", "reason", "until")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    node_id: str
    reason: str
    until: _timestamp_pb2.Timestamp
    def __init__(self, request_id: _Optional[str] = ..., node_id: _Optional[str] = ..., reason: _Optional[str] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PauseNodeResponse(_message.Message):
    __slots__ = ("node",)
    NODE_FIELD_NUMBER: _ClassVar[int]
    node: Node
    def __init__(self, node: _Optional[_Union[Node, _Mapping]] = ...) -> None: ...

class ResumeNodeRequest(_message.Message):
    __slots__ = ("request_id", "node_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    node_id: str
    def __init__(self, request_id: _Optional[str] = ..., node_id: _Optional[str] = ...) -> None: ...

class ResumeNodeResponse(_message.Message):
    __slots__ = ("node",)
    NODE_FIELD_NUMBER: _ClassVar[int]
    node: Node
    def __init__(self, node: _Optional[_Union[Node, _Mapping]] = ...) -> None: ...

class ImportNetworkRequest(_message.Message):
    __slots__ = ("request_id", "all_or_nothing", "validate_only", "nodes", "items", "lanes")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ALL_OR_NOTHING_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    LANES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    all_or_nothing: bool
    validate_only: bool
    nodes: _containers.RepeatedCompositeFieldContainer[Node]
    items: _containers.RepeatedCompositeFieldContainer[Item]
    lanes: _containers.RepeatedCompositeFieldContainer[Lane]
    def __init__(self, request_id: _Optional[str] = ..., all_or_nothing: _Optional[bool] = ..., validate_only: _Optional[bool] = ..., nodes: _Optional[_Iterable[_Union[Node, _Mapping]]] = ..., items: _Optional[_Iterable[_Union[Item, _Mapping]]] = ..., lanes: _Optional[_Iterable[_Union[Lane, _Mapping]]] = ...) -> None: ...

class ImportNetworkResponse(_message.Message):
    __slots__ = ("accepted", "rejected", "rejected_rows")
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    REJECTED_ROWS_FIELD_NUMBER: _ClassVar[int]
    accepted: int
    rejected: int
    rejected_rows: _containers.RepeatedCompositeFieldContainer[_inventory_service_pb2.RejectedRow]
    def __init__(self, accepted: _Optional[int] = ..., rejected: _Optional[int] = ..., rejected_rows: _Optional[_Iterable[_Union[_inventory_service_pb2.RejectedRow, _Mapping]]] = ...) -> None: ...
