"""Errors of the command line name what was typed, and end with a command."""

import pytest

from shipfrom.cli.app import run
from shipfrom.v1 import checkout_service_pb2 as pb
from tests.clients.stub_server import Fail, Stub


@pytest.fixture(autouse=True)
def _at_the_stub(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", stub.address)


def wrong(*violations: tuple[str, str]) -> Fail:
    return Fail("INVALID_ARGUMENT", "INVALID_FIELD", "x", violations=violations)


TYPED = "quote --to 00000 --max-shipments 2 --service AIR --only-node n1 --only-node n2"


@pytest.mark.parametrize(
    ("violation", "said"),
    [
        (("lines[1].sku", "is an unknown SKU"), "SKU-9: is an unknown SKU"),
        (("lines[0].quantity", "is 7"), "SKU-1=2: is 7"),
        (("ship_to.postal_code", "is no ZIP"), "--to 00000: is no ZIP"),
        (("ship_to.region_code", "is no country"), "--country US: is no country"),
        (("routing.only_node_ids[1]", "is unknown"), "--only-node n2: is unknown"),
        (("routing.only_node_ids", "has two"), "--only-node n1 n2: has two"),
        (("routing.service", "is unknown"), "--service AIR: is unknown"),
        (("lines", "weigh over 100 t"), "lines: weigh over 100 t"),
        (
            ("ship_to.postal_code", "has no place. send ship_to.location"),
            "--to 00000: has no place; send --to LAT,LON",
        ),
    ],
)
def test_a_wrong_field_is_named_as_it_was_typed(
    stub: Stub,
    capsys: pytest.CaptureFixture[str],
    violation: tuple[str, str],
    said: str,
) -> None:
    stub.will("Quote", wrong(("lines[0]", "is bad"), violation))
    assert run([*TYPED.split(), "SKU-1=2", "SKU-9"]) == 1
    first, second, last = capsys.readouterr().err.splitlines()
    assert first == "INVALID_FIELD: SKU-1: is bad"
    assert second == f"  {said}"
    assert last == "Next: shipfrom quote --help"


def test_an_unknown_sku_after_a_repeated_one_is_the_right_one(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("Quote", wrong(("lines[1].sku", "is an unknown SKU")))
    assert run(["quote", "--to", "10001", "A=1", "A=2", "B=3"]) == 1
    assert "INVALID_FIELD: B: is an unknown SKU" in capsys.readouterr().err


def test_the_next_command_has_the_suggested_names(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    suggested = (
        ("lines[0].sku", "is an unknown SKU. did you mean 85123A?"),
        ("routing.exclude_node_ids[0]", "is unknown. did you mean store-1?"),
    )
    stub.will("Hold", wrong(*suggested))
    command = "hold --to 10001 --exclude-node stor-1 --hold-id h_9 85123B=2 A"
    assert run(command.split()) == 1
    mended = command.replace("85123B", "85123A").replace("stor-1", "store-1")
    assert capsys.readouterr().err.splitlines()[-1] == f"Next: shipfrom {mended}"


def test_advice_names_the_options_and_the_next_step_is_a_command(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    advice = "allow more shipments (routing.max_shipments), or set routing.keep_back"
    stub.will("Hold", Fail("FAILED_PRECONDITION", "NO_STOCK", "no", advice))
    assert run(["hold", "--to", "10001", "A=2"]) == 1
    _, said, last = capsys.readouterr().err.splitlines()
    assert "(--max-shipments), or set routing.keep_back" in said
    assert last == "Next: shipfrom stock SKU"


def test_a_hold_of_unknown_outcome_is_asked_for_again_under_its_id(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("Hold", Fail("DEADLINE_EXCEEDED"))
    assert run(["hold", "--to", "10001", "SKU-1=2"]) == 3
    again = capsys.readouterr().err.splitlines()[-1].removeprefix("Next: shipfrom ")
    assert run(again.split()) == 0
    first, second = stub.asked(pb.HoldRequest)
    assert first.hold_id == second.hold_id


def test_an_order_list_of_a_wrong_state_names_the_option(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["order", "list", "--state", "lost"]) == 1
    said, last = capsys.readouterr().err.splitlines()
    assert said.startswith("INVALID_FIELD: --state: 'lost' is unknown; use one of")
    assert last == "Next: shipfrom order --help"


def test_a_mistyped_node_is_mended_in_the_next_command(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    no_node = Fail(
        "NOT_FOUND",
        "NODE_NOT_FOUND",
        next_step="did you mean nyc-01?",
        metadata={"nodeId": "nyc-1"},
    )
    stub.will("GetStock", no_node)
    assert run(["stock", "SKU-1", "--node", "nyc-1"]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "Next: shipfrom stock SKU-1 --node nyc-01"


def test_a_committed_hold_leads_to_its_order(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = {"orderId": "web-1001"}
    stub.will(
        "ReleaseHold", Fail("FAILED_PRECONDITION", "HOLD_COMMITTED", metadata=facts)
    )
    assert run(["release", "h_1"]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "Next: shipfrom order web-1001"
