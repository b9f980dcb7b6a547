"""Any story of stock, told to the ledger and to a dict, ends the same; audited always.

Duplicates, late messages, batches, a wiped view and moves of the clock are rules among
others. The model is a dozen lines; the invariants I1 to I7 come from the audit.
"""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
import redis
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from inventory import errors
from inventory.audit import audit
from inventory.embedded import EmbeddedValkey
from inventory.operations import Operation
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.sentences import (
    NODES,
    adjust,
    commit,
    count,
    extend,
    furnish,
    place,
    release,
)

SKUS = ("A", "B")
CELLS = st.tuples(st.sampled_from(SKUS), st.sampled_from(NODES[:3]))
HOLDS = st.sampled_from([f"h{number}" for number in range(8)])
LINES = st.dictionaries(CELLS, st.integers(1, 6), min_size=1, max_size=3)
TTL_S = 600


class Model:
    """Stock as a dict; each method says what must happen: a state or a refusal."""

    def __init__(self) -> None:
        self.on_hand: dict[tuple[str, str], int] = {}
        self.holds: dict[str, tuple[str, dict[tuple[str, str], int], Any]] = {}

    def claimed(self, cell: tuple[str, str], state: str) -> int:
        held = (lines for kind, lines, _ in self.holds.values() if kind == state)
        return sum(lines.get(cell, 0) for lines in held)

    def free(self, cell: tuple[str, str]) -> int:
        taken = self.claimed(cell, "ACTIVE") + self.claimed(cell, "COMMITTED")
        return self.on_hand.get(cell, 0) - taken

    def place(self, hold_id: str, lines: dict[tuple[str, str], int], until: Any) -> str:
        if hold_id in self.holds:
            return self._known(hold_id)
        if any(self.free(cell) < units for cell, units in lines.items()):
            return "NoStock"
        self.holds[hold_id] = ("ACTIVE", dict(lines), until)
        return "ACTIVE"

    def _known(self, hold_id: str) -> str:
        state = self.holds[hold_id][0]
        return {"RELEASED": "HoldReleased", "EXPIRED": "HoldExpired"}.get(state, state)

    def settle(self, hold_id: str, state: str) -> str:
        if hold_id not in self.holds:
            if state == "COMMITTED":
                return "HoldNotFound"
            self.holds[hold_id] = ("RELEASED", {}, None)
            return state
        now = self.holds[hold_id][0]
        if now == "ACTIVE":
            self.holds[hold_id] = (state, *self.holds[hold_id][1:])
            return state
        return state if now == state else f"Hold{now.capitalize()}"


class Story(RuleBasedStateMachine):
    """One story; `urls` is set by the test."""

    view_url = ""

    @initialize()
    def open(self) -> None:
        self.folder = Path(mkdtemp())
        self.clock = MovableClock()
        self.model = Model()
        self.past: list[tuple[Operation, Any]] = []
        self.runner = asyncio.Runner()
        self.view = redis.Redis.from_url(self.view_url)
        self.view.flushall()
        self.ledger_url = f"sqlite:///{self.folder}/ledger.db"
        self.stock: Stock = self.runner.run(self._open())

    async def _open(self) -> Stock:
        stock = await Stock.open(
            ledger_url=self.ledger_url, view_url=self.view_url, clock=self.clock
        )
        await furnish(stock)
        return stock

    def teardown(self) -> None:
        if hasattr(self, "stock"):
            self.runner.run(self.stock.close())
            self.runner.close()
            self.view.close()
            shutil.rmtree(self.folder)

    def told(self, *operations: Operation) -> list[str]:
        """What the ledger said, in the model's words; effects are remembered."""
        outcomes = self.runner.run(self._gather(operations))
        for operation, outcome in zip(operations, outcomes, strict=True):
            if not isinstance(outcome, BaseException):
                self.past.append((operation, outcome))
        return [_word(outcome) for outcome in outcomes]

    async def _gather(self, operations: tuple[Operation, ...]) -> list[Any]:
        submitted = (self.stock.submit(operation) for operation in operations)
        return await asyncio.gather(*submitted, return_exceptions=True)

    @rule(cell=CELLS, units=st.integers(0, 9))
    def shelf_is_counted(self, cell: tuple[str, str], units: int) -> None:
        self.model.on_hand[cell] = units
        assert self.told(count((*cell, units))) == ["StockAnswer"]

    @rule(cell=CELLS, delta=st.integers(-4, 6).filter(bool))
    def units_come_or_go(self, cell: tuple[str, str], delta: int) -> None:
        after = self.model.on_hand.get(cell, 0) + delta
        expected = "NegativeStock" if after < 0 else "StockAnswer"
        assert self.told(adjust((*cell, delta))) == [expected]
        if after >= 0:
            self.model.on_hand[cell] = after

    @rule(hold_id=HOLDS, lines=LINES)
    def hold_is_placed(self, hold_id: str, lines: dict[tuple[str, str], int]) -> None:
        until = self.clock.now + timedelta(seconds=TTL_S)
        expected = self.model.place(hold_id, lines, until)
        assert self.told(self._place(hold_id, lines)) == [expected]

    def _place(self, hold_id: str, lines: dict[tuple[str, str], int]) -> Operation:
        return place(hold_id, *((*c, n) for c, n in lines.items()), ttl_s=TTL_S)

    @rule(hold_id=HOLDS)
    def hold_is_committed(self, hold_id: str) -> None:
        expected = self.model.settle(hold_id, "COMMITTED")
        assert self.told(commit(hold_id)) == [expected]

    @rule(hold_id=HOLDS)
    def hold_is_released(self, hold_id: str) -> None:
        expected = self.model.settle(hold_id, "RELEASED")
        assert self.told(release(hold_id)) == [expected]

    @rule(wishes=st.lists(st.tuples(HOLDS, LINES), min_size=2, max_size=6))
    def holds_come_together(
        self, wishes: list[tuple[str, dict[tuple[str, str], int]]]
    ) -> None:
        until = self.clock.now + timedelta(seconds=TTL_S)
        expected = [self.model.place(name, lines, until) for name, lines in wishes]
        assert self.told(*(self._place(*wish) for wish in wishes)) == expected

    @rule(hold_id=HOLDS)
    def hold_is_extended(self, hold_id: str) -> None:
        known = self.model.holds.get(hold_id)
        state = known[0] if known else ""
        expected = f"Hold{state.capitalize()}" if known else "HoldNotFound"
        if known and state == "ACTIVE":
            expected = "ACTIVE"
            until = max(known[2], self.clock.now + timedelta(seconds=900))
            self.model.holds[hold_id] = (state, known[1], until)
        assert self.told(extend(hold_id, 900)) == [expected]

    @rule(data=st.data())
    def message_comes_again(self, data: st.DataObject) -> None:
        if self.past:
            operation, first = data.draw(st.sampled_from(self.past))
            again = self.runner.run(self.stock.submit(operation))
            assert again.replayed
            assert _facts(again) == _facts(first)

    @rule(minutes=st.integers(1, 8))
    def time_passes(self, minutes: int) -> None:
        self.clock.move(minutes=minutes)
        due = [
            name
            for name, (state, _, until) in self.model.holds.items()
            if state == "ACTIVE" and until <= self.clock.now
        ]
        assert self.runner.run(self.stock.sweep()) == len(due)
        for name in due:
            self.model.holds[name] = ("EXPIRED", *self.model.holds[name][1:])

    @rule()
    def view_is_wiped(self) -> None:
        self.view.flushall()

    @rule()
    def outbox_is_published(self) -> None:
        self.runner.run(self.stock.relay())

    @invariant()
    def planner_sees_what_the_model_has(self) -> None:
        reading = self.runner.run(self.stock.read(SKUS))
        for row, sku in zip(reading.available, SKUS, strict=True):
            for number, node in enumerate(NODES):
                assert row[number] == max(0, self.model.free((sku, node)))

    @invariant()
    def books_are_clean(self) -> None:
        report = self.runner.run(audit(self.ledger_url, self.view_url))
        assert report.violations == ()
        assert report.oversold_units == 0


def _word(outcome: object) -> str:
    if isinstance(outcome, errors.Refusal):
        return type(outcome).__name__
    if isinstance(outcome, BaseException):
        raise outcome
    state = getattr(outcome, "state", type(outcome).__name__)
    return "COMMITTED" if state == "ALLOCATED" else str(state)


def _facts(answer: Any) -> tuple[object, ...]:
    names = [name for name in answer.__dataclass_fields__ if name != "replayed"]
    return tuple(getattr(answer, name) for name in names)


@pytest.fixture
def told_to(valkey: EmbeddedValkey) -> type[Story]:
    Story.view_url = valkey.url
    return Story


def test_every_story_ends_as_in_the_model(told_to: type[Story]) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call] # hypothesis
        told_to,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, print_blob=True
        ),
    )
