"""Versions of the rules in the ledger: what was published never changes."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from inventory import policy_writes
from inventory.errors import (
    EtagMismatch,
    IdReused,
    NotSimulated,
    PolicyNotFound,
    WrongState,
)
from inventory.operations import RequestKey
from inventory.policies import Policies
from inventory.policy_publishing import Publication
from inventory.policy_rows import Happening, PolicyState, PolicyVersion, Tally
from inventory.policy_writes import Draft
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock


@pytest.fixture
async def policies(ledger_url: str, clock: MovableClock) -> AsyncIterator[Policies]:
    stock = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    yield stock.policies
    await stock.close()


def key(method: str = "any", content: str = "") -> RequestKey:
    return RequestKey("me", method, str(uuid.uuid4()), content)


def draft(content: bytes = b"{}", author: str = "ada") -> Draft:
    return Draft("us", content, author)


async def published(policies: Policies, content: bytes = b"{}") -> PolicyVersion:
    made, _ = await policies.create(key(), draft(content))
    done, _ = await policies.publish(key(), wish(made))
    return done


def wish(found: PolicyVersion, **fields: object) -> Publication:
    usual = Publication(found.version, found.etag, "ada", override="a test")
    return replace(usual, **fields)  # type: ignore[arg-type]  # fields of Publication


async def test_drafts_are_numbered_and_written_again(policies: Policies) -> None:
    first, _ = await policies.create(key(), draft())
    second, _ = await policies.create(key(), draft(b'{"a":1}'))
    assert (first.version, second.version) == (1, 2)
    changed, _ = await policies.rewrite(key(), 1, first.etag, draft(b'{"b":2}'))
    assert changed.etag != first.etag
    assert (await policies.version(1)).content == b'{"b":2}'


async def test_a_lost_race_says_who_was_faster_and_when(
    policies: Policies, clock: MovableClock
) -> None:
    made, _ = await policies.create(key(), draft())
    clock.move(minutes=3)
    await policies.rewrite(key(), 1, made.etag, draft(b"[1]", author="bob"))
    with pytest.raises(EtagMismatch) as lost:
        await policies.rewrite(key(), 1, made.etag, draft(b"[2]"))
    assert lost.value.metadata["author"] == "bob"
    assert lost.value.metadata["updateTime"] == clock().isoformat(timespec="seconds")
    assert (await policies.version(1)).content == b"[1]"


async def test_what_was_published_never_changes(policies: Policies) -> None:
    done = await published(policies)
    with pytest.raises(WrongState):
        await policies.rewrite(key(), 1, done.etag, draft(b"[2]"))
    assert (await policies.version(1)).content == b"{}"


async def test_the_statement_itself_spares_what_was_published(
    policies: Policies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where nobody looks before: the guard stands in the SQL."""
    done = await published(policies)
    looked = policy_writes.check_draft
    calls = []

    def blind_once(found: PolicyVersion) -> None:
        calls.append(found)
        if len(calls) > 1:
            looked(found)

    monkeypatch.setattr(policy_writes, "check_draft", blind_once)
    with pytest.raises(WrongState):
        await policies.rewrite(key(), 1, done.etag, draft(b"[2]"))
    assert (await policies.version(1)).content == b"{}"


async def test_publishing_moves_one_pointer_and_retires_the_old_version(
    policies: Policies,
) -> None:
    await published(policies)
    await published(policies, b"[2]")
    pointer, _ = await policies.pointer()
    assert (pointer.published, pointer.previous) == (2, 1)
    assert (await policies.version(1)).state is PolicyState.RETIRED
    assert (await policies.version(2)).state is PolicyState.PUBLISHED


async def test_a_version_that_was_not_simulated_needs_a_reason(
    policies: Policies,
) -> None:
    made, _ = await policies.create(key(), draft())
    with pytest.raises(NotSimulated):
        await policies.publish(key(), wish(made, override=""))
    await policies.keep_report(1, made.etag, report="{}", who="ada")
    done, _ = await policies.publish(key(), wish(made, override=""))
    assert done.state is PolicyState.PUBLISHED


async def test_a_simulation_of_other_content_does_not_count(
    policies: Policies,
) -> None:
    made, _ = await policies.create(key(), draft())
    await policies.keep_report(1, made.etag, report="{}", who="ada")
    changed, _ = await policies.rewrite(key(), 1, made.etag, draft(b"[2]"))
    with pytest.raises(NotSimulated):
        await policies.publish(key(), wish(changed, override=""))
    with pytest.raises(EtagMismatch):
        await policies.keep_report(1, made.etag, report="{}", who="ada")


async def test_the_same_request_gets_its_first_answer_again(
    policies: Policies,
) -> None:
    asked = key()
    made, replayed = await policies.create(asked, draft())
    await policies.rewrite(key(), 1, made.etag, draft(b"[2]"))
    again, replayed_again = await policies.create(asked, draft())
    assert again == made
    assert (replayed, replayed_again) == (False, True)
    assert len(await policies.page(before=None, limit=9)) == 1
    with pytest.raises(IdReused):
        await policies.create(replace(asked, content_hash="other"), draft(b"[3]"))


async def test_rolling_back_needs_no_gate_and_goes_to_any_published_version(
    policies: Policies,
) -> None:
    for number in range(3):
        await published(policies, b"[%d]" % number)
    assert (await policies.roll_back(key(), None, who="ada", why="bad"))[0] == 2
    assert (await policies.roll_back(key(), 1, who="ada", why="worse"))[0] == 1
    assert (await policies.roll_back(key(), 0, who="ada", why="none"))[0] == 0
    made, _ = await policies.create(key(), draft())
    with pytest.raises(WrongState, match="never published"):
        await policies.roll_back(key(), made.version, who="ada", why="")
    with pytest.raises(PolicyNotFound):
        await policies.roll_back(key(), 99, who="ada", why="")


async def test_rolling_back_again_goes_further_back_and_never_forward(
    policies: Policies,
) -> None:
    for number in range(3):
        await published(policies, b"[%d]" % number)
    for before in (2, 1, 0):
        reached, _ = await policies.roll_back(key(), None, who="ada", why="bad")
        assert reached == before
    with pytest.raises(WrongState, match="none was before"):
        await policies.roll_back(key(), None, who="ada", why="")


async def test_what_was_taken_back_is_not_what_was_before(policies: Policies) -> None:
    await published(policies, b"[1]")
    await policies.roll_back(key(), None, who="ada", why="bad")
    await published(policies, b"[2]")
    assert (await policies.roll_back(key(), None, who="ada", why="bad"))[0] == 0


async def test_there_is_nothing_before_the_first_policy(policies: Policies) -> None:
    with pytest.raises(WrongState, match="none was before"):
        await policies.roll_back(key(), None, who="ada", why="")


@pytest.mark.parametrize("pending", ["starts_at", "canary_bps"])
async def test_rolling_back_what_is_pending_leaves_what_decides(
    policies: Policies, clock: MovableClock, pending: str
) -> None:
    await published(policies, b"[1]")
    await published(policies, b"[2]")
    made, _ = await policies.create(key(), draft(b"[3]"))
    later = {"starts_at": clock() + timedelta(hours=1), "canary_bps": 500}
    fields = {pending: later[pending], "guard": "{}"}
    await policies.publish(key(), wish(made, **fields))
    assert (await policies.roll_back(key(), None, who="ada", why=""))[0] == 2
    pointer, _ = await policies.pointer()
    assert (pointer.scheduled, pointer.canary) == (None, None)
    assert (await policies.roll_back(key(), None, who="ada", why="bad too"))[0] == 1


async def test_rolling_back_takes_back_what_decides_if_it_came_after_a_schedule(
    policies: Policies, clock: MovableClock
) -> None:
    await published(policies, b"[1]")
    made, _ = await policies.create(key(), draft(b"[2]"))
    starts_at = clock() + timedelta(hours=1)
    await policies.publish(key(), wish(made, starts_at=starts_at))
    await published(policies, b"[3]")
    assert (await policies.roll_back(key(), None, who="ada", why="bad"))[0] == 1


async def test_a_scheduled_version_starts_by_the_clock_of_the_ledger(
    policies: Policies, clock: MovableClock
) -> None:
    made, _ = await policies.create(key(), draft())
    starts_at = clock() + timedelta(hours=1)
    await policies.publish(key(), wish(made, starts_at=starts_at))
    await policies.start_scheduled(1)
    assert (await policies.pointer())[0].published == 0
    clock.move(hours=1)
    await policies.start_scheduled(1)
    pointer, _ = await policies.pointer()
    assert (pointer.published, pointer.previous, pointer.scheduled) == (1, 0, None)
    await policies.start_scheduled(1)
    started = [e for e in await everything(policies) if e is Happening.STARTED]
    assert len(started) == 1


async def test_a_canary_ends_once_and_is_told(policies: Policies) -> None:
    made, _ = await policies.create(key(), draft())
    await policies.publish(key(), wish(made, canary_bps=500, guard="{}"))
    pointer, _ = await policies.pointer()
    assert (pointer.published, pointer.canary, pointer.canary_bps) == (0, 1, 500)
    era = pointer.canary_era
    assert await policies.canaries.end(era, why="dearer", detail={})
    assert not await policies.canaries.end(era, why="dearer", detail={})
    assert (await policies.pointer())[0].canary is None
    assert (await policies.version(1)).state is PolicyState.RETIRED
    assert (await everything(policies))[0] is Happening.CANARY_ROLLED_BACK


async def test_figures_of_all_processes_add_up(policies: Policies) -> None:
    await policies.canaries.count(7, {0: Tally(orders=2), 1: Tally(orders=1)})
    sums = await policies.canaries.count(7, {1: Tally(orders=4, units=9)})
    assert sums == {0: Tally(orders=2), 1: Tally(orders=5, units=9)}
    assert await policies.canaries.sums(8) == {}


async def test_the_audit_has_every_step_with_its_reason(policies: Policies) -> None:
    await published(policies)
    await policies.roll_back(key(), 0, who="bob", why="too dear")
    events = await policies.events(before=None, limit=10)
    told = [(e.who, e.what, e.version, e.why) for e in events]
    assert told == [
        ("bob", Happening.ROLLED_BACK, 0, "too dear"),
        ("ada", Happening.PUBLISHED, 1, "a test"),
        ("ada", Happening.CREATED, 1, ""),
    ]
    assert '"override": "a test"' in events[1].detail


async def everything(policies: Policies) -> list[Happening]:
    return [event.what for event in await policies.events(before=None, limit=50)]
