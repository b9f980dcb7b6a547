"""What a node does not send goes to another one in the same step, as it was shown."""

import pytest

from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as order_pb
from shipfrom.v1 import store_service_pb2 as pb
from tests.router.shop import refusal
from tests.router.stores.counter import NOT_FOUND, Counter, untimed

FEWER, DAMAGED = pb.REJECT_REASON_FEWER, pb.REJECT_REASON_DAMAGED
TOO_BUSY, CLOSED = pb.REJECT_REASON_TOO_BUSY, pb.REJECT_REASON_CLOSED


@pytest.mark.parametrize(
    ("reason", "on_hand", "words"),
    [
        (NOT_FOUND, 0, "sets {0} at nyc to 0"),
        (FEWER, 3, "takes 2 of {0} at nyc off the books; to be counted"),
        (DAMAGED, 3, "takes 2 of {0} at nyc off the books as damaged"),
        (TOO_BUSY, 5, "no effect on stock"),
        (CLOSED, 5, "no effect on stock"),
    ],
)
def test_the_reason_decides_what_happens_to_the_shelf(
    counter: Counter, reason: pb.RejectReason, on_hand: int, words: str
) -> None:
    sku = counter.sku(nyc=5, chi=5)
    name = counter.ordered({sku: 2})
    told = counter.ask("Reject", name, reason=reason).rerouted
    assert words.format(sku) in told.stock_effect
    assert counter.units(sku, "nyc") == (on_hand, 0, 0)
    assert counter.states(name) == [("nyc", "CANCELLED"), ("chi", "ALLOCATED")]


def test_the_preview_is_what_comes_of_it_and_changes_nothing(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5)
    name = counter.ordered({sku: 2})
    shown = counter.ask("Reject", name, reason=NOT_FOUND, validate_only=True)
    assert shown.rerouted.sentence == (
        "goes to chi, arrives Thu 19 Nov, later than promised, +2.00 USD"
    )
    assert counter.states(name) == [("nyc", "ALLOCATED")]
    assert counter.units(sku, "nyc") == (5, 2, 0)
    plan_id = shown.rerouted.plan_id
    done = counter.ask("Reject", name, reason=NOT_FOUND, plan_id=plan_id)
    assert not done.rerouted.differs
    assert list(done.rerouted.shipment_ids) == [name[:-1] + "2"]
    del done.rerouted.shipment_ids[:]
    assert done.rerouted == shown.rerouted


def test_a_confirmed_step_says_that_stock_moved_since_the_preview(
    counter: Counter,
) -> None:
    sku = counter.sku(nyc=5, chi=2, lax=5)
    name = counter.ordered({sku: 2})
    shown = counter.ask("Reject", name, reason=TOO_BUSY, validate_only=True)
    counter.count(sku, chi=0)
    plan_id = shown.rerouted.plan_id
    done = counter.ask("Reject", name, reason=TOO_BUSY, plan_id=plan_id).rerouted
    assert done.differs
    assert done.sentence.startswith("goes to lax")


def test_what_nobody_else_has_waits_for_a_person(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    name = counter.ordered({sku: 2})
    for preview in (True, False):
        told = counter.ask("Reject", name, reason=TOO_BUSY, validate_only=preview)
        assert told.rerouted.sentence == (
            "no other node has it: somebody will look at the order"
        )
        assert [x.quantity for x in told.rerouted.change.unfilled] == [2]
    assert counter.order(name).state == order_pb.ORDER_STATE_REVIEW


def test_a_short_pick_sends_the_rest_from_elsewhere(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5)
    other = counter.ordered({sku: 1})
    name = counter.ordered({sku: 3})
    counter.ask("Accept", name)
    answer = counter.picked(name, {sku: 1}, missing={sku: 2})
    assert [(x.quantity, x.picked) for x in answer.task.lines] == [(1, 1)]
    assert answer.rerouted.sentence.startswith("goes to chi")
    assert list(answer.rerouted.at_risk_order_ids) == [other[:-2]]
    assert counter.states(name) == [("nyc", "PICKING"), ("chi", "ALLOCATED")]
    # One is in the associate's hand, another order counts on one that is not there.
    assert counter.units(sku, "nyc") == (1, 2, 1)
    request = inventory_pb.GetStockRequest(node_id="nyc", to_be_counted=True)
    (cell,) = [c for c in counter.call("GetStock", request).cells if c.sku == sku]
    assert cell.recount.order_id == name[:-2]
    assert cell.recount.reason.startswith("NOT_FOUND")
    counter.count(sku, nyc=2)
    assert sku not in {c.sku for c in counter.call("GetStock", request).cells}


def test_what_was_picked_whole_needs_no_other_node(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    name = counter.ordered({sku: 2})
    part = counter.picked(name, {sku: 1})
    assert not part.HasField("rerouted")
    assert [(x.quantity, x.picked) for x in part.task.lines] == [(2, 1)]
    assert part.task.state == order_pb2.SHIPMENT_STATE_PICKING


def test_a_promise_is_kept_if_any_node_can(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5, phl=5)
    told = counter.ask("Reject", counter.ordered({sku: 1}), reason=TOO_BUSY).rerouted
    assert told.sentence == "goes to phl, arrives Tue 17 Nov, +50.00 USD"
    assert told.change.promise_kept


def test_nodes_that_failed_are_left_out(
    counter: Counter,
) -> None:
    skus = [counter.sku(nyc=5, chi=5, lax=5) for _ in range(2)]
    name = counter.ordered(dict.fromkeys(skus, 1))
    order = name[:-1]
    for number, node in ((1, "chi"), (2, "lax")):
        told = counter.ask("Reject", f"{order}{number}", reason=TOO_BUSY).rerouted
        assert told.sentence.startswith(f"goes to {node}")
    told = counter.ask("Reject", f"{order}3", reason=TOO_BUSY).rerouted
    assert told.sentence.startswith("no other node has it")


def test_an_order_is_moved_three_times_and_no_more(counter: Counter) -> None:
    sku = counter.sku(nyc=9, chi=9, lax=9)
    name = counter.ordered({sku: 4})
    for _ in range(3):
        counter.picked(name, {}, missing={sku: 1}, reason=FEWER)
    told = counter.picked(name, {}, missing={sku: 1}, reason=FEWER).rerouted
    assert told.sentence.startswith("moved 3 times already")
    assert counter.order(name).state == order_pb.ORDER_STATE_REVIEW


def test_a_late_repeat_has_one_effect_and_the_same_answer(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5)
    name = counter.ordered({sku: 3})
    reject = counter.request("Reject", name, reason=FEWER, note="two on the shelf")
    first = counter.call("Reject", reject)
    counter.server.clock.advance("1h")
    assert untimed(counter.call("Reject", reject)) == untimed(first)
    assert counter.trailers["shipfrom-replayed"] == "true"
    assert counter.units(sku, "nyc")[0] == 2
    assert len(counter.order(name).shipments) == 2


def test_part_of_a_shipment_is_rejected_as_it_was_shown(counter: Counter) -> None:
    sku, other = counter.sku(nyc=5, chi=5), counter.sku(nyc=5, chi=5)
    name = counter.ordered({sku: 3, other: 1})
    asked = {"reason": TOO_BUSY, "lines": part(sku, 2)}
    shown = counter.ask("Reject", name, validate_only=True, **asked)
    assert counter.states(name) == [("nyc", "ALLOCATED")]
    plan_id = shown.rerouted.plan_id
    reject = counter.request("Reject", name, plan_id=plan_id, **asked)
    done = counter.call("Reject", reject)
    assert counter.states(name) == [("nyc", "ACCEPTED"), ("chi", "ALLOCATED")]
    assert {x.sku: x.quantity for x in done.task.lines} == {sku: 1, other: 1}
    assert not done.rerouted.differs
    assert done.rerouted.sentence == shown.rerouted.sentence
    assert [x.quantity for x in done.rerouted.change.plan.shipments[0].lines] == [2]
    assert untimed(counter.call("Reject", reject)) == untimed(done)
    assert counter.units(sku, "nyc") == (5, 1, 0)


def test_a_whole_reject_after_a_part_tells_of_the_rest(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5, lax=5)
    name = counter.ordered({sku: 3})
    counter.ask("Reject", name, reason=TOO_BUSY, lines=part(sku, 2))
    reject = counter.request("Reject", name, reason=FEWER)
    done = counter.call("Reject", reject)
    assert f"takes 1 of {sku}" in done.rerouted.stock_effect
    assert untimed(counter.call("Reject", reject)) == untimed(done)


def test_the_reason_of_a_part_decides_what_happens_to_the_shelf(
    counter: Counter,
) -> None:
    sku = counter.sku(nyc=5, chi=5)
    name = counter.ordered({sku: 3})
    answer = counter.ask("Accept", name, reason=NOT_FOUND, lines=part(sku, 1))
    assert answer.rerouted.sentence.startswith("goes to chi")
    assert answer.task.state == order_pb2.SHIPMENT_STATE_ACCEPTED
    assert counter.units(sku, "nyc") == (1, 1, 0)


def test_an_accept_of_all_units_needs_no_other_node(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    name = counter.ordered({sku: 2})
    accept = counter.request("Accept", name, reason=TOO_BUSY, lines=part(sku, 2))
    done = counter.call("Accept", accept)
    assert not done.HasField("rerouted")
    assert counter.states(name) == [("nyc", "ACCEPTED")]
    assert untimed(counter.call("Accept", accept)) == untimed(done)


def test_an_accept_may_only_be_tried(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5)
    name = counter.ordered({sku: 2})
    counter.ask("Accept", name, validate_only=True)
    asked = {"reason": TOO_BUSY, "lines": part(sku, 1)}
    shown = counter.ask("Accept", name, validate_only=True, **asked)
    assert shown.rerouted.sentence.startswith("goes to chi")
    assert counter.states(name) == [("nyc", "ALLOCATED")]


def test_lines_that_are_not_in_the_shipment_are_named(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    name = counter.ordered({sku: 2})
    wrong = [*part(sku, 3), *part("nothing", 1)]
    for method in ("Accept", "Reject"):
        request = counter.request(method, name, reason=TOO_BUSY, lines=wrong)
        refused = refusal(lambda m=method, r=request: counter.call(m, r))
        assert set(refused.fields) == {"lines[0].quantity", "lines[1].sku"}
    request = counter.request("Reject", name, reason=TOO_BUSY, lines=part(sku, 0) * 2)
    refused = refusal(lambda: counter.call("Reject", request))
    assert {"lines[0].quantity", "lines[1].sku"} <= set(refused.fields)
    request = counter.request("Accept", name, lines=part(sku, 1))
    refused = refusal(lambda: counter.call("Accept", request))
    assert "TOO_BUSY" in refused.fields["reason"]
    request = counter.request("Accept", name, reason=TOO_BUSY)
    refused = refusal(lambda: counter.call("Accept", request))
    assert set(refused.fields) == {"lines"}


def test_who_was_asked_takes_all_of_it(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5)
    name = counter.ordered({sku: 2})
    counter.ask("OfferShipment", name, node_ids=["chi"])
    request = counter.request(
        "Accept", name, node_id="chi", reason=TOO_BUSY, lines=part(sku, 1)
    )
    refused = refusal(lambda: counter.call("Accept", request))
    assert "takes all of it" in refused.fields["lines"]


def part(sku: str, units: int) -> list[order_pb2.Line]:
    return [order_pb2.Line(sku=sku, quantity=units)]


def test_a_repeat_with_other_content_is_refused(counter: Counter) -> None:
    name = counter.ordered({counter.sku(nyc=5): 1})
    reject = counter.request("Reject", name, reason=TOO_BUSY)
    counter.call("Reject", reject)
    reject.reason = NOT_FOUND
    assert refusal(lambda: counter.call("Reject", reject)).reason == "ID_REUSED"


def test_a_step_that_comes_too_late_says_what_the_shipment_is(
    counter: Counter,
) -> None:
    sku = counter.sku(nyc=5)
    name = counter.ordered({sku: 1})
    counter.picked(name, {sku: 1})
    for preview in (True, False):
        request = counter.request(
            "Reject", name, reason=TOO_BUSY, validate_only=preview
        )
        refused = refusal(lambda request=request: counter.call("Reject", request))
        assert refused.reason == "WRONG_STATE"
        assert refused.metadata["state"] == "PICKING"


def test_every_wrong_field_is_named(counter: Counter) -> None:
    lines = [pb.PickedLine(sku="A", picked=-1), pb.PickedLine(sku="A")]
    request = pb.ConfirmPickRequest(request_id="x", lines=lines, note="n" * 201)
    refused = refusal(lambda: counter.call("ConfirmPick", request))
    assert set(refused.fields) == {
        *("request_id", "shipment_id", "note"),
        *("lines[0].picked", "lines[1].sku", "lines[1]"),
    }
    request = counter.request("Reject", "o:1")
    refused = refusal(lambda: counter.call("Reject", request))
    assert "NOT_FOUND" in refused.fields["reason"]
    request = counter.request("Reject", "nobody:1", reason=TOO_BUSY)
    refused = refusal(lambda: counter.call("Reject", request))
    assert refused.reason == "SHIPMENT_NOT_FOUND"
