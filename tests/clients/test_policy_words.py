"""What commands about policies tell a person: money, percent, the next command."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shipfrom import Money
from shipfrom._policy_values import (
    ChangedOrder,
    GoldenOrder,
    SimulationDifference,
    SimulationFigures,
    SimulationReport,
)
from shipfrom.cli.reports import markdown, plan_text
from shipfrom.testing import Server
from tests.clients.test_policies import NO_NYC, run

FIGURES = SimulationFigures(12, 12, 30, 30, 1.0, Money(1181, "USD"), 1.0, 0, 577.0)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(valkey=False) as started:
        yield started


def report(*differences: SimulationDifference, changed: int = 0) -> SimulationReport:
    moved = ChangedOrder("web-7", Money(396, "USD"), ("memphis",), ("vegas",))
    return SimulationReport(
        12, FIGURES, FIGURES, differences, changed, (moved,) * min(changed, 10), (),
        NOW, NOW,
    )  # fmt: skip


def difference(
    measure: str, mean: float, low: float, high: float, *, certain: bool = True
) -> SimulationDifference:
    return SimulationDifference(measure, mean, low, high, 12, certain)


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        (
            difference("cost_minor", 55.63, 26.33, 89.8),
            "- cost an order: +$0.56 (95 % sure: +$0.26 to +$0.90)",
        ),
        (
            difference("late_share", -0.012, -0.03, 0, certain=False),
            "- late orders: -1.20 % (95 % sure: -3.00 % to +0.00 %; may be chance)",
        ),
        (
            difference("fill_rate", 0, 0, 0, certain=False),
            "units filled: no difference",
        ),
    ],
)
def test_differences_are_money_and_percent(
    measured: SimulationDifference, said: str
) -> None:
    assert said in markdown(report(measured))


def test_orders_that_are_not_shown_are_counted() -> None:
    told = markdown(report(changed=12))
    assert "12 of 12 orders ship otherwise" in told
    assert "web-7: memphis → vegas, +$3.96" in told
    assert told.endswith("- and 2 more")
    assert "no order ships otherwise" in markdown(report())


def test_a_plan_says_when_no_golden_order_is_there_to_pass() -> None:
    def told(*tried: GoldenOrder) -> str:
        return plan_text("p.yaml", [], [], tried, report=report())

    good = GoldenOrder("web-7", "web-7", "", "ada", NOW, True, ())
    bad = GoldenOrder("web-8", "web-8", "", "ada", NOW, False, ("web-8: 2 shipments",))
    assert "There are none yet." in told()
    assert "All pass: 1." in told(good)
    assert "**web-8**: 2 shipments" in told(good, bad)


def test_a_simulation_without_orders_is_no_success(
    server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(NO_NYC)
    run(server, "push", str(file))
    tried = run(server, "simulate", "1")
    assert "Nothing was tried" in tried.stderr
    assert "publish" not in tried.stderr
    assert "No order was placed" in run(server, "coverage", "1").stderr


def test_a_refusal_ends_with_the_command_to_type(
    server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(NO_NYC)
    run(server, "push", str(file))
    refused = run(server, "publish", "1").stderr
    assert "or give a reason with --override" in refused
    assert refused.endswith("Next: shipfrom rules simulate 1\n")
    blind = run(server, "push", str(file), "--version", "1").stderr
    assert "read it with `shipfrom rules list`" in blind
    run(server, "publish", "1", "--override", "test")
    twice = run(server, "publish", "1").stderr
    assert twice.endswith("Next: shipfrom rules list\n")
    late = run(server, "publish", "1", "--at", "tomorrow").stderr
    assert "write for example 2026-12-27T00:00-05:00" in late


def test_an_etag_is_taken_without_the_quotes_that_a_shell_eats(
    server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(NO_NYC)
    etag = server.client().policies.push(NO_NYC).etag.strip('"')
    again = run(server, "push", str(file), "--version", "1", "--etag", etag)
    assert again.returncode == 0


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "is empty"), (b"\xff\xfe", "is no text in UTF-8")]
)
def test_a_file_that_is_no_policy_is_named(
    server: Server, tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes(content)
    checked = run(server, "check", str(file))
    assert checked.returncode == 2
    assert f"{file} {said}" in checked.stderr


def test_a_finding_of_a_file_stands_at_its_line_and_is_in_the_plan(
    server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(NO_NYC.replace("nyc-01", "nyc-1"))
    checked = run(server, "check", str(file))
    assert checked.stdout.startswith(
        f"{file}:8:43: rules[0].where[0].value nyc-1 is no node; did you mean nyc-01?"
    )
    planned = run(server, "plan", str(file))
    assert planned.returncode == 4
    assert f"- {file}:8:43: rules[0]" in planned.stdout


def test_a_list_without_the_version_in_force_says_so(
    server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(NO_NYC)
    run(server, "push", str(file))
    assert "None of these is in force" in run(server, "list").stderr
    run(server, "publish", "1", "--override", "test")
    assert run(server, "list").stderr == ""


def test_the_history_tells_the_share_and_the_time(
    server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(NO_NYC)
    run(server, "push", str(file))
    run(server, "publish", "1", "--canary", "5", "--override", "try it")
    start = f"{server.clock.now() + timedelta(days=1):%Y-%m-%dT%H:%M}Z"
    run(server, "publish", "1", "--at", start, "--override", "go")
    told = run(server, "history").stdout
    assert "5 % of the orders, try it" in told
    assert f"from {start[:10]} {start[11:16]}:00Z, go" in told
