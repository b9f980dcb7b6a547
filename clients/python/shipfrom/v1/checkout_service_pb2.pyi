import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import field_info_pb2 as _field_info_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.type import money_pb2 as _money_pb2
from shipfrom.v1 import order_pb2 as _order_pb2
from shipfrom.v1 import order_service_pb2 as _order_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class HoldState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HOLD_STATE_UNSPECIFIED: _ClassVar[HoldState]
    HOLD_STATE_ACTIVE: _ClassVar[HoldState]
    HOLD_STATE_COMMITTED: _ClassVar[HoldState]
    HOLD_STATE_RELEASED: _ClassVar[HoldState]
    HOLD_STATE_EXPIRED: _ClassVar[HoldState]
HOLD_STATE_UNSPECIFIED: HoldState
HOLD_STATE_ACTIVE: HoldState
HOLD_STATE_COMMITTED: HoldState
HOLD_STATE_RELEASED: HoldState
HOLD_STATE_EXPIRED: HoldState

class GetAvailabilityRequest(_message.Message):
    __slots__ = ("skus", "node_ids", "by_node", "channel")
    SKUS_FIELD_NUMBER: _ClassVar[int]
    NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    BY_NODE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    skus: _containers.RepeatedScalarFieldContainer[str]
    node_ids: _containers.RepeatedScalarFieldContainer[str]
    by_node: bool
    channel: str
    def __init__(self, skus: _Optional[_Iterable[str]] = ..., node_ids: _Optional[_Iterable[str]] = ..., by_node: _Optional[bool] = ..., channel: _Optional[str] = ...) -> None: ...

class NodeAvailability(_message.Message):
    __slots__ = ("node_id", "available")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    available: int
    def __init__(self, node_id: _Optional[str] = ..., available: _Optional[int] = ...) -> None: ...

class SkuAvailability(_message.Message):
    __slots__ = ("sku", "available", "nodes")
    SKU_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    sku: str
    available: int
    nodes: _containers.RepeatedCompositeFieldContainer[NodeAvailability]
    def __init__(self, sku: _Optional[str] = ..., available: _Optional[int] = ..., nodes: _Optional[_Iterable[_Union[NodeAvailability, _Mapping]]] = ...) -> None: ...

class GetAvailabilityResponse(_message.Message):
    __slots__ = ("items", "as_of_time", "degraded")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    AS_OF_TIME_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[SkuAvailability]
    as_of_time: _timestamp_pb2.Timestamp
    degraded: bool
    def __init__(self, items: _Optional[_Iterable[_Union[SkuAvailability, _Mapping]]] = ..., as_of_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., degraded: _Optional[bool] = ...) -> None: ...

class QuoteRequest(_message.Message):
    __slots__ = ("lines", "ship_to", "routing", "with_options", "explain", "why_not_node_ids", "facts", "order_ref")
    LINES_FIELD_NUMBER: _ClassVar[int]
    SHIP_TO_FIELD_NUMBER: _ClassVar[int]
    ROUTING_FIELD_NUMBER: _ClassVar[int]
    WITH_OPTIONS_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    WHY_NOT_NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    ORDER_REF_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedCompositeFieldContainer[_order_pb2.Line]
    ship_to: _order_pb2.Destination
    routing: _order_pb2.Routing
    with_options: bool
    explain: bool
    why_not_node_ids: _containers.RepeatedScalarFieldContainer[str]
    facts: _order_pb2.OrderFacts
    order_ref: str
    def __init__(self, lines: _Optional[_Iterable[_Union[_order_pb2.Line, _Mapping]]] = ..., ship_to: _Optional[_Union[_order_pb2.Destination, _Mapping]] = ..., routing: _Optional[_Union[_order_pb2.Routing, _Mapping]] = ..., with_options: _Optional[bool] = ..., explain: _Optional[bool] = ..., why_not_node_ids: _Optional[_Iterable[str]] = ..., facts: _Optional[_Union[_order_pb2.OrderFacts, _Mapping]] = ..., order_ref: _Optional[str] = ...) -> None: ...

class QuoteResponse(_message.Message):
    __slots__ = ("best", "options", "as_of_time", "degraded", "explanation")
    BEST_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    AS_OF_TIME_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    best: _order_pb2.Plan
    options: _containers.RepeatedCompositeFieldContainer[_order_pb2.Plan]
    as_of_time: _timestamp_pb2.Timestamp
    degraded: bool
    explanation: _order_pb2.Explanation
    def __init__(self, best: _Optional[_Union[_order_pb2.Plan, _Mapping]] = ..., options: _Optional[_Iterable[_Union[_order_pb2.Plan, _Mapping]]] = ..., as_of_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., degraded: _Optional[bool] = ..., explanation: _Optional[_Union[_order_pb2.Explanation, _Mapping]] = ...) -> None: ...

class Accept(_message.Message):
    __slots__ = ("cost_max", "promise_by")
    COST_MAX_FIELD_NUMBER: _ClassVar[int]
    PROMISE_BY_FIELD_NUMBER: _ClassVar[int]
    cost_max: _money_pb2.Money
    promise_by: _date_pb2.Date
    def __init__(self, cost_max: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., promise_by: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class HoldRequest(_message.Message):
    __slots__ = ("request_id", "hold_id", "lines", "ship_to", "routing", "accept", "ttl", "order_ref", "facts", "parts", "allow_substitutes")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SHIP_TO_FIELD_NUMBER: _ClassVar[int]
    ROUTING_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    ORDER_REF_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    ALLOW_SUBSTITUTES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    hold_id: str
    lines: _containers.RepeatedCompositeFieldContainer[_order_pb2.Line]
    ship_to: _order_pb2.Destination
    routing: _order_pb2.Routing
    accept: Accept
    ttl: _duration_pb2.Duration
    order_ref: str
    facts: _order_pb2.OrderFacts
    parts: _containers.RepeatedCompositeFieldContainer[OrderPart]
    allow_substitutes: bool
    def __init__(self, request_id: _Optional[str] = ..., hold_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[_order_pb2.Line, _Mapping]]] = ..., ship_to: _Optional[_Union[_order_pb2.Destination, _Mapping]] = ..., routing: _Optional[_Union[_order_pb2.Routing, _Mapping]] = ..., accept: _Optional[_Union[Accept, _Mapping]] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., order_ref: _Optional[str] = ..., facts: _Optional[_Union[_order_pb2.OrderFacts, _Mapping]] = ..., parts: _Optional[_Iterable[_Union[OrderPart, _Mapping]]] = ..., allow_substitutes: _Optional[bool] = ...) -> None: ...

class OrderPart(_message.Message):
    __slots__ = ("lines", "ship_to", "routing")
    LINES_FIELD_NUMBER: _ClassVar[int]
    SHIP_TO_FIELD_NUMBER: _ClassVar[int]
    ROUTING_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedCompositeFieldContainer[_order_pb2.Line]
    ship_to: _order_pb2.Destination
    routing: _order_pb2.Routing
    def __init__(self, lines: _Optional[_Iterable[_Union[_order_pb2.Line, _Mapping]]] = ..., ship_to: _Optional[_Union[_order_pb2.Destination, _Mapping]] = ..., routing: _Optional[_Union[_order_pb2.Routing, _Mapping]] = ...) -> None: ...

class HoldResponse(_message.Message):
    __slots__ = ("hold_id", "state", "plan", "create_time", "expire_time", "part_plans")
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    PART_PLANS_FIELD_NUMBER: _ClassVar[int]
    hold_id: str
    state: HoldState
    plan: _order_pb2.Plan
    create_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    part_plans: _containers.RepeatedCompositeFieldContainer[_order_pb2.Plan]
    def __init__(self, hold_id: _Optional[str] = ..., state: _Optional[_Union[HoldState, str]] = ..., plan: _Optional[_Union[_order_pb2.Plan, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., part_plans: _Optional[_Iterable[_Union[_order_pb2.Plan, _Mapping]]] = ...) -> None: ...

class ExtendHoldRequest(_message.Message):
    __slots__ = ("request_id", "hold_id", "ttl")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    hold_id: str
    ttl: _duration_pb2.Duration
    def __init__(self, request_id: _Optional[str] = ..., hold_id: _Optional[str] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ExtendHoldResponse(_message.Message):
    __slots__ = ("hold_id", "expire_time")
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    hold_id: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, hold_id: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReleaseHoldRequest(_message.Message):
    __slots__ = ("request_id", "hold_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    hold_id: str
    def __init__(self, request_id: _Optional[str] = ..., hold_id: _Optional[str] = ...) -> None: ...

class ReleaseHoldResponse(_message.Message):
    __slots__ = ("hold_id", "state")
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    hold_id: str
    state: HoldState
    def __init__(self, hold_id: _Optional[str] = ..., state: _Optional[_Union[HoldState, str]] = ...) -> None: ...

class CommitRequest(_message.Message):
    __slots__ = ("request_id", "hold_id", "order_id", "customer_ref", "payment_state")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_REF_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_STATE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    hold_id: str
    order_id: str
    customer_ref: str
    payment_state: _order_service_pb2.PaymentState
    def __init__(self, request_id: _Optional[str] = ..., hold_id: _Optional[str] = ..., order_id: _Optional[str] = ..., customer_ref: _Optional[str] = ..., payment_state: _Optional[_Union[_order_service_pb2.PaymentState, str]] = ...) -> None: ...

class CommitResponse(_message.Message):
    __slots__ = ("order_id", "hold_id", "plan", "create_time", "state", "part_plans")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PART_PLANS_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    hold_id: str
    plan: _order_pb2.Plan
    create_time: _timestamp_pb2.Timestamp
    state: _order_service_pb2.OrderState
    part_plans: _containers.RepeatedCompositeFieldContainer[_order_pb2.Plan]
    def __init__(self, order_id: _Optional[str] = ..., hold_id: _Optional[str] = ..., plan: _Optional[_Union[_order_pb2.Plan, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[_Union[_order_service_pb2.OrderState, str]] = ..., part_plans: _Optional[_Iterable[_Union[_order_pb2.Plan, _Mapping]]] = ...) -> None: ...

class PlaceOrderRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "customer_ref", "lines", "ship_to", "routing", "accept", "order_ref", "facts", "parts", "payment_state", "allow_substitutes")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_REF_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SHIP_TO_FIELD_NUMBER: _ClassVar[int]
    ROUTING_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_FIELD_NUMBER: _ClassVar[int]
    ORDER_REF_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_STATE_FIELD_NUMBER: _ClassVar[int]
    ALLOW_SUBSTITUTES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    customer_ref: str
    lines: _containers.RepeatedCompositeFieldContainer[_order_pb2.Line]
    ship_to: _order_pb2.Destination
    routing: _order_pb2.Routing
    accept: Accept
    order_ref: str
    facts: _order_pb2.OrderFacts
    parts: _containers.RepeatedCompositeFieldContainer[OrderPart]
    payment_state: _order_service_pb2.PaymentState
    allow_substitutes: bool
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., customer_ref: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[_order_pb2.Line, _Mapping]]] = ..., ship_to: _Optional[_Union[_order_pb2.Destination, _Mapping]] = ..., routing: _Optional[_Union[_order_pb2.Routing, _Mapping]] = ..., accept: _Optional[_Union[Accept, _Mapping]] = ..., order_ref: _Optional[str] = ..., facts: _Optional[_Union[_order_pb2.OrderFacts, _Mapping]] = ..., parts: _Optional[_Iterable[_Union[OrderPart, _Mapping]]] = ..., payment_state: _Optional[_Union[_order_service_pb2.PaymentState, str]] = ..., allow_substitutes: _Optional[bool] = ...) -> None: ...

class PlaceOrderResponse(_message.Message):
    __slots__ = ("order_id", "state", "plan", "part_plans", "create_time")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    PART_PLANS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    state: _order_service_pb2.OrderState
    plan: _order_pb2.Plan
    part_plans: _containers.RepeatedCompositeFieldContainer[_order_pb2.Plan]
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, order_id: _Optional[str] = ..., state: _Optional[_Union[_order_service_pb2.OrderState, str]] = ..., plan: _Optional[_Union[_order_pb2.Plan, _Mapping]] = ..., part_plans: _Optional[_Iterable[_Union[_order_pb2.Plan, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
