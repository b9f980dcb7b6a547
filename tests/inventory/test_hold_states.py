"""Every state of a hold meets every operation: the table of the state machine."""

import pytest

from inventory import errors
from inventory.operations import ExpireHold, HoldAnswer, HoldState, Operation
from inventory.operations import OrderAnswer as Order
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock
from tests.inventory.sentences import ME, commit, extend, furnish, place, release

STATES = ("NONE", "ACTIVE", "DUE", "COMMITTED", "RELEASED", "EXPIRED", "BURIED")
OPERATIONS: dict[str, Operation] = {
    "place again": place("h", ("A", "N0", 2), content="same"),
    "place other": place("h", ("A", "N0", 1), content="other"),
    "commit": commit("h", "o"),
    "commit other": commit("h", "p"),
    "release": release("h"),
    "extend": extend("h", 3600),
    "expire": ExpireHold(ME, "h"),
}
A, C, R, E = HoldState
OUTCOMES: dict[str, dict[str, object]] = {
    "NONE": {
        "place again": A,
        "place other": A,
        "commit": errors.HoldNotFound,
        "commit other": errors.HoldNotFound,
        "release": R,
        "extend": errors.HoldNotFound,
        "expire": errors.HoldNotFound,
    },
    "ACTIVE": {
        "place again": A,
        "place other": errors.IdReused,
        "commit": Order,
        "commit other": Order,
        "release": R,
        "extend": A,
        "expire": A,
    },
    "DUE": {
        "place again": A,
        "place other": errors.IdReused,
        "commit": Order,
        "commit other": Order,
        "release": R,
        "extend": A,
        "expire": E,
    },
    "COMMITTED": {
        "place again": C,
        "place other": errors.IdReused,
        "commit": Order,
        "commit other": errors.HoldCommitted,
        "release": errors.HoldCommitted,
        "extend": errors.HoldCommitted,
        "expire": C,
    },
    "RELEASED": {
        "place again": errors.HoldReleased,
        "place other": errors.HoldReleased,
        "commit": errors.HoldReleased,
        "commit other": errors.HoldReleased,
        "release": R,
        "extend": errors.HoldReleased,
        "expire": R,
    },
    "EXPIRED": {
        "place again": errors.HoldExpired,
        "place other": errors.HoldExpired,
        "commit": errors.HoldExpired,
        "commit other": errors.HoldExpired,
        "release": errors.HoldExpired,
        "extend": errors.HoldExpired,
        "expire": E,
    },
    "BURIED": {
        "place again": errors.HoldReleased,
        "place other": errors.HoldReleased,
        "commit": errors.HoldReleased,
        "commit other": errors.HoldReleased,
        "release": R,
        "extend": errors.HoldReleased,
        "expire": R,
    },
}


async def bring_to(state: str, stock: Stock, clock: MovableClock) -> None:
    await furnish(stock, ("A", "N0", 5))
    if state == "BURIED":
        await stock.submit(release("h"))
        return
    if state != "NONE":
        await stock.submit(place("h", ("A", "N0", 2), content="same"))
    if state in ("DUE", "EXPIRED"):
        clock.move(hours=1)
    if state == "COMMITTED":
        await stock.submit(commit("h", "o"))
    if state == "RELEASED":
        await stock.submit(release("h"))
    if state == "EXPIRED":
        assert await stock.sweep() == 1


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("state", STATES)
async def test_state_meets_operation(
    stock: Stock, clock: MovableClock, state: str, operation: str
) -> None:
    await bring_to(state, stock, clock)
    expected = OUTCOMES[state][operation]

    try:
        outcome: object = await stock.submit(OPERATIONS[operation])
    except errors.Refusal as refusal:
        outcome = refusal

    if isinstance(expected, HoldState):
        assert isinstance(outcome, HoldAnswer)
        assert outcome.state is expected
    else:
        assert isinstance(expected, type)
        assert isinstance(outcome, expected)
    await check_units(stock, outcome)


async def check_units(stock: Stock, outcome: object) -> None:
    """Held and allocated follow from the hold's state, whatever was asked."""
    (cell,) = await stock.cells(sku="A", node_id="N0", limit=1)
    try:
        hold = await stock.hold(ME, "h")
    except errors.HoldNotFound:
        assert (cell.held, cell.allocated) == (0, 0)
        return
    if hold.state is HoldState.ACTIVE:
        assert (cell.held > 0, cell.allocated) == (True, 0)
    elif hold.state is HoldState.COMMITTED:
        assert (cell.held, cell.allocated) == (0, 2)
    else:
        assert (cell.held, cell.allocated) == (0, 0)
