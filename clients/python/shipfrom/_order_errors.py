"""Refusals of what becomes of an order: not there, too late, or not the right code."""

from shipfrom._errors import InvalidField, Refusal


class ShipmentNotFound(Refusal):
    """The order has no shipment of this id."""

    reason = "SHIPMENT_NOT_FOUND"


class ReturnNotFound(Refusal):
    """The order has no return of this id."""

    reason = "RETURN_NOT_FOUND"


class PastPointOfNoReturn(Refusal):
    """It is too far on its way: `shipment_id`, `node_id` and `state` say which is."""

    reason = "PAST_POINT_OF_NO_RETURN"

    @property
    def shipment_id(self) -> str:
        """The shipment that cannot be called back."""
        return self.metadata.get("shipmentId", "")

    @property
    def node_id(self) -> str:
        """The node that it leaves from."""
        return self.metadata.get("nodeId", "")

    @property
    def state(self) -> str:
        """How far it is, for example SHIPPED."""
        return self.metadata.get("state", "")


class CodeLocked(Refusal):
    """A pickup code was guessed wrong too often."""

    reason = "CODE_LOCKED"


class WrongCode(Refusal):
    """This is not the pickup code of the shipment; the guess was counted."""

    reason = "WRONG_CODE"

    @property
    def guesses_left(self) -> int:
        """Wrong codes that may still be said before it is locked."""
        return int(self.metadata.get("guessesLeft") or 0)


class SubstituteNotAllowed(InvalidField):
    """It is not on the item's list, or the customer takes none; see `violations`."""

    reason = "SUBSTITUTE_NOT_ALLOWED"
