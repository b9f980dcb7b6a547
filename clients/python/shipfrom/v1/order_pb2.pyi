import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.type import latlng_pb2 as _latlng_pb2
from google.type import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Objective(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OBJECTIVE_UNSPECIFIED: _ClassVar[Objective]
    OBJECTIVE_CHEAPEST: _ClassVar[Objective]
    OBJECTIVE_FASTEST: _ClassVar[Objective]
    OBJECTIVE_FEWEST_SHIPMENTS: _ClassVar[Objective]
    OBJECTIVE_NEAREST: _ClassVar[Objective]
    OBJECTIVE_PRIORITY: _ClassVar[Objective]
    OBJECTIVE_MOST_STOCK: _ClassVar[Objective]
    OBJECTIVE_POLICY: _ClassVar[Objective]

class LineSplit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LINE_SPLIT_UNSPECIFIED: _ClassVar[LineSplit]
    LINE_SPLIT_IF_FORCED: _ClassVar[LineSplit]
    LINE_SPLIT_NEVER: _ClassVar[LineSplit]
    LINE_SPLIT_BY_COST: _ClassVar[LineSplit]

class ShipmentState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SHIPMENT_STATE_UNSPECIFIED: _ClassVar[ShipmentState]
    SHIPMENT_STATE_ALLOCATED: _ClassVar[ShipmentState]
    SHIPMENT_STATE_SHIPPED: _ClassVar[ShipmentState]
    SHIPMENT_STATE_CANCELLED: _ClassVar[ShipmentState]
    SHIPMENT_STATE_ACCEPTED: _ClassVar[ShipmentState]
    SHIPMENT_STATE_PICKING: _ClassVar[ShipmentState]
    SHIPMENT_STATE_READY: _ClassVar[ShipmentState]
    SHIPMENT_STATE_COLLECTED: _ClassVar[ShipmentState]
    SHIPMENT_STATE_DELIVERED: _ClassVar[ShipmentState]
    SHIPMENT_STATE_NO_SHOW: _ClassVar[ShipmentState]
    SHIPMENT_STATE_IN_TRANSIT: _ClassVar[ShipmentState]
    SHIPMENT_STATE_RECEIVED: _ClassVar[ShipmentState]

class PlanStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PLAN_STATUS_UNSPECIFIED: _ClassVar[PlanStatus]
    PLAN_STATUS_OPTIMAL: _ClassVar[PlanStatus]
    PLAN_STATUS_FEASIBLE: _ClassVar[PlanStatus]

class ChangeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANGE_KIND_UNSPECIFIED: _ClassVar[ChangeKind]
    CHANGE_KIND_UNITS: _ClassVar[ChangeKind]
    CHANGE_KIND_COST: _ClassVar[ChangeKind]
    CHANGE_KIND_SHIPMENTS: _ClassVar[ChangeKind]
    CHANGE_KIND_DISTANCE: _ClassVar[ChangeKind]
    CHANGE_KIND_PROMISE_BY: _ClassVar[ChangeKind]
    CHANGE_KIND_SWITCHED_ON: _ClassVar[ChangeKind]
    CHANGE_KIND_SELECTED: _ClassVar[ChangeKind]
    CHANGE_KIND_NOT_EXCLUDED: _ClassVar[ChangeKind]
    CHANGE_KIND_TAGGED: _ClassVar[ChangeKind]
    CHANGE_KIND_ANY_SERVICE: _ClassVar[ChangeKind]
    CHANGE_KIND_RULE_LIFTED: _ClassVar[ChangeKind]
OBJECTIVE_UNSPECIFIED: Objective
OBJECTIVE_CHEAPEST: Objective
OBJECTIVE_FASTEST: Objective
OBJECTIVE_FEWEST_SHIPMENTS: Objective
OBJECTIVE_NEAREST: Objective
OBJECTIVE_PRIORITY: Objective
OBJECTIVE_MOST_STOCK: Objective
OBJECTIVE_POLICY: Objective
LINE_SPLIT_UNSPECIFIED: LineSplit
LINE_SPLIT_IF_FORCED: LineSplit
LINE_SPLIT_NEVER: LineSplit
LINE_SPLIT_BY_COST: LineSplit
SHIPMENT_STATE_UNSPECIFIED: ShipmentState
SHIPMENT_STATE_ALLOCATED: ShipmentState
SHIPMENT_STATE_SHIPPED: ShipmentState
SHIPMENT_STATE_CANCELLED: ShipmentState
SHIPMENT_STATE_ACCEPTED: ShipmentState
SHIPMENT_STATE_PICKING: ShipmentState
SHIPMENT_STATE_READY: ShipmentState
SHIPMENT_STATE_COLLECTED: ShipmentState
SHIPMENT_STATE_DELIVERED: ShipmentState
SHIPMENT_STATE_NO_SHOW: ShipmentState
SHIPMENT_STATE_IN_TRANSIT: ShipmentState
SHIPMENT_STATE_RECEIVED: ShipmentState
PLAN_STATUS_UNSPECIFIED: PlanStatus
PLAN_STATUS_OPTIMAL: PlanStatus
PLAN_STATUS_FEASIBLE: PlanStatus
CHANGE_KIND_UNSPECIFIED: ChangeKind
CHANGE_KIND_UNITS: ChangeKind
CHANGE_KIND_COST: ChangeKind
CHANGE_KIND_SHIPMENTS: ChangeKind
CHANGE_KIND_DISTANCE: ChangeKind
CHANGE_KIND_PROMISE_BY: ChangeKind
CHANGE_KIND_SWITCHED_ON: ChangeKind
CHANGE_KIND_SELECTED: ChangeKind
CHANGE_KIND_NOT_EXCLUDED: ChangeKind
CHANGE_KIND_TAGGED: ChangeKind
CHANGE_KIND_ANY_SERVICE: ChangeKind
CHANGE_KIND_RULE_LIFTED: ChangeKind

class Line(_message.Message):
    __slots__ = ("sku", "quantity")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class BundleLine(_message.Message):
    __slots__ = ("sku", "quantity", "components", "kept_together", "cancelled")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    KEPT_TOGETHER_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    components: _containers.RepeatedCompositeFieldContainer[Line]
    kept_together: bool
    cancelled: int
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ..., components: _Optional[_Iterable[_Union[Line, _Mapping]]] = ..., kept_together: _Optional[bool] = ..., cancelled: _Optional[int] = ...) -> None: ...

class Destination(_message.Message):
    __slots__ = ("postal_code", "region_code", "location", "residential", "node_id")
    POSTAL_CODE_FIELD_NUMBER: _ClassVar[int]
    REGION_CODE_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    RESIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    postal_code: str
    region_code: str
    location: _latlng_pb2.LatLng
    residential: bool
    node_id: str
    def __init__(self, postal_code: _Optional[str] = ..., region_code: _Optional[str] = ..., location: _Optional[_Union[_latlng_pb2.LatLng, _Mapping]] = ..., residential: _Optional[bool] = ..., node_id: _Optional[str] = ...) -> None: ...

class OrderFacts(_message.Message):
    __slots__ = ("channel", "customer_tier", "tags", "priority")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_TIER_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    channel: str
    customer_tier: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    priority: int
    def __init__(self, channel: _Optional[str] = ..., customer_tier: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., priority: _Optional[int] = ...) -> None: ...

class Routing(_message.Message):
    __slots__ = ("objective", "max_shipments", "max_distance_km", "allow_partial", "line_split", "node_tags", "only_node_ids", "exclude_node_ids", "service", "promise_by", "keep_back", "wanted_by")
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    MAX_SHIPMENTS_FIELD_NUMBER: _ClassVar[int]
    MAX_DISTANCE_KM_FIELD_NUMBER: _ClassVar[int]
    ALLOW_PARTIAL_FIELD_NUMBER: _ClassVar[int]
    LINE_SPLIT_FIELD_NUMBER: _ClassVar[int]
    NODE_TAGS_FIELD_NUMBER: _ClassVar[int]
    ONLY_NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    EXCLUDE_NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    PROMISE_BY_FIELD_NUMBER: _ClassVar[int]
    KEEP_BACK_FIELD_NUMBER: _ClassVar[int]
    WANTED_BY_FIELD_NUMBER: _ClassVar[int]
    objective: Objective
    max_shipments: int
    max_distance_km: int
    allow_partial: bool
    line_split: LineSplit
    node_tags: _containers.RepeatedScalarFieldContainer[str]
    only_node_ids: _containers.RepeatedScalarFieldContainer[str]
    exclude_node_ids: _containers.RepeatedScalarFieldContainer[str]
    service: str
    promise_by: _date_pb2.Date
    keep_back: int
    wanted_by: _date_pb2.Date
    def __init__(self, objective: _Optional[_Union[Objective, str]] = ..., max_shipments: _Optional[int] = ..., max_distance_km: _Optional[int] = ..., allow_partial: _Optional[bool] = ..., line_split: _Optional[_Union[LineSplit, str]] = ..., node_tags: _Optional[_Iterable[str]] = ..., only_node_ids: _Optional[_Iterable[str]] = ..., exclude_node_ids: _Optional[_Iterable[str]] = ..., service: _Optional[str] = ..., promise_by: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., keep_back: _Optional[int] = ..., wanted_by: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class CostComponent(_message.Message):
    __slots__ = ("name", "amount")
    NAME_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    name: str
    amount: _money_pb2.Money
    def __init__(self, name: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class ShipmentLine(_message.Message):
    __slots__ = ("sku", "quantity", "bundle_skus")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    BUNDLE_SKUS_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    bundle_skus: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ..., bundle_skus: _Optional[_Iterable[str]] = ...) -> None: ...

class Shipment(_message.Message):
    __slots__ = ("shipment_id", "node_id", "service", "zone", "distance_km", "lines", "ship_by_time", "promise_date", "cost", "components", "state", "carrier", "tracking_number", "due_time", "cause", "pickup_code", "offer", "destination_node_id", "opportunity_cost")
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    ZONE_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_KM_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SHIP_BY_TIME_FIELD_NUMBER: _ClassVar[int]
    PROMISE_DATE_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CARRIER_FIELD_NUMBER: _ClassVar[int]
    TRACKING_NUMBER_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    PICKUP_CODE_FIELD_NUMBER: _ClassVar[int]
    OFFER_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_NODE_ID_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITY_COST_FIELD_NUMBER: _ClassVar[int]
    shipment_id: str
    node_id: str
    service: str
    zone: int
    distance_km: int
    lines: _containers.RepeatedCompositeFieldContainer[ShipmentLine]
    ship_by_time: _timestamp_pb2.Timestamp
    promise_date: _date_pb2.Date
    cost: _money_pb2.Money
    components: _containers.RepeatedCompositeFieldContainer[CostComponent]
    state: ShipmentState
    carrier: str
    tracking_number: str
    due_time: _timestamp_pb2.Timestamp
    cause: str
    pickup_code: str
    offer: PlannedOffer
    destination_node_id: str
    opportunity_cost: _money_pb2.Money
    def __init__(self, shipment_id: _Optional[str] = ..., node_id: _Optional[str] = ..., service: _Optional[str] = ..., zone: _Optional[int] = ..., distance_km: _Optional[int] = ..., lines: _Optional[_Iterable[_Union[ShipmentLine, _Mapping]]] = ..., ship_by_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., promise_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., components: _Optional[_Iterable[_Union[CostComponent, _Mapping]]] = ..., state: _Optional[_Union[ShipmentState, str]] = ..., carrier: _Optional[str] = ..., tracking_number: _Optional[str] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cause: _Optional[str] = ..., pickup_code: _Optional[str] = ..., offer: _Optional[_Union[PlannedOffer, _Mapping]] = ..., destination_node_id: _Optional[str] = ..., opportunity_cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class PlannedOffer(_message.Message):
    __slots__ = ("rule_id", "nodes", "minutes")
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    MINUTES_FIELD_NUMBER: _ClassVar[int]
    rule_id: str
    nodes: int
    minutes: int
    def __init__(self, rule_id: _Optional[str] = ..., nodes: _Optional[int] = ..., minutes: _Optional[int] = ...) -> None: ...

class UnfilledLine(_message.Message):
    __slots__ = ("sku", "quantity", "reason", "rule_id", "expected_date", "waits", "bundle_skus")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_DATE_FIELD_NUMBER: _ClassVar[int]
    WAITS_FIELD_NUMBER: _ClassVar[int]
    BUNDLE_SKUS_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    reason: str
    rule_id: str
    expected_date: _date_pb2.Date
    waits: _containers.RepeatedCompositeFieldContainer[WaitingUnits]
    bundle_skus: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ..., reason: _Optional[str] = ..., rule_id: _Optional[str] = ..., expected_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., waits: _Optional[_Iterable[_Union[WaitingUnits, _Mapping]]] = ..., bundle_skus: _Optional[_Iterable[str]] = ...) -> None: ...

class WaitingUnits(_message.Message):
    __slots__ = ("node_id", "quantity")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    quantity: int
    def __init__(self, node_id: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class Plan(_message.Message):
    __slots__ = ("objective", "shipments", "unfilled", "cost", "components", "promise_date", "status", "gap_bps", "policy_version", "verdict", "relaxed", "queue", "queue_rule_id", "queue_reason", "bundles", "opportunity_cost")
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    SHIPMENTS_FIELD_NUMBER: _ClassVar[int]
    UNFILLED_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    PROMISE_DATE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    GAP_BPS_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    RELAXED_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    QUEUE_RULE_ID_FIELD_NUMBER: _ClassVar[int]
    QUEUE_REASON_FIELD_NUMBER: _ClassVar[int]
    BUNDLES_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITY_COST_FIELD_NUMBER: _ClassVar[int]
    objective: Objective
    shipments: _containers.RepeatedCompositeFieldContainer[Shipment]
    unfilled: _containers.RepeatedCompositeFieldContainer[UnfilledLine]
    cost: _money_pb2.Money
    components: _containers.RepeatedCompositeFieldContainer[CostComponent]
    promise_date: _date_pb2.Date
    status: PlanStatus
    gap_bps: int
    policy_version: str
    verdict: str
    relaxed: _containers.RepeatedScalarFieldContainer[str]
    queue: str
    queue_rule_id: str
    queue_reason: str
    bundles: _containers.RepeatedCompositeFieldContainer[BundleLine]
    opportunity_cost: _money_pb2.Money
    def __init__(self, objective: _Optional[_Union[Objective, str]] = ..., shipments: _Optional[_Iterable[_Union[Shipment, _Mapping]]] = ..., unfilled: _Optional[_Iterable[_Union[UnfilledLine, _Mapping]]] = ..., cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., components: _Optional[_Iterable[_Union[CostComponent, _Mapping]]] = ..., promise_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., status: _Optional[_Union[PlanStatus, str]] = ..., gap_bps: _Optional[int] = ..., policy_version: _Optional[str] = ..., verdict: _Optional[str] = ..., relaxed: _Optional[_Iterable[str]] = ..., queue: _Optional[str] = ..., queue_rule_id: _Optional[str] = ..., queue_reason: _Optional[str] = ..., bundles: _Optional[_Iterable[_Union[BundleLine, _Mapping]]] = ..., opportunity_cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class Candidate(_message.Message):
    __slots__ = ("node_id", "distance_km", "chosen", "exclusion", "detail", "cost", "useful_units", "promise_date", "components", "observed", "threshold", "opportunity_cost")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_KM_FIELD_NUMBER: _ClassVar[int]
    CHOSEN_FIELD_NUMBER: _ClassVar[int]
    EXCLUSION_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    USEFUL_UNITS_FIELD_NUMBER: _ClassVar[int]
    PROMISE_DATE_FIELD_NUMBER: _ClassVar[int]
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITY_COST_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    distance_km: int
    chosen: bool
    exclusion: str
    detail: str
    cost: _money_pb2.Money
    useful_units: int
    promise_date: _date_pb2.Date
    components: _containers.RepeatedCompositeFieldContainer[CostComponent]
    observed: str
    threshold: str
    opportunity_cost: _money_pb2.Money
    def __init__(self, node_id: _Optional[str] = ..., distance_km: _Optional[int] = ..., chosen: _Optional[bool] = ..., exclusion: _Optional[str] = ..., detail: _Optional[str] = ..., cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., useful_units: _Optional[int] = ..., promise_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., components: _Optional[_Iterable[_Union[CostComponent, _Mapping]]] = ..., observed: _Optional[str] = ..., threshold: _Optional[str] = ..., opportunity_cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class ExclusionCount(_message.Message):
    __slots__ = ("reason", "nodes")
    REASON_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    reason: str
    nodes: int
    def __init__(self, reason: _Optional[str] = ..., nodes: _Optional[int] = ...) -> None: ...

class Alternative(_message.Message):
    __slots__ = ("plan", "label", "cost_more", "days_later", "unfilled_more")
    PLAN_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    COST_MORE_FIELD_NUMBER: _ClassVar[int]
    DAYS_LATER_FIELD_NUMBER: _ClassVar[int]
    UNFILLED_MORE_FIELD_NUMBER: _ClassVar[int]
    plan: Plan
    label: str
    cost_more: _money_pb2.Money
    days_later: int
    unfilled_more: int
    def __init__(self, plan: _Optional[_Union[Plan, _Mapping]] = ..., label: _Optional[str] = ..., cost_more: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., days_later: _Optional[int] = ..., unfilled_more: _Optional[int] = ...) -> None: ...

class Change(_message.Message):
    __slots__ = ("kind", "amount", "value", "sku", "smallest")
    KIND_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    SMALLEST_FIELD_NUMBER: _ClassVar[int]
    kind: ChangeKind
    amount: str
    value: int
    sku: str
    smallest: bool
    def __init__(self, kind: _Optional[_Union[ChangeKind, str]] = ..., amount: _Optional[str] = ..., value: _Optional[int] = ..., sku: _Optional[str] = ..., smallest: _Optional[bool] = ...) -> None: ...

class Counterfactual(_message.Message):
    __slots__ = ("node_id", "sentence", "changes", "best", "worse_in", "verified")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    BEST_FIELD_NUMBER: _ClassVar[int]
    WORSE_IN_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    sentence: str
    changes: _containers.RepeatedCompositeFieldContainer[Change]
    best: Plan
    worse_in: str
    verified: bool
    def __init__(self, node_id: _Optional[str] = ..., sentence: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[Change, _Mapping]]] = ..., best: _Optional[_Union[Plan, _Mapping]] = ..., worse_in: _Optional[str] = ..., verified: _Optional[bool] = ...) -> None: ...

class SparedUnits(_message.Message):
    __slots__ = ("node_id", "sku", "units", "available", "worth")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    WORTH_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    sku: str
    units: int
    available: int
    worth: _money_pb2.Money
    def __init__(self, node_id: _Optional[str] = ..., sku: _Optional[str] = ..., units: _Optional[int] = ..., available: _Optional[int] = ..., worth: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class Spared(_message.Message):
    __slots__ = ("sentence", "node_ids", "cost_less", "units")
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    COST_LESS_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    sentence: str
    node_ids: _containers.RepeatedScalarFieldContainer[str]
    cost_less: _money_pb2.Money
    units: _containers.RepeatedCompositeFieldContainer[SparedUnits]
    def __init__(self, sentence: _Optional[str] = ..., node_ids: _Optional[_Iterable[str]] = ..., cost_less: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., units: _Optional[_Iterable[_Union[SparedUnits, _Mapping]]] = ...) -> None: ...

class Explanation(_message.Message):
    __slots__ = ("verdict", "plan", "candidates", "exclusions", "network_version", "replayed", "alternatives", "counterfactuals", "spared", "price_list_version")
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    EXCLUSIONS_FIELD_NUMBER: _ClassVar[int]
    NETWORK_VERSION_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    COUNTERFACTUALS_FIELD_NUMBER: _ClassVar[int]
    SPARED_FIELD_NUMBER: _ClassVar[int]
    PRICE_LIST_VERSION_FIELD_NUMBER: _ClassVar[int]
    verdict: str
    plan: Plan
    candidates: _containers.RepeatedCompositeFieldContainer[Candidate]
    exclusions: _containers.RepeatedCompositeFieldContainer[ExclusionCount]
    network_version: str
    replayed: bool
    alternatives: _containers.RepeatedCompositeFieldContainer[Alternative]
    counterfactuals: _containers.RepeatedCompositeFieldContainer[Counterfactual]
    spared: Spared
    price_list_version: str
    def __init__(self, verdict: _Optional[str] = ..., plan: _Optional[_Union[Plan, _Mapping]] = ..., candidates: _Optional[_Iterable[_Union[Candidate, _Mapping]]] = ..., exclusions: _Optional[_Iterable[_Union[ExclusionCount, _Mapping]]] = ..., network_version: _Optional[str] = ..., replayed: _Optional[bool] = ..., alternatives: _Optional[_Iterable[_Union[Alternative, _Mapping]]] = ..., counterfactuals: _Optional[_Iterable[_Union[Counterfactual, _Mapping]]] = ..., spared: _Optional[_Union[Spared, _Mapping]] = ..., price_list_version: _Optional[str] = ...) -> None: ...
