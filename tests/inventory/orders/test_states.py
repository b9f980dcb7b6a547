"""Every state of a shipment meets every step; what an order's state follows from."""

from collections.abc import Sequence

import pytest

from inventory import errors
from inventory.orders.actions import (
    Accept,
    Action,
    Assign,
    Cancel,
    Collect,
    Deliver,
    NoShow,
    Offer,
    OpenReturn,
    Pay,
    Pick,
    Ready,
    Receive,
    Received,
    ReceiveReturn,
    Reject,
    Reroute,
    Ship,
)
from inventory.orders.rows import OrderBook
from inventory.orders.states import FROM, Step, order_state
from inventory.orders.vocabulary import PAYMENT_STATES, SHIPMENT_STATES
from inventory.stock import Stock
from tests.inventory.orders.sentences import do, found, now
from tests.inventory.sentences import commit, furnish, place

Way = Sequence[str]
NO, LATE = errors.WrongState, errors.PastPointOfNoReturn
STEPS = (
    *("accept", "reject", "pick", "ready", "ship", "collect", "deliver", "no show"),
    *("cancel", "reroute", "offer", "accept part", "reject part"),
    *("send", "receive"),
)
WAYS: dict[str, Way] = {
    "ALLOCATED": (),
    "ACCEPTED": ("accept",),
    "PICKING": ("accept", "pick"),
    "READY": ("accept", "pick", "ready"),
    "SHIPPED": ("accept", "pick", "ready", "ship"),
    "COLLECTED": ("accept", "pick", "ready", "collect"),
    "DELIVERED": ("accept", "pick", "ship", "deliver"),
    "CANCELLED": ("cancel",),
    "NO_SHOW": ("accept", "pick", "ready", "no show"),
    "IN_TRANSIT": ("accept", "pick", "send"),
    "RECEIVED": ("accept", "pick", "ready", "send", "receive"),
}
"""How a shipment comes into each of its states."""

OUTCOMES: dict[str, dict[str, object]] = {
    "ALLOCATED": {
        **dict.fromkeys(STEPS, NO),
        "accept": "ACCEPTED",
        "reject": "CANCELLED",
        "pick": "PICKING",
        "cancel": "CANCELLED",
        "reroute": "CANCELLED",
        "offer": "ALLOCATED",
        "accept part": "ACCEPTED",
        "reject part": "ACCEPTED",
    },
    "ACCEPTED": {
        **dict.fromkeys(STEPS, NO),
        "reject": "CANCELLED",
        "reject part": "ACCEPTED",
        "pick": "PICKING",
        "cancel": "CANCELLED",
        "reroute": "CANCELLED",
    },
    "PICKING": {
        **dict.fromkeys(STEPS, NO),
        "ready": "READY",
        "ship": "SHIPPED",
        "send": "IN_TRANSIT",
        "cancel": "CANCELLED",
    },
    "READY": {
        **dict.fromkeys(STEPS, NO),
        "ready": "READY",
        "ship": "SHIPPED",
        "send": "IN_TRANSIT",
        "collect": "COLLECTED",
        "no show": "NO_SHOW",
        "cancel": "CANCELLED",
    },
    "SHIPPED": {
        **dict.fromkeys(STEPS, NO),
        "deliver": "DELIVERED",
        "cancel": LATE,
    },
    "COLLECTED": {**dict.fromkeys(STEPS, NO), "cancel": LATE},
    "DELIVERED": {**dict.fromkeys(STEPS, NO), "cancel": LATE},
    "CANCELLED": dict.fromkeys(STEPS, NO),
    "NO_SHOW": dict.fromkeys(STEPS, NO),
    "IN_TRANSIT": {
        **dict.fromkeys(STEPS, NO),
        "receive": "RECEIVED",
        "cancel": LATE,
    },
    # Its units are at the store, and may be cancelled there.
    "RECEIVED": {**dict.fromkeys(STEPS, NO), "cancel": "RECEIVED"},
}


def action_of(step: str, shipment_id: str) -> Action:
    """The step on all of a shipment of two A at N0."""
    actions: dict[str, Action] = {
        "accept": Accept(shipment_id),
        "reject": Reject(shipment_id, "too busy", "KEEP"),
        "pick": Pick(shipment_id, (found("A", 2),)),
        "ready": Ready(shipment_id, code="1"),
        "ship": Ship(shipment_id, "UPS", "1Z"),
        "send": Ship(shipment_id, "van", "", to_node="N1"),
        "receive": Receive(shipment_id, "N1", ("A",)),
        "collect": Collect(shipment_id, "1"),
        "deliver": Deliver(shipment_id),
        "no show": NoShow(shipment_id),
        "cancel": Cancel({"A": 2}, "", {"N0": "READY"}),
        "reroute": Reroute((shipment_id,), "CLOSED", "storm"),
        "offer": Offer(shipment_id, ("N0", "N1"), due_us=0),
        "accept part": Accept(shipment_id, units={"A": 1}, reason="too busy"),
        "reject part": Reject(shipment_id, "too busy", "KEEP", units={"A": 1}),
    }
    return actions[step]


async def order_at(stock: Stock, name: str, way: Way) -> str:
    """A new order that went this way; B keeps it alive whatever becomes of A."""
    await stock.submit(place(name, ("A", "N0", 2), ("B", "N1", 1)))
    await stock.submit(commit(name))
    order_id = f"order-{name}"
    for step in way:
        await do(stock, action_of(step, f"{order_id}:1"), order_id=order_id)
    return order_id


async def outcome_of(stock: Stock, order_id: str, action: Action) -> object:
    """The shipment's state after the step, or the class of the refusal."""
    before = rows((await now(stock, order_id)).book)
    try:
        await do(stock, action, order_id=order_id)
    except errors.Refusal as refusal:
        assert rows((await now(stock, order_id)).book) == before
        return type(refusal)
    return (await now(stock, order_id)).book.shipments[f"{order_id}:1"].state


def rows(book: OrderBook) -> list[object]:
    return [book.order.values(), *(row.values() for row in book.rows())]


@pytest.mark.parametrize("state", WAYS)
async def test_state_meets_every_step(stock: Stock, state: str) -> None:
    await furnish(stock, ("A", "N0", 99), ("B", "N1", 99))

    outcomes = {}
    for number, step in enumerate(STEPS):
        order_id = await order_at(stock, f"h{number}", WAYS[state])
        shipment_id = f"{order_id}:1"
        assert (await now(stock, order_id)).book.shipments[shipment_id].state == state
        action = action_of(step, shipment_id)
        outcomes[step] = await outcome_of(stock, order_id, action)

    assert outcomes == OUTCOMES[state]


def test_every_state_and_step_is_in_the_table() -> None:
    assert set(OUTCOMES) == set(WAYS) == set(SHIPMENT_STATES)
    whole = {step.removesuffix(" part") for step in STEPS} - {"offer", "send"}
    assert {step.replace(" ", "_").upper() for step in whole} == set(Step)
    assert set(FROM) == set(Step)


async def test_no_step_finds_a_shipment_of_another_order(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 99), ("B", "N1", 99))
    mine = await order_at(stock, "mine", ())
    await order_at(stock, "other", ())

    outcomes = {
        step: await outcome_of(stock, mine, action_of(step, "order-other:1"))
        for step in STEPS
        if step != "cancel"
    }

    assert set(outcomes.values()) == {errors.ShipmentNotFound}


async def test_refusals_name_the_state_and_what_the_step_needs(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 9), ("B", "N1", 9))
    order_id = await order_at(stock, "h", WAYS["SHIPPED"])
    with pytest.raises(NO, match="is SHIPPED; pick needs ALLOCATED or ACCEPTED or PIC"):
        await do(stock, action_of("pick", f"{order_id}:1"), order_id=order_id)
    with pytest.raises(NO, match="is SHIPPED; no show needs READY"):
        await do(stock, NoShow(f"{order_id}:1"), order_id=order_id)


async def test_what_is_not_picked_does_not_leave(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 9), ("B", "N1", 9))
    order_id = await order_at(stock, "h", ("accept",))
    one = Pick(f"{order_id}:1", (found("A", 1),))
    await do(stock, one, order_id=order_id)
    for step in ("ready", "ship"):
        with pytest.raises(NO, match="has 1 units to pick yet"):
            await do(stock, action_of(step, f"{order_id}:1"), order_id=order_id)


STOPPED = ("PENDING", "FAILED")


@pytest.mark.parametrize("payment", PAYMENT_STATES)
@pytest.mark.parametrize("gate", ["", "REVIEW"])
async def test_gates_stop_what_begins_at_the_node(
    stock: Stock, gate: str, payment: str
) -> None:
    """Accepting and picking, and nothing else: what left may be reported."""
    await furnish(stock, ("A", "N0", 99), ("B", "N1", 99))
    is_stopped = payment in STOPPED or gate == "REVIEW"

    begin = ("accept", "pick", "accept part", "reject part")
    for step in (*begin, "reject", "reroute", "cancel"):
        lines = ("A", "N0", 2), ("B", "N1", 1)
        name = step.replace(" ", "-")
        await stock.submit(place(name, *lines, gate=gate))
        await stock.submit(commit(name))
        order_id = f"order-{name}"
        await do(stock, Pay("p", payment), order_id=order_id)
        action = action_of(step, f"{order_id}:1")
        outcome = await outcome_of(stock, order_id, action)
        assert (outcome is NO) == (step in begin and is_stopped), step


async def test_approving_lifts_the_gate_once(stock: Stock) -> None:
    await furnish(stock, ("A", "N0", 9))
    await stock.submit(place("h", ("A", "N0", 2), gate="REVIEW"))
    await stock.submit(commit("h"))
    with pytest.raises(NO, match="under review"):
        await do(stock, Accept("order-h:1"))
    assert (await do(stock, Assign("ada", approve=True))).state == "ALLOCATED"
    with pytest.raises(NO, match="waits for no review"):
        await do(stock, Assign("ada", approve=True))
    assert (await do(stock, Accept("order-h:1"))).shipment_state == "ACCEPTED"


RETURNS: dict[str, dict[str, object]] = {
    "NONE": {"open": "OPEN", "receive": errors.ReturnNotFound},
    "OPEN": {"open": errors.IdReused, "receive": "RECEIVED"},
    "RECEIVED": {"open": errors.IdReused, "receive": NO},
}


@pytest.mark.parametrize("state", RETURNS)
async def test_state_of_a_return_meets_its_steps(stock: Stock, state: str) -> None:
    await furnish(stock, ("A", "N0", 9), ("B", "N1", 9))
    steps: dict[str, Action] = {}
    ways = {"NONE": (), "OPEN": ("open",), "RECEIVED": ("open", "receive")}

    outcomes: dict[str, object] = {}
    for step in RETURNS[state]:
        order_id = await order_at(stock, step, WAYS["SHIPPED"])
        name = f"r-{step}"
        steps["open"] = OpenReturn(name, "N1", (("A", 1, "too small"),))
        arrived = (Received("A", 1, "as new", "RESTOCK"),)
        steps["receive"] = ReceiveReturn(name, "N1", arrived)
        for before in ways[state]:
            await do(stock, steps[before], order_id=order_id)
        try:
            await do(stock, steps[step], order_id=order_id)
            outcomes[step] = (await now(stock, order_id)).book.returns[name].state
        except errors.Refusal as refusal:
            outcomes[step] = type(refusal)

    assert outcomes == RETURNS[state]


ORDERS = [
    # payment, gate, units, waiting, shipments: the order's state
    ("NONE", "", 2, 0, "ALLOCATED", "ALLOCATED"),
    ("NONE", "", 2, 0, "ACCEPTED", "ALLOCATED"),
    ("NONE", "", 2, 0, "ACCEPTED PICKING", "PICKING"),
    ("NONE", "", 2, 0, "ALLOCATED DELIVERED", "PICKING"),
    ("NONE", "", 2, 0, "PICKING READY", "PICKING"),
    ("NONE", "", 2, 0, "READY", "READY"),
    ("NONE", "", 2, 0, "READY SHIPPED", "READY"),
    ("NONE", "", 2, 0, "IN_TRANSIT", "PICKING"),
    ("NONE", "", 2, 0, "IN_TRANSIT READY", "PICKING"),
    ("NONE", "", 2, 0, "RECEIVED READY", "READY"),
    ("AUTHORIZED", "", 2, 0, "RECEIVED COLLECTED", "COLLECTED"),
    ("NONE", "", 2, 0, "SHIPPED COLLECTED", "SHIPPED"),
    ("NONE", "", 2, 0, "SHIPPED CANCELLED", "SHIPPED"),
    ("NONE", "", 2, 0, "DELIVERED", "COMPLETED"),
    ("AUTHORIZED", "", 2, 0, "DELIVERED", "DELIVERED"),
    ("AUTHORIZED", "", 2, 0, "COLLECTED", "COLLECTED"),
    ("AUTHORIZED", "", 2, 0, "COLLECTED DELIVERED", "DELIVERED"),
    ("AUTHORIZED", "", 2, 0, "COLLECTED NO_SHOW", "COLLECTED"),
    ("CAPTURED", "", 2, 0, "COLLECTED", "COMPLETED"),
    ("REFUNDED", "", 2, 0, "DELIVERED", "COMPLETED"),
    ("PENDING", "", 2, 0, "ALLOCATED", "PENDING"),
    ("FAILED", "", 2, 0, "PICKING", "PENDING"),
    ("PENDING", "REVIEW", 2, 0, "ALLOCATED", "REVIEW"),
    ("PENDING", "BACKORDER", 2, 2, "", "PENDING"),
    ("NONE", "REVIEW", 2, 0, "ALLOCATED", "REVIEW"),
    ("NONE", "", 2, 1, "SHIPPED", "REVIEW"),
    ("NONE", "", 2, 2, "CANCELLED", "REVIEW"),
    ("NONE", "BACKORDER", 2, 1, "ALLOCATED", "BACKORDERED"),
    ("NONE", "BACKORDER", 2, 2, "", "BACKORDERED"),
    ("NONE", "", 0, 0, "CANCELLED", "CANCELLED"),
    ("NONE", "", 0, 0, "NO_SHOW", "CANCELLED"),
    ("PENDING", "REVIEW", 0, 0, "CANCELLED NO_SHOW", "CANCELLED"),
]


@pytest.mark.parametrize(
    ("payment", "gate", "units", "waiting", "shipments", "expected"), ORDERS
)
def test_an_orders_state_follows_from(
    payment: str, gate: str, units: int, waiting: int, shipments: str, expected: str
) -> None:
    state = order_state(
        payment=payment,
        gate=gate,
        units=units,
        waiting=waiting,
        shipments=shipments.split(),
    )
    assert state == expected
