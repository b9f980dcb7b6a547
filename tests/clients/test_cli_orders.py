"""`shipfrom order` and `shipfrom returns`: a sentence first, and what to do next."""

from datetime import timedelta

import pytest

from shipfrom import Money, OrderState, PlanChange, UnfilledLine
from shipfrom._order_answers import order as order_of
from shipfrom.cli.app import run
from shipfrom.cli.order_words import difference, next_of, sentence
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb
from tests.clients.canned import FRIDAY, NOW, ORDER, day
from tests.clients.canned_orders import EVENTFUL, MOVED, PREVIEW, RECEIVED
from tests.clients.stub_server import Fail, Stub


@pytest.fixture(autouse=True)
def _at_the_stub(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", stub.address)
    monkeypatch.delenv("COLUMNS", raising=False)


def standing(state: str, *, waiting: int = 0) -> pb.Order:
    order = pb.Order()
    order.CopyFrom(ORDER)
    order.state = pb.OrderState.Value(f"ORDER_STATE_{state}")
    if waiting:
        order.line_states.append(pb.OrderLine(sku="SKU-7", waiting=waiting))
    return order


@pytest.mark.parametrize(
    ("state", "waiting", "said", "command"),
    [
        ("ALLOCATED", 0, "is at nyc-01, nobody has begun; it arrives", "explain"),
        ("PENDING", 0, "waits to be paid", "order pay web-1001 --payment-id ID"),
        ("REVIEW", 0, "waits for a person to approve it", "order review"),
        ("REVIEW", 2, "waits for a person: 2 units have no node", "order reroute"),
        ("BACKORDERED", 1, "waits for stock: 1 unit has no node", "order reroute"),
        ("PICKING", 0, "is being picked at nyc-01", "order watch"),
        ("READY", 0, "is packed at nyc-01", "order watch"),
        ("SHIPPED", 0, "is on its way", "order watch"),
        ("DELIVERED", 0, "has arrived", "returns create web-1001 SKU=N"),
        ("COLLECTED", 0, "was collected", "returns create"),
        ("COMPLETED", 0, "is completed", "returns create"),
        ("CANCELLED", 0, "is cancelled", "order list"),
    ],
)
def test_every_state_has_its_sentence_and_its_next_command(
    state: str, waiting: int, said: str, command: str
) -> None:
    order = order_of(standing(state, waiting=waiting))
    assert sentence(order).startswith(f"web-1001 {said}")
    assert next_of(order).startswith(f"shipfrom {command}")


def test_no_state_is_without_a_sentence() -> None:
    from shipfrom.cli.order_words import _HOW

    assert set(_HOW) == set(OrderState) - {OrderState.UNSPECIFIED}


@pytest.mark.parametrize(
    ("minor", "kept", "missing", "said"),
    [
        (310, True, 0, "It would cost $3.10 more and would arrive Fri 20 Nov, as"),
        (-200, True, 0, "It would cost $2.00 less and would arrive Fri 20 Nov, as"),
        (0, False, 0, "It would cost the same and would arrive Fri 20 Nov, later"),
        (0, True, 2, "as promised; 2 units without a node."),
    ],
)
def test_a_change_is_told_in_money_and_days(
    minor: int, kept: bool, missing: int, said: str
) -> None:
    unfilled = (UnfilledLine("SKU-1", missing, "NO_STOCK"),) if missing else ()
    change = PlanChange(None, Money(minor, "USD"), FRIDAY, kept, unfilled)
    assert said in difference(change)


def test_the_last_order_is_read_by_that_word_and_by_no_write(stub: Stub) -> None:
    stub.will("CancelOrder", Fail("NOT_FOUND", "ORDER_NOT_FOUND"))
    assert run(["order", "get", "last"]) == 0
    assert run(["order", "last"]) == 0
    assert run(["returns", "get", "last"]) == 0
    assert {r.order_id for r in stub.asked(pb.GetOrderRequest)} == {"web-1001"}
    assert run(["order", "cancel", "last"]) == 1
    [asked] = stub.asked(pb.CancelOrderRequest)
    assert asked.order_id == "last"


def test_orders_are_listed_by_customer_and_state(stub: Stub) -> None:
    assert run(["order", "list", "--customer", "c-7", "--state", "picking"]) == 0
    [asked] = stub.asked(pb.ListOrdersRequest)
    assert (asked.customer_ref, asked.state) == ("c-7", pb.ORDER_STATE_PICKING)


def test_what_was_only_tried_ends_with_the_command_that_does_it(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("ChangeOrder", pb.ChangeOrderResponse(change=PREVIEW))
    stub.will("RerouteOrder", pb.RerouteOrderResponse(change=PREVIEW))
    for command, does in (
        ("order cancel o-1 A=1 --dry-run", "order cancel o-1 A=1"),
        (
            "order change o-1 --remove B --dry-run",
            "order change --remove B o-1",
        ),
        (
            "order reroute o-1 --only-node n1 --reason near --dry-run",
            "order reroute --only-node n1 --reason near o-1",
        ),
    ):
        assert run(command.split()) == 0
        out, err = capsys.readouterr()
        assert "nothing has changed" in out
        assert err == f"Next: shipfrom {does}\n"
    assert stub.asked(pb.CancelOrderRequest)[0].validate_only
    assert stub.asked(pb.ChangeOrderRequest)[0].validate_only
    assert stub.asked(pb.RerouteOrderRequest)[0].validate_only


def test_options_reach_the_server(stub: Stub) -> None:
    why = ["--reason", "late", "--request-id", "r"]
    assert run(["order", "cancel", "o-1", "A=2", *why]) == 0
    [cancel] = stub.asked(pb.CancelOrderRequest)
    assert (cancel.request_id, cancel.reason) == ("r", "late")
    assert [(n.sku, n.quantity) for n in cancel.lines] == [("A", 2)]
    words = "--shipment s1 --only-node n1 --exclude-node n2 --reason near"
    assert run(["order", "reroute", "o-1", *words.split()]) == 0
    [move] = stub.asked(pb.RerouteOrderRequest)
    assert (move.shipment_ids, move.only_node_ids) == (["s1"], ["n1"])
    assert move.exclude_node_ids == ["n2"]
    paid = "--payment-id p --state captured --amount 11.84 --shipment s1 --reference x"
    assert run(["order", "pay", "o-1", *paid.split()]) == 0
    [pay] = stub.asked(pb.ReportPaymentRequest)
    assert (pay.amount.units, pay.shipment_id, pay.reference) == (11, "s1", "x")
    assert run(["returns", "receive", "o-1", "r-1", "A=2:OPENED:refurbish", "B=0"]) == 0
    [came] = stub.asked(pb.ReceiveReturnRequest)
    assert [(n.sku, n.quantity, n.condition) for n in came.lines] == [
        ("A", 2, "OPENED"),
        ("B", 0, ""),
    ]
    assert came.lines[0].disposition == pb.DISPOSITION_REFURBISH
    assert run(["explain", "o-1", "--decision", "2"]) == 0
    assert stub.asked(pb.ExplainOrderRequest)[0].decision_number == 2


@pytest.mark.parametrize(
    ("command", "method"),
    [
        ("order cancel o-1 A=1", "CancelOrder"),
        ("order reroute o-1 --shipment s1", "RerouteOrder"),
        ("returns create o-1 A=1", "CreateReturn"),
        ("returns receive o-1 r-1 A=1:AS_NEW", "ReceiveReturn"),
        ("commit h_1 --customer c-7 --payment pending", "Commit"),
    ],
)
def test_a_write_of_unknown_outcome_tells_how_to_ask_again(
    command: str, method: str, stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will(method, Fail("DEADLINE_EXCEEDED"))
    assert run(command.split()) == 3
    again = capsys.readouterr().err.splitlines()[-1].removeprefix("Next: shipfrom ")
    assert run(again.split()) == 0
    first, second = stub.requests
    assert first == second


@pytest.mark.parametrize(
    ("failure", "next_step"),
    [
        (Fail("NOT_FOUND", "SHIPMENT_NOT_FOUND"), "shipfrom order o-1"),
        (Fail("NOT_FOUND", "RETURN_NOT_FOUND"), "shipfrom returns get o-1"),
        (Fail("FAILED_PRECONDITION", "WRONG_STATE"), "shipfrom order o-1"),
        (Fail("FAILED_PRECONDITION", "PAST_POINT_OF_NO_RETURN"), "shipfrom order o-1"),
        (
            Fail("FAILED_PRECONDITION", "NO_STOCK", metadata={"sku": "A"}),
            "shipfrom stock A",
        ),
        (
            Fail(
                "INVALID_ARGUMENT",
                "INVALID_FIELD",
                violations=(("shipment_ids[0]", "is odd. did you mean s-1?"),),
            ),
            "shipfrom order reroute --shipment s-1 o-1",
        ),
    ],
)
def test_a_refusal_ends_with_a_command_about_the_order(
    failure: Fail, next_step: str, stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("RerouteOrder", failure)
    words = ["--shipment", "s1", "--request-id", "r"]
    assert run(["order", "reroute", "o-1", *words]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == f"Next: {next_step}"


def test_units_that_wait_say_when_they_are_expected(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    order = standing("BACKORDERED", waiting=2)
    order.line_states[-1].expected_date.CopyFrom(day(FRIDAY))
    missing = order_pb2.UnfilledLine(sku="SKU-7", quantity=2, reason="NO_STOCK")
    missing.expected_date.CopyFrom(day(FRIDAY))
    order.plan.unfilled.append(missing)
    stub.will("GetOrder", pb.GetOrderResponse(order=order))
    assert run(["order", "web-1001"]) == 0
    out = capsys.readouterr().out
    assert "SKU-7 x2: stock is expected Fri 20 Nov." in out
    assert "SKU-7 x2: no node has more in stock, expected Fri 20 Nov" in out


def test_a_watched_order_is_a_line_a_change(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    over = standing("CANCELLED")
    over.change_time.FromDatetime(NOW + timedelta(hours=3))
    over.ClearField("shipments")
    seen = [pb.WatchOrderResponse(order=each) for each in (ORDER, EVENTFUL, over)]
    stub.will("WatchOrder", *seen)
    assert run(["order", "watch", "web-1001"]) == 0
    out, err = capsys.readouterr()
    assert [line[:30] for line in out.splitlines()] == [
        "2026-11-16 17:00:00Z  web-1001",
        "2026-11-16 18:00:00Z  web-1001",
        "2026-11-16 20:00:00Z  web-1001",
    ]
    assert err == "Next: shipfrom order web-1001\n"


def test_nobody_is_needed_where_nothing_is_wrong(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("ListExceptions", pb.ListExceptionsResponse())
    assert run(["order", "exceptions"]) == 0
    assert "Nobody is needed. Next: shipfrom" in capsys.readouterr().err
    assert run(["order", "exceptions"]) == 0
    said = "Next: shipfrom order reroute web-1001 --shipment web-1001:2 --dry-run\n"
    assert capsys.readouterr().err == said


def test_a_return_is_looked_at_by_its_order(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    order = standing("COMPLETED")
    order.returns.append(RECEIVED)
    stub.will("GetOrder", *[pb.GetOrderResponse(order=order)] * 2)
    assert run(["returns", "get", "web-1001", "r_1"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == (
        "Of web-1001: 1 unit announced, 1 arrived."
    )
    assert run(["returns", "get", "web-1001", "r_9"]) == 1
    assert "RETURN_NOT_FOUND: no return r_9" in capsys.readouterr().err
    assert run(["returns", "get", "web-1001"]) == 0
    assert "Nothing comes back." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("returns receive o-1 r-1 A", "'A' is not what arrived; write SKU-1=2:AS_NEW"),
        ("returns receive o-1 r-1 A=x:NEW", "is not what arrived"),
        ("order pay o-1 --payment-id p --state captured --amount 1,50", "1,50"),
        ("order pay o-1 --state captured", "--payment-id"),
        ("order cancel o-1 A=0", "no quantity"),
    ],
)
def test_wrong_usage_is_exit_code_2(
    command: str, said: str, stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command.split()) == 2
    assert said in capsys.readouterr().err
    assert stub.attempts == []


def test_a_payment_state_that_does_not_exist_is_named_as_it_was_typed(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["order", "pay", "o-1", "--payment-id", "p", "--state", "capturd"]) == 1
    err = capsys.readouterr().err
    assert "--state capturd: 'capturd' is unknown; did you mean CAPTURED?" in err
    assert stub.attempts == []


def test_moves_are_tried_and_the_command_that_makes_them_is_named(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("Reoptimise", pb.ReoptimiseResponse(seconds=2), MOVED)
    tried = "order reoptimise --node nyc-01 --least-total 20 --dry-run"
    assert run(tried.split()) == 0
    out, err = capsys.readouterr()
    assert out.startswith("1 of 3 orders moved and save 4.10 USD.")
    assert "Only tried, nothing has changed." in out
    made = "shipfrom order reoptimise --node nyc-01 --least-total 20"
    assert err == f"2 s ...\nNext: {made}\n"
