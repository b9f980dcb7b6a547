"""Static checks: every planted fault is found, and nothing else is said."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

import allocation.rules
from allocation.network import Network
from allocation.rules.checks import check
from allocation.rules.document import PolicyDocument
from allocation.rules.findings import Severity
from allocation.rules.writing import write
from allocation.rules.written import read
from router.demo.world import build_world
from tests.allocation.rules.documents import documents

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EXAMPLES = sorted((Path(allocation.rules.__file__).parent / "examples").glob("*.yaml"))

HEAD = "kind: Policy\nname: shop\nsay: A shop\n"
HERE = Path(__file__).parent
PLANTED = yaml.safe_load((HERE / "planted.yaml").read_text())
SENSIBLE = yaml.safe_load((HERE / "sensible.yaml").read_text())


@pytest.fixture(scope="module")
def network() -> Network:
    """The demonstration's, with tags on some items."""
    world = build_world(small=True)
    items = [
        replace(item, tags=("lithium",)) if number < 9 else item
        for number, item in enumerate(world.items)
    ]
    return Network.compile(world.nodes, items, world.lanes)


def test_enough_faults_are_planted() -> None:
    assert len(PLANTED) >= 40


@pytest.mark.parametrize("planted", PLANTED, ids=lambda each: each["fault"])
def test_a_planted_fault_is_found_and_nothing_else(
    planted: dict[str, Any], network: Network
) -> None:
    told = check(read(HEAD + planted["policy"]), network, NOW)
    assert [(f.severity, list(f.rule_ids), f.path, f.suggestion) for f in told] == [
        (planted["severity"], planted["rules"], planted["path"], planted["suggestion"])
    ], "\n".join(map(str, told))


@pytest.mark.parametrize("policy", SENSIBLE, ids=lambda each: each["shop"])
def test_a_sensible_policy_has_no_findings(
    policy: dict[str, str], network: Network
) -> None:
    told = check(read(HEAD + policy["policy"]), network, NOW)
    assert not told, "\n".join(map(str, told))


def test_faults_of_many_rules_are_all_found_at_once(network: Network) -> None:
    told = check(read(HEAD + MANY), network, NOW)
    named = [finding.rule_ids for finding in told]
    assert named == [("a",), ("b",), ("c", "d"), ("e", "f"), ("g",), ("h",)]
    assert [f.severity for f in told] == [Severity.ERROR] * 3 + [Severity.WARNING] * 3


MANY = """\
rules:
- {id: a, say: a, do: NEVER, where: [{field: node.id, op: EQ, value: albany-ny-1}]}
- id: b
  say: b
  do: NEVER
  where:
  - {field: lane.distance_km, op: GT, value: 500 km}
  - {field: lane.distance_km, op: LT, value: 100 km}
- id: c
  say: c
  do: ONLY
  where:
  - {field: node.kind, op: EQ, value: STORE}
  - {field: order.country, op: EQ, value: CA}
- id: d
  say: d
  do: ONLY
  where:
  - {field: node.kind, op: EQ, value: CENTRE}
  - {field: order.country, op: EQ, value: CA}
- id: e
  say: e
  do: NEVER
  where:
  - {field: lane.service, op: EQ, value: NEXT_DAY}
  - {field: order.value, op: GT, value: 500 USD}
- id: f
  say: f
  do: NEVER
  where:
  - {field: lane.service, op: EQ, value: NEXT_DAY}
  - {field: order.value, op: GT, value: 900 USD}
- {id: g, say: g, do: PREFER, amount: 1 USD}
- id: h
  say: h
  do: KEEP_BACK
  where: [{field: node.kind, op: EQ, value: STORE}]
  units: 2
  strength: SOFT
"""


def test_nothing_is_unknown_while_the_network_is_empty() -> None:
    assert check(read(HEAD + UNKNOWN), Network.compile((), (), ()), NOW) == ()


UNKNOWN = """\
rules:
- id: a
  say: a
  do: NEVER
  where:
  - {field: node.id, op: EQ, value: albany-ny-01}
  - {field: item.tags, op: HAS_ANY, value: [lithium]}
  - {field: lane.service, op: EQ, value: NEXT_DAY}
- {id: b, say: b, do: ONLY, where: [{field: node.kind, op: EQ, value: STORE}]}
"""


def test_there_are_examples() -> None:
    assert [path.stem for path in EXAMPLES] == ["cost-first", "nearest-first"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_shipped_policy_is_clean_and_in_its_own_spelling(path: Path) -> None:
    world = build_world()
    network = Network.compile(world.nodes, world.items, world.lanes)
    text = path.read_text()
    assert check(read(text), network, NOW) == ()
    assert write(read(text)) == text


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(document=documents())
def test_any_document_can_be_checked(
    document: PolicyDocument, network: Network
) -> None:
    check(document, network, NOW)
