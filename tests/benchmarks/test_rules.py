import json
from dataclasses import replace
from pathlib import Path

import pytest

from allocation.rules.book import policy_in_force
from allocation.rules.document import PolicyDocument
from benchmarks import rules
from benchmarks.simulate import setting_of
from router.simulate import Setting

ROW = rules.Row(5, 500.0, 900.0, 100.0, 200.0, 900.0, 1_500.0)


def test_thirty_different_rules_of_most_verbs_are_measured() -> None:
    made = rules.thirty_rules()

    assert len({rule.id for rule in made}) == 30
    assert len({rule.do for rule in made}) == 7


def test_the_slowest_size_decides_whether_the_bar_is_met() -> None:
    slow = replace(ROW, lines=15, rules_p99_us=1_001.0)

    assert rules.bar([ROW]).endswith("p99 900 us at most, bar 1000 us: met")
    assert rules.bar([ROW, slow]).endswith("1001 us at most, bar 1000 us: MISSED")


@pytest.fixture(scope="module")
def setting() -> Setting:
    return setting_of(60, seed=7)


def test_a_row_has_times_of_the_rules_and_of_the_plans_beside_them(
    setting: Setting,
) -> None:
    document = PolicyDocument("grown", "Thirty rules", rules=rules.thirty_rules())
    policy = policy_in_force(document, "grown")

    rows = rules.measure((1, 3), orders=2, setting=setting, policy=policy)

    assert [row.lines for row in rows] == [1, 3]
    for row in rows:
        assert 0 < row.rules_p50_us <= row.rules_p99_us
        assert 0 < row.plain_p50_us <= row.plain_p99_us
        assert row.rules_p50_us < row.ruled_p50_us


def test_the_figures_are_written_where_asked(
    setting: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "setting_of", lambda *_, **__: setting)
    rows = [replace(ROW, lines=lines) for lines in rules.LINES]
    monkeypatch.setattr(rules, "measure", lambda *_, **__: rows)
    path = tmp_path / "build" / "rules.json"

    assert rules.main(["--quick", "--json", str(path)]) == 0

    found = json.loads(path.read_text())
    assert [row["lines"] for row in found["rows"]] == list(rules.LINES)
    assert (found["nodes"], found["rules"]) == (60, 30)
    assert found["command"].startswith("python -m benchmarks.rules")
