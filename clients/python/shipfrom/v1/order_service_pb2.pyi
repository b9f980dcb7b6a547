import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import field_info_pb2 as _field_info_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.type import money_pb2 as _money_pb2
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
    ORDER_STATE_PENDING: _ClassVar[OrderState]
    ORDER_STATE_REVIEW: _ClassVar[OrderState]
    ORDER_STATE_BACKORDERED: _ClassVar[OrderState]
    ORDER_STATE_PICKING: _ClassVar[OrderState]
    ORDER_STATE_READY: _ClassVar[OrderState]
    ORDER_STATE_COLLECTED: _ClassVar[OrderState]
    ORDER_STATE_DELIVERED: _ClassVar[OrderState]
    ORDER_STATE_COMPLETED: _ClassVar[OrderState]

class PaymentState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYMENT_STATE_UNSPECIFIED: _ClassVar[PaymentState]
    PAYMENT_STATE_PENDING: _ClassVar[PaymentState]
    PAYMENT_STATE_AUTHORIZED: _ClassVar[PaymentState]
    PAYMENT_STATE_CAPTURED: _ClassVar[PaymentState]
    PAYMENT_STATE_FAILED: _ClassVar[PaymentState]
    PAYMENT_STATE_REFUNDED: _ClassVar[PaymentState]

class ReplayOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPLAY_OUTCOME_UNSPECIFIED: _ClassVar[ReplayOutcome]
    REPLAY_OUTCOME_SAME: _ClassVar[ReplayOutcome]
    REPLAY_OUTCOME_DIFFERENT: _ClassVar[ReplayOutcome]
    REPLAY_OUTCOME_UNREADABLE: _ClassVar[ReplayOutcome]

class ExceptionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXCEPTION_KIND_UNSPECIFIED: _ClassVar[ExceptionKind]
    EXCEPTION_KIND_UNFILLED: _ClassVar[ExceptionKind]
    EXCEPTION_KIND_SHORT: _ClassVar[ExceptionKind]
    EXCEPTION_KIND_LATE_RISK: _ClassVar[ExceptionKind]
    EXCEPTION_KIND_TIMED_OUT: _ClassVar[ExceptionKind]
    EXCEPTION_KIND_PAYMENT: _ClassVar[ExceptionKind]
    EXCEPTION_KIND_REVIEW: _ClassVar[ExceptionKind]

class ReturnState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RETURN_STATE_UNSPECIFIED: _ClassVar[ReturnState]
    RETURN_STATE_OPEN: _ClassVar[ReturnState]
    RETURN_STATE_RECEIVED: _ClassVar[ReturnState]

class Disposition(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISPOSITION_UNSPECIFIED: _ClassVar[Disposition]
    DISPOSITION_RESTOCK: _ClassVar[Disposition]
    DISPOSITION_REFURBISH: _ClassVar[Disposition]
    DISPOSITION_SCRAP: _ClassVar[Disposition]
ORDER_STATE_UNSPECIFIED: OrderState
ORDER_STATE_ALLOCATED: OrderState
ORDER_STATE_SHIPPED: OrderState
ORDER_STATE_CANCELLED: OrderState
ORDER_STATE_PENDING: OrderState
ORDER_STATE_REVIEW: OrderState
ORDER_STATE_BACKORDERED: OrderState
ORDER_STATE_PICKING: OrderState
ORDER_STATE_READY: OrderState
ORDER_STATE_COLLECTED: OrderState
ORDER_STATE_DELIVERED: OrderState
ORDER_STATE_COMPLETED: OrderState
PAYMENT_STATE_UNSPECIFIED: PaymentState
PAYMENT_STATE_PENDING: PaymentState
PAYMENT_STATE_AUTHORIZED: PaymentState
PAYMENT_STATE_CAPTURED: PaymentState
PAYMENT_STATE_FAILED: PaymentState
PAYMENT_STATE_REFUNDED: PaymentState
REPLAY_OUTCOME_UNSPECIFIED: ReplayOutcome
REPLAY_OUTCOME_SAME: ReplayOutcome
REPLAY_OUTCOME_DIFFERENT: ReplayOutcome
REPLAY_OUTCOME_UNREADABLE: ReplayOutcome
EXCEPTION_KIND_UNSPECIFIED: ExceptionKind
EXCEPTION_KIND_UNFILLED: ExceptionKind
EXCEPTION_KIND_SHORT: ExceptionKind
EXCEPTION_KIND_LATE_RISK: ExceptionKind
EXCEPTION_KIND_TIMED_OUT: ExceptionKind
EXCEPTION_KIND_PAYMENT: ExceptionKind
EXCEPTION_KIND_REVIEW: ExceptionKind
RETURN_STATE_UNSPECIFIED: ReturnState
RETURN_STATE_OPEN: ReturnState
RETURN_STATE_RECEIVED: ReturnState
DISPOSITION_UNSPECIFIED: Disposition
DISPOSITION_RESTOCK: Disposition
DISPOSITION_REFURBISH: Disposition
DISPOSITION_SCRAP: Disposition

class OrderLine(_message.Message):
    __slots__ = ("sku", "ordered", "cancelled", "waiting", "open", "sent", "returned", "expected_date", "waits", "bundle_skus", "substituted_by")
    SKU_FIELD_NUMBER: _ClassVar[int]
    ORDERED_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    SENT_FIELD_NUMBER: _ClassVar[int]
    RETURNED_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_DATE_FIELD_NUMBER: _ClassVar[int]
    WAITS_FIELD_NUMBER: _ClassVar[int]
    BUNDLE_SKUS_FIELD_NUMBER: _ClassVar[int]
    SUBSTITUTED_BY_FIELD_NUMBER: _ClassVar[int]
    sku: str
    ordered: int
    cancelled: int
    waiting: int
    open: int
    sent: int
    returned: int
    expected_date: _date_pb2.Date
    waits: _containers.RepeatedCompositeFieldContainer[_order_pb2.WaitingUnits]
    bundle_skus: _containers.RepeatedScalarFieldContainer[str]
    substituted_by: _containers.RepeatedCompositeFieldContainer[_order_pb2.Line]
    def __init__(self, sku: _Optional[str] = ..., ordered: _Optional[int] = ..., cancelled: _Optional[int] = ..., waiting: _Optional[int] = ..., open: _Optional[int] = ..., sent: _Optional[int] = ..., returned: _Optional[int] = ..., expected_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., waits: _Optional[_Iterable[_Union[_order_pb2.WaitingUnits, _Mapping]]] = ..., bundle_skus: _Optional[_Iterable[str]] = ..., substituted_by: _Optional[_Iterable[_Union[_order_pb2.Line, _Mapping]]] = ...) -> None: ...

class Order(_message.Message):
    __slots__ = ("order_id", "hold_id", "order_ref", "state", "lines", "plan", "create_time", "customer_ref", "payment_state", "assignee", "reroutes", "shipments", "line_states", "returns", "change_time", "promised_date", "promise_date", "payments", "bundles", "allow_substitutes")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_REF_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_REF_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_STATE_FIELD_NUMBER: _ClassVar[int]
    ASSIGNEE_FIELD_NUMBER: _ClassVar[int]
    REROUTES_FIELD_NUMBER: _ClassVar[int]
    SHIPMENTS_FIELD_NUMBER: _ClassVar[int]
    LINE_STATES_FIELD_NUMBER: _ClassVar[int]
    RETURNS_FIELD_NUMBER: _ClassVar[int]
    CHANGE_TIME_FIELD_NUMBER: _ClassVar[int]
    PROMISED_DATE_FIELD_NUMBER: _ClassVar[int]
    PROMISE_DATE_FIELD_NUMBER: _ClassVar[int]
    PAYMENTS_FIELD_NUMBER: _ClassVar[int]
    BUNDLES_FIELD_NUMBER: _ClassVar[int]
    ALLOW_SUBSTITUTES_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    hold_id: str
    order_ref: str
    state: OrderState
    lines: _containers.RepeatedCompositeFieldContainer[_order_pb2.Line]
    plan: _order_pb2.Plan
    create_time: _timestamp_pb2.Timestamp
    customer_ref: str
    payment_state: PaymentState
    assignee: str
    reroutes: int
    shipments: _containers.RepeatedCompositeFieldContainer[_order_pb2.Shipment]
    line_states: _containers.RepeatedCompositeFieldContainer[OrderLine]
    returns: _containers.RepeatedCompositeFieldContainer[Return]
    change_time: _timestamp_pb2.Timestamp
    promised_date: _date_pb2.Date
    promise_date: _date_pb2.Date
    payments: _containers.RepeatedCompositeFieldContainer[Payment]
    bundles: _containers.RepeatedCompositeFieldContainer[_order_pb2.BundleLine]
    allow_substitutes: bool
    def __init__(self, order_id: _Optional[str] = ..., hold_id: _Optional[str] = ..., order_ref: _Optional[str] = ..., state: _Optional[_Union[OrderState, str]] = ..., lines: _Optional[_Iterable[_Union[_order_pb2.Line, _Mapping]]] = ..., plan: _Optional[_Union[_order_pb2.Plan, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., customer_ref: _Optional[str] = ..., payment_state: _Optional[_Union[PaymentState, str]] = ..., assignee: _Optional[str] = ..., reroutes: _Optional[int] = ..., shipments: _Optional[_Iterable[_Union[_order_pb2.Shipment, _Mapping]]] = ..., line_states: _Optional[_Iterable[_Union[OrderLine, _Mapping]]] = ..., returns: _Optional[_Iterable[_Union[Return, _Mapping]]] = ..., change_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., promised_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., promise_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., payments: _Optional[_Iterable[_Union[Payment, _Mapping]]] = ..., bundles: _Optional[_Iterable[_Union[_order_pb2.BundleLine, _Mapping]]] = ..., allow_substitutes: _Optional[bool] = ...) -> None: ...

class Payment(_message.Message):
    __slots__ = ("payment_id", "state", "shipment_id", "amount", "reference", "report_time")
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    REPORT_TIME_FIELD_NUMBER: _ClassVar[int]
    payment_id: str
    state: PaymentState
    shipment_id: str
    amount: _money_pb2.Money
    reference: str
    report_time: _timestamp_pb2.Timestamp
    def __init__(self, payment_id: _Optional[str] = ..., state: _Optional[_Union[PaymentState, str]] = ..., shipment_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., reference: _Optional[str] = ..., report_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

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
    __slots__ = ("page_size", "page_token", "state", "customer_ref")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_REF_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    state: OrderState
    customer_ref: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., state: _Optional[_Union[OrderState, str]] = ..., customer_ref: _Optional[str] = ...) -> None: ...

class ListOrdersResponse(_message.Message):
    __slots__ = ("orders", "next_page_token")
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    orders: _containers.RepeatedCompositeFieldContainer[Order]
    next_page_token: str
    def __init__(self, orders: _Optional[_Iterable[_Union[Order, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchOrderRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class WatchOrderResponse(_message.Message):
    __slots__ = ("order",)
    ORDER_FIELD_NUMBER: _ClassVar[int]
    order: Order
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class ExplainOrderRequest(_message.Message):
    __slots__ = ("order_id", "hold_id", "why_not_node_ids", "decision_number")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    WHY_NOT_NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    DECISION_NUMBER_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    hold_id: str
    why_not_node_ids: _containers.RepeatedScalarFieldContainer[str]
    decision_number: int
    def __init__(self, order_id: _Optional[str] = ..., hold_id: _Optional[str] = ..., why_not_node_ids: _Optional[_Iterable[str]] = ..., decision_number: _Optional[int] = ...) -> None: ...

class ExplainOrderResponse(_message.Message):
    __slots__ = ("explanation", "cause")
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    explanation: _order_pb2.Explanation
    cause: str
    def __init__(self, explanation: _Optional[_Union[_order_pb2.Explanation, _Mapping]] = ..., cause: _Optional[str] = ...) -> None: ...

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

class CancelOrderRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "lines", "reason", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    lines: _containers.RepeatedCompositeFieldContainer[_order_pb2.Line]
    reason: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[_order_pb2.Line, _Mapping]]] = ..., reason: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class CancelOrderResponse(_message.Message):
    __slots__ = ("order",)
    ORDER_FIELD_NUMBER: _ClassVar[int]
    order: Order
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class ChangeOrderRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "lines", "removed_skus", "reason", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    REMOVED_SKUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    lines: _containers.RepeatedCompositeFieldContainer[_order_pb2.Line]
    removed_skus: _containers.RepeatedScalarFieldContainer[str]
    reason: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[_order_pb2.Line, _Mapping]]] = ..., removed_skus: _Optional[_Iterable[str]] = ..., reason: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class PlanChange(_message.Message):
    __slots__ = ("plan", "cost_more", "promise_date", "promise_kept", "unfilled")
    PLAN_FIELD_NUMBER: _ClassVar[int]
    COST_MORE_FIELD_NUMBER: _ClassVar[int]
    PROMISE_DATE_FIELD_NUMBER: _ClassVar[int]
    PROMISE_KEPT_FIELD_NUMBER: _ClassVar[int]
    UNFILLED_FIELD_NUMBER: _ClassVar[int]
    plan: _order_pb2.Plan
    cost_more: _money_pb2.Money
    promise_date: _date_pb2.Date
    promise_kept: bool
    unfilled: _containers.RepeatedCompositeFieldContainer[_order_pb2.UnfilledLine]
    def __init__(self, plan: _Optional[_Union[_order_pb2.Plan, _Mapping]] = ..., cost_more: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., promise_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., promise_kept: _Optional[bool] = ..., unfilled: _Optional[_Iterable[_Union[_order_pb2.UnfilledLine, _Mapping]]] = ...) -> None: ...

class ChangeOrderResponse(_message.Message):
    __slots__ = ("order", "change")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    order: Order
    change: PlanChange
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ..., change: _Optional[_Union[PlanChange, _Mapping]] = ...) -> None: ...

class RerouteOrderRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "shipment_ids", "only_node_ids", "exclude_node_ids", "reason", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    ONLY_NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    EXCLUDE_NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    shipment_ids: _containers.RepeatedScalarFieldContainer[str]
    only_node_ids: _containers.RepeatedScalarFieldContainer[str]
    exclude_node_ids: _containers.RepeatedScalarFieldContainer[str]
    reason: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., shipment_ids: _Optional[_Iterable[str]] = ..., only_node_ids: _Optional[_Iterable[str]] = ..., exclude_node_ids: _Optional[_Iterable[str]] = ..., reason: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class RerouteOrderResponse(_message.Message):
    __slots__ = ("order", "change")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    order: Order
    change: PlanChange
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ..., change: _Optional[_Union[PlanChange, _Mapping]] = ...) -> None: ...

class ReoptimiseRequest(_message.Message):
    __slots__ = ("request_id", "node_ids", "least_saving", "least_total", "most_moved", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    LEAST_SAVING_FIELD_NUMBER: _ClassVar[int]
    LEAST_TOTAL_FIELD_NUMBER: _ClassVar[int]
    MOST_MOVED_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    node_ids: _containers.RepeatedScalarFieldContainer[str]
    least_saving: _money_pb2.Money
    least_total: _money_pb2.Money
    most_moved: int
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., node_ids: _Optional[_Iterable[str]] = ..., least_saving: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., least_total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., most_moved: _Optional[int] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class OrderMove(_message.Message):
    __slots__ = ("order_id", "before", "after", "saving", "reason", "group", "done", "not_done")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    SAVING_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    NOT_DONE_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    before: _containers.RepeatedCompositeFieldContainer[_order_pb2.Shipment]
    after: _containers.RepeatedCompositeFieldContainer[_order_pb2.Shipment]
    saving: _money_pb2.Money
    reason: str
    group: int
    done: bool
    not_done: str
    def __init__(self, order_id: _Optional[str] = ..., before: _Optional[_Iterable[_Union[_order_pb2.Shipment, _Mapping]]] = ..., after: _Optional[_Iterable[_Union[_order_pb2.Shipment, _Mapping]]] = ..., saving: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., reason: _Optional[str] = ..., group: _Optional[int] = ..., done: _Optional[bool] = ..., not_done: _Optional[str] = ...) -> None: ...

class OrderLeftAlone(_message.Message):
    __slots__ = ("order_id", "reason")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    reason: str
    def __init__(self, order_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ReoptimiseResponse(_message.Message):
    __slots__ = ("seconds", "result")
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    seconds: int
    result: Reoptimisation
    def __init__(self, seconds: _Optional[int] = ..., result: _Optional[_Union[Reoptimisation, _Mapping]] = ...) -> None: ...

class Reoptimisation(_message.Message):
    __slots__ = ("moves", "left_alone", "orders_looked_at", "has_more", "saving", "verdict")
    MOVES_FIELD_NUMBER: _ClassVar[int]
    LEFT_ALONE_FIELD_NUMBER: _ClassVar[int]
    ORDERS_LOOKED_AT_FIELD_NUMBER: _ClassVar[int]
    HAS_MORE_FIELD_NUMBER: _ClassVar[int]
    SAVING_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    moves: _containers.RepeatedCompositeFieldContainer[OrderMove]
    left_alone: _containers.RepeatedCompositeFieldContainer[OrderLeftAlone]
    orders_looked_at: int
    has_more: bool
    saving: _money_pb2.Money
    verdict: str
    def __init__(self, moves: _Optional[_Iterable[_Union[OrderMove, _Mapping]]] = ..., left_alone: _Optional[_Iterable[_Union[OrderLeftAlone, _Mapping]]] = ..., orders_looked_at: _Optional[int] = ..., has_more: _Optional[bool] = ..., saving: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., verdict: _Optional[str] = ...) -> None: ...

class ReportPaymentRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "payment_id", "state", "shipment_id", "amount", "reference")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    payment_id: str
    state: PaymentState
    shipment_id: str
    amount: _money_pb2.Money
    reference: str
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., state: _Optional[_Union[PaymentState, str]] = ..., shipment_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., reference: _Optional[str] = ...) -> None: ...

class ReportPaymentResponse(_message.Message):
    __slots__ = ("order",)
    ORDER_FIELD_NUMBER: _ClassVar[int]
    order: Order
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class ReviewOrderRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "assignee", "approve")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ASSIGNEE_FIELD_NUMBER: _ClassVar[int]
    APPROVE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    assignee: str
    approve: bool
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., assignee: _Optional[str] = ..., approve: _Optional[bool] = ...) -> None: ...

class ReviewOrderResponse(_message.Message):
    __slots__ = ("order",)
    ORDER_FIELD_NUMBER: _ClassVar[int]
    order: Order
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class OrderException(_message.Message):
    __slots__ = ("kind", "order_id", "shipment_id", "assignee", "since_time", "what", "next_step", "risk_percent")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ASSIGNEE_FIELD_NUMBER: _ClassVar[int]
    SINCE_TIME_FIELD_NUMBER: _ClassVar[int]
    WHAT_FIELD_NUMBER: _ClassVar[int]
    NEXT_STEP_FIELD_NUMBER: _ClassVar[int]
    RISK_PERCENT_FIELD_NUMBER: _ClassVar[int]
    kind: ExceptionKind
    order_id: str
    shipment_id: str
    assignee: str
    since_time: _timestamp_pb2.Timestamp
    what: str
    next_step: str
    risk_percent: int
    def __init__(self, kind: _Optional[_Union[ExceptionKind, str]] = ..., order_id: _Optional[str] = ..., shipment_id: _Optional[str] = ..., assignee: _Optional[str] = ..., since_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., what: _Optional[str] = ..., next_step: _Optional[str] = ..., risk_percent: _Optional[int] = ...) -> None: ...

class ListExceptionsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListExceptionsResponse(_message.Message):
    __slots__ = ("exceptions", "next_page_token")
    EXCEPTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    exceptions: _containers.RepeatedCompositeFieldContainer[OrderException]
    next_page_token: str
    def __init__(self, exceptions: _Optional[_Iterable[_Union[OrderException, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ReturnLine(_message.Message):
    __slots__ = ("sku", "quantity", "reason", "received", "condition", "disposition")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_FIELD_NUMBER: _ClassVar[int]
    CONDITION_FIELD_NUMBER: _ClassVar[int]
    DISPOSITION_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    reason: str
    received: int
    condition: str
    disposition: Disposition
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ..., reason: _Optional[str] = ..., received: _Optional[int] = ..., condition: _Optional[str] = ..., disposition: _Optional[_Union[Disposition, str]] = ...) -> None: ...

class Return(_message.Message):
    __slots__ = ("return_id", "order_id", "node_id", "state", "lines", "create_time")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    order_id: str
    node_id: str
    state: ReturnState
    lines: _containers.RepeatedCompositeFieldContainer[ReturnLine]
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, return_id: _Optional[str] = ..., order_id: _Optional[str] = ..., node_id: _Optional[str] = ..., state: _Optional[_Union[ReturnState, str]] = ..., lines: _Optional[_Iterable[_Union[ReturnLine, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreateReturnRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "return_id", "lines", "node_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    return_id: str
    lines: _containers.RepeatedCompositeFieldContainer[ReturnLine]
    node_id: str
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., return_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[ReturnLine, _Mapping]]] = ..., node_id: _Optional[str] = ...) -> None: ...

class CreateReturnResponse(_message.Message):
    __slots__ = ("goods_return", "verdict")
    GOODS_RETURN_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    goods_return: Return
    verdict: str
    def __init__(self, goods_return: _Optional[_Union[Return, _Mapping]] = ..., verdict: _Optional[str] = ...) -> None: ...

class ReceivedLine(_message.Message):
    __slots__ = ("sku", "quantity", "condition", "disposition")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    CONDITION_FIELD_NUMBER: _ClassVar[int]
    DISPOSITION_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    condition: str
    disposition: Disposition
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ..., condition: _Optional[str] = ..., disposition: _Optional[_Union[Disposition, str]] = ...) -> None: ...

class ReceiveReturnRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "return_id", "lines", "node_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    return_id: str
    lines: _containers.RepeatedCompositeFieldContainer[ReceivedLine]
    node_id: str
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., return_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[ReceivedLine, _Mapping]]] = ..., node_id: _Optional[str] = ...) -> None: ...

class ReceiveReturnResponse(_message.Message):
    __slots__ = ("goods_return",)
    GOODS_RETURN_FIELD_NUMBER: _ClassVar[int]
    goods_return: Return
    def __init__(self, goods_return: _Optional[_Union[Return, _Mapping]] = ...) -> None: ...
