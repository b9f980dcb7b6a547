"""The adapter itself: it can fail, it skips by name, and it never passes in silence."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from .__main__ import SHIPPED, main
from .adapter import Verdict, replay
from .calls import Api, Server
from .capabilities import needs
from .expectations import mismatches
from .outcome import Outcome
from .schema import BadFile, Case, Json, Needs, load

pytestmark = pytest.mark.xdist_group("acceptance")
on_server = pytest.mark.asyncio(loop_scope="session")

SPLIT = {
    "status": "full",
    "allocations": {"a": {"P": 3}, "b": {"P": 2}},
    "shipments": 2,
    "uses": ["a", "b"],
    "totals": {"P": {"allocated": 5, "unallocated": 0}},
    "state": {"a": {"P": {"on_hand": 3, "allocated": 3, "available": 0}}},
}
"""What 5 units are when a has 3 and b has 4."""
REFUSED = {
    "status": "rejected",
    "error": "INSUFFICIENT_STOCK",
    "allocations": {},
    "short": {"P": 2},
    "state": {"a": {"P": {"allocated": 0}}},
}
"""What 9 units are there."""


def case_of(*steps: Json, scale: Any = 1, **setup: Any) -> Case:
    """A case with two nodes, unless the set-up says otherwise."""
    nodes = [
        {"id": "a", "priority": 1, "stock": {"P": 3}},
        {"id": "b", "priority": 2, "stock": {"P": 4}},
    ]
    policy = {"strategy": "priority", "partial": "reject"}
    return Case(
        id="one",
        group="made here",
        title="a case of these tests",
        scale=Fraction(str(scale)),
        requires=(),
        setup={"locations": nodes, "policy": policy, **setup},
        steps=steps,
    )


def commit(quantity: int, expect: Json, **more: Any) -> Json:
    order = {"id": "o", "lines": [{"sku": "P", "qty": quantity}]}
    return {"op": "commit", "order": order, "expect": expect, **more}


async def verdict_on(served: tuple[Api, Server], *steps: Json, **more: Any) -> Verdict:
    return await replay(*served, case_of(*steps, **more))


@on_server
async def test_right_expectations_pass(served: tuple[Api, Server]) -> None:
    assert (await verdict_on(served, commit(5, SPLIT))).reasons == ()
    assert (await verdict_on(served, commit(9, REFUSED))).reasons == ()


@on_server
@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("status", "rejected"),
        ("status", "partial"),
        ("error", "INSUFFICIENT_STOCK"),
        ("allocations", {"a": {"P": 2}, "b": {"P": 3}}),
        ("allocations", {"a": {"P": 3}}),
        ("allocations", {}),
        ("allocations_any_of", [{"b": {"P": 5}}, {}]),
        ("shipments", 1),
        ("uses", ["a"]),
        ("totals", {"P": {"allocated": 4}}),
        ("totals", {"P": {"unallocated": 1}}),
        ("unallocated", {"P": 1}),
        ("short", {"P": 1}),
        ("short", {}),
        ("available", 2),
        ("removed", 0),
        ("succeeded", 1),
        ("state", {"a": {"P": {"on_hand": 2}}}),
        ("state", {"a": {"P": {"allocated": 2}}}),
        ("state", {"a": {"P": {"held": 1}}}),
        ("state", {"b": {"P": {"available": 4}}}),
        ("state", {"nowhere": {"P": {"on_hand": 1}}}),
    ],
)
async def test_a_wrong_expectation_fails(
    served: tuple[Api, Server], key: str, wrong: Any
) -> None:
    verdict = await verdict_on(served, commit(5, {**SPLIT, key: wrong}))
    assert verdict.result == "failed"
    assert any(key.removesuffix("_any_of") in reason for reason in verdict.reasons)


@on_server
@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("status", "full"),
        ("error", "NOT_STOCKED_HERE"),
        ("allocations", {"a": {"P": 3}}),
        ("short", {"P": 1}),
        ("short", {}),
    ],
)
async def test_a_wrong_expectation_of_a_refusal_fails(
    served: tuple[Api, Server], key: str, wrong: Any
) -> None:
    verdict = await verdict_on(served, commit(9, {**REFUSED, key: wrong}))
    assert verdict.result == "failed"


@on_server
async def test_wrong_counts_of_a_parallel_step_fail(
    served: tuple[Api, Server],
) -> None:
    rush = {"op": "parallel", "ops": [commit(1, {}, times=9)]}
    right = {"succeeded": 7, "rejected": 2}
    passed = await verdict_on(served, {**rush, "expect": right})
    assert passed.reasons == ()
    for wrong in (
        {"succeeded": 8},
        {"rejected": 0},
        {"totals": {"P": {"allocated": 6}}},
    ):
        failed = await verdict_on(served, {**rush, "expect": {**right, **wrong}})
        assert failed.result == "failed"


@on_server
async def test_wrong_hold_rows_and_sweeps_fail(served: tuple[Api, Server]) -> None:
    hold = {**commit(2, {"hold_rows": 1}), "op": "hold", "ttl_s": 60}
    tick = {"op": "tick", "seconds": 61, "expect": {}}
    sweep = {"op": "sweep", "expect": {"removed": 1, "hold_rows": 0}}
    assert (await verdict_on(served, hold, tick, sweep)).reasons == ()
    for step in (
        {**hold, "expect": {"hold_rows": 2}},
        {**sweep, "expect": {"removed": 1}},
        {"op": "available", "sku": "P", "expect": {"available": 6}},
    ):
        assert (await verdict_on(served, hold, step)).result == "failed"


@on_server
async def test_a_case_starts_again_on_every_replay(served: tuple[Api, Server]) -> None:
    for _ in range(2):
        assert (await verdict_on(served, commit(5, SPLIT))).result == "passed"


@on_server
async def test_one_key_is_one_commit(served: tuple[Api, Server]) -> None:
    once = {"state": {"a": {"P": {"allocated": 2}}}}
    twice = {"state": {"a": {"P": {"allocated": 3}}, "b": {"P": {"allocated": 1}}}}
    keyed = commit(2, once, key="k")
    assert (await verdict_on(served, keyed, keyed)).reasons == ()
    assert (await verdict_on(served, commit(2, once), commit(2, twice))).reasons == ()


@on_server
async def test_a_step_that_breaks_the_adapter_fails_the_case(
    served: tuple[Api, Server],
) -> None:
    verdict = await verdict_on(served, {"op": "tick", "expect": {}})
    assert verdict.result == "failed"
    assert "KeyError" in verdict.reasons[0]


@pytest.mark.parametrize(
    ("step", "capability"),
    [
        ({"op": "teleport"}, "op teleport"),
        ({"op": "ship", "order_id": "o", "items": [], "by": 1}, "ship field by"),
        ({"op": "repair"}, "repair"),
        ({"op": "rank", "mood": "good"}, "rank field mood"),
        ({"op": "tick", "seconds": 1, "zone": "UTC"}, "tick field zone"),
        (commit(1, {}, policy={"rules": [{"mood": "good"}]}), "rule field mood"),
        (commit(1, {}, policy={"strategy": "astrology"}), "strategy astrology"),
        (commit(1, {}, policy={"mood": "good"}), "policy field mood"),
        ({"op": "rank", "dest": {"zip": "1"}}, "dest field zip"),
        ({"op": "rules_pick", "rankings": []}, "rules_pick without locations"),
        ({"op": "rules_pick", "locations": [], "mood": 1}, "rules_pick field mood"),
        (commit(1, {"backordered_qty": 1}), "move_of_what_waits"),
        (commit(1, {"applause": True}), "expectation applause"),
        (commit(1, {"state": {"a": {"P": {"colour": 1}}}}), "state field colour"),
        ({"op": "parallel", "ops": [{"op": "repair"}]}, "repair"),
        (commit(1, {}, times=2), "times outside parallel"),
        ({"op": "available", "policy": {"groups": ["x"]}}, "policy of available"),
    ],
)
def test_what_the_api_lacks_is_a_skip_with_its_name(
    step: Json, capability: str
) -> None:
    assert capability in needs(case_of(step))


def test_only_what_a_file_requires_beyond_the_api_is_a_skip() -> None:
    runs = ("rule_engine", "groups", "capacity", "shipment_threshold", "pickup")
    case = case_of(commit(1, {}))
    assert needs(replace(case, requires=runs)) == ()
    beyond = replace(case, requires=(*runs, "events", "telepathy"))
    assert needs(beyond) == ("events", "telepathy")


@on_server
async def test_a_skipped_case_is_never_passed(served: tuple[Api, Server]) -> None:
    verdict = await verdict_on(served, {"op": "teleport", "expect": {}})
    assert (verdict.result, verdict.reasons) == ("skipped", ("op teleport",))


@pytest.mark.parametrize(
    ("setup", "capability"),
    [
        ({"weather": "fine"}, "set-up field weather"),
        ({"skus": {"P": {"tracked": False}}}, "untracked"),
        ({"locations": [{"id": "a", "colour": 3}]}, "location field colour"),
        ({"locations": [{"id": "a", "weekly_sales": {}}]}, "weekly_sales_by_sku"),
        (
            {"locations": [{"id": "a", "stock": {"P": {"on_hand": -1}}}]},
            "negative_on_hand",
        ),
        (
            {"locations": [{"id": "a", "stock": {"P": {"incoming": 1}}}]},
            "stock field incoming",
        ),
    ],
)
def test_a_set_up_that_the_api_cannot_say_is_a_skip_with_its_name(
    setup: Json, capability: str
) -> None:
    assert capability in needs(case_of(commit(1, {}), **setup))


def test_quantities_are_scaled_to_whole_units() -> None:
    case = case_of(scale=10)
    assert case.units(5.5) == 55
    with pytest.raises(Needs, match="fractional_quantity"):
        case.units(0.25)


def test_zero_and_an_empty_map_equal_absence() -> None:
    outcome = Outcome(allocations={"a": {"P": 1, "Q": 0}, "b": {}}, short={})
    expect = {"allocations": {"a": {"P": 1}, "c": {"Q": 0}}, "short": {"P": 0}}
    assert mismatches(case_of(), expect, outcome, {}) == ()


def test_an_answer_that_a_step_does_not_give_matches_nothing() -> None:
    for key, value in (("short", {}), ("allocations", {}), ("removed", 0)):
        assert mismatches(case_of(), {key: value}, Outcome(), {})


def test_every_shipped_case_is_read() -> None:
    document = json.loads(SHIPPED.read_text())
    assert [case.id for case in load(SHIPPED)] == [c["id"] for c in document["cases"]]


def test_exit_status_tells_success_failure_and_a_bad_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([written(tmp_path, commit(5, SPLIT))]) == 0
    teleport = {"op": "teleport", "expect": {}}
    assert main([written(tmp_path, teleport)]) == 0
    assert "needs: op teleport" in capsys.readouterr().out.replace("one:", "needs:")
    assert main([written(tmp_path, commit(5, {"shipments": 7}))]) == 1
    assert "shipments: expected 7, got 2" in capsys.readouterr().out
    assert main([str(tmp_path / "missing.json")]) == 2


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"cases": [{}]}', "\xff"])
def test_a_file_that_is_no_cases_file_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cases.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadFile, match=r"cases\.json"):
        load(path)


def written(folder: Path, *steps: Json) -> str:
    """A cases file with one case of these steps."""
    case = case_of(*steps)
    row = {"id": case.id, "group": case.group, "setup": case.setup, "steps": steps}
    path = folder / "cases.json"
    path.write_text(json.dumps({"cases": [row]}))
    return str(path)
