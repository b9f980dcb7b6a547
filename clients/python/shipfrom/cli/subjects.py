"""What a person names: an order, a hold, or `last`."""

from typing import Protocol, TypeVar

from shipfrom._client import Client
from shipfrom._errors import HoldNotFound, OrderNotFound

T = TypeVar("T", covariant=True)


class Ask(Protocol[T]):
    """A call about an order or a hold."""

    def __call__(self, order_id: str = "", *, hold_id: str = "") -> T:
        """The answer."""


def newest(client: Client) -> str:
    """The id of the order that was made last."""
    found = next(client.orders(page_size=1), None)
    if found is None:
        raise OrderNotFound(
            "there is no order yet", next_step="shipfrom hold --to ZIP SKU=N"
        )
    return found.order_id


def by_id(client: Client, subject: str, ask: Ask[T]) -> T:
    """The answer for an id, whichever it is."""
    if subject == "last":
        return ask(newest(client))
    if subject.startswith("h_"):
        return ask(hold_id=subject)
    try:
        return ask(subject)
    except OrderNotFound as no_order:
        try:
            return ask(hold_id=subject)
        except HoldNotFound:
            raise no_order from None
