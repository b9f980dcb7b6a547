"""A node does not send something: its units get another node in the same step.

Part of a shipment may be rejected, and the rest is accepted with it, or the other way
round: one step, asked from either side.

The preview and the confirmed step ask the same plan of the same stock. What was
confirmed is told from what the ledger kept, so that a repeat says it again.
"""

from dataclasses import dataclass, replace
from typing import Any

from inventory.orders import actions
from inventory.orders.actions import Action, Routes, StepAnswer
from inventory.orders.picking import KEEP
from inventory.orders.reading import WholeOrder
from inventory.orders.states import Step
from inventory.requests import RequestKey
from router.money import Currency
from router.orders.plan_changes import shown_of
from router.orders.preview import ended, tried
from router.orders.rerouting import Rerouter
from router.request_key import key_of
from router.rpc.call import Call
from router.stores.failed import Failed, asked_of, need_of, to_send, units_failed
from router.stores.part import LINES_MAX, Units, check_named, units_named
from router.stores.substitutes import Substitutes
from router.stores.tasks import TaskList
from router.stores.told import Telling
from router.stores.words import EFFECTS, REASONS
from router.validate import (
    QUANTITY_MAX,
    Violations,
    count,
    identifier,
    sku,
    text,
    whole,
)
from shipfrom.v1 import store_service_pb2 as pb

NOTE_MAX = 200
REJECTED, SHORT_PICKED = "REJECTED", "SHORT_PICKED"


@dataclass(frozen=True, slots=True)
class Failing:
    """Rejects and picks."""

    rerouter: Rerouter
    tasks: TaskList
    substitutes: Substitutes
    currency: Currency

    async def reject(self, request: pb.RejectRequest, call: Call) -> pb.RejectResponse:
        """The node will not."""
        found = Violations()
        name = identifier(request.shipment_id, "shipment_id", found)
        reason = _reason(request.reason, found, default="")
        note = text(request.note, "note", found, length_max=NOTE_MAX)
        units = units_named(request.lines, found, least=1)
        content = (name, reason, note, *_part(units))
        key = key_of("Reject", request.request_id, found, call, *content)
        said = f"{reason} {note}".rstrip()

        def act(routes: Routes | None) -> Action:
            return actions.Reject(name, said, EFFECTS[reason], routes, units)

        failed = Failed(name, REJECTED, reason, note, act, units, named=units)
        response = pb.RejectResponse()
        await self._step(failed, key, call, request=request, out=response)
        return response

    async def accept(self, request: pb.AcceptRequest, call: Call) -> pb.AcceptResponse:
        """The shipment's own node will pick what is named, and not the rest."""
        found = Violations()
        name = identifier(request.shipment_id, "shipment_id", found)
        node = request.node_id and identifier(request.node_id, "node_id", found)
        reason = _reason(request.reason, found, default="")
        note = text(request.note, "note", found, length_max=NOTE_MAX)
        units = units_named(request.lines, found, least=1) or {}
        content = (name, node, reason, note, *_part(units))
        key = key_of("Accept", request.request_id, found, call, *content)
        said = f"{reason} {note}".rstrip()
        book = await self._read(name)
        _check_own(book, name, node)

        def act(routes: Routes | None) -> Action:
            return actions.Accept(name, "", routes, units, said, EFFECTS[reason])

        rest = {s: n - units.get(s, 0) for s, n in to_send(book, name).items()}
        rest = {sku: left for sku, left in rest.items() if left > 0}
        failed = Failed(
            *(name, REJECTED, reason, note, act),
            missing=rest,
            step=Step.ACCEPT,
            named=units,
        )
        response = pb.AcceptResponse()
        await self._step(failed, key, call, request=request, out=response)
        return response

    async def pick(
        self, request: pb.ConfirmPickRequest, call: Call
    ) -> pb.ConfirmPickResponse:
        """What was found, and what was looked for in vain."""
        found = Violations()
        name = identifier(request.shipment_id, "shipment_id", found)
        lines = _lines(request, found)
        reason = _reason(request.reason, found, default="NOT_FOUND")
        note = text(request.note, "note", found, length_max=NOTE_MAX)
        # As it was before there were substitutes: a repeat may come after an upgrade.
        plain = tuple((line.sku, line.found, line.missing) for line in lines)
        swapped = [(line.sku, line.instead) for line in lines if line.instead]
        content = (name, plain, reason, note, *([swapped] if swapped else []))
        key = key_of("ConfirmPick", request.request_id, found, call, *content)
        if swapped and await self.rerouter.answered(key) is None:
            await self.substitutes.check(await self._read(name), name, lines)
        said = f"{reason} {note}".rstrip()

        def act(routes: Routes | None) -> Action:
            return actions.Pick(name, lines, said, EFFECTS[reason], routes)

        missing = {line.sku: line.missing for line in lines if line.missing}
        instead = {line.sku: dict(line.instead) for line in lines if line.instead}
        failed = Failed(name, SHORT_PICKED, reason, note, act, missing, instead=instead)
        response = pb.ConfirmPickResponse()
        await self._step(failed, key, call, request=request, out=response)
        return response

    async def _step(
        self, failed: Failed, key: RequestKey, call: Call, *, request: Any, out: Any
    ) -> None:
        before = await self._read(failed.shipment_id)
        answer = await self.rerouter.answered(key)
        if answer is None:
            # Before anything is planned: the step itself may be impossible.
            check_named(before, failed.shipment_id, failed.named, step=failed.step)
            after = tried(before, failed.act(None))
            asked = asked_of(before, need_of(before, failed))
            if request.validate_only:
                plan = await self.rerouter.find(before, asked)
                told = self._telling(before, failed, moved=before.order.reroutes)
                told.into(out, plan, leaving=ended(before, after))
                await self._finish(before, failed, request, out=out)
                return
            answer = await self.rerouter.carry_out(
                key, before, failed.act, need=asked, deadline=call.deadline
            )
        if answer.replayed:
            call.mark_replayed()
        await self._tell(failed, answer, request, out=out)

    async def _tell(
        self, failed: Failed, answer: StepAnswer, request: Any, *, out: Any
    ) -> None:
        """What came of it, from what the ledger kept: a repeat is told the same."""
        name = failed.shipment_id
        failed = replace(failed, missing=dict(answer.failed))
        book = await self._read(name)
        told = self._telling(book, failed, moved=book.order.reroutes - 1)
        plan = shown_of(book, answer.made, told.need)
        told.into(out, plan, leaving=answer.ended, made=answer.made)
        await self._finish(book, failed, request, out=out)

    def _telling(self, book: WholeOrder, failed: Failed, *, moved: int) -> Telling:
        return Telling(book, failed, need_of(book, failed), self.currency, moved)

    async def _finish(
        self, book: WholeOrder, failed: Failed, request: Any, *, out: Any
    ) -> None:
        row = book.book.shipments[failed.shipment_id]
        self.tasks.write(book, row, out.task)
        if not out.HasField("rerouted"):
            return
        out.rerouted.differs = request.plan_id not in ("", out.rerouted.plan_id)
        if EFFECTS[failed.reason] == KEEP:
            return
        others: set[str] = set()
        for name in units_failed(book, failed):
            found = await self.rerouter.stock.order_books.at_risk(name, row.node)
            others.update(found)
        out.rerouted.at_risk_order_ids.extend(sorted(others - {row.order_id}))

    async def _read(self, shipment_id: str) -> WholeOrder:
        return await self.rerouter.stock.order_books.of_shipment(shipment_id)


def _part(units: Units | None) -> list[object]:
    """What it adds to a request's content; nothing for a whole shipment."""
    return [sorted(units.items())] if units else []


def _check_own(book: WholeOrder, shipment_id: str, node_id: str) -> None:
    """Raises InvalidField: who was asked beside the shipment's node takes it whole."""
    if node_id in ("", book.book.shipments[shipment_id].node):
        return
    found = Violations()
    found.add(
        "lines",
        f"are of the shipment's own node, not of {node_id}",
        "leave them out: a node that was asked takes all of it",
    )
    found.check()


def _reason(value: int, found: Violations, *, default: str) -> str:
    if not value and default:
        return default
    if value not in REASONS:
        found.add("reason", "is required", f"use {', '.join(EFFECTS)}")
        return next(iter(EFFECTS))
    return REASONS[value]


def _lines(
    request: pb.ConfirmPickRequest, found: Violations
) -> tuple[actions.Picked, ...]:
    count(len(request.lines), "lines", found, most=LINES_MAX)
    lines: dict[str, actions.Picked] = {}
    for number, line in enumerate(request.lines):
        path = f"lines[{number}]"
        name = sku(line.sku, f"{path}.sku", found)
        if name in lines:
            found.add(f"{path}.sku", f"names {name} again", "name it once")
        for field in ("picked", "missing"):
            value = getattr(line, field)
            whole(value, f"{path}.{field}", found, least=0, most=QUANTITY_MAX)
        if not (line.picked or line.missing):
            found.add(path, "is nothing", "say what was picked or not found")
        instead = _instead(line, path, found)
        lines[name] = actions.Picked(name, line.picked, line.missing, instead)
    if request.reason and not any(line.missing for line in lines.values()):
        found.add("reason", "is of missing units", "say how many are missing")
    return tuple(lines.values())


def _instead(
    line: pb.PickedLine, path: str, found: Violations
) -> tuple[tuple[str, int], ...]:
    """What was picked in place of the missing units of a line."""
    units: dict[str, int] = {}
    for number, other in enumerate(line.substitutes):
        field = f"{path}.substitutes[{number}]"
        name = sku(other.sku, f"{field}.sku", found)
        if name in units:
            found.add(f"{field}.sku", f"names {name} again", "name it once")
        quantity = f"{field}.quantity"
        units[name] = whole(other.quantity, quantity, found, least=1, most=QUANTITY_MAX)
    if sum(units.values()) > max(0, line.missing):
        said = f"stand in for {sum(units.values())} units, {line.missing} are missing"
        found.add(f"{path}.substitutes", said, "report what they replace as missing")
    return tuple(units.items())
