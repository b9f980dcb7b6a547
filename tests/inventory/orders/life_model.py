"""The life of orders without a ledger: every unit is a thing, and it is somewhere.

Knows the rules as people are told them, and nothing of rows, splits, entries or SQL.
Each step says in one word what must come of it: "done", "wrong code" or a refusal.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from inventory.orders.actions import (
    Accept,
    Action,
    Assign,
    Cancel,
    Change,
    Collect,
    Deliver,
    NoShow,
    Offer,
    OpenReturn,
    Pay,
    Pick,
    Ready,
    Receive,
    ReceiveReturn,
    Reject,
    Reroute,
    Route,
    Routes,
    Ship,
)

Cell = tuple[str, str]
AT_NODE = ("ALLOCATED", "ACCEPTED", "PICKING", "READY")
OUT = ("SENT", "HANDED")
DONE, WRONG_CODE = "done", "wrong code"


class No(Exception):
    """A refusal, by its name."""


@dataclass(eq=False)
class Parcel:
    """A shipment: a box at a node, or on its way."""

    name: str
    number: int
    node: str
    state: str = "ALLOCATED"
    code: str = ""
    guesses: int = 0
    goes_to: str = ""
    claims: list[str] = field(default_factory=list)
    offers: dict[str, str] = field(default_factory=dict)

    def close_offers(self, winner: str = "") -> None:
        for node, state in self.offers.items():
            if state == "OPEN":
                self.offers[node] = "WON" if node == winner else "LOST"


@dataclass(eq=False)
class Unit:
    """One thing: it WAITS, lies on a SHELF, is in a HAND, MOVING to a store, SENT,
    HANDED over or GONE.

    `ordered` is what the customer wanted instead, where this stands in for it.
    """

    sku: str
    where: str = "WAITS"
    parcel: Parcel | None = None
    ordered: str = ""

    @property
    def of(self) -> str:
        """The line that it is for."""
        return self.ordered or self.sku


@dataclass(eq=False)
class Back:
    """A return."""

    node: str
    units: dict[str, int]
    state: str = "OPEN"
    received: dict[str, int] = field(default_factory=dict)


@dataclass(eq=False)
class Life:
    """One order."""

    order_id: str
    gate: str = ""
    payment: str = "NONE"
    units: list[Unit] = field(default_factory=list)
    parcels: dict[str, Parcel] = field(default_factory=dict)
    returns: dict[str, Back] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)
    made: int = 0

    def those(
        self, *where: str, sku: str = "", parcel: Parcel | None = None
    ) -> list[Unit]:
        """Units there."""
        return [
            unit
            for unit in self.units
            if unit.where in where
            and (not sku or unit.sku == sku)
            and (parcel is None or unit.parcel is parcel)
        ]

    def wanted(self) -> list[Unit]:
        return [unit for unit in self.units if unit.where != "GONE"]

    @property
    def waiting(self) -> int:
        return len(self.those("WAITS"))

    @property
    def state(self) -> str:
        """As far as its last box; what stops it comes first."""
        if not self.wanted():
            return "CANCELLED"
        if self.gate == "REVIEW":
            return "REVIEW"
        if self.payment in ("PENDING", "FAILED"):
            return "PENDING"
        if self.waiting:
            return "BACKORDERED" if self.gate == "BACKORDER" else "REVIEW"
        boxes = {unit.parcel.state for unit in self.wanted() if unit.parcel}
        untouched = boxes & {"ALLOCATED", "ACCEPTED"}
        if untouched == boxes:
            return "ALLOCATED"
        if untouched or boxes & {"PICKING", "IN_TRANSIT"}:
            return "PICKING"
        for state in ("READY", "SHIPPED"):
            if state in boxes:
                return state
        if self.payment in ("NONE", "CAPTURED", "REFUNDED"):
            return "COMPLETED"
        return "COLLECTED" if boxes == {"COLLECTED"} else "DELIVERED"

    def box(self, name: str, *states: str) -> Parcel:
        """The parcel, if it is in one of the states."""
        if name not in self.parcels:
            raise No("ShipmentNotFound")
        if self.parcels[name].state not in states:
            raise No("WrongState")
        return self.parcels[name]

    def check_released(self) -> None:
        if self.gate == "REVIEW" or self.payment in ("PENDING", "FAILED"):
            raise No("WrongState")


class World:
    """Shelves, holds and orders."""

    def __init__(self, nodes: Collection[str]) -> None:
        self.nodes = nodes
        self.on_hand: dict[Cell, int] = {}
        self.holds: dict[str, dict[Cell, int]] = {}
        self.lives: dict[str, Life] = {}
        self.flags: set[Cell] = set()
        self.return_ids: set[str] = set()

    def promised(self, cell: Cell) -> int:
        """What orders count on there: units, or claims of a day."""
        sku, node = cell
        parcels = [p for life in self.lives.values() for p in life.parcels.values()]
        claims = sum(p.claims.count(sku) for p in parcels if p.node == node)
        return claims + len(self.there(cell, "SHELF", "HAND"))

    def held(self, cell: Cell) -> int:
        return sum(lines.get(cell, 0) for lines in self.holds.values())

    def there(self, cell: Cell, *where: str) -> list[Unit]:
        sku, node = cell
        return [
            unit
            for life in self.lives.values()
            for unit in life.those(*where, sku=sku)
            if unit.parcel and unit.parcel.node == node
        ]

    def free(self, cell: Cell) -> int:
        return self.on_hand.get(cell, 0) - self.held(cell) - self.promised(cell)

    def place(self, name: str, lines: Mapping[Cell, int]) -> str:
        """Set aside, or not; what has no node waits for stock."""
        if any(n > self.free(cell) for cell, n in lines.items() if cell[1]):
            return "NoStock"
        self.holds[name] = dict(lines)
        return DONE

    def commit(self, name: str, *, gate: str, payment: str) -> Life:
        """A parcel for each line, as the holds of these tests have it."""
        life = Life(f"order-{name}", gate, payment)
        lines = self.holds.pop(name)
        for (sku, node), n in lines.items():
            if sku.startswith("~"):
                boxes = (box for box in life.parcels.values() if box.node == node)
                next(boxes).claims.append(sku)
                continue
            life.made += 1
            units = [Unit(sku) for _ in range(n)]
            life.units += units
            if node:
                self._box(life, node, units, life.made)
        self.lives[life.order_id] = life
        return life

    def step(self, order_id: str, action: Action) -> str:
        """What comes of it."""
        if order_id not in self.lives:
            return "OrderNotFound"
        life = self.lives[order_id]
        try:
            outcome = self._carry_out(life, action)
        except No as refusal:
            return str(refusal)
        if life.gate == "BACKORDER" and not life.waiting:
            life.gate = ""
        return outcome or DONE

    def _carry_out(self, life: Life, action: Action) -> str | None:
        match action:
            case Accept():
                return self._accept(life, action)
            case Reject():
                return self._reject(life, action)
            case Pick():
                return self._pick(life, action)
            case Ready():
                return self._ready(life, action)
            case Ship():
                return self._ship(life, action)
            case Receive():
                return self._arrive(life, action)
            case Collect():
                return self._collect(life, action)
            case Deliver():
                life.box(action.shipment_id, "SHIPPED").state = "DELIVERED"
                return None
            case NoShow():
                return self._no_show(life, action)
            case Reroute():
                return self._reroute(life, action)
            case Route():
                self._check(life, action.routes, Counter())
                return self._send(life, action.routes)
            case Offer():
                box = life.box(action.shipment_id, "ALLOCATED")
                box.close_offers()
                box.offers.update(dict.fromkeys(action.node_ids, "OPEN"))
                return None
            case Cancel():
                return self._cancel(life, action)
            case Change():
                return self._change(life, action)
            case OpenReturn():
                return self._open_return(life, action)
            case ReceiveReturn():
                return self._receive(life, action)
            case Pay() | Assign():
                return self._office(life, action)
            case _:
                raise AssertionError(action)

    def _check(
        self,
        life: Life,
        routes: Routes | None,
        freed: Mapping[str, int],
        emptied: Collection[Cell] = (),
    ) -> None:
        if routes is None:
            return
        wanted = Counter[str]()
        for line in routes.lines:
            wanted[line.sku] += line.quantity if line.plan_no else 0
        for sku, n in wanted.items():
            if n > len(life.those("WAITS", sku=sku)) + freed.get(sku, 0):
                raise No("WrongState")
        for line in routes.lines:
            cell = line.sku, line.node_id
            if line.quantity > (0 if cell in emptied else self.free(cell)):
                raise No("NoStock")

    def _send(self, life: Life, routes: Routes | None, state: str = "") -> None:
        made: dict[int, Parcel] = {}
        lines = routes.lines if routes else ()
        for line in (line for line in lines if line.plan_no):
            units = life.those("WAITS", sku=line.sku)[: line.quantity]
            if line.plan_no not in made:
                life.made += 1
                made[line.plan_no] = self._box(life, line.node_id, [], life.made)
            for unit in units:
                unit.where, unit.parcel = "SHELF", made[line.plan_no]
        for line in (line for line in lines if not line.plan_no):
            box = next(p for p in made.values() if p.node == line.node_id)
            box.claims += [line.sku] * line.quantity
        for box in made.values():
            box.state = state or box.state

    def _box(self, life: Life, node: str, units: list[Unit], number: int) -> Parcel:
        name = f"{life.order_id}:{number}"
        box = life.parcels[name] = Parcel(name, number, node)
        for unit in units:
            unit.where, unit.parcel = "SHELF", box
        return box

    def _end_empty(self, life: Life) -> None:
        for box in life.parcels.values():
            if box.state in AT_NODE and not life.those("SHELF", "HAND", parcel=box):
                box.state, box.claims = "CANCELLED", []
                box.close_offers()

    def _lose(self, cell: Cell, n: int, effect: str, kept: int = 0) -> None:
        if effect == "KEEP":
            return
        there = self.on_hand.get(cell, 0)
        self.on_hand[cell] = max(0, there - n)
        if effect == "ZERO":
            self.on_hand[cell] = len(self.there(cell, "HAND")) + kept
        self.flags.add(cell)

    def _accept(self, life: Life, action: Accept) -> None:
        box = life.box(action.shipment_id, "ALLOCATED")
        life.check_released()
        node = action.node_id or box.node
        if node == box.node:
            there = skus(life.those("SHELF", parcel=box))
            taken = there if action.units is None else Counter(action.units)
            if taken - there:
                raise No("WrongState")
            self._turn_down(life, box, there - taken, action)
            return
        if box.offers.get(node) != "OPEN":
            raise No("WrongState")
        units = life.those("SHELF", parcel=box)
        self._check(life, action.routes, skus(units))
        wait(units)
        box.close_offers(node)
        self._end_empty(life)
        self._send(life, action.routes, "ACCEPTED")

    def _reject(self, life: Life, action: Reject) -> None:
        box = life.box(action.shipment_id, "ALLOCATED", "ACCEPTED")
        there = skus(life.those("SHELF", parcel=box))
        lost = there if action.units is None else Counter(action.units)
        if lost - there:
            raise No("WrongState")
        if there - lost:
            life.check_released()
        self._turn_down(life, box, lost, action)

    def _turn_down(
        self, life: Life, box: Parcel, lost: Counter[str], action: Accept | Reject
    ) -> None:
        """These go elsewhere; what stays is accepted."""
        emptied = [(sku, box.node) for sku in lost] if action.effect == "ZERO" else ()
        self._check(life, action.routes, lost, emptied)
        for sku, n in lost.items():
            wait(life.those("SHELF", sku=sku, parcel=box)[:n])
        kept = skus(life.those("SHELF", parcel=box))
        for sku, n in lost.items():
            self._lose((sku, box.node), n, action.effect, kept[sku])
        if kept and box.state == "ALLOCATED":
            box.state = "ACCEPTED"
            box.close_offers(box.node)
        if lost:
            self._end_empty(life)
            self._send(life, action.routes)

    def _pick(self, life: Life, action: Pick) -> None:
        box = life.box(action.shipment_id, "ALLOCATED", "ACCEPTED", "PICKING")
        life.check_released()
        left = skus(life.those("SHELF", parcel=box))
        for line in action.lines:
            if line.found + line.missing > left[line.sku]:
                raise No("WrongState")
        lost = {line.sku: line.missing for line in action.lines if line.missing}
        emptied = [(sku, box.node) for sku in lost] if action.effect == "ZERO" else ()
        away = self._not_swapped(action)
        self._check(life, action.routes, away, emptied)
        self._check_swaps(action, box.node, emptied)
        for line in action.lines:
            units = life.those("SHELF", sku=line.sku, parcel=box)
            for unit in units[: line.found]:
                unit.where = "HAND"
            missing = units[line.found : line.found + line.missing]
            for other, n in line.instead:
                for unit in missing[:n]:
                    unit.sku, unit.where, unit.ordered = other, "HAND", unit.of
                missing = missing[n:]
            wait(missing)
        box.state = "PICKING"
        box.close_offers(box.node)
        for sku, n in lost.items():
            self._lose((sku, box.node), n, action.effect)
        if lost:
            self._end_empty(life)
            self._send(life, action.routes)

    def _not_swapped(self, action: Pick) -> dict[str, int]:
        """Missing units that nothing stands in for."""
        for line in action.lines:
            if sum(n for _, n in line.instead) > line.missing:
                raise No("WrongState")
        return {
            line.sku: line.missing - sum(n for _, n in line.instead)
            for line in action.lines
        }

    def _check_swaps(self, action: Pick, node: str, emptied: Collection[Cell]) -> None:
        wanted = Counter[str]()
        for line in action.lines:
            wanted.update(dict(line.instead))
        for sku, n in wanted.items():
            cell = sku, node
            free = 0 if cell in emptied else self.free(cell)
            for line in action.routes.lines if action.routes else ():
                if cell not in emptied and (line.sku, line.node_id) == cell:
                    free -= line.quantity
            if n > free:
                raise No("NoStock")

    def _packed(self, life: Life, name: str) -> Parcel:
        box = life.box(name, "PICKING", "READY")
        if life.those("SHELF", parcel=box):
            raise No("WrongState")
        return box

    def _ready(self, life: Life, action: Ready) -> None:
        box = self._packed(life, action.shipment_id)
        box.state, box.code, box.guesses = "READY", action.code, 0

    def _ship(self, life: Life, action: Ship) -> None:
        box = self._packed(life, action.shipment_id)
        where, state = ("SENT", "SHIPPED")
        if action.to_node:
            if any(unit.ordered for unit in life.those("HAND", parcel=box)):
                raise No("WrongState")
            where, state = "MOVING", "IN_TRANSIT"
        self._leave(box, life.those("HAND", parcel=box), where)
        box.state, box.goes_to = state, action.to_node

    def _arrive(self, life: Life, action: Receive) -> None:
        """The things are the store's, and promised as before."""
        box = life.box(action.shipment_id, "IN_TRANSIT")
        units = life.those("MOVING", parcel=box)
        if action.node_id != box.goes_to or set(skus(units)) - set(action.skus):
            raise No("WrongState")
        for sku, n in skus(units).items():
            cell = sku, box.goes_to
            self.on_hand[cell] = self.on_hand.get(cell, 0) + n
        life.made += 1
        self._box(life, box.goes_to, units, life.made).state = "ACCEPTED"
        box.state = "RECEIVED"

    def _leave(self, box: Parcel, units: Iterable[Unit], where: str) -> None:
        """They were there, whatever anybody thought."""
        for unit in units:
            unit.where = where
            cell = unit.sku, box.node
            self.on_hand[cell] = max(0, self.on_hand.get(cell, 0) - 1)

    def _collect(self, life: Life, action: Collect) -> str | None:
        box = life.box(action.shipment_id, "READY")
        if box.guesses == 5:
            raise No("CodeLocked")
        if box.code and action.code != box.code:
            box.guesses += 1
            return WRONG_CODE
        units = life.those("HAND", parcel=box)
        lines = skus(units) if action.lines is None else action.lines
        if any(n > skus(units)[sku] for sku, n in lines.items()):
            raise No("WrongState")
        units.sort(key=lambda unit: bool(unit.ordered))
        taken = [u for sku, n in lines.items() for u in of_sku(units, sku)[:n]]
        self._leave(box, taken, "HANDED")
        for unit in set(units) - set(taken):
            unit.where = "GONE"
        box.state = "COLLECTED" if taken else "CANCELLED"
        box.claims = box.claims if taken else []
        return None

    def _no_show(self, life: Life, action: NoShow) -> None:
        box = life.box(action.shipment_id, "READY")
        for unit in life.those("HAND", parcel=box):
            unit.where = "GONE"
        box.state = "NO_SHOW"

    def _reroute(self, life: Life, action: Reroute) -> None:
        boxes = [life.box(n, "ALLOCATED", "ACCEPTED") for n in action.shipment_ids]
        units = [u for box in set(boxes) for u in life.those("SHELF", parcel=box)]
        self._check(life, action.routes, skus(units))
        wait(units)
        self._end_empty(life)
        self._send(life, action.routes)

    def _takeable(
        self, life: Life, sku: str, n: int, until: Mapping[str, str]
    ) -> list[Unit]:
        """Units that may be given back, in that order."""
        if sku not in {unit.of for unit in life.units}:
            raise No("WrongState")
        if n > of_lines(life.wanted())[sku]:
            raise No("WrongState")
        able = [
            (unit.where == "HAND", not unit.ordered, unit.parcel.number, unit)
            for unit in life.those("SHELF", "HAND")
            if unit.parcel
            and unit.of == sku
            and AT_NODE.index(unit.parcel.state)
            <= AT_NODE.index(until.get(unit.parcel.node, "ACCEPTED"))
        ]
        waiting = life.those("WAITS", sku=sku)
        if n > len(waiting) + len(able):
            raise No("PastPointOfNoReturn")
        able.sort(key=lambda each: each[:3])
        return [*waiting, *(unit for *_, unit in able)][:n]

    def _cancel(self, life: Life, action: Cancel) -> None:
        units = of_lines(life.wanted()) if action.units is None else action.units
        if not units:
            raise No("WrongState")
        gone = [self._takeable(life, s, n, action.until) for s, n in units.items()]
        for unit in (unit for units in gone for unit in units):
            unit.where = "GONE"
        self._end_empty(life)

    def _change(self, life: Life, action: Change) -> None:
        now = of_lines(life.wanted())
        by = {sku: n - now[sku] for sku, n in action.units.items() if n != now[sku]}
        if not now or not by:
            raise No("WrongState")
        fewer = {sku: -n for sku, n in by.items() if n < 0}
        gone = [self._takeable(life, s, n, action.until) for s, n in fewer.items()]
        taken = [unit for units in gone for unit in units]
        freed = {sku: n for sku, n in by.items() if n > 0}
        for sku in fewer:
            freed[sku] = -sum(unit.where == "WAITS" for unit in of_sku(taken, sku))
        self._check(life, action.routes, freed)
        for unit in taken:
            unit.where = "GONE"
        life.units += [Unit(sku) for sku, n in by.items() for _ in range(max(0, n))]
        self._end_empty(life)
        self._send(life, action.routes)

    def _open_return(self, life: Life, action: OpenReturn) -> None:
        if action.return_id in self.return_ids:
            raise No("IdReused")
        if action.node_id not in self.nodes:
            raise No("NodeNotFound")
        for sku, n, _ in action.lines:
            back = (
                b.received if b.received else b.units for b in life.returns.values()
            )
            if n > len(life.those(*OUT, sku=sku)) - sum(b.get(sku, 0) for b in back):
                raise No("WrongState")
        self.return_ids.add(action.return_id)
        units = {sku: n for sku, n, _ in action.lines}
        life.returns[action.return_id] = Back(action.node_id, units)

    def _receive(self, life: Life, action: ReceiveReturn) -> None:
        back = life.returns.get(action.return_id)
        if back is None:
            raise No("ReturnNotFound")
        if back.state != "OPEN":
            raise No("WrongState")
        for line in action.lines:
            if line.quantity > back.units.get(line.sku, 0):
                raise No("WrongState")
        back.state, back.node = "RECEIVED", action.node_id or back.node
        back.received = dict.fromkeys(back.units, 0)
        for line in action.lines:
            back.received[line.sku] = line.quantity
            if line.disposition == "RESTOCK":
                cell = line.sku, back.node
                self.on_hand[cell] = self.on_hand.get(cell, 0) + line.quantity

    def _office(self, life: Life, action: Pay | Assign) -> None:
        if isinstance(action, Assign):
            if action.approve and life.gate != "REVIEW":
                raise No("WrongState")
            life.gate = "" if action.approve else life.gate
        elif action.payment_id not in life.heard:
            life.heard.add(action.payment_id)
            life.payment = action.state


def wait(units: Iterable[Unit]) -> None:
    for unit in units:
        unit.where, unit.parcel = "WAITS", None


def skus(units: Iterable[Unit]) -> Counter[str]:
    return Counter(unit.sku for unit in units)


def of_lines(units: Iterable[Unit]) -> Counter[str]:
    return Counter(unit.of for unit in units)


def of_sku(units: Iterable[Unit], sku: str) -> list[Unit]:
    return [unit for unit in units if unit.sku == sku]
