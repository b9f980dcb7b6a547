"""Actions to try on an order: mostly what people do next, now and then nonsense.

Drawn from a seed, not choice by choice: a story then has room for hundreds of them.
"""

from collections import Counter
from random import Random
from typing import Any

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
    Picked,
    Ready,
    Receive,
    Received,
    ReceiveReturn,
    Reject,
    Reroute,
    Route,
    RouteLine,
    Routes,
    Ship,
)
from tests.inventory.orders.life_model import Life, Parcel, of_lines, skus

SKUS = ("A", "B")
NODES = ("N0", "N1", "N2")
DAY = "~capacity~2026-03-01"
EFFECTS = ("KEEP", "SUBTRACT", "ZERO")
PAYMENTS = ("PENDING", "AUTHORIZED", "CAPTURED", "FAILED", "REFUNDED")
UNTIL = ("ALLOCATED", "ACCEPTED", "PICKING", "READY")
NEXT = {
    "ALLOCATED": ("accept", "accept", "reject", "pick", "reroute", "offer"),
    "ACCEPTED": ("pick", "pick", "reject", "reroute"),
    "PICKING": ("pick", "pick", "ready", "ready", "ship", "send"),
    "READY": ("collect", "collect", "guess", "no show", "ship", "send", "ready"),
    "SHIPPED": ("deliver", "announce"),
    "COLLECTED": ("announce",),
    "DELIVERED": ("announce",),
    "CANCELLED": ("accept",),
    "NO_SHOW": ("collect",),
    "IN_TRANSIT": ("arrive", "arrive", "arrive", "announce"),
    "RECEIVED": ("arrive",),
}
OF_PARCELS = tuple(dict.fromkeys(kind for kinds in NEXT.values() for kind in kinds))
OF_ORDERS = ("cancel", "change", "change", "route", "pay", "assign", "receive")


class Draws:
    """What one step draws."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def one(self, *values: Any) -> Any:
        return self._random.choice(values)

    def number(self, least: int, most: int) -> int:
        return self._random.randint(least, max(least, most))

    def seldom(self) -> bool:
        return self.number(0, 9) == 9

    def action(self, life: Life) -> Action:
        """One for this order; a parcel's more often than the order's own."""
        if life.gate == "REVIEW" and self.number(0, 1):
            return Assign("ada", approve=True)
        if life.state == "PENDING" and self.number(0, 1):
            return Pay(f"p{self.number(0, 99)}", "AUTHORIZED")
        if life.waiting and self.number(0, 1):
            return self.of_order(life, "route")
        boxes = [box for box in life.parcels.values() if self._is_lively(box)]
        if not boxes or self.number(0, 3) == 3:
            return self.of_order(life, self.one(*OF_ORDERS))
        box = self.one(*boxes)
        kinds = OF_PARCELS if self.seldom() else NEXT[box.state]
        return self.of_parcel(life, box, self.one(*kinds))

    def _is_lively(self, box: Parcel) -> bool:
        over = ("CANCELLED", "NO_SHOW", "RECEIVED")
        return box.state not in over or self.seldom()

    def of_parcel(self, life: Life, box: Parcel, kind: str) -> Action:
        name, here = box.name, skus(life.those("SHELF", parcel=box))
        if kind == "pick":
            return self._pick(life, box)
        if kind == "announce":
            return self._announce(life)
        match kind:
            case "accept":
                node = self.one("", *box.offers)
                if not node and self.number(0, 2) == 2:
                    return self._accept_part(life, box)
                routes = self.routes(life, here, only=node) if node else None
                return Accept(name, node, routes)
            case "reject":
                effect = self.one(*EFFECTS)
                units = self._part(here) if self.number(0, 1) else None
                routes = self.routes(life, Counter(units or here))
                return Reject(name, "why", effect, routes, units)
            case "reroute":
                return self._reroute(life, box)
            case "offer":
                return Offer(name, self.one(NODES, NODES[:2], NODES[1:]), due_us=0)
            case "ready":
                return Ready(name, code=self.one("", "1", "2"))
            case "ship":
                return Ship(name, "UPS", "1Z")
            case "send":
                others = [node for node in NODES if node != box.node]
                return Ship(name, "van", "", to_node=self.one(*others))
            case "arrive":
                node = self.one(*NODES) if self.seldom() else box.goes_to
                return Receive(name, node or NODES[0], SKUS)
            case "collect":
                return Collect(name, box.code, self._handed(life, box))
            case "guess":
                return Collect(name, "9")
            case "deliver":
                return Deliver(name)
            case _:
                return NoShow(name)

    def of_order(self, life: Life, kind: str) -> Action:
        until = {node: self.one(*UNTIL) for node in NODES}
        now = of_lines(life.wanted())
        match kind:
            case "cancel":
                if self.number(0, 2) == 0:
                    return Cancel(None, "", until)
                sku = self.one(*SKUS)
                return Cancel({sku: self.number(1, now[sku] + 1)}, "", until)
            case "change":
                units = {s: self.number(0, now[s] + 2) for s in self.one(SKUS, "A")}
                more = Counter({s: n - now[s] for s, n in units.items() if n > now[s]})
                return Change(units, "", until, self.routes(life, more))
            case "announce":
                return self._announce(life)
            case "route":
                return Route(self.routes(life, Counter()) or Routes((), b"", ""))
            case "pay":
                return Pay(self.one("p1", "p2", "p3"), self.one(*PAYMENTS))
            case "assign":
                return Assign("ada", approve=self.one(False, True))
            case _:
                return self._receive(life)

    def routes(
        self, life: Life, freed: Counter[str], *, only: str = ""
    ) -> Routes | None:
        """A plan for some of what waits and is freed; seldom for more, or for none."""
        if not only and self.number(0, 3) == 0:
            return None
        nodes = [only] if only else list(NODES)
        lines: list[RouteLine] = []
        waiting = freed + skus(life.those("WAITS"))
        for sku, n in sorted(waiting.items()):
            left = n + self.seldom()
            for node in dict.fromkeys(self.one(*nodes) for _ in range(2)):
                part = left if only else self.number(0, left)
                left -= part
                if part:
                    lines.append(RouteLine(sku, node, part, 1 + nodes.index(node)))
        claims = [
            n for n in dict.fromkeys(line.node_id for line in lines) if self.seldom()
        ]
        lines += [RouteLine(DAY, node, 1, 0) for node in claims]
        return Routes(tuple(lines), b"decision", "TEST")

    def _part(self, here: Counter[str]) -> dict[str, int] | None:
        """Some of it, seldom more than there is."""
        units = {s: self.number(0, n + self.seldom()) for s, n in here.items()}
        return {sku: n for sku, n in units.items() if n} or None

    def _accept_part(self, life: Life, box: Parcel) -> Accept:
        here = skus(life.those("SHELF", parcel=box))
        units = self._part(here)
        rest = here - Counter(units if units is not None else here)
        routes = self.routes(life, rest)
        return Accept(box.name, "", routes, units, "why", self.one(*EFFECTS))

    def _pick(self, life: Life, box: Parcel) -> Pick:
        lines = []
        lost: Counter[str] = Counter()
        for sku, n in skus(life.those("SHELF", parcel=box)).items():
            missing = self.number(0, n) if self.number(0, 2) == 2 else 0
            found = self.number(0, n - missing) if self.seldom() else n - missing
            instead = self._instead(sku, missing)
            lost[sku] += missing - sum(units for _, units in instead)
            lines.append(Picked(sku, found + self.seldom(), missing, instead))
        effect = self.one(*EFFECTS)
        routes = self.routes(life, lost)
        return Pick(box.name, tuple(lines), "not found", effect, routes)

    def _instead(self, sku: str, missing: int) -> tuple[tuple[str, int], ...]:
        """What stands in for missing units: the other SKU of these stories."""
        if not missing or self.number(0, 1):
            return ()
        [other] = set(SKUS) - {sku}
        return ((other, self.number(1, missing + self.seldom())),)

    def _handed(self, life: Life, box: Parcel) -> dict[str, int] | None:
        if self.number(0, 1):
            return None
        units = skus(life.those("HAND", parcel=box))
        return {s: self.number(0, n + self.seldom()) for s, n in units.items()}

    def _reroute(self, life: Life, box: Parcel) -> Reroute:
        others = [p.name for p in life.parcels.values() if p.state in UNTIL[:2]]
        names = tuple(dict.fromkeys([box.name, *(others if self.seldom() else ())]))
        boxes = [life.parcels[name] for name in names]
        freed = skus(u for p in boxes for u in life.those("SHELF", parcel=p))
        return Reroute(names, "CLOSED", "", self.routes(life, freed))

    def _announce(self, life: Life) -> OpenReturn:
        out = skus(life.those("SENT", "HANDED"))
        sku = self.one(*(SKUS if self.seldom() or not out else out))
        lines = ((sku, self.number(1, out[sku] + self.seldom()), "why"),)
        node = "nowhere" if self.seldom() else self.one(*NODES)
        return OpenReturn(self._return_id(), node, lines)

    def _return_id(self) -> str:
        return f"r{self.number(0, 30)}"

    def _receive(self, life: Life) -> ReceiveReturn:
        ready = [name for name, back in life.returns.items() if back.state == "OPEN"]
        name = self.one(*ready) if ready else self._return_id()
        announced = life.returns[name].units if name in life.returns else {"A": 1}
        lines = tuple(
            Received(
                s, self.number(0, n + self.seldom()), "", self.one("RESTOCK", "SCRAP")
            )
            for s, n in announced.items()
        )
        return ReceiveReturn(name, self.one("", *NODES), lines)
