"""What a quota sends and how it is told, by the clients and the command line."""

import json
from datetime import datetime

import pytest

from shipfrom import AsyncClient, Client, InvalidField, Quota, QuotaTooLarge
from shipfrom.cli.app import run
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import inventory_service_pb2 as pb
from tests.clients.stub_server import Fail, Stub

ASKED = "SKU-1 --node nyc-01 --channel web"


@pytest.fixture(autouse=True)
def _at_the_stub(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", stub.address)
    monkeypatch.delenv("COLUMNS", raising=False)


def test_a_quota_is_sent_whole_and_read_back(sf: Client, stub: Stub) -> None:
    wanted = Quota("SKU-1", "nyc-01", "web", 4, falls_through=False)

    (said,) = sf.set_quotas([wanted], reason="launch")

    (request,) = stub.asked(pb.SetQuotasRequest)
    (row,) = request.quotas
    assert (row.sku, row.node_id, row.channel) == wanted_of(wanted)
    assert (row.units, request.reason) == (4, "launch")
    assert row.HasField("falls_through")
    assert not row.falls_through
    assert (said.left, said.held, said.taken, said.falls_through) == (4, 2, 1_250, True)


def wanted_of(quota: Quota) -> tuple[str, str, str]:
    return quota.sku, quota.node_id, quota.channel


def test_quotas_are_listed_by_what_they_are_of(sf: Client, stub: Stub) -> None:
    (found,) = sf.quotas(channel="web")
    assert wanted_of(found) == ("SKU-1", "nyc-01", "web")
    (request,) = stub.asked(pb.ListQuotasRequest)
    assert (request.sku, request.node_id, request.channel) == ("", "", "web")


async def test_the_asynchronous_client_does_the_same(stub: Stub) -> None:
    async with AsyncClient(stub.address) as sf:
        await sf.set_quotas([Quota("SKU-1", "nyc-01", "web", 4)])
        assert [quota.left async for quota in sf.quotas(sku="SKU-1")] == [4]
        await sf.availability(["SKU-1"], channel="web")
    (request,) = stub.asked(pb.SetQuotasRequest)
    assert (request.quotas[0].units, request.quotas[0].falls_through) == (4, True)
    assert stub.asked(checkout_pb.GetAvailabilityRequest)[0].channel == "web"


def test_too_many_units_are_a_refusal_of_their_own(sf: Client, stub: Stub) -> None:
    stub.will("SetQuotas", Fail("FAILED_PRECONDITION", "QUOTA_TOO_LARGE", "too many"))
    with pytest.raises(QuotaTooLarge):
        sf.set_quotas([Quota("SKU-1", "nyc-01", "web", 4)])


def test_the_command_says_what_is_kept_and_what_comes_next(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(f"quota set {ASKED} --units 4".split()) == 0
    out, err = capsys.readouterr()
    assert out == "nyc-01 keeps 4 of SKU-1 for web, then common stock\n"
    assert err == "Next: shipfrom quota list --sku SKU-1\n"
    assert run(f"quota set {ASKED} --units 4 --only-these --json".split()) == 0
    assert json.loads(capsys.readouterr().out)["left"] == 4
    assert [r.quotas[0].falls_through for r in stub.asked(pb.SetQuotasRequest)] == [
        True,
        False,
    ]


def test_the_list_shows_what_is_left_held_and_taken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["quota", "list"]) == 0
    head, *_, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["sku", "node", "channel", "left", "held", "taken", "then"]
    assert " ".join(row.split()) == "SKU-1 nyc-01 web 4 2 1,250 common stock"


def test_removing_keeps_nothing_and_falls_through(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(f"quota remove {ASKED}".split()) == 0
    assert capsys.readouterr().out == "nyc-01 keeps none of SKU-1 for web\n"
    (request,) = stub.asked(pb.SetQuotasRequest)
    assert (request.quotas[0].units, request.quotas[0].falls_through) == (0, True)


def test_a_wrong_field_is_named_by_its_option(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = (("quotas[0].channel", "is required"),)
    fail = Fail("INVALID_ARGUMENT", "INVALID_FIELD", "x", violations=wrong)
    stub.will("SetQuotas", fail)
    assert run(f"quota set {ASKED} --units 4".split()) == 1
    assert "--channel" in capsys.readouterr().err


def test_a_moment_without_a_zone_is_refused_before_it_is_sent(sf: Client) -> None:
    quota = Quota("A", "nyc", "web", 3, start=datetime(2026, 11, 27))  # noqa: DTZ001
    with pytest.raises(InvalidField, match="no moment with a time zone"):
        sf.set_quotas([quota])
