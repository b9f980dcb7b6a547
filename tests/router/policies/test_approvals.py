"""Somebody other than who wrote a policy says yes to it before it decides."""

import asyncio
from collections.abc import Iterator

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

import shipfrom
from router.settings import Settings, load
from shipfrom import AsyncClient
from shipfrom.cli.app import run
from shipfrom.testing import NOON, Server
from shipfrom.v1 import policy_service_pb2 as pb
from tests.router.policies.test_policy_service import (
    NO_NYC,
    PLAIN,
    decided_by,
    kinds,
    publish,
    written,
)
from tests.router.shop import Shop, new_id, refusal

WHY = "a test"


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Two of three must say yes."""
    with Server(valkey=False, approvals=2, approvers=("ada", "bob", "cyd")) as server:
        yield Shop(server)


@pytest.fixture
def open_shop() -> Iterator[Shop]:
    """Anybody else may say yes."""
    with Server(valkey=False, approvals=1) as server:
        yield Shop(server)


def approve(
    shop: Shop, version: pb.PolicyVersion, who: str, **fields: str
) -> pb.ApprovePolicyResponse:
    fields.setdefault("request_id", new_id())
    fields.setdefault("etag", version.etag)
    request = pb.ApprovePolicyRequest(version=version.version, author=who, **fields)
    return shop.call("ApprovePolicy", request)


def test_a_policy_decides_once_enough_others_said_yes(shop: Shop) -> None:
    draft = written(shop, author="ada")
    refused = refusal(lambda: publish(shop, draft, override_reason=WHY))
    assert (refused.code, refused.reason) == ("FAILED_PRECONDITION", "NEEDS_APPROVAL")
    assert refused.metadata["mayApprove"] == "bob, cyd"
    assert "by bob, cyd" in refused.message

    said = approve(shop, draft, "bob")
    assert (list(said.approved_by), said.approvals_needed) == (["bob"], 2)
    refused = refusal(lambda: publish(shop, draft, override_reason=WHY))
    assert refused.metadata["approvedBy"] == "bob"
    approve(shop, draft, "bob")
    refused = refusal(lambda: publish(shop, draft, override_reason=WHY))
    assert refused.metadata["approvals"] == "1", "who says it twice is one"
    assert list(approve(shop, draft, "cyd").approved_by) == ["bob", "cyd"]

    publish(shop, draft, override_reason=WHY)

    assert decided_by(shop) == "rules-1"
    assert kinds(shop)[:3] == ["PUBLISHED", "APPROVED", "APPROVED"]


def test_nobody_approves_what_they_wrote_and_no_stranger_does(shop: Shop) -> None:
    draft = written(shop, author="ada")

    own = refusal(lambda: approve(shop, draft, "ada"))
    assert own.fields["author"].startswith("ada wrote this version")
    assert "bob, cyd" in own.fields["author"]
    stranger = refusal(lambda: approve(shop, draft, "eve"))
    assert stranger.fields["author"].startswith("eve is none of the approvers")


def test_another_content_needs_other_approvals(open_shop: Shop) -> None:
    shop = open_shop
    draft = written(shop, author="ada")
    approve(shop, draft, "bob")
    request = pb.UpdatePolicyRequest(
        request_id=new_id(),
        version=draft.version,
        etag=draft.etag,
        yaml=PLAIN,
        author="cyd",
    )
    again = shop.call("UpdatePolicy", request).version

    refused = refusal(lambda: publish(shop, again, override_reason=WHY))
    assert refused.metadata["mayApprove"] == "anybody but ada, cyd"
    assert refusal(lambda: approve(shop, draft, "bob")).reason == "ETAG_MISMATCH"
    # Who wrote an earlier content of it is no stranger to it either.
    assert "author" in refusal(lambda: approve(shop, again, "ada")).fields
    approve(shop, again, "bob")
    publish(shop, again, override_reason=WHY)


@pytest.mark.parametrize("how", ["later", "canary", "check"])
def test_no_way_to_publish_goes_without(open_shop: Shop, how: str) -> None:
    draft = written(open_shop, author="ada")
    start = Timestamp()
    start.FromDatetime(NOON.replace(hour=23))
    fields = {
        "later": {"start_time": start},
        "canary": {"canary": pb.Canary(share_bps=100)},
        "check": {"validate_only": True},
    }[how]

    refused = refusal(lambda: publish(open_shop, draft, override_reason=WHY, **fields))

    assert refused.reason == "NEEDS_APPROVAL"
    approve(open_shop, draft, "bob")
    publish(open_shop, draft, override_reason=WHY, **fields)


def test_going_back_needs_nobody(open_shop: Shop) -> None:
    draft = written(open_shop, author="ada")
    approve(open_shop, draft, "bob")
    publish(open_shop, draft, override_reason=WHY)

    back = pb.RollbackPolicyRequest(request_id=new_id(), author="ada")
    open_shop.call("RollbackPolicy", back)

    assert decided_by(open_shop) == "built-in-1"


def test_the_same_request_is_one_approval_and_a_published_one_is_too_late(
    open_shop: Shop,
) -> None:
    shop, name = open_shop, new_id()
    draft = written(shop, author="ada")
    approve(shop, draft, "bob", request_id=name)
    approve(shop, draft, "bob", request_id=name)
    assert shop.trailers["shipfrom-replayed"] == "true"
    assert kinds(shop).count("APPROVED") == 1
    nameless = refusal(lambda: approve(shop, draft, "bob", etag=""))
    assert nameless.reason == "ETAG_REQUIRED"

    publish(shop, draft, override_reason=WHY)

    assert refusal(lambda: approve(shop, draft, "cyd")).reason == "WRONG_STATE"


def test_without_the_setting_nobody_is_asked() -> None:
    with Server(valkey=False) as server:
        shop = Shop(server)
        draft = written(shop, author="ada")
        assert approve(shop, draft, "bob").approvals_needed == 0
        publish(shop, draft, override_reason=WHY)
        assert decided_by(shop) == "rules-1"


def test_people_approve_from_the_command_line_and_both_clients(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", shop.server.address)
    policies = shop.server.client().policies
    draft = policies.push(NO_NYC, author="ada")
    assert run(["rules", "approve", "1", "--author", "bob"]) == 0
    told = capsys.readouterr()
    assert "version 1 is approved by bob, 2 needed" in told.out
    with pytest.raises(shipfrom.NeedsApproval) as needed:
        policies.publish(draft.version, draft.etag, override_reason=WHY)
    assert needed.value.may_approve == "bob, cyd"
    assert run(["rules", "publish", "1", "--override", WHY]) == 1
    assert "shipfrom rules approve" in capsys.readouterr().err

    async def second() -> shipfrom.Approvals:
        async with AsyncClient(shop.server.address) as client:
            return await client.policies.approve(1, draft.etag, author="cyd")

    assert asyncio.run(second()).approved_by == ("bob", "cyd")
    assert run(["rules", "publish", "1", "--override", WHY]) == 0


def test_the_settings_say_how_many_and_who() -> None:
    assert Settings().approving.needed == 0
    flags = {"policy_approvals": 2, "policy_approvers": "ada, bob,,cyd "}
    assert load(flags).approving.approvers == ("ada", "bob", "cyd")
