"""`shipfrom explain --why-not` and `shipfrom replay`: sentences, rows, exit codes."""

import pytest

from shipfrom.cli.app import run
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import order_service_pb2 as pb
from tests.clients.canned import CANNED, ORDER, WHY_NOT
from tests.clients.stub_server import Fail, Stub


@pytest.fixture(autouse=True)
def _at_the_stub(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", stub.address)
    monkeypatch.delenv("COLUMNS", raising=False)


def explained() -> pb.ExplainOrderResponse:
    answer = pb.ExplainOrderResponse()
    answer.CopyFrom(CANNED["ExplainOrder"])
    answer.explanation.counterfactuals.append(WHY_NOT)
    return answer


def replayed(outcome: int, difference: str = "") -> pb.ReplayOrderResponse:
    return pb.ReplayOrderResponse(outcome=outcome, difference=difference)


SAME = replayed(pb.REPLAY_OUTCOME_SAME)
OTHER = replayed(pb.REPLAY_OUTCOME_DIFFERENT, "status: stored OPTIMAL, now FEASIBLE")
GONE = replayed(pb.REPLAY_OUTCOME_UNREADABLE, "the network n1 is not kept")


def test_the_sentence_comes_first_and_the_changes_as_a_table(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("ExplainOrder", explained())
    assert run(["explain", "web-1001", "--why-not", "lax-03"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "lax-03 would be in the plan with 3,936 km allowed."
    assert out[3].split() == ["lax-03", "distance", "-", "3,936", "km", "yes"]
    [request] = stub.asked(pb.ExplainOrderRequest)
    assert list(request.why_not_node_ids) == ["lax-03"]


def test_a_quote_asks_why_not_too(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = checkout_pb.QuoteResponse()
    answer.CopyFrom(CANNED["Quote"])
    answer.explanation.CopyFrom(explained().explanation)
    stub.will("Quote", answer)
    command = "quote --to 10001 SKU-1=2 --explain --why-not lax-03 --why-not bos-02"
    assert run(command.split()) == 0
    out, err = capsys.readouterr()
    assert WHY_NOT.sentence in out
    assert err == "Next: shipfrom hold --to 10001 SKU-1=2\n"
    [request] = stub.asked(checkout_pb.QuoteRequest)
    assert list(request.why_not_node_ids) == ["lax-03", "bos-02"]


@pytest.mark.parametrize("command", ["quote --to 10001 SKU-1", "explain web-1001"])
def test_a_node_that_is_unknown_is_named_as_it_was_typed(
    command: str, stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = ("why_not_node_ids[1]", "is an unknown node. did you mean bos-02?")
    refused = Fail("INVALID_ARGUMENT", "INVALID_FIELD", violations=(wrong,))
    stub.will("Quote", refused)
    stub.will("ExplainOrder", refused)
    assert run([*command.split(), "--why-not", "nyc-01", "--why-not", "bos"]) == 1
    err = capsys.readouterr().err.splitlines()
    assert "--why-not bos: is an unknown node" in err[0]
    assert "--why-not nyc-01 --why-not bos-02" in err[-1]


@pytest.mark.parametrize(
    ("answer", "said", "code"),
    [
        (SAME, "same", 0),
        (OTHER, "different: status: stored OPTIMAL, now FEASIBLE", 4),
        (GONE, "unreadable: the network n1 is not kept", 1),
    ],
)
def test_a_replay_says_same_or_the_first_difference(
    answer: pb.ReplayOrderResponse,
    said: str,
    code: int,
    stub: Stub,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stub.will("ReplayOrder", answer, answer)
    assert run(["replay", "web-1001"]) == code
    assert capsys.readouterr().out == f"{said}\n"
    assert run(["explain", "web-1001", "--replay"]) == code
    assert capsys.readouterr().out.endswith(f"{said}\n")


def test_a_replay_takes_a_hold(stub: Stub) -> None:
    assert run(["replay", "h_1"]) == 0
    assert [r.hold_id for r in stub.asked(pb.ReplayOrderRequest)] == ["h_1"]


def orders(*names: str) -> pb.ListOrdersResponse:
    answer = pb.ListOrdersResponse()
    for name in names:
        answer.orders.add().CopyFrom(ORDER)
        answer.orders[-1].order_id = name
    return answer


def test_a_bulk_replay_counts_what_came_of_each(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    first = orders("o-1", "o-2")
    first.next_page_token = "more"
    stub.will("ListOrders", first, orders("o-3", "o-4"))
    stub.will("ReplayOrder", SAME, OTHER, GONE, SAME)
    assert run(["replay", "--all"]) == 4
    assert capsys.readouterr().out.splitlines() == [
        "o-2  different: status: stored OPTIMAL, now FEASIBLE",
        "o-3  unreadable: the network n1 is not kept",
        "4 replayed: 2 same, 1 different, 1 unreadable.",
    ]


def test_a_bulk_replay_ends_after_the_last_n(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("ListOrders", orders("o-1", "o-2", "o-3"))
    assert run(["replay", "--last", "2", "--json"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert [r.page_size for r in stub.asked(pb.ListOrdersRequest)] == [2]


@pytest.mark.parametrize("given", [[], ["web-1001", "--all"], ["--all", "--last", "3"]])
def test_a_replay_wants_one_thing_to_replay(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["replay", *given]) == 2
    assert "Next: shipfrom replay last" in capsys.readouterr().err
