"""Versions, events, golden orders and reports as messages."""

from collections.abc import Iterable
from typing import Any, Protocol

from google.protobuf.json_format import Parse

from allocation.rules.fields import FIELDS, OPS
from inventory.policy_rows import (
    BUILT_IN,
    Pointer,
    PolicyEvent,
    PolicyState,
    PolicyVersion,
)
from router.messages import write_date, write_time
from router.money import Currency
from router.policies.finding import Finding, Severity
from router.policies.gates import Golden
from router.policies.in_force import PoliciesInForce
from router.policies.naming import name_of
from router.simulate.golden import Assertions
from shipfrom.v1 import policy_pb2
from shipfrom.v1 import policy_service_pb2 as pb


class Repeated(Protocol):
    """A repeated field of findings."""

    def add(self, **fields: Any) -> pb.Finding:
        """One more."""


STATES = {
    PolicyState.DRAFT: pb.POLICY_STATE_DRAFT,
    PolicyState.PUBLISHED: pb.POLICY_STATE_PUBLISHED,
    PolicyState.RETIRED: pb.POLICY_STATE_RETIRED,
}
SEVERITIES = {
    Severity.WARNING: pb.SEVERITY_WARNING,
    Severity.ERROR: pb.SEVERITY_ERROR,
}


def write_version(
    found: PolicyVersion, pointer: Pointer, out: pb.PolicyVersion
) -> None:
    """A version, and what the pointer says of it."""
    out.version = found.version
    out.name = found.name
    out.state = STATES[found.state]
    out.etag = found.etag
    out.policy_version = f"rules-{found.version}"
    out.author = found.author
    out.note = found.note
    write_time(found.created_at, out.create_time)
    write_time(found.updated_at, out.update_time)
    if found.published_at is not None:
        write_time(found.published_at, out.publish_time)
    out.simulated = found.is_simulated
    if found.is_simulated and found.report:
        Parse(found.report, out.report, ignore_unknown_fields=True)
    _write_pointer(found.version, pointer, out)


def write_built_in(
    in_force: PoliciesInForce, pointer: Pointer, out: pb.PolicyVersion
) -> None:
    """The policy of a deployment that has none of its own."""
    out.name = out.policy_version = name_of(BUILT_IN, in_force.built_in)
    out.state = pb.POLICY_STATE_RETIRED
    if pointer.published == BUILT_IN:
        out.state = pb.POLICY_STATE_PUBLISHED
    _write_pointer(BUILT_IN, pointer, out)


def _write_pointer(version: int, pointer: Pointer, out: pb.PolicyVersion) -> None:
    out.in_force = pointer.published == version
    if pointer.scheduled == version and pointer.starts_at is not None:
        write_time(pointer.starts_at, out.start_time)
    if pointer.canary == version:
        out.canary_bps = pointer.canary_bps


def write_findings(found: Iterable[Finding], out: Repeated) -> None:
    """What checks found."""
    for each in found:
        out.add(
            severity=SEVERITIES[each.severity],
            rule_id=each.rule_id,
            path=each.path,
            problem=each.problem,
            suggestion=each.suggestion,
            line=each.line,
            column=each.column,
        )


def write_event(event: PolicyEvent, out: pb.PolicyEvent) -> None:
    """One line of the audit."""
    write_time(event.at, out.create_time)
    out.author = event.who
    out.kind = event.what
    out.version = event.version
    out.reason = event.why
    out.detail = event.detail


def write_golden(golden: Golden, out: pb.GoldenOrder, currency: Currency) -> None:
    """A golden order with what it asks."""
    order = golden.order
    out.golden_id = order.golden_id
    out.order_id = order.order_id
    out.say = order.say
    out.author = order.author
    write_time(order.at, out.create_time)
    write_expected(golden.kept.asserts, out.expected, currency)


def write_expected(asserts: Assertions, out: pb.Expected, currency: Currency) -> None:
    """The bounds of a plan."""
    out.shipments_max = asserts.shipments_max or 0
    out.ships_from_any.extend(asserts.ships_from_any)
    for each in asserts.excluded:
        out.excluded.add(node_id=each.node_id, reason=each.reason)
    if asserts.cost_max_minor is not None:
        currency.write(asserts.cost_max_minor, out.cost_max)
    if asserts.promise_by is not None:
        write_date(asserts.promise_by, out.promise_by)


def write_result(golden: Golden, out: pb.GoldenResult) -> None:
    """What a policy makes of a golden order."""
    out.golden_id = golden.order.golden_id
    out.passed = not golden.problems
    out.problems.extend(golden.problems)


def write_fields(out: pb.ListRuleFieldsResponse) -> None:
    """The catalogue of the fields that conditions may name."""
    for field in FIELDS.values():
        out.fields.add(
            name=field.name,
            scope=field.scope,
            kind=field.kind,
            says=field.says,
            unit=field.unit,
            values=field.values,
            ops=[policy_pb2.Op.Value(f"OP_{op}") for op in OPS[field.kind]],
        )
