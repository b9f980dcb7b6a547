"""What look-ahead prices would have saved, by SDK and commands, on a real server."""

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import shipfrom
from router.lookahead import solving
from shipfrom import AsyncClient, Money, Node, SimulatedPriceList, SimulatedPrices
from shipfrom.cli.reports import markdown
from shipfrom.testing import Server
from shipfrom.v1 import policy_service_pb2 as pb
from tests.clients.test_policies import run
from tests.clients.test_policy_words import difference, report
from tests.router.shop import Shop, furnish

NEW_YORK, PITTSBURGH = "10001", "15222"
"""Pittsburgh is ten cents cheaper from New York than from Chicago; New York 210."""
DAY = timedelta(days=1)
OFF = "kind: Policy\nname: off\nsay: For today\nlook_ahead: {enabled: false}\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Ten orders from New York long ago; within a day one from Pittsburgh, then two
    from New York, where two units are left."""
    with Server(empty=True, valkey=False) as started:
        furnish(started)
        sf = started.client()
        dearer = Node("chi", postal_code="60601", parcel_handling=Money(10, "USD"))
        sf.upsert_nodes([dearer])
        sku = Shop(started).sku(nyc=12, chi=50)
        assert sku
        for _ in range(10):
            sf.hold(lines={sku: 1}, ship_to=NEW_YORK).commit()
        started.clock.advance("25h")
        for place in (PITTSBURGH, NEW_YORK, NEW_YORK):
            sf.hold(lines={sku: 1}, ship_to=place, order_ref=sku).commit()
            started.clock.advance("1h")
        yield started


def line(server: Server) -> str:
    """One order as a file has it."""
    sku = next(server.client().orders()).order_ref
    row = {
        "order_id": "f-1",
        "time": "2026-11-20T09:30:00-05:00",
        "postal_code": NEW_YORK,
        "lines": [{"sku": sku, "quantity": 1}],
    }
    return json.dumps(row)


def test_the_published_policy_with_prices_beside_itself(server: Server) -> None:
    found = server.client().policies.simulate("published", window=DAY, prices=True)

    assert (found.orders, found.changed_orders) == (3, 2)
    assert found.prices is not None
    assert found.prices.difference == Money(-200, "USD"), "spared for New York"
    assert found.prices.orders == 3
    first = found.prices.lists[0]
    assert (first.orders, first.cells) == (10, 1), "those of before the window"
    assert "less with prices" in first.verdict or "0.00 %" in first.verdict
    assert [each.orders for each in found.prices.lists] == [10, 11, 12]


def test_without_the_option_nothing_is_said_of_prices(server: Server) -> None:
    found = server.client().policies.simulate("published", window=DAY)

    assert (found.prices, found.changed_orders) == (None, 0)


def test_a_draft_that_is_tried_with_prices_keeps_that_report(server: Server) -> None:
    sf = server.client()
    draft = sf.policies.push(OFF)
    sf.policies.simulate(draft.version, window=DAY, prices=True)

    kept = sf.policies.pull(draft.version).version.report
    assert kept is not None
    assert kept.prices == SimulatedPrices((), 3, Money(0, "USD")), "look_ahead is off"


def test_the_twin_for_asyncio_and_the_wire_do_the_same(server: Server) -> None:
    async def story() -> shipfrom.SimulationReport:
        async with AsyncClient(server.address, deadline_s=10) as sf:
            return await sf.policies.simulate(OFF, window=DAY, prices=True)

    found = asyncio.run(story())
    assert found.prices is not None
    request = pb.SimulatePolicyRequest(
        source=pb.PolicySource(yaml=OFF), window=DAY, prices=True
    )
    stub = server.client().raw.policies
    *_, last = stub.SimulatePolicy(request, timeout=60)
    assert last.report.HasField("prices")
    assert last.report.prices.difference.currency_code == "USD"


def test_a_file_is_simulated_with_prices_by_a_command(
    server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "orders.jsonl"
    file.write_text(line(server))

    words = ("simulate", "published", "--prices", "--orders", str(file))
    told = run(server, *words)

    assert told.returncode == 0, told.stderr
    assert "- with look-ahead prices: +$0.00 over 1 orders; 0 of 1 lists" in told.stdout
    assert "no order of late wants units that are there" in told.stdout


def test_a_solver_that_dies_is_told(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "raise RuntimeError('out of paper')"
    monkeypatch.setattr(solving, "COMMAND", (sys.executable, "-c", program))

    with pytest.raises(shipfrom.SolveFailed):
        server.client().policies.simulate("published", window=DAY, prices=True)


def test_a_person_reads_the_money_and_what_the_guard_said() -> None:
    at = datetime(2026, 11, 16, 12, tzinfo=UTC)
    lists = (
        SimulatedPriceList(at, 0, 0, "no order of late"),
        SimulatedPriceList(at + DAY, 1_200, 34, "3.10 % less with prices"),
    )
    money = SimulatedPrices(lists, 1_180, Money(-12_340, "USD"))
    found = report(difference("cost_minor", -10, -12, -8))
    told = markdown(replace(found, prices=money))

    assert (
        "- with look-ahead prices: -$123.40 over 1,180 orders; 1 of 2 lists had any\n"
        "  - 2026-11-16 12:00:00Z, 0 orders, 0 cells priced: no order of late\n"
        "  - 2026-11-17 12:00:00Z, 1,200 orders, 34 cells priced: 3.10 % less with"
        " prices\n"
    ) in told
    assert "look-ahead" not in markdown(found)
