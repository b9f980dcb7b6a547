"""The client against the real server: each story of checkout, stock and files."""

import json
import re
import runpy
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

import shipfrom
from shipfrom import AsyncClient, Client, Item, Lane, Money, Node, StockCount
from shipfrom.cli.app import run
from shipfrom.testing import Server

README = Path(__file__).parents[2] / "clients/python/README.md"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def sf(server: Server) -> Client:
    for sku in ("SKU-1", "SKU-9"):
        for node_id in ("nyc-01", "chi-01", "lax-01"):
            server.stock.set(node_id, sku, 100)
    return server.client()


def available(sf: Client, sku: str) -> int:
    return sum(cell.available for cell in sf.stock(sku))


def test_quote_hold_commit_and_explain(sf: Client) -> None:
    quote = sf.quote(lines={"SKU-1": 2, "SKU-9": 1}, ship_to="10001")
    assert quote.best.shipments[0].node_id == "nyc-01"
    assert quote.best.cost > Money(0, "USD")
    assert quote.best.promise_date is not None
    before = available(sf, "SKU-1")
    with sf.hold(quote, order_id="story-1", ttl="10m") as hold:
        assert available(sf, "SKU-1") == before - 2
        order = hold.commit()
    assert order.order_id == "story-1"
    assert available(sf, "SKU-1") == before - 2
    kept = sf.order("story-1")
    assert (kept.plan, kept.lines) == (order.plan, order.lines)
    assert next(sf.orders()).order_id == "story-1"
    why = sf.explain("story-1")
    assert why.replayed
    assert [c.node_id for c in why.candidates if c.chosen] == ["nyc-01"]


def test_a_block_left_by_an_exception_gives_the_units_back(sf: Client) -> None:
    before = available(sf, "SKU-9")

    def fail() -> None:
        assert available(sf, "SKU-9") == before - 5
        raise ConnectionError("the card was refused")

    with (
        pytest.raises(ConnectionError, match="card"),
        sf.hold(lines={"SKU-9": 5}, ship_to="10001"),
    ):
        fail()
    assert available(sf, "SKU-9") == before


def test_a_hold_that_is_over_cannot_be_bought(server: Server, sf: Client) -> None:
    hold = sf.hold(lines={"SKU-1": 1}, ship_to="10001", ttl="10m")
    server.clock.advance("11m")
    with pytest.raises(shipfrom.HoldExpired):
        hold.commit()


def test_a_commit_is_the_same_however_often_it_is_asked(sf: Client) -> None:
    hold = sf.hold(lines={"SKU-1": 1}, ship_to="10001", order_id="story-2")
    assert hold.commit() == hold.commit() == sf.commit(hold.hold_id, order_id="story-2")
    with pytest.raises((shipfrom.IdReused, shipfrom.HoldCommitted)):
        sf.commit(hold.hold_id, order_id="another")


def test_refusals_say_what_why_and_what_next(sf: Client) -> None:
    with pytest.raises(shipfrom.NoStock) as no_stock:
        sf.hold(lines={"SKU-1": 9_000}, ship_to="10001")
    [missing] = no_stock.value.lines
    assert (missing.sku, missing.wanted) == ("SKU-1", 9_000)
    assert missing.available == available(sf, "SKU-1")
    with pytest.raises(shipfrom.InvalidField) as invalid:
        sf.quote({"SKU-1": 0}, "00000", max_shipments=99)
    paths = {violation.field for violation in invalid.value.violations}
    assert {"lines[0].quantity", "ship_to.postal_code"} <= paths
    assert all(violation.problem for violation in invalid.value.violations)
    with pytest.raises(shipfrom.OrderNotFound):
        sf.order("nobody")
    with pytest.raises(shipfrom.HoldNotFound):
        sf.extend("h_nobody", ttl="10m")


def test_a_quote_that_became_dearer_is_stale(server: Server, sf: Client) -> None:
    server.stock.set("nyc-01", "SKU-9", 100)
    quote = sf.quote({"SKU-9": 2}, "10001")
    server.stock.set("nyc-01", "SKU-9", 0)
    with pytest.raises(shipfrom.QuoteStale):
        sf.hold(quote)
    sf.hold(quote, accept=None).release()


def test_the_network_reads_back_as_it_was_written(sf: Client) -> None:
    node = Node(
        "sto-01",
        kind="store",
        postal_code="94103",
        tags=("cold",),
        handling_days=1,
        orders_per_day=40,
    )
    sf.upsert_nodes([node])
    sf.upsert_items([Item("SKU-7", weight_g=250, value=Money(999, "USD"))])
    sf.upsert_lanes([Lane("slow", "SLOW", 9, base=Money(150, "USD"), transit_days=9)])
    kept = {n.node_id: n for n in sf.nodes()}["sto-01"]
    assert (kept.kind, kept.tags, kept.handling_days) == ("STORE", ("cold",), 1)
    assert (kept.orders_per_day, kept.paused_until) == (40, None)
    assert {i.sku: i.value for i in sf.items()}["SKU-7"] == Money(999, "USD")
    assert {r.lane_id: r.base for r in sf.lanes()}["slow"] == Money(150, "USD")


def test_a_node_is_paused_for_a_while_and_resumed(server: Server, sf: Client) -> None:
    server.stock.set("hub-01", "SKU-8", 3)
    at = server.clock.now() + timedelta(hours=2)

    paused = sf.pause_node("hub-01", reason="power cut", until=at)

    assert (paused.paused_until, paused.paused_reason) == (at, "power cut")
    with pytest.raises(shipfrom.NoStock):
        sf.hold(lines={"SKU-8": 1}, ship_to="10001")
    assert sf.resume_node("hub-01").paused_until is None
    sf.hold(lines={"SKU-8": 1}, ship_to="10001").release()


def test_an_import_takes_good_rows_and_names_bad_ones(sf: Client) -> None:
    rows = [
        StockCount("SKU-1", "nyc-01", 41),
        StockCount("SKU-1", "nyc-1", 5),
        StockCount("SKU-1", "chi-01", 42),
    ]
    report = sf.import_stock(rows)
    assert (report.accepted, report.rejected) == (2, 1)
    [bad] = report.rejected_rows
    assert bad.row == 2
    assert "nyc-01" in bad.suggestion
    assert sf.import_stock(rows, all_or_nothing=True).accepted == 0


async def test_the_asynchronous_client_tells_the_same_story(
    server: Server, sf: Client
) -> None:
    async with AsyncClient(server.address) as asf:
        quote = await asf.quote({"SKU-1": 1}, "10001")
        async with await asf.hold(quote, order_id="story-3") as hold:
            order = await hold.commit()
        assert order.order_id == "story-3"
        assert [cell async for cell in asf.stock("SKU-1")] == list(sf.stock("SKU-1"))


def test_the_command_line_tells_the_same_story(
    server: Server,
    sf: Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", server.address)
    monkeypatch.setenv("COLUMNS", "200")  # narrower, words of a table are wrapped

    def told(command: str) -> str:
        assert run(command.split()) == 0
        return capsys.readouterr().out

    file = tmp_path / "stock.csv"
    file.write_text("sku;node_id;on_hand\nSKU-9;nyc-01;77\n")
    assert told(f"import stock {file}").startswith("1 row accepted")
    assert json.loads(told("stock SKU-9 --node nyc-01 --json"))["on_hand"] == 77
    assert "nyc-01" in told("quote --to 10001 SKU-9=2")
    hold_id = json.loads(told("hold --to 10001 SKU-9=2 --json"))["hold_id"]
    told(f"extend {hold_id} --ttl 20m")
    assert "story-4" in told(f"commit {hold_id} --order-id story-4")
    assert "story-4" in told("order story-4")
    assert "story-4" in told("order list")
    assert "nyc-01" in told("explain last")
    assert "COMMIT" in told("entries SKU-9 --node nyc-01")
    assert "RELEASED" in told("release h_never")


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_the_snippets_of_the_readme_run_as_they_are(
    server: Server,
    sf: Client,
    number: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", server.address)
    snippets = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    program = tmp_path / "snippet.py"
    program.write_text(snippets[number])
    runpy.run_path(str(program))
    assert number == 1 or capsys.readouterr().out


def test_the_audit_finds_clean_books_and_says_so(
    server: Server, sf: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    stores = ["--ledger-url", server.ledger_url, "--redis-url", str(server.view_url)]
    assert run(["audit", *stores]) == 0
    out = capsys.readouterr().out
    assert out.count("holds") == 8 + 1
    assert "Clean: " in out
    assert run(["audit", *stores, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["violations"], report["oversold_units"]) == ([], 0)
    assert report["cells"] > 5
    assert report["view_checked"] > 0


def test_the_audit_of_books_that_were_tampered_with_is_exit_code_4(
    server: Server, sf: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.db"
    with (
        closing(sqlite3.connect(server.ledger_url.removeprefix("sqlite:///"))) as books,
        closing(sqlite3.connect(copy)) as forged,
    ):
        books.backup(forged)
        forged.execute("UPDATE cell SET on_hand = on_hand + 7 WHERE sku = 'SKU-1'")
        forged.commit()
    assert run(["audit", "--ledger-url", f"sqlite:///{copy}"]) == 4
    out, err = capsys.readouterr()
    assert "VIOLATED" in out
    assert "not checked" in out
    assert "evidence" in err


def test_the_audit_of_a_ledger_that_is_not_there_is_exit_code_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/none.db"
    assert run(["audit", "--ledger-url", url, "--redis-url", "none"]) == 3
    assert f"there is no ledger at {tmp_path}/none.db" in capsys.readouterr().err
    assert not (tmp_path / "none.db").exists()


def test_an_audit_elsewhere_says_where_it_looked_and_what_to_pass(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["audit"]) == 3
    said, last = capsys.readouterr().err.splitlines()
    assert f"there is no ledger at {tmp_path}/.shipfrom/dev.db" in said
    assert last.startswith("Next: shipfrom audit --ledger-url sqlite:////")
    assert not (tmp_path / ".shipfrom").exists()


def test_an_audit_of_a_named_ledger_finds_the_view_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "dev.db").touch()
    (tmp_path / "valkey").mkdir()
    (tmp_path / "valkey" / "valkey.sock").touch()
    assert run(["audit", "--ledger-url", f"sqlite:///{tmp_path}/dev.db"]) == 3
    err = capsys.readouterr().err
    assert "No view is named" not in err
