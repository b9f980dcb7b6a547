import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import field_info_pb2 as _field_info_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.type import money_pb2 as _money_pb2
from shipfrom.v1 import policy_pb2 as _policy_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PolicyState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    POLICY_STATE_UNSPECIFIED: _ClassVar[PolicyState]
    POLICY_STATE_DRAFT: _ClassVar[PolicyState]
    POLICY_STATE_PUBLISHED: _ClassVar[PolicyState]
    POLICY_STATE_RETIRED: _ClassVar[PolicyState]

class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEVERITY_UNSPECIFIED: _ClassVar[Severity]
    SEVERITY_WARNING: _ClassVar[Severity]
    SEVERITY_ERROR: _ClassVar[Severity]
POLICY_STATE_UNSPECIFIED: PolicyState
POLICY_STATE_DRAFT: PolicyState
POLICY_STATE_PUBLISHED: PolicyState
POLICY_STATE_RETIRED: PolicyState
SEVERITY_UNSPECIFIED: Severity
SEVERITY_WARNING: Severity
SEVERITY_ERROR: Severity

class PolicyVersion(_message.Message):
    __slots__ = ("version", "name", "state", "etag", "policy_version", "author", "note", "create_time", "update_time", "publish_time", "simulated", "report", "in_force", "start_time", "canary_bps")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    SIMULATED_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    CANARY_BPS_FIELD_NUMBER: _ClassVar[int]
    version: int
    name: str
    state: PolicyState
    etag: str
    policy_version: str
    author: str
    note: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    publish_time: _timestamp_pb2.Timestamp
    simulated: bool
    report: SimulationReport
    in_force: bool
    start_time: _timestamp_pb2.Timestamp
    canary_bps: int
    def __init__(self, version: _Optional[int] = ..., name: _Optional[str] = ..., state: _Optional[_Union[PolicyState, str]] = ..., etag: _Optional[str] = ..., policy_version: _Optional[str] = ..., author: _Optional[str] = ..., note: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., publish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., simulated: _Optional[bool] = ..., report: _Optional[_Union[SimulationReport, _Mapping]] = ..., in_force: _Optional[bool] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., canary_bps: _Optional[int] = ...) -> None: ...

class PolicySource(_message.Message):
    __slots__ = ("yaml", "policy", "version", "alias")
    YAML_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    yaml: str
    policy: _policy_pb2.Policy
    version: int
    alias: str
    def __init__(self, yaml: _Optional[str] = ..., policy: _Optional[_Union[_policy_pb2.Policy, _Mapping]] = ..., version: _Optional[int] = ..., alias: _Optional[str] = ...) -> None: ...

class CreatePolicyRequest(_message.Message):
    __slots__ = ("request_id", "yaml", "policy", "author", "note", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    YAML_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    yaml: str
    policy: _policy_pb2.Policy
    author: str
    note: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., yaml: _Optional[str] = ..., policy: _Optional[_Union[_policy_pb2.Policy, _Mapping]] = ..., author: _Optional[str] = ..., note: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class CreatePolicyResponse(_message.Message):
    __slots__ = ("version", "findings")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    version: PolicyVersion
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    def __init__(self, version: _Optional[_Union[PolicyVersion, _Mapping]] = ..., findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ...) -> None: ...

class UpdatePolicyRequest(_message.Message):
    __slots__ = ("request_id", "version", "etag", "yaml", "policy", "author", "note", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    YAML_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    version: int
    etag: str
    yaml: str
    policy: _policy_pb2.Policy
    author: str
    note: str
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., version: _Optional[int] = ..., etag: _Optional[str] = ..., yaml: _Optional[str] = ..., policy: _Optional[_Union[_policy_pb2.Policy, _Mapping]] = ..., author: _Optional[str] = ..., note: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class UpdatePolicyResponse(_message.Message):
    __slots__ = ("version", "findings")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    version: PolicyVersion
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    def __init__(self, version: _Optional[_Union[PolicyVersion, _Mapping]] = ..., findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ...) -> None: ...

class GetPolicyRequest(_message.Message):
    __slots__ = ("version", "alias")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    version: int
    alias: str
    def __init__(self, version: _Optional[int] = ..., alias: _Optional[str] = ...) -> None: ...

class GetPolicyResponse(_message.Message):
    __slots__ = ("version", "policy", "yaml")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    YAML_FIELD_NUMBER: _ClassVar[int]
    version: PolicyVersion
    policy: _policy_pb2.Policy
    yaml: str
    def __init__(self, version: _Optional[_Union[PolicyVersion, _Mapping]] = ..., policy: _Optional[_Union[_policy_pb2.Policy, _Mapping]] = ..., yaml: _Optional[str] = ...) -> None: ...

class ListPoliciesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPoliciesResponse(_message.Message):
    __slots__ = ("versions", "next_page_token")
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    versions: _containers.RepeatedCompositeFieldContainer[PolicyVersion]
    next_page_token: str
    def __init__(self, versions: _Optional[_Iterable[_Union[PolicyVersion, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Finding(_message.Message):
    __slots__ = ("severity", "path", "rule_id", "problem", "suggestion", "line", "column")
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    SUGGESTION_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    severity: Severity
    path: str
    rule_id: str
    problem: str
    suggestion: str
    line: int
    column: int
    def __init__(self, severity: _Optional[_Union[Severity, str]] = ..., path: _Optional[str] = ..., rule_id: _Optional[str] = ..., problem: _Optional[str] = ..., suggestion: _Optional[str] = ..., line: _Optional[int] = ..., column: _Optional[int] = ...) -> None: ...

class CheckPolicyRequest(_message.Message):
    __slots__ = ("source",)
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    source: PolicySource
    def __init__(self, source: _Optional[_Union[PolicySource, _Mapping]] = ...) -> None: ...

class CheckPolicyResponse(_message.Message):
    __slots__ = ("findings", "policy")
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    policy: _policy_pb2.Policy
    def __init__(self, findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ..., policy: _Optional[_Union[_policy_pb2.Policy, _Mapping]] = ...) -> None: ...

class DiffPoliciesRequest(_message.Message):
    __slots__ = ("before", "after")
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    before: PolicySource
    after: PolicySource
    def __init__(self, before: _Optional[_Union[PolicySource, _Mapping]] = ..., after: _Optional[_Union[PolicySource, _Mapping]] = ...) -> None: ...

class PolicyChange(_message.Message):
    __slots__ = ("kind", "subject", "text", "has_effect")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    HAS_EFFECT_FIELD_NUMBER: _ClassVar[int]
    kind: str
    subject: str
    text: str
    has_effect: bool
    def __init__(self, kind: _Optional[str] = ..., subject: _Optional[str] = ..., text: _Optional[str] = ..., has_effect: _Optional[bool] = ...) -> None: ...

class DiffPoliciesResponse(_message.Message):
    __slots__ = ("changes", "before_yaml", "after_yaml")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    BEFORE_YAML_FIELD_NUMBER: _ClassVar[int]
    AFTER_YAML_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[PolicyChange]
    before_yaml: str
    after_yaml: str
    def __init__(self, changes: _Optional[_Iterable[_Union[PolicyChange, _Mapping]]] = ..., before_yaml: _Optional[str] = ..., after_yaml: _Optional[str] = ...) -> None: ...

class SimulatePolicyRequest(_message.Message):
    __slots__ = ("source", "baseline", "window", "author", "coverage", "orders", "prices")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    BASELINE_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    PRICES_FIELD_NUMBER: _ClassVar[int]
    source: PolicySource
    baseline: PolicySource
    window: _duration_pb2.Duration
    author: str
    coverage: bool
    orders: str
    prices: bool
    def __init__(self, source: _Optional[_Union[PolicySource, _Mapping]] = ..., baseline: _Optional[_Union[PolicySource, _Mapping]] = ..., window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., author: _Optional[str] = ..., coverage: _Optional[bool] = ..., orders: _Optional[str] = ..., prices: _Optional[bool] = ...) -> None: ...

class SimulationProgress(_message.Message):
    __slots__ = ("orders_done", "orders_total")
    ORDERS_DONE_FIELD_NUMBER: _ClassVar[int]
    ORDERS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    orders_done: int
    orders_total: int
    def __init__(self, orders_done: _Optional[int] = ..., orders_total: _Optional[int] = ...) -> None: ...

class SimulationFigures(_message.Message):
    __slots__ = ("orders", "shipped_orders", "units", "filled_units", "fill_rate", "cost_per_order", "shipments_per_order", "late_orders", "distance_km_mean")
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    SHIPPED_ORDERS_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    FILLED_UNITS_FIELD_NUMBER: _ClassVar[int]
    FILL_RATE_FIELD_NUMBER: _ClassVar[int]
    COST_PER_ORDER_FIELD_NUMBER: _ClassVar[int]
    SHIPMENTS_PER_ORDER_FIELD_NUMBER: _ClassVar[int]
    LATE_ORDERS_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_KM_MEAN_FIELD_NUMBER: _ClassVar[int]
    orders: int
    shipped_orders: int
    units: int
    filled_units: int
    fill_rate: float
    cost_per_order: _money_pb2.Money
    shipments_per_order: float
    late_orders: int
    distance_km_mean: float
    def __init__(self, orders: _Optional[int] = ..., shipped_orders: _Optional[int] = ..., units: _Optional[int] = ..., filled_units: _Optional[int] = ..., fill_rate: _Optional[float] = ..., cost_per_order: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., shipments_per_order: _Optional[float] = ..., late_orders: _Optional[int] = ..., distance_km_mean: _Optional[float] = ...) -> None: ...

class SimulationDifference(_message.Message):
    __slots__ = ("measure", "mean", "low", "high", "orders", "certain")
    MEASURE_FIELD_NUMBER: _ClassVar[int]
    MEAN_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    CERTAIN_FIELD_NUMBER: _ClassVar[int]
    measure: str
    mean: float
    low: float
    high: float
    orders: int
    certain: bool
    def __init__(self, measure: _Optional[str] = ..., mean: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ..., orders: _Optional[int] = ..., certain: _Optional[bool] = ...) -> None: ...

class SimulatedPlan(_message.Message):
    __slots__ = ("cost", "filled_units", "node_ids", "refusal")
    COST_FIELD_NUMBER: _ClassVar[int]
    FILLED_UNITS_FIELD_NUMBER: _ClassVar[int]
    NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    cost: _money_pb2.Money
    filled_units: int
    node_ids: _containers.RepeatedScalarFieldContainer[str]
    refusal: str
    def __init__(self, cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., filled_units: _Optional[int] = ..., node_ids: _Optional[_Iterable[str]] = ..., refusal: _Optional[str] = ...) -> None: ...

class ChangedOrder(_message.Message):
    __slots__ = ("order_id", "difference", "baseline", "candidate")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    BASELINE_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    difference: _money_pb2.Money
    baseline: SimulatedPlan
    candidate: SimulatedPlan
    def __init__(self, order_id: _Optional[str] = ..., difference: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., baseline: _Optional[_Union[SimulatedPlan, _Mapping]] = ..., candidate: _Optional[_Union[SimulatedPlan, _Mapping]] = ...) -> None: ...

class RuleCoverage(_message.Message):
    __slots__ = ("rule_id", "orders", "decides", "cost", "fill_rate")
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    DECIDES_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    FILL_RATE_FIELD_NUMBER: _ClassVar[int]
    rule_id: str
    orders: int
    decides: int
    cost: _money_pb2.Money
    fill_rate: float
    def __init__(self, rule_id: _Optional[str] = ..., orders: _Optional[int] = ..., decides: _Optional[int] = ..., cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., fill_rate: _Optional[float] = ...) -> None: ...

class SimulatedPriceList(_message.Message):
    __slots__ = ("make_time", "orders", "cells", "verdict")
    MAKE_TIME_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    make_time: _timestamp_pb2.Timestamp
    orders: int
    cells: int
    verdict: str
    def __init__(self, make_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., orders: _Optional[int] = ..., cells: _Optional[int] = ..., verdict: _Optional[str] = ...) -> None: ...

class SimulatedPrices(_message.Message):
    __slots__ = ("lists", "orders", "difference")
    LISTS_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    lists: _containers.RepeatedCompositeFieldContainer[SimulatedPriceList]
    orders: int
    difference: _money_pb2.Money
    def __init__(self, lists: _Optional[_Iterable[_Union[SimulatedPriceList, _Mapping]]] = ..., orders: _Optional[int] = ..., difference: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class SimulationReport(_message.Message):
    __slots__ = ("orders", "baseline", "candidate", "differences", "changed_orders", "changed", "coverage", "start_time", "end_time", "prices")
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    BASELINE_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    CHANGED_ORDERS_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    PRICES_FIELD_NUMBER: _ClassVar[int]
    orders: int
    baseline: SimulationFigures
    candidate: SimulationFigures
    differences: _containers.RepeatedCompositeFieldContainer[SimulationDifference]
    changed_orders: int
    changed: _containers.RepeatedCompositeFieldContainer[ChangedOrder]
    coverage: _containers.RepeatedCompositeFieldContainer[RuleCoverage]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    prices: SimulatedPrices
    def __init__(self, orders: _Optional[int] = ..., baseline: _Optional[_Union[SimulationFigures, _Mapping]] = ..., candidate: _Optional[_Union[SimulationFigures, _Mapping]] = ..., differences: _Optional[_Iterable[_Union[SimulationDifference, _Mapping]]] = ..., changed_orders: _Optional[int] = ..., changed: _Optional[_Iterable[_Union[ChangedOrder, _Mapping]]] = ..., coverage: _Optional[_Iterable[_Union[RuleCoverage, _Mapping]]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., prices: _Optional[_Union[SimulatedPrices, _Mapping]] = ...) -> None: ...

class SimulatePolicyResponse(_message.Message):
    __slots__ = ("progress", "report")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    progress: SimulationProgress
    report: SimulationReport
    def __init__(self, progress: _Optional[_Union[SimulationProgress, _Mapping]] = ..., report: _Optional[_Union[SimulationReport, _Mapping]] = ...) -> None: ...

class GuardRails(_message.Message):
    __slots__ = ("orders_min", "fill_rate_fall_bps", "cost_rise_bps", "unfilled_rise_bps")
    ORDERS_MIN_FIELD_NUMBER: _ClassVar[int]
    FILL_RATE_FALL_BPS_FIELD_NUMBER: _ClassVar[int]
    COST_RISE_BPS_FIELD_NUMBER: _ClassVar[int]
    UNFILLED_RISE_BPS_FIELD_NUMBER: _ClassVar[int]
    orders_min: int
    fill_rate_fall_bps: int
    cost_rise_bps: int
    unfilled_rise_bps: int
    def __init__(self, orders_min: _Optional[int] = ..., fill_rate_fall_bps: _Optional[int] = ..., cost_rise_bps: _Optional[int] = ..., unfilled_rise_bps: _Optional[int] = ...) -> None: ...

class Canary(_message.Message):
    __slots__ = ("share_bps", "guard_rails")
    SHARE_BPS_FIELD_NUMBER: _ClassVar[int]
    GUARD_RAILS_FIELD_NUMBER: _ClassVar[int]
    share_bps: int
    guard_rails: GuardRails
    def __init__(self, share_bps: _Optional[int] = ..., guard_rails: _Optional[_Union[GuardRails, _Mapping]] = ...) -> None: ...

class ApprovePolicyRequest(_message.Message):
    __slots__ = ("request_id", "version", "etag", "author", "note")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    version: int
    etag: str
    author: str
    note: str
    def __init__(self, request_id: _Optional[str] = ..., version: _Optional[int] = ..., etag: _Optional[str] = ..., author: _Optional[str] = ..., note: _Optional[str] = ...) -> None: ...

class ApprovePolicyResponse(_message.Message):
    __slots__ = ("version", "approved_by", "approvals_needed")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    APPROVED_BY_FIELD_NUMBER: _ClassVar[int]
    APPROVALS_NEEDED_FIELD_NUMBER: _ClassVar[int]
    version: PolicyVersion
    approved_by: _containers.RepeatedScalarFieldContainer[str]
    approvals_needed: int
    def __init__(self, version: _Optional[_Union[PolicyVersion, _Mapping]] = ..., approved_by: _Optional[_Iterable[str]] = ..., approvals_needed: _Optional[int] = ...) -> None: ...

class PublishPolicyRequest(_message.Message):
    __slots__ = ("request_id", "version", "etag", "author", "note", "override_reason", "start_time", "canary", "validate_only")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_REASON_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    CANARY_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    version: int
    etag: str
    author: str
    note: str
    override_reason: str
    start_time: _timestamp_pb2.Timestamp
    canary: Canary
    validate_only: bool
    def __init__(self, request_id: _Optional[str] = ..., version: _Optional[int] = ..., etag: _Optional[str] = ..., author: _Optional[str] = ..., note: _Optional[str] = ..., override_reason: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., canary: _Optional[_Union[Canary, _Mapping]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class PublishPolicyResponse(_message.Message):
    __slots__ = ("version", "golden")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    GOLDEN_FIELD_NUMBER: _ClassVar[int]
    version: PolicyVersion
    golden: _containers.RepeatedCompositeFieldContainer[GoldenResult]
    def __init__(self, version: _Optional[_Union[PolicyVersion, _Mapping]] = ..., golden: _Optional[_Iterable[_Union[GoldenResult, _Mapping]]] = ...) -> None: ...

class RollbackPolicyRequest(_message.Message):
    __slots__ = ("request_id", "version", "author", "reason")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    version: int
    author: str
    reason: str
    def __init__(self, request_id: _Optional[str] = ..., version: _Optional[int] = ..., author: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class RollbackPolicyResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: PolicyVersion
    def __init__(self, version: _Optional[_Union[PolicyVersion, _Mapping]] = ...) -> None: ...

class PolicyEvent(_message.Message):
    __slots__ = ("create_time", "author", "kind", "version", "reason", "detail")
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    create_time: _timestamp_pb2.Timestamp
    author: str
    kind: str
    version: int
    reason: str
    detail: str
    def __init__(self, create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., author: _Optional[str] = ..., kind: _Optional[str] = ..., version: _Optional[int] = ..., reason: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class ListPolicyEventsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPolicyEventsResponse(_message.Message):
    __slots__ = ("events", "next_page_token")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[PolicyEvent]
    next_page_token: str
    def __init__(self, events: _Optional[_Iterable[_Union[PolicyEvent, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RuleField(_message.Message):
    __slots__ = ("name", "scope", "kind", "says", "unit", "values", "ops")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SAYS_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    OPS_FIELD_NUMBER: _ClassVar[int]
    name: str
    scope: str
    kind: str
    says: str
    unit: str
    values: _containers.RepeatedScalarFieldContainer[str]
    ops: _containers.RepeatedScalarFieldContainer[_policy_pb2.Op]
    def __init__(self, name: _Optional[str] = ..., scope: _Optional[str] = ..., kind: _Optional[str] = ..., says: _Optional[str] = ..., unit: _Optional[str] = ..., values: _Optional[_Iterable[str]] = ..., ops: _Optional[_Iterable[_Union[_policy_pb2.Op, str]]] = ...) -> None: ...

class ListRuleFieldsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListRuleFieldsResponse(_message.Message):
    __slots__ = ("fields",)
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    fields: _containers.RepeatedCompositeFieldContainer[RuleField]
    def __init__(self, fields: _Optional[_Iterable[_Union[RuleField, _Mapping]]] = ...) -> None: ...

class ExpectedExclusion(_message.Message):
    __slots__ = ("node_id", "reason")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    reason: str
    def __init__(self, node_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Expected(_message.Message):
    __slots__ = ("shipments_max", "ships_from_any", "cost_max", "promise_by", "excluded")
    SHIPMENTS_MAX_FIELD_NUMBER: _ClassVar[int]
    SHIPS_FROM_ANY_FIELD_NUMBER: _ClassVar[int]
    COST_MAX_FIELD_NUMBER: _ClassVar[int]
    PROMISE_BY_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_FIELD_NUMBER: _ClassVar[int]
    shipments_max: int
    ships_from_any: _containers.RepeatedScalarFieldContainer[str]
    cost_max: _money_pb2.Money
    promise_by: _date_pb2.Date
    excluded: _containers.RepeatedCompositeFieldContainer[ExpectedExclusion]
    def __init__(self, shipments_max: _Optional[int] = ..., ships_from_any: _Optional[_Iterable[str]] = ..., cost_max: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., promise_by: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., excluded: _Optional[_Iterable[_Union[ExpectedExclusion, _Mapping]]] = ...) -> None: ...

class GoldenOrder(_message.Message):
    __slots__ = ("golden_id", "order_id", "say", "expected", "author", "create_time")
    GOLDEN_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    SAY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    golden_id: str
    order_id: str
    say: str
    expected: Expected
    author: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, golden_id: _Optional[str] = ..., order_id: _Optional[str] = ..., say: _Optional[str] = ..., expected: _Optional[_Union[Expected, _Mapping]] = ..., author: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GoldenResult(_message.Message):
    __slots__ = ("golden_id", "passed", "problems")
    GOLDEN_ID_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    golden_id: str
    passed: bool
    problems: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, golden_id: _Optional[str] = ..., passed: _Optional[bool] = ..., problems: _Optional[_Iterable[str]] = ...) -> None: ...

class AddGoldenOrderRequest(_message.Message):
    __slots__ = ("request_id", "order_id", "golden_id", "say", "expected", "author")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    GOLDEN_ID_FIELD_NUMBER: _ClassVar[int]
    SAY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    order_id: str
    golden_id: str
    say: str
    expected: Expected
    author: str
    def __init__(self, request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., golden_id: _Optional[str] = ..., say: _Optional[str] = ..., expected: _Optional[_Union[Expected, _Mapping]] = ..., author: _Optional[str] = ...) -> None: ...

class AddGoldenOrderResponse(_message.Message):
    __slots__ = ("golden_order", "result")
    GOLDEN_ORDER_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    golden_order: GoldenOrder
    result: GoldenResult
    def __init__(self, golden_order: _Optional[_Union[GoldenOrder, _Mapping]] = ..., result: _Optional[_Union[GoldenResult, _Mapping]] = ...) -> None: ...

class ListGoldenOrdersRequest(_message.Message):
    __slots__ = ("source",)
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    source: PolicySource
    def __init__(self, source: _Optional[_Union[PolicySource, _Mapping]] = ...) -> None: ...

class ListGoldenOrdersResponse(_message.Message):
    __slots__ = ("golden_orders", "results")
    GOLDEN_ORDERS_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    golden_orders: _containers.RepeatedCompositeFieldContainer[GoldenOrder]
    results: _containers.RepeatedCompositeFieldContainer[GoldenResult]
    def __init__(self, golden_orders: _Optional[_Iterable[_Union[GoldenOrder, _Mapping]]] = ..., results: _Optional[_Iterable[_Union[GoldenResult, _Mapping]]] = ...) -> None: ...

class RemoveGoldenOrderRequest(_message.Message):
    __slots__ = ("request_id", "golden_id", "author")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    GOLDEN_ID_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    golden_id: str
    author: str
    def __init__(self, request_id: _Optional[str] = ..., golden_id: _Optional[str] = ..., author: _Optional[str] = ...) -> None: ...

class RemoveGoldenOrderResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
