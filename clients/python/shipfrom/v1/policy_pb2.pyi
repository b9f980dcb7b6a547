from shipfrom.v1 import order_pb2 as _order_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Verb(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERB_UNSPECIFIED: _ClassVar[Verb]
    VERB_ONLY: _ClassVar[Verb]
    VERB_NEVER: _ClassVar[Verb]
    VERB_PREFER: _ClassVar[Verb]
    VERB_KEEP_BACK: _ClassVar[Verb]
    VERB_LIMIT: _ClassVar[Verb]
    VERB_CHARGE: _ClassVar[Verb]
    VERB_CREDIT: _ClassVar[Verb]
    VERB_TOGETHER: _ClassVar[Verb]
    VERB_SEND_TO: _ClassVar[Verb]
    VERB_OFFER: _ClassVar[Verb]
    VERB_COOL_OFF: _ClassVar[Verb]

class Strength(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STRENGTH_UNSPECIFIED: _ClassVar[Strength]
    STRENGTH_HARD: _ClassVar[Strength]
    STRENGTH_SOFT: _ClassVar[Strength]

class Per(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PER_UNSPECIFIED: _ClassVar[Per]
    PER_SHIPMENT: _ClassVar[Per]
    PER_LINE: _ClassVar[Per]
    PER_UNIT: _ClassVar[Per]
    PER_KM: _ClassVar[Per]
    PER_DAY_LATE: _ClassVar[Per]

class LimitName(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LIMIT_NAME_UNSPECIFIED: _ClassVar[LimitName]
    LIMIT_NAME_DISTANCE_KM: _ClassVar[LimitName]
    LIMIT_NAME_SHIPMENTS_PER_ORDER: _ClassVar[LimitName]
    LIMIT_NAME_SHIPMENTS_PER_LINE: _ClassVar[LimitName]
    LIMIT_NAME_SHIPMENT_VALUE_MIN: _ClassVar[LimitName]

class Queue(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUEUE_UNSPECIFIED: _ClassVar[Queue]
    QUEUE_REVIEW: _ClassVar[Queue]
    QUEUE_BACKORDER: _ClassVar[Queue]

class Measure(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MEASURE_UNSPECIFIED: _ClassVar[Measure]
    MEASURE_UNFILLED_UNITS: _ClassVar[Measure]
    MEASURE_UNFILLED_VALUE: _ClassVar[Measure]
    MEASURE_SHIPMENTS: _ClassVar[Measure]
    MEASURE_COST: _ClassVar[Measure]
    MEASURE_LATE_DAYS: _ClassVar[Measure]
    MEASURE_DISTANCE_KM: _ClassVar[Measure]
    MEASURE_CO2_G: _ClassVar[Measure]
    MEASURE_LOAD: _ClassVar[Measure]
    MEASURE_COVER: _ClassVar[Measure]
    MEASURE_PICK_RISK: _ClassVar[Measure]
    MEASURE_DAYS_OF_COVER: _ClassVar[Measure]

class WhenUnfilled(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WHEN_UNFILLED_UNSPECIFIED: _ClassVar[WhenUnfilled]
    WHEN_UNFILLED_REVIEW: _ClassVar[WhenUnfilled]
    WHEN_UNFILLED_BACKORDER: _ClassVar[WhenUnfilled]
    WHEN_UNFILLED_CANCEL: _ClassVar[WhenUnfilled]

class Op(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OP_UNSPECIFIED: _ClassVar[Op]
    OP_EQ: _ClassVar[Op]
    OP_NE: _ClassVar[Op]
    OP_IN: _ClassVar[Op]
    OP_NOT_IN: _ClassVar[Op]
    OP_LT: _ClassVar[Op]
    OP_LTE: _ClassVar[Op]
    OP_GT: _ClassVar[Op]
    OP_GTE: _ClassVar[Op]
    OP_BETWEEN: _ClassVar[Op]
    OP_STARTS_WITH: _ClassVar[Op]
    OP_HAS_ANY: _ClassVar[Op]
    OP_HAS_ALL: _ClassVar[Op]
    OP_IS_SET: _ClassVar[Op]
VERB_UNSPECIFIED: Verb
VERB_ONLY: Verb
VERB_NEVER: Verb
VERB_PREFER: Verb
VERB_KEEP_BACK: Verb
VERB_LIMIT: Verb
VERB_CHARGE: Verb
VERB_CREDIT: Verb
VERB_TOGETHER: Verb
VERB_SEND_TO: Verb
VERB_OFFER: Verb
VERB_COOL_OFF: Verb
STRENGTH_UNSPECIFIED: Strength
STRENGTH_HARD: Strength
STRENGTH_SOFT: Strength
PER_UNSPECIFIED: Per
PER_SHIPMENT: Per
PER_LINE: Per
PER_UNIT: Per
PER_KM: Per
PER_DAY_LATE: Per
LIMIT_NAME_UNSPECIFIED: LimitName
LIMIT_NAME_DISTANCE_KM: LimitName
LIMIT_NAME_SHIPMENTS_PER_ORDER: LimitName
LIMIT_NAME_SHIPMENTS_PER_LINE: LimitName
LIMIT_NAME_SHIPMENT_VALUE_MIN: LimitName
QUEUE_UNSPECIFIED: Queue
QUEUE_REVIEW: Queue
QUEUE_BACKORDER: Queue
MEASURE_UNSPECIFIED: Measure
MEASURE_UNFILLED_UNITS: Measure
MEASURE_UNFILLED_VALUE: Measure
MEASURE_SHIPMENTS: Measure
MEASURE_COST: Measure
MEASURE_LATE_DAYS: Measure
MEASURE_DISTANCE_KM: Measure
MEASURE_CO2_G: Measure
MEASURE_LOAD: Measure
MEASURE_COVER: Measure
MEASURE_PICK_RISK: Measure
MEASURE_DAYS_OF_COVER: Measure
WHEN_UNFILLED_UNSPECIFIED: WhenUnfilled
WHEN_UNFILLED_REVIEW: WhenUnfilled
WHEN_UNFILLED_BACKORDER: WhenUnfilled
WHEN_UNFILLED_CANCEL: WhenUnfilled
OP_UNSPECIFIED: Op
OP_EQ: Op
OP_NE: Op
OP_IN: Op
OP_NOT_IN: Op
OP_LT: Op
OP_LTE: Op
OP_GT: Op
OP_GTE: Op
OP_BETWEEN: Op
OP_STARTS_WITH: Op
OP_HAS_ANY: Op
OP_HAS_ALL: Op
OP_IS_SET: Op

class ConditionValue(_message.Message):
    __slots__ = ("text", "number", "flag", "texts", "numbers")
    class Texts(_message.Message):
        __slots__ = ("values",)
        VALUES_FIELD_NUMBER: _ClassVar[int]
        values: _containers.RepeatedScalarFieldContainer[str]
        def __init__(self, values: _Optional[_Iterable[str]] = ...) -> None: ...
    class Numbers(_message.Message):
        __slots__ = ("values",)
        VALUES_FIELD_NUMBER: _ClassVar[int]
        values: _containers.RepeatedScalarFieldContainer[int]
        def __init__(self, values: _Optional[_Iterable[int]] = ...) -> None: ...
    TEXT_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    FLAG_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    NUMBERS_FIELD_NUMBER: _ClassVar[int]
    text: str
    number: int
    flag: bool
    texts: ConditionValue.Texts
    numbers: ConditionValue.Numbers
    def __init__(self, text: _Optional[str] = ..., number: _Optional[int] = ..., flag: _Optional[bool] = ..., texts: _Optional[_Union[ConditionValue.Texts, _Mapping]] = ..., numbers: _Optional[_Union[ConditionValue.Numbers, _Mapping]] = ...) -> None: ...

class Condition(_message.Message):
    __slots__ = ("field", "op", "value")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    OP_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    field: str
    op: Op
    value: ConditionValue
    def __init__(self, field: _Optional[str] = ..., op: _Optional[_Union[Op, str]] = ..., value: _Optional[_Union[ConditionValue, _Mapping]] = ...) -> None: ...

class Window(_message.Message):
    __slots__ = ("weekdays", "from_minute", "until_minute")
    WEEKDAYS_FIELD_NUMBER: _ClassVar[int]
    FROM_MINUTE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_MINUTE_FIELD_NUMBER: _ClassVar[int]
    weekdays: _containers.RepeatedScalarFieldContainer[str]
    from_minute: int
    until_minute: int
    def __init__(self, weekdays: _Optional[_Iterable[str]] = ..., from_minute: _Optional[int] = ..., until_minute: _Optional[int] = ...) -> None: ...

class Rule(_message.Message):
    __slots__ = ("id", "say", "do", "where", "any_of", "strength", "enabled", "active_from", "active_until", "weekly", "units", "percent", "amount_minor", "per", "limit", "to", "queue", "reason", "nodes", "minutes", "rejections", "within_hours", "for_minutes")
    ID_FIELD_NUMBER: _ClassVar[int]
    SAY_FIELD_NUMBER: _ClassVar[int]
    DO_FIELD_NUMBER: _ClassVar[int]
    WHERE_FIELD_NUMBER: _ClassVar[int]
    ANY_OF_FIELD_NUMBER: _ClassVar[int]
    STRENGTH_FIELD_NUMBER: _ClassVar[int]
    ENABLED_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_UNTIL_FIELD_NUMBER: _ClassVar[int]
    WEEKLY_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    PERCENT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_MINOR_FIELD_NUMBER: _ClassVar[int]
    PER_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    MINUTES_FIELD_NUMBER: _ClassVar[int]
    REJECTIONS_FIELD_NUMBER: _ClassVar[int]
    WITHIN_HOURS_FIELD_NUMBER: _ClassVar[int]
    FOR_MINUTES_FIELD_NUMBER: _ClassVar[int]
    id: str
    say: str
    do: Verb
    where: _containers.RepeatedCompositeFieldContainer[Condition]
    any_of: _containers.RepeatedCompositeFieldContainer[Condition]
    strength: Strength
    enabled: bool
    active_from: str
    active_until: str
    weekly: _containers.RepeatedCompositeFieldContainer[Window]
    units: int
    percent: int
    amount_minor: int
    per: Per
    limit: LimitName
    to: int
    queue: Queue
    reason: str
    nodes: int
    minutes: int
    rejections: int
    within_hours: int
    for_minutes: int
    def __init__(self, id: _Optional[str] = ..., say: _Optional[str] = ..., do: _Optional[_Union[Verb, str]] = ..., where: _Optional[_Iterable[_Union[Condition, _Mapping]]] = ..., any_of: _Optional[_Iterable[_Union[Condition, _Mapping]]] = ..., strength: _Optional[_Union[Strength, str]] = ..., enabled: _Optional[bool] = ..., active_from: _Optional[str] = ..., active_until: _Optional[str] = ..., weekly: _Optional[_Iterable[_Union[Window, _Mapping]]] = ..., units: _Optional[int] = ..., percent: _Optional[int] = ..., amount_minor: _Optional[int] = ..., per: _Optional[_Union[Per, str]] = ..., limit: _Optional[_Union[LimitName, str]] = ..., to: _Optional[int] = ..., queue: _Optional[_Union[Queue, str]] = ..., reason: _Optional[str] = ..., nodes: _Optional[int] = ..., minutes: _Optional[int] = ..., rejections: _Optional[int] = ..., within_hours: _Optional[int] = ..., for_minutes: _Optional[int] = ...) -> None: ...

class Tier(_message.Message):
    __slots__ = ("minimise", "tolerance_bps", "at_most")
    MINIMISE_FIELD_NUMBER: _ClassVar[int]
    TOLERANCE_BPS_FIELD_NUMBER: _ClassVar[int]
    AT_MOST_FIELD_NUMBER: _ClassVar[int]
    minimise: Measure
    tolerance_bps: int
    at_most: int
    def __init__(self, minimise: _Optional[_Union[Measure, str]] = ..., tolerance_bps: _Optional[int] = ..., at_most: _Optional[int] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("shipments_per_order", "shipments_per_line", "distance_km", "shipment_value_min_minor", "never_split_below_minor", "line_split", "ship_complete", "together", "allow_partial")
    SHIPMENTS_PER_ORDER_FIELD_NUMBER: _ClassVar[int]
    SHIPMENTS_PER_LINE_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_KM_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_VALUE_MIN_MINOR_FIELD_NUMBER: _ClassVar[int]
    NEVER_SPLIT_BELOW_MINOR_FIELD_NUMBER: _ClassVar[int]
    LINE_SPLIT_FIELD_NUMBER: _ClassVar[int]
    SHIP_COMPLETE_FIELD_NUMBER: _ClassVar[int]
    TOGETHER_FIELD_NUMBER: _ClassVar[int]
    ALLOW_PARTIAL_FIELD_NUMBER: _ClassVar[int]
    shipments_per_order: int
    shipments_per_line: int
    distance_km: int
    shipment_value_min_minor: int
    never_split_below_minor: int
    line_split: _order_pb2.LineSplit
    ship_complete: bool
    together: bool
    allow_partial: bool
    def __init__(self, shipments_per_order: _Optional[int] = ..., shipments_per_line: _Optional[int] = ..., distance_km: _Optional[int] = ..., shipment_value_min_minor: _Optional[int] = ..., never_split_below_minor: _Optional[int] = ..., line_split: _Optional[_Union[_order_pb2.LineSplit, str]] = ..., ship_complete: _Optional[bool] = ..., together: _Optional[bool] = ..., allow_partial: _Optional[bool] = ...) -> None: ...

class Setting(_message.Message):
    __slots__ = ("limit", "to")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    limit: LimitName
    to: int
    def __init__(self, limit: _Optional[_Union[LimitName, str]] = ..., to: _Optional[int] = ...) -> None: ...

class Relax(_message.Message):
    __slots__ = ("lift", "widen", "to", "set_to")
    LIFT_FIELD_NUMBER: _ClassVar[int]
    WIDEN_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    SET_TO_FIELD_NUMBER: _ClassVar[int]
    lift: _containers.RepeatedScalarFieldContainer[str]
    widen: LimitName
    to: int
    set_to: _containers.RepeatedCompositeFieldContainer[Setting]
    def __init__(self, lift: _Optional[_Iterable[str]] = ..., widen: _Optional[_Union[LimitName, str]] = ..., to: _Optional[int] = ..., set_to: _Optional[_Iterable[_Union[Setting, _Mapping]]] = ...) -> None: ...

class Group(_message.Message):
    __slots__ = ("name", "node_ids", "tags")
    NAME_FIELD_NUMBER: _ClassVar[int]
    NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    name: str
    node_ids: _containers.RepeatedScalarFieldContainer[str]
    tags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., node_ids: _Optional[_Iterable[str]] = ..., tags: _Optional[_Iterable[str]] = ...) -> None: ...

class LookAhead(_message.Message):
    __slots__ = ("on", "cap_minor", "without_tags")
    ON_FIELD_NUMBER: _ClassVar[int]
    CAP_MINOR_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_TAGS_FIELD_NUMBER: _ClassVar[int]
    on: bool
    cap_minor: int
    without_tags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, on: _Optional[bool] = ..., cap_minor: _Optional[int] = ..., without_tags: _Optional[_Iterable[str]] = ...) -> None: ...

class Policy(_message.Message):
    __slots__ = ("name", "say", "objective", "limits", "rules", "relax", "unfilled", "groups", "time_zone", "distance_minor_per_100km", "late_minor_per_day", "look_ahead")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SAY_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    RELAX_FIELD_NUMBER: _ClassVar[int]
    UNFILLED_FIELD_NUMBER: _ClassVar[int]
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_MINOR_PER_100KM_FIELD_NUMBER: _ClassVar[int]
    LATE_MINOR_PER_DAY_FIELD_NUMBER: _ClassVar[int]
    LOOK_AHEAD_FIELD_NUMBER: _ClassVar[int]
    name: str
    say: str
    objective: _containers.RepeatedCompositeFieldContainer[Tier]
    limits: Limits
    rules: _containers.RepeatedCompositeFieldContainer[Rule]
    relax: _containers.RepeatedCompositeFieldContainer[Relax]
    unfilled: WhenUnfilled
    groups: _containers.RepeatedCompositeFieldContainer[Group]
    time_zone: str
    distance_minor_per_100km: int
    late_minor_per_day: int
    look_ahead: LookAhead
    def __init__(self, name: _Optional[str] = ..., say: _Optional[str] = ..., objective: _Optional[_Iterable[_Union[Tier, _Mapping]]] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., rules: _Optional[_Iterable[_Union[Rule, _Mapping]]] = ..., relax: _Optional[_Iterable[_Union[Relax, _Mapping]]] = ..., unfilled: _Optional[_Union[WhenUnfilled, str]] = ..., groups: _Optional[_Iterable[_Union[Group, _Mapping]]] = ..., time_zone: _Optional[str] = ..., distance_minor_per_100km: _Optional[int] = ..., late_minor_per_day: _Optional[int] = ..., look_ahead: _Optional[_Union[LookAhead, _Mapping]] = ...) -> None: ...
