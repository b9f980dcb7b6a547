"""`shipfrom quote`: what it says of units that are not sent, and what to do next."""

import pytest

from shipfrom.cli.app import run
from shipfrom.v1 import checkout_service_pb2 as pb
from shipfrom.v1 import order_pb2
from tests.clients.canned import NOW
from tests.clients.stub_server import Stub


@pytest.fixture(autouse=True)
def _at_the_stub(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", stub.address)
    monkeypatch.delenv("COLUMNS", raising=False)


def nothing(reason: str) -> pb.QuoteResponse:
    missing = order_pb2.UnfilledLine(sku="SKU-1", quantity=2, reason=reason)
    plan = order_pb2.Plan(
        unfilled=[missing],
        status=order_pb2.PLAN_STATUS_OPTIMAL,
        verdict="Nothing ships. 2 units unfilled.",
    )
    return pb.QuoteResponse(best=plan, as_of_time=NOW)


def last_word(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err.splitlines()[-1].removeprefix("Next: ")


def test_the_next_command_has_the_options_that_were_given(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    given = (
        "--to 40.75,-73.99 --residential --max-shipments 2 --promise-by 7d "
        f"--only-node n1 --only-node n2 --address {stub.address} SKU-1=2 SKU-9"
    )
    assert run(["quote", *given.split(), "--explain"]) == 0
    assert last_word(capsys) == f"shipfrom hold {given}"


def test_a_word_with_a_space_can_be_pasted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["quote", "--to", "10001", "A B=2"]) == 0
    assert last_word(capsys) == "shipfrom hold --to 10001 'A B=2'"


def test_who_is_asked_first_is_said_with_the_rule(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    offer = order_pb2.PlannedOffer(rule_id="ask-around", nodes=3, minutes=15)
    shipment = order_pb2.Shipment(node_id="nyc-01", service="GROUND", offer=offer)
    plan = order_pb2.Plan(shipments=[shipment], status=order_pb2.PLAN_STATUS_OPTIMAL)
    stub.will("Quote", pb.QuoteResponse(best=plan, as_of_time=NOW))
    assert run(["quote", "--to", "10001", "SKU-1=2"]) == 0
    said = "nyc-01's is offered to 3 other nodes for 15 minutes (rule ask-around)."
    assert said in capsys.readouterr().out


def test_where_nothing_ships_only_the_reason_is_printed(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("Quote", nothing("NO_STOCK"))
    assert run(["quote", "--to", "10001", "SKU-1=2"]) == 0
    out, err = capsys.readouterr()
    assert out == "Nothing ships.\nSKU-1 x2: no node has more in stock\n"
    assert err == "Next: shipfrom stock SKU-1\n"


@pytest.mark.parametrize(
    ("reason", "in_the_way"),
    [
        ("LATE", "--promise-by today"),
        ("EXCLUDED", "--exclude-node n1"),
        ("NOT_SELECTED", "--only-node n1"),
        ("NO_LANE", "--service AIR"),
        ("SPLIT_LIMIT", "--line-split never"),
    ],
)
def test_an_option_that_is_in_the_way_is_left_out_of_the_next_quote(
    stub: Stub, capsys: pytest.CaptureFixture[str], reason: str, in_the_way: str
) -> None:
    stub.will("Quote", nothing(reason))
    command = f"quote --to 10001 --residential {in_the_way} SKU-1=2"
    assert run(command.split()) == 0
    assert last_word(capsys) == "shipfrom quote --to 10001 --residential SKU-1=2"


def test_a_hold_of_what_there_is_says_that_it_may_be_partial(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    partly = nothing("NO_STOCK")
    partly.best.shipments.add(node_id="nyc-01")
    stub.will("Quote", partly, partly)
    assert run(["quote", "--to", "10001", "SKU-1=5"]) == 0
    out, err = capsys.readouterr()
    assert "Unfilled: SKU-1 x2: no node has more in stock" in out
    assert err == "Next: shipfrom hold --to 10001 SKU-1=5 --allow-partial\n"
    assert run(["quote", "--to", "10001", "--allow-partial", "SKU-1=5"]) == 0
    assert last_word(capsys) == "shipfrom hold --to 10001 --allow-partial SKU-1=5"


@pytest.mark.parametrize(
    ("rule", "reason", "said"),
    [
        ("dear", "fraud check", "Waits in REVIEW: fraud check (rule dear)."),
        ("dear", "", "Waits in REVIEW: rule dear."),
        ("", "", "Waits in REVIEW: not all is there."),
    ],
)
def test_an_order_that_waits_says_why_even_where_nothing_ships(
    stub: Stub, capsys: pytest.CaptureFixture[str], rule: str, reason: str, said: str
) -> None:
    none = nothing("NO_STOCK")
    none.best.queue = "REVIEW"
    none.best.queue_rule_id = rule
    none.best.queue_reason = reason
    some = pb.QuoteResponse()
    some.CopyFrom(none)
    some.best.shipments.add(node_id="nyc-01")
    for quote in (none, some):
        stub.will("Quote", quote)
        assert run(["quote", "--to", "10001", "SKU-1=2"]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == said
