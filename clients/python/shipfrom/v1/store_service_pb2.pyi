import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import field_info_pb2 as _field_info_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from shipfrom.v1 import order_pb2 as _order_pb2
from shipfrom.v1 import order_service_pb2 as _order_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RejectReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REJECT_REASON_UNSPECIFIED: _ClassVar[RejectReason]
    REJECT_REASON_NOT_FOUND: _ClassVar[RejectReason]
    REJECT_REASON_FEWER: _ClassVar[RejectReason]
    REJECT_REASON_DAMAGED: _ClassVar[RejectReason]
    REJECT_REASON_TOO_BUSY: _ClassVar[RejectReason]
    REJECT_REASON_CLOSED: _ClassVar[RejectReason]

class DocumentKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DOCUMENT_KIND_UNSPECIFIED: _ClassVar[DocumentKind]
    DOCUMENT_KIND_PICK_LIST: _ClassVar[DocumentKind]
    DOCUMENT_KIND_PACKING_LIST: _ClassVar[DocumentKind]
    DOCUMENT_KIND_LABEL: _ClassVar[DocumentKind]
REJECT_REASON_UNSPECIFIED: RejectReason
REJECT_REASON_NOT_FOUND: RejectReason
REJECT_REASON_FEWER: RejectReason
REJECT_REASON_DAMAGED: RejectReason
REJECT_REASON_TOO_BUSY: RejectReason
REJECT_REASON_CLOSED: RejectReason
DOCUMENT_KIND_UNSPECIFIED: DocumentKind
DOCUMENT_KIND_PICK_LIST: DocumentKind
DOCUMENT_KIND_PACKING_LIST: DocumentKind
DOCUMENT_KIND_LABEL: DocumentKind

class TaskLine(_message.Message):
    __slots__ = ("sku", "display_name", "quantity", "picked", "substitutes")
    SKU_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    PICKED_FIELD_NUMBER: _ClassVar[int]
    SUBSTITUTES_FIELD_NUMBER: _ClassVar[int]
    sku: str
    display_name: str
    quantity: int
    picked: int
    substitutes: _containers.RepeatedCompositeFieldContainer[Substitute]
    def __init__(self, sku: _Optional[str] = ..., display_name: _Optional[str] = ..., quantity: _Optional[int] = ..., picked: _Optional[int] = ..., substitutes: _Optional[_Iterable[_Union[Substitute, _Mapping]]] = ...) -> None: ...

class Substitute(_message.Message):
    __slots__ = ("sku", "display_name", "available")
    SKU_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    sku: str
    display_name: str
    available: int
    def __init__(self, sku: _Optional[str] = ..., display_name: _Optional[str] = ..., available: _Optional[int] = ...) -> None: ...

class Task(_message.Message):
    __slots__ = ("shipment_id", "order_id", "order_ref", "node_id", "state", "lines", "offered", "pickup", "due_time", "ship_by_time", "change_time", "released", "destination_node_id", "incoming")
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_REF_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    OFFERED_FIELD_NUMBER: _ClassVar[int]
    PICKUP_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    SHIP_BY_TIME_FIELD_NUMBER: _ClassVar[int]
    CHANGE_TIME_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_NODE_ID_FIELD_NUMBER: _ClassVar[int]
    INCOMING_FIELD_NUMBER: _ClassVar[int]
    shipment_id: str
    order_id: str
    order_ref: str
    node_id: str
    state: _order_pb2.ShipmentState
    lines: _containers.RepeatedCompositeFieldContainer[TaskLine]
    offered: bool
    pickup: bool
    due_time: _timestamp_pb2.Timestamp
    ship_by_time: _timestamp_pb2.Timestamp
    change_time: _timestamp_pb2.Timestamp
    released: bool
    destination_node_id: str
    incoming: bool
    def __init__(self, shipment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_ref: _Optional[str] = ..., node_id: _Optional[str] = ..., state: _Optional[_Union[_order_pb2.ShipmentState, str]] = ..., lines: _Optional[_Iterable[_Union[TaskLine, _Mapping]]] = ..., offered: _Optional[bool] = ..., pickup: _Optional[bool] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ship_by_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., change_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., released: _Optional[bool] = ..., destination_node_id: _Optional[str] = ..., incoming: _Optional[bool] = ...) -> None: ...

class ListTasksRequest(_message.Message):
    __slots__ = ("node_id", "page_size", "page_token")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    page_size: int
    page_token: str
    def __init__(self, node_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTasksResponse(_message.Message):
    __slots__ = ("tasks", "next_page_token")
    TASKS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    tasks: _containers.RepeatedCompositeFieldContainer[Task]
    next_page_token: str
    def __init__(self, tasks: _Optional[_Iterable[_Union[Task, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchTasksRequest(_message.Message):
    __slots__ = ("node_id", "resume_token")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    resume_token: str
    def __init__(self, node_id: _Optional[str] = ..., resume_token: _Optional[str] = ...) -> None: ...

class WatchTasksResponse(_message.Message):
    __slots__ = ("tasks", "resume_token")
    TASKS_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    tasks: _containers.RepeatedCompositeFieldContainer[Task]
    resume_token: str
    def __init__(self, tasks: _Optional[_Iterable[_Union[Task, _Mapping]]] = ..., resume_token: _Optional[str] = ...) -> None: ...

class AcceptRequest(_message.Message):
    __slots__ = ("request_id", "shipment_id", "node_id", "lines", "reason", "note", "validate_only", "plan_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    shipment_id: str
    node_id: str
    lines: _containers.RepeatedCompositeFieldContainer[_order_pb2.Line]
    reason: RejectReason
    note: str
    validate_only: bool
    plan_id: str
    def __init__(self, request_id: _Optional[str] = ..., shipment_id: _Optional[str] = ..., node_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[_order_pb2.Line, _Mapping]]] = ..., reason: _Optional[_Union[RejectReason, str]] = ..., note: _Optional[str] = ..., validate_only: _Optional[bool] = ..., plan_id: _Optional[str] = ...) -> None: ...

class AcceptResponse(_message.Message):
    __slots__ = ("task", "rerouted")
    TASK_FIELD_NUMBER: _ClassVar[int]
    REROUTED_FIELD_NUMBER: _ClassVar[int]
    task: Task
    rerouted: Rerouted
    def __init__(self, task: _Optional[_Union[Task, _Mapping]] = ..., rerouted: _Optional[_Union[Rerouted, _Mapping]] = ...) -> None: ...

class Rerouted(_message.Message):
    __slots__ = ("sentence", "change", "stock_effect", "shipment_ids", "at_risk_order_ids", "plan_id", "differs")
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    STOCK_EFFECT_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    AT_RISK_ORDER_IDS_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    DIFFERS_FIELD_NUMBER: _ClassVar[int]
    sentence: str
    change: _order_service_pb2.PlanChange
    stock_effect: str
    shipment_ids: _containers.RepeatedScalarFieldContainer[str]
    at_risk_order_ids: _containers.RepeatedScalarFieldContainer[str]
    plan_id: str
    differs: bool
    def __init__(self, sentence: _Optional[str] = ..., change: _Optional[_Union[_order_service_pb2.PlanChange, _Mapping]] = ..., stock_effect: _Optional[str] = ..., shipment_ids: _Optional[_Iterable[str]] = ..., at_risk_order_ids: _Optional[_Iterable[str]] = ..., plan_id: _Optional[str] = ..., differs: _Optional[bool] = ...) -> None: ...

class RejectRequest(_message.Message):
    __slots__ = ("request_id", "shipment_id", "reason", "note", "validate_only", "plan_id", "lines")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    shipment_id: str
    reason: RejectReason
    note: str
    validate_only: bool
    plan_id: str
    lines: _containers.RepeatedCompositeFieldContainer[_order_pb2.Line]
    def __init__(self, request_id: _Optional[str] = ..., shipment_id: _Optional[str] = ..., reason: _Optional[_Union[RejectReason, str]] = ..., note: _Optional[str] = ..., validate_only: _Optional[bool] = ..., plan_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[_order_pb2.Line, _Mapping]]] = ...) -> None: ...

class RejectResponse(_message.Message):
    __slots__ = ("task", "rerouted")
    TASK_FIELD_NUMBER: _ClassVar[int]
    REROUTED_FIELD_NUMBER: _ClassVar[int]
    task: Task
    rerouted: Rerouted
    def __init__(self, task: _Optional[_Union[Task, _Mapping]] = ..., rerouted: _Optional[_Union[Rerouted, _Mapping]] = ...) -> None: ...

class PickedLine(_message.Message):
    __slots__ = ("sku", "picked", "missing", "substitutes")
    SKU_FIELD_NUMBER: _ClassVar[int]
    PICKED_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    SUBSTITUTES_FIELD_NUMBER: _ClassVar[int]
    sku: str
    picked: int
    missing: int
    substitutes: _containers.RepeatedCompositeFieldContainer[_order_pb2.Line]
    def __init__(self, sku: _Optional[str] = ..., picked: _Optional[int] = ..., missing: _Optional[int] = ..., substitutes: _Optional[_Iterable[_Union[_order_pb2.Line, _Mapping]]] = ...) -> None: ...

class ConfirmPickRequest(_message.Message):
    __slots__ = ("request_id", "shipment_id", "lines", "reason", "note", "validate_only", "plan_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    shipment_id: str
    lines: _containers.RepeatedCompositeFieldContainer[PickedLine]
    reason: RejectReason
    note: str
    validate_only: bool
    plan_id: str
    def __init__(self, request_id: _Optional[str] = ..., shipment_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[PickedLine, _Mapping]]] = ..., reason: _Optional[_Union[RejectReason, str]] = ..., note: _Optional[str] = ..., validate_only: _Optional[bool] = ..., plan_id: _Optional[str] = ...) -> None: ...

class ConfirmPickResponse(_message.Message):
    __slots__ = ("task", "rerouted")
    TASK_FIELD_NUMBER: _ClassVar[int]
    REROUTED_FIELD_NUMBER: _ClassVar[int]
    task: Task
    rerouted: Rerouted
    def __init__(self, task: _Optional[_Union[Task, _Mapping]] = ..., rerouted: _Optional[_Union[Rerouted, _Mapping]] = ...) -> None: ...

class MarkReadyRequest(_message.Message):
    __slots__ = ("request_id", "shipment_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    shipment_id: str
    def __init__(self, request_id: _Optional[str] = ..., shipment_id: _Optional[str] = ...) -> None: ...

class MarkReadyResponse(_message.Message):
    __slots__ = ("task", "pickup_code")
    TASK_FIELD_NUMBER: _ClassVar[int]
    PICKUP_CODE_FIELD_NUMBER: _ClassVar[int]
    task: Task
    pickup_code: str
    def __init__(self, task: _Optional[_Union[Task, _Mapping]] = ..., pickup_code: _Optional[str] = ...) -> None: ...

class HandOverRequest(_message.Message):
    __slots__ = ("request_id", "shipment_id", "pickup_code", "lines")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PICKUP_CODE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    shipment_id: str
    pickup_code: str
    lines: _containers.RepeatedCompositeFieldContainer[_order_pb2.Line]
    def __init__(self, request_id: _Optional[str] = ..., shipment_id: _Optional[str] = ..., pickup_code: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[_order_pb2.Line, _Mapping]]] = ...) -> None: ...

class HandOverResponse(_message.Message):
    __slots__ = ("task",)
    TASK_FIELD_NUMBER: _ClassVar[int]
    task: Task
    def __init__(self, task: _Optional[_Union[Task, _Mapping]] = ...) -> None: ...

class MarkShippedRequest(_message.Message):
    __slots__ = ("request_id", "shipment_id", "carrier", "tracking_number", "leave_rest")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    CARRIER_FIELD_NUMBER: _ClassVar[int]
    TRACKING_NUMBER_FIELD_NUMBER: _ClassVar[int]
    LEAVE_REST_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    shipment_id: str
    carrier: str
    tracking_number: str
    leave_rest: bool
    def __init__(self, request_id: _Optional[str] = ..., shipment_id: _Optional[str] = ..., carrier: _Optional[str] = ..., tracking_number: _Optional[str] = ..., leave_rest: _Optional[bool] = ...) -> None: ...

class MarkShippedResponse(_message.Message):
    __slots__ = ("task",)
    TASK_FIELD_NUMBER: _ClassVar[int]
    task: Task
    def __init__(self, task: _Optional[_Union[Task, _Mapping]] = ...) -> None: ...

class ReceiveTransferRequest(_message.Message):
    __slots__ = ("request_id", "shipment_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    shipment_id: str
    def __init__(self, request_id: _Optional[str] = ..., shipment_id: _Optional[str] = ...) -> None: ...

class ReceiveTransferResponse(_message.Message):
    __slots__ = ("task",)
    TASK_FIELD_NUMBER: _ClassVar[int]
    task: Task
    def __init__(self, task: _Optional[_Union[Task, _Mapping]] = ...) -> None: ...

class MarkDeliveredRequest(_message.Message):
    __slots__ = ("request_id", "shipment_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    shipment_id: str
    def __init__(self, request_id: _Optional[str] = ..., shipment_id: _Optional[str] = ...) -> None: ...

class MarkDeliveredResponse(_message.Message):
    __slots__ = ("task",)
    TASK_FIELD_NUMBER: _ClassVar[int]
    task: Task
    def __init__(self, task: _Optional[_Union[Task, _Mapping]] = ...) -> None: ...

class MarkUncollectedRequest(_message.Message):
    __slots__ = ("request_id", "shipment_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    shipment_id: str
    def __init__(self, request_id: _Optional[str] = ..., shipment_id: _Optional[str] = ...) -> None: ...

class MarkUncollectedResponse(_message.Message):
    __slots__ = ("task",)
    TASK_FIELD_NUMBER: _ClassVar[int]
    task: Task
    def __init__(self, task: _Optional[_Union[Task, _Mapping]] = ...) -> None: ...

class OfferShipmentRequest(_message.Message):
    __slots__ = ("request_id", "shipment_id", "node_ids", "minutes")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    MINUTES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    shipment_id: str
    node_ids: _containers.RepeatedScalarFieldContainer[str]
    minutes: int
    def __init__(self, request_id: _Optional[str] = ..., shipment_id: _Optional[str] = ..., node_ids: _Optional[_Iterable[str]] = ..., minutes: _Optional[int] = ...) -> None: ...

class OfferShipmentResponse(_message.Message):
    __slots__ = ("task", "node_ids")
    TASK_FIELD_NUMBER: _ClassVar[int]
    NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    task: Task
    node_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, task: _Optional[_Union[Task, _Mapping]] = ..., node_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class PrintDocumentRequest(_message.Message):
    __slots__ = ("kind", "node_id", "shipment_id")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    kind: DocumentKind
    node_id: str
    shipment_id: str
    def __init__(self, kind: _Optional[_Union[DocumentKind, str]] = ..., node_id: _Optional[str] = ..., shipment_id: _Optional[str] = ...) -> None: ...

class PrintDocumentResponse(_message.Message):
    __slots__ = ("html",)
    HTML_FIELD_NUMBER: _ClassVar[int]
    html: str
    def __init__(self, html: _Optional[str] = ...) -> None: ...
