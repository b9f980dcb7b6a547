"""Policies by the SDK and by the command line, against the real server."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import shipfrom
from shipfrom import AsyncClient, Canary, Client, Expected, OrderFacts, Severity
from shipfrom.testing import Server

NO_NYC = """kind: Policy
name: us-default
say: Cheapest plan
rules:
- id: no-nyc
  say: Nothing from nyc
  do: NEVER
  where: [{field: node.id, op: EQ, value: nyc-01}]
"""
WRONG = NO_NYC.replace("NEVER", "NEVR")


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(valkey=False) as started:
        sf = started.client()
        sf.hold(lines={"SKU-1": 1}, ship_to="10001", order_id="o-1").commit()
        started.clock.advance("1m")
        yield started


def test_a_policy_from_file_to_production_and_back(server: Server) -> None:
    sf = server.client()
    assert sf.policies.pull().version.policy_version == "built-in-1"
    draft = sf.policies.push(NO_NYC, author="ada", note="first")
    assert (draft.version, draft.state, draft.findings) == (1, "DRAFT", ())
    assert sf.policies.check(1) == ()
    assert [c.subject for c in sf.policies.diff(1) if c.has_effect] == ["no-nyc"]
    done: list[tuple[int, int]] = []
    report = sf.policies.simulate(
        1, coverage=True, progress=lambda *step: done.append(step)
    )
    assert done[-1] == (1, 1)
    assert report.changed_orders == 1
    assert report.coverage[0].decides == 1
    assert report.candidate.cost_per_order == shipfrom.Money(700, "USD")
    assert sf.policies.publish(1, draft.etag).in_force
    quote = sf.quote({"SKU-1": 1}, "10001")
    assert quote.best.policy_version == "rules-1"
    back = sf.policies.rollback(reason="too dear")
    assert (back.version, back.in_force) == (0, True)
    told = [event.kind for event in sf.policies.history()]
    assert told == ["ROLLED_BACK", "PUBLISHED", "SIMULATED", "CREATED"]
    assert [each.version for each in sf.policies.versions()] == [1]
    assert "order.channel" in {field.name for field in sf.policies.fields()}


def test_refusals_are_classes_with_what_they_know(server: Server) -> None:
    sf = server.client()
    draft = sf.policies.push(NO_NYC)
    with pytest.raises(shipfrom.NotSimulated):
        sf.policies.publish(1, draft.etag)
    with pytest.raises(shipfrom.EtagRequired):
        sf.policies.publish(1, "")
    sf.policies.push(NO_NYC + "unfilled: REVIEW\n", version=1, etag=draft.etag)
    with pytest.raises(shipfrom.EtagMismatch) as lost:
        sf.policies.publish(1, draft.etag, override_reason="now")
    assert lost.value.author == "anonymous"
    with pytest.raises(shipfrom.PolicyNotFound):
        sf.policies.simulate(7)
    with pytest.raises(shipfrom.InvalidField):
        sf.policies.pull("newest")
    golden = sf.policies.add_golden(
        "o-1", expected=Expected(ships_from_any=("nyc-01",))
    )
    assert golden.passed
    sf.policies.simulate(1)
    with pytest.raises(shipfrom.GateFailed) as gate:
        sf.policies.publish(1, sf.policies.pull(1).version.etag)
    assert len(gate.value.failures) == 1
    assert not sf.policies.golden(1)[0].passed
    sf.policies.remove_golden("o-1")
    with pytest.raises(shipfrom.GoldenOrderNotFound):
        sf.policies.remove_golden("o-1")


def test_a_hold_has_the_name_and_the_facts_of_its_quote(server: Server) -> None:
    sf = server.client()
    gold = "{field: order.customer_tier, op: EQ, value: GOLD}, "
    draft = sf.policies.push(NO_NYC.replace("[{", f"[{gold}{{"))
    sf.policies.publish(1, draft.etag, override_reason="test")
    facts = OrderFacts(customer_tier="GOLD")
    quote = sf.quote({"SKU-1": 1}, "10001", order_ref="web-1", facts=facts)
    assert quote.best.shipments[0].node_id == "chi-01"
    with sf.hold(quote, max_shipments=1) as hold:
        assert hold.plan.shipments[0].node_id == "chi-01"
        order = hold.commit()
    assert sf.order(order.order_id).order_ref == "web-1"


def test_a_canary_and_a_start_are_told(server: Server) -> None:
    sf = server.client()
    draft = sf.policies.push(NO_NYC)
    tried = sf.policies.publish(
        1, draft.etag, override_reason="test", canary=Canary(500), validate_only=True
    )
    assert tried.state == "DRAFT"
    done = sf.policies.publish(
        1, draft.etag, override_reason="test", canary=Canary(500)
    )
    assert (done.canary_bps, done.in_force) == (500, False)
    start_at = server.clock.now() + timedelta(days=1)
    later = sf.policies.publish(
        1, draft.etag, override_reason="test", start_at=start_at
    )
    assert (later.canary_bps, later.starts_at) == (0, start_at)


def test_the_twin_for_asyncio_does_the_same(server: Server) -> None:
    async def story() -> None:
        async with AsyncClient(server.address, deadline_s=10) as sf:
            draft = await sf.policies.push(NO_NYC)
            assert await sf.policies.check(NO_NYC) == ()
            report = await sf.policies.simulate(1)
            assert report.changed_orders == 1
            assert (await sf.policies.publish(1, draft.etag)).in_force
            quote = await sf.quote(
                {"SKU-1": 1}, "10001", facts=OrderFacts(channel="web")
            )
            assert quote.best.policy_version == "rules-1"
            assert (await sf.policies.rollback()).version == 0
            assert len([event async for event in sf.policies.history()]) == 4
            with pytest.raises(shipfrom.PolicyNotFound):
                await sf.policies.simulate(9)

    asyncio.run(story())


def test_mistakes_of_a_text_have_their_place(server: Server) -> None:
    sf: Client = server.client()
    [found] = sf.policies.check(WRONG)
    assert (found.severity, found.line, found.column) == (Severity.ERROR, 7, 7)
    assert "did you mean NEVER" in found.suggestion
    with pytest.raises(shipfrom.InvalidField) as wrong:
        sf.policies.push(WRONG)
    assert wrong.value.violations[0].field == "yaml:7:7"


def test_commands_for_pull_requests_end_with_4_when_they_found_something(
    server: Server, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(NO_NYC)
    bad.write_text(WRONG)
    assert run(server, "check", str(good)).returncode == 0
    checked = run(server, "check", str(bad))
    assert checked.returncode == 4
    assert checked.stdout.startswith(f"{bad}:7:7: rules[0].do NEVR is unknown")
    assert run(server, "push", str(bad)).returncode == 4
    assert run(server, "diff", str(good)).returncode == 4
    assert run(server, "diff", "published").returncode == 0
    planned = run(server, "plan", str(good))
    assert planned.returncode == 0
    assert "## Routing rules" in planned.stdout
    assert "| cost an order | $5.00 | $7.00 |" in planned.stdout
    added = run(server, "golden", "add", "o-1", "--from", "nyc-01")
    assert added.returncode == 0
    failed = run(server, "plan", str(good))
    assert failed.returncode == 4
    assert "**o-1**" in failed.stdout


ORDER = {
    "order_id": "f-1",
    "time": "2026-11-20T09:30:00-05:00",
    "postal_code": "10001",
    "lines": [{"sku": "SKU-1", "quantity": 1}],
}


def test_the_orders_of_a_file_are_simulated_instead(
    server: Server, tmp_path: Path
) -> None:
    sf = server.client()
    rows = [ORDER, ORDER | {"order_id": "f-2", "facts": {"channel": "web"}}]
    text = "\n".join(map(json.dumps, rows))

    report = sf.policies.simulate(NO_NYC, orders=text)

    assert (report.orders, report.changed_orders) == (2, 2)
    file = tmp_path / "orders.ndjson"
    file.write_text(text)
    draft = tmp_path / "policy.yaml"
    draft.write_text(NO_NYC)
    told = run(server, "simulate", str(draft), "--orders", str(file), "--json")
    assert json.loads(told.stdout)["orders"] == 2


def test_a_rule_about_the_channel_can_be_tried_by_hand(server: Server) -> None:
    sf = server.client()
    only_web = NO_NYC.replace(
        "where: [", "where: [{field: order.channel, op: EQ, value: web}, "
    )
    draft = sf.policies.push(only_web)
    sf.policies.simulate(draft.version)
    sf.policies.publish(draft.version, draft.etag)

    def sender(*words: str) -> str:
        told = command(server, "quote", "--to", "10001", "SKU-1=1", "--json", *words)
        return str(json.loads(told.stdout)["best"]["shipments"][0]["node_id"])

    assert sender() == "nyc-01"
    assert sender("--channel", "web") != "nyc-01"


def test_a_wrong_line_of_a_file_of_orders_is_named(server: Server) -> None:
    wrong = ORDER | {"order_id": "f-2", "lines": [{"sku": "SKU-1", "quantity": 0}]}
    text = "\n".join(map(json.dumps, [ORDER, wrong]))

    with pytest.raises(shipfrom.InvalidField) as refused:
        server.client().policies.simulate(NO_NYC, orders=text)

    assert refused.value.violations[0].field == "orders[2].lines[0].quantity"


def test_a_policy_goes_out_and_back_by_commands(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(NO_NYC)
    assert run(server, "push", str(file), "--author", "ada").returncode == 0
    refused = run(server, "publish", "1")
    assert refused.returncode == 1
    assert "NOT_SIMULATED" in refused.stderr
    assert run(server, "simulate", "1").returncode == 0
    assert run(server, "publish", "1").returncode == 0
    assert "no-nyc" in run(server, "coverage").stdout
    pulled = run(server, "pull", "--out", str(tmp_path / "out.yaml"))
    assert pulled.returncode == 0
    assert run(server, "diff", str(tmp_path / "out.yaml")).returncode == 0
    assert run(server, "rollback", "--reason", "dear").returncode == 0
    history = run(server, "history", "--json").stdout
    assert len(history.splitlines()) == 4
    assert '"author": "ada"' in history


def run(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    return command(server, "rules", *words)


def command(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    program = "from shipfrom.cli import main; main()"
    own = {"SHIPFROM_ADDRESS": server.address, "NO_COLOR": "1", "COLUMNS": "120"}
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        env=os.environ | own,
        capture_output=True,
        text=True,
        check=False,
    )
