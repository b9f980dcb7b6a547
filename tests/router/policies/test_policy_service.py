"""Policies over the wire: written, tried, published, watched, taken back."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from router.policies.in_force import share_of
from shipfrom.testing import Server
from shipfrom.v1 import checkout_service_pb2 as checkout
from shipfrom.v1 import order_pb2
from shipfrom.v1 import policy_service_pb2 as pb
from tests.router.shop import Shop, hold_request, new_id, refusal

FOLLOWED_S = 5.0
RULE = """
- id: {name}
  say: Nothing from {node}
  do: NEVER
  where: [{{field: node.id, op: EQ, value: {node}}}]
"""
HEAD = "kind: Policy\nname: us-default\nsay: Cheapest plan\n"
PLAIN = HEAD + "weights: {late_per_day: 5.00 USD}\n"
NO_NYC = HEAD + "rules:" + RULE.format(name="no-nyc", node="nyc-01")


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(valkey=False) as started:
        yield started


@pytest.fixture
def shop(server: Server) -> Shop:
    return Shop(server)


def written(shop: Shop, yaml: str = NO_NYC, **fields: Any) -> pb.PolicyVersion:
    fields.setdefault("request_id", new_id())
    request = pb.CreatePolicyRequest(yaml=yaml, **fields)
    return shop.call("CreatePolicy", request).version


def published(shop: Shop, yaml: str = NO_NYC, **fields: Any) -> pb.PolicyVersion:
    return publish(shop, written(shop, yaml), override_reason="a test", **fields)


def publish(shop: Shop, version: pb.PolicyVersion, **fields: Any) -> pb.PolicyVersion:
    fields.setdefault("request_id", new_id())
    request = pb.PublishPolicyRequest(
        version=version.version, etag=version.etag, **fields
    )
    return shop.call("PublishPolicy", request).version


def simulated(shop: Shop, version: int) -> pb.SimulationReport:
    source = pb.PolicySource(version=version)
    stub = shop.server.client().raw.policies
    *_, last = stub.SimulatePolicy(pb.SimulatePolicyRequest(source=source), timeout=60)
    return last.report


def decided_by(shop: Shop, **fields: Any) -> str:
    return shop.quote({"SKU-1": 1}, **fields).best.policy_version


def got(shop: Shop, **name: Any) -> pb.GetPolicyResponse:
    return shop.call("GetPolicy", pb.GetPolicyRequest(**name))


def kinds(shop: Shop) -> list[str]:
    request = pb.ListPolicyEventsRequest()
    return [event.kind for event in shop.call("ListPolicyEvents", request).events]


def until(found: Callable[[], Any]) -> None:
    deadline = time.monotonic() + FOLLOWED_S
    while not found():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.02)


def test_without_any_policy_the_built_in_one_decides(shop: Shop) -> None:
    found = got(shop, alias="published")
    assert found.version.version == 0
    assert found.version.in_force
    assert found.version.policy_version == "built-in-1" == decided_by(shop)
    assert refusal(lambda: got(shop, alias="draft")).reason == "POLICY_NOT_FOUND"
    assert refusal(lambda: got(shop, version=7)).reason == "POLICY_NOT_FOUND"
    assert refusal(lambda: got(shop, alias="newest")).fields.keys() == {"alias"}


def test_yaml_and_message_are_the_same_policy(shop: Shop) -> None:
    made = written(shop)
    found = got(shop, alias="draft")
    assert found.policy.rules[0].id == "no-nyc"
    request = pb.CreatePolicyRequest(request_id=new_id(), policy=found.policy)
    again = shop.call("CreatePolicy", request).version
    assert again.etag.partition("-")[2] == made.etag.partition("-")[2]
    assert got(shop, version=again.version).yaml == found.yaml


def test_every_mistake_of_a_text_is_told_with_its_place(shop: Shop) -> None:
    wrong = NO_NYC.replace("NEVER", "NEVR").replace("op: EQ", "op: EQQ")
    refused = refusal(lambda: written(shop, wrong))
    assert refused.reason == "INVALID_FIELD"
    assert list(refused.fields) == ["yaml:7:7", "yaml:8:32"]
    source = pb.PolicySource(yaml=wrong)
    checked = shop.call("CheckPolicy", pb.CheckPolicyRequest(source=source))
    assert [(f.line, f.column) for f in checked.findings] == [(7, 7), (8, 32)]
    assert "did you mean NEVER" in checked.findings[0].suggestion


def test_a_published_policy_decides_and_is_recorded_and_explained(shop: Shop) -> None:
    version = written(shop)
    report = simulated(shop, version.version)
    assert report.orders == 0
    assert publish(shop, version).in_force
    held = shop.hold({"SKU-1": 1}, hold_id="h-1")
    assert held.plan.policy_version == "rules-1"
    assert held.plan.shipments[0].node_id == "chi-01"
    why = shop.server.client().explain(hold_id="h-1")
    assert why.replayed
    published(shop, PLAIN)
    assert shop.server.client().explain(hold_id="h-1").replayed


def test_publishing_needs_an_etag_a_simulation_or_a_reason(shop: Shop) -> None:
    version = written(shop)
    bare = pb.PolicyVersion(version=version.version)
    assert refusal(lambda: publish(shop, bare)).reason == "ETAG_REQUIRED"
    assert refusal(lambda: publish(shop, version)).reason == "NOT_SIMULATED"
    request = pb.UpdatePolicyRequest(
        request_id=new_id(),
        version=version.version,
        etag=version.etag,
        yaml=PLAIN,
        author="bob",
    )
    shop.call("UpdatePolicy", request)
    lost = refusal(lambda: publish(shop, version, override_reason="now"))
    assert (lost.code, lost.reason) == ("ABORTED", "ETAG_MISMATCH")
    assert lost.metadata["author"] == "bob"
    assert lost.metadata["updateTime"].startswith("2026-11-16")
    assert kinds(shop) == ["UPDATED", "CREATED"]


def test_what_was_published_is_not_written_again(shop: Shop) -> None:
    version = published(shop)
    request = pb.UpdatePolicyRequest(
        request_id=new_id(), version=1, etag=version.etag, yaml=PLAIN
    )
    assert refusal(lambda: shop.call("UpdatePolicy", request)).reason == "WRONG_STATE"
    assert got(shop, version=1).version.etag == version.etag


def test_a_golden_order_stands_against_a_policy_that_breaks_it(shop: Shop) -> None:
    shop.hold({"SKU-1": 1}, hold_id="h-1")
    shop.commit("h-1", order_id="o-1")
    expected = pb.Expected(ships_from_any=["nyc-01"])
    request = pb.AddGoldenOrderRequest(
        request_id=new_id(), order_id="o-1", expected=expected
    )
    assert shop.call("AddGoldenOrder", request).result.passed
    version = written(shop)
    simulated(shop, version.version)
    refused = refusal(lambda: publish(shop, version))
    assert refused.reason == "GATE_FAILED"
    assert "chi-01" in refused.metadata["failure0"]
    source = pb.PolicySource(version=version.version)
    listed = shop.call("ListGoldenOrders", pb.ListGoldenOrdersRequest(source=source))
    assert [result.passed for result in listed.results] == [False]
    assert publish(shop, version, override_reason="nyc is closed").in_force
    removed = pb.RemoveGoldenOrderRequest(request_id=new_id(), golden_id="o-1")
    shop.call("RemoveGoldenOrder", removed)
    again = pb.RemoveGoldenOrderRequest(request_id=new_id(), golden_id="o-1")
    gone = refusal(lambda: shop.call("RemoveGoldenOrder", again))
    assert gone.reason == "GOLDEN_ORDER_NOT_FOUND"


def test_a_policy_with_an_error_needs_a_reason(shop: Shop) -> None:
    version = written(shop, NO_NYC.replace("nyc-01", "nyc-99"))
    simulated(shop, version.version)
    refused = refusal(lambda: publish(shop, version))
    assert refused.reason == "GATE_FAILED"
    assert "nyc-99" in refused.message


def test_a_simulation_says_what_would_have_been(shop: Shop) -> None:
    for number in range(3):
        shop.hold({"SKU-1": 1}, hold_id=f"h-{number}")
        shop.commit(f"h-{number}")
    shop.server.clock.advance("1m")
    version = written(shop)
    report = simulated(shop, version.version)
    assert report.changed_orders == report.orders == 3
    assert report.changed[0].candidate.node_ids == ["chi-01"]
    kept = got(shop, version=version.version).version
    assert kept.simulated
    assert kept.report == report
    assert shop.available("SKU-1") == 27, "nothing was written"


def test_a_stream_is_one_json_object_a_line(shop: Shop) -> None:
    written(shop)
    said = posted(shop, "SimulatePolicy", {"source": {"version": 1}})
    lines = [json.loads(line) for line in said.splitlines()]
    assert [next(iter(line)) for line in lines][-1] == "report"
    assert len(lines) >= 2
    with pytest.raises(urllib.error.HTTPError) as refused:
        posted(shop, "SimulatePolicy", {"source": {"version": 9}})
    assert refused.value.code == 404
    assert json.loads(refused.value.read())["details"][0]["debug"]["reason"] == (
        "POLICY_NOT_FOUND"
    )


def posted(shop: Shop, method: str, content: object) -> str:
    url = f"http://{shop.server.http_address}/shipfrom.v1.PolicyService/{method}"
    with urllib.request.urlopen(url, json.dumps(content).encode()) as answer:
        return str(answer.read().decode())


def test_a_scheduled_policy_starts_by_the_ledgers_clock(shop: Shop) -> None:
    server = shop.server
    version = written(shop)
    starts = server.clock.now() + timedelta(hours=2)
    done = publish(shop, version, override_reason="test", start_time=starts)
    assert not done.in_force
    assert done.start_time.ToDatetime() == starts.replace(tzinfo=None)
    server.run(server.app.follow())
    assert decided_by(shop) == "built-in-1"
    server.clock.advance("2h")
    until(lambda: decided_by(shop) == "rules-1")
    until(lambda: kinds(shop)[0] == "STARTED")
    late = refusal(
        lambda: publish(shop, written(shop), override_reason="test", start_time=starts)
    )
    assert list(late.fields) == ["start_time"]


def test_a_canary_decides_its_share_by_the_orders_name(shop: Shop) -> None:
    published(shop, canary=pb.Canary(share_bps=5_000))
    era = shop.server.app.policies.pointer.canary_era
    for number in range(40):
        name = f"web-{number}"
        decided = decided_by(shop, order_ref=name)
        assert decided == ("rules-1" if share_of(era, name) < 5_000 else "built-in-1")
        if number < 4:
            held = shop.hold({"SKU-1": 1}, order_ref=name)
            assert held.plan.policy_version == decided
    shop.call("RollbackPolicy", pb.RollbackPolicyRequest(request_id=new_id()))
    assert {decided_by(shop, order_ref=f"web-{n}") for n in range(40)} == {"built-in-1"}


def test_a_canary_that_costs_more_is_taken_back(shop: Shop) -> None:
    rails = pb.GuardRails(orders_min=3)
    published(shop, canary=pb.Canary(share_bps=5_000, guard_rails=rails))
    for number in range(10):
        shop.hold({"SKU-1": 1}, order_ref=f"web-{number}")
        shop.release(shop.hold({"SKU-9": 1}, order_ref=f"web-{number}").hold_id)
    until(lambda: kinds(shop)[0] == "CANARY_ROLLED_BACK")
    until(
        lambda: {decided_by(shop, order_ref=f"w-{n}") for n in range(9)} == {BUILT_IN}
    )
    event = shop.call("ListPolicyEvents", pb.ListPolicyEventsRequest()).events[0]
    assert "costs" in event.reason
    assert json.loads(event.detail)["canary"]["orders"] >= 3
    assert got(shop, version=1).version.state == pb.POLICY_STATE_RETIRED


BUILT_IN = "built-in-1"


def test_a_dry_run_checks_all_and_writes_nothing(shop: Shop) -> None:
    assert not written(shop, validate_only=True).version
    version = written(shop)
    assert not publish(
        shop, version, override_reason="test", validate_only=True
    ).in_force
    assert decided_by(shop) == BUILT_IN
    assert kinds(shop) == ["CREATED"]


def test_the_same_request_is_answered_once(shop: Shop) -> None:
    asked = new_id()
    first = written(shop, request_id=asked)
    assert written(shop, request_id=asked) == first
    assert shop.trailers["shipfrom-replayed"] == "true"
    reused = refusal(lambda: written(shop, PLAIN, request_id=asked))
    assert reused.reason == "ID_REUSED"
    back = pb.RollbackPolicyRequest(request_id=new_id(), version=0)
    shop.call("RollbackPolicy", back)
    shop.call("RollbackPolicy", back)
    assert kinds(shop) == ["ROLLED_BACK", "CREATED"]


def test_a_rule_may_ask_for_what_the_shop_says(shop: Shop) -> None:
    condition = "{field: order.customer_tier, op: EQ, value: GOLD}"
    published(shop, NO_NYC.replace("[{field", f"[{condition}, {{field"))
    gold = order_pb2.OrderFacts(customer_tier="GOLD", tags=["b", "a"])
    for facts, node in ((gold, "chi-01"), (order_pb2.OrderFacts(), "nyc-01")):
        quote = shop.quote({"SKU-1": 1}, facts=facts)
        assert quote.best.shipments[0].node_id == node
        held = shop.call("Hold", hold_request({"SKU-1": 1}, facts=facts))
        assert held.plan.shipments[0].node_id == node
    wrong = order_pb2.OrderFacts(tags=["not one"], priority=-1)
    refused = refusal(lambda: shop.quote({"SKU-1": 1}, facts=wrong))
    assert list(refused.fields) == ["facts.tags[0]", "facts.priority"]


def test_a_hold_with_other_facts_is_another_request(shop: Shop) -> None:
    asked: dict[str, Any] = {"request_id": new_id(), "hold_id": "h-1"}
    shop.hold({"SKU-1": 1}, **asked)
    gold = order_pb2.OrderFacts(customer_tier="GOLD")
    refused = refusal(lambda: shop.hold({"SKU-1": 1}, facts=gold, **asked))
    assert refused.reason == "ID_REUSED"


def test_the_catalogue_of_fields_is_listed(shop: Shop) -> None:
    fields = shop.call("ListRuleFields", pb.ListRuleFieldsRequest()).fields
    kind = next(field for field in fields if field.name == "node.kind")
    assert list(kind.values) == ["CENTRE", "STORE", "SUPPLIER"]
    assert checkout.QuoteRequest.DESCRIPTOR.fields_by_name["facts"]


def test_lists_come_page_by_page(shop: Shop) -> None:
    for _ in range(3):
        written(shop)
    first = shop.call("ListPolicies", pb.ListPoliciesRequest(page_size=2))
    token = first.next_page_token
    rest = shop.call("ListPolicies", pb.ListPoliciesRequest(page_token=token))
    numbers = [v.version for page in (first, rest) for v in page.versions]
    assert numbers == [3, 2, 1]
    changes = shop.call(
        "DiffPolicies",
        pb.DiffPoliciesRequest(after=pb.PolicySource(version=3)),
    ).changes
    assert [c.subject for c in changes if c.has_effect] == ["no-nyc"]
