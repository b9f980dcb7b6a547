import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from shipfrom.v1 import order_pb2 as _order_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OrderState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_STATE_UNSPECIFIED: _ClassVar[OrderState]
    ORDER_STATE_ALLOCATED: _ClassVar[OrderState]
    ORDER_STATE_SHIPPED: _ClassVar[OrderState]
    ORDER_STATE_CANCELLED: _ClassVar[OrderState]

class ReplayOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPLAY_OUTCOME_UNSPECIFIED: _ClassVar[ReplayOutcome]
    REPLAY_OUTCOME_SAME: _ClassVar[ReplayOutcome]
    REPLAY_OUTCOME_DIFFERENT: _ClassVar[ReplayOutcome]
    REPLAY_OUTCOME_UNREADABLE: _ClassVar[ReplayOutcome]
ORDER_STATE_UNSPECIFIED: OrderState
ORDER_STATE_ALLOCATED: OrderState
ORDER_STATE_SHIPPED: OrderState
ORDER_STATE_CANCELLED: OrderState
REPLAY_OUTCOME_UNSPECIFIED: ReplayOutcome
REPLAY_OUTCOME_SAME: ReplayOutcome
REPLAY_OUTCOME_DIFFERENT: ReplayOutcome
REPLAY_OUTCOME_UNREADABLE: ReplayOutcome

class Order(_message.Message):
    __slots__ = ("order_id", "hold_id", "order_ref", "state", "lines", "plan", "create_time")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_REF_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    hold_id: str
    order_ref: str
    state: OrderState
    lines: _containers.RepeatedCompositeFieldContainer[_order_pb2.Line]
    plan: _order_pb2.Plan
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, order_id: _Optional[str] = ..., hold_id: _Optional[str] = ..., order_ref: _Optional[str] = ..., state: _Optional[_Union[OrderState, str]] = ..., lines: _Optional[_Iterable[_Union[_order_pb2.Line, _Mapping]]] = ..., plan: _Optional[_Union[_order_pb2.Plan, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetOrderRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class GetOrderResponse(_message.Message):
    __slots__ = ("order",)
    ORDER_FIELD_NUMBER: _ClassVar[int]
    order: Order
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class ListOrdersRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "state")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    state: OrderState
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., state: _Optional[_Union[OrderState, str]] = ...) -> None: ...

class ListOrdersResponse(_message.Message):
    __slots__ = ("orders", "next_page_token")
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    orders: _containers.RepeatedCompositeFieldContainer[Order]
    next_page_token: str
    def __init__(self, orders: _Optional[_Iterable[_Union[Order, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ExplainOrderRequest(_message.Message):
    __slots__ = ("order_id", "hold_id", "why_not_node_ids")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    WHY_NOT_NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    hold_id: str
    why_not_node_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, order_id: _Optional[str] = ..., hold_id: _Optional[str] = ..., why_not_node_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ExplainOrderResponse(_message.Message):
    __slots__ = ("explanation",)
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    explanation: _order_pb2.Explanation
    def __init__(self, explanation: _Optional[_Union[_order_pb2.Explanation, _Mapping]] = ...) -> None: ...

class ReplayOrderRequest(_message.Message):
    __slots__ = ("order_id", "hold_id")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    hold_id: str
    def __init__(self, order_id: _Optional[str] = ..., hold_id: _Optional[str] = ...) -> None: ...

class ReplayOrderResponse(_message.Message):
    __slots__ = ("outcome", "difference")
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    outcome: ReplayOutcome
    difference: str
    def __init__(self, outcome: _Optional[_Union[ReplayOutcome, str]] = ..., difference: _Optional[str] = ...) -> None: ...
