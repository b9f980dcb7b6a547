"""Every policy call as a value: its bytes, its reader."""

from datetime import datetime, timedelta

from shipfrom import _policy_answers as _answers
from shipfrom._core import Call, new_request_id
from shipfrom._policy_values import (
    Approvals,
    Canary,
    Expected,
    Finding,
    GoldenOrder,
    PolicyChange,
    PolicyEvent,
    PolicyText,
    PolicyVersion,
    RuleField,
    SimulationReport,
)
from shipfrom._wire import call_of, date_pb, invalid, money_pb, reader
from shipfrom.v1 import policy_service_pb2 as pb

Source = str | int
"""A version's number, "published", "draft", or a policy as YAML."""
Step = tuple[int, int] | SimulationReport
"""Orders done and in all, then the report."""
ALIASES = ("published", "draft")
# A simulation of a week takes seconds, with coverage minutes.
SIMULATION_DEADLINE_S = 600.0
# Each of its ten price lists takes up to a minute of a quiet core.
PRICED_DEADLINE_S = 1_800.0
PAGE_ROWS = 200
_SERVICE = "/shipfrom.v1.PolicyService/"


def source_pb(source: Source) -> pb.PolicySource:
    """What a caller means. A text is an alias or a whole policy."""
    if isinstance(source, int):
        return pb.PolicySource(version=source)
    if source in ALIASES:
        return pb.PolicySource(alias=source)
    if source.isdigit():
        return pb.PolicySource(version=int(source))
    if "\n" not in source and ":" not in source:
        near = 'write a version, "published", "draft" or a policy as YAML'
        raise invalid("source", f"{source!r} names no policy", near)
    return pb.PolicySource(yaml=source)


def pull(source: Source) -> Call[PolicyText]:
    """One version as YAML."""
    named = source_pb(source)
    request = pb.GetPolicyRequest(alias=named.alias or "published")
    if named.WhichOneof("kind") == "version":
        request = pb.GetPolicyRequest(version=named.version)
    parse = reader(
        pb.GetPolicyResponse,
        lambda w: PolicyText(_answers.version(w.version), w.yaml),
    )
    return call_of(_SERVICE + "GetPolicy", request, parse)


def create(
    yaml: str, *, author: str, note: str, validate_only: bool
) -> Call[PolicyVersion]:
    """A new draft."""
    request = pb.CreatePolicyRequest(
        request_id=new_request_id(),
        yaml=yaml,
        author=author,
        note=note,
        validate_only=validate_only,
    )
    parse = reader(
        pb.CreatePolicyResponse, lambda w: _answers.version(w.version, w.findings)
    )
    return call_of(_SERVICE + "CreatePolicy", request, parse, mutates=True)


def update(
    yaml: str, version: int, etag: str, *, words: tuple[str, str], validate_only: bool
) -> Call[PolicyVersion]:
    """A draft, written again; `words` are author and note."""
    request = pb.UpdatePolicyRequest(
        request_id=new_request_id(),
        version=version,
        etag=etag,
        yaml=yaml,
        author=words[0],
        note=words[1],
        validate_only=validate_only,
    )
    parse = reader(
        pb.UpdatePolicyResponse, lambda w: _answers.version(w.version, w.findings)
    )
    return call_of(_SERVICE + "UpdatePolicy", request, parse, mutates=True)


def check(source: Source) -> Call[tuple[Finding, ...]]:
    """What is wrong with a policy."""
    request = pb.CheckPolicyRequest(source=source_pb(source))
    parse = reader(
        pb.CheckPolicyResponse, lambda w: tuple(map(_answers.finding, w.findings))
    )
    return call_of(_SERVICE + "CheckPolicy", request, parse)


def diff(after: Source, before: Source) -> Call[tuple[PolicyChange, ...]]:
    """What changes, in words."""
    request = pb.DiffPoliciesRequest(before=source_pb(before), after=source_pb(after))

    def read(wire: pb.DiffPoliciesResponse) -> tuple[PolicyChange, ...]:
        return tuple(
            PolicyChange(each.kind, each.subject, each.text, each.has_effect)
            for each in wire.changes
        )

    parse = reader(pb.DiffPoliciesResponse, read)
    return call_of(_SERVICE + "DiffPolicies", request, parse)


def simulate(
    source: Source,
    baseline: Source,
    *,
    window: timedelta,
    coverage: bool,
    prices: bool,
    words: tuple[str, str],
) -> Call[Step]:
    """Decide the orders of the window again; `words` are the author and, as JSON
    lines, orders to be decided instead. A stream of steps."""
    request = pb.SimulatePolicyRequest(
        source=source_pb(source),
        baseline=source_pb(baseline),
        window=window,
        coverage=coverage,
        author=words[0],
        orders=words[1],
        prices=prices,
    )

    def read(wire: pb.SimulatePolicyResponse) -> Step:
        if wire.HasField("report"):
            return _answers.report(wire.report)
        return wire.progress.orders_done, wire.progress.orders_total

    return Call(
        _SERVICE + "SimulatePolicy",
        (request.SerializeToString(),),
        reader(pb.SimulatePolicyResponse, read),
        deadline_s=PRICED_DEADLINE_S if prices else SIMULATION_DEADLINE_S,
    )


def approve(version: int, etag: str, *, words: tuple[str, str]) -> Call[Approvals]:
    """Say yes to a draft; `words` are author and note."""
    request = pb.ApprovePolicyRequest(
        request_id=new_request_id(),
        version=version,
        etag=etag,
        author=words[0],
        note=words[1],
    )
    parse = reader(pb.ApprovePolicyResponse, _answers.approvals)
    return call_of(_SERVICE + "ApprovePolicy", request, parse, mutates=True)


def publish(
    version: int,
    etag: str,
    *,
    words: tuple[str, str],
    override_reason: str,
    start_at: datetime | None,
    canary: Canary | None,
    validate_only: bool,
) -> Call[PolicyVersion]:
    """Put a version in force; `words` are author and note."""
    share = None
    if canary is not None:
        rails = canary.guard_rails
        share = pb.Canary(
            share_bps=canary.share_bps,
            guard_rails=pb.GuardRails(
                orders_min=rails.orders_min,
                fill_rate_fall_bps=rails.fill_rate_fall_bps,
                cost_rise_bps=rails.cost_rise_bps,
                unfilled_rise_bps=rails.unfilled_rise_bps,
            ),
        )
    request = pb.PublishPolicyRequest(
        request_id=new_request_id(),
        version=version,
        etag=etag,
        author=words[0],
        note=words[1],
        override_reason=override_reason,
        start_time=start_at,
        canary=share,
        validate_only=validate_only,
    )
    parse = reader(pb.PublishPolicyResponse, lambda w: _answers.version(w.version))
    return call_of(_SERVICE + "PublishPolicy", request, parse, mutates=True)


def rollback(version: int | None, *, reason: str, author: str) -> Call[PolicyVersion]:
    """Put an older version in force at once."""
    request = pb.RollbackPolicyRequest(
        request_id=new_request_id(), version=version, author=author, reason=reason
    )
    parse = reader(pb.RollbackPolicyResponse, lambda w: _answers.version(w.version))
    return call_of(_SERVICE + "RollbackPolicy", request, parse, mutates=True)


def versions_page(page_token: str) -> Call[tuple[tuple[PolicyVersion, ...], str]]:
    """One page of versions, newest first."""
    request = pb.ListPoliciesRequest(page_size=PAGE_ROWS, page_token=page_token)
    parse = reader(
        pb.ListPoliciesResponse,
        lambda w: (tuple(map(_answers.version, w.versions)), w.next_page_token),
    )
    return call_of(_SERVICE + "ListPolicies", request, parse)


def events_page(page_token: str) -> Call[tuple[tuple[PolicyEvent, ...], str]]:
    """One page of the audit, newest first."""
    request = pb.ListPolicyEventsRequest(page_size=PAGE_ROWS, page_token=page_token)
    parse = reader(
        pb.ListPolicyEventsResponse,
        lambda w: (tuple(map(_answers.event, w.events)), w.next_page_token),
    )
    return call_of(_SERVICE + "ListPolicyEvents", request, parse)


def fields() -> Call[tuple[RuleField, ...]]:
    """The fields that conditions may name."""
    parse = reader(
        pb.ListRuleFieldsResponse, lambda w: tuple(map(_answers.field, w.fields))
    )
    return call_of(_SERVICE + "ListRuleFields", pb.ListRuleFieldsRequest(), parse)


def add_golden(
    order_id: str, *, golden_id: str, say: str, expected: Expected | None, author: str
) -> Call[GoldenOrder]:
    """Keep an order's problem."""
    request = pb.AddGoldenOrderRequest(
        request_id=new_request_id(),
        order_id=order_id,
        golden_id=golden_id,
        say=say,
        expected=None if expected is None else _expected_pb(expected),
        author=author,
    )
    parse = reader(
        pb.AddGoldenOrderResponse, lambda w: _answers.golden(w.golden_order, w.result)
    )
    return call_of(_SERVICE + "AddGoldenOrder", request, parse, mutates=True)


def _expected_pb(expected: Expected) -> pb.Expected:
    return pb.Expected(
        shipments_max=expected.shipments_max,
        ships_from_any=expected.ships_from_any,
        cost_max=money_pb(expected.cost_max),
        promise_by=date_pb(expected.promise_by),
        excluded=[
            pb.ExpectedExclusion(node_id=node_id)
            for node_id in expected.excluded_node_ids
        ],
    )


def golden(source: Source) -> Call[tuple[GoldenOrder, ...]]:
    """All golden orders, and what a policy makes of them."""
    request = pb.ListGoldenOrdersRequest(source=source_pb(source))
    parse = reader(
        pb.ListGoldenOrdersResponse,
        lambda w: tuple(map(_answers.golden, w.golden_orders, w.results)),
    )
    return call_of(_SERVICE + "ListGoldenOrders", request, parse)


def remove_golden(golden_id: str, *, author: str) -> Call[None]:
    """Forget one."""
    request = pb.RemoveGoldenOrderRequest(
        request_id=new_request_id(), golden_id=golden_id, author=author
    )
    parse = reader(pb.RemoveGoldenOrderResponse, lambda w: None)
    return call_of(_SERVICE + "RemoveGoldenOrder", request, parse, mutates=True)
