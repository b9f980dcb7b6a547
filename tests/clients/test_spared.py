"""`shipfrom explain` of an order that left units to later ones."""

import pytest

from shipfrom import Client, Money, SparedUnits
from shipfrom.cli.app import run
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb
from tests.clients.canned import CANNED, usd
from tests.clients.stub_server import Stub

SENTENCE = "bos-02 would have cost 2.10 USD less today."


@pytest.fixture(autouse=True)
def _at_the_stub(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", stub.address)
    monkeypatch.delenv("COLUMNS", raising=False)


def spared() -> pb.ExplainOrderResponse:
    """The canned explanation, in which bos-02 was spared."""
    answer = pb.ExplainOrderResponse()
    answer.CopyFrom(CANNED["ExplainOrder"])
    told = answer.explanation
    told.price_list_version = "prices-7"
    told.plan.opportunity_cost.CopyFrom(usd(60))
    told.spared.sentence = SENTENCE
    told.spared.node_ids.append("bos-02")
    told.spared.cost_less.CopyFrom(usd(210))
    told.spared.units.add(
        node_id="bos-02", sku="SKU-1", units=1, available=2, worth=usd(400)
    )
    told.candidates.append(
        order_pb2.Candidate(
            node_id="bos-02",
            exclusion="COSTLIER",
            cost=usd(974),
            useful_units=3,
            opportunity_cost=usd(400),
        )
    )
    return answer


def test_the_client_has_it_as_values(stub: Stub) -> None:
    stub.will("ExplainOrder", spared())

    with Client(stub.address) as client:
        told = client.explain("web-1001")

    assert told.price_list_version == "prices-7"
    assert told.spared is not None
    assert told.spared.sentence == SENTENCE
    assert told.spared.node_ids == ("bos-02",)
    assert told.spared.cost_less == Money(210, "USD")
    assert told.spared.units == (
        SparedUnits("bos-02", "SKU-1", 1, 2, Money(400, "USD")),
    )
    assert told.plan.opportunity_cost == Money(60, "USD")
    worth = {row.node_id: row.opportunity_cost for row in told.candidates}
    assert worth == {"nyc-01": None, "lax-03": None, "bos-02": Money(400, "USD")}


@pytest.mark.parametrize("wide", [[], ["--wide"]])
def test_the_table_has_a_column_for_it(
    wide: list[str], stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("ExplainOrder", spared())
    assert run(["explain", "web-1001", *wide]) == 0
    out = capsys.readouterr().out.splitlines()
    head = next(line for line in out if line.startswith("node"))
    row = next(line for line in out if line.startswith("bos-02"))
    end = head.index("opportunity") + len("opportunity")
    assert row[:end].endswith(" $4.00")


def test_there_is_no_such_column_where_nothing_is_worth_anything(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["explain", "web-1001"]) == 0
    assert "opportunity" not in capsys.readouterr().out


def test_a_quoted_plan_says_what_its_units_are_worth(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = type(CANNED["Quote"])()
    answer.CopyFrom(CANNED["Quote"])
    answer.best.opportunity_cost.CopyFrom(usd(60))
    stub.will("Quote", answer)
    assert run(["quote", "--to", "10001", "SKU-1=2"]) == 0
    assert (
        "To orders expected its units are worth $0.60; that counts in the choice and is"
        " not paid." in capsys.readouterr().out
    )
