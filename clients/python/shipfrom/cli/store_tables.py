"""Tasks as tables and sentences, and what is to be done with them next."""

from collections.abc import Iterable

import typer

from shipfrom._enums import ShipmentState
from shipfrom._store_values import Rerouted, Task, TaskDone, TaskLine
from shipfrom.cli.again import again, verb_of
from shipfrom.cli.show import day, put_json, put_text, say
from shipfrom.cli.table import Parts, put_table

TASK = ["!shipment", "!state", "lines", "!due", "note"]
TASK_WIDE = [*TASK, "!order", "!leaves by", "!ships from"]
NEXT = {
    ShipmentState.ALLOCATED: "accept",
    ShipmentState.ACCEPTED: "pick",
    ShipmentState.PICKING: "ready",
    ShipmentState.READY: "shipped",
    ShipmentState.SHIPPED: "delivered",
    ShipmentState.IN_TRANSIT: "receive",
}


def put_tasks(tasks: Iterable[Task], *, node_id: str, wide: bool = False) -> None:
    """One row a shipment, the longest waiting first."""
    nothing = f"Nothing is to do at {node_id}."
    row = _wide if wide else _row
    put_table(TASK_WIDE if wide else TASK, map(row, tasks), empty=nothing, wide=wide)


def _row(task: Task) -> tuple[object, ...]:
    lines = Parts(
        tuple(
            f"{line.sku} x{line.quantity}"
            + (f" ({line.picked} picked)" if line.picked else "")
            + _instead(line)
            for line in task.lines
        )
    )
    notes = Parts(
        tuple(
            word
            for word, is_so in (
                ("offered", task.offered),
                ("pickup", task.pickup),
                ("incoming", task.incoming),
                (f"to {task.destination_node_id}", bool(task.destination_node_id)),
                ("not released", not task.released),
            )
            if is_so
        )
    )
    return task.shipment_id, task.state, lines, task.due, notes


def _instead(line: TaskLine) -> str:
    """What may stand in for it, where any of that is there."""
    may = [f"{other.sku}: {other.available}" for other in line.substitutes]
    return f" (or {', '.join(may)})" if may else ""


def _wide(task: Task) -> tuple[object, ...]:
    return (*_row(task), task.order_id, task.ship_by, task.node_id)


def put_done(done: TaskDone) -> None:
    """How the shipment stands, and where units go that it does not send."""
    task = done.task
    put_text(f"{task.shipment_id} at {task.node_id} is {task.state}.")
    if done.pickup_code:
        put_text(f"Pickup code: {done.pickup_code}")
    if done.offered_to:
        put_text(f"Offered to {', '.join(done.offered_to)}.")
    if done.rerouted is not None:
        _put_rerouted(done.rerouted)


def _put_rerouted(told: Rerouted) -> None:
    put_text(f"What is missing {told.sentence}." if _goes(told) else _whole(told))
    put_text(f"On the books: {told.stock_effect}.")
    if told.differs:
        put_text("Stock moved since it was shown: this is another plan.")
    if told.at_risk:
        put_text(f"Other orders count on the same units: {', '.join(told.at_risk)}.")
    arrives = told.change.promise_date
    if arrives is not None and not told.change.promise_kept:
        put_text(f"The order is later than promised: {day(arrives)}.")


def _goes(told: Rerouted) -> bool:
    return told.sentence.startswith("goes ")


def _whole(told: Rerouted) -> str:
    return f"{told.sentence[:1].upper()}{told.sentence[1:]}."


def next_of(done: TaskDone) -> str:
    """The next command for the shipment, or for its node."""
    task = done.task
    if task.state == ShipmentState.READY and task.pickup:
        return f"shipfrom store handover {task.shipment_id} CODE"
    verb = NEXT.get(task.state)
    if verb == "pick":
        left = " ".join(f"{line.sku}={line.left}" for line in task.lines if line.left)
        return f"shipfrom store pick {task.shipment_id} {left}"
    if verb == "ready" and any(line.left for line in task.lines):
        left = " ".join(f"{line.sku}={line.left}" for line in task.lines if line.left)
        return f"shipfrom store pick {task.shipment_id} {left}"
    if verb is None:
        return f"shipfrom store tasks {task.node_id}"
    return f"shipfrom store {verb} {task.shipment_id}"


def put_step(done: TaskDone, *, json: bool, quiet: bool) -> None:
    """How the shipment stands, and what is to be done with it next."""
    if json:
        put_json(done)
        return
    put_done(done)
    if not quiet:
        say(f"Next: {next_of(done)}")


def put_tried(
    done: TaskDone, context: typer.Context, *, json: bool, quiet: bool
) -> None:
    """The same of a step that may only have been tried."""
    if json or not context.params["dry_run"]:
        put_step(done, json=json, quiet=quiet)
        return
    put_done(done)
    put_text("Only tried, nothing has changed.")
    if not quiet:
        shown = ("--plan", done.rerouted.plan_id) if done.rerouted else ()
        left_out = ("dry_run", "request_id", "plan")
        say(f"Next: {again(context, verb_of(context), without=left_out, plus=shown)}")
