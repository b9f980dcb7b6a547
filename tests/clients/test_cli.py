"""The command line: data on stdout, words on stderr, JSON everywhere, exit codes."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message

from shipfrom.cli import bench, server
from shipfrom.cli.app import run
from shipfrom.cli.show import cell
from shipfrom.cli.table import Parts, put_table
from shipfrom.v1 import checkout_service_pb2 as pb
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import order_service_pb2 as order_pb
from shipfrom.v1.order_pb2 import Candidate
from tests.clients.canned import CANNED, usd
from tests.clients.canned_orders import MOVED
from tests.clients.stub_server import Fail, Stub

GOLDEN = Path(__file__).parent / "golden"
COMMANDS = {
    "quote": "quote --to 10001 SKU-1=2 SKU-9 --explain",
    "hold": "hold --to 10001 SKU-1=2 --ttl 10m",
    "commit": "commit h_1",
    "release": "release h_1",
    "extend": "extend h_1 --ttl 30m",
    "order": "order web-1001",
    "order-list": "order list --limit 5",
    "explain": "explain last",
    "replay": "replay last",
    "stock": "stock SKU-1",
    "entries": "entries SKU-1",
    "node-list": "node list",
    "node-pause": "node pause nyc-01 --until 2h --reason flood",
    "node-resume": "node resume nyc-01",
    "order-cancel": "order cancel web-1001 SKU-1=1 --reason twice",
    "order-change": "order change web-1001 SKU-1=3 --remove SKU-9",
    "order-reroute": "order reroute web-1001 --shipment web-1001:1",
    "order-reoptimise": "order reoptimise --least-saving 0.50 --most-moved 20",
    "order-pay": "order pay web-1001 --payment-id p-1 --state authorized",
    "order-review": "order review web-1001 --assignee ada",
    "order-exceptions": "order exceptions",
    "returns-create": "returns create web-1001 SKU-1=1 --return-id r_1",
    "returns-receive": "returns receive web-1001 r_1 SKU-1=1:OPENED:REFURBISH",
}


@pytest.fixture(autouse=True)
def _at_the_stub(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", stub.address)
    monkeypatch.delenv("COLUMNS", raising=False)
    # The canned quote explains only when it is asked to, as the server does.
    explained = pb.QuoteResponse()
    explained.CopyFrom(CANNED["Quote"])
    explained.explanation.CopyFrom(CANNED["ExplainOrder"].explanation)
    stub.will("Quote", explained)
    # A stream is laid out by each test.
    stub.will("Reoptimise", MOVED)


def golden(name: str, found: str) -> None:
    """Compare with the kept file; UPDATE_GOLDEN=1 writes it anew, for a look at git."""
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_tables_look_as_they_did(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(COMMANDS[name].split()) == 0
    golden(f"{name}.txt", capsys.readouterr().out)


@pytest.mark.parametrize("name", COMMANDS)
def test_tables_fit_80_columns_without_breaking_an_id(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run(COMMANDS[name].split()) == 0
    out, _ = capsys.readouterr()
    table = [
        line for line in out.splitlines() if "\N{BOX DRAWINGS LIGHT HORIZONTAL}" in line
    ]
    assert all(len(line) <= 80 for line in table)
    for word in ("nyc-01", "web-1001", "ALLOCATED", "GROUND"):
        assert (word in out) == (word in (GOLDEN / f"{name}.txt").read_text())


@pytest.mark.parametrize(
    "name",
    ["stock", "entries", "order", "order-list", "order-reoptimise", "explain", "quote"],
)
def test_a_wide_table_has_every_column_whatever_the_screen(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run([*COMMANDS[name].split(), "--wide"]) == 0
    golden(f"{name}-wide.txt", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("command", "method", "answer"),
    [
        ("stock NONE", "GetStock", inventory_pb.GetStockResponse()),
        ("entries NONE", "ListEntries", inventory_pb.ListEntriesResponse()),
        ("order list", "ListOrders", order_pb.ListOrdersResponse()),
    ],
)
def test_an_empty_table_says_what_to_do_next(
    command: str,
    method: str,
    answer: Message,
    stub: Stub,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stub.will(method, answer)
    assert run(command.split()) == 0
    assert "Next: shipfrom" in capsys.readouterr().err


def test_a_narrow_screen_never_breaks_an_id_or_a_number(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    name, units = "x" * 50, 1_234_567
    put_table(["!node", "#units", "from"], [(name, units, Parts((name, name)))])
    out = capsys.readouterr().out
    assert [line.count(name) for line in out.splitlines() if "x" in line] == [2, 1]
    assert "1,234,567" in out


def test_a_table_in_a_pipe_fits_80_columns_and_is_folded_between_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = tuple(f"SKU-{n} x{n}" for n in range(30, 50))
    put_table(["!node", "lines", "why"], [("nyc-01", Parts(lines), "as it is so " * 9)])
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert all(f"{line}," in out for line in lines[:-1]), "none is broken"


@pytest.mark.parametrize("name", COMMANDS)
def test_json_is_one_object_a_line_and_stays_as_it_was(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*COMMANDS[name].split(), "--json"]) == 0
    out, err = capsys.readouterr()
    [found] = [json.loads(line) for line in out.splitlines()]
    assert err == ""
    golden(f"{name}.json", json.dumps(found, indent=1) + "\n")


def test_words_go_to_stderr_and_can_be_silenced(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["quote", "--to", "10001", "SKU-1=2"]) == 0
    assert capsys.readouterr().err == "Next: shipfrom hold --to 10001 SKU-1=2\n"
    assert run(["quote", "--to", "10001", "SKU-1=2", "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_options_reach_the_server(stub: Stub) -> None:
    command = (
        "hold --to 40.75,-73.99 A=2 A=1 B --residential --objective fastest "
        "--max-shipments 2 --allow-partial --line-split never --service GROUND "
        "--promise-by 2026-11-20 --wanted-by 2026-11-18 "
        "--only-node n1 --only-node n2 --exclude-node n3 "
        "--ttl 90s --order-ref r1 --hold-id h_9"
    )
    assert run(command.split()) == 0
    [sent] = stub.asked(pb.HoldRequest)
    assert [(line.sku, line.quantity) for line in sent.lines] == [
        ("A", 2),
        ("A", 1),
        ("B", 1),
    ]
    assert (sent.ship_to.location.latitude, sent.ship_to.residential) == (40.75, True)
    assert (sent.routing.objective, sent.routing.max_shipments) == (2, 2)
    assert sent.routing.allow_partial
    assert sent.routing.line_split == 2
    assert sent.routing.promise_by.day == 20
    assert sent.routing.wanted_by.day == 18
    assert list(sent.routing.only_node_ids) == ["n1", "n2"]
    assert list(sent.routing.exclude_node_ids) == ["n3"]
    assert (sent.ttl.seconds, sent.order_ref, sent.hold_id) == (90, "r1", "h_9")


@pytest.mark.parametrize(
    ("failure", "code", "said", "next_step"),
    [
        (
            Fail("FAILED_PRECONDITION", "NO_STOCK", "SKU-1 x2 wanted, 1 available."),
            1,
            "NO_STOCK: SKU-1 x2 wanted, 1 available.",
            "shipfrom stock SKU",
        ),
        (
            Fail(
                "FAILED_PRECONDITION",
                "NO_STOCK",
                "none left",
                next_step="set routing.allow_partial",
                metadata={"line0Sku": "SKU-1"},
            ),
            1,
            "NO_STOCK: none left",
            "shipfrom stock SKU-1",
        ),
        (
            Fail("ABORTED", "STOCK_CHANGED", "stock moved", next_step="ask again"),
            1,
            "STOCK_CHANGED: stock moved",
            "shipfrom hold --to 10001 --hold-id h_9 SKU-1=2",
        ),
        (
            Fail("INTERNAL"),
            3,
            "OUTCOME_UNKNOWN",
            "shipfrom hold --to 10001 --hold-id h_9 SKU-1=2",
        ),
    ],
)
def test_errors_have_an_exit_code_and_end_with_the_next_command(
    stub: Stub,
    capsys: pytest.CaptureFixture[str],
    failure: Fail,
    code: int,
    said: str,
    next_step: str,
) -> None:
    stub.will("Hold", failure)
    assert run(["hold", "--to", "10001", "--hold-id", "h_9", "SKU-1=2"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err.splitlines()[0]
    assert err.splitlines()[-1] == f"Next: {next_step}"


def test_a_commit_of_unknown_outcome_tells_how_to_ask_again(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("Commit", Fail("DEADLINE_EXCEEDED"))
    assert run(["commit", "h_1"]) == 3
    again = capsys.readouterr().err.splitlines()[-1].removeprefix("Next: shipfrom ")
    assert run(again.split()) == 0
    first, second = stub.asked(pb.CommitRequest)
    assert first == second


def test_nobody_there_is_exit_code_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", "127.0.0.1:1")
    assert run(["order", "get", "x"]) == 3
    said, advice, last = capsys.readouterr().err.splitlines()
    assert "no server answers at 127.0.0.1:1: nothing listens there" in said
    assert "--address or SHIPFROM_ADDRESS" in advice
    assert last == "Next: shipfrom dev"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("quote --to 10001 SKU=x", "'x' of SKU is no quantity"),
        ("quote --to 10001 85123A=-1", "'-1' of 85123A is no quantity: whole units"),
        ("quote --to 10001 85123A=0", "1 or more; write 85123A=2"),
        ("quote --to 10001 =2", "names no SKU; write SKU-1=2"),
        ("quote --to 10001 A --max-shipments 11", "less than or equal to 10"),
        ("quote --to 10001", "Missing"),
        ("quote --to here,there A", "neither a ZIP code nor LAT,LON"),
        ("quote --to 10001 A --promise-by soon", "write 2026-11-20"),
        ("qoute --to 10001 A", "qoute"),
        ("stock", "SKU"),
    ],
)
def test_wrong_usage_is_exit_code_2(
    command: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command.split()) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.splitlines()[-1].startswith("Next: shipfrom ")


def test_a_bad_ttl_is_refused_before_anything_is_sent(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["hold", "--to", "10001", "A", "--ttl", "soon"]) == 1
    assert "write 90s, 10m or 1h" in capsys.readouterr().err
    assert stub.attempts == []


def test_explain_takes_holds_and_orders(stub: Stub) -> None:
    stub.will("ExplainOrder", Fail("NOT_FOUND", "ORDER_NOT_FOUND"))
    assert run(["explain", "cart-7"]) == 0
    assert run(["explain", "h_1"]) == 0
    asked = stub.asked(order_pb.ExplainOrderRequest)
    assert [(r.order_id, r.hold_id) for r in asked] == [
        ("cart-7", ""),
        ("", "cart-7"),
        ("", "h_1"),
    ]


def test_explain_last_without_orders_says_what_to_do(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("ListOrders", order_pb.ListOrdersResponse())
    assert run(["explain", "last"]) == 1
    assert "there is no order yet" in capsys.readouterr().err


def test_an_order_whose_id_is_a_verb_can_still_be_read(stub: Stub) -> None:
    assert run(["order", "get", "list"]) == 0
    [asked] = stub.asked(order_pb.GetOrderRequest)
    assert asked.order_id == "list"


def test_names_from_a_catalogue_cannot_paint_the_terminal() -> None:
    assert cell("SKU\x1b[31m[red]") == "SKU\N{REPLACEMENT CHARACTER}[31m[red]"


def test_the_server_verbs_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    for command in ("dev", "serve", "doctor", "config show", "audit", "bench"):
        assert run(command.split()) == 2
        assert capsys.readouterr().err.endswith("Next: pip install shipfrom-server\n")


def test_bench_lists_what_can_be_run_and_refuses_the_rest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["bench"]) == 0
    assert "demo" in capsys.readouterr().out.split()
    assert run(["bench", "nothing"]) == 2


def test_bench_runs_a_module_and_passes_its_exit_code_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[list[str]] = []

    def instead(command: list[str]) -> subprocess.CompletedProcess[bytes]:
        seen.append(command)
        return subprocess.CompletedProcess(command, 7)

    monkeypatch.setattr(bench.subprocess, "run", instead)
    assert run(["bench", "demo", "--orders", "10", "--json"]) == 7
    assert seen == [
        [sys.executable, "-m", "benchmarks.demo", "--orders", "10", "--json"]
    ]


def test_config_show_tells_where_each_value_comes_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shipfrom.toml").write_text("port = 7360\n")
    monkeypatch.setenv("SHIPFROM_CURRENCY", "EUR")
    assert run(["config", "show", "--json"]) == 0
    rows = {row["setting"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["port"] == {
        "setting": "port",
        "value": "7360",
        "origin": "shipfrom.toml",
    }
    assert rows["currency"]["origin"] == "SHIPFROM_CURRENCY"
    assert rows["host"]["origin"] == "default"
    monkeypatch.setenv("SHIPFROM_CURENCY", "EUR")
    assert run(["config", "show"]) == 2
    assert "Did you mean 'currency'" in capsys.readouterr().err


def test_without_the_cli_extra_the_command_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['typer'] = None; import shipfrom.cli as cli; "
        "sys.argv = ['shipfrom']; cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True)
    assert done.returncode == 2
    assert b'pip install "shipfrom[cli]"' in done.stderr


def test_the_command_runs_as_a_program(stub: Stub) -> None:
    program = "from shipfrom.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "stock", "SKU-1", "--json"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["on_hand"] == 1234


def test_the_help_says_what_0_shipments_mean_and_how_to_name_nodes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run(["quote", "--help"]) == 0
    out = capsys.readouterr().out
    assert "0 leaves it to the policy" in out
    assert "Ship nothing from this node; repeat it for several." in out


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (timedelta(minutes=30), ""),
        (timedelta(hours=2), "It had more time than --ttl 30m from now and keeps it"),
        (timedelta(minutes=1), "a hold lives 4 h at most"),
    ],
)
def test_an_extension_that_is_not_what_was_asked_for_is_told(
    stub: Stub, capsys: pytest.CaptureFixture[str], ends: timedelta, said: str
) -> None:
    answer = pb.ExtendHoldResponse(hold_id="h_1")
    answer.expire_time.FromDatetime(datetime.now(UTC) + ends)
    stub.will("ExtendHold", answer)
    assert run(["extend", "h_1", "--ttl", "30m"]) == 0
    err = capsys.readouterr().err
    assert said in err
    assert ("Next: shipfrom" in err) == bool(said)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_instant_is_written_in_one_way(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(COMMANDS[name].split()) == 0
    out = capsys.readouterr().out
    assert set(re.findall(r"\d\d:\d\d\S*", out)) <= {
        "17:00:00Z",
        "17:15:00Z",
        "17:30:00Z",
        "20:00:00Z",
    }


def test_an_instant_in_an_error_is_written_in_the_same_way(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "Hold h_1 expired at 2026-11-16T17:00:00+00:00"
    stub.will("Commit", Fail("FAILED_PRECONDITION", "HOLD_EXPIRED", said))
    assert run(["commit", "h_1"]) == 1
    assert "expired at 2026-11-16 17:00:00Z" in capsys.readouterr().err


def candidate(node_id: str, **fields: Any) -> Candidate:
    fields.setdefault("exclusion", "COSTLIER")
    return Candidate(node_id=node_id, distance_km=7, **fields)


def test_an_explanation_shows_the_nodes_that_matter_and_wide_all(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = order_pb.ExplainOrderResponse()
    answer.explanation.verdict = "Ships from it."
    answer.explanation.candidates.extend(
        [
            candidate("it", chosen=True, exclusion="", cost=usd(100), useful_units=2),
            candidate("none-near", exclusion="NO_STOCK"),
            candidate("some-cheap", cost=usd(1), useful_units=1),
            candidate("all-dear", cost=usd(900), useful_units=2),
            candidate("all-cheap", cost=usd(200), useful_units=2),
            candidate("some-dear", cost=usd(800), useful_units=1),
            candidate("none-far", exclusion="NO_STOCK"),
            candidate("late", exclusion="LATE"),
        ]
    )
    answer.explanation.exclusions.add(reason="COSTLIER", nodes=4)
    stub.will("ExplainOrder", answer, answer)
    assert run(["explain", "web-1001"]) == 0
    out = capsys.readouterr().out
    shown = [line.split()[0] for line in out.splitlines() if " 7 " in line]
    assert shown == ["it", "all-cheap", "all-dear", "some-cheap", "none-near", "late"]
    assert "Nodes not used: COSTLIER 4. All: --wide." in out
    assert run(["explain", "web-1001", "--wide"]) == 0
    out = capsys.readouterr().out
    assert "none-far" in out
    assert "All: --wide." not in out
