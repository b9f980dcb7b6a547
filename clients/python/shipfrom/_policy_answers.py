"""From policies on the wire to values."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from shipfrom._answers import instant, money, words
from shipfrom._policy_values import (
    Approvals,
    ChangedOrder,
    Finding,
    GoldenOrder,
    PolicyEvent,
    PolicyState,
    PolicyVersion,
    RuleCoverage,
    RuleField,
    Severity,
    SimulatedPriceList,
    SimulatedPrices,
    SimulationDifference,
    SimulationFigures,
    SimulationReport,
)
from shipfrom.v1 import policy_pb2
from shipfrom.v1 import policy_service_pb2 as pb

_STATES = words(PolicyState, pb.PolicyState, "POLICY_STATE_")
_SEVERITIES = words(Severity, pb.Severity, "SEVERITY_")


def finding(wire: pb.Finding) -> Finding:
    """One thing that a check found."""
    return Finding(
        severity=_SEVERITIES.get(wire.severity, Severity.UNSPECIFIED),
        problem=wire.problem,
        suggestion=wire.suggestion,
        path=wire.path,
        rule_id=wire.rule_id,
        line=wire.line,
        column=wire.column,
    )


def version(
    wire: pb.PolicyVersion, findings: Iterable[pb.Finding] = ()
) -> PolicyVersion:
    """One version."""
    reported = wire.HasField("report")
    return PolicyVersion(
        version=wire.version,
        name=wire.name,
        state=_STATES.get(wire.state, PolicyState.UNSPECIFIED),
        etag=wire.etag,
        policy_version=wire.policy_version,
        author=wire.author,
        note=wire.note,
        created_at=_moment(wire, "create_time"),
        updated_at=_moment(wire, "update_time"),
        published_at=_moment(wire, "publish_time"),
        simulated=wire.simulated,
        report=report(wire.report) if reported else None,
        in_force=wire.in_force,
        starts_at=_moment(wire, "start_time"),
        canary_bps=wire.canary_bps,
        findings=tuple(map(finding, findings)),
    )


def approvals(wire: pb.ApprovePolicyResponse) -> Approvals:
    """Who approved a version."""
    by = tuple(wire.approved_by)
    return Approvals(version(wire.version), by, wire.approvals_needed)


Moment = Literal["create_time", "update_time", "publish_time", "start_time"]


def _moment(wire: pb.PolicyVersion, name: Moment) -> datetime | None:
    return instant(getattr(wire, name)) if wire.HasField(name) else None


def report(wire: pb.SimulationReport) -> SimulationReport:
    """What came of a simulation."""
    return SimulationReport(
        orders=wire.orders,
        baseline=_figures(wire.baseline),
        candidate=_figures(wire.candidate),
        differences=tuple(
            SimulationDifference(d.measure, d.mean, d.low, d.high, d.orders, d.certain)
            for d in wire.differences
        ),
        changed_orders=wire.changed_orders,
        changed=tuple(
            ChangedOrder(
                each.order_id,
                money(each.difference),
                tuple(each.baseline.node_ids),
                tuple(each.candidate.node_ids),
            )
            for each in wire.changed
        ),
        coverage=tuple(
            RuleCoverage(c.rule_id, c.orders, c.decides, money(c.cost), c.fill_rate)
            for c in wire.coverage
        ),
        start_at=instant(wire.start_time),
        end_at=instant(wire.end_time),
        prices=_prices(wire.prices) if wire.HasField("prices") else None,
    )


def _prices(wire: pb.SimulatedPrices) -> SimulatedPrices:
    lists = tuple(
        SimulatedPriceList(instant(o.make_time), o.orders, o.cells, o.verdict)
        for o in wire.lists
    )
    return SimulatedPrices(lists, wire.orders, money(wire.difference))


def _figures(wire: pb.SimulationFigures) -> SimulationFigures:
    return SimulationFigures(
        orders=wire.orders,
        shipped_orders=wire.shipped_orders,
        units=wire.units,
        filled_units=wire.filled_units,
        fill_rate=wire.fill_rate,
        cost_per_order=money(wire.cost_per_order),
        shipments_per_order=wire.shipments_per_order,
        late_orders=wire.late_orders,
        distance_km_mean=wire.distance_km_mean,
    )


def event(wire: pb.PolicyEvent) -> PolicyEvent:
    """One line of the audit."""
    return PolicyEvent(
        at=instant(wire.create_time),
        author=wire.author,
        kind=wire.kind,
        version=wire.version,
        reason=wire.reason,
        detail=wire.detail,
    )


def field(wire: pb.RuleField) -> RuleField:
    """A field that conditions may name."""
    return RuleField(
        name=wire.name,
        scope=wire.scope,
        kind=wire.kind,
        says=wire.says,
        unit=wire.unit,
        values=tuple(wire.values),
        ops=tuple(policy_pb2.Op.Name(op).removeprefix("OP_") for op in wire.ops),
    )


def golden(wire: pb.GoldenOrder, result: pb.GoldenResult) -> GoldenOrder:
    """A golden order with what a policy makes of it."""
    return GoldenOrder(
        golden_id=wire.golden_id,
        order_id=wire.order_id,
        say=wire.say,
        author=wire.author,
        created_at=instant(wire.create_time),
        passed=result.passed,
        problems=tuple(result.problems),
    )
