"""Any story of orders, told to the ledger and to a model of things, ends the same.

After every step the two are compared unit by unit, and the audit's invariants hold.
`STORIES=2000 pytest tests/inventory/orders/test_life_story.py` tells more of them.
"""

import asyncio
import os
import shutil
from collections import Counter
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, select

from inventory import errors
from inventory.database import open_reader, snapshot
from inventory.invariants import broken, oversold_units
from inventory.operations import CommitHold, Operation
from inventory.orders.actions import Action, Pay, StepAnswer
from inventory.orders.reading import WholeOrder, whole_orders
from inventory.orders.tables import cell_flag, order
from inventory.stock import Stock
from inventory.tables import cell
from tests.inventory.movable_clock import MovableClock
from tests.inventory.orders.life_draws import DAY, NODES, SKUS, Draws
from tests.inventory.orders.life_model import AT_NODE, DONE, WRONG_CODE, Life, World
from tests.inventory.orders.sentences import in_one_batch, step_on
from tests.inventory.sentences import adjust, count, furnish, key, place

STORIES = int(os.environ.get("STORIES", "8"))
STEPS = 30
SEEDS = st.integers(0, 2**32 - 1)
GATES = ("", "", "", "REVIEW", "BACKORDER")
OVER = ("CANCELLED", "COMPLETED")
OF_UNITS = {"ALLOCATED": "SHELF", "PICKED": "HAND", "SHIPPED": "SENT"}
OF_UNITS |= {"COLLECTED": "HANDED"}


class Story(RuleBasedStateMachine):
    """One story on a ledger of its own."""

    @initialize(seed=SEEDS)
    def open(self, seed: int) -> None:
        self.folder = Path(mkdtemp())
        self.world = World(NODES)
        self.past: list[tuple[Operation, Any]] = []
        self.number = self.turns = 0
        self.runner = asyncio.Runner()
        url = f"sqlite:///{self.folder}/ledger.db"
        self.stock: Stock = self.runner.run(self._open(url))
        self.engine = open_reader(url)
        for _ in range(3):
            self.orders(self.draws(seed))

    async def _open(self, url: str) -> Stock:
        stock = await Stock.open(
            ledger_url=url, view_url=None, clock=MovableClock(), linger_ms=0
        )
        cells = [(s, n, 6) for s in SKUS for n in NODES] + [(DAY, n, 4) for n in NODES]
        self.world.on_hand = {(s, n): units for s, n, units in cells}
        await furnish(stock, *cells)
        return stock

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()
            self.runner.run(self.stock.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    def draws(self, seed: int) -> Draws:
        """The same seed, which is often a small number, draws something else later."""
        self.turns += 1
        return Draws(1_000 * seed + self.turns)

    def told(self, operation: Operation) -> str:
        """What the ledger said, in the model's words; effects are remembered."""
        return self._word(operation, self.runner.run(self._submit(operation)))

    async def _submit(self, operation: Operation) -> object:
        try:
            return await self.stock.submit(operation)
        except errors.Refusal as refusal:
            return refusal

    def _word(self, operation: Operation, outcome: Any) -> str:
        if isinstance(outcome, errors.Refusal):
            return type(outcome).__name__
        if isinstance(outcome, BaseException):
            raise outcome
        self.past.append((operation, outcome))
        is_wrong = isinstance(outcome, StepAnswer) and outcome.wrong_code
        return WRONG_CODE if is_wrong else DONE

    @rule(seed=SEEDS)
    def held(self, seed: int) -> None:
        self.orders(self.draws(seed))

    def orders(self, draws: Draws) -> None:
        """Units are held and, most often, bought at once."""
        self.number += 1
        name = f"h{self.number}"
        where = [(draws.one(*SKUS), draws.one(*NODES)) for _ in range(3)]
        lines = {cell: draws.number(1, 3) for cell in where}
        days = {node for _, node in lines if draws.number(0, 1)}
        lines |= {(DAY, node): 1 for node in sorted(days)}
        gate = draws.one(*GATES)
        if gate == "BACKORDER":
            lines[draws.one(*SKUS), ""] = draws.number(1, 3)
        asked = place(name, *((*where, n) for where, n in lines.items()), gate=gate)
        assert self.told(asked) == self.world.place(name, lines)
        if name in self.world.holds and draws.number(0, 4):
            self._commit(name, gate, draws)

    def _commit(self, name: str, gate: str, draws: Draws) -> None:
        payment = draws.one("NONE", "NONE", "PENDING", "AUTHORIZED")
        whole = key("Commit", content=name)
        asked = CommitHold(whole, name, f"order-{name}", payment=payment)
        self.world.commit(name, gate=gate, payment=payment)
        assert self.told(asked) == DONE

    @precondition(lambda self: self.world.lives)
    @rule(seed=SEEDS, steps=st.integers(1, 8))
    def orders_go_on(self, seed: int, steps: int) -> None:
        draws = self.draws(seed)
        for _ in range(steps):
            self.goes_on(life := self.someone(draws), draws.action(life))

    def someone(self, draws: Draws) -> Life:
        """An order, most often one that is not over."""
        lives = [life for life in self.world.lives.values() if life.state not in OVER]
        if not lives or draws.seldom():
            return self.world.lives[draws.one(*self.world.lives)]
        return draws.one(*lives)

    def goes_on(self, life: Life, action: Action) -> None:
        known = set(life.parcels)
        expected = self.world.step(life.order_id, action)
        assert self.told(step_on(action, life.order_id)) == expected, action
        if expected in (DONE, WRONG_CODE):
            answer = self.past[-1][1]
            assert (answer.state, answer.unrouted) == (life.state, life.waiting)
            assert set(answer.made) == set(life.parcels) - known, action
        self.ledger_has_what_the_model_has()

    @precondition(lambda self: self.world.lives)
    @rule(seed=SEEDS)
    def parcels_go_all_the_way(self, seed: int) -> None:
        """So that stories get to the end before they are over."""
        draws = self.draws(seed)
        life = self.someone(draws)
        if life.state == "PENDING":
            self.goes_on(life, Pay(f"p{seed}", "AUTHORIZED"))
        for box in list(life.parcels.values()):
            if box.state in AT_NODE:
                for kind in ("pick", "ready", draws.one("ship", "collect", "send")):
                    self.goes_on(life, draws.of_parcel(life, box, kind))
                if box.state == "IN_TRANSIT":
                    self.goes_on(life, draws.of_parcel(life, box, "arrive"))
        self.goes_on(life, draws.of_order(life, draws.one("announce", "receive")))

    @precondition(lambda self: self.world.lives)
    @rule(seed=SEEDS, steps=st.integers(2, 4))
    def steps_come_together(self, seed: int, steps: int) -> None:
        """Drawn on what everybody saw before, decided one after the other."""
        draws, asked = self.draws(seed), []
        for _ in range(steps):
            life = self.someone(draws)
            asked.append(step_on(draws.action(life), life.order_id))
        outcomes = self.runner.run(in_one_batch(self.stock, *asked))
        for step, outcome in zip(asked, outcomes, strict=True):
            expected = self.world.step(step.order_id, step.action)
            assert self._word(step, outcome) == expected, step.action

    @precondition(lambda self: self.past)
    @rule(seed=SEEDS)
    def the_same_is_sent_again(self, seed: int) -> None:
        operation, answer = self.draws(seed).one(*self.past)
        again = self.runner.run(self._submit(operation))
        assert getattr(again, "replayed", again) is True
        assert _facts(again) == _facts(answer)

    @rule(seed=SEEDS)
    def shelf_is_looked_at(self, seed: int) -> None:
        """A count says what is there, an adjustment what came or went."""
        draws = self.draws(seed)
        cell, units = (draws.one(*SKUS), draws.one(*NODES)), draws.number(0, 9)
        if draws.number(0, 1):
            self.world.on_hand[cell] = units
            self.world.flags.discard(cell)
            assert self.told(count((*cell, units))) == DONE
            return
        delta = draws.one(-4, -1, 2, 6)
        after = self.world.on_hand.get(cell, 0) + delta
        expected = "NegativeStock" if after < 0 else DONE
        assert self.told(adjust((*cell, delta))) == expected
        if after >= 0:
            self.world.on_hand[cell] = after

    @invariant()
    def ledger_has_what_the_model_has(self) -> None:
        if not hasattr(self, "engine"):
            return
        with snapshot(self.engine) as connection:
            found = whole_orders(connection, select(order))
            told = {whole.order.order_id: _told(whole) for whole in found}
            assert told == {n: _known(life) for n, life in self.world.lives.items()}
            self._compare_cells(connection)
            assert list(broken(connection)) == []
            assert oversold_units(connection) == 0

    def _compare_cells(self, connection: Connection) -> None:
        counters = cell.c.on_hand, cell.c.held, cell.c.allocated
        for sku, node, *found in connection.execute(
            select(cell.c.sku, cell.c.node, *counters)
        ):
            where, world = (sku, node), self.world
            expected = world.on_hand.get(where, 0), world.held(where)
            assert (where, *found) == (where, *expected, world.promised(where))
        flagged = connection.execute(select(cell_flag.c.sku, cell_flag.c.node))
        assert {tuple(row) for row in flagged} == self.world.flags


def _told(whole: WholeOrder) -> tuple[object, ...]:
    """An order in the ledger, in the model's words."""
    book = whole.book
    units: Counter[tuple[str, ...]] = Counter()
    for row in book.allocations.values():
        if row.state in OF_UNITS and row.line_no:
            is_moving = row.shipment_id in book.in_transit()
            where = "MOVING" if is_moving else OF_UNITS[row.state]
            units[row.sku, where, row.shipment_id] += row.qty
    for line in book.lines.values():
        units[line.sku, "WAITS", ""] += line.unrouted
        units[line.sku, "GONE", ""] += line.cancelled
    claims = [r.shipment_id for r in book.open_units() if not r.line_no]
    boxes = {
        s.shipment_id: (s.node, s.state, s.code, s.guesses)
        for s in book.shipments.values()
    }
    asked = [o for offers in book.offers.values() for o in offers.values()]
    offers = {(o.shipment_id, o.node, o.state) for o in asked}
    back = {
        (r.return_id, r.node, r.state, line.sku, line.qty, line.received)
        for r in book.returns.values()
        for line in book.return_lines.values()
        if line.return_id == r.return_id
    }
    gates = book.order.state, book.order.gate, book.order.payment
    return (*gates, +units, Counter(claims), boxes, offers, back)


def _known(life: Life) -> tuple[object, ...]:
    """The same of the model."""
    units = Counter(
        (
            u.of if u.where == "GONE" else u.sku,
            *(u.where, u.parcel.name if u.parcel and u.where != "GONE" else ""),
        )
        for u in life.units
    )
    boxes = life.parcels.values()
    claims = Counter(box.name for box in boxes for _ in box.claims)
    offers = {(b.name, node, state) for b in boxes for node, state in b.offers.items()}
    back = {
        (name, r.node, r.state, sku, n, r.received.get(sku, 0))
        for name, r in life.returns.items()
        for sku, n in r.units.items()
    }
    seen = {b.name: (b.node, b.state, b.code, b.guesses) for b in boxes}
    return (life.state, life.gate, life.payment, units, claims, seen, offers, back)


def _facts(answer: Any) -> tuple[object, ...]:
    names = [name for name in answer.__dataclass_fields__ if name != "replayed"]
    return tuple(getattr(answer, name) for name in names)


def test_every_story_of_orders_ends_as_in_the_model() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call] # hypothesis
        Story,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
        ),
    )
