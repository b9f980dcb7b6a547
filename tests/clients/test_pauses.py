"""What a pause sends, and how its end is read."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from shipfrom import Client, InvalidField
from shipfrom._pauses import until_of
from shipfrom.cli.app import run
from shipfrom.v1 import network_service_pb2 as pb
from tests.clients.stub_server import Fail, Stub

NOW = datetime(2026, 11, 16, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("90s", NOW + timedelta(seconds=90)),
        ("2h", NOW + timedelta(hours=2)),
        ("3d", NOW + timedelta(days=3)),
        (timedelta(minutes=5), NOW + timedelta(minutes=5)),
        ("2026-11-16T14:00-05:00", NOW + timedelta(hours=2)),
        (NOW, NOW),
    ],
)
def test_an_end_is_a_span_or_a_moment(
    said: str | timedelta | datetime, meant: datetime
) -> None:
    assert until_of(said, NOW) == meant


@pytest.mark.parametrize("said", ["soon", "2026-11-16T14:00", "", "2 weeks"])
def test_what_is_no_moment_is_refused_before_it_is_sent(said: str) -> None:
    with pytest.raises(InvalidField, match="is no moment"):
        until_of(said, NOW)


def test_a_pause_without_an_end_sends_none(sf: Client, stub: Stub) -> None:
    sf.pause_node("nyc-01", reason="flood")
    (request,) = stub.asked(pb.PauseNodeRequest)
    assert (request.node_id, request.reason) == ("nyc-01", "flood")
    assert not request.HasField("until")


def test_a_wrong_field_is_named_by_its_option(
    stub: Stub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", stub.address)
    wrong = (("until", "is in the past"),)
    stub.will(
        "PauseNode", Fail("INVALID_ARGUMENT", "INVALID_FIELD", "x", violations=wrong)
    )

    code = run(
        ["node", "pause", "nyc-01", "--until", "2020-01-01T00:00Z", "--reason", "x"]
    )

    assert code == 1
    assert "INVALID_FIELD: --until: is in the past" in capsys.readouterr().err


def test_pausing_needs_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["node", "pause", "nyc-01"]) == 2
    assert "--reason" in capsys.readouterr().err


def test_a_node_is_json_for_programs(
    stub: Stub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", stub.address)
    assert run(["node", "pause", "nyc-01", "--reason", "flood", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["paused_until"] == "2026-11-16T20:00:00Z"
