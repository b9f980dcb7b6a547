"""From the shelf to the door, or over the counter to whoever knows the code."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as order_pb
from tests.router.shop import refusal
from tests.router.stores.counter import ZONE, Counter


def at_the_counter(counter: Counter, units: int = 2) -> tuple[str, str, str]:
    """A pickup that is ready: its shipment, SKU and code."""
    sku = counter.sku(bkn=5)
    name = counter.pickup({sku: units})
    counter.ask("Accept", name)
    counter.picked(name, {sku: units})
    return name, sku, counter.ask("MarkReady", name).pickup_code


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_shipment_leaves_with_its_carrier_and_arrives(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    name = counter.ordered({sku: 2})
    assert counter.ask("Accept", name).task.state == order_pb2.SHIPMENT_STATE_ACCEPTED
    counter.picked(name, {sku: 2})
    ready = counter.ask("MarkReady", name)
    assert ready.pickup_code == ""
    counter.ask("MarkShipped", name, carrier="UPS", tracking_number="1Z9")
    assert counter.units(sku, "nyc") == (3, 0, 0)
    (shipment,) = counter.order(name).shipments
    assert (shipment.carrier, shipment.tracking_number) == ("UPS", "1Z9")
    done = counter.ask("MarkDelivered", name).task
    assert done.state == order_pb2.SHIPMENT_STATE_DELIVERED
    assert counter.order(name).state == order_pb.ORDER_STATE_COMPLETED


def test_a_pickup_is_handed_over_to_whoever_knows_the_code(counter: Counter) -> None:
    name, sku, code = at_the_counter(counter)
    assert (len(code), code.isdecimal()) == (6, True)
    assert counter.tasks("bkn")[name].pickup
    done = counter.ask("HandOver", name, pickup_code=f" {code} ").task
    assert done.state == order_pb2.SHIPMENT_STATE_COLLECTED
    assert counter.units(sku, "bkn") == (3, 0, 0)


def test_a_wrong_code_is_counted_and_says_how_many_guesses_are_left(
    counter: Counter,
) -> None:
    name, sku, code = at_the_counter(counter)
    for left in (4, 3, 2, 1, 0):
        request = counter.request("HandOver", name, pickup_code=other(code))
        refused = refusal(lambda request=request: counter.call("HandOver", request))
        assert (refused.code, refused.reason) == ("FAILED_PRECONDITION", "WRONG_CODE")
        assert refused.metadata["guessesLeft"] == str(left)
        # Sent again from a queue it is the same guess.
        refused = refusal(lambda request=request: counter.call("HandOver", request))
        assert refused.metadata["guessesLeft"] == str(left)
    refused = refusal(lambda: counter.ask("HandOver", name, pickup_code=code))
    assert refused.reason == "CODE_LOCKED"
    fresh = counter.ask("MarkReady", name).pickup_code
    counter.ask("HandOver", name, pickup_code=fresh)
    assert counter.units(sku, "bkn") == (3, 0, 0)


def test_said_ready_again_it_has_a_new_code_and_a_repeat_has_the_same(
    counter: Counter,
) -> None:
    name, _, code = at_the_counter(counter)
    request = counter.request("MarkReady", name)
    fresh = counter.call("MarkReady", request).pickup_code
    assert counter.call("MarkReady", request).pickup_code == fresh
    assert counter.order(name).shipments[0].pickup_code == fresh
    if fresh != code:  # one time in a million
        refused = refusal(lambda: counter.ask("HandOver", name, pickup_code=code))
        assert refused.reason == "WRONG_CODE"


def test_what_the_customer_leaves_is_stock_again(counter: Counter) -> None:
    name, sku, code = at_the_counter(counter, units=3)
    lines = [order_pb2.Line(sku=sku, quantity=2)]
    counter.ask("HandOver", name, pickup_code=code, lines=lines)
    assert counter.units(sku, "bkn") == (3, 0, 0)
    assert counter.available(sku) == 3


def test_nobody_came_and_the_units_are_stock_again(counter: Counter) -> None:
    name, sku, _ = at_the_counter(counter)
    done = counter.ask("MarkUncollected", name).task
    assert done.state == order_pb2.SHIPMENT_STATE_NO_SHOW
    assert counter.units(sku, "bkn") == (5, 0, 0)
    assert counter.available(sku) == 5


def test_a_pickup_is_not_shipped_and_a_parcel_not_handed_over(counter: Counter) -> None:
    name, _, _ = at_the_counter(counter)
    refused = refusal(lambda: counter.ask("MarkShipped", name, carrier="UPS"))
    assert "waits for the customer" in refused.message
    assert refused.reason == "WRONG_STATE"
    sku = counter.sku(nyc=1)
    parcel = counter.ordered({sku: 1})
    counter.picked(parcel, {sku: 1})
    counter.ask("MarkReady", parcel)
    for step in (
        lambda: counter.ask("HandOver", parcel, pickup_code="1"),
        lambda: counter.ask("MarkUncollected", parcel),
    ):
        assert "leaves by GROUND" in refusal(step).message


def test_a_pickup_waits_for_five_open_days(counter: Counter) -> None:
    name, _, _ = at_the_counter(counter)
    due = counter.tasks("bkn")[name].due_time.ToDatetime(tzinfo=UTC)
    # The clock stands on a Monday; the next Monday is the fifth open day.
    assert due == datetime(2026, 11, 23, 20, tzinfo=ZoneInfo(ZONE))


def test_every_step_may_be_sent_again_from_a_queue(counter: Counter) -> None:
    sku = counter.sku(nyc=5)
    name = counter.ordered({sku: 2})
    steps = [
        counter.request("Accept", name),
        counter.request(
            "ConfirmPick", name, lines=[{"sku": sku, "picked": 2}], reason=0
        ),
        counter.request("MarkReady", name),
        counter.request("MarkShipped", name, carrier="UPS"),
        counter.request("MarkDelivered", name),
    ]
    methods = ["Accept", "ConfirmPick", "MarkReady", "MarkShipped", "MarkDelivered"]
    for method, step in zip(methods, steps, strict=True):
        counter.call(method, step)
    for method, step in zip(methods, steps, strict=True):
        late = counter.call(method, step)
        assert counter.trailers["shipfrom-replayed"] == "true"
        assert late.task.state == order_pb2.SHIPMENT_STATE_DELIVERED
    assert counter.units(sku, "nyc") == (3, 0, 0)
