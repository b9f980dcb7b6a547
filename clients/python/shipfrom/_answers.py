"""From answers on the wire to values: plans, holds, explanations."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.timestamp_pb2 import Timestamp
from google.type import date_pb2, money_pb2

from shipfrom._enums import (
    ChangeKind,
    HoldState,
    Objective,
    PlanStatus,
    ReplayOutcome,
    ShipmentState,
)
from shipfrom._money import Money, exponent_of
from shipfrom._values import (
    Alternative,
    BundleLine,
    Counterfactual,
    Explanation,
    HoldAnswer,
    Plan,
    PlannedOffer,
    Replay,
    Shipment,
    UnfilledLine,
)
from shipfrom._why_values import (
    Candidate,
    Change,
    CostComponent,
    ExclusionCount,
    Spared,
    SparedUnits,
)
from shipfrom._wishes import (
    Line,
)
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import order_pb2, order_service_pb2

E = TypeVar("E", bound=StrEnum)
_NANOS = 1_000_000_000
# An amount that was left out on the wire is nothing, in the API's default currency.
_NO_MONEY = Money(0, "USD")


def words(kind: type[E], wire: EnumTypeWrapper, prefix: str) -> Mapping[int, E]:
    """Our word for each number of a wire enum; made once, read for every shipment."""
    return {
        number: kind(name.removeprefix(prefix))
        for name, number in wire.items()
        if name.removeprefix(prefix) in kind.__members__
    }


_OBJECTIVES = words(Objective, order_pb2.Objective, "OBJECTIVE_")
_PLANS = words(PlanStatus, order_pb2.PlanStatus, "PLAN_STATUS_")
_SHIPMENTS = words(ShipmentState, order_pb2.ShipmentState, "SHIPMENT_STATE_")
_CHANGES = words(ChangeKind, order_pb2.ChangeKind, "CHANGE_KIND_")
_REPLAYS = words(ReplayOutcome, order_service_pb2.ReplayOutcome, "REPLAY_OUTCOME_")
_HOLDS = words(HoldState, checkout_pb.HoldState, "HOLD_STATE_")


def money(amount: money_pb2.Money) -> Money:
    """Whole minor units of a google.type.Money."""
    if not amount.currency_code:
        return _NO_MONEY
    scale: int = 10 ** exponent_of(amount.currency_code)
    minor = amount.units * scale + amount.nanos * scale // _NANOS
    return Money(minor, amount.currency_code)


def money_or_none(amount: money_pb2.Money) -> Money | None:
    """None where no amount was given."""
    return money(amount) if amount.currency_code else None


def day(wire: date_pb2.Date) -> date | None:
    """A google.type.Date; None where it is not set."""
    return date(wire.year, wire.month, wire.day) if wire.year else None


def instant(wire: Timestamp) -> datetime:
    """Aware UTC."""
    return wire.ToDatetime(tzinfo=UTC)


def lines(wire: Iterable[order_pb2.Line | order_pb2.ShipmentLine]) -> tuple[Line, ...]:
    """Lines in the order they came."""
    return tuple(Line(line.sku, line.quantity) for line in wire)


def bundles(wire: Iterable[order_pb2.BundleLine]) -> tuple[BundleLine, ...]:
    """Bundles that were ordered."""
    return tuple(
        BundleLine(b.sku, b.quantity, lines(b.components), b.kept_together, b.cancelled)
        for b in wire
    )


def _components(wire: Iterable[order_pb2.CostComponent]) -> tuple[CostComponent, ...]:
    return tuple(CostComponent(part.name, money(part.amount)) for part in wire)


def shipment(wire: order_pb2.Shipment) -> Shipment:
    """Lines that leave one node together."""
    return Shipment(
        node_id=wire.node_id,
        service=wire.service,
        lines=lines(wire.lines),
        cost=money(wire.cost),
        promise_date=day(wire.promise_date),
        ship_by=instant(wire.ship_by_time) if wire.HasField("ship_by_time") else None,
        zone=wire.zone,
        distance_km=wire.distance_km,
        components=_components(wire.components),
        state=_SHIPMENTS.get(wire.state, ShipmentState.UNSPECIFIED),
        shipment_id=wire.shipment_id,
        carrier=wire.carrier,
        tracking_number=wire.tracking_number,
        due=instant(wire.due_time) if wire.HasField("due_time") else None,
        cause=wire.cause,
        pickup_code=wire.pickup_code,
        destination_node_id=wire.destination_node_id,
        offer=_offer(wire.offer) if wire.HasField("offer") else None,
        opportunity_cost=money_or_none(wire.opportunity_cost),
    )


def _offer(wire: order_pb2.PlannedOffer) -> PlannedOffer:
    return PlannedOffer(wire.rule_id, wire.nodes, wire.minutes)


def unfilled(wire: Iterable[order_pb2.UnfilledLine]) -> tuple[UnfilledLine, ...]:
    """Units that no node can send, and why."""
    return tuple(
        UnfilledLine(u.sku, u.quantity, u.reason, u.rule_id, day(u.expected_date))
        for u in wire
    )


def plan(wire: order_pb2.Plan) -> Plan:
    """A decision."""
    return Plan(
        objective=_OBJECTIVES.get(wire.objective, Objective.UNSPECIFIED),
        shipments=tuple(map(shipment, wire.shipments)),
        unfilled=unfilled(wire.unfilled),
        cost=money(wire.cost),
        promise_date=day(wire.promise_date),
        status=_PLANS.get(wire.status, PlanStatus.UNSPECIFIED),
        verdict=wire.verdict,
        components=_components(wire.components),
        gap_bps=wire.gap_bps,
        policy_version=wire.policy_version,
        relaxed=tuple(wire.relaxed),
        queue=wire.queue,
        queue_rule_id=wire.queue_rule_id,
        queue_reason=wire.queue_reason,
        bundles=bundles(wire.bundles),
        opportunity_cost=money_or_none(wire.opportunity_cost),
    )


def _candidate(wire: order_pb2.Candidate) -> Candidate:
    return Candidate(
        node_id=wire.node_id,
        distance_km=wire.distance_km,
        chosen=wire.chosen,
        exclusion=wire.exclusion,
        detail=wire.detail,
        cost=money_or_none(wire.cost),
        useful_units=wire.useful_units,
        promise_date=day(wire.promise_date),
        observed=wire.observed,
        threshold=wire.threshold,
        components=_components(wire.components),
        opportunity_cost=money_or_none(wire.opportunity_cost),
    )


def _alternative(wire: order_pb2.Alternative) -> Alternative:
    return Alternative(
        label=wire.label,
        plan=plan(wire.plan),
        cost_more=money(wire.cost_more),
        days_later=wire.days_later,
        unfilled_more=wire.unfilled_more,
    )


def _counterfactual(wire: order_pb2.Counterfactual) -> Counterfactual:
    changes = tuple(
        Change(
            _CHANGES.get(change.kind, ChangeKind.UNSPECIFIED),
            change.amount,
            change.value,
            change.sku,
            change.smallest,
        )
        for change in wire.changes
    )
    return Counterfactual(
        node_id=wire.node_id,
        sentence=wire.sentence,
        changes=changes,
        best=plan(wire.best) if wire.HasField("best") else None,
        worse_in=wire.worse_in,
        verified=wire.verified,
    )


def replay(wire: order_service_pb2.ReplayOrderResponse) -> Replay:
    """What came of a replay."""
    outcome = _REPLAYS.get(wire.outcome, ReplayOutcome.UNSPECIFIED)
    return Replay(outcome, wire.difference)


def explanation(wire: order_pb2.Explanation) -> Explanation:
    """Why the answer is what it is."""
    return Explanation(
        verdict=wire.verdict,
        plan=plan(wire.plan),
        candidates=tuple(_candidate(candidate) for candidate in wire.candidates),
        exclusions=tuple(ExclusionCount(e.reason, e.nodes) for e in wire.exclusions),
        alternatives=tuple(map(_alternative, wire.alternatives)),
        network_version=wire.network_version,
        replayed=wire.replayed,
        counterfactuals=tuple(map(_counterfactual, wire.counterfactuals)),
        spared=_spared(wire.spared) if wire.HasField("spared") else None,
        price_list_version=wire.price_list_version,
    )


def _spared(wire: order_pb2.Spared) -> Spared:
    units = tuple(
        SparedUnits(u.node_id, u.sku, u.units, u.available, money(u.worth))
        for u in wire.units
    )
    return Spared(wire.sentence, tuple(wire.node_ids), money(wire.cost_less), units)


def hold(wire: checkout_pb.HoldResponse) -> HoldAnswer:
    """A hold as the ledger has it."""
    return HoldAnswer(
        hold_id=wire.hold_id,
        state=hold_state(wire.state),
        plan=plan(wire.plan),
        created_at=instant(wire.create_time),
        expires_at=instant(wire.expire_time),
    )


def hold_state(number: int) -> HoldState:
    """How a hold stands."""
    return _HOLDS.get(number, HoldState.UNSPECIFIED)
