"""Plans become messages without losing a cent, a day or a microsecond."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from allocation.plan import Cost, Plan, Shipment, ShipmentLine, Unfilled
from allocation.policy import Objective
from allocation.status import PlanStatus
from inventory.operations import Cell, HoldState
from router import messages
from router.explaining import summary
from router.money import Currency
from shipfrom.v1 import checkout_service_pb2, inventory_service_pb2, order_pb2

SHIPMENT = Shipment(
    node_id="nyc",
    service="GROUND",
    zone=2,
    distance_km=120,
    lines=(ShipmentLine("SKU-1", 3),),
    ship_by=datetime(2026, 11, 16, 20, 0, tzinfo=UTC),
    promise_date=date(2026, 11, 18),
    cost=Cost(shipping_minor=1000, line_handling_minor=184),
)
PLAN = Plan(
    objective=Objective.CHEAPEST,
    shipments=(SHIPMENT,),
    unfilled=(Unfilled("SKU-2", 1, "NO_STOCK"),),
    cost=SHIPMENT.cost,
    status=PlanStatus.FEASIBLE,
    bound_minor=1000,
    policy_version="p1",
    network_version="n1",
)


def test_a_plan_is_written_whole() -> None:
    out = order_pb2.Plan()
    messages.write_plan(PLAN, out, Currency("KWD"), verdict="why", order_id="o-1")
    (shipment,) = out.shipments
    assert (shipment.shipment_id, shipment.node_id) == ("o-1:1", "nyc")
    assert shipment.state == order_pb2.SHIPMENT_STATE_ALLOCATED
    assert shipment.ship_by_time.ToDatetime(tzinfo=UTC) == SHIPMENT.ship_by
    assert (out.promise_date.month, out.promise_date.day) == (11, 18)
    assert (out.cost.units, out.cost.nanos) == (1, 184_000_000)
    assert [c.name for c in out.components] == ["shipping", "line_handling"]
    assert (out.unfilled[0].sku, out.unfilled[0].reason) == ("SKU-2", "NO_STOCK")
    assert out.status == order_pb2.PLAN_STATUS_FEASIBLE
    assert out.gap_bps == PLAN.gap_bps == 1555
    assert (out.policy_version, out.verdict) == ("p1", "why")


def test_a_plan_that_waits_says_where_by_which_rule_and_why() -> None:
    out = order_pb2.Plan()
    waits = replace(PLAN, queue="REVIEW", queue_rule="dear", queue_reason="fraud check")
    messages.write_plan(waits, out, Currency())
    assert (out.queue, out.queue_rule_id) == ("REVIEW", "dear")
    assert out.queue_reason == "fraud check"


def test_a_plan_that_is_only_quoted_has_no_shipment_ids() -> None:
    out = order_pb2.Plan()
    messages.write_plan(PLAN, out, Currency())
    assert not out.shipments[0].shipment_id
    assert out.shipments[0].state == order_pb2.SHIPMENT_STATE_UNSPECIFIED


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 16, 17, 0, tzinfo=UTC),
        datetime(2026, 11, 16, 17, 0, 0, 123_456, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=-7))),
    ],
)
def test_an_instant_is_exact_to_the_microsecond(moment: datetime) -> None:
    out = Timestamp()
    messages.write_time(moment, out)
    assert out.ToDatetime(tzinfo=UTC) == moment


def test_every_word_of_the_domain_has_its_number_on_the_wire() -> None:
    assert set(messages.OBJECTIVES) == set(Objective)
    assert set(messages.STATUSES) == set(PlanStatus)
    assert set(messages.HOLD_STATES) == set(HoldState)
    named = checkout_service_pb2.HoldState.Name
    assert all(named(n) == f"HOLD_STATE_{s}" for s, n in messages.HOLD_STATES.items())
    objective = order_pb2.Objective.Name
    assert all(objective(n) == f"OBJECTIVE_{o}" for o, n in messages.OBJECTIVES.items())


def test_every_cost_component_reaches_the_wire() -> None:
    names = [f"{name}_minor" for name in messages.COMPONENTS]
    assert names == list(Cost._fields[:-2])


def test_a_cell_shows_what_may_be_promised() -> None:
    out = inventory_service_pb2.Cell()
    cell = Cell("S", "nyc", on_hand=9, held=1, allocated=2, safety_stock=3, version=4)
    messages.write_cell(cell, out)
    assert (out.available, out.on_hand, out.version) == (3, 9, 4)


def test_a_plan_says_in_one_sentence_what_ships() -> None:
    assert summary(PLAN, Currency("USD")) == (
        "1 shipment: nyc (3 units). 11.84 USD, arrives Wed 18 Nov, best found."
        " 1 unit unfilled."
    )
