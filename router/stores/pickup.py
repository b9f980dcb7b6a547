"""Shipments that the customer comes for: their code, and what is refused of them."""

import secrets

from allocation.node import PICKUP
from allocation.plan import Shipment
from inventory.errors import WrongCode, WrongState
from inventory.orders.leaving import GUESSES_MAX
from inventory.orders.rows import ShipmentRow

DIGITS = 6


def is_pickup(planned: Shipment) -> bool:
    """Whether the customer comes for it."""
    return planned.service == PICKUP


def new_code() -> str:
    """What the customer says at the counter: nobody else can know it."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def check_pickup(row: ShipmentRow, planned: Shipment) -> None:
    """Raises WrongState for what a carrier takes."""
    if not is_pickup(planned):
        raise _not_so(
            row, f"leaves by {planned.service}, nobody comes for it", "Mark it shipped."
        )


def check_carried(row: ShipmentRow, planned: Shipment) -> None:
    """Raises WrongState for what the customer comes for."""
    if is_pickup(planned):
        raise _not_so(
            row, "waits for the customer, no carrier takes it", "Hand it over."
        )


def wrong_code(row: ShipmentRow) -> WrongCode:
    """How often somebody may still guess."""
    left = max(0, GUESSES_MAX - row.guesses)
    return WrongCode(
        f"The code of {row.shipment_id} is another one; {left} guesses are left",
        next_step="Ask for the code again, or mark it ready for a new one.",
        metadata={"shipmentId": row.shipment_id, "guessesLeft": str(left)},
    )


def _not_so(row: ShipmentRow, what: str, next_step: str) -> WrongState:
    return WrongState(
        f"Shipment {row.shipment_id} {what}",
        next_step=next_step,
        metadata={"shipmentId": row.shipment_id, "state": row.state},
    )
